/** The settings of the installation: the public address first, then all of them by name. */

import {
  Alert,
  Badge,
  Button,
  Card,
  Group,
  Loader,
  Modal,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Same } from "../act/same";
import type { Setting } from "../api/generated";
import { useSession } from "../api/session";
import { Empty } from "../parts/empty";
import { Head } from "../parts/page";
import { Trouble } from "../parts/trouble";
import { Wide } from "../parts/wide";
import { AddressForm } from "./address";
import { ADDRESS, settingPath, useSet, useSettings } from "./settings";

export function Settings() {
  const { t } = useTranslation();
  const session = useSession();
  const isAdmin = session.data?.userType === "admin";
  const settings = useSettings(isAdmin);
  const head = <Head title={t("settings.title")} name={t("settings.title")} />;
  if (!isAdmin) return <Empty sign="settings" title={t("settings.admins")} />;
  if (settings.isError) {
    return <Trouble error={settings.error} again={() => void settings.refetch()} />;
  }
  if (settings.isPending) return <Loader aria-label={t("table.loading")} />;
  const address = settings.data.find(({ name }) => name === ADDRESS)?.activeValue ?? "";
  return (
    <>
      {head}
      <Stack gap="xl">
        <Card withBorder component="section">
          <Title order={2} size="h4" mb="sm">
            {t("settings.reached")}
          </Title>
          <AddressForm key={address} value={address} />
        </Card>
        <All settings={settings.data} />
      </Stack>
    </>
  );
}

function All({ settings }: { settings: readonly Setting[] }) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<Setting | null>(null);
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("settings.all")}
      </Title>
      <Wide least={520}>
        <Table verticalSpacing="sm" aria-label={t("settings.all")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("settings.name")}</Table.Th>
              <Table.Th>{t("settings.value")}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {settings.map((setting) => (
              <Table.Tr key={setting.name}>
                <Table.Td>
                  <Text span className="mono" fw={setting.inDb ? 650 : undefined}>
                    {setting.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t(`settings.about.${setting.name.replaceAll(".", "_") as "api_host"}`, {
                      defaultValue: "",
                    })}
                  </Text>
                </Table.Td>
                <Table.Td className="mono" style={{ overflowWrap: "anywhere" }}>
                  {setting.activeValue || t("settings.none")}{" "}
                  {setting.inDb && <Badge variant="light">{t("settings.changed")}</Badge>}
                </Table.Td>
                <Table.Td align="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t("settings.edit", { name: setting.name })}
                    onClick={() => setEdited(setting)}
                  >
                    {t("act.edit")}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {edited && <Edit setting={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

function Edit({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState(setting.activeValue ?? "");
  const setter = useSet();
  const { name } = setting;
  const put = (next: string | null) => setter.mutate({ name, value: next }, { onSuccess: onClose });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put(value);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("settings.edit", { name })}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Alert variant="light" color="orange">
            {t("settings.careful")}
          </Alert>
          <TextInput
            label={t("settings.value")}
            data-autofocus
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          {setter.isError && <Trouble error={setter.error} />}
          <Group justify="flex-end">
            {setting.inDb && (
              <Button variant="default" onClick={() => put(null)}>
                {t("settings.reset")}
              </Button>
            )}
            <Button type="submit" loading={setter.isPending}>
              {t("edit.save")}
            </Button>
          </Group>
        </Stack>
      </form>
      <Same
        change={{
          method: "PUT",
          path: settingPath(name),
          body: { value },
          about: { verb: "edit", type: "setting", id: name, name },
        }}
        command={null}
        api={settingPath(name)}
      />
    </Modal>
  );
}
