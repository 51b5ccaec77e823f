/** Lines of output as they come from the host: kept up to a bound, searched, never taken as HTML. */

export interface Line {
  /** Counts up; a line keeps its number when older ones are dropped. */
  number: number;
  time: string | null;
  text: string;
  isError: boolean;
}

export const MOST_LINES = 10_000;
const STDERR = "2";
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*)( |$)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const ESCAPES = /\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\-_])/g;

/** The lines in one message: `0`, the digit of their stream, then whole lines with their times. */
export function linesOf(message: string, from: number): Line[] {
  const isError = message[1] === STDERR;
  const texts = message.slice(2).split("\n");
  if (texts.at(-1) === "") texts.pop();
  return texts.map((whole, i) => {
    const match = TIME.exec(whole);
    const text = match ? whole.slice(match[0].length) : whole;
    return { number: from + i, time: match?.[1] ?? null, text: plain(text), isError };
  });
}

/** A text without what would move a cursor or colour it; of a line drawn several times, the last. */
export function plain(text: string): string {
  const clean = text.replace(ESCAPES, "").replace(/\r+$/, "");
  return clean.slice(clean.lastIndexOf("\r") + 1);
}

export function kept(lines: readonly Line[], more: readonly Line[]): Line[] {
  return [...lines, ...more].slice(-MOST_LINES);
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

/** A text in pieces, each second of which is a match. */
export function pieces(text: string, wanted: RegExp | null): string[] {
  if (wanted === null) return [text];
  const found: string[] = [];
  let at = 0;
  for (const match of text.matchAll(wanted)) {
    if (match[0] === "") continue;
    found.push(text.slice(at, match.index), match[0]);
    at = match.index + match[0].length;
  }
  found.push(text.slice(at));
  return found;
}
