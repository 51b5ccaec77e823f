/** The audit log: who changed what, when, from where; in this environment, or everywhere. */

import {
  Anchor,
  Button,
  Code,
  Group,
  Loader,
  SegmentedControl,
  Text,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import type { AuditLog } from "../api/generated";
import { useSession } from "../api/session";
import { Everywhere, useById, useRows } from "../live/live";
import type { Params } from "../live/patch";
import { Empty } from "../parts/empty";
import { Head } from "../parts/page";
import { Ago } from "../parts/time";
import { Unread } from "../parts/unread";
import { aboutEntry } from "./about";

const FILTERS = ["who", "type", "id", "ip"] as const;
type Filter = (typeof FILTERS)[number];
const FIELDS: Record<Filter, string> = {
  who: "authenticatedAsAccountId",
  type: "resourceType",
  id: "resourceId",
  ip: "clientIp",
};
type Asked = Partial<Record<Filter | "in", string>>;
const TYPED_MS = 250;
const NUMBER = /\d+$/; // 1st2 is the row 2

export function Audit() {
  const { t } = useTranslation();
  const isAdmin = useSession().data?.userType === "admin";
  const [query, setQuery] = useSearchParams();
  const [asked, setAsked] = useState<Asked>(() => Object.fromEntries(query));
  const [settled] = useDebouncedValue(asked, TYPED_MS);
  const put = (name: Filter | "in", value: string) =>
    setAsked(({ [name]: _, ...others }) => (value ? { ...others, [name]: value } : others));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address follows what is asked for
  useEffect(() => setQuery(settled as Record<string, string>, { replace: true }), [settled]);
  const isEverywhere = isAdmin && settled.in === "all";
  const list = <Entries params={paramsOf(settled)} />;
  return (
    <>
      <Head title={t("audit.title")} name={t("audit.title")}>
        {isAdmin && (
          <SegmentedControl
            aria-label={t("audit.where")}
            size="xs"
            value={asked.in ?? "here"}
            data={[
              { value: "here", label: t("audit.here") },
              { value: "all", label: t("audit.everywhere") },
            ]}
            onChange={(value) => put("in", value === "all" ? value : "")}
          />
        )}
      </Head>
      <Group gap="sm" mb="md">
        {FILTERS.map((name) => (
          <TextInput
            key={name}
            type="search"
            w={170}
            label={t(`audit.${name}`)}
            placeholder={t(`audit.such.${name}`)}
            value={asked[name] ?? ""}
            onChange={(event) => put(name, event.currentTarget.value.trim())}
          />
        ))}
      </Group>
      {isEverywhere ? <Everywhere>{list}</Everywhere> : list}
    </>
  );
}

function paramsOf(asked: Asked): Params {
  const params: Params = { sort: "id", order: "desc", limit: "100" };
  for (const name of FILTERS) {
    const value = asked[name];
    if (value) params[FIELDS[name]] = name === "id" ? (NUMBER.exec(value)?.[0] ?? value) : value;
  }
  if (!params.resourceType) params.resourceType_ne = "register"; // each host's joining has one
  return params;
}

function Entries({ params }: { params: Params }) {
  const { t } = useTranslation();
  const list = useRows("auditLog", params);
  if (list.isError) return <Unread error={list.error} again={() => void list.refetch()} />;
  if (list.isPending) return <Loader aria-label={t("table.loading")} />;
  if (list.rows.length === 0) {
    return <Empty sign="rest" title={t("change.none")} hint={t("change.none_hint")} />;
  }
  return (
    <>
      <table className="rows" aria-label={t("audit.title")}>
        <thead>
          <tr>
            <th>{t("change.when")}</th>
            <th>{t("change.who")}</th>
            <th>{t("change.what")}</th>
            <th>{t("audit.sent")}</th>
            <th>{t("audit.ip")}</th>
          </tr>
        </thead>
        <tbody>
          {list.rows.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
      {list.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("audit.more")}
        </Button>
      )}
    </>
  );
}

function Entry({ entry }: { entry: AuditLog }) {
  const { t } = useTranslation();
  const { project: here } = useParams();
  const { verb, id, place, name } = aboutEntry(entry);
  const isHere = place === "environments" || entry.accountId === here;
  const called = name ? `${name} (${id})` : id;
  const sent = entry.requestObject ?? "";
  return (
    <tr style={{ verticalAlign: "top" }}>
      <td className="first" style={{ whiteSpace: "nowrap" }}>
        <Ago at={entry.created} />
      </td>
      <td data-label={t("change.who")}>
        <Everywhere>
          <Who id={entry.authenticatedAsAccountId} />
        </Everywhere>
      </td>
      <td data-label={t("change.what")}>
        {t(`change.verb.${verb as "create"}`, { defaultValue: verb })}:{" "}
        {place && isHere ? (
          <Anchor inherit underline="always" component={Link} to={`/env/${here}/${place}/${id}`}>
            {called}
          </Anchor>
        ) : (
          called
        )}
      </td>
      <td data-label={t("audit.sent")}>
        {sent !== "" && sent !== "{}" && (
          <details>
            <summary>{t("audit.show")}</summary>
            <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {sent}
            </Code>
          </details>
        )}
      </td>
      <td data-label={t("audit.ip")}>
        {entry.clientIp}
        <Text size="xs" c="dimmed">
          {t(`audit.by.${entry.authType}`)}
        </Text>
      </td>
    </tr>
  );
}

/** By name, where one may see it. */
function Who({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const own = useSession().data?.accountId;
  const name = useById("account").get(id ?? "")?.name;
  return (
    <>
      {name ?? id}{" "}
      <Text span size="xs" c="dimmed">
        {id === own ? t("change.you") : name && id}
      </Text>
    </>
  );
}
