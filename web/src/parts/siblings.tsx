/** Leads from one of several alike to the others, on the same tab. */

import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import type { Resource } from "../api/generated";
import { stateWord } from "../words/say";
import { Icon } from "./icons";
import { SIGNS, toneOf } from "./state";

interface Props {
  /** The page of one is at `${to}/${id}`. */
  to: string;
  id: string;
  rows: readonly (Resource & { name: string | null })[];
}

export function Siblings({ to, id, rows }: Props) {
  const { t } = useTranslation();
  const { search } = useLocation();
  const at = rows.findIndex((row) => row.id === id);
  if (rows.length < 2 || at < 0) return null;
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button variant="default" rightSection={<Icon sign="down" size={14} />}>
          {t("copy.sibling", { at: at + 1, count: rows.length })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: "auto" }}>
        {rows.map((row) => {
          const tone = toneOf(row);
          return (
            <Menu.Item
              key={row.id}
              component={Link}
              to={`${to}/${row.id}${search}`}
              aria-current={row.id === id ? "page" : undefined}
              leftSection={
                <span style={{ color: `var(--state-${tone})` }} title={stateWord(t, row.state)}>
                  <Icon sign={SIGNS[tone]} size={16} />
                </span>
              }
            >
              {row.name ?? row.id}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
