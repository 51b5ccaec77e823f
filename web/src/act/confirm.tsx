/** Asks before something is done, and says what goes with it; where data goes, the name is typed. */

import { Button, Group, List, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container, Service, Stack as StackRow } from "../api/generated";
import { pathOf, selfOf } from "../api/http";
import { Unfed, useById, useTotal } from "../live/live";
import { Icon } from "../parts/icons";
import { thingsWord } from "../words/say";
import { commandOf, type Named, nameOf, type Target, type Verb } from "./acts";
import type { Change } from "./change";
import { Same } from "./same";

interface Props {
  /** At least one; all of one type and verb. */
  targets: readonly Target[];
  word: string;
  onGo: (changes: Change[]) => void;
  onClose: () => void;
}

type Containers = "keep" | "remove";

const HAS_DATA = new Set(["volume", "project"]);
const ALL = [{}];
const NAMED = 12; // of many, so many are named

export function Confirm({ targets, word, onGo, onClose }: Props) {
  const { t } = useTranslation();
  const [containers, setContainers] = useState<Containers>("keep");
  const [typed, setTyped] = useState("");
  const removedHosts = targets.filter(
    ({ row, act }) => row.type === "host" && act.verb === "delete",
  );
  const hosted = useTotal(
    "container",
    removedHosts.map(({ row }) => ({ hostId: row.id })),
  );
  const [first] = targets;
  if (!first) return null;
  const { verb, sign } = first.act;
  const { type } = first.row;
  const isRemovedHost = removedHosts.length > 0;
  const changes = targets.map(({ row, act }) =>
    isRemovedHost ? hostRemoval(row, act.change, containers) : act.change,
  );
  const plain = commandOf(targets);
  const command = isRemovedHost ? `${plain} --containers ${containers}` : plain;
  const name = targets.length === 1 ? nameOf(first.row) : thingsWord(t, type, targets.length);
  const losesContainers = containers === "remove" && hosted !== 0;
  const isTyped = verb === "delete" && (HAS_DATA.has(type) || losesContainers);
  const toType = targets.length === 1 ? nameOf(first.row) : String(targets.length);
  const isHeld = isTyped && typed !== toType;
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (!isHeld) onGo(changes);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(titleOf(verb, type), { name })}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={go}>
        <Stack gap="xs">
          {targets.length > 1 && <Names rows={targets.map(({ row }) => row)} />}
          <Consequence rows={targets.map(({ row }) => row)} verb={verb} />
        </Stack>
        {isRemovedHost && (
          <HostChoice count={hosted ?? 0} value={containers} onChange={setContainers} />
        )}
        {isTyped && (
          <TextInput
            mt="md"
            label={t("confirm.type_name", { name: toType })}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("confirm.cancel")}
          </Button>
          <Button
            type="submit"
            color={verb === "delete" ? "red.9" : undefined}
            leftSection={<Icon sign={sign} />}
            disabled={isHeld}
          >
            {word}
          </Button>
        </Group>
      </form>
      <Same
        change={changes}
        command={command}
        api={targets.length === 1 ? selfOf(first.row) : undefined}
      />
    </Modal>
  );
}

function titleOf(verb: Verb, type: string) {
  if (verb === "delete") return "confirm.delete_title";
  const isRested = verb === "deactivate" && type !== "service"; // what runs goes on
  return isRested ? "confirm.deactivate_title" : "confirm.stop_title";
}

function hostRemoval(row: Named, change: Change, containers: Containers): Change {
  const offered = row.actions.remove;
  const path = offered ? pathOf(offered) : `${selfOf(row)}/?action=remove`;
  return { ...change, method: "POST", path, body: { containers } };
}

function Names({ rows }: { rows: readonly Named[] }) {
  const { t } = useTranslation();
  return (
    <List size="sm" withPadding>
      {rows.slice(0, NAMED).map((row) => (
        <List.Item key={row.id}>{nameOf(row)}</List.Item>
      ))}
      {rows.length > NAMED && (
        <List.Item>{t("confirm.more", { count: rows.length - NAMED })}</List.Item>
      )}
    </List>
  );
}

function Consequence({ rows, verb }: { rows: readonly Named[]; verb: Verb }) {
  const { t } = useTranslation();
  const isGone = verb === "delete";
  switch (rows[0]?.type) {
    case "container":
      return <ContainerConsequence rows={rows as unknown as Container[]} isGone={isGone} />;
    case "service": {
      const all = rows as unknown as Service[];
      const count = all.reduce((sum, row) => sum + (row.instanceIds?.length ?? 0), 0);
      return (
        <Text>
          {isGone ? t("confirm.service_delete", { count }) : t("confirm.service_deactivate")}
        </Text>
      );
    }
    case "stack": {
      const all = rows as unknown as StackRow[];
      const count = all.reduce((sum, row) => sum + (row.serviceIds?.length ?? 0), 0);
      return <Text>{t("confirm.stack_delete", { count })}</Text>;
    }
    case "host":
      return <Text>{isGone ? t("confirm.host_delete") : t("confirm.host_deactivate")}</Text>;
    case "project":
      if (!isGone) return <Text>{t("confirm.project_deactivate")}</Text>;
      return rows.map((row) => (
        <Unfed key={row.id} of={row.id}>
          <EnvironmentConsequence name={rows.length > 1 ? nameOf(row) : null} />
        </Unfed>
      ));
    case "account":
      return <Text>{isGone ? t("confirm.account_delete") : t("confirm.account_deactivate")}</Text>;
    default:
      return <Text>{isGone ? t("confirm.delete") : t("confirm.deactivate")}</Text>;
  }
}

/** What goes with an environment that is deleted; of one that is not active nobody can count it. */
function EnvironmentConsequence({ name }: { name: string | null }) {
  const { t } = useTranslation();
  const hosts = useTotal("host", ALL);
  const services = useTotal("service", ALL);
  const containers = useTotal("container", ALL);
  const isCounted = hosts !== undefined && services !== undefined && containers !== undefined;
  return (
    <>
      {isCounted && (
        <Text fw={600}>
          {name && `${name}: `}
          {[
            thingsWord(t, "host", hosts),
            thingsWord(t, "service", services),
            thingsWord(t, "container", containers),
          ].join(", ")}
        </Text>
      )}
      <Text>{t("confirm.project_delete")}</Text>
    </>
  );
}

function ContainerConsequence({ rows, isGone }: { rows: readonly Container[]; isGone: boolean }) {
  const { t } = useTranslation();
  const services = useById("service");
  const names = new Set(rows.map((row) => services.get(row.serviceId ?? "")?.name ?? ""));
  names.delete("");
  const [service] = names;
  const word = isGone ? "confirm.container_delete_of_service" : "confirm.container_stop_of_service";
  return (
    <>
      {isGone && <Text>{t("confirm.container_delete")}</Text>}
      {names.size === 1 && rows.length === 1 && <Text>{t(word, { service })}</Text>}
      {names.size > 0 && rows.length > 1 && (
        <Text>{t(isGone ? "confirm.containers_delete" : "confirm.containers_stop")}</Text>
      )}
    </>
  );
}

interface ChoiceProps {
  count: number;
  value: Containers;
  onChange: (value: Containers) => void;
}

function HostChoice({ count, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Radio.Group value={value} onChange={(v) => onChange(v as Containers)} mt="md">
      <Stack gap="xs">
        <Radio value="keep" label={t("confirm.host_keep", { count })} />
        <Radio value="remove" label={t("confirm.host_remove", { count })} />
      </Stack>
    </Radio.Group>
  );
}
