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

/** What the agent finds out itself (`link/hello.py`), and what we put there. */
const OURS = /^io\.(pasture\.|rancher\.host\.(os|linux_kernel_version|docker_version)$)/;

type Labels = Readonly<Record<string, string>>;

/** The labels that somebody chose. */
export function ownLabels(labels: Labels | null): [string, string][] {
  return Object.entries(labels ?? {}).filter(([name]) => !OURS.test(name));
}

/** Other labels of somebody's choice; ours stay, though nobody is shown them. */
export function withOwn(labels: Labels | null, own: Labels): Record<string, string> {
  const ours = Object.entries(labels ?? {}).filter(([name]) => OURS.test(name));
  return { ...own, ...Object.fromEntries(ours) };
}
