/** Two people edit the same thing: what each of them changed, and where they do not agree. Pure. */

export type Fields = Readonly<Record<string, unknown>>;

/** What somebody fills in: their changes, and how each field was that they have seen. */
export interface Edits {
  mine: Fields;
  seen: Fields;
}

/** The fields as they would be after sending. */
export function valuesOf(edits: Edits, now: Fields): Fields {
  const mine = Object.entries(edits.mine).map(([name, value]) => [
    name,
    merged(edits.seen[name], value, now[name]),
  ]);
  return { ...now, ...Object.fromEntries(mine) };
}

/** What has to be sent: no field that nobody changed here. */
export function toSend(edits: Edits, now: Fields): Fields {
  const values = valuesOf(edits, now);
  const changed = Object.keys(edits.mine).filter((name) => !alike(values[name], now[name]));
  return Object.fromEntries(changed.map((name) => [name, values[name]]));
}

/** The fields that somebody else changed meanwhile to something else than what is filled in here. */
export function conflicts(edits: Edits, now: Fields): string[] {
  return theirs(edits, now).filter((name) => {
    const [seen, mine] = [edits.seen[name], edits.mine[name]];
    const other = now[name];
    if (!isMap(seen) || !isMap(mine) || !isMap(other)) return name in toSend(edits, now);
    return changedIn(mine, seen).some(
      (key) => !alike(other[key], seen[key]) && !alike(other[key], mine[key]),
    );
  });
}

/** The fields that somebody else changed since they were seen here. */
export function theirs(edits: Edits, now: Fields): string[] {
  return Object.keys(now).filter((name) => !alike(edits.seen[name], now[name]));
}

/** Somebody has seen how a field is now, and keeps what they filled in. */
export function kept(edits: Edits, name: string, now: Fields): Edits {
  const mine = name in edits.mine ? { [name]: valuesOf(edits, now)[name] } : {};
  return { mine: { ...edits.mine, ...mine }, seen: { ...edits.seen, [name]: now[name] } };
}

/** Somebody gives up what they filled in. */
export function given(edits: Edits, name: string, now: Fields): Edits {
  const { [name]: _, ...mine } = edits.mine;
  return kept({ ...edits, mine }, name, now);
}

/** Of a map only the names that were changed here are as they are here. */
function merged(seen: unknown, mine: unknown, now: unknown): unknown {
  if (!isMap(seen) || !isMap(mine) || !isMap(now)) return mine;
  const changed = changedIn(mine, seen);
  const rest = Object.entries(now).filter(([key]) => !changed.includes(key));
  const here = Object.entries(mine).filter(([key]) => changed.includes(key));
  return Object.fromEntries([...rest, ...here]);
}

function changedIn(mine: Fields, seen: Fields): string[] {
  const names = new Set([...Object.keys(mine), ...Object.keys(seen)]);
  return [...names].filter((key) => !alike(mine[key], seen[key]));
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
