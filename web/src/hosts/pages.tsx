/** Hosts: all of them as a table or as cards, and one. */

import { Badge, Card, Group, SegmentedControl, SimpleGrid, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { ActionButtons, ActionMenu } from "../act/menu";
import type { Host } from "../api/generated";
import { ContainerTable } from "../containers/list";
import { figuresLink } from "../graphs/follow";
import { useProject, useRow, useRows } from "../live/live";
import { Empty } from "../parts/empty";
import { Make } from "../parts/make";
import { Facts, Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { type Column, DataTable } from "../table/table";
import { bytes } from "../words/say";
import { AddHost } from "./add";
import { factsOf, ownLabels } from "./facts";
import { CardUse } from "./use";

const Graphs = lazy(() => import("../graphs/graphs"));

function HostName({ host }: { host: Host }) {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <Group gap={6}>
      <Link to={`/env/${project}/hosts/${host.id}`}>{host.name ?? host.hostname ?? host.id}</Link>
      {factsOf(host).isSimulated && <Badge variant="default">{t("host.simulated")}</Badge>}
    </Group>
  );
}

function Labels({ labels }: { labels: Record<string, string> | null }) {
  const own = ownLabels(labels);
  if (own.length === 0) return null;
  return (
    <Group gap={4}>
      {own.map(([name, value]) => (
        <Badge key={name} variant="default" tt="none" fw={500}>
          {name}={value}
        </Badge>
      ))}
    </Group>
  );
}

function useColumns(): Column<Host>[] {
  const { t, i18n } = useTranslation();
  const count = (n: number | null) => n !== null && t("host.cpus", { count: n });
  return [
    { id: "name", name: t("host.name"), sort: "name", cell: (h) => <HostName host={h} /> },
    { id: "state", name: t("host.state"), sort: "state", cell: (h) => <State row={h} /> },
    {
      id: "address",
      name: t("host.address"),
      cell: (h) => <span className="mono">{h.agentIpAddress}</span>,
    },
    { id: "containers", name: t("host.containers"), cell: (h) => h.instanceIds?.length ?? 0 },
    { id: "cpu", name: t("host.cpu"), sort: "milliCpu", cell: (h) => count(factsOf(h).cpus) },
    {
      id: "memory",
      name: t("host.memory"),
      sort: "memory",
      cell: (h) => h.memory && bytes(i18n.language, h.memory),
    },
    { id: "labels", name: t("host.labels"), cell: (h) => <Labels labels={h.labels} /> },
    { id: "docker", name: t("host.docker"), cell: (h) => factsOf(h).docker, isExtra: true },
    { id: "os", name: t("host.os"), cell: (h) => factsOf(h).os, isExtra: true },
    {
      id: "created",
      name: t("host.created"),
      sort: "created",
      cell: (h) => <Ago at={h.created} />,
      isExtra: true,
    },
  ];
}

export function Hosts() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const view = query.get("view") === "cards" ? "cards" : "table";
  const columns = useColumns();
  const put = (name: "add" | "view", value: string | null) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const add = (
    <Make type="registrationToken" word={t("host.add")} onClick={() => put("add", "1")} />
  );
  const empty = (
    <Empty sign="host" title={t("host.none")} hint={t("host.none_hint")}>
      {add}
    </Empty>
  );
  return (
    <>
      <Head title={t("host.title")} name={t("host.title")}>
        <SegmentedControl
          aria-label={t("host.view")}
          size="xs"
          value={view}
          onChange={(now) => put("view", now === "cards" ? now : null)}
          data={[
            { value: "table", label: t("host.table") },
            { value: "cards", label: t("host.cards") },
          ]}
        />
        {add}
      </Head>
      {view === "cards" ? (
        <Cards empty={empty} />
      ) : (
        <DataTable
          type="host"
          name={t("host.title")}
          columns={columns}
          sign="host"
          acts={(host) => <ActionMenu row={host} />}
          empty={empty}
        />
      )}
      {query.has("add") && <AddHost onClose={() => put("add", null)} />}
    </>
  );
}

function Cards({ empty }: { empty: React.ReactNode }) {
  const { t, i18n } = useTranslation();
  const list = useRows("host", ALL);
  if (list.isError) return <Trouble error={list.error} again={() => void list.refetch()} />;
  if (list.isSuccess && list.rows.length === 0) return empty;
  return (
    <SimpleGrid minColWidth={280} spacing="md">
      {list.rows.map((host) => {
        const facts = factsOf(host);
        return (
          <Card key={host.id} withBorder>
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <HostName host={host} />
              <ActionMenu row={host} />
            </Group>
            <State row={host} />
            <Text size="sm" mt="xs" className="mono">
              {host.agentIpAddress}
            </Text>
            <Text size="sm" c="dimmed">
              {[
                facts.cpus !== null && t("host.cpus", { count: facts.cpus }),
                host.memory !== null && bytes(i18n.language, host.memory),
                `${t("host.containers")}: ${host.instanceIds?.length ?? 0}`,
              ]
                .filter(Boolean)
                .join(" · ")}
            </Text>
            <Labels labels={host.labels} />
            <CardUse host={host} />
          </Card>
        );
      })}
    </SimpleGrid>
  );
}

const ALL = { limit: "1000" };

export function HostDetail() {
  const { t, i18n } = useTranslation();
  const { id = "" } = useParams();
  const host = useRow("host", id);
  const always = { hostId: id };
  if (host.isError) return <Trouble error={host.error} again={() => void host.refetch()} />;
  if (host.isPending) return null;
  const row = host.data;
  if (row === null) return <Empty sign="host" title={t("host.gone")} />;
  const facts = factsOf(row);
  const name = row.name ?? row.hostname ?? row.id;
  return (
    <>
      <Head title={name} name={name}>
        <ActionButtons row={row} />
      </Head>
      <Card withBorder mb="lg">
        <Facts
          rows={[
            [t("host.state"), <State key="state" row={row} />],
            [t("host.address"), row.agentIpAddress],
            [t("host.cpu"), facts.cpus !== null && t("host.cpus", { count: facts.cpus })],
            [t("host.memory"), row.memory && bytes(i18n.language, row.memory)],
            [t("host.os"), facts.os],
            [t("host.kernel"), facts.kernel],
            [t("host.docker"), facts.docker],
            [
              t("host.labels"),
              ownLabels(row.labels).length > 0 && <Labels key="labels" labels={row.labels} />,
            ],
            [t("host.created"), <Ago key="created" at={row.created} />],
          ]}
        />
      </Card>
      <Use host={row} />
      <ContainerTable always={always} />
    </>
  );
}

function Use({ host }: { host: Host }) {
  const path = figuresLink(host);
  if (path === null || host.agentState !== "active") return null;
  return (
    <Suspense>
      <Graphs path={path} type="host" />
    </Suspense>
  );
}
