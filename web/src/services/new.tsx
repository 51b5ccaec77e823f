/** The form of a new service or standalone container; it may begin as another one is. */

import {
  Alert,
  Button,
  Card,
  Checkbox,
  Group,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { show } from "../act/run";
import { Same } from "../act/same";
import type { Container, Service, Stack as StackRow } from "../api/generated";
import { ApiError, call, collectionPath } from "../api/http";
import { useById, useProject, useRow } from "../live/live";
import { Head } from "../parts/page";
import { Pairs } from "../parts/pairs";
import { Trouble } from "../parts/trouble";
import {
  asCommand,
  emptyForm,
  type Form,
  formOf,
  formOfContainer,
  given,
  givenContainer,
  LONGEST_NAME,
  MOST,
  problems,
} from "./form";
import { More } from "./more";
import { Ports } from "./ports";

export function NewService() {
  const [query] = useSearchParams();
  const like = query.get("like");
  if (like) return <ClonedService id={like} />;
  return <Filling first={emptyForm("service", query.get("stack") ?? "")} />;
}

export function NewContainer() {
  const [query] = useSearchParams();
  const like = query.get("like");
  const host = query.get("host");
  if (like) return <ClonedContainer id={like} />;
  const empty = emptyForm("container");
  return <Filling first={{ ...empty, launch: { ...empty.launch, hostId: host ?? "" } }} />;
}

function ClonedService({ id }: { id: string }) {
  const { data } = useRow("service", id);
  return data ? <Filling first={formOf(data)} /> : null;
}

function ClonedContainer({ id }: { id: string }) {
  const { data } = useRow("container", id);
  return data ? <Filling first={formOfContainer(data)} /> : null;
}

/** Where the server's fields are filled in here. */
const FIELDS: Record<string, string> = {
  imageUuid: "image",
  launchConfig: "image",
  dataVolumes: "volumes",
  stackId: "stack",
  memory: "memoryMib",
  memoryReservation: "reservedMib",
  milliCpuReservation: "reservedCpus",
  cpuQuota: "cpus",
  requestedHostId: "hostId",
};

function useCreate(form: Form) {
  const project = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (): Promise<Service | Container> => {
      if (form.kind === "container") {
        return call<Container>("POST", collectionPath(project, "containers"), givenContainer(form));
      }
      const stackId = form.stackId || (await stackOf(project, form.newStack));
      const path = collectionPath(project, "services");
      return call<Service>("POST", path, given(form, stackId));
    },
    onSuccess: async (made) => {
      show(client, project, made);
      await navigate(`/env/${project}/${form.kind}s/${made.id}`);
    },
  });
}

/** The stack of a name: a try that failed after making it finds it again. */
async function stackOf(project: string, name: string): Promise<string> {
  const path = collectionPath(project, "stacks");
  const query = new URLSearchParams({ name });
  const { data } = await call<{ data: StackRow[] }>("GET", `${path}?${query}`);
  const found = data.find((stack) => stack.state !== "removing");
  return (found ?? (await call<StackRow>("POST", path, { name }))).id;
}

