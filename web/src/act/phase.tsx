/** How far something is, as sign, colour and words. */

import { useTranslation } from "react-i18next";
import { Icon, type Sign } from "../parts/icons";
import type { Tone } from "../parts/state";
import { stateWord } from "../words/say";
import type { Item, Phase } from "./task";

const SIGNS: Record<Phase, Sign> = {
  waiting: "rest",
  sending: "moving",
  moving: "moving",
  done: "good",
  failed: "bad",
  stopped: "rest",
};
const TONES: Record<Phase, Tone> = {
  waiting: "grey",
  sending: "blue",
  moving: "blue",
  done: "green",
  failed: "red",
  stopped: "grey",
};

export function PhaseSign({ phase }: { phase: Phase }) {
  const turns = SIGNS[phase] === "moving" ? "moving" : undefined;
  return (
    <span style={{ color: `var(--state-${TONES[phase]})`, display: "inline-flex" }}>
      <Icon sign={SIGNS[phase]} size={16} className={turns} />
    </span>
  );
}

export function PhaseWord({ item }: { item: Item }) {
  const { t } = useTranslation();
  const state = item.phase === "moving" ? item.steps.at(-1)?.state : undefined;
  return (
    <span
      className="state"
      data-phase={item.phase}
      style={{ color: `var(--state-${TONES[item.phase]})` }}
    >
      <PhaseSign phase={item.phase} />
      {state ? stateWord(t, state) : t(`task.phase.${item.phase}`)}
      {item.percent ? ` ${item.percent} %` : ""}
    </span>
  );
}
