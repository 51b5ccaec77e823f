/** The folded parts of the form: which fields each has, and what it says while it is folded. Pure. */

import type { ApiError } from "../api/http";
import { type Form, lines, several } from "./fields";
import { volumesOf } from "./send";

/** Each with the fields it has; a row of a field is named ports.0.inside. */
export const SECTIONS = {
  variables: ["environment"],
  process: [
    "pullsAlways",
    "command",
    "entryPoint",
    "workingDir",
    "user",
    "console",
    "restart",
    "tries",
    "logDriver",
    "logOptions",
  ],
  volumes: ["volumes", "volumeDriver"],
  network: ["network", "sharedId", "hostname", "domainName", "dns", "dnsSearch", "extraHosts"],
  placement: ["hostId", "rules"],
  limits: ["memoryMib", "swapMib", "reservedMib", "cpus", "reservedCpus", "cpuShares", "cpuSet"],
  security: ["isPrivileged", "isReadOnly", "seesHost", "capAdd", "capDrop", "devices"],
  about: ["description", "labels"],
} as const satisfies Record<string, readonly (keyof Form)[]>;

export type Section = keyof typeof SECTIONS;
export const NAMES = Object.keys(SECTIONS) as Section[];

/** The sections that have something wrong in them. */
export function sectionsWith(wrong: Iterable<string>): Section[] {
  const fields = new Set([...wrong].map((name) => name.split(".")[0]));
  return NAMES.filter((name) => SECTIONS[name].some((field) => fields.has(field)));
}

/** The server's names where they are not the form's. */
const OURS: Record<string, string> = {
  imageUuid: "image",
  launchConfig: "image",
  dataVolumes: "volumes",
  stackId: "stack",
  memory: "memoryMib",
  memorySwap: "swapMib",
  memoryReservation: "reservedMib",
  milliCpuReservation: "reservedCpus",
  cpuQuota: "cpus",
  cpuPeriod: "cpus",
  requestedHostId: "hostId",
  networkMode: "network",
  networkContainerId: "sharedId",
  pidMode: "seesHost",
  privileged: "isPrivileged",
  readOnly: "isReadOnly",
  tty: "console",
  stdinOpen: "console",
  restartPolicy: "restart",
  logConfig: "logDriver",
};
const INNER = /^launchConfig\.(\w+)/; // the server names the outer field, its words the inner one

/** The field of the form that the server refused; null: it is none of them. */
export function refusedField(error: ApiError): string | null {
  const theirs = INNER.exec(error.message)?.[1] ?? error.field;
  return theirs === null ? null : (OURS[theirs] ?? theirs);
}

/** Whether a change of these fields may have mended what was wrong with one. */
export function mends(changed: Iterable<string>, field: string): boolean {
  const names = new Set(changed);
  if (field === "stack") return names.has("stackId") || names.has("newStack");
  return names.has(field.split(".")[0] ?? "");
}

/** How a section says what is no value of its own. */
export interface Words {
  field: (name: "isPrivileged" | "isReadOnly" | "seesHost" | "pullsAlways") => string;
  rules: (count: number) => string;
  host: string;
}

/** What a section holds, in short; nothing: what stands there is as it was. */
export function summary(form: Form, section: Section, words: Words): string[] {
  const found = SUMMARIES[section](form, words);
  return found.filter((one): one is string => typeof one === "string" && one !== "");
}

type Said = (string | number | false | null)[];

const SUMMARIES: Record<Section, (form: Form, words: Words) => Said> = {
  variables: ({ environment }) => environment.map(({ name }) => name),
  process: (form, words) => [
    form.entryPoint,
    form.command,
    form.workingDir,
    form.user,
    form.console !== "none" && "-it",
    form.pullsAlways && words.field("pullsAlways"),
    form.logDriver,
  ],
  volumes: (form) => volumesOf(form),
  network: (form) => [
    form.network !== "managed" && form.network,
    form.hostname && [form.hostname, form.domainName].filter(Boolean).join("."),
    ...several(form.dns),
    ...lines(form.extraHosts),
  ],
  placement: (form, words) => [
    form.hostId && words.host,
    form.rules.length > 0 && words.rules(form.rules.length),
  ],
  limits: (form) => [
    form.memoryMib !== "" && `${Math.round(form.memoryMib * 100) / 100} MiB`,
    form.cpus !== "" && `${form.cpus} CPU`,
    form.reservedMib !== "" && `≥ ${Math.round(form.reservedMib * 100) / 100} MiB`,
    form.reservedCpus !== "" && `≥ ${form.reservedCpus} CPU`,
    form.cpuSet && `CPU ${form.cpuSet}`,
  ],
  security: (form, words) => [
    form.isPrivileged && words.field("isPrivileged"),
    form.isReadOnly && words.field("isReadOnly"),
    form.seesHost && words.field("seesHost"),
    ...form.capAdd.map((one) => `+${one}`),
    ...form.capDrop.map((one) => `−${one}`),
    ...lines(form.devices),
  ],
  about: (form) => [form.description, ...form.labels.map(({ name }) => name)],
};
