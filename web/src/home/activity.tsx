/** What people and programs did last in this environment. */

import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AuditLog } from "../api/generated";
import { useSession } from "../api/session";
import { aboutEntry } from "../audit/about";
import { useProject, useRows } from "../live/live";
import { Ago } from "../parts/time";

const LAST = { resourceType_ne: "register", sort: "id", order: "desc", limit: "12" };

interface Props {
  /** The names of what is known, by id. */
  names: ReadonlyMap<string, string>;
}

export function Activity({ names }: Props) {
  const { t } = useTranslation();
  const { rows, isSuccess } = useRows("auditLog", LAST);
  if (!isSuccess || rows.length === 0) return null; // who may not see it has none
  return (
    <section aria-label={t("home.activity")}>
      <Title order={2} size="h4" mb="sm">
        {t("home.activity")}
      </Title>
      <Stack gap={6}>
        {rows.map((entry) => (
          <Entry key={entry.id} entry={entry} names={names} />
        ))}
      </Stack>
    </section>
  );
}

function Entry({ entry, names }: Props & { entry: AuditLog }) {
  const { t } = useTranslation();
  const project = useProject();
  const session = useSession();
  const isOwn = entry.authenticatedAsAccountId === session.data?.accountId;
  const who = isOwn ? t("change.you") : entry.authenticatedAsAccountId;
  const { verb, id, place, name } = aboutEntry(entry);
  const named = names.get(id) ?? name ?? id;
  return (
    <Group gap={8} wrap="nowrap" align="baseline">
      <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        <Ago at={entry.created} />
      </Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {t(`change.verb.${verb as "create"}`, { defaultValue: verb })}:{" "}
        {place ? (
          <Anchor inherit underline="always" component={Link} to={`/env/${project}/${place}/${id}`}>
            {named}
          </Anchor>
        ) : (
          named
        )}{" "}
        <Text span size="xs" c="dimmed">
          {who}
        </Text>
      </Text>
    </Group>
  );
}
