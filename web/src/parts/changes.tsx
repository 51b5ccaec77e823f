/** Who changed something, when and how: what the audit log has of it. */

import { Code, Loader, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditLog, Resource } from "../api/generated";
import { useSession } from "../api/session";
import { useRows } from "../live/live";
import { Empty } from "./empty";
import { Ago } from "./time";
import { Trouble } from "./trouble";

const MOST = "50";
const NUMBER = /\d+$/; // 1st2 is the row 2

/** The last changes of a row, the newest first. */
export function Changes({ row }: { row: Resource }) {
  const { t } = useTranslation();
  const list = useRows("auditLog", {
    resourceType: row.type,
    resourceId: NUMBER.exec(row.id)?.[0] ?? "",
    sort: "id",
    order: "desc",
    limit: MOST,
  });
  if (list.isError) return <Trouble error={list.error} again={() => void list.refetch()} />;
  if (list.isPending) return <Loader size="sm" aria-label={t("table.loading")} />;
  if (list.rows.length === 0) {
    return <Empty sign="rest" title={t("change.none")} hint={t("change.none_hint")} />;
  }
  return (
    <Stack gap="xs">
      <Table aria-label={t("change.title")} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("change.when")}</Table.Th>
            <Table.Th>{t("change.who")}</Table.Th>
            <Table.Th>{t("change.what")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.rows.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
      {list.hasNextPage && (
        <Text size="xs" c="dimmed">
          {t("change.more", { count: Number(MOST) })}
        </Text>
      )}
    </Stack>
  );
}

function Entry({ entry }: { entry: AuditLog }) {
  const { t } = useTranslation();
  const session = useSession();
  const isOwn = entry.authenticatedAsAccountId === session.data?.accountId;
  const verb = entry.eventType.split(".").at(-1) ?? "";
  const sent = entry.requestObject ?? "";
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap", verticalAlign: "top" }}>
        <Ago at={entry.created} />
      </Table.Td>
      <Table.Td style={{ verticalAlign: "top" }}>
        {isOwn ? t("change.you") : entry.authenticatedAsAccountId}
        <Text size="xs" c="dimmed">
          {entry.clientIp}
        </Text>
      </Table.Td>
      <Table.Td>
        {t(`change.verb.${verb as "create"}`, { defaultValue: verb })}
        {sent !== "" && sent !== "{}" && (
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {sent}
          </Code>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
