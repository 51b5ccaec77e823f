/** What of the output is shown: chosen in the head of the viewer, and kept in the address. */

import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

export const CHOICES = {
  since: ["", "5m", "1h", "24h"],
  lines: ["1000", "100", "10000"],
  level: ["", "info", "warn", "error"],
} as const;
type Name = keyof typeof CHOICES;
export type Choice<N extends Name> = (typeof CHOICES)[N][number];

/** The first is what counts where the address names none. */
export function useChoice<N extends Name>(name: N): Choice<N> {
  const [query] = useSearchParams();
  const all: readonly Choice<N>[] = CHOICES[name];
  return all.find((one) => one === query.get(name)) ?? (all[0] as Choice<N>);
}

export function Choose({ name }: { name: Name }) {
  const { t } = useTranslation();
  const [, setQuery] = useSearchParams();
  const first: string = CHOICES[name][0];
  return (
    <NativeSelect
      size="xs"
      aria-label={t(`log.${name}`)}
      value={useChoice(name)}
      onChange={({ currentTarget: { value } }) =>
        setQuery(
          (now) => {
            const query = new URLSearchParams(now);
            if (value === first) query.delete(name);
            else query.set(name, value);
            return query;
          },
          { replace: true },
        )
      }
      data={CHOICES[name].map((value) => ({
        value,
        label: t(`log.${name}_of.${value || "all"}` as "log.since_of.all"),
      }))}
    />
  );
}
