/** What a host or a container uses, live; in a chunk of its own, with the library that draws. */

import { Alert, Card, Group, SimpleGrid, Text, useComputedColorScheme } from "@mantine/core";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { bytes, errorWord, percent } from "../words/say";
import { Chart, lineColour } from "./chart";
import type { Point } from "./figures";
import { type Followed, useFigures } from "./follow";

const MIB = 1024 * 1024;
const KIB = 1024;
const WHOLE = 100; // percent

type Part = "cpu" | "memory" | "received" | "sent" | "read" | "written";

interface Shown {
  id: "cpu" | "memory" | "network" | "disk";
  parts: readonly Part[];
  least: number;
  write: (language: string, value: number) => string;
}

const rate = (language: string, value: number) => `${bytes(language, value)}/s`;
const CHARTS: readonly Shown[] = [
  { id: "cpu", parts: ["cpu"], least: 5, write: percent },
  { id: "memory", parts: ["memory"], least: 8 * MIB, write: bytes },
  { id: "network", parts: ["received", "sent"], least: KIB, write: rate },
  { id: "disk", parts: ["read", "written"], least: KIB, write: rate },
];

interface Props {
  /** Where the figures are. */
  path: string;
  type: "host" | "container";
}

export default function Graphs({ path, type }: Props) {
  const { t } = useTranslation();
  const followed = useFigures(path, type);
  const { points, error } = followed;
  return (
    <>
      <Standing followed={followed} />
      {(points.length > 0 || error === null) && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {CHARTS.map((shown) => (
            <Graph key={shown.id} shown={shown} points={points} type={type} />
          ))}
        </SimpleGrid>
      )}
      <Text size="xs" c="dimmed" mt="xs" mb="lg">
        {t(type === "host" ? "graph.cpu_of_host" : "graph.cpu_of_container")}
      </Text>
    </>
  );
}

/** What stands in the way of new figures. */
function Standing({ followed: { following, error } }: { followed: Followed }) {
  const { t } = useTranslation();
  if (error !== null) {
    return (
      <Alert color="red" variant="light" mb="md" role="status">
        {errorWord(t as TFunction, error)}
      </Alert>
    );
  }
  if (following !== "lost" && following !== "ended") return null;
  return (
    <Alert color="gray" variant="light" mb="md" role="status">
      {t(following === "lost" ? "graph.lost" : "graph.ended")}
    </Alert>
  );
}

function Graph({
  shown,
  points,
  type,
}: {
  shown: Shown;
  points: readonly Point[];
  type: "host" | "container";
}) {
  const { t, i18n } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const times = useMemo(() => points.map((point) => point.at), [points]);
  const lines = useMemo(
    () => shown.parts.map((part) => points.map((point) => point[part])),
    [points, shown],
  );
  const last = points.at(-1);
  const write = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : shown.write(i18n.language, value);
  const limit = shown.id === "memory" && last?.memoryLimit;
  return (
    <Card withBorder component="figure" m={0} p="sm" data-graph={shown.id}>
      <Group component="figcaption" justify="space-between" gap="xs" mb="xs">
        <Text fw={600} size="sm">
          {t(`graph.${shown.id}`)}
        </Text>
        <Group gap="md">
          {shown.parts.map((part, index) => (
            <Group key={part} gap={6}>
              {shown.parts.length > 1 && (
                <>
                  <span
                    className="swatch"
                    style={{ background: lineColour(scheme, index) }}
                    aria-hidden="true"
                  />
                  <Text size="xs">{t(`graph.${part as "received"}`)}</Text>
                </>
              )}
              <Text size="sm" className="figure">
                {write(last?.[part])}
                {limit ? ` / ${write(limit)}` : ""}
              </Text>
            </Group>
          ))}
        </Group>
      </Group>
      <Chart
        times={times}
        lines={lines}
        least={(type === "host" && (shown.id === "cpu" ? WHOLE : limit)) || shown.least}
        areBytes={shown.id !== "cpu"}
        write={(value) => shown.write(i18n.language, value)}
      />
    </Card>
  );
}
