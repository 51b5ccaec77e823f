/** Gives somebody a login: a new account with one, or another password. */

import { Button, Modal, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Change } from "../act/change";
import { useRun } from "../act/run";
import { ACCOUNT_RULES, type Password } from "../api/generated";
import { collectionPath, EVERYWHERE, selfOf } from "../api/http";
import { Icon } from "../parts/icons";
import { Trouble } from "../parts/trouble";

const LEAST = 8;

interface FormProps {
  title: string;
  button: string;
  /** Fields before the password. */
  children?: ReactNode;
  isReady: boolean;
  run: ReturnType<typeof useRun>;
  onSend: (password: string) => Promise<unknown>;
  onClose: () => void;
}

function Form({ title, button, children, isReady, run, onSend, onClose }: FormProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(password).then(onClose, () => undefined); // `run.error` has it
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={submit}>
        <Stack>
          {children}
          <PasswordInput
            label={t("login.password")}
            description={t("account.least", { least: LEAST })}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {run.isError && <Trouble error={run.error} />}
          <Button
            type="submit"
            style={{ alignSelf: "flex-end" }}
            loading={run.isPending}
            disabled={!isReady || password.length < LEAST}
          >
            {button}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

export function AddAccount() {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Button leftSection={<Icon sign="plus" />} onClick={() => setAdding(true)}>
        {t("people.add")}
      </Button>
      {isAdding && <NewAccount onClose={() => setAdding(false)} />}
    </>
  );
}

/** The account first, then its login: where that is refused, the account that is there gets the next. */
function NewAccount({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const run = useRun({ isQuiet: true });
  const [login, setLogin] = useState("");
  const [kind, setKind] = useState("user");
  const [made, setMade] = useState<string | null>(null);
  const send = async (secretValue: string) => {
    const account = await named();
    setMade(account);
    await run.mutateAsync({
      method: "POST",
      path: collectionPath(EVERYWHERE, "passwords"),
      body: { accountId: account, publicValue: login, secretValue },
      about: { verb: "create", type: "password", id: null, name: login },
    });
  };
  /** The account, called as it logs in. */
  const named = async () => {
    const path = collectionPath(EVERYWHERE, "accounts");
    const change: Change = made
      ? { method: "PUT", path: `${path}/${made}`, body: { name: login } }
      : { method: "POST", path, body: { kind, name: login } };
    return (await run.mutateAsync(change))?.id ?? null;
  };
  return (
    <Form
      title={t("people.add")}
      button={t("form.create")}
      isReady={login !== ""}
      run={run}
      onSend={send}
      onClose={onClose}
    >
      <TextInput
        label={t("people.login")}
        description={t("people.login_hint")}
        autoComplete="off"
        data-autofocus
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value.trim())}
      />
      <Select
        label={t("people.kind")}
        description={t(`people.about.${kind as "user"}`)}
        allowDeselect={false}
        disabled={made !== null}
        value={kind}
        data={ACCOUNT_RULES.kind.options.map((one) => ({
          value: one,
          label: t(`people.kinds.${one as "user"}`),
        }))}
        onChange={(next) => setKind(next ?? "user")}
      />
    </Form>
  );
}

interface ResetProps {
  name: string;
  password: Password;
  onClose: () => void;
}

export function ResetPassword({ name, password, onClose }: ResetProps) {
  const { t } = useTranslation();
  const run = useRun({ isQuiet: true });
  const send = (secretValue: string) =>
    run.mutateAsync({
      method: "PUT",
      path: selfOf(password),
      body: { secretValue },
      about: { verb: "edit", type: password.type, id: password.id, name },
    });
  return (
    <Form
      title={t("people.reset_of", { name })}
      button={t("edit.save")}
      isReady
      run={run}
      onSend={send}
      onClose={onClose}
    />
  );
}
