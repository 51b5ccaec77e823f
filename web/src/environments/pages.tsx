/** Environments: all that one sees, and one with its members. */

import { Button, Card, Loader, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { ActionButtons, ActionMenu } from "../act/menu";
import type { Project } from "../api/generated";
import { Everywhere, Unfed, useRow, useRows } from "../live/live";
import { Empty } from "../parts/empty";
import { Facts, Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Unread } from "../parts/unread";
import { isUsable, PROJECTS } from "../shell/outside";
import { type Column, DataTable } from "../table/table";
import { AddEnvironment } from "./add";
import { Members } from "./members";

const LIST = { limit: "1000" };

export function Environments() {
  return (
    <Everywhere>
      <List />
    </Everywhere>
  );
}

function List() {
  const { t } = useTranslation();
  const { project: here = "" } = useParams();
  useSwitchFollows();
  const columns = useMemo<Column<Project>[]>(
    () => [
      {
        id: "name",
        name: t("environment.name"),
        sort: "name",
        cell: (p) => (
          <>
            <Link to={`/env/${here}/environments/${p.id}`}>{p.name ?? p.id}</Link>
            {p.id === here && (
              <Text span size="xs" c="dimmed" ms={6}>
                {t("environment.here")}
              </Text>
            )}
          </>
        ),
      },
      { id: "state", name: t("environment.state"), sort: "state", cell: (p) => <State row={p} /> },
      {
        id: "description",
        name: t("environment.description"),
        cell: (p) => p.description,
      },
      {
        id: "subnet",
        name: t("environment.subnet"),
        cell: (p) => <span className="mono">{p.subnet}</span>,
      },
      {
        id: "created",
        name: t("environment.created"),
        sort: "created",
        cell: (p) => <Ago at={p.created} />,
      },
      {
        id: "switch",
        name: t("environment.switch"),
        cell: (p) => <Switch environment={p} />,
      },
    ],
    [t, here],
  );
  return (
    <>
      <Head title={t("environment.title")} name={t("environment.title")}>
        <AddEnvironment />
      </Head>
      <Text size="sm" c="dimmed" mb="sm">
        {t("environment.hint")}
      </Text>
      <DataTable
        type="project"
        name={t("environment.title")}
        columns={columns}
        sign="environment"
        acts={(row) => <ActionMenu row={row} />}
        empty={<Empty sign="environment" title={t("error.no_environment")} />}
      />
    </>
  );
}

/** Has the switch at the top know of what came, went, or is called otherwise; leaves what went. */
function useSwitchFollows() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { project: here } = useParams();
  const { rows, isSuccess, hasNextPage } = useRows("project", LIST);
  const isGone = isSuccess && !hasNextPage && !rows.some(({ id }) => id === here);
  const next = isGone ? rows.find(isUsable)?.id : undefined;
  useEffect(() => {
    if (next) void navigate(`/env/${next}/environments`, { replace: true });
  }, [next, navigate]);
  const told = rows.map(({ id, name, state }) => `${id} ${state} ${name}`).join();
  useEffect(() => {
    if (told) void client.invalidateQueries({ queryKey: PROJECTS });
  }, [told, client]);
}

function Switch({ environment }: { environment: Project }) {
  const { t } = useTranslation();
  const { project: here } = useParams();
  if (environment.id === here || !isUsable(environment)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      component={Link}
      to={`/env/${environment.id}/home`}
      aria-label={t("environment.to", { name: environment.name ?? environment.id })}
    >
      {t("environment.switch")}
    </Button>
  );
}

export function EnvironmentDetail() {
  return (
    <Everywhere>
      <Detail />
    </Everywhere>
  );
}

function Detail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const found = useRow("project", id);
  useSwitchFollows();
  if (found.isError) return <Unread error={found.error} again={() => void found.refetch()} />;
  if (found.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = found.data;
  if (row === null) return <Empty sign="environment" title={t("environment.gone")} />;
  const name = row.name ?? row.id;
  return (
    <>
      <Head title={name} name={name}>
        <Switch environment={row} />
        <ActionButtons row={row} />
      </Head>
      <Stack gap="lg">
        <Card withBorder>
          <Facts
            rows={[
              [t("environment.state"), <State key="state" row={row} />],
              [t("environment.description"), row.description],
              [
                t("environment.subnet"),
                <span key="subnet" className="mono">
                  {row.subnet}
                </span>,
              ],
              [t("environment.created"), <Ago key="created" at={row.created} />],
            ]}
          />
        </Card>
        <Unfed of={row.id}>
          <Members environment={row} />
        </Unfed>
      </Stack>
    </>
  );
}