function Filling({ first }: { first: Form }) {
  const { t } = useTranslation();
  const project = useProject();
  const stacks = useById("stack");
  const hosts = useById("host");
  const [form, setForm] = useState(first);
  const [isTried, setTried] = useState(false);
  const creating = useCreate(form);
  const found = problems(form);
  const put = (more: Partial<Form>) => setForm((before) => ({ ...before, ...more }));
  const refused = creating.error instanceof ApiError ? creating.error : null;
  const refusedField = refused?.field ? (FIELDS[refused.field] ?? refused.field) : null;
  const error = (field: string) => {
    if (refusedField === field) return refused?.message;
    const problem = isTried ? found[field] : undefined;
    return (
      problem && t(`form.${problem}`, { min: 0, max: field === "scale" ? MOST : LONGEST_NAME })
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(found).length === 0) creating.mutate();
  };
  const stackName = stacks.get(form.stackId)?.name ?? form.newStack;
  const host = hosts.get(form.launch.hostId);
  const hostName = host?.name ?? host?.hostname ?? form.launch.hostId;
  const ofService = form.kind === "service";
  const change = {
    method: "POST",
    path: collectionPath(project, ofService ? "services" : "containers"),
    body: ofService ? given(form, form.stackId || "1st…") : givenContainer(form),
  } as const;
  const title = t(ofService ? "service.add" : "container.add");
  const isHostless = ![...hosts.values()].some((host) => host.state === "active");
  return (
    <>
      <Head title={title} name={title} />
      <Card withBorder maw={820} component="form" onSubmit={submit} noValidate>
        <Stack>
          {isHostless && (
            <Alert color="orange" variant="light">
              {t("service.no_hosts")}
            </Alert>
          )}
          <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
            <TextInput
              label={t("service.name")}
              required={ofService}
              miw={220}
              value={form.name}
              error={error("name")}
              onChange={(event) => put({ name: event.currentTarget.value.trim() })}
            />
            <TextInput
              label={t("service.image")}
              description={t("service.image_hint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              required
              miw={220}
              value={form.image}
              error={error("image")}
              onChange={(event) => put({ image: event.currentTarget.value })}
            />
          </Group>
          {ofService && (
            <>
              <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
                <Select
                  label={t("service.stack")}
                  description={t("service.stack_hint")}
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  miw={220}
                  data={[
                    { value: "", label: t("service.new_stack") },
                    ...[...stacks.values()].map((s) => ({ value: s.id, label: s.name })),
                  ]}
                  value={form.stackId}
                  allowDeselect={false}
                  error={error("stack")}
                  onChange={(stackId) => put({ stackId: stackId ?? "" })}
                />
                {form.stackId === "" && (
                  <TextInput
                    label={t("service.new_stack_name")}
                    required
                    miw={220}
                    value={form.newStack}
                    error={error("newStack")}
                    onChange={(event) => put({ newStack: event.currentTarget.value.trim() })}
                  />
                )}
              </Group>
              <Group align="flex-end">
                <NumberInput
                  label={t("service.scale")}
                  min={0}
                  max={MOST}
                  allowDecimal={false}
                  w={120}
                  disabled={form.isGlobal}
                  value={form.scale}
                  error={error("scale")}
                  onChange={(scale) => put({ scale: Number(scale) })}
                />
                <Checkbox
                  mb={8}
                  label={t("service.global")}
                  checked={form.isGlobal}
                  onChange={(event) => put({ isGlobal: event.currentTarget.checked })}
                />
              </Group>
            </>
          )}
          <Ports
            rows={form.ports}
            problems={isTried ? found : {}}
            onChange={(ports) => put({ ports })}
          />
          <Pairs
            legend={t("service.environment")}
            add={t("form.add_variable")}
            pairs={form.environment}
            onChange={(environment) => put({ environment })}
          />
          <TextInput
            label={t("service.command")}
            description={t("service.command_hint")}
            value={form.command}
            error={error("command")}
            onChange={(event) => put({ command: event.currentTarget.value })}
          />
          <Textarea
            label={t("service.volumes")}
            description={t("service.volumes_hint")}
            autosize
            minRows={1}
            value={form.volumes}
            error={error("volumes")}
            onChange={(event) => put({ volumes: event.currentTarget.value })}
          />
          <Pairs
            legend={t("service.labels")}
            add={t("form.add_label")}
            pairs={form.labels}
            onChange={(labels) => put({ labels })}
          />
          <More
            form={form.launch}
            kind={form.kind}
            error={error}
            onChange={(more) => put({ launch: { ...form.launch, ...more } })}
          />
          {creating.isError && <Trouble error={creating.error} />}
          <Group>
            <Button type="submit" loading={creating.isPending}>
              {t("form.create")}
            </Button>
          </Group>
          <Same change={change} command={asCommand(form, { stack: stackName, host: hostName })} />
        </Stack>
      </Card>
    </>
  );
}
