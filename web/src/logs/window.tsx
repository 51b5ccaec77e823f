/** The log viewer in a window of its own. */

import { Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { LiveProvider, useRow } from "../live/live";
import { Empty } from "../parts/empty";
import { Head } from "../parts/page";
import { State } from "../parts/state";
import { Trouble } from "../parts/trouble";
import { ContainerLogs, ServiceLogs } from "./logs";

const HEIGHT = "calc(100vh - 110px)";

export function LogWindow() {
  const { project = "", kind, id = "" } = useParams();
  return (
    <LiveProvider project={project}>
      <main style={{ padding: "12px 16px" }}>
        <Alone type={kind === "services" ? "service" : "container"} id={id} />
      </main>
    </LiveProvider>
  );
}

function Alone({ type, id }: { type: "service" | "container"; id: string }) {
  const { t } = useTranslation();
  const found = useRow(type, id);
  if (found.isError) return <Trouble error={found.error} again={() => void found.refetch()} />;
  if (found.isPending) return <Loader aria-label={t("table.loading")} />;
  const row = found.data;
  if (row === null) return <Empty sign={type} title={t(`${type}.gone`)} />;
  const name = row.name ?? row.id;
  const place = { height: HEIGHT, isAlone: true };
  return (
    <>
      <Head title={name} name={name}>
        <State row={row} />
      </Head>
      {"launchConfig" in row ? (
        <ServiceLogs id={row.id} name={name} {...place} />
      ) : (
        <ContainerLogs container={row} {...place} />
      )}
    </>
  );
}
