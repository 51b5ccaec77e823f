/** What can be done with a row: a menu, and on the row's own page its main verbs as buttons. */

import { ActionIcon, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "../api/generated";
import { selfOf } from "../api/http";
import { copyText } from "../parts/copy";
import { Icon } from "../parts/icons";
import { stateWord } from "../words/say";
import { type Act, actsOf } from "./acts";
import { Confirm } from "./confirm";
import { useRun } from "./run";

type Named = Resource & { name: string | null };

function wordOf(t: TFunction, row: Resource, act: Act): string {
  const isService = row.type === "service";
  if (isService && act.verb === "activate") return t("act.service.activate");
  if (isService && act.verb === "deactivate") return t("act.service.deactivate");
  return t(`act.${act.verb}`);
}

function reasonWord(t: TFunction, row: Resource, act: Act): string | null {
  if (act.reason === null) return null;
  return t(`act.${act.reason}`, { state: stateWord(t, row.state) });
}

/** Runs an act, or asks first. */
function useActing(row: Named) {
  const { t } = useTranslation();
  const run = useRun();
  const [asking, setAsking] = useState<Act | null>(null);
  const begin = (act: Act) => (act.asks ? setAsking(act) : run.mutate(act.change));
  const dialog = asking && (
    <Confirm
      row={row}
      act={asking}
      word={wordOf(t as TFunction, row, asking)}
      onClose={() => setAsking(null)}
    />
  );
  return { begin, dialog, isPending: run.isPending };
}

export function ActionMenu({ row }: { row: Named }) {
  const { t } = useTranslation();
  const { begin, dialog } = useActing(row);
  const name = row.name ?? row.id;
  return (
    <>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("act.menu", { name })}>
            <Icon sign="dots" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actsOf(row).map((act) => (
            <ActItem key={act.verb} row={row} act={act} onRun={() => begin(act)} />
          ))}
          <Menu.Divider />
          <Menu.Item
            component="a"
            href={selfOf(row)}
            target="_blank"
            leftSection={<Icon sign="api" size={16} />}
          >
            {t("act.view_api")}
          </Menu.Item>
          <Menu.Item
            leftSection={<Icon sign="copy" size={16} />}
            onClick={() => void copyText(row.id)}
          >
            {t("act.copy_id", { id: row.id })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}

function ActItem({ row, act, onRun }: { row: Named; act: Act; onRun: () => void }) {
  const { t } = useTranslation();
  const reason = reasonWord(t as TFunction, row, act);
  return (
    <Menu.Item
      leftSection={<Icon sign={act.sign} size={16} />}
      disabled={reason !== null}
      color={act.verb === "delete" && reason === null ? "var(--state-red)" : undefined}
      onClick={onRun}
    >
      {wordOf(t as TFunction, row, act)}
      {reason && (
        <Text span display="block" size="xs">
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}

/** The acts that are possible now, as buttons. */
export function ActionButtons({ row }: { row: Named }) {
  const { t } = useTranslation();
  const { begin, dialog, isPending } = useActing(row);
  const possible = actsOf(row).filter((act) => act.reason === null && act.verb !== "delete");
  return (
    <Group gap="xs">
      {possible.map((act) => (
        <Tooltip key={act.verb} label={act.command}>
          <Button
            variant="default"
            leftSection={<Icon sign={act.sign} size={16} />}
            disabled={isPending}
            onClick={() => begin(act)}
          >
            {wordOf(t as TFunction, row, act)}
          </Button>
        </Tooltip>
      ))}
      <ActionMenu row={row} />
      {dialog}
    </Group>
  );
}
