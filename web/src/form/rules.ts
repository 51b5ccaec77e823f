/** On which hosts something may run: rules, and the labels of Rancher 1.6 that say the same. Pure. */

import { newKey } from "../parts/key";
import { fromMap, type Pair } from "../parts/pair";
import { GLOBAL, PULL } from "./fields";

export const HOWS = ["must", "should", "must_not", "should_not"] as const;
export const WHATS = ["host_label", "container_label", "container"] as const;

export interface Rule {
  key: number;
  how: (typeof HOWS)[number];
  what: (typeof WHATS)[number];
  /** name=value, or a container's name. */
  term: string;
}

const AFFINITY = "io.rancher.scheduler.affinity:";
const ENDINGS = { must: "", should: "_soft", must_not: "_ne", should_not: "_soft_ne" } as const;

export function newRule(
  how: Rule["how"] = "must",
  what: Rule["what"] = "host_label",
  term = "",
): Rule {
  return { key: newKey(), how, what, term };
}

/** The affinity labels that rules mean; several of a kind share a label. */
export function ruleLabels(rules: readonly Rule[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { how, what, term } of rules) {
    const name = `${AFFINITY}${what}${ENDINGS[how]}`;
    labels[name] = labels[name] ? `${labels[name]},${term}` : term;
  }
  return labels;
}

/** The rules that labels mean, and the other labels. */
export function rulesOf(labels: Record<string, string>): [Rule[], Record<string, string>] {
  const rules: Rule[] = [];
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) {
    const known = ruleOf(name);
    if (known === null) others[name] = value;
    else for (const term of value.split(",")) rules.push(newRule(...known, term.trim()));
  }
  return [rules, others];
}

function ruleOf(name: string): [Rule["how"], Rule["what"]] | null {
  for (const what of WHATS) {
    for (const how of HOWS) if (name === `${AFFINITY}${what}${ENDINGS[how]}`) return [how, what];
  }
  return null;
}

/** What labels say that has a field of its own, and the rest of them. */
interface Labelled {
  isGlobal: boolean;
  pullsAlways: boolean;
  rules: Rule[];
  labels: Pair[];
}

export function labelled(map: Record<string, string>): Labelled {
  const { [GLOBAL]: global, [PULL]: pull, ...others } = map;
  const [rules, labels] = rulesOf(others);
  return {
    isGlobal: global?.toLowerCase() === "true",
    pullsAlways: pull === "always",
    rules,
    labels: fromMap(labels),
  };
}
