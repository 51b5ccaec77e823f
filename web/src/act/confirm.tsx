/** Asks before something is done, and says what goes with it. */

import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container, Host, Resource, Service, Stack as StackRow } from "../api/generated";
import { pathOf, selfOf } from "../api/http";
import { useById } from "../live/live";
import { Icon } from "../parts/icons";
import type { Act } from "./acts";
import type { Change } from "./change";
import { useRun } from "./run";
import { Same } from "./same";

interface Props {
  row: Resource & { name: string | null };
  act: Act;
  word: string;
  onClose: () => void;
}

type Containers = "keep" | "remove";

export function Confirm({ row, act, word, onClose }: Props) {
  const { t } = useTranslation();
  const run = useRun();
  const [containers, setContainers] = useState<Containers>("keep");
  const isRemovedHost = row.type === "host" && act.verb === "delete";
  const change = isRemovedHost ? hostRemoval(row, containers) : act.change;
  const command = isRemovedHost ? `${act.command} --containers ${containers}` : act.command;
  const name = row.name ?? row.id;
  const title =
    act.verb === "delete" ? t("confirm.delete_title", { name }) : t("confirm.stop_title", { name });
  const go = () => run.mutate(change, { onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <Consequence row={row} act={act} />
      {isRemovedHost && (
        <HostChoice row={row as Host} value={containers} onChange={setContainers} />
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("confirm.cancel")}
        </Button>
        <Button
          color={act.verb === "delete" ? "red.9" : undefined}
          leftSection={<Icon sign={act.sign} />}
          loading={run.isPending}
          onClick={go}
        >
          {word}
        </Button>
      </Group>
      <Same change={change} command={command} />
    </Modal>
  );
}

function hostRemoval(row: Resource, containers: Containers): Change {
  const offered = row.actions.remove;
  const path = offered ? pathOf(offered) : `${selfOf(row)}/?action=remove`;
  return { method: "POST", path, body: { containers } };
}

function Consequence({ row, act }: { row: Resource; act: Act }) {
  const { t } = useTranslation();
  switch (row.type) {
    case "container":
      return <ContainerConsequence row={row as Container} act={act} />;
    case "service": {
      const count = (row as Service).instanceIds?.length ?? 0;
      const isGone = act.verb === "delete";
      return (
        <Text>
          {isGone ? t("confirm.service_delete", { count }) : t("confirm.service_deactivate")}
        </Text>
      );
    }
    case "stack":
      return (
        <Text>
          {t("confirm.stack_delete", { count: (row as StackRow).serviceIds?.length ?? 0 })}
        </Text>
      );
    case "host":
      return (
        <Text>
          {act.verb === "delete" ? t("confirm.host_delete") : t("confirm.host_deactivate")}
        </Text>
      );
    default:
      return null;
  }
}

function ContainerConsequence({ row, act }: { row: Container; act: Act }) {
  const { t } = useTranslation();
  const services = useById("service");
  const service = row.serviceId ? services.get(row.serviceId)?.name : undefined;
  const isGone = act.verb === "delete";
  return (
    <Stack gap="xs">
      {isGone && <Text>{t("confirm.container_delete")}</Text>}
      {service && (
        <Text>
          {isGone
            ? t("confirm.container_delete_of_service", { service })
            : t("confirm.container_stop_of_service", { service })}
        </Text>
      )}
    </Stack>
  );
}

interface ChoiceProps {
  row: Host;
  value: Containers;
  onChange: (value: Containers) => void;
}

function HostChoice({ row, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const count = row.instanceIds?.length ?? 0;
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
