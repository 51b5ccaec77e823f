/** What somebody fills in for a service or a container. Pure. */

import type { LaunchConfigGiven } from "../api/generated";
import { SERVICE_RULES } from "../api/generated";
import { newKey } from "../parts/key";
import type { Pair } from "../parts/pair";
import type { Rule } from "./rules";

export type Kind = "service" | "container";

export const NETWORKS = ["managed", "bridge", "host", "none", "container"] as const;
export const RESTARTS = ["no", "always", "unless-stopped", "on-failure"] as const;
export const CONSOLES = ["none", "both", "input", "terminal"] as const;
export type Network = (typeof NETWORKS)[number];
export type Restart = (typeof RESTARTS)[number];
export type Console = (typeof CONSOLES)[number];

export interface PortRow {
  key: number;
  /** Address on the host; empty: all of them. */
  ip: string;
  /** Port on the host; empty: any that is free. */
  outside: string;
  inside: string;
  protocol: string;
}

export interface VolumeRow {
  key: number;
  /** A volume's name, a path on the host, or empty for a volume without a name. */
  source: string;
  path: string;
  /** ro, and what else Docker knows. */
  mode: string;
}

/** A number that may be left out. */
export type Amount = number | "";

export interface Form {
  kind: Kind;
  name: string;
  image: string;
  pullsAlways: boolean;
  description: string;
  /** The id of a stack, or empty for a new one. */
  stackId: string;
  newStack: string;
  isGlobal: boolean;
  scale: Amount;
  ports: PortRow[];
  environment: Pair[];
  labels: Pair[];
  volumes: VolumeRow[];
  volumeDriver: string;
  command: string;
  entryPoint: string;
  workingDir: string;
  user: string;
  console: Console;
  /** Of a standalone container; those of a service are always started again. */
  restart: Restart;
  tries: Amount;
  network: Network;
  /** The container whose network it shares. */
  sharedId: string;
  hostname: string;
  domainName: string;
  dns: string;
  dnsSearch: string;
  /** Lines of name:address. */
  extraHosts: string;
  hostId: string;
  rules: Rule[];
  memoryMib: Amount;
  swapMib: Amount;
  reservedMib: Amount;
  cpus: Amount;
  reservedCpus: Amount;
  cpuShares: Amount;
  cpuSet: string;
  isPrivileged: boolean;
  isReadOnly: boolean;
  seesHost: boolean;
  capAdd: string[];
  capDrop: string[];
  /** Lines of /dev/on/host:/dev/inside:rwm. */
  devices: string;
  logDriver: string;
  logOptions: Pair[];
  /** What has no field here: a clone has it too. */
  kept: LaunchConfigGiven;
}

export const GLOBAL = "io.rancher.scheduler.global";
export const PULL = "io.rancher.container.pull_image";
export const MOST = SERVICE_RULES.scale.max;
const NEW_STACK = "default";

export function newPort(outside = "", inside = "", protocol = "tcp", ip = ""): PortRow {
  return { key: newKey(), ip, outside, inside, protocol };
}

export function newVolume(source = "", path = "", mode = ""): VolumeRow {
  return { key: newKey(), source, path, mode };
}

export function emptyForm(kind: Kind, stackId = ""): Form {
  return {
    kind,
    name: "",
    image: "",
    pullsAlways: false,
    description: "",
    stackId,
    newStack: stackId ? "" : NEW_STACK,
    isGlobal: false,
    scale: 1,
    ports: [],
    environment: [],
    labels: [],
    volumes: [],
    volumeDriver: "",
    command: "",
    entryPoint: "",
    workingDir: "",
    user: "",
    console: "none",
    restart: "unless-stopped",
    tries: "",
    network: "managed",
    sharedId: "",
    hostname: "",
    domainName: "",
    dns: "",
    dnsSearch: "",
    extraHosts: "",
    hostId: "",
    rules: [],
    memoryMib: "",
    swapMib: "",
    reservedMib: "",
    cpus: "",
    reservedCpus: "",
    cpuShares: "",
    cpuSet: "",
    isPrivileged: false,
    isReadOnly: false,
    seesHost: false,
    capAdd: [],
    capDrop: [],
    devices: "",
    logDriver: "",
    logOptions: [],
    kept: {},
  };
}

/** The things in a field that holds several, whatever stands between them. */
export const several = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What a service is called that runs an image, as `pasture run` has it: team/web:1.2 gives web. */
export function nameFor(image: string): string {
  const last = (image.trim().split("@")[0] ?? "").split("/").at(-1)?.split(":")[0] ?? "";
  return last
    .replace(/[^a-zA-Z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, SERVICE_RULES.name.maxLength);
}
