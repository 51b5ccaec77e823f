/** Two people edit the same thing: what each of them changed, and where they do not agree. Pure. */

export type Fields = Readonly<Record<string, unknown>>;

/** What somebody fills in: their changes, and how each field was that they have seen. */
export interface Edits {
  mine: Fields;
  seen: Fields;
}

/** The fields as they would be after sending. */
export function valuesOf(edits: Edits, now: Fields): Fields {
  return { ...now, ...edits.mine };
}

/** What has to be sent: no field that nobody changed here. */
export function toSend(edits: Edits, now: Fields): Fields {
  const changed = Object.entries(edits.mine).filter(([name, value]) => !alike(value, now[name]));
  return Object.fromEntries(changed);
}

/** The fields that somebody else changed meanwhile to something else than what is filled in here. */
export function conflicts(edits: Edits, now: Fields): string[] {
  return theirs(edits, now).filter((name) => name in toSend(edits, now));
}

/** The fields that somebody else changed since they were seen here. */
export function theirs(edits: Edits, now: Fields): string[] {
  return Object.keys(now).filter((name) => !alike(edits.seen[name], now[name]));
}

/** Somebody has seen how a field is now, and keeps what they filled in. */
export function kept(edits: Edits, name: string, now: Fields): Edits {
  return { ...edits, seen: { ...edits.seen, [name]: now[name] } };
}

/** Somebody gives up what they filled in. */
export function given(edits: Edits, name: string, now: Fields): Edits {
  const { [name]: _, ...mine } = edits.mine;
  return { ...kept(edits, name, now), mine };
}

export function alike(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** The same with the names of each map in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
