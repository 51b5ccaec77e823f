/** The log viewer: what one or several containers write, followed, searched, filtered, saved. */

import {
  Alert,
  Checkbox,
  Group,
  Loader,
  NativeSelect,
  SegmentedControl,
  Text,
} from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { useProject, useRows } from "../live/live";
import { Trouble, tellTrouble } from "../parts/trouble";
import { Choose, useChoice } from "./choices";
import { sourceOf, useOutput, wholeOutput } from "./follow";
import { fromLevel } from "./levels";
import { MOST_LINES, ofStreams, type Streams } from "./lines";
import { SearchField, Tool, useSearch } from "./search";
import { Lines, type View } from "./shown";

const MOST_SOURCES = 20; // that are followed at a time: each is a stream of its host
const TIMES = ["none", "local", "utc"] as const;

interface Place {
  /** What the viewer's height is. */
  height?: string;
  /** Whether it is in a window of its own. */
  isAlone?: boolean;
}

export function ContainerLogs({ container, ...place }: { container: Container } & Place) {
  const containers = useMemo(() => withOutput([container]), [container]);
  return (
    <Logs
      containers={containers}
      name={sourceOf(container)}
      at={`containers/${container.id}`}
      {...place}
    />
  );
}

/** What all containers of a service write. */
export function ServiceLogs({ id, name, ...place }: { id: string; name: string } & Place) {
  const { t } = useTranslation();
  const found = useRows("container", { serviceId: id, sort: "name", limit: `${MOST_SOURCES + 1}` });
  const containers = useMemo(() => withOutput(found.rows).slice(0, MOST_SOURCES), [found.rows]);
  if (found.isPending) return <Loader aria-label={t("table.loading")} />;
  return (
    <>
      {found.rows.length > MOST_SOURCES && (
        <Text size="xs" c="dimmed" mb="xs">
          {t("log.most", { count: MOST_SOURCES })}
        </Text>
      )}
      <Logs containers={containers} name={name} at={`services/${id}`} {...place} />
    </>
  );
}

const withOutput = (containers: readonly Container[]) =>
  containers.filter(({ actions }) => actions.logs !== undefined);

interface Props extends Place {
  containers: readonly Container[];
  name: string;
  at: string;
}

const HEIGHT = "max(320px, calc(100vh - 270px))";

function Logs({ containers, name, at, height = HEIGHT, isAlone = false }: Props) {
  const { t } = useTranslation();
  const project = useProject();
  const asked = { lines: Number(useChoice("lines")), since: useChoice("since") };
  const output = useOutput(containers, asked);
  const [streams, setStreams] = useState<Streams>("all");
  const level = useChoice("level");
  const [view, setView] = useLocalStorage<View>({
    key: "pasture.output",
    defaultValue: { wraps: true, times: "none", json: false },
    getInitialValueInEffect: false,
  });
  const lines = useMemo(
    () => fromLevel(ofStreams(output.lines, streams), level),
    [output.lines, streams, level],
  );
  const search = useSearch(lines);
  const sources = useMemo(() => containers.map(sourceOf), [containers]);
  if (containers.length === 0 && output.lines.length === 0) {
    return <Text c="dimmed">{t("log.not_running")}</Text>;
  }
  const query = new URLSearchParams(window.location.search);
  query.delete("tab");
  return (
    <div style={{ display: "flex", flexDirection: "column", height }}>
      <Group gap="xs" mb="xs">
        <SearchField search={search} />
        <Choose name="since" />
        {asked.since === "" && <Choose name="lines" />}
        <Choose name="level" />
        {!containers.every(({ tty }) => tty) && (
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
        <ViewChoices view={view} onChange={setView} />
        <Group gap={2} ms="auto">
          <Download containers={containers} name={name} />
          <Tool sign="trash" label={t("log.clear")} onClick={output.clear} />
          {!isAlone && (
            <Tool
              sign="window"
              label={t("log.window")}
              onClick={() =>
                window.open(
                  `/env/${project}/log/${at}?${query}`,
                  "_blank",
                  "popup,width=900,height=600",
                )
              }
            />
          )}
        </Group>
      </Group>
      {Boolean(output.error) && <Trouble error={output.error} />}
      {output.following === "lost" && (
        <Alert color="orange" variant="light" p="xs" mb="xs" role="status">
          {t("log.lost")}
        </Alert>
      )}
      <Lines lines={search.shown} search={search} view={view} sources={sources} />
      <Text size="xs" c="dimmed" mt={4}>
        {output.following === "ended" && `${t("log.ended")} `}
        {output.lines.length >= MOST_LINES && t("log.limit", { count: MOST_LINES })}
      </Text>
    </div>
  );
}

/** How lines look; whoever chose it finds it so again. */
function ViewChoices({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("log.times")}
        value={view.times}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...view, times: TIMES.find((one) => one === value) ?? "none" })
        }
        data={TIMES.map((value) => ({ value, label: t(`log.times_of.${value}`) }))}
      />
      {(["wraps", "json"] as const).map((one) => (
        <Checkbox
          key={one}
          size="xs"
          label={t(`log.${one}`)}
          checked={view[one]}
          onChange={(event) => onChange({ ...view, [one]: event.currentTarget.checked })}
        />
      ))}
    </>
  );
}

function Download({ containers, name }: { containers: readonly Container[]; name: string }) {
  const { t } = useTranslation();
  const reading = useMutation({
    mutationFn: () => wholeOutput(containers),
    onSuccess: (text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(text);
      link.download = `${name}.log`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (error) => tellTrouble(t as TFunction, error),
  });
  return <Tool sign="download" label={t("log.download")} onClick={() => reading.mutate()} />;
}
