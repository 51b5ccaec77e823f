/** What stands over a table: search, how many there are in which state, which columns. */

import { ActionIcon, Button, Checkbox, Group, Menu, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import type { AskedFor } from "./asked";
import { Strip } from "./strip";

const TYPED_MS = 250;

interface SearchProps {
  value: string;
  onChange: (text: string) => void;
}

/** A search field: what is typed counts after a moment. */
export function Search({ value, onChange }: SearchProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, TYPED_MS);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
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
  counts: Readonly<Record<string, number>>;
  /** Null: not known yet. */
  count: number | null;
  /** How many rows came while somebody points at the table. */
  waiting: number;
  onShow: () => void;
  columns: readonly { id: string; name: string; isShown: boolean }[];
  onColumn: (id: string, isShown: boolean) => void;
}

export function Tools(props: ToolsProps) {
  const { asked, change, counts, count, waiting, onShow, columns, onColumn } = props;
  const { t } = useTranslation();
  return (
    <Group gap="sm" mb="xs">
      <Search value={asked.search} onChange={(search) => change({ search })} />
      <Strip counts={counts} chosen={asked.state} onChoose={(state) => change({ state })} />
      <Text size="sm" c="dimmed" aria-live="polite" data-testid="count">
        {count !== null && t("table.rows", { count })}
      </Text>
      {waiting > 0 && (
        <Button size="compact-sm" variant="light" onClick={onShow}>
          {t("table.waiting", { count: waiting })}
        </Button>
      )}
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
