/** The lines that are in sight; they follow what comes until somebody scrolls up. */

import { Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import { sourceColour } from "./ansi";
import { pretty } from "./levels";
import { type Line, type Piece, pieces } from "./lines";
import type { Search } from "./search";

const LINE_PX = 19;
const AT_END_PX = 30;
const AHEAD = 20;

export interface View {
  wraps: boolean;
  times: "none" | "local" | "utc";
  json: boolean;
}

interface LinesProps {
  lines: readonly Line[];
  search: Search;
  view: View;
  /** Whose lines these are. */
  sources: readonly string[];
}

export function Lines({ lines, search, view, sources }: LinesProps) {
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
  const last = lines.reduce((most, { number }) => Math.max(most, number), 0);
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
                <OneLine
                  line={line}
                  wanted={search.wanted}
                  view={view}
                  colour={sources.length > 1 ? sourceColour(sources.indexOf(line.source)) : null}
                />
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

/** The time of day, on the reader's clock or the world's. */
function timeOf(time: string, language: string, clock: "local" | "utc"): string {
  const timeZone = clock === "utc" ? "UTC" : undefined;
  return new Date(time).toLocaleTimeString(language, { hour12: false, timeZone });
}

interface OneLineProps {
  line: Line;
  wanted: RegExp | null;
  view: View;
  /** Of what says where the line is from; null: that is known. */
  colour: string | null;
}

const OneLine = memo(function OneLine({ line, wanted, view, colour }: OneLineProps) {
  const { i18n } = useTranslation();
  const json = view.json ? pretty(line.text) : null;
  const parts = pieces(json ?? line.text, json === null ? line.runs : [], wanted);
  return (
    <>
      {view.times !== "none" && line.time && (
        <time dateTime={line.time} title={line.time}>
          {timeOf(line.time, i18n.language, view.times)}
        </time>
      )}
      {colour && (
        <span className="source" style={{ color: colour }}>
          {line.source}
        </span>
      )}
      {parts.map((piece, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line's pieces never move
        <OnePiece key={i} piece={piece} />
      ))}
    </>
  );
});

function OnePiece({ piece: { text, style, isMatch } }: { piece: Piece }) {
  const part = isMatch ? <mark>{text}</mark> : text;
  return style === null ? part : <span style={style}>{part}</span>;
}
