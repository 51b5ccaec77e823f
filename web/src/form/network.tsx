/** The part of the form that says in which network containers are, and what they are called there. */

import { Group, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useRows } from "../live/live";
import { LinesField, TextField, useFilling } from "./context";
import { NETWORKS, type Network } from "./fields";

const MANY = { limit: "1000", state: "running", sort: "name" };

export function Networking() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const isShared = form.network === "container";
  return (
    <>
      <Select
        label={t("more.mode")}
        data={NETWORKS.map((value) => ({ value, label: t(`more.networks.${value}`) }))}
        value={form.network}
        allowDeselect={false}
        error={error("network")}
        onChange={(network) => put({ network: network as Network, sharedId: "" })}
      />
      {isShared ? (
        <SharedWith />
      ) : (
        <>
          <Pair>
            <TextField name="hostname" />
            <TextField name="domainName" />
          </Pair>
          <Pair>
            <TextField name="dns" />
            <TextField name="dnsSearch" />
          </Pair>
          <LinesField name="extraHosts" />
        </>
      )}
    </>
  );
}

function Pair({ children }: { children: React.ReactNode }) {
  return (
    <Group grow align="flex-start" wrap="wrap" preventGrowOverflow={false}>
      {children}
    </Group>
  );
}

function SharedWith() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const { rows } = useRows("container", MANY);
  return (
    <Select
      label={t("more.sharedId")}
      searchable
      required
      data={rows.map((row) => ({ value: row.id, label: row.name ?? row.id }))}
      value={form.sharedId || null}
      error={error("sharedId")}
      onChange={(sharedId) => put({ sharedId: sharedId ?? "" })}
    />
  );
}
