/** Where a service is reached: the published ports of its containers, wherever these run. */

import type { Service } from "../api/generated";
import { PlaceLines, Places, useEndpoints } from "../containers/places";
import { portOf } from "../form/read";
import { useRows } from "../live/live";

const FEW = "20"; // of its containers: a row does not show more

/** Absent where nothing is published: nothing is asked then. */
export function ServicePlaces({ service, isLong }: { service: Service; isLong?: boolean }) {
  const ports = service.launchConfig?.ports ?? [];
  if (!ports.some((text) => portOf(text).inside)) return null;
  return <Asked service={service} isLong={isLong ?? false} />;
}

function Asked({ service, isLong }: { service: Service; isLong: boolean }) {
  const { rows } = useRows("container", { serviceId: service.id, limit: FEW });
  const found = useEndpoints(rows);
  return isLong ? <PlaceLines found={found} /> : <Places found={found} />;
}
