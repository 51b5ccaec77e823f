/** Searching in output: a text or an expression, its places, stepping through them. */

import { ActionIcon, Group, Text, Tooltip } from "@mantine/core";
import { type KeyboardEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type Sign } from "../parts/icons";
import { OutputSearch } from "../parts/output_search";
import { type Line, matches, pattern } from "./lines";

export function useSearch(lines: readonly Line[]) {
  const [text, setText] = useState("");
  const [isRegex, setRegex] = useState(false);
  const [isExact, setExact] = useState(false);
  const [isOnly, setOnly] = useState(false);
  const [at, setAt] = useState(0);
  const wanted = useMemo(() => pattern(text, isRegex, isExact), [text, isRegex, isExact]);
  const places = useMemo(() => matches(lines, wanted), [lines, wanted]);
  const filters = isOnly && wanted !== null;
  const shown = useMemo(
    () => (filters ? places.flatMap((place) => lines[place] ?? []) : lines),
    [filters, lines, places],
  );
  const found = useMemo(
    () => (filters ? shown.map((_, i) => i) : places),
    [filters, shown, places],
  );
  const place = found.length === 0 ? 0 : Math.min(at, found.length - 1);
  const step = (by: number) => setAt((place + by + found.length) % Math.max(1, found.length));
  const ways = { isRegex, setRegex, isExact, setExact, isOnly, setOnly };
  return { text, setText, ...ways, wanted, shown, found, place, step };
}

export type Search = ReturnType<typeof useSearch>;

export function SearchField({ search }: { search: Search }) {
  const { t } = useTranslation();
  const { text, found, place, step } = search;
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
  };
  return (
    <Group gap={4} wrap="nowrap">
      <OutputSearch value={text} onChange={search.setText} onKeyDown={onKey} />
      <Switch name="exact" sign="Aa" isOn={search.isExact} onChange={search.setExact} />
      <Switch name="regex" sign=".*" isOn={search.isRegex} onChange={search.setRegex} />
      <Switch name="only" sign="≡" isOn={search.isOnly} onChange={search.setOnly} />
      {text && (
        <>
          <Tool sign="up" label={t("log.previous")} onClick={() => step(-1)} />
          <Tool sign="down" label={t("log.next")} onClick={() => step(1)} />
          <Text size="xs" c="dimmed" aria-live="polite">
            {found.length === 0
              ? t("log.no_match")
              : t("log.matches", { at: place + 1, count: found.length })}
          </Text>
        </>
      )}
    </Group>
  );
}

interface SwitchProps {
  name: "exact" | "regex" | "only";
  sign: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

function Switch({ name, sign, isOn, onChange }: SwitchProps) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`log.${name}`)}>
      <ActionIcon
        variant={isOn ? "filled" : "default"}
        aria-pressed={isOn}
        aria-label={t(`log.${name}`)}
        onClick={() => onChange(!isOn)}
      >
        {sign}
      </ActionIcon>
    </Tooltip>
  );
}

export function Tool({ sign, label, onClick }: { sign: Sign; label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <Icon sign={sign} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
