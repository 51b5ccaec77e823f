/** Services in a table: those of the environment, or of a stack. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ActionMenu } from "../act/menu";
import type { Service } from "../api/generated";
import { Way } from "../containers/list";
import { useProject } from "../live/live";
import type { Params } from "../live/patch";
import { Empty } from "../parts/empty";
import { Make } from "../parts/make";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { type Column, DataTable } from "../table/table";
import { imageName } from "../words/say";
import { ServicePlaces } from "./places";
import { Scale } from "./scale";

function ServiceName({ service }: { service: Service }) {
  const project = useProject();
  return <Link to={`/env/${project}/services/${service.id}`}>{service.name}</Link>;
}

export function AddService({ stack }: { stack?: string }) {
  const { t } = useTranslation();
  const project = useProject();
  const query = stack ? `?stack=${stack}` : "";
  return (
    <Make type="service" word={t("service.add")} to={`/env/${project}/services/new${query}`} />
  );
}

const mono = (text: string) => text && <span className="mono">{text}</span>;

export function ServiceTable({ always, stack }: { always?: Params; stack?: string }) {
  const { t } = useTranslation();
  const columns = useMemo<Column<Service>[]>(() => {
    const all: Column<Service>[] = [
      {
        id: "name",
        name: t("service.name"),
        sort: "name",
        cell: (s) => <ServiceName service={s} />,
      },
      { id: "state", name: t("service.state"), sort: "state", cell: (s) => <State row={s} /> },
      {
        id: "stack",
        name: t("service.stack"),
        sort: "stackId",
        cell: (s) => <Way type="stack" id={s.stackId} />,
      },
      { id: "scale", name: t("service.scale"), cell: (s) => <Scale service={s} /> },
      {
        id: "image",
        name: t("service.image"),
        cell: (s) => mono(imageName(s.launchConfig?.imageUuid ?? null)),
      },
      {
        id: "endpoints",
        name: t("container.endpoints"),
        cell: (s) => <ServicePlaces service={s} />,
      },
      {
        id: "ports",
        name: t("service.ports"),
        cell: (s) => mono((s.launchConfig?.ports ?? []).join(" ")),
        isExtra: true,
      },
      {
        id: "description",
        name: t("service.description"),
        cell: (s) => s.description,
        isExtra: true,
      },
      {
        id: "created",
        name: t("service.created"),
        sort: "created",
        cell: (s) => <Ago at={s.created} />,
        isExtra: true,
      },
    ];
    return stack ? all.filter((column) => column.id !== "stack") : all;
  }, [t, stack]);
  return (
    <DataTable
      type="service"
      name={t("service.title")}
      columns={columns}
      always={always}
      sign="service"
      acts={(service) => <ActionMenu row={service} />}
      empty={
        <Empty sign="service" title={t("service.none")} hint={t("service.none_hint")}>
          <AddService stack={stack} />
        </Empty>
      }
    />
  );
}
