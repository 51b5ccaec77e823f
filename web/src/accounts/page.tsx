/** Everybody who can log in: made, given another kind or password, deactivated, deleted by admins. */

import { Loader, Menu, Select, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionMenu } from "../act/menu";
import { useRun } from "../act/run";
import { ACCOUNT_RULES, type Account, type Password } from "../api/generated";
import { selfOf } from "../api/http";
import { useSession } from "../api/session";
import { isPerson } from "../environments/people";
import { Everywhere, useById, useRows } from "../live/live";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Head } from "../parts/page";
import { State } from "../parts/state";
import { Ago } from "../parts/time";
import { Unread } from "../parts/unread";
import { AddAccount, ResetPassword } from "./password";

const LIST = { limit: "3000" };

export function Accounts() {
  const { t } = useTranslation();
  const isAdmin = useSession().data?.userType === "admin";
  if (!isAdmin) return <Empty sign="user" title={t("people.admins")} />;
  return (
    <Everywhere>
      <Head title={t("people.title")} name={t("people.title")}>
        <AddAccount />
      </Head>
      <People />
    </Everywhere>
  );
}

function People() {
  const { t } = useTranslation();
  const list = useRows("account", LIST);
  const passwords = useById("password");
  if (list.isError) return <Unread error={list.error} again={() => void list.refetch()} />;
  if (list.isPending) return <Loader aria-label={t("table.loading")} />;
  const logins = new Map([...passwords.values()].map((one) => [one.accountId, one]));
  return (
    <table className="rows" aria-label={t("people.title")}>
      <thead>
        <tr>
          <th>{t("people.name")}</th>
          <th>{t("people.login")}</th>
          <th>{t("people.kind")}</th>
          <th>{t("host.state")}</th>
          <th>{t("container.created")}</th>
          <th>
            <VisuallyHidden>{t("table.actions")}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {list.rows.filter(isPerson).map((account) => (
          <Person key={account.id} account={account} password={logins.get(account.id)} />
        ))}
      </tbody>
    </table>
  );
}

interface Props {
  account: Account;
  password: Password | undefined;
}

function Person({ account, password }: Props) {
  const { t } = useTranslation();
  const [isResetting, setResetting] = useState(false);
  return (
    <tr>
      <td className="first">{account.name ?? account.id}</td>
      <td data-label={t("people.login")}>{password?.publicValue}</td>
      <td data-label={t("people.kind")}>
        <Kind account={account} />
      </td>
      <td data-label={t("host.state")}>
        <State row={account} />
      </td>
      <td data-label={t("container.created")}>
        <Ago at={account.created} />
      </td>
      <td className="acts">
        <ActionMenu
          row={account}
          more={
            <Menu.Item
              leftSection={<Icon sign="user" size={16} />}
              disabled={!password?.actions.update}
              onClick={() => setResetting(true)}
            >
              {t("people.reset")}
            </Menu.Item>
          }
        />
        {isResetting && password && (
          <ResetPassword
            name={account.name ?? account.id}
            password={password}
            onClose={() => setResetting(false)}
          />
        )}
      </td>
    </tr>
  );
}

function Kind({ account }: { account: Account }) {
  const { t } = useTranslation();
  const run = useRun();
  const name = account.name ?? account.id;
  const change = (kind: string) =>
    run.mutate({
      method: "PUT",
      path: selfOf(account),
      body: { kind },
      about: { verb: "edit", type: account.type, id: account.id, name },
    });
  return (
    <Select
      aria-label={t("people.kind_of", { name })}
      size="xs"
      w={170}
      allowDeselect={false}
      disabled={!account.actions.update}
      value={account.kind}
      data={ACCOUNT_RULES.kind.options.map((kind) => ({
        value: kind,
        label: t(`people.kinds.${kind as "user"}`),
      }))}
      onChange={(kind) => kind && change(kind)}
    />
  );
}
