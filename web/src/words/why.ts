/** Why something waits or failed, in the reader's language: the server's sentences, each found by its words. */

import type { TFunction } from "i18next";
import templates from "./en/why.json";
import { stateWord } from "./say";

type Code = Exclude<keyof typeof templates, "join">;

interface Pattern {
  code: Code;
  regex: RegExp;
  names: string[];
}

const DEEPEST = 5; // sentences in sentences
const BETWEEN = "; ";
const { join: _, ...sentences } = templates;
const PATTERNS = Object.entries(sentences).map(([code, text]) => patternOf(code as Code, text));

/** A name holds no `; `, which stands between sentences; what `why` is may be any of them. */
function patternOf(code: Code, template: string): Pattern {
  const names: string[] = [];
  const parts = template.split(/{{(\w+)}}/).map((part, at) => {
    if (at % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(part);
    if (part === "why") return "(.+)";
    return part === "name" || part === "state" ? "([^ ;:]+)" : "([^;]+?)";
  });
  return { code, regex: new RegExp(`^${parts.join("")}$`), names };
}

/** What the server said, as it is where it says something that there are no words for. */
export function whyWord(t: TFunction, text: string): string {
  return translated(t, text, DEEPEST) ?? text;
}

function translated(t: TFunction, text: string, depth: number): string | null {
  if (depth === 0) return null;
  for (const { code, regex, names } of PATTERNS) {
    const found = regex.exec(text);
    if (found === null) continue;
    const said = Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ""]));
    const why = said.why === undefined ? null : translated(t, said.why, depth - 1);
    if (code === "of" && why === null) continue; // any text with a colon has this form
    return t(`why.${code}`, {
      ...said,
      ...(why !== null && { why }),
      ...(said.state && { state: stateWord(t, said.state) }),
    });
  }
  return together(t, text, depth);
}

/** Several sentences; null: there are no words for any of them. */
function together(t: TFunction, text: string, depth: number): string | null {
  const parts = text.split(BETWEEN);
  if (parts.length < 2) return null;
  const said = parts.map((part) => translated(t, part, depth - 1));
  if (said.every((part) => part === null)) return null;
  const words = said.map((part, at) => part ?? parts[at] ?? "");
  return words.reduce((one, other) => t("why.join", { one, other }));
}
