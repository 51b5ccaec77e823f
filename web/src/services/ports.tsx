/** The ports of a service, in rows. */

import { ActionIcon, Button, Fieldset, Group, Select, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import { newPort, type PortRow, type Problems } from "./form";

interface Props {
  rows: readonly PortRow[];
  problems: Problems;
  onChange: (rows: PortRow[]) => void;
}

export function Ports({ rows, problems, onChange }: Props) {
  const { t } = useTranslation();
  const put = (at: number, more: Partial<PortRow>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...more } : row)));
  const problem = (name: string) => {
    const found = problems[name];
    return found && t(`form.${found}`, { min: 1, max: 65535 });
  };
  return (
    <Fieldset legend={t("service.ports")} p="sm">
      <Stack gap="xs">
        {rows.map((row, at) => (
          <Group key={row.key} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`${t("service.port_public")} ${at + 1}`}
              description={t("service.port_public")}
              placeholder={t("service.port_any")}
              value={row.host}
              error={problem(`ports.${at}.host`)}
              onChange={(event) => put(at, { host: event.currentTarget.value.trim() })}
              style={{ flex: 1 }}
            />
            <TextInput
              aria-label={`${t("service.port_private")} ${at + 1}`}
              description={t("service.port_private")}
              placeholder="80"
              value={row.inside}
              error={problem(`ports.${at}.inside`)}
              onChange={(event) => put(at, { inside: event.currentTarget.value.trim() })}
              style={{ flex: 1 }}
            />
            <Select
              aria-label={`${t("service.port_protocol")} ${at + 1}`}
              description={t("service.port_protocol")}
              data={["tcp", "udp"]}
              value={row.protocol}
              allowDeselect={false}
              onChange={(protocol) => put(at, { protocol: protocol ?? "tcp" })}
              w={90}
            />
            <ActionIcon
              mt={22}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("form.remove", { number: at + 1 })}
              onClick={() => onChange(rows.filter((_, i) => i !== at))}
            >
              <Icon sign="close" size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          size="xs"
          me="auto"
          leftSection={<Icon sign="plus" size={14} />}
          onClick={() => onChange([...rows, newPort()])}
        >
          {t("form.add_port")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
