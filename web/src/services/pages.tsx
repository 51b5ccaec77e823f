/** Services: all of them, and one. */

import { Alert, Button, Card, Loader } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ActionButtons } from "../act/menu";
import type { Service } from "../api/generated";
import { LaunchCards } from "../containers/launch";
import { ContainerTable, Way } from "../containers/list";
import { Taken } from "../containers/overview";
import { useProject, useRow, useRows } from "../live/live";
import { ServiceLogs } from "../logs/logs";
import { Changes } from "../parts/changes";
import { Command } from "../parts/copy";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Facts, Head } from "../parts/page";
import { Siblings } from "../parts/siblings";
import { State, whyOf } from "../parts/state";
import { PageTabs } from "../parts/tabs";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { imageName } from "../words/say";
import { whyWord } from "../words/why";
import { AddService, ServiceTable } from "./list";
import { ServicePlaces } from "./places";
import { Scale } from "./scale";
import { whysOf } from "./why";

export function Services() {
  const { t } = useTranslation();
  return (
    <>
      <Head title={t("service.title")} name={t("service.title")}>
        <AddService />
      </Head>
      <ServiceTable />
    </>
  );
}

export function ServiceDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const service = useRow("service", id);
  if (service.isError)
    return <Trouble error={service.error} again={() => void service.refetch()} />;
  if (service.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = service.data;
  if (row === null) return <Empty sign="service" title={t("service.gone")} />;
  return (
    <>
      <ServiceHead service={row} />
      <Card withBorder>
        <ServiceFacts service={row} />
      </Card>
      <WhyNot service={row} />
      <ServiceTabs service={row} />
    </>
  );
}

function ServiceHead({ service: row }: { service: Service }) {
  const { t } = useTranslation();
  const project = useProject();
  const siblings = useRows("service", { stackId: row.stackId, sort: "name", limit: "100" });
  return (
    <Head title={row.name} name={row.name}>
      <Siblings to={`/env/${project}/services`} id={row.id} rows={siblings.rows} />
      <Button
        variant="default"
        component={Link}
        to={`/env/${project}/services/new?like=${row.id}`}
        leftSection={<Icon sign="copy" size={16} />}
      >
        {t("service.clone")}
      </Button>
      <ActionButtons row={row} />
    </Head>
  );
}

function ServiceFacts({ service: row }: { service: Service }) {
  const { t } = useTranslation();
  const image = imageName(row.launchConfig?.imageUuid ?? null);
  const isPublished = (row.launchConfig?.ports ?? []).length > 0;
  return (
    <Facts
      rows={[
        [t("service.state"), <State key="state" row={row} withWhy={false} />],
        [t("service.scale"), <Scale key="scale" service={row} canWrap />],
        [t("service.stack"), <Way key="stack" type="stack" id={row.stackId} />],
        [t("service.image"), <Taken key="image" text={image} />],
        [t("container.endpoints"), isPublished && <ServicePlaces key="at" service={row} isLong />],
        [t("service.description"), row.description],
        [t("service.created"), <Ago key="created" at={row.created} />],
      ]}
    />
  );
}

const MANY = "100"; // that do not run: their reasons are few

/** The reasons of those that do not run as they should. */
function WhyNot({ service }: { service: Service }) {
  const { t } = useTranslation();
  const project = useProject();
  const params = { serviceId: service.id, state_ne: "running", limit: MANY };
  const whys = whysOf(useRows("container", params).rows);
  if (service.state === "inactive") return null;
  if (whys.length === 0) return <Whole service={service} />;
  return (
    <Alert color="orange" variant="light" mt="md" title={t("service.why")} role="status">
      {whys.map(({ reason, containers }) => (
        <div key={reason}>
          {containers.length > 1 ? (
            t("service.why_many", { count: containers.length })
          ) : (
            <Link to={`/env/${project}/containers/${containers[0]?.id}`}>
              {containers[0]?.name}
            </Link>
          )}
          {": "}
          {whyWord(t, reason)}
        </div>
      ))}
    </Alert>
  );
}

/** A reason of the service itself: it has no containers that could have one. */
function Whole({ service }: { service: Service }) {
  const { t } = useTranslation();
  const reason = whyOf(service);
  if (reason === null || service.transitioning === "no") return null;
  return (
    <Alert color="orange" variant="light" mt="md" title={t("service.why")} role="status">
      {whyWord(t, reason)}
    </Alert>
  );
}

const WITHOUT = ["service"];

function ServiceTabs({ service: row }: { service: Service }) {
  const { t } = useTranslation();
  const always = useMemo(() => ({ serviceId: row.id }), [row.id]);
  return (
    <PageTabs
      tabs={[
        {
          id: "containers",
          name: t("container.title"),
          content: <ContainerTable always={always} without={WITHOUT} />,
        },
        {
          id: "logs",
          name: t("container.logs"),
          content: <ServiceLogs id={row.id} name={row.name} />,
        },
        {
          id: "config",
          name: t("container.config"),
          content: <LaunchCards launch={row.launchConfig ?? {}} isService />,
        },
        { id: "changes", name: t("change.title"), content: <Changes row={row} /> },
        {
          id: "json",
          name: t("container.json"),
          content: <Command text={JSON.stringify(row, null, 2)} />,
        },
      ]}
    />
  );
}
