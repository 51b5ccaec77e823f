/** Where published ports answer, as links. */

import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { useById } from "../live/live";
import { CopyButton } from "../parts/copy";
import { type Endpoint, endpointsOf } from "./endpoints";

const MOST = 3; // in a row of a table

/** Those of a container, or of several; once each. */
export function useEndpoints(containers: readonly Container[]): Endpoint[] {
  const hosts = useById("host");
  const found = containers.flatMap((container) =>
    endpointsOf(
      container.publishedPorts,
      hosts.get(container.hostId ?? "")?.agentIpAddress ?? null,
    ),
  );
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

export function Endpoints({ container }: { container: Container }) {
  return <Places found={useEndpoints([container])} />;
}

/** The first of them in a row. */
export function Places({ found }: { found: readonly Endpoint[] }) {
  const { t } = useTranslation();
  if (found.length === 0) return null;
  const rest = found.length - MOST;
  return (
    <Group gap={6} className="mono">
      {found.slice(0, MOST).map((one) => (
        <Place key={one.text} one={one} />
      ))}
      {rest > 0 && (
        <Text span size="xs" c="dimmed">
          {t("container.more_places", { count: rest })}
        </Text>
      )}
    </Group>
  );
}

/** All of them, one a line, to follow or to take along. */
export function PlaceLines({ found }: { found: readonly Endpoint[] }) {
  if (found.length === 0) return null;
  return (
    <Stack gap={0} className="mono">
      {found.map((one) => (
        <Group key={one.text} gap={4}>
          <Place one={one} />
          <CopyButton text={one.url ?? one.text} />
        </Group>
      ))}
    </Stack>
  );
}

function Place({ one: { text, url } }: { one: Endpoint }) {
  if (url === null) return <span>{text}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}
