/** The pages of a new service or standalone container; they may begin as another one is. */

import { useSearchParams } from "react-router";
import { useRow } from "../live/live";
import { emptyForm } from "./fields";
import { Filling } from "./filling";
import { formOf, formOfContainer } from "./read";

export function NewService() {
  const [query] = useSearchParams();
  const like = query.get("like");
  if (like) return <ClonedService id={like} />;
  return <Filling first={emptyForm("service", query.get("stack") ?? "")} />;
}

export function NewContainer() {
  const [query] = useSearchParams();
  const like = query.get("like");
  if (like) return <ClonedContainer id={like} />;
  return <Filling first={{ ...emptyForm("container"), hostId: query.get("host") ?? "" }} />;
}

function ClonedService({ id }: { id: string }) {
  const { data } = useRow("service", id);
  return data ? <Filling first={formOf(data)} /> : null;
}

function ClonedContainer({ id }: { id: string }) {
  const { data } = useRow("container", id);
  return data ? <Filling first={formOfContainer(data)} /> : null;
}
