/** What a host's `info` says, as far as it is known. */

import type { Host } from "../api/generated";

interface Info {
  osInfo?: { dockerVersion?: string; kernelVersion?: string; operatingSystem?: string };
  cpuInfo?: { count?: number };
}

export const SIMULATED = "io.pasture.host.simulated";

export function factsOf(host: Host) {
  const info = (host.info ?? {}) as unknown as Info;
  return {
    docker: info.osInfo?.dockerVersion ?? null,
    kernel: info.osInfo?.kernelVersion ?? null,
    os: info.osInfo?.operatingSystem ?? null,
    cpus: info.cpuInfo?.count ?? null,
    isSimulated: host.labels[SIMULATED] === "true",
  };
}

const OURS = /^io\.(pasture|rancher)\./;

/** The labels that somebody chose. */
export function ownLabels(labels: Record<string, string> | null): [string, string][] {
  return Object.entries(labels ?? {}).filter(([name]) => !OURS.test(name));
}
