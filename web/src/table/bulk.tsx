/** What can be done with the selected rows: how many of them allow it, and all of it as one task. */

import { Button, CloseButton, Group, Paper, Text, Tooltip } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reasonWord, useActing } from "../act/acting";
import { actsOfAll, type ManyActs, type Named } from "../act/acts";
import { type Collection, call, pathOf } from "../api/http";
import { Icon } from "../parts/icons";
import { tellTrouble } from "../parts/trouble";
import { verbWord } from "../words/say";

const MOST = 3000; // rows that are selected together

/** Reads all rows that a list has, page by page, or the first so many of them. */
export async function readAll(path: string): Promise<Named[]> {
  const found: Named[] = [];
  let next: string | null = path;
  while (next !== null && found.length < MOST) {
    const page: Collection<Named> = await call("GET", next);
    found.push(...page.data);
    next = page.pagination.next && pathOf(page.pagination.next);
  }
  return found.slice(0, MOST);
}

interface Props {
  rows: readonly Named[];
  /** How many the filters leave, all pages together. */
  matching: number;
  onAll: () => Promise<void>;
  onClear: () => void;
}

export function Bulk({ rows, matching, onAll, onClear }: Props) {
  const { t } = useTranslation();
  const { begin, dialog } = useActing(onClear);
  const [isReading, setReading] = useState(false);
  const selectAll = () => {
    setReading(true);
    onAll()
      .catch((error: unknown) => tellTrouble(t, error))
      .finally(() => setReading(false));
  };
  const more = Math.min(matching, MOST);
  return (
    <>
      {rows.length > 0 && <div className="under-bulk" />}
      {rows.length > 0 && (
        <Paper className="bulk" withBorder shadow="lg" role="toolbar" aria-label={t("table.bulk")}>
          <Group gap="xs" justify="center">
            <CloseButton aria-label={t("table.unselect")} onClick={onClear} />
            <Text size="sm" fw={600} aria-live="polite">
              {t("table.selected", { count: rows.length })}
            </Text>
            {rows.length < more && (
              <Button size="compact-sm" variant="subtle" loading={isReading} onClick={selectAll}>
                {t("table.select_all", { count: more })}
              </Button>
            )}
            {actsOfAll(rows).map((many) => (
              <ManyButton
                key={many.verb}
                many={many}
                rows={rows}
                onGo={() => begin(many.targets)}
              />
            ))}
          </Group>
        </Paper>
      )}
      {dialog}
    </>
  );
}

interface ButtonProps {
  many: ManyActs;
  rows: readonly Named[];
  onGo: () => void;
}

function ManyButton({ many, rows, onGo }: ButtonProps) {
  const { t } = useTranslation();
  const [first] = rows;
  if (!first) return null;
  const verb = verbWord(t, first.type, many.verb);
  const count = many.targets.length;
  const reason = reasonWord(t, first, many.reason);
  const all = t("table.allowed", { allowed: count, count: rows.length });
  return (
    <Tooltip label={count === 0 && reason ? reason : all} multiline maw={300}>
      <Button
        size="compact-md"
        variant="default"
        c={many.verb === "delete" && count > 0 ? "var(--state-red)" : undefined}
        leftSection={<Icon sign={many.sign} size={16} />}
        aria-disabled={count === 0}
        data-disabled={count === 0 || undefined}
        onClick={(event) => (count === 0 ? event.preventDefault() : onGo())}
      >
        {t("table.verb_count", { verb, count })}
      </Button>
    </Tooltip>
  );
}
