/** How grave a line of output is, as far as it says so itself; and JSON, readable. Pure. */

export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

const LOOKED_AT = 300; // characters: the level stands in front
const WORDS: readonly (readonly [Level, RegExp])[] = [
  ["error", /\b(fatal|panic|emerg(ency)?|alert|crit(ical)?|severe|err(or)?)\b/i],
  ["warn", /\bwarn(ing)?\b/i],
  ["info", /\b(info|notice)\b/i],
  ["debug", /\b(debug|trace|verbose)\b/i],
];
const FIELD = /"(?:level|severity|lvl)"\s*:\s*"(\w+)"|\b(?:level|severity|lvl)=(\w+)/i;

/** The level that a line names; what it calls its level counts before words in it. */
export function levelOf(text: string): Level | null {
  const front = text.slice(0, LOOKED_AT);
  const field = FIELD.exec(front);
  const named = field?.[1] ?? field?.[2] ?? front;
  return WORDS.find(([, word]) => word.test(named))?.[0] ?? null;
}

interface Graded {
  level: Level | null;
  source: string;
  text: string;
}

/** The lines of a level and above it; what is indented below a line (a stack trace) belongs to it. */
export function fromLevel<L extends Graded>(lines: readonly L[], least: Level | ""): readonly L[] {
  if (least === "") return lines;
  const grave = new Set<Level>(LEVELS.slice(LEVELS.indexOf(least)));
  const above = new Map<string, boolean>();
  return lines.filter(({ level, source, text }) => {
    const isShown =
      level === null && /^\s+\S/.test(text)
        ? (above.get(source) ?? false)
        : level !== null && grave.has(level);
    above.set(source, isShown);
    return isShown;
  });
}

/** A line that is a JSON object or list, over several lines; null: it is none. */
export function pretty(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null; // it only begins like one
  }
}
