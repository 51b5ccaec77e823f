/** `docker run ...` as a form: what people have in their notes is what they begin with. Pure. */

import { quoted } from "../act/change";
import type { LaunchConfigGiven } from "../api/generated";
import { newPair } from "../parts/pair";
import { type Flags, flagsOf } from "./docker_flags";
import {
  emptyForm,
  type Form,
  type Kind,
  type Network,
  nameFor,
  newPort,
  newVolume,
  RESTARTS,
} from "./fields";
import { consoleOf, volumeOf } from "./read";
import { labelled } from "./rules";
import { MIB } from "./send";
import { words } from "./shell";

export interface Pasted {
  form: Form;
  /** Flags that mean nothing here, as they stood there. */
  left: string[];
}

const BEGIN = /^\s*[$#]?\s*(sudo\s+)?(docker|podman|nerdctl)\s+(container\s+)?(run|create)\s/;
const MOST_PORTS = 100; // of a range
const UNITS: Record<string, number> = { "": 1, b: 1, k: 1024, m: MIB, g: 1024 * MIB };

/** The form that a pasted command fills in; null: it is no such command, or names no image. */
export function pastedRun(text: string, kind: Kind): Pasted | null {
  if (!BEGIN.test(text)) return null;
  const given = words(text.replace(BEGIN, ""));
  const found = flagsOf(given);
  const [image, ...command] = found.rest;
  if (image === undefined) return null;
  const left = [...found.unknown];
  const form: Form = { ...emptyForm(kind), image, command: command.map(quoted).join(" ") };
  form.name = found.one("name") ?? (kind === "service" ? nameFor(image) : "");
  if (kind === "service") form.name = nameFor(form.name);
  Object.assign(form, pairs(found), process(found), limits(found), security(found));
  Object.assign(form, network(found, left), ports(found, left), mounts(found, left));
  form.kept = kept(found, left);
  return { form, left };
}

function pairs(found: Flags): Partial<Form> {
  const map: Record<string, string> = {};
  for (const label of found.all("label")) {
    const [name, value] = halves(label);
    map[name] = value;
  }
  const isPulled = found.one("pull") === "always";
  const { pullsAlways, ...others } = labelled(map);
  return {
    ...others,
    pullsAlways: pullsAlways || isPulled,
    environment: found.all("env").map((text) => newPair(...halves(text))),
  };
}

function halves(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function process(found: Flags): Partial<Form> {
  const entryPoint = found.one("entrypoint");
  const [policy = "", tries] = (found.one("restart") ?? "").split(":");
  return {
    entryPoint: entryPoint ? quoted(entryPoint) : "",
    workingDir: found.one("workdir") ?? "",
    user: found.one("user") ?? "",
    console: consoleOf(found.has("tty"), found.has("interactive")),
    restart: RESTARTS.find((one) => one === policy) ?? "no",
    tries: tries ? Number(tries) || "" : "",
    logDriver: found.one("log-driver") ?? "",
    logOptions: found.all("log-opt").map((text) => newPair(...halves(text))),
  };
}

function network(found: Flags, left: string[]): Partial<Form> {
  const said = found.one("network") ?? "";
  const modes: Record<string, Network> = { host: "host", none: "none", bridge: "bridge" };
  const mode = modes[said === "default" ? "bridge" : said];
  if (said && mode === undefined) left.push(`--network ${said}`);
  return {
    network: mode ?? "managed",
    hostname: found.one("hostname") ?? "",
    domainName: found.one("domainname") ?? "",
    dns: found.all("dns").join(" "),
    dnsSearch: found.all("dns-search").join(" "),
    extraHosts: found.all("add-host").join("\n"),
  };
}

const PORT = /^(?:(?:(\d+(?:\.\d+){3}):)?(\d*)(?:-(\d+))?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/;

function ports(found: Flags, left: string[]): Partial<Form> {
  const rows = found.all("publish").flatMap((text) => {
    const [, ip, outside, , inside, lastInside, protocol] = PORT.exec(text) ?? [];
    const more = lastInside ? Number(lastInside) - Number(inside) : 0;
    if (inside === undefined || more < 0 || more >= MOST_PORTS) {
      left.push(`-p ${text}`);
      return [];
    }
    const at = (first: string | undefined, n: number) => (first ? String(Number(first) + n) : "");
    return Array.from({ length: more + 1 }, (_, n) =>
      newPort(at(outside, n), at(inside, n), protocol, ip),
    );
  });
  return { ports: rows };
}

/** --volume and --mount: the same thing said in two ways. */
function mounts(found: Flags, left: string[]): Partial<Form> {
  const volumes = found.all("volume").map(volumeOf);
  for (const text of found.all("mount")) {
    const said = new Map(text.split(",").map(halves));
    const source = said.get("source") ?? said.get("src") ?? "";
    const path = said.get("target") ?? said.get("destination") ?? said.get("dst");
    const isTaken = path && ["bind", "volume"].includes(said.get("type") ?? "volume");
    const isReadOnly = ["readonly", "ro"].some((name) =>
      ["", "true"].includes(said.get(name) ?? "no"),
    );
    if (isTaken) volumes.push(newVolume(source, path, isReadOnly ? "ro" : ""));
    else left.push(`--mount ${text}`);
  }
  return { volumes, volumeDriver: found.one("volume-driver") ?? "" };
}

function limits(found: Flags): Partial<Form> {
  const mib = (name: string) => {
    const size = sizeOf(found.one(name));
    return size === null ? "" : size / MIB;
  };
  return {
    memoryMib: mib("memory"),
    swapMib: mib("memory-swap"),
    reservedMib: mib("memory-reservation"),
    cpus: cpusOf(found),
    cpuShares: Number(found.one("cpu-shares")) || "",
    cpuSet: found.one("cpuset-cpus") ?? "",
  };
}

function cpusOf(found: Flags): number | "" {
  const quota = Number(found.one("cpu-quota"));
  if (quota > 0) return quota / (Number(found.one("cpu-period")) || 100_000);
  return Number(found.one("cpus")) || "";
}

/** 64m as a number of bytes; null: it is none. */
function sizeOf(text: string | null): number | null {
  const [, number = "", unit = ""] = /^(-?\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(text ?? "") ?? [];
  return number ? Number(number) * (UNITS[unit.toLowerCase()] ?? 1) : null;
}

function security(found: Flags): Partial<Form> {
  const capabilities = (name: string) =>
    found.all(name).map((one) => one.toUpperCase().replace(/^CAP_/, ""));
  return {
    isPrivileged: found.has("privileged"),
    isReadOnly: found.has("read-only"),
    seesHost: found.one("pid") === "host",
    capAdd: capabilities("cap-add"),
    capDrop: capabilities("cap-drop"),
    devices: found.all("device").join("\n"),
  };
}

/** What the server takes and the form has no field for. */
function kept(found: Flags, left: string[]): LaunchConfigGiven {
  const map = (name: string, between: RegExp) =>
    Object.fromEntries(
      found.all(name).map((text) => {
        const at = text.search(between);
        return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
      }),
    );
  const number = (name: string) => Number(found.one(name) ?? Number.NaN);
  const host = (name: string) => (found.one(name) === "host" ? "host" : null);
  const said: LaunchConfigGiven = {
    blkioWeight: number("blkio-weight"),
    cgroupParent: found.one("cgroup-parent"),
    cpuSetMems: found.one("cpuset-mems"),
    dnsOpt: found.all("dns-option"),
    expose: found.all("expose"),
    groupAdd: found.all("group-add"),
    ipcMode: found.one("ipc"),
    kernelMemory: sizeOf(found.one("kernel-memory")),
    memorySwappiness: number("memory-swappiness"),
    netAlias: found.all("network-alias"),
    oomKillDisable: found.has("oom-kill-disable"),
    oomScoreAdj: number("oom-score-adj"),
    pidsLimit: number("pids-limit"),
    publishAllPorts: found.has("publish-all"),
    runInit: found.has("init"),
    securityOpt: found.all("security-opt"),
    shmSize: sizeOf(found.one("shm-size")),
    stopSignal: found.one("stop-signal"),
    stopTimeout: number("stop-timeout"),
    storageOpt: map("storage-opt", /=/),
    sysctls: map("sysctl", /=/),
    tmpfs: map("tmpfs", /:/),
    ulimits: ulimits(found, left),
    usernsMode: host("userns"),
    uts: host("uts"),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => isSaid(value)));
}

function isSaid(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== false && !Number.isNaN(value);
}

function ulimits(found: Flags, left: string[]) {
  return found.all("ulimit").flatMap((text) => {
    const [, name = "", soft, hard] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
    if (soft !== undefined)
      return [{ name, soft: Number(soft), ...(hard && { hard: Number(hard) }) }];
    left.push(`--ulimit ${text}`);
    return [];
  });
}
