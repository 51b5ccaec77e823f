/** What of an environment is not as it should be, and how much there is of each state. Pure. */

import type { Resource } from "../api/generated";
import { type Tone, toneOf, whyOf } from "../parts/state";

const URGENCY: readonly Tone[] = ["red", "amber", "blue"]; // what is green or at rest is no problem

/** How many rows there are in each tone. */
export function countsOf(rows: Iterable<Resource>): ReadonlyMap<Tone, number> {
  const counts = new Map<Tone, number>();
  for (const row of rows) counts.set(toneOf(row), (counts.get(toneOf(row)) ?? 0) + 1);
  return counts;
}

/** The same of rows that the server counted by state. */
export function tonesOf(counts: Readonly<Record<string, number>>): ReadonlyMap<Tone, number> {
  const tones = new Map<Tone, number>();
  for (const [state, count] of Object.entries(counts)) {
    const tone = toneOf({ state, transitioning: "no" });
    tones.set(tone, (tones.get(tone) ?? 0) + count);
  }
  return tones;
}

/** What needs somebody, the most urgent first; what is on its way is one only if it says what it waits for. */
export function problemsOf<R extends Resource>(rows: Iterable<R>): R[] {
  const urgency = (row: R) => URGENCY.indexOf(toneOf(row));
  return [...rows]
    .filter((row) => urgency(row) >= 0 && (toneOf(row) !== "blue" || whyOf(row) !== null))
    .sort((a, b) => urgency(a) - urgency(b));
}
