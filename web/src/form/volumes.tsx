/** The part of the form that says what containers keep, and where. */

import {
  ActionIcon,
  Button,
  Checkbox,
  Fieldset,
  Group,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../parts/icons";
import { TextField, useFilling } from "./context";
import { newVolume, type VolumeRow } from "./fields";

const READ_ONLY = "ro";
const modes = (row: VolumeRow) => row.mode.split(",").filter(Boolean);

export function Volumes() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const { volumes } = form;
  return (
    <>
      <Fieldset legend={t("service.volumes")} p="sm">
        <Stack gap="xs">
          {volumes.map((row, at) => (
            <VolumeFields
              key={row.key}
              row={row}
              at={at}
              onChange={(more) =>
                put({ volumes: volumes.map((one, i) => (i === at ? { ...one, ...more } : one)) })
              }
              onRemove={() => put({ volumes: volumes.filter((_, i) => i !== at) })}
            />
          ))}
          <Group justify="space-between" gap="xs">
            <Button
              variant="subtle"
              size="xs"
              leftSection={<Icon sign="plus" size={14} />}
              onClick={() => put({ volumes: [...volumes, newVolume()] })}
            >
              {t("form.add_volume")}
            </Button>
            <Text size="xs" c="dimmed">
              {t("service.volumes_hint")}
            </Text>
          </Group>
          {error("volumes") && (
            <Text size="sm" c="var(--state-red)" role="alert">
              {error("volumes")}
            </Text>
          )}
        </Stack>
      </Fieldset>
      <TextField name="volumeDriver" />
    </>
  );
}

interface Props {
  row: VolumeRow;
  at: number;
  onChange: (more: Partial<VolumeRow>) => void;
  onRemove: () => void;
}

function VolumeFields({ row, at, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { error } = useFilling();
  const setReadOnly = (isReadOnly: boolean) => {
    const others = modes(row).filter((one) => one !== READ_ONLY && one !== "rw");
    onChange({ mode: [...(isReadOnly ? [READ_ONLY] : []), ...others].join(",") });
  };
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        aria-label={`${t("form.volume_source")} ${at + 1}`}
        description={t("form.volume_source")}
        placeholder="data"
        value={row.source}
        error={error(`volumes.${at}.source`)}
        onChange={(event) => onChange({ source: event.currentTarget.value.trim() })}
        style={{ flex: 1, minWidth: 140 }}
      />
      <TextInput
        aria-label={`${t("form.volume_path")} ${at + 1}`}
        description={t("form.volume_path")}
        placeholder="/data"
        value={row.path}
        error={error(`volumes.${at}.path`)}
        onChange={(event) => onChange({ path: event.currentTarget.value.trim() })}
        style={{ flex: 1, minWidth: 140 }}
      />
      <Checkbox
        mt={28}
        aria-label={`${t("form.volume_ro")} ${at + 1}`}
        label={t("form.volume_ro")}
        checked={modes(row).includes(READ_ONLY)}
        onChange={(event) => setReadOnly(event.currentTarget.checked)}
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
