/** Names with values, as somebody fills them in. Pure. */

import { newKey } from "./key";

export interface Pair {
  /** Tells rows apart while they are filled in. */
  key: number;
  name: string;
  value: string;
}

export function newPair(name = "", value = ""): Pair {
  return { key: newKey(), name, value };
}

/** The pairs in pasted lines; none where it is no such text. */
export function pastedPairs(text: string): Pair[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() && !line.trim().startsWith("#"));
  if (!text.includes("=") || !lines.every((line) => line.includes("="))) return [];
  return lines.map((line) => {
    const at = line.indexOf("=");
    const name = line.slice(0, at).replace(/^\s*export\s+/, "");
    return newPair(name.trim(), unquoted(line.slice(at + 1).trim()));
  });
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

export type Problem = "needed" | "bad_key" | "bad_character" | "twice";

/** What is wrong with a row; `without` is a character that stands for something else there. */
export function pairProblem(pairs: readonly Pair[], at: number, without = ""): Problem | null {
  const pair = pairs[at];
  if (!pair || (pair.name === "" && pair.value === "")) return null; // a row not filled in
  if (pair.name === "") return "needed";
  if (/[\s=]/.test(pair.name)) return "bad_key";
  if (without && (pair.name + pair.value).includes(without)) return "bad_character";
  return pairs.findIndex((other) => other.name === pair.name) < at ? "twice" : null;
}

export function asMap(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter((p) => p.name).map((p) => [p.name, p.value]));
}

export function fromMap(map: Record<string, string> | null | undefined): Pair[] {
  return Object.entries(map ?? {}).map(([name, value]) => newPair(name, value));
}
