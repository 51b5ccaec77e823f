/** Types with a page of their own: its address, and the letters that their ids begin with. */

export const OWN_PAGE = {
  container: { place: "containers", letters: "1i" },
  host: { place: "hosts", letters: "1h" },
  project: { place: "environments", letters: "1a" },
  service: { place: "services", letters: "1s" },
  stack: { place: "stacks", letters: "1st" },
} as const;
