/** A shell in a container, in a chunk of its own: the terminal is large. */

import "@xterm/xterm/css/xterm.css";
import { ActionIcon, Alert, Button, Group, Select, Text, TextInput, Tooltip } from "@mantine/core";
import type { TFunction } from "i18next";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { selfOf } from "../api/http";
import { Icon } from "../parts/icons";
import { OutputSearch } from "../parts/output_search";
import { errorWord } from "../words/say";
import { keepSize, keptSize, LARGEST, SHELLS, type ShellName, SMALLEST } from "./chosen";
import { type Ending, type OpenShell, openShell, type Way } from "./connection";

export default function Shell({ container }: { container: Container }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const open = useRef<OpenShell>(null);
  const [round, setRound] = useState(0);
  const [shell, setShell] = useState<ShellName>("auto");
  const [user, setUser] = useState("");
  const [ending, setEnding] = useState<Ending | null>(null);
  const path = selfOf(container);
  const name = t("shell.label", { name: container.name ?? container.id });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new shell
  useEffect(() => {
    const at = place.current;
    if (at === null) return;
    setEnding(null);
    const opened = openShell(at, { path, name, shell, user, size: keptSize() }, setEnding);
    open.current = opened;
    return opened.close;
  }, [path, name, shell, user, round]);
  return (
    <div
      style={{
        display: "flex",
        flexDirection: "column",
        height: "max(320px, calc(100vh - 250px))",
      }}
    >
      <Group gap="xs" mb={4}>
        <WhichShell shell={shell} choose={setShell} />
        <AsWhom choose={setUser} />
        <TextSize resize={(size) => open.current?.resize(size)} />
        <Search open={open} />
        <Text size="xs" c="dimmed">
          {t("shell.leave")}
        </Text>
      </Group>
      {ending && <Ended ending={ending} again={() => setRound(round + 1)} />}
      <div className="terminal" style={{ flex: 1, minHeight: 0 }}>
        <div ref={place} style={{ height: "100%" }} data-testid="terminal" />
      </div>
    </div>
  );
}

interface Which {
  shell: ShellName;
  choose: (shell: ShellName) => void;
}

function WhichShell({ shell, choose }: Which) {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      w={130}
      aria-label={t("shell.which")}
      data={SHELLS.map((value) => ({ value, label: value === "auto" ? t("shell.auto") : value }))}
      value={shell}
      onChange={(chosen) => chosen && choose(chosen)}
    />
  );
}

/** Enter, or going elsewhere, takes what was typed; nothing: the image's own user. */
function AsWhom({ choose }: { choose: (user: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const take = () => choose(text.trim());
  return (
    <TextInput
      size="xs"
      w={110}
      aria-label={t("shell.user")}
      placeholder={t("shell.user")}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // the new shell has the focus before the key is through
        take();
      }}
      onBlur={take}
    />
  );
}

function TextSize({ resize }: { resize: (size: number) => void }) {
  const { t } = useTranslation();
  const [size, setSize] = useState(keptSize);
  const put = (wanted: number) => {
    keepSize(wanted);
    setSize(wanted);
    resize(wanted);
  };
  const step = (by: 1 | -1, isLast: boolean) => (
    <Tooltip label={t(by > 0 ? "shell.larger" : "shell.smaller")}>
      <ActionIcon
        variant="default"
        aria-label={t(by > 0 ? "shell.larger" : "shell.smaller")}
        disabled={isLast}
        onClick={() => put(size + by)}
      >
        <Icon sign={by > 0 ? "plus" : "minus"} size={14} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={4}>
      {step(-1, size <= SMALLEST)}
      {step(1, size >= LARGEST)}
    </Group>
  );
}

/** Enter goes to the next place, Shift+Enter to the one before, Escape back into the terminal. */
function Search({ open }: { open: RefObject<OpenShell | null> }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [isThere, setThere] = useState(true);
  const find = (wanted: string, way: Way) =>
    setThere((open.current?.find(wanted, way) ?? true) || wanted === "");
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") find(text, event.shiftKey ? "previous" : "next");
    if (event.key === "Escape") open.current?.focus();
  };
  return (
    <>
      <OutputSearch
        value={text}
        onChange={(wanted) => {
          setText(wanted);
          find(wanted, "typed");
        }}
        onKeyDown={onKey}
      />
      <Text size="xs" c="dimmed" aria-live="polite">
        {isThere ? "" : t("log.no_match")}
      </Text>
    </>
  );
}

function Ended({ ending, again }: { ending: Ending; again: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color={ending.error ? "red" : "gray"} variant="light" p="xs" mb="xs" role="status">
      <Group justify="space-between">
        {ending.error === undefined
          ? t("shell.ended", { code: ending.code ?? "" })
          : t("shell.failed", { error: errorWord(t as TFunction, ending.error) })}
        <Button size="xs" variant="default" onClick={again}>
          {t("shell.again")}
        </Button>
      </Group>
    </Alert>
  );
}
