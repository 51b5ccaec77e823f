/** What keys do outside of fields: single ones, and two in a row. Pure. */

export type Command =
  | "palette"
  | "help"
  | "search"
  | "next"
  | "previous"
  | "select"
  | "new_service"
  | `go_${Place}`;
export type Place = (typeof PLACES)[number];

export const PLACES = [
  "home",
  "stacks",
  "services",
  "containers",
  "hosts",
  "environments",
  "accounts",
  "audit",
  "settings",
  "account",
  "about",
] as const;

/** Two keys stand for one after the other. Ctrl and Cmd with K open the palette everywhere. */
export const SHORTCUTS: readonly (readonly [keys: string, command: Command])[] = [
  ["/", "search"],
  ["j", "next"],
  ["k", "previous"],
  ["x", "select"],
  ["n", "new_service"],
  ["g o", "go_home"],
  ["g t", "go_stacks"],
  ["g s", "go_services"],
  ["g c", "go_containers"],
  ["g h", "go_hosts"],
  ["g e", "go_environments"],
  ["g a", "go_account"],
  ["?", "help"],
];

/** What has been typed of two keys, and when. */
export interface Pending {
  keys: string;
  at: number;
}

export const NOTHING: Pending = { keys: "", at: 0 };
const TOGETHER_MS = 1000;

/** What a key comes to after those before it. */
export function pressed(
  before: Pending,
  key: string,
  now: number,
): { command: Command | null; pending: Pending } {
  const isLate = now - before.at > TOGETHER_MS;
  const typed = before.keys && !isLate ? `${before.keys} ${key}` : key;
  const hit = SHORTCUTS.find(([keys]) => keys === typed);
  if (hit) return { command: hit[1], pending: NOTHING };
  const isBegun = SHORTCUTS.some(([keys]) => keys.startsWith(`${typed} `));
  if (isBegun) return { command: null, pending: { keys: typed, at: now } };
  return typed === key ? { command: null, pending: NOTHING } : pressed(NOTHING, key, now);
}

/** Whether all words that were typed are in a text. */
export function fits(text: string, query: string): boolean {
  const low = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
