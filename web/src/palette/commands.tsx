/** The palette's button and the keys of the page; the palette itself is read when it is wanted. */

import { ActionIcon, Kbd, Modal, Switch, Table, Tooltip } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { chosen, usePrefer, usePreferences } from "../account/preferences";
import { useProject } from "../live/live";
import { Icon } from "../parts/icons";
import { type Command, NOTHING, pressed, SHORTCUTS } from "./keys";

const load = () => import("./palette");
const Palette = lazy(load);
const FIELDS = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], .xterm";

export function Commands() {
  const { t } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const navigate = useNavigate();
  const project = useProject();
  const open = async () => {
    setWanted(true);
    (await load()).open();
  };
  const run = (command: Command) => {
    if (command === "palette") void open();
    else if (command === "help") setHelping(true);
    else if (command === "new_service") void navigate(`/env/${project}/services/new`);
    else if (command.startsWith("go_")) void navigate(`/env/${project}/${command.slice(3)}`);
    else inTable(command);
  };
  useKeys(run);
  const label = `${t("palette.title")} (${KEY})`;
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={label}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => void open()}
        >
          <Icon sign="search" />
        </ActionIcon>
      </Tooltip>
      {isWanted && (
        <Suspense>
          <Palette onHelp={() => setHelping(true)} />
        </Suspense>
      )}
      {isHelping && <Help onClose={() => setHelping(false)} />}
    </>
  );
}

const KEY = navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K";

/** Keys count outside of fields, dialogs and terminals, and where nobody switched them off. */
function useKeys(run: (command: Command) => void) {
  const preferences = usePreferences();
  const isOff = chosen(preferences.data).shortcuts === false;
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    let pending = NOTHING;
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        if ((event.target as HTMLElement).closest(".xterm")) return; // it is the shell's
        event.preventDefault();
        latest.current("palette");
        return;
      }
      const isTyping = (event.target as HTMLElement).closest(FIELDS) !== null;
      if (isOff || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = pressed(pending, event.key, event.timeStamp);
      pending = step.pending;
      if (!step.command) return;
      event.preventDefault();
      latest.current(step.command);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [isOff]);
}

/** Moves among the rows of the page's table, and selects. */
function inTable(command: Command) {
  if (command === "search") {
    document.querySelector<HTMLElement>("main input[type=search]")?.focus();
    return;
  }
  const row = document.activeElement?.closest("tr[data-id]") ?? null;
  if (command === "select") {
    row?.querySelector<HTMLElement>("input[type=checkbox]")?.click();
    return;
  }
  const rows = [...document.querySelectorAll("main tr[data-id]")];
  const at = row === null ? -1 : rows.indexOf(row);
  const next = rows[command === "next" ? at + 1 : Math.max(at - 1, 0)];
  next?.querySelector<HTMLElement>("td a, td button")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const preferences = usePreferences();
  const prefer = usePrefer();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("palette.commands.help")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <Table aria-label={t("palette.commands.help")}>
        <Table.Tbody>
          {[[KEY, "palette"] as const, ...SHORTCUTS].map(([keys, command]) => (
            <Table.Tr key={keys}>
              <Table.Td w={90}>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{t(`palette.commands.${command}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label={t("palette.single")}
        description={t("palette.single_hint")}
        checked={chosen(preferences.data).shortcuts !== false}
        onChange={(event) => prefer.mutate({ shortcuts: event.currentTarget.checked })}
      />
    </Modal>
  );
}
