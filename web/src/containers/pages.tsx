/** Containers: all of them, and one with its output and a shell. */

import { Button, Group, Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ActionButtons } from "../act/menu";
import type { Container } from "../api/generated";
import { figuresLink } from "../graphs/follow";
import { useProject, useRow, useRows } from "../live/live";
import { ContainerLogs } from "../logs/logs";
import { Changes } from "../parts/changes";
import { Command } from "../parts/copy";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Make } from "../parts/make";
import { Head } from "../parts/page";
import { Siblings } from "../parts/siblings";
import { State } from "../parts/state";
import { PageTabs, type Tab } from "../parts/tabs";
import { Trouble } from "../parts/trouble";
import { Stray } from "./adopt";
import { LaunchCards } from "./launch";
import { ContainerTable, Origin } from "./list";
import { Overview } from "./overview";

const Graphs = lazy(() => import("../graphs/graphs"));
const Shell = lazy(() => import("../terminal/terminal"));

export function Containers() {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <>
      <Head title={t("container.title")} name={t("container.title")}>
        <Make
          type="container"
          variant="default"
          word={t("container.add")}
          to={`/env/${project}/containers/new`}
        />
        <Make type="service" word={t("service.add")} to={`/env/${project}/services/new`} />
      </Head>
      <ContainerTable />
    </>
  );
}

export function ContainerDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const container = useRow("container", id);
  if (container.isError)
    return <Trouble error={container.error} again={() => void container.refetch()} />;
  if (container.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = container.data;
  if (row === null) return <Empty sign="container" title={t("container.gone")} />;
  return (
    <>
      <ContainerHead container={row} />
      <State row={row} />
      <Stray container={row} />
      <ContainerTabs container={row} />
    </>
  );
}

function ContainerHead({ container: row }: { container: Container }) {
  const { t } = useTranslation();
  const project = useProject();
  const name = row.name ?? row.id;
  const title = (
    <Group gap="xs">
      {name}
      <Origin container={row} />
    </Group>
  );
  return (
    <Head title={title} name={name}>
      <ContainerSiblings container={row} />
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
  );
}

/** The others of its service; of a standalone one, those beside it on its host. */
function ContainerSiblings({ container }: { container: Container }) {
  const project = useProject();
  const { serviceId, hostId } = container;
  const { rows } = useRows("container", {
    ...(serviceId ? { serviceId } : { hostId: hostId ?? "" }),
    sort: "name",
    limit: "100",
  });
  if (!serviceId && !hostId) return null;
  return <Siblings to={`/env/${project}/containers`} id={container.id} rows={rows} />;
}

function ContainerTabs({ container: row }: { container: Container }) {
  const { t } = useTranslation();
  const tabs: Tab[] = [
    { id: "overview", name: t("container.overview"), content: <Overview container={row} /> },
    {
      id: "config",
      name: t("container.config"),
      content: <LaunchCards launch={row} isService={row.serviceId !== null} />,
    },
    { id: "use", name: t("graph.title"), content: <Use container={row} /> },
    { id: "logs", name: t("container.logs"), content: <ContainerLogs container={row} /> },
  ];
  if (row.actions.execute !== undefined) {
    const waiting = <Loader aria-label={t("table.loading")} />;
    const content = (
      <Suspense fallback={waiting}>
        <Shell container={row} />
      </Suspense>
    );
    tabs.push({ id: "shell", name: t("container.shell"), content });
  }
  tabs.push(
    { id: "changes", name: t("change.title"), content: <Changes row={row} /> },
    {
      id: "json",
      name: t("container.json"),
      content: <Command text={JSON.stringify(row, null, 2)} />,
    },
  );
  return <PageTabs tabs={tabs} />;
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
