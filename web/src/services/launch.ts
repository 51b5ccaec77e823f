/** How each container of a form runs, beyond what the first look shows; checked, and as sent. Pure. */

import type { LaunchConfig, LaunchConfigGiven } from "../api/generated";
import { asWord, words } from "./words";

export const NETWORKS = ["managed", "bridge", "host", "none"] as const;
export const RESTARTS = ["no", "always", "unless-stopped", "on-failure"] as const;
export const RULES = ["must", "should", "must_not", "should_not"] as const;
export const RULE_KINDS = ["host_label", "container_label", "container"] as const;

export type Network = (typeof NETWORKS)[number];
export type Restart = (typeof RESTARTS)[number];

export interface Rule {
  key: number;
  how: (typeof RULES)[number];
  what: (typeof RULE_KINDS)[number];
  /** name=value, or a container's name. */
  term: string;
}

export interface LaunchForm {
  entryPoint: string;
  workingDir: string;
  user: string;
  hasTerminal: boolean;
  /** Of a standalone container; those of a service are always started again. */
  restart: Restart;
  network: Network;
  hostname: string;
  dns: string;
  hostId: string;
  rules: Rule[];
  memoryMib: number | "";
  cpus: number | "";
  reservedMib: number | "";
  reservedCpus: number | "";
  isPrivileged: boolean;
  isReadOnly: boolean;
  capAdd: string[];
  capDrop: string[];
}

export const PLAIN: LaunchForm = {
  entryPoint: "",
  workingDir: "",
  user: "",
  hasTerminal: false,
  restart: "unless-stopped",
  network: "managed",
  hostname: "",
  dns: "",
  hostId: "",
  rules: [],
  memoryMib: "",
  cpus: "",
  reservedMib: "",
  reservedCpus: "",
  isPrivileged: false,
  isReadOnly: false,
  capAdd: [],
  capDrop: [],
};

const MIB = 1024 * 1024;
const PERIOD_US = 100_000;
const LEAST_MIB = 4; // Docker takes no less
const AFFINITY = "io.rancher.scheduler.affinity:";
const ENDINGS = { must: "", should: "_soft", must_not: "_ne", should_not: "_soft_ne" } as const;
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const PAIR = /^[^=\s,]+=[^\s,]*$/;
const NAME = /^[^=\s,]+$/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+)$/;

let made = 0;
export function newRule(
  how: Rule["how"] = "must",
  what: Rule["what"] = "host_label",
  term = "",
): Rule {
  made += 1;
  return { key: made, how, what, term };
}

const split = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export type LaunchProblem =
  | "bad_path"
  | "bad_hostname"
  | "bad_address"
  | "bad_memory"
  | "bad_cpus"
  | "bad_container"
  | "bad_pair";

/** The fields that cannot be sent as they are, each with the word for what would be accepted. */
export function launchProblems(form: LaunchForm): Record<string, LaunchProblem> {
  const found: Record<string, LaunchProblem> = {};
  if (form.workingDir && !form.workingDir.startsWith("/")) found.workingDir = "bad_path";
  if (form.hostname && !HOSTNAME.test(form.hostname)) found.hostname = "bad_hostname";
  if (!split(form.dns).every((one) => ADDRESS.test(one))) found.dns = "bad_address";
  for (const field of ["memoryMib", "reservedMib"] as const) {
    const size = form[field];
    if (size !== "" && !(size >= LEAST_MIB)) found[field] = "bad_memory";
  }
  for (const field of ["cpus", "reservedCpus"] as const) {
    const count = form[field];
    if (count !== "" && !(count >= 0.01)) found[field] = "bad_cpus";
  }
  form.rules.forEach((rule, at) => {
    if (!(rule.what === "container" ? NAME : PAIR).test(rule.term))
      found[`rules.${at}`] = rule.what === "container" ? "bad_container" : "bad_pair";
  });
  return found;
}

/** The affinity labels that rules mean; several of a kind share a label. */
export function ruleLabels(rules: readonly Rule[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { how, what, term } of rules) {
    const name = `${AFFINITY}${what}${ENDINGS[how]}`;
    labels[name] = labels[name] ? `${labels[name]},${term}` : term;
  }
  return labels;
}

/** The rules that labels mean, and the other labels. */
export function rulesOf(labels: Record<string, string>): [Rule[], Record<string, string>] {
  const rules: Rule[] = [];
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) {
    const known = ruleOf(name);
    if (known === null) others[name] = value;
    else for (const term of value.split(",")) rules.push(newRule(...known, term.trim()));
  }
  return [rules, others];
}

