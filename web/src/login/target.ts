/** Where one wanted to go: only addresses of this page. */
export function target(to: string | null): string {
  return to?.startsWith("/") && !to.startsWith("//") && !to.includes("\\") ? to : "/";
}
