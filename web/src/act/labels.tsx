/** The labels of something that is edited: those that somebody chose. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ownLabels, withOwn } from "../hosts/facts";
import { asMap, fromMap, type Pair, pairProblem } from "../parts/pair";
import { Pairs } from "../parts/pairs";
import { alike } from "./merge";

export type LabelMap = Record<string, string>;

interface Props {
  legend: string;
  value: LabelMap;
  onChange: (labels: LabelMap) => void;
  /** Whether they can be sent as they are filled in. */
  onRight: (isRight: boolean) => void;
}

export function Labels({ legend, value, onChange, onRight }: Props) {
  const { t } = useTranslation();
  const [filled, fill] = useState(() => begun(value));
  // they became others elsewhere: somebody else changed them, or what was filled in was given up
  if (!alike(value, filled.value)) fill(begun(value));
  const put = (pairs: Pair[]) => {
    const labels = withOwn(filled.before, asMap(pairs));
    fill({ ...filled, pairs, value: labels });
    onChange(labels);
    onRight(pairs.every((_, at) => pairProblem(pairs, at) === null));
  };
  return <Pairs legend={legend} add={t("form.add_label")} pairs={filled.pairs} onChange={put} />;
}

function begun(value: LabelMap) {
  return { before: value, pairs: fromMap(Object.fromEntries(ownLabels(value))), value };
}

export function labelsText(labels: LabelMap): string {
  return ownLabels(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