function ruleOf(name: string): [Rule["how"], Rule["what"]] | null {
  for (const what of RULE_KINDS) {
    for (const how of RULES) if (name === `${AFFINITY}${what}${ENDINGS[how]}`) return [how, what];
  }
  return null;
}

/** What is sent of it: nothing that stands at its default. */
export function launchGiven(form: LaunchForm): LaunchConfigGiven {
  const entryPoint = words(form.entryPoint);
  const dns = split(form.dns);
  return {
    ...(entryPoint.length > 0 && { entryPoint }),
    ...(form.workingDir && { workingDir: form.workingDir }),
    ...(form.user && { user: form.user }),
    ...(form.hasTerminal && { tty: true, stdinOpen: true }),
    ...(form.network !== "managed" && { networkMode: form.network }),
    ...(form.hostname && { hostname: form.hostname }),
    ...(dns.length > 0 && { dns }),
    ...(form.hostId && { requestedHostId: form.hostId }),
    ...(form.memoryMib !== "" && { memory: Math.round(form.memoryMib * MIB) }),
    ...(form.reservedMib !== "" && { memoryReservation: Math.round(form.reservedMib * MIB) }),
    ...(form.reservedCpus !== "" && { milliCpuReservation: Math.round(form.reservedCpus * 1000) }),
    ...(form.cpus !== "" && {
      cpuPeriod: PERIOD_US,
      cpuQuota: Math.round(form.cpus * PERIOD_US),
    }),
    ...(form.isPrivileged && { privileged: true }),
    ...(form.isReadOnly && { readOnly: true }),
    ...(form.capAdd.length > 0 && { capAdd: form.capAdd as LaunchConfigGiven["capAdd"] }),
    ...(form.capDrop.length > 0 && { capDrop: form.capDrop as LaunchConfigGiven["capDrop"] }),
  };
}

/** The form of something that runs so. */
export function launchOf(launch: Partial<LaunchConfig>): LaunchForm {
  const mib = (size: number | null | undefined) => (size ? size / MIB : "");
  const quota = launch.cpuQuota ?? 0;
  return {
    ...PLAIN,
    entryPoint: (launch.entryPoint ?? []).map(asWord).join(" "),
    workingDir: launch.workingDir ?? "",
    user: launch.user ?? "",
    hasTerminal: launch.tty ?? false,
    restart: (launch.restartPolicy?.name as Restart | undefined) ?? PLAIN.restart,
    network: NETWORKS.find((one) => one === launch.networkMode) ?? "managed",
    hostname: launch.hostname ?? "",
    dns: (launch.dns ?? []).join(" "),
    hostId: launch.requestedHostId ?? "",
    memoryMib: mib(launch.memory),
    reservedMib: mib(launch.memoryReservation),
    reservedCpus: launch.milliCpuReservation ? launch.milliCpuReservation / 1000 : "",
    cpus: quota > 0 ? quota / (launch.cpuPeriod || PERIOD_US) : "",
    isPrivileged: launch.privileged ?? false,
    isReadOnly: launch.readOnly ?? false,
    capAdd: [...(launch.capAdd ?? [])],
    capDrop: [...(launch.capDrop ?? [])],
  };
}

/** Whether the command line has words for all of it. */
export function isSayable(form: LaunchForm, kind: "service" | "container"): boolean {
  const { dns, reservedMib, reservedCpus, capAdd, capDrop } = form;
  const isSilent = [dns, reservedMib, reservedCpus, ...capAdd, ...capDrop].every((v) => v === "");
  const isOneWord = words(form.entryPoint).length <= 1;
  return isSilent && isOneWord && !(form.hasTerminal && kind === "service");
}

/** The flags that mean the same on the command line; `hostName` is that of the host asked for. */
export function launchFlags(form: LaunchForm, hostName: string): string[] {
  const entryPoint = words(form.entryPoint);
  return [
    entryPoint[0] !== undefined && `--entrypoint ${asWord(entryPoint[0])}`,
    form.workingDir && `-w ${asWord(form.workingDir)}`,
    form.user && `-u ${asWord(form.user)}`,
    form.network !== "managed" && `--network ${form.network}`,
    form.hostname && `--hostname ${asWord(form.hostname)}`,
    form.hostId && `--host ${asWord(hostName)}`,
    form.memoryMib !== "" && `-m ${form.memoryMib}m`,
    form.cpus !== "" && `--cpus ${form.cpus}`,
    form.isPrivileged && "--privileged",
    form.isReadOnly && "--read-only",
  ].filter((flag) => typeof flag === "string" && flag !== "") as string[];
}
