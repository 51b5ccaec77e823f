/** What can be done with a row: a menu, and on the row's own page its main verbs as buttons. */

import { ActionIcon, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import { type ComponentPropsWithRef, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { selfOf } from "../api/http";
import { copyText } from "../parts/copy";
import { Icon, type Sign } from "../parts/icons";
import { verbWord } from "../words/say";
import { reasonWord, useActing } from "./acting";
import { type Act, actsOf, type Named, nameOf, reasonOf } from "./acts";
import { Edit, isEdited } from "./edit";

interface Props {
  row: Named;
  /** Further items of the page: where else one can go from here. */
  more?: ReactNode;
}

/** A button at first: a table has many, and few are opened. */
export function ActionMenu({ row, more }: Props) {
  const [isWanted, setWanted] = useState(false);
  if (isWanted) return <OpenMenu row={row} more={more} />;
  return <Dots row={row} aria-haspopup="menu" onClick={() => setWanted(true)} />;
}

function Dots({ row, ...rest }: { row: Named } & ComponentPropsWithRef<"button">) {
  const { t } = useTranslation();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t("act.menu", { name: nameOf(row) })}
      {...rest}
    >
      <Icon sign="dots" />
    </ActionIcon>
  );
}

function OpenMenu({ row, more }: Props) {
  const { t } = useTranslation();
  const { begin, dialog } = useActing();
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <Menu defaultOpened position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <Dots row={row} />
        </Menu.Target>
        <Menu.Dropdown>
          {actsOf(row).map((act) => (
            <ActItem key={act.verb} row={row} act={act} onRun={() => begin([{ row, act }])} />
          ))}
          {isEdited(row.type) && (
            <Item
              sign="edit"
              word={t("act.edit")}
              reason={reasonWord(t, row, reasonOf(row, "update"))}
              onRun={() => setEditing(true)}
            />
          )}
          {more}
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
      {isEditing && <Edit row={row} onClose={() => setEditing(false)} />}
    </>
  );
}

function ActItem({ row, act, onRun }: { row: Named; act: Act; onRun: () => void }) {
  const { t } = useTranslation();
  const reason = reasonWord(t, row, act.reason);
  return (
    <Item
      sign={act.sign}
      word={verbWord(t, row.type, act.verb)}
      reason={reason}
      color={act.verb === "delete" ? "var(--state-red)" : undefined}
      onRun={onRun}
    />
  );
}

interface ItemProps {
  sign: Sign;
  word: string;
  /** Why it cannot be chosen now. */
  reason: string | null;
  color?: string | undefined;
  onRun: () => void;
}

function Item({ sign, word, reason, color, onRun }: ItemProps) {
  return (
    <Menu.Item
      leftSection={<Icon sign={sign} size={16} />}
      disabled={reason !== null}
      color={reason === null ? color : undefined}
      onClick={onRun}
    >
      {word}
      {reason && (
        <Text span display="block" size="xs">
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}

/** What can be done as buttons; those that are not possible now say why. */
export function ActionButtons({ row, more }: Props) {
  const { begin, dialog } = useActing();
  return (
    <Group gap="xs">
      {actsOf(row)
        .filter((act) => act.verb !== "delete")
        .map((act) => (
          <ActButton key={act.verb} row={row} act={act} onRun={() => begin([{ row, act }])} />
        ))}
      <ActionMenu row={row} more={more} />
      {dialog}
    </Group>
  );
}

/** One that cannot be pressed can still be reached, so that everybody learns why. */
function ActButton({ row, act, onRun }: { row: Named; act: Act; onRun: () => void }) {
  const { t } = useTranslation();
  const reason = reasonWord(t, row, act.reason);
  const said = reason ?? act.command;
  return (
    <Tooltip label={said} disabled={said === null} events={ALL_WAYS}>
      <Button
        variant="default"
        leftSection={<Icon sign={act.sign} size={16} />}
        aria-disabled={reason !== null}
        data-disabled={reason !== null || undefined}
        onClick={() => reason === null && onRun()}
      >
        {verbWord(t, row.type, act.verb)}
      </Button>
    </Tooltip>
  );
}

const ALL_WAYS = { hover: true, focus: true, touch: true };
