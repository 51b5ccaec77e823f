/** The ports of a service or container, in rows; and what publishing them means. */

import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useById } from "../live/live";
import { Icon } from "../parts/icons";
import { useFilling } from "./context";
import { type Form, newPort, type PortRow } from "./fields";

export function Ports() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const { ports } = form;
  const [isBound, setBound] = useState(false);
  const hasAddress = isBound || ports.some((row) => row.ip !== "");
  return (
    <Fieldset legend={t("service.ports")} p="sm">
      <Stack gap="xs">
        {ports.map((row, at) => (
          <PortFields
            key={row.key}
            row={row}
            at={at}
            hasAddress={hasAddress}
            onChange={(more) =>
              put({ ports: ports.map((one, i) => (i === at ? { ...one, ...more } : one)) })
            }
            onRemove={() => put({ ports: ports.filter((_, i) => i !== at) })}
          />
        ))}
        <Group gap="xs">
          <Button
            variant="subtle"
            size="xs"
            leftSection={<Icon sign="plus" size={14} />}
            onClick={() => put({ ports: [...ports, newPort()] })}
          >
            {t("form.add_port")}
          </Button>
          {ports.length > 0 && !hasAddress && (
            <Button variant="subtle" color="gray" size="xs" onClick={() => setBound(true)}>
              {t("form.one_address")}
            </Button>
          )}
        </Group>
        {error("ports") && (
          <Text size="sm" c="var(--state-red)" role="alert">
            {error("ports")}
          </Text>
        )}
        <Meaning form={form} />
      </Stack>
    </Fieldset>
  );
}

/** Where the ports will answer; and that a port of a host is there but once. */
function Meaning({ form }: { form: Form }) {
  const { t } = useTranslation();
  const hosts = [...useById("host").values()].filter((host) => host.state === "active");
  const fixed = form.ports.find((row) => Number(row.outside) > 0 && row.inside);
  if (fixed === undefined) {
    return (
      <Text size="xs" c="dimmed">
        {t(form.ports.some((row) => row.inside) ? "form.port_chosen" : "form.port_none")}
      </Text>
    );
  }
  const isShort = form.kind === "service" && !form.isGlobal && Number(form.scale) > hosts.length;
  const host = hosts[0]?.agentIpAddress ?? t("form.host_address");
  const address = `${fixed.ip || host}:${fixed.outside}`;
  return (
    <>
      <Text size="xs" c="dimmed">
        {t("form.port_at", { address })}
      </Text>
      {isShort && hosts.length > 0 && (
        <Text size="xs" c="var(--state-amber)" role="status">
          {t("form.port_short", { scale: form.scale, hosts: hosts.length, port: fixed.outside })}
        </Text>
      )}
    </>
  );
}

interface Props {
  row: PortRow;
  at: number;
  hasAddress: boolean;
  onChange: (more: Partial<PortRow>) => void;
  onRemove: () => void;
}

const NAMES = { ip: "port_address", outside: "port_public", inside: "port_private" } as const;

function PortFields({ row, at, hasAddress, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { error } = useFilling();
  const field = (name: keyof typeof NAMES, placeholder: string) => (
    <TextInput
      aria-label={`${t(`service.${NAMES[name]}`)} ${at + 1}`}
      description={t(`service.${NAMES[name]}`)}
      placeholder={placeholder}
      value={row[name]}
      error={error(`ports.${at}.${name}`)}
      inputMode={name === "ip" ? undefined : "numeric"}
      onChange={(event) => onChange({ [name]: event.currentTarget.value.trim() })}
      style={{ flex: 1, minWidth: 72 }}
    />
  );
  return (
    <Group gap={6} align="flex-start" wrap={hasAddress ? "wrap" : "nowrap"}>
      {hasAddress && field("ip", t("service.port_every"))}
      {field("outside", t("service.port_any"))}
      {field("inside", "80")}
      <Select
        aria-label={`${t("service.port_protocol")} ${at + 1}`}
        description={t("service.port_protocol")}
        data={["tcp", "udp"]}
        value={row.protocol}
        allowDeselect={false}
        onChange={(protocol) => onChange({ protocol: protocol ?? "tcp" })}
        w={78}
      />
      <ActionIcon
        mt={22}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("form.remove", { number: at + 1 })}
        onClick={onRemove}
      >
        <Icon sign="close" size={16} />
      </ActionIcon>
    </Group>
  );
}
