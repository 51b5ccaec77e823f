/** How many rows are in each state, as buttons that filter by it. */

import { Group, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import { SIGNS, TONES, type Tone, toneOf } from "../parts/state";
import { stateWord } from "../words/say";

interface InState {
  state: string;
  count: number;
  tone: Tone;
}

/** The states that there are, what needs somebody first; the chosen one in any case. */
export function statesOf(counts: Readonly<Record<string, number>>, chosen: string): InState[] {
  const all = chosen && !(chosen in counts) ? { ...counts, [chosen]: 0 } : counts;
  return Object.entries(all)
    .map(([state, count]) => ({ state, count, tone: toneOf({ state, transitioning: "no" }) }))
    .sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone) || (a.state < b.state ? -1 : 1));
}

interface Props {
  counts: Readonly<Record<string, number>>;
  chosen: string;
  onChoose: (state: string) => void;
}

export function Strip({ counts, chosen, onChoose }: Props) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const states = statesOf(counts, chosen);
  if (states.length === 0) return null;
  return (
    <Group gap={6} role="group" aria-label={t("table.state")}>
      {states.map(({ state, count, tone }) => (
        <UnstyledButton
          key={state}
          className="strip"
          aria-pressed={state === chosen}
          onClick={() => onChoose(state === chosen ? "" : state)}
        >
          <span className="state" style={{ color: `var(--state-${tone})` }}>
            <Icon sign={SIGNS[tone]} size={16} />
            {stateWord(t, state)}
          </span>
          <span className="figure">{number.format(count)}</span>
        </UnstyledButton>
      ))}
    </Group>
  );
}
