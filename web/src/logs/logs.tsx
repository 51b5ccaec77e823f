/** The log viewer: follows, pauses when somebody scrolls up, searches, wraps, downloads. */

import {
  ActionIcon,
  Alert,
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { TFunction } from "i18next";
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { Icon, type Sign } from "../parts/icons";
import { Trouble, tellTrouble } from "../parts/trouble";
import { useOutput, wholeOutput } from "./follow";
import { type Line, MOST_LINES, matches, ofStreams, pattern, pieces, type Streams } from "./lines";

const LINE_PX = 19;
const AT_END_PX = 30;
const AHEAD = 20;

interface View {
  wraps: boolean;
  times: boolean;
}

export function Logs({ container }: { container: Container }) {
  const { t } = useTranslation();
  const output = useOutput(container);
  const [streams, setStreams] = useState<Streams>("all");
  const [view, setView] = useLocalStorage<View>({
    key: "pasture.log",
    defaultValue: { wraps: true, times: false },
    getInitialValueInEffect: false,
  });
  const lines = useMemo(() => ofStreams(output.lines, streams), [output.lines, streams]);
  const search = useSearch(lines);
  if (container.actions.logs === undefined && output.lines.length === 0) {
    return <Text c="dimmed">{t("log.not_running")}</Text>;
  }
  if (output.error) return <Trouble error={output.error} />;
  return (
    <div
      style={{
        display: "flex",
        flexDirection: "column",
        height: "max(320px, calc(100vh - 270px))",
      }}
    >
      <Group gap="xs" mb="xs">
        <SearchField search={search} />
        {!container.tty && (
          <SegmentedControl
            size="xs"
            value={streams}
            onChange={(value) => setStreams(value as Streams)}
            data={(["all", "stdout", "stderr"] as const).map((one) => ({
              value: one,
              label: t(`log.${one}`),
            }))}
          />
        )}
        <Checkbox
          size="xs"
          label={t("log.wrap")}
          checked={view.wraps}
          onChange={(event) => setView({ ...view, wraps: event.currentTarget.checked })}
        />
        <Checkbox
          size="xs"
          label={t("log.times")}
          checked={view.times}
          onChange={(event) => setView({ ...view, times: event.currentTarget.checked })}
        />
        <Group gap={2} ms="auto">
          <Download container={container} />
          <Tool sign="trash" label={t("log.clear")} onClick={output.clear} />
        </Group>
      </Group>
      {output.following === "lost" && (
        <Alert color="orange" variant="light" p="xs" mb="xs" role="status">
          {t("log.lost")}
        </Alert>
      )}
      <Lines lines={search.shown} search={search} view={view} />
      <Text size="xs" c="dimmed" mt={4}>
        {output.following === "ended" && `${t("log.ended")} `}
        {output.lines.length >= MOST_LINES && t("log.limit", { count: MOST_LINES })}
      </Text>
    </div>
  );
}

function Tool({ sign, label, onClick }: { sign: Sign; label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <Icon sign={sign} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Download({ container }: { container: Container }) {
  const { t } = useTranslation();
  const reading = useMutation({
    mutationFn: () => wholeOutput(container),
    onSuccess: (text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(text);
      link.download = `${container.name ?? container.id}.log`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (error) => tellTrouble(t as TFunction, error),
  });
  return <Tool sign="download" label={t("log.download")} onClick={() => reading.mutate()} />;
}

function useSearch(lines: readonly Line[]) {
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

type Search = ReturnType<typeof useSearch>;

function SearchField({ search }: { search: Search }) {
  const { t } = useTranslation();
  const { text, found, place, step } = search;
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
  };
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        type="search"
        size="xs"
        aria-label={t("log.search")}
        placeholder={t("log.search")}
        leftSection={<Icon sign="search" size={14} />}
        value={text}
        onChange={(event) => search.setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
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

interface LinesProps {
  lines: readonly Line[];
  search: Search;
  view: View;
}

function Lines({ lines, search, view }: LinesProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const [seen, setSeen] = useState(0);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: AHEAD,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  const last = lines.at(-1)?.number ?? 0;
  useEffect(() => {
    if (!follows || lines.length === 0) return;
    virtual.scrollToIndex(lines.length - 1, { align: "end" });
    setSeen(last);
  }, [follows, last, lines.length, virtual]);
  const target = search.found[search.place];
  useEffect(() => {
    if (search.text === "" || target === undefined) return;
    setFollows(false);
    virtual.scrollToIndex(target, { align: "center" });
  }, [search.text, target, virtual]);
  const onScroll = () => {
    const at = box.current;
    if (at === null) return;
    const isAtEnd = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END_PX;
    if (isAtEnd && search.text === "") setFollows(true);
  };
  const pause = () => {
    const at = box.current;
    if (at && at.scrollHeight > at.clientHeight) setFollows(false);
  };
  const news = lines.filter((line) => line.number > seen).length;
  return (
    <div style={{ position: "relative", flex: 1, minHeight: 0 }}>
      <div
        ref={box}
        className="log"
        role="log"
        aria-live="off"
        aria-label={t("container.logs")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        data-wrap={view.wraps || undefined}
        onScroll={onScroll}
        onWheel={(event) => event.deltaY < 0 && pause()}
        onTouchMove={pause}
        onKeyDown={(event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && pause()}
      >
        {lines.length === 0 && <div style={{ padding: "0 10px" }}>{t("log.no_lines")}</div>}
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className={`line${line.isError ? " stderr" : ""}${item.index === target ? " at" : ""}`}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <OneLine line={line} wanted={search.wanted} withTime={view.times} />
              </div>
            );
          })}
        </div>
      </div>
      {!follows && (
        <Button
          size="xs"
          leftSection={<Icon sign="down" size={14} />}
          style={{ position: "absolute", right: 20, bottom: 14 }}
          onClick={() => {
            search.setText("");
            setFollows(true);
          }}
        >
          {news > 0 ? t("log.follow_new", { count: news }) : t("log.follow")}
        </Button>
      )}
    </div>
  );
}

interface OneLineProps {
  line: Line;
  wanted: RegExp | null;
  withTime: boolean;
}

const OneLine = memo(function OneLine({ line, wanted, withTime }: OneLineProps) {
  const { i18n } = useTranslation();
  const parts = pieces(line.text, wanted);
  let at = 0;
  return (
    <>
      {withTime && line.time && (
        <time dateTime={line.time} title={line.time}>
          {new Date(line.time).toLocaleTimeString(i18n.language, { hour12: false })}
        </time>
      )}
      {parts.map((part, i) => {
        const key = at;
        at += part.length + 1;
        return i % 2 === 1 ? <mark key={key}>{part}</mark> : part;
      })}
    </>
  );
});
