/** A container at a glance: where it is, how it is, where it is reached. */

import { Card } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { CopyButton } from "../parts/copy";
import { Facts } from "../parts/page";
import { Ago } from "../parts/time";
import { imageName } from "../words/say";
import { Way } from "./list";
import { PlaceLines, useEndpoints } from "./places";

export function Overview({ container: row }: { container: Container }) {
  const { t } = useTranslation();
  const found = useEndpoints([row]);
  return (
    <Card withBorder>
      <Facts
        rows={[
          [t("container.description"), row.description],
          [t("container.endpoints"), found.length > 0 && <PlaceLines key="at" found={found} />],
          [t("container.image"), <Taken key="image" text={imageName(row.imageUuid)} />],
          [t("container.host"), row.hostId && <Way key="host" type="host" id={row.hostId} />],
          [t("container.part_of"), <PartOf key="service" container={row} />],
          [
            t("container.ip"),
            row.primaryIpAddress && <Taken key="ip" text={row.primaryIpAddress} />,
          ],
          [t("container.mac"), row.macAddress && <Taken key="mac" text={row.macAddress} />],
          [t("container.health"), row.healthState],
          [t("container.exit_code"), row.exitCode],
          [t("container.starts"), row.startCount],
          [t("container.started"), row.started && <Ago key="started" at={row.started} />],
          [t("container.created"), <Ago key="created" at={row.created} />],
          [
            t("container.external_id"),
            row.externalId && (
              <Taken key="id" text={row.externalId} shown={row.externalId.slice(0, 12)} />
            ),
          ],
        ]}
      />
    </Card>
  );
}

function PartOf({ container }: { container: Container }) {
  const { t } = useTranslation();
  if (container.serviceId === null) return t("container.standalone");
  return (
    <>
      <Way type="stack" id={container.stackId} /> / <Way type="service" id={container.serviceId} />
    </>
  );
}

/** What people paste elsewhere. */
export function Taken({ text, shown = text }: { text: string; shown?: string }) {
  return (
    <span className="taken">
      <span className="mono">{shown}</span>
      <CopyButton text={text} />
    </span>
  );
}
