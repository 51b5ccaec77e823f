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
  return (
    <>
      <Bar
        name={t("graph.cpu")}
        value={last.cpu}
        text={last.cpu === null ? "–" : percent(i18n.language, last.cpu)}
      />
      <Bar
        name={t("graph.memory")}
        value={share(last)}
        text={
          last.memoryLimit ? `${size(last.memory)} / ${size(last.memoryLimit)}` : size(last.memory)
        }
      />
      <Pair
        name={t("graph.network")}
        one={["received", rate(last.received)]}
        two={["sent", rate(last.sent)]}
      />
      <Pair
        name={t("graph.disk")}
        one={["read", rate(last.read)]}
        two={["written", rate(last.written)]}
      />
    </>
  );
}

const share = ({ memory, memoryLimit }: Point): number | null =>
  memoryLimit ? (WHOLE * memory) / memoryLimit : null;

function Bar({ name, value, text }: { name: string; value: number | null; text: string }) {
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {name}
        </Text>
        <Text size="xs" className="figure">
          {text}
        </Text>
      </Group>
      <Progress
        value={Math.min(value ?? 0, WHOLE)}
        color={(value ?? 0) > MUCH ? "orange" : undefined}
        size="xs"
        mb={4}
        aria-label={name}
      />
    </>
  );
}

type Way = [part: "received" | "sent" | "read" | "written", text: string];

function Pair({ name, one, two }: { name: string; one: Way; two: Way }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="xs">
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xs" className="figure">
        {[one, two].map(([part, text]) => `${t(`graph.${part}`)} ${text}`).join(" · ")}
      </Text>
    </Group>
  );
}
