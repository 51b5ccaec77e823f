/** A state as sign, colour and word, with why it is so. */

import { useTranslation } from "react-i18next";
import type { Resource } from "../api/generated";
import { stateWord } from "../words/say";
import { whyWord } from "../words/why";
import { Icon, type Sign } from "./icons";

export const TONES = ["red", "amber", "blue", "green", "grey"] as const;
export type Tone = (typeof TONES)[number];

export const SIGNS: Record<Tone, Sign> = {
  green: "good",
  blue: "moving",
  amber: "warning",
  red: "bad",
  grey: "rest",
};
const GREEN = new Set(["active", "running"]);
const AMBER = new Set(["reconnecting", "disconnecting", "disconnected"]);
const GREY = new Set(["stopped", "inactive", "removed", "purged"]);

export function toneOf(row: Pick<Resource, "state" | "transitioning">): Tone {
  if (row.transitioning === "error" || row.state === "error") return "red";
  if (AMBER.has(row.state)) return "amber";
  if (row.transitioning === "yes") return "blue";
  if (GREEN.has(row.state)) return "green";
  if (GREY.has(row.state)) return "grey";
  return "blue";
}

const NOTHING_SAID = "In Progress";

/** Why a row is in its state, in the server's words; null: there is nothing to say. */
export function whyOf(row: { transitioningMessage?: string | null }): string | null {
  const message = row.transitioningMessage;
  return message && message !== NOTHING_SAID ? message : null;
}

export function State({ row, withWhy = true }: { row: Resource; withWhy?: boolean }) {
  const { t } = useTranslation();
  const tone = toneOf(row);
  const why = withWhy ? whyOf(row) : null;
  const percent = row.transitioningProgress;
  return (
    <div>
      <span className="state" data-state={row.state} style={{ color: `var(--state-${tone})` }}>
        <Icon sign={SIGNS[tone]} size={16} className={tone === "blue" ? "moving" : undefined} />
        {stateWord(t, row.state)}
        {percent ? ` ${percent} %` : ""}
      </span>
      {why && (
        <span
          className="why"
          data-failed={row.transitioning === "error" || undefined}
          title={whyWord(t, why)}
        >
          {whyWord(t, why)}
        </span>
      )}
    </div>
  );
}
