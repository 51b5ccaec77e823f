/** What somebody chooses for terminals: which shell, and how large its text is. */

export const SHELLS = ["auto", "bash", "sh", "ash"] as const;
export type ShellName = (typeof SHELLS)[number];

const FOUND = "exec $(command -v bash || command -v ash || command -v sh)";

/** The command of a shell; `auto` takes the best that the image has. */
export function commandOf(shell: ShellName): string[] {
  return shell === "auto" ? ["/bin/sh", "-c", FOUND] : [shell];
}

export const SMALLEST = 8;
export const LARGEST = 28;
const USUAL = 13;
const KEPT = "pasture.terminal.size";

/** The size that was kept, if it is one. */
export function sizeIn(kept: string | null): number {
  const size = Number(kept);
  return Number.isInteger(size) && size >= SMALLEST && size <= LARGEST ? size : USUAL;
}

export const keptSize = (): number => sizeIn(localStorage.getItem(KEPT));

export function keepSize(size: number): void {
  localStorage.setItem(KEPT, String(size));
}
