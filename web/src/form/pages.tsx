/** The pages of a new service or standalone container; they may begin as another one is. */

import { Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useRow } from "../live/live";
import { Empty } from "../parts/empty";
import { Trouble } from "../parts/trouble";
import { emptyForm, type Kind } from "./fields";
import { Filling } from "./filling";
import { formOf, formOfContainer } from "./read";

export function NewService() {
  const [query] = useSearchParams();
  const like = query.get("like");
  if (like) return <Cloned key={like} kind="service" id={like} />;
  const stack = query.get("stack") ?? "";
  return <Filling key={stack} first={emptyForm("service", stack)} />;
}

export function NewContainer() {
  const [query] = useSearchParams();
  const like = query.get("like");
  if (like) return <Cloned key={like} kind="container" id={like} />;
  const hostId = query.get("host") ?? "";
  return <Filling key={hostId} first={{ ...emptyForm("container"), hostId }} />;
}

function Cloned({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation();
  const row = useRow(kind, id);
  if (row.isError) return <Trouble error={row.error} again={() => void row.refetch()} />;
  if (row.isPending) return <Loader aria-label={t("table.loading")} />;
  if (row.data === null) return <Empty sign={kind} title={t(`${kind}.gone`)} />;
  return (
    <Filling first={"launchConfig" in row.data ? formOf(row.data) : formOfContainer(row.data)} />
  );
}
