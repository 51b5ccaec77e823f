/** What a host uses now, on its card: followed while the card is in sight. */

import { Group, Progress, Text } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Host } from "../api/generated";
import type { Point } from "../graphs/figures";
import { figuresLink, useFigures } from "../graphs/follow";
import { bytes, percent } from "../words/say";

const HEIGHT_PX = 88; // with figures and without: nothing jumps
const WHOLE = 100; // percent
const MUCH = 90;

export function CardUse({ host }: { host: Host }) {
  const { ref, inViewport } = useInViewport();
  const path = host.agentState === "active" ? figuresLink(host) : null;
  if (path === null) return null;
  return (
    <div ref={ref} style={{ minHeight: HEIGHT_PX, marginTop: 8 }} data-use={host.id}>
      {inViewport && <Now path={path} />}
    </div>
  );
}

function Now({ path }: { path: string }) {
  const { t, i18n } = useTranslation();
  const last = useFigures(path, "host").points.at(-1);
  if (last === undefined) return null;
  const size = (value: number) => bytes(i18n.language, value);
  const rate = (value: number | null) => (value === null ? "–" : `${size(value)}/s`);
  const both = (one: Way, other: Way) =>
    [one, other].map((way) => `${t(`graph.${way}`)} ${rate(last[way])}`).join(" · ");
  return (
    <>
      <Line
        name={t("graph.cpu")}
        text={last.cpu === null ? "–" : percent(i18n.language, last.cpu)}
      />
      <Bar name={t("graph.cpu")} value={last.cpu} />
      <Line
        name={t("graph.memory")}
        text={
          last.memoryLimit ? `${size(last.memory)} / ${size(last.memoryLimit)}` : size(last.memory)
        }
      />
      <Bar name={t("graph.memory")} value={share(last)} />
      <Line name={t("graph.network")} text={both("received", "sent")} />
      <Line name={t("graph.disk")} text={both("read", "written")} />
    </>
  );
}

type Way = "received" | "sent" | "read" | "written";

const share = ({ memory, memoryLimit }: Point): number | null =>
  memoryLimit ? (WHOLE * memory) / memoryLimit : null;

function Line({ name, text }: { name: string; text: string }) {
  return (
    <Group justify="space-between" gap="xs">
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xs" className="figure">
        {text}
      </Text>
    </Group>
  );
}

function Bar({ name, value }: { name: string; value: number | null }) {
  return (
    <Progress
      value={Math.min(value ?? 0, WHOLE)}
      color={(value ?? 0) > MUCH ? "orange" : undefined}
      size="xs"
      mb={4}
      aria-label={name}
    />
  );
}
