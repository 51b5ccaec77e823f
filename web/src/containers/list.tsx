/** Containers in a table: those of the environment, of a host, of a service. */

import { Badge, Group, Tooltip } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ActionMenu } from "../act/menu";
import type { Container } from "../api/generated";
import { useById, useProject } from "../live/live";
import type { Params } from "../live/patch";
import { Empty } from "../parts/empty";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { type Column, DataTable } from "../table/table";
import { imageName } from "../words/say";
import { Endpoints } from "./places";

const mono = (text: string | null) => text && <span className="mono">{text}</span>;

/** Marks what was not made here, and what was and is not known any more. */
export function Origin({ container }: { container: Container }) {
  const { t } = useTranslation();
  const isStray = container.strayUuid !== null;
  if (!container.nativeContainer && !isStray) return null;
  const kind = isStray ? "stray" : "native";
  return (
    <Tooltip label={t(`container.${kind}_hint`)} multiline maw={280}>
      <Badge variant="default">{t(`container.${kind}`)}</Badge>
    </Tooltip>
  );
}

function ContainerName({ container }: { container: Container }) {
  const project = useProject();
  return (
    <Group gap={6}>
      <Link to={`/env/${project}/containers/${container.id}`}>
        {container.name ?? container.id}
      </Link>
      <Origin container={container} />
    </Group>
  );
}

/** The name of what a container refers to, as a way there. */
export function Way({ type, id }: { type: "host" | "service" | "stack"; id: string | null }) {
  const project = useProject();
  const rows = useById(type);
  if (id === null) return null;
  return <Link to={`/env/${project}/${type}s/${id}`}>{rows.get(id)?.name ?? id}</Link>;
}

function useColumns(without: readonly string[]): Column<Container>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const all: Column<Container>[] = [
      {
        id: "name",
        name: t("container.name"),
        sort: "name",
        cell: (c) => <ContainerName container={c} />,
      },
      { id: "state", name: t("container.state"), sort: "state", cell: (c) => <State row={c} /> },
      {
        id: "ip",
        name: t("container.ip"),
        cell: (c) => mono(c.primaryIpAddress),
      },
      {
        id: "host",
        name: t("container.host"),
        sort: "hostId",
        cell: (c) => <Way type="host" id={c.hostId} />,
      },
      {
        id: "service",
        name: t("container.part_of"),
        sort: "serviceId",
        cell: (c) => <Way type="service" id={c.serviceId} />,
      },
      {
        id: "image",
        name: t("container.image"),
        cell: (c) => mono(imageName(c.imageUuid)),
      },
      {
        id: "endpoints",
        name: t("container.endpoints"),
        cell: (c) => <Endpoints container={c} />,
      },
      {
        id: "ports",
        name: t("container.ports"),
        cell: (c) => mono(c.ports.join(" ")),
        isExtra: true,
      },
      {
        id: "started",
        name: t("container.started"),
        cell: (c) => <Ago at={c.started} />,
        isExtra: true,
      },
      {
        id: "created",
        name: t("container.created"),
        sort: "created",
        cell: (c) => <Ago at={c.created} />,
      },
    ];
    return all.filter((column) => !without.includes(column.id));
  }, [t, without]);
}

interface Props {
  always?: Params;
  without?: readonly string[];
}

const NONE: readonly string[] = [];

export function ContainerTable({ always, without = NONE }: Props) {
  const { t } = useTranslation();
  return (
    <DataTable
      type="container"
      name={t("container.title")}
      columns={useColumns(without)}
      always={always}
      sign="container"
      acts={(container) => <ActionMenu row={container} />}
      empty={<Empty sign="container" title={t("container.none")} hint={t("container.none_hint")} />}
    />
  );
}
