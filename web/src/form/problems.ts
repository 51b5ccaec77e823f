/** What of a form cannot be sent as it is: the field, and the word for what would be accepted. Pure. */

import { LAUNCH_CONFIG_RULES, SERVICE_RULES } from "../api/generated";
import { pairProblem } from "../parts/pair";
import {
  type Amount,
  type Form,
  lines,
  MOST,
  type PortRow,
  several,
  type VolumeRow,
} from "./fields";
import { MIB } from "./send";

export type Problem =
  | "needed"
  | "bad_characters"
  | "bad_container_name"
  | "too_long"
  | "bad_number"
  | "bad_port"
  | "bad_volume"
  | "bad_source"
  | "twice"
  | "bad_key"
  | "bad_path"
  | "bad_hostname"
  | "bad_address"
  | "bad_memory"
  | "bad_swap"
  | "bad_cpus"
  | "bad_count"
  | "bad_cores"
  | "bad_container"
  | "bad_pair"
  | "bad_extra_host"
  | "bad_device"
  | "no_own_network";
export type Problems = Record<string, Problem>;

type Found = Partial<Record<string, Problem>>;

export const LONGEST_NAME = SERVICE_RULES.name.maxLength;
const LEAST_MIB = LAUNCH_CONFIG_RULES.memory.min / MIB;

const NAME = /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/;
const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const SOURCE = /^(\/[^:]*|[a-zA-Z0-9][a-zA-Z0-9_.-]*)?$/;
const PATH = /^\/[^:]*$/;
const DIGITS = /^\d{1,5}$/;
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9-]+)*$/;
const PAIR = /^[^=\s,]+=[^\s,]*$/;
const CONTAINER = /^[^=\s,]+$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+)$/;
const EXTRA_HOST = /^[^\s:=]+[:=]\S+$/;
const DEVICE = /^\/[^\s:]+(:\/[^\s:]+)?(:[rwm]{1,3})?$/;
const CORES = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;

export function problems(form: Form): Problems {
  const ofService = form.kind === "service";
  const found: Found = {
    image: form.image.trim() ? undefined : "needed",
    name: ofService || form.name ? nameProblem(form.name, ofService) : undefined,
    stack: ofService && !form.stackId ? nameProblem(form.newStack, true) : undefined,
    scale: isScale(form.scale) ? undefined : "bad_number",
    ...ofPorts(form),
    ...ofVolumes(form.volumes),
    ...ofProcess(form),
    ...ofNetwork(form),
    ...ofLimits(form),
    ...ofRules(form),
    devices: lines(form.devices).every((line) => DEVICE.test(line)) ? undefined : "bad_device",
  };
  for (const field of ["environment", "labels", "logOptions"] as const) {
    const at = form[field].findIndex((_, i) => pairProblem(form[field], i) !== null);
    if (at >= 0) found[field] = "bad_key";
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([field, word]) => (word ? [[field, word]] : [])),
  );
}

/** The name of a service or stack is a part of a DNS name; that of a container need not be. */
function nameProblem(name: string, isPartOfDns: boolean): Problem | undefined {
  if (name === "") return "needed";
  if (name.length > LONGEST_NAME) return "too_long";
  if (!isPartOfDns) return CONTAINER_NAME.test(name) ? undefined : "bad_container_name";
  return NAME.test(name) ? undefined : "bad_characters";
}

const isScale = (n: Amount) =>
  n !== "" && Number.isInteger(n) && n >= SERVICE_RULES.scale.min && n <= MOST;
const isPort = (text: string) => DIGITS.test(text) && Number(text) >= 1 && Number(text) <= 65535;

function ofPorts(form: Form): Found {
  const found: Found = {};
  const isOwn = form.network === "managed" || form.network === "bridge";
  form.ports.forEach((row, at) => {
    if (!row.outside && !row.inside) return;
    if (!isOwn) found[`ports.${at}.inside`] = "no_own_network";
    if (!isPort(row.inside)) found[`ports.${at}.inside`] = "bad_port";
    if (row.outside && !isPort(row.outside)) found[`ports.${at}.outside`] = "bad_port";
    if (row.ip && !IPV4.test(row.ip)) found[`ports.${at}.ip`] = "bad_address";
    if (form.ports.findIndex((other) => collide(other, row)) < at)
      found[`ports.${at}.outside`] = "twice";
  });
  return found;
}

/** Whether two rows need the same port of the host; a row without one needs none, and itself. */
function collide(one: PortRow, other: PortRow): boolean {
  if (one === other) return true;
  if (!one.outside || one.outside !== other.outside || one.protocol !== other.protocol)
    return false;
  const isEvery = (ip: string) => ip === "" || ip === "0.0.0.0";
  return one.ip === other.ip || isEvery(one.ip) || isEvery(other.ip);
}

function ofVolumes(volumes: readonly VolumeRow[]): Found {
  const found: Found = {};
  volumes.forEach(({ source, path }, at) => {
    if (!source && !path) return;
    if (!PATH.test(path)) found[`volumes.${at}.path`] = "bad_volume";
    else if (volumes.findIndex((other) => other.path === path) < at)
      found[`volumes.${at}.path`] = "twice";
    if (!SOURCE.test(source)) found[`volumes.${at}.source`] = "bad_source";
  });
  return found;
}

function ofProcess(form: Form): Found {
  return {
    workingDir: !form.workingDir || PATH.test(form.workingDir) ? undefined : "bad_path",
    tries: isAtLeast(form.tries, 0) ? undefined : "bad_count",
  };
}

function ofNetwork(form: Form): Found {
  const isAddress = (text: string) => several(text).every((one) => ADDRESS.test(one));
  return {
    sharedId: form.network === "container" && !form.sharedId ? "needed" : undefined,
    hostname: !form.hostname || HOSTNAME.test(form.hostname) ? undefined : "bad_hostname",
    dns: isAddress(form.dns) ? undefined : "bad_address",
    extraHosts: lines(form.extraHosts).every((line) => EXTRA_HOST.test(line))
      ? undefined
      : "bad_extra_host",
  };
}

/** Whether a number is left out, or large enough. */
const isAtLeast = (amount: Amount, least: number) => amount === "" || amount >= least;

function ofLimits(form: Form): Found {
  const found: Found = {};
  for (const field of ["memoryMib", "reservedMib"] as const)
    if (!isAtLeast(form[field], LEAST_MIB)) found[field] = "bad_memory";
  for (const field of ["cpus", "reservedCpus"] as const)
    if (!isAtLeast(form[field], 0.01)) found[field] = "bad_cpus";
  if (form.swapMib !== "" && form.swapMib * MIB !== -1) {
    if (form.memoryMib === "" || form.swapMib < form.memoryMib) found.swapMib = "bad_swap";
  }
  if (!isAtLeast(form.cpuShares, 2)) found.cpuShares = "bad_count";
  if (form.cpuSet && !CORES.test(form.cpuSet)) found.cpuSet = "bad_cores";
  return found;
}

function ofRules(form: Form): Found {
  const found: Found = {};
  form.rules.forEach(({ what, term }, at) => {
    const isName = what === "container";
    if (!(isName ? CONTAINER : PAIR).test(term))
      found[`rules.${at}`] = isName ? "bad_container" : "bad_pair";
  });
  return found;
}
