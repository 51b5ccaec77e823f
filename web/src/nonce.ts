/**
 * Styles that our scripts write are let through by a nonce. Libraries make such elements in several
 * ways, so each `<style>` gets it where it is made; scripts need none, and get none.
 */
export function giveNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const made = create(name, options);
    if (name.toLowerCase() === "style") made.nonce = nonce;
    return made;
  }) as typeof document.createElement;
}
