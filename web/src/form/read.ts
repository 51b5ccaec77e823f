/** A form filled in like something that is there. Pure. */

import type { Container, LaunchConfig, LaunchConfigGiven, Service } from "../api/generated";
import { fromMap } from "../parts/pair";
import { imageName } from "../words/say";
import {
  type Amount,
  type Console,
  emptyForm,
  type Form,
  type Kind,
  newPort,
  newVolume,
  type PortRow,
  RESTARTS,
  type VolumeRow,
} from "./fields";
import { labelled } from "./rules";
import { MIB } from "./send";
import { asText } from "./shell";

const PERIOD_US = 100_000; // the Engine's own
const PUBLISHED = /^(?:(?:(.*):)?(\d*):)?(\d+)(?:\/(\w+))?$/;

/** What of a launch config has no field: a clone takes it along. */
export const KEPT = [
  "blkioDeviceOptions",
  "blkioWeight",
  "cgroupParent",
  "cpuRealtimePeriod",
  "cpuRealtimeRuntime",
  "cpuSetMems",
  "dnsOpt",
  "expose",
  "groupAdd",
  "healthCmd",
  "healthInterval",
  "healthRetries",
  "healthTimeout",
  "ipcMode",
  "kernelMemory",
  "memorySwappiness",
  "netAlias",
  "oomKillDisable",
  "oomScoreAdj",
  "pidsLimit",
  "publishAllPorts",
  "runInit",
  "securityOpt",
  "shmSize",
  "stdinOnce",
  "stopSignal",
  "stopTimeout",
  "storageOpt",
  "sysctls",
  "tmpfs",
  "ulimits",
  "usernsMode",
  "uts",
] as const satisfies readonly (keyof LaunchConfigGiven)[];

export function formOf(service: Service): Form {
  return {
    ...formOfLaunch("service", service.launchConfig ?? {}),
    description: service.description ?? "",
    stackId: service.stackId,
    newStack: "",
    scale: service.scale,
  };
}

export function formOfContainer(container: Container): Form {
  const policy = container.restartPolicy;
  return {
    ...formOfLaunch("container", container),
    description: container.description ?? "",
    restart: RESTARTS.find((one) => one === policy?.name) ?? "no",
    tries: policy?.maximumRetryCount || "",
  };
}

function formOfLaunch(kind: Kind, launch: Partial<LaunchConfig>): Form {
  return {
    ...emptyForm(kind),
    ...labelled(launch.labels ?? {}),
    image: imageName(launch.imageUuid ?? null),
    ports: (launch.ports ?? []).map(portOf),
    environment: fromMap(launch.environment),
    volumes: (launch.dataVolumes ?? []).map(volumeOf),
    volumeDriver: launch.volumeDriver ?? "",
    ...processOf(launch),
    ...networkOf(launch),
    ...limitsOf(launch),
    ...securityOf(launch),
    kept: Object.fromEntries(
      KEPT.filter((name) => isSaid(launch[name])).map((name) => [name, launch[name]]),
    ),
  };
}

/** Whether a value says anything. */
function isSaid(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== undefined && value !== false;
}

export function portOf(text: string): PortRow {
  const [, ip = "", outside = "", inside = "", protocol = "tcp"] = PUBLISHED.exec(text) ?? [];
  return newPort(outside, inside, protocol, ip);
}

export function volumeOf(text: string): VolumeRow {
  const [source = "", path, mode = ""] = text.split(":");
  return path === undefined ? newVolume("", source) : newVolume(source, path, mode);
}

function processOf(launch: Partial<LaunchConfig>): Partial<Form> {
  const { tty, stdinOpen, logConfig } = launch;
  return {
    command: asText(launch.command).join(),
    entryPoint: asText(launch.entryPoint).join(),
    workingDir: launch.workingDir ?? "",
    user: launch.user ?? "",
    console: consoleOf(tty ?? false, stdinOpen ?? false),
    logDriver: logConfig?.driver ?? "",
    logOptions: fromMap(logConfig?.config),
  };
}

export function consoleOf(hasTerminal: boolean, takesInput: boolean): Console {
  if (hasTerminal) return takesInput ? "both" : "terminal";
  return takesInput ? "input" : "none";
}

function networkOf(launch: Partial<LaunchConfig>): Partial<Form> {
  return {
    network: launch.networkMode ?? "managed",
    sharedId: launch.networkContainerId ?? "",
    hostname: launch.hostname ?? "",
    domainName: launch.domainName ?? "",
    dns: (launch.dns ?? []).join(" "),
    dnsSearch: (launch.dnsSearch ?? []).join(" "),
    extraHosts: (launch.extraHosts ?? []).join("\n"),
    hostId: launch.requestedHostId ?? "",
  };
}

function limitsOf(launch: Partial<LaunchConfig>): Partial<Form> {
  const mib = (size: number | null | undefined): Amount => (size ? size / MIB : "");
  const quota = launch.cpuQuota ?? 0;
  return {
    memoryMib: mib(launch.memory),
    swapMib: mib(launch.memorySwap),
    reservedMib: mib(launch.memoryReservation),
    reservedCpus: launch.milliCpuReservation ? launch.milliCpuReservation / 1000 : "",
    cpus: quota > 0 ? quota / (launch.cpuPeriod || PERIOD_US) : "",
    cpuShares: launch.cpuShares ?? "",
    cpuSet: launch.cpuSet ?? "",
  };
}

function securityOf(launch: Partial<LaunchConfig>): Partial<Form> {
  return {
    isPrivileged: launch.privileged ?? false,
    isReadOnly: launch.readOnly ?? false,
    seesHost: launch.pidMode === "host",
    capAdd: [...(launch.capAdd ?? [])],
    capDrop: [...(launch.capDrop ?? [])],
    devices: (launch.devices ?? []).join("\n"),
  };
}
