/** Services and stacks: all of them, and one. */

import { Button, Card, Stack as Column, Group, Loader, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { ActionButtons, ActionMenu } from "../act/menu";
import { show } from "../act/run";
import { Same } from "../act/same";
import type { Service, Stack } from "../api/generated";
import { call, collectionPath } from "../api/http";
import { ContainerTable, Way } from "../containers/list";
import { useProject, useRow } from "../live/live";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Facts, Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { DataTable, type Column as TableColumn } from "../table/table";
import { imageName } from "../words/say";
import { AddService, ServiceTable } from "./list";
import { Scale } from "./scale";

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

const WITHOUT = ["service"];

export function ServiceDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const project = useProject();
  const service = useRow("service", id);
  const always = useMemo(() => ({ serviceId: id }), [id]);
  if (service.isError)
    return <Trouble error={service.error} again={() => void service.refetch()} />;
  if (service.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = service.data;
  if (row === null) return <Empty sign="service" title={t("service.gone")} />;
  return (
    <>
      <Head title={row.name} name={row.name}>
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
      <Card withBorder mb="lg">
        <ServiceFacts service={row} />
      </Card>
      <ContainerTable always={always} without={WITHOUT} />
    </>
  );
}

function ServiceFacts({ service: row }: { service: Service }) {
  const { t } = useTranslation();
  const launch = row.launchConfig;
  const mono = (texts: readonly string[] | null | undefined) =>
    (texts ?? []).length > 0 && (
      <span className="mono" style={{ whiteSpace: "pre-line" }}>
        {texts?.join("\n")}
      </span>
    );
  const pairs = (map: Record<string, string> | null | undefined) =>
    mono(Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`));
  return (
    <Facts
      rows={[
        [t("service.state"), <State key="state" row={row} />],
        [t("service.scale"), <Scale key="scale" service={row} />],
        [t("service.stack"), <Way key="stack" type="stack" id={row.stackId} />],
        [t("service.image"), mono([imageName(launch?.imageUuid ?? null)])],
        [t("service.ports"), mono(launch?.ports)],
        [t("service.command"), mono(launch?.command ? [launch.command.join(" ")] : null)],
        [t("service.environment"), pairs(launch?.environment)],
        [t("service.volumes"), mono(launch?.dataVolumes)],
        [t("service.labels"), pairs(launch?.labels)],
        [t("service.created"), <Ago key="created" at={row.created} />],
        [t("service.description"), row.description],
      ]}
    />
  );
}

function StackName({ stack }: { stack: Stack }) {
  const project = useProject();
  return <Link to={`/env/${project}/stacks/${stack.id}`}>{stack.name}</Link>;
}

export function Stacks() {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  const columns = useMemo<TableColumn<Stack>[]>(
    () => [
      { id: "name", name: t("stack.name"), sort: "name", cell: (s) => <StackName stack={s} /> },
      { id: "state", name: t("stack.state"), sort: "state", cell: (s) => <State row={s} /> },
      { id: "services", name: t("stack.services"), cell: (s) => s.serviceIds?.length ?? 0 },
      { id: "description", name: t("stack.description"), cell: (s) => s.description },
    ],
    [t],
  );
  const add = (
    <Button leftSection={<Icon sign="plus" />} onClick={() => setAdding(true)}>
      {t("stack.add")}
    </Button>
  );
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

function AddStack({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const project = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const body = { name, ...(description ? { description } : {}) };
  const path = collectionPath(project, "stacks");
  const creating = useMutation({
    mutationFn: () => call<Stack>("POST", path, body),
    onSuccess: async (stack) => {
      show(client, project, stack);
      onClose();
      await navigate(`/env/${project}/stacks/${stack.id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creating.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("stack.add")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={submit}>
        <Column>
          <TextInput
            label={t("stack.name")}
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value.trim())}
          />
          <TextInput
            label={t("stack.description")}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {creating.isError && <Trouble error={creating.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={creating.isPending}>
              {t("form.create")}
            </Button>
          </Group>
        </Column>
      </form>
      <Same change={{ method: "POST", path, body }} command={null} />
    </Modal>
  );
}

export function StackDetail() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const stack = useRow("stack", id);
  const always = useMemo(() => ({ stackId: id }), [id]);
  if (stack.isError) return <Trouble error={stack.error} again={() => void stack.refetch()} />;
  if (stack.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = stack.data;
  if (row === null) return <Empty sign="stack" title={t("stack.gone")} />;
  return (
    <>
      <Head title={row.name} name={row.name}>
        <AddService stack={row.id} />
        <ActionButtons row={row} />
      </Head>
      <State row={row} />
      {row.description && <p>{row.description}</p>}
      <ServiceTable always={always} stack={row.id} />
    </>
  );
}
