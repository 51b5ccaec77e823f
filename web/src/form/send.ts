/** A form as the API takes it: nothing is sent that stands at its default. Pure. */

import type { ContainerGiven, LaunchConfigGiven, ServiceGiven } from "../api/generated";
import { asMap } from "../parts/pair";
import { type Amount, type Form, GLOBAL, lines, PULL, several } from "./fields";
import { ruleLabels } from "./rules";
import { words } from "./shell";

export const MIB = 1024 * 1024;
const PERIOD_US = 100_000;

/** The body that makes the service. */
export function given(form: Form, stackId: string): ServiceGiven {
  return {
    name: form.name,
    stackId,
    scale: Number(form.scale),
    startOnCreate: true,
    launchConfig: launchConfig(form),
    ...(form.description && { description: form.description }),
  };
}

/** The body that makes the standalone container. */
export function givenContainer(form: Form): ContainerGiven {
  return {
    ...(form.name && { name: form.name }),
    ...launchConfig(form),
    restartPolicy: {
      name: form.restart,
      ...(form.restart === "on-failure" && form.tries !== "" && { maximumRetryCount: form.tries }),
    },
    startOnCreate: true,
    ...(form.description && { description: form.description }),
  };
}

export function portsOf(form: Form): string[] {
  return form.ports
    .filter((row) => row.inside)
    .map(({ ip, outside, inside, protocol }) => {
      const bound = ip ? `${ip}:` : "";
      return `${bound}${outside || ip ? `${outside}:` : ""}${inside}/${protocol}`;
    });
}

export function volumesOf(form: Form): string[] {
  return form.volumes
    .filter(({ path }) => path)
    .map(({ source, path, mode }) =>
      source ? [source, path, mode].filter(Boolean).join(":") : path,
    );
}

export function labelsOf(form: Form): Record<string, string> {
  return {
    ...asMap(form.labels),
    ...ruleLabels(form.rules),
    ...(form.isGlobal && { [GLOBAL]: "true" }),
    ...(form.pullsAlways && { [PULL]: "always" }),
  };
}

function launchConfig(form: Form): LaunchConfigGiven {
  return {
    ...form.kept,
    imageUuid: `docker:${form.image.trim()}`,
    ports: portsOf(form),
    environment: asMap(form.environment),
    dataVolumes: volumesOf(form),
    labels: labelsOf(form),
    ...process(form),
    ...network(form),
    ...limits(form),
    ...security(form),
  };
}

function process(form: Form): LaunchConfigGiven {
  const command = words(form.command);
  const entryPoint = words(form.entryPoint);
  const { console } = form;
  return {
    ...(command.length > 0 && { command }),
    ...(entryPoint.length > 0 && { entryPoint }),
    ...(form.workingDir && { workingDir: form.workingDir }),
    ...(form.user && { user: form.user }),
    ...((console === "both" || console === "terminal") && { tty: true }),
    ...((console === "both" || console === "input") && { stdinOpen: true }),
    ...(form.volumeDriver && { volumeDriver: form.volumeDriver }),
    ...(form.logDriver && {
      logConfig: { driver: form.logDriver, config: asMap(form.logOptions) },
    }),
  };
}

function network(form: Form): LaunchConfigGiven {
  const dns = several(form.dns);
  const dnsSearch = several(form.dnsSearch);
  const extraHosts = lines(form.extraHosts);
  return {
    ...(form.network !== "managed" && { networkMode: form.network }),
    ...(form.network === "container" && { networkContainerId: form.sharedId }),
    ...(form.hostname && { hostname: form.hostname }),
    ...(form.domainName && { domainName: form.domainName }),
    ...(dns.length > 0 && { dns }),
    ...(dnsSearch.length > 0 && { dnsSearch }),
    ...(extraHosts.length > 0 && { extraHosts }),
    ...(form.hostId && { requestedHostId: form.hostId }),
  };
}

function limits(form: Form): LaunchConfigGiven {
  const size = (name: keyof LaunchConfigGiven, mib: Amount) =>
    mib !== "" && { [name]: Math.round(mib * MIB) };
  return {
    ...size("memory", form.memoryMib),
    ...size("memorySwap", form.swapMib),
    ...size("memoryReservation", form.reservedMib),
    ...(form.reservedCpus !== "" && { milliCpuReservation: Math.round(form.reservedCpus * 1000) }),
    ...(form.cpus !== "" && {
      cpuPeriod: PERIOD_US,
      cpuQuota: Math.round(form.cpus * PERIOD_US),
    }),
    ...(form.cpuShares !== "" && { cpuShares: form.cpuShares }),
    ...(form.cpuSet && { cpuSet: form.cpuSet }),
  };
}

function security(form: Form): LaunchConfigGiven {
  const devices = lines(form.devices);
  return {
    ...(form.isPrivileged && { privileged: true }),
    ...(form.isReadOnly && { readOnly: true }),
    ...(form.seesHost && { pidMode: "host" as const }),
    ...(form.capAdd.length > 0 && { capAdd: form.capAdd as LaunchConfigGiven["capAdd"] }),
    ...(form.capDrop.length > 0 && { capDrop: form.capDrop as LaunchConfigGiven["capDrop"] }),
    ...(devices.length > 0 && { devices }),
  };
}
