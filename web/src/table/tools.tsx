/** What stands over a table: search, state, how many there are, which columns. */

import { ActionIcon, Checkbox, Group, Menu, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import { stateWord } from "../words/say";
import type { AskedFor } from "./asked";

const TYPED_MS = 250;
const HIDDEN = new Set(["requested", "removed", "purging", "purged"]);

interface SearchProps {
  value: string;
  onChange: (text: string) => void;
}

/** A search field: what is typed counts after a moment; `/` leads here. */
export function Search({ value, onChange }: SearchProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, TYPED_MS);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.key !== "/" || at.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={t("table.search")}
      placeholder={t("table.search")}
      leftSection={<Icon sign="search" size={16} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}

interface ToolsProps {
  asked: AskedFor;
  change: (more: Partial<AskedFor>) => void;
  states: readonly string[];
  count: number;
  isMore: boolean;
  columns: readonly { id: string; name: string; isShown: boolean }[];
  onColumn: (id: string, isShown: boolean) => void;
}

export function Tools({ asked, change, states, count, isMore, columns, onColumn }: ToolsProps) {
  const { t } = useTranslation();
  const offered = states
    .filter((state) => !HIDDEN.has(state))
    .map((state) => ({ value: state, label: stateWord(t, state) }));
  const rows = t("table.rows", { count });
  return (
    <Group gap="sm" mb="xs">
      <Search value={asked.search} onChange={(search) => change({ search })} />
      <Select
        aria-label={t("table.state")}
        placeholder={t("table.any_state")}
        data={offered}
        value={asked.state || null}
        onChange={(state) => change({ state: state ?? "" })}
        clearable
        clearButtonProps={{ "aria-label": t("table.any_state") }}
        w={170}
      />
      <Text size="sm" c="dimmed" aria-live="polite" data-testid="count">
        {isMore ? t("table.more", { count }) : rows}
      </Text>
      <Menu closeOnItemClick={false} position="bottom-end">
        <Tooltip label={t("table.columns")}>
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={t("table.columns")} ms="auto">
              <Icon sign="columns" />
            </ActionIcon>
          </Menu.Target>
        </Tooltip>
        <Menu.Dropdown>
          {columns.map((column) => (
            <Menu.Item
              key={column.id}
              role="menuitemcheckbox"
              aria-checked={column.isShown}
              onClick={() => onColumn(column.id, !column.isShown)}
            >
              <Checkbox.Indicator checked={column.isShown} size="xs" me="xs" aria-hidden />
              {column.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
