/** One chart over time: uPlot on a canvas, its colours those of the page. */

import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";

export type Values = readonly (number | null)[];

interface Props {
  /** Seconds since the epoch, rising. */
  times: readonly number[];
  lines: readonly Values[];
  /** The least top of the axis, so that nothing small looks large. */
  least: number;
  /** Whether the values are bytes: steps of the axis are then round in their units. */
  areBytes: boolean;
  write: (value: number) => string;
}

const HEIGHT = 150;
const BYTES = Array.from({ length: 48 }, (_, power) => 2 ** power);
const WINDOW_S = 120; // shown at least, so that a young line is not stretched
const COLOURS = { light: ["#20733a", "#1864ab"], dark: ["#69db7c", "#74c0fc"] } as const;
const FAINT = { light: "#e9ecef", dark: "#33383d" } as const;
const TEXT = { light: "#5c636a", dark: "#adb5bd" } as const;

export function lineColour(scheme: "light" | "dark", index: number): string {
  return COLOURS[scheme][index % 2] as string;
}

export function Chart({ times, lines, least, areBytes, write }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const scheme = useComputedColorScheme("light");
  const count = lines.length;
  const data = [times, ...lines] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const written = useRef(write);
  written.current = write;

  useEffect(() => {
    const at = place.current;
    if (at === null) return;
    const font = `11px ${getComputedStyle(at).fontFamily}`;
    const axis = {
      stroke: TEXT[scheme],
      font,
      grid: { stroke: FAINT[scheme], width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: at.clientWidth,
        height: HEIGHT,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: {
            range: (_, __, newest) => [newest - Math.max(WINDOW_S, spanOf(latest.current)), newest],
          },
          y: { range: (_, __, most) => [0, Math.max(least, (most ?? 0) * 1.1)] },
        },
        axes: [
          { ...axis, size: 26, space: 80, values: "{HH}:{mm}:{ss}" },
          {
            ...axis,
            size: 72,
            space: 30,
            ...(areBytes && { incrs: BYTES }),
            values: (_, ticks) => ticks.map((tick) => written.current(tick)),
          },
        ],
        series: [
          {},
          ...Array.from({ length: count }, (_, index) => ({
            stroke: lineColour(scheme, index),
            fill: count === 1 ? `${lineColour(scheme, index)}22` : undefined,
            width: 1.5,
            points: { show: false },
          })),
        ],
      },
      latest.current,
      at,
    );
    plot.current = made;
    const watching = new ResizeObserver(() =>
      made.setSize({ width: at.clientWidth, height: HEIGHT }),
    );
    watching.observe(at);
    return () => {
      watching.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, count, least, areBytes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chart has its data already
  useEffect(() => plot.current?.setData(latest.current), [times, lines]);
  return <div ref={place} className="chart" aria-hidden="true" />;
}

function spanOf([times]: uPlot.AlignedData): number {
  return (times.at(-1) ?? 0) - (times[0] ?? 0);
}
