/** Why a service does not run as it is wanted: the reasons of its containers, each once. Pure. */

import type { Container } from "../api/generated";
import { whyOf } from "../parts/state";

export interface Why {
  reason: string;
  containers: Container[];
}

/** The reasons, that of the most containers first. */
export function whysOf(containers: readonly Container[]): Why[] {
  const found = new Map<string, Container[]>();
  for (const container of containers) {
    const reason = whyOf(container);
    if (reason !== null) found.set(reason, [...(found.get(reason) ?? []), container]);
  }
  return [...found]
    .map(([reason, of]) => ({ reason, containers: of }))
    .sort((one, other) => other.containers.length - one.containers.length);
}
