/** Stacks: all of them with their services, and one. */

import { Card, Group, Loader, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ActionButtons, ActionMenu } from "../act/menu";
import type { Service, Stack } from "../api/generated";
import { ContainerTable } from "../containers/list";
import { useById, useProject, useRow, useRows } from "../live/live";
import { Changes } from "../parts/changes";
import { Command } from "../parts/copy";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Make } from "../parts/make";
import { Facts, Head } from "../parts/page";
import { Siblings } from "../parts/siblings";
import { SIGNS, State, toneOf } from "../parts/state";
import { PageTabs } from "../parts/tabs";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { AddService, ServiceTable } from "../services/list";
import { isGlobal } from "../services/scale";
import { type Column, DataTable } from "../table/table";
import { stateWord } from "../words/say";
import { AddStack } from "./add";

function StackName({ stack }: { stack: Stack }) {
  const project = useProject();
  return <Link to={`/env/${project}/stacks/${stack.id}`}>{stack.name}</Link>;
}

export function Stacks() {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  const columns = useMemo<Column<Stack>[]>(
    () => [
      { id: "name", name: t("stack.name"), sort: "name", cell: (s) => <StackName stack={s} /> },
      { id: "state", name: t("stack.state"), sort: "state", cell: (s) => <State row={s} /> },
      { id: "services", name: t("stack.services"), cell: (s) => <ServicesOf stack={s} /> },
      { id: "containers", name: t("stack.containers"), cell: (s) => <ContainerCount stack={s} /> },
      { id: "description", name: t("stack.description"), cell: (s) => s.description },
      {
        id: "created",
        name: t("stack.created"),
        sort: "created",
        cell: (s) => <Ago at={s.created} />,
        isExtra: true,
      },
    ],
    [t],
  );
  const add = <Make type="stack" word={t("stack.add")} onClick={() => setAdding(true)} />;
  return (
    <>
      <Head title={t("stack.title")} name={t("stack.title")}>
        {add}
      </Head>
      <DataTable
        type="stack"
        name={t("stack.title")}
        columns={columns}
        sign="stack"
        acts={(stack) => <ActionMenu row={stack} />}
        empty={
          <Empty sign="stack" title={t("stack.none")} hint={t("stack.none_hint")}>
            <Group>
              <AddService />
              {add}
            </Group>
          </Empty>
        }
      />
      {isAdding && <AddStack onClose={() => setAdding(false)} />}
    </>
  );
}

/** The services of a stack; those that are there, however the stack has them listed. */
function useServicesOf(stack: Stack): Service[] {
  const services = useById("service");
  return (stack.serviceIds ?? []).flatMap((id) => services.get(id) ?? []);
}

const MOST = 8; // in a row

/** Each service with its state and how many of it run: what one would unfold a stack for. */
function ServicesOf({ stack }: { stack: Stack }) {
  const { t } = useTranslation();
  const project = useProject();
  const services = useServicesOf(stack);
  const rest = services.length - MOST;
  return (
    <Group gap="xs">
      {services.slice(0, MOST).map((service) => {
        const tone = toneOf(service);
        return (
          <span key={service.id} className="chip">
            <span
              style={{ color: `var(--state-${tone})` }}
              title={stateWord(t, service.state)}
              role="img"
              aria-label={stateWord(t, service.state)}
            >
              <Icon sign={SIGNS[tone]} size={14} />
            </span>
            <Link to={`/env/${project}/services/${service.id}`}>{service.name}</Link>
            <Text span size="xs" c="dimmed">
              {isGlobal(service)
                ? service.currentScale
                : `${service.currentScale}/${service.scale}`}
            </Text>
          </span>
        );
      })}
      {rest > 0 && (
        <Text span size="xs" c="dimmed">
          {t("stack.more", { count: rest })}
        </Text>
      )}
    </Group>
  );
}

function ContainerCount({ stack }: { stack: Stack }) {
  return useServicesOf(stack).reduce((sum, { instanceIds }) => sum + (instanceIds?.length ?? 0), 0);
}

export function StackDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const stack = useRow("stack", id);
  if (stack.isError) return <Trouble error={stack.error} again={() => void stack.refetch()} />;
  if (stack.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = stack.data;
  if (row === null) return <Empty sign="stack" title={t("stack.gone")} />;
  return (
    <>
      <StackHead stack={row} />
      <Card withBorder>
        <Facts
          rows={[
            [t("stack.state"), <State key="state" row={row} />],
            [t("stack.services"), row.serviceIds?.length ?? 0],
            [t("stack.containers"), <ContainerCount key="containers" stack={row} />],
            [t("stack.description"), row.description],
            [t("stack.created"), <Ago key="created" at={row.created} />],
          ]}
        />
      </Card>
      <StackTabs stack={row} />
    </>
  );
}

function StackHead({ stack: row }: { stack: Stack }) {
  const project = useProject();
  const { rows } = useRows("stack", { sort: "name", limit: "100" });
  return (
    <Head title={row.name} name={row.name}>
      <Siblings to={`/env/${project}/stacks`} id={row.id} rows={rows} />
      <AddService stack={row.id} />
      <ActionButtons row={row} />
    </Head>
  );
}

function StackTabs({ stack: row }: { stack: Stack }) {
  const { t } = useTranslation();
  const always = useMemo(() => ({ stackId: row.id }), [row.id]);
  return (
    <PageTabs
      tabs={[
        {
          id: "services",
          name: t("service.title"),
          content: <ServiceTable always={always} stack={row.id} />,
        },
        {
          id: "containers",
          name: t("container.title"),
          content: <ContainerTable always={always} />,
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
