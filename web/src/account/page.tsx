/** The page of the one who is logged in: password, API keys. */

import {
  Alert,
  Button,
  Card,
  Group,
  Loader,
  Modal,
  PasswordInput,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "../api/generated";
import { useSession } from "../api/session";
import { CopyButton } from "../parts/copy";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Trouble } from "../parts/trouble";
import { Wide } from "../parts/wide";
import { type KeyVerb, useKeyAct, useKeys, useNewKey, useNewPassword } from "./keys";
import { PreferenceCard } from "./preferred";

export function Account() {
  const { t } = useTranslation();
  const session = useSession();
  const account = session.data?.accountId;
  if (!account) return <Empty sign="user" title={t("account.nobody")} />;
  const name = session.data?.user ?? account;
  return (
    <>
      <Head title={t("account.title", { name })} name={t("account.title", { name })} />
      <Stack gap="xl">
        <PreferenceCard />
        <NewPassword account={account} />
        <Keys account={account} />
      </Stack>
    </>
  );
}

const LEAST = 8;

function NewPassword({ account }: { account: string }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [again, setAgain] = useState("");
  const [isTried, setTried] = useState(false);
  const changing = useNewPassword(account);
  const isShort = after.length < LEAST;
  const isOther = after !== again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isShort || isOther || before === "") return;
    changing.mutate(
      { before, after },
      {
        onSuccess: () => {
          for (const set of [setBefore, setAfter, setAgain]) set("");
          setTried(false);
        },
      },
    );
  };
  return (
    <Card withBorder maw={480} component="form" onSubmit={submit} noValidate>
      <Stack>
        <Title order={2} size="h4">
          {t("account.password")}
        </Title>
        <PasswordInput
          label={t("account.before")}
          autoComplete="current-password"
          value={before}
          error={isTried && before === "" && t("form.needed")}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("account.after")}
          description={t("account.least", { least: LEAST })}
          autoComplete="new-password"
          value={after}
          error={isTried && isShort && t("account.least", { least: LEAST })}
          onChange={(event) => setAfter(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("account.again")}
          autoComplete="new-password"
          value={again}
          error={isTried && isOther && t("account.differs")}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {changing.isError && <Trouble error={changing.error} />}
        {changing.isSuccess && (
          <Alert color="green" variant="light" role="status">
            {t("account.changed")}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={changing.isPending}>
            {t("account.change")}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function Keys({ account }: { account: string }) {
  const { t } = useTranslation();
  const keys = useKeys(account);
  const [isAdding, setAdding] = useState(false);
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t("account.keys")}
        </Title>
        <Button leftSection={<Icon sign="plus" />} onClick={() => setAdding(true)}>
          {t("account.add_key")}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {t("account.keys_hint")}
      </Text>
      {keys.isPending && <Loader aria-label={t("table.loading")} />}
      {keys.isError && <Trouble error={keys.error} again={() => void keys.refetch()} />}
      {keys.isSuccess && keys.data.length > 0 && <KeyTable keys={keys.data} />}
      {isAdding && <AddKey onClose={() => setAdding(false)} />}
    </section>
  );
}

function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const { t } = useTranslation();
  const acting = useKeyAct();
  return (
    <Wide least={520}>
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("account.key_name")}</Table.Th>
            <Table.Th>{t("account.access_key")}</Table.Th>
            <Table.Th>{t("host.state")}</Table.Th>
            <Table.Th>{t("container.created")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("account.acts")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                {key.name ?? key.id}
                {key.description && (
                  <Text size="xs" c="dimmed">
                    {key.description}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="mono">{key.publicValue}</Table.Td>
              <Table.Td>
                <State row={key} />
              </Table.Td>
              <Table.Td>
                <Ago at={key.created} />
              </Table.Td>
              <Table.Td>
                <KeyActs apiKey={key} onAct={(verb) => acting.mutate({ key, verb })} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {acting.isError && <Trouble error={acting.error} />}
    </Wide>
  );
}

/** What the key's state offers: the server deletes only one that was deactivated before. */
function KeyActs({ apiKey, onAct }: { apiKey: ApiKey; onAct: (verb: KeyVerb) => void }) {
  const { t } = useTranslation();
  const name = apiKey.name ?? apiKey.id;
  const offered = (["activate", "deactivate", "remove"] as const).filter(
    (verb) => apiKey.actions[verb] && apiKey.transitioning !== "yes",
  );
  return (
    <Group gap="xs" justify="flex-end">
      {offered.map((verb) => (
        <Button
          key={verb}
          size="xs"
          variant="default"
          aria-label={t(`account.${verb}_key`, { name })}
          onClick={() => onAct(verb)}
        >
          {t(verb === "remove" ? "act.delete" : `act.${verb}`)}
        </Button>
      ))}
    </Group>
  );
}

function AddKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const making = useNewKey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate({ name: name.trim(), description: description.trim() });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!making.isSuccess}
      title={t("account.add_key")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      {making.isSuccess ? (
        <Secret apiKey={making.data} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t("account.key_name")}
              required
              data-autofocus
              maxLength={255}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("service.description")}
              maxLength={1024}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
            {making.isError && <Trouble error={making.error} />}
            <Group justify="flex-end">
              <Button type="submit" loading={making.isPending}>
                {t("form.create")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** Both halves of a new key: the secret one is shown this once. */
function Secret({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const halves = [
    [t("account.access_key"), apiKey.publicValue],
    [t("account.secret_key"), apiKey.secretValue],
  ] as const;
  return (
    <Stack>
      <Alert color="orange" variant="light">
        {t("account.once")}
      </Alert>
      {halves.map(([label, value]) => (
        <TextInput
          key={label}
          label={label}
          readOnly
          value={value}
          classNames={{ input: "mono" }}
          rightSection={<CopyButton text={value} label={`${t("copy.copy")}: ${label}`} />}
        />
      ))}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("add_host.done")}</Button>
      </Group>
    </Stack>
  );
}
