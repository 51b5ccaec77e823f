/** Containers: all of them, and one with its output and a shell. */

import { Button, Card, Loader, Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { ActionButtons } from "../act/menu";
import type { Container } from "../api/generated";
import { figuresLink } from "../graphs/follow";
import { useProject, useRow } from "../live/live";
import { Logs } from "../logs/logs";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Facts, Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { imageName } from "../words/say";
import { ContainerName, ContainerTable, Endpoints, Way } from "./list";

const Graphs = lazy(() => import("../graphs/graphs"));
const Shell = lazy(() => import("../terminal/terminal"));

export function Containers() {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <>
      <Head title={t("container.title")} name={t("container.title")}>
        <Button
          variant="default"
          component={Link}
          to={`/env/${project}/containers/new`}
          leftSection={<Icon sign="plus" />}
        >
          {t("container.add")}
        </Button>
        <Button
          component={Link}
          to={`/env/${project}/services/new`}
          leftSection={<Icon sign="plus" />}
        >
          {t("service.add")}
        </Button>
      </Head>
      <ContainerTable />
    </>
  );
}

export function ContainerDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const project = useProject();
  const [query, setQuery] = useSearchParams();
  const container = useRow("container", id);
  const tab = query.get("tab") ?? "overview";
  if (container.isError) {
    return <Trouble error={container.error} again={() => void container.refetch()} />;
  }
  if (container.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = container.data;
  if (row === null) return <Empty sign="container" title={t("container.gone")} />;
  const name = row.name ?? row.id;
  return (
    <>
      <Head title={row.nativeContainer ? <ContainerName container={row} /> : name} name={name}>
        {row.serviceId === null && (
          <Button
            variant="default"
            component={Link}
            to={`/env/${project}/containers/new?like=${row.id}`}
            leftSection={<Icon sign="copy" size={16} />}
          >
            {t("container.clone")}
          </Button>
        )}
        <ActionButtons row={row} />
      </Head>
      <State row={row} />
      <Tabs
        mt="md"
        value={tab}
        keepMounted={false}
        onChange={(now) =>
          setQuery(now && now !== "overview" ? { tab: now } : {}, { replace: true })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">{t("container.overview")}</Tabs.Tab>
          <Tabs.Tab value="use">{t("graph.title")}</Tabs.Tab>
          <Tabs.Tab value="logs">{t("container.logs")}</Tabs.Tab>
          {row.actions.execute !== undefined && (
            <Tabs.Tab value="shell">{t("container.shell")}</Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview container={row} />
        </Tabs.Panel>
        <Tabs.Panel value="use">
          <Use container={row} />
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <Logs container={row} />
        </Tabs.Panel>
        <Tabs.Panel value="shell">
          <Suspense fallback={<Loader aria-label={t("table.loading")} />}>
            <Shell container={row} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Use({ container }: { container: Container }) {
  const { t } = useTranslation();
  const path = figuresLink(container);
  if (path === null || container.state !== "running") {
    return <Empty sign="container" title={t("graph.not_running")} />;
  }
  return (
    <Suspense fallback={<Loader aria-label={t("table.loading")} />}>
      <Graphs key={container.startCount} path={path} type="container" />
    </Suspense>
  );
}

const lines = (texts: readonly string[]) =>
  texts.length > 0 && (
    <span className="mono" style={{ whiteSpace: "pre-line" }}>
      {texts.join("\n")}
    </span>
  );
const mapLines = (map: Record<string, string> | null) =>
  lines(Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`));

function Overview({ container: row }: { container: Container }) {
  const { t } = useTranslation();
  return (
    <Card withBorder>
      <Facts
        rows={[
          [
            t("container.image"),
            <span key="image" className="mono">
              {imageName(row.imageUuid)}
            </span>,
          ],
          [t("container.command"), lines([(row.command ?? []).join(" ")].filter(Boolean))],
          [t("container.host"), row.hostId && <Way key="host" type="host" id={row.hostId} />],
          [
            t("container.part_of"),
            row.serviceId ? (
              <Way key="service" type="service" id={row.serviceId} />
            ) : (
              t("container.standalone")
            ),
          ],
          [t("container.ip"), row.primaryIpAddress],
          [t("container.network"), row.networkMode],
          [t("container.ports"), lines(row.ports)],
          [
            t("container.endpoints"),
            row.publishedPorts.length > 0 && <Endpoints key="at" container={row} />,
          ],
          [t("container.volumes"), lines(row.dataVolumes)],
          [t("container.environment"), mapLines(row.environment)],
          [t("container.labels"), mapLines(row.labels)],
          [t("container.health"), row.healthState],
          [t("container.exit_code"), row.exitCode],
          [t("container.starts"), row.startCount],
          [t("container.started"), row.started && <Ago key="started" at={row.started} />],
          [t("container.created"), <Ago key="created" at={row.created} />],
          [
            t("container.external_id"),
            row.externalId && (
              <span key="id" className="mono">
                {row.externalId.slice(0, 12)}
              </span>
            ),
          ],
        ]}
      />
    </Card>
  );
}
