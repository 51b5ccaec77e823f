/** Lines of output as they come from the hosts: kept up to a bound, searched, never taken as HTML. Pure. */

import { coloured, type Run, type Style } from "./ansi";
import { type Level, levelOf } from "./levels";

export interface Line {
  /** Counts up; a line keeps its number when older ones are dropped. */
  number: number;
  /** Which of the containers that are followed said it. */
  source: string;
  time: string | null;
  text: string;
  runs: readonly Run[];
  level: Level | null;
  isError: boolean;
}

export const MOST_LINES = 10_000;
const STDERR = "2";
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*)( |$)/;

/** The lines in one message: `0`, the digit of their stream, then whole lines with their times. */
export function linesOf(message: string, from: number, source = ""): Line[] {
  const isError = message[1] === STDERR;
  const texts = message.slice(2).split("\n");
  if (texts.at(-1) === "") texts.pop();
  return texts.map((whole, i) => {
    const match = TIME.exec(whole);
    const { text, runs } = coloured(match ? whole.slice(match[0].length) : whole);
    const time = match?.[1] ?? null;
    return { number: from + i, source, time, text, runs, level: levelOf(text), isError };
  });
}

/** Lines of several containers in the order of their times; the oldest go where there are too many. */
export function kept(lines: readonly Line[], more: readonly Line[]): Line[] {
  const all = [...lines, ...more];
  if (isLater(lines.at(-1), more)) all.sort(byTime);
  return all.slice(-MOST_LINES);
}

/** Whether something that is there already is later than something that comes. */
function isLater(last: Line | undefined, more: readonly Line[]): boolean {
  let before = last;
  for (const line of more) {
    if (before !== undefined && byTime(before, line) > 0) return true;
    before = line;
  }
  return false;
}

export function byTime({ time: a }: Line, { time: b }: Line): number {
  if (a === null || b === null) return 0;
  return Number(isAfter(a, b)) - Number(isAfter(b, a));
}

/** Whether a time of Docker's is after another; it cuts the zeros off: without the Z they compare as texts. */
export function isAfter(a: string, b: string): boolean {
  return a.replace("Z", "") > b.replace("Z", "");
}

export type Streams = "all" | "stdout" | "stderr";

export function ofStreams(lines: readonly Line[], streams: Streams): readonly Line[] {
  if (streams === "all") return lines;
  return lines.filter((line) => line.isError === (streams === "stderr"));
}

/** What is searched for; null: nothing, or no regular expression yet. */
export function pattern(text: string, isRegex: boolean, isExact = false): RegExp | null {
  if (text === "") return null;
  const source = isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  try {
    return new RegExp(source, isExact ? "g" : "gi");
  } catch {
    return null; // it is being typed
  }
}

/** The places in a list of lines where the pattern is found. */
export function matches(lines: readonly Line[], wanted: RegExp | null): number[] {
  if (wanted === null) return [];
  const found: number[] = [];
  lines.forEach((line, at) => {
    wanted.lastIndex = 0;
    if (wanted.test(line.text)) found.push(at);
  });
  return found;
}

export interface Piece {
  text: string;
  style: Style | null;
  isMatch: boolean;
}

/** A text in pieces that look alike: cut where a match or a colour begins or ends. */
export function pieces(text: string, runs: readonly Run[], wanted: RegExp | null): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const { length, style } of runs.length > 0 ? runs : [{ length: text.length, style: null }]) {
    const end = at + length;
    for (const { from, to, isMatch } of parts(text, wanted)) {
      const part = text.slice(Math.max(from, at), Math.min(to, end));
      if (Math.max(from, at) < Math.min(to, end)) found.push({ text: part, style, isMatch });
    }
    at = end;
  }
  return found;
}

/** Where in a text the matches are, and what lies between them. */
function parts(text: string, wanted: RegExp | null) {
  const found: { from: number; to: number; isMatch: boolean }[] = [];
  let at = 0;
  for (const match of wanted === null ? [] : text.matchAll(wanted)) {
    if (match[0] === "") continue;
    const end = match.index + match[0].length;
    found.push({ from: at, to: match.index, isMatch: false });
    found.push({ from: match.index, to: end, isMatch: true });
    at = end;
  }
  found.push({ from: at, to: text.length, isMatch: false });
  return found;
}
