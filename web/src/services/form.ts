/** What somebody fills in for a service or a container, checked as the server does, and as sent. Pure. */

import type {
  Container,
  ContainerGiven,
  LaunchConfig,
  LaunchConfigGiven,
  Service,
  ServiceGiven,
} from "../api/generated";
import { SERVICE_RULES } from "../api/generated";
import { asMap, fromMap, type Pair, pairProblem } from "../parts/pair";
import { imageName } from "../words/say";
import {
  isSayable,
  type LaunchForm,
  type LaunchProblem,
  launchFlags,
  launchGiven,
  launchOf,
  launchProblems,
  PLAIN,
  ruleLabels,
  rulesOf,
} from "./launch";
import { asWord, words } from "./words";

export interface PortRow {
  key: number;
  host: string;
  inside: string;
  protocol: string;
}

export interface Form {
  kind: "service" | "container";
  name: string;
  image: string;
  /** The id of a stack, or empty for a new one. */
  stackId: string;
  newStack: string;
  isGlobal: boolean;
  scale: number;
  ports: PortRow[];
  environment: Pair[];
  volumes: string;
  command: string;
  labels: Pair[];
  description: string;
  /** What the first look does not show. */
  launch: LaunchForm;
  /** What is not shown at all: a clone has it too. */
  kept: LaunchConfigGiven;
}

export type Problem =
  | "needed"
  | "bad_characters"
  | "too_long"
  | "bad_number"
  | "bad_port"
  | "bad_volume"
  | "twice"
  | "bad_key"
  | LaunchProblem;
export type Problems = Record<string, Problem>;

export const GLOBAL = "io.rancher.scheduler.global";
const NAME = /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/;
const VOLUME = /^([^:\s]+:)?\/[^:]*(:[a-zA-Z,]+)?$/;
const DIGITS = /^\d{1,5}$/;
export const LONGEST_NAME = SERVICE_RULES.name.maxLength;
export const MOST = SERVICE_RULES.scale.max;

let made = 0;
export function newPort(host = "", inside = "", protocol = "tcp"): PortRow {
  made += 1;
  return { key: made, host, inside, protocol };
}

/** What of a launch config is not in the form; a clone takes it along. */
const KEPT = [
  "cpuSet",
  "cpuShares",
  "devices",
  "dnsSearch",
  "domainName",
  "expose",
  "extraHosts",
  "groupAdd",
  "ipcMode",
  "logConfig",
  "memorySwap",
  "oomScoreAdj",
  "pidMode",
  "pidsLimit",
  "runInit",
  "securityOpt",
  "shmSize",
  "stopSignal",
  "stopTimeout",
  "sysctls",
  "tmpfs",
  "ulimits",
  "volumeDriver",
] as const satisfies readonly (keyof LaunchConfigGiven)[];

export function emptyForm(kind: Form["kind"], stackId = ""): Form {
  return {
    kind,
    name: "",
    image: "",
    stackId,
    newStack: stackId ? "" : "default",
    isGlobal: false,
    scale: 1,
    ports: [],
    environment: [],
    volumes: "",
    command: "",
    labels: [],
    description: "",
    launch: PLAIN,
    kept: {},
  };
}

/** A form filled in like a service that is there. */
export function formOf(service: Service): Form {
  const launch: Partial<LaunchConfig> = service.launchConfig ?? {};
  const like = likeLaunch("service", launch);
  return { ...like, stackId: service.stackId, newStack: "", scale: service.scale };
}

/** A form filled in like a standalone container that is there. */
export function formOfContainer(container: Container): Form {
  return { ...likeLaunch("container", container), description: container.description ?? "" };
}

function likeLaunch(kind: Form["kind"], launch: Partial<LaunchConfig>): Form {
  const { [GLOBAL]: global, ...labelled } = launch.labels ?? {};
  const [rules, labels] = rulesOf(labelled);
  return {
    ...emptyForm(kind),
    image: imageName(launch.imageUuid ?? null),
    isGlobal: global === "true",
    ports: (launch.ports ?? []).map(portOf),
    environment: fromMap(launch.environment),
    volumes: (launch.dataVolumes ?? []).join("\n"),
    command: (launch.command ?? []).map(asWord).join(" "),
    labels: fromMap(labels),
    launch: { ...launchOf(launch), rules },
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

function portOf(text: string): PortRow {
  const [numbers = "", protocol = "tcp"] = text.split("/");
  const at = numbers.lastIndexOf(":");
  return newPort(at < 0 ? "" : numbers.slice(0, at), numbers.slice(at + 1), protocol);
}

/** What cannot be sent as it is: the field, and the word for what would be accepted. */
export function problems(form: Form): Problems {
  const ofService = form.kind === "service";
  const found: Partial<Record<string, Problem>> = {
    name: ofService || form.name ? nameProblem(form.name) : undefined,
    image: form.image.trim() ? undefined : "needed",
    newStack: !ofService || form.stackId ? undefined : nameProblem(form.newStack),
    scale: isScale(form.scale) ? undefined : "bad_number",
    volumes: volumesOf(form).every((v) => VOLUME.test(v)) ? undefined : "bad_volume",
    ...portProblems(form.ports),
    ...launchProblems(form.launch),
  };
  for (const field of ["environment", "labels"] as const) {
    const at = form[field].findIndex((_, i) => pairProblem(form[field], i) !== null);
    if (at >= 0) found[field] = "bad_key";
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([field, word]) => (word ? [[field, word]] : [])),
  );
}

function portProblems(ports: readonly PortRow[]): Problems {
  const found: Problems = {};
  ports.forEach((row, at) => {
    if (!row.host && !row.inside) return;
    if (!isPort(row.inside)) found[`ports.${at}.inside`] = "bad_port";
    const host = row.host.slice(row.host.lastIndexOf(":") + 1);
    if (row.host && !isPort(host)) found[`ports.${at}.host`] = "bad_port";
    const same = ports.findIndex((o) => o.host === row.host && o.protocol === row.protocol);
    if (row.host && same < at) found[`ports.${at}.host`] = "twice";
  });
  return found;
}

function nameProblem(name: string): Problem | undefined {
  if (name === "") return "needed";
  if (name.length > LONGEST_NAME) return "too_long";
  return NAME.test(name) ? undefined : "bad_characters";
}

const isScale = (n: number) => Number.isInteger(n) && n >= SERVICE_RULES.scale.min && n <= MOST;
const isPort = (text: string) => DIGITS.test(text) && Number(text) >= 1 && Number(text) <= 65535;

export function volumesOf(form: Form): string[] {
  return form.volumes
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

export function portsOf(form: Form): string[] {
  return form.ports
    .filter((row) => row.inside)
    .map((row) => `${row.host ? `${row.host}:` : ""}${row.inside}/${row.protocol}`);
}

function configOf(form: Form): LaunchConfigGiven {
  const command = words(form.command);
  return {
    ...form.kept,
    imageUuid: `docker:${form.image.trim()}`,
    ports: portsOf(form),
    environment: asMap(form.environment),
    dataVolumes: volumesOf(form),
    labels: labelsOf(form),
    ...(command.length > 0 ? { command } : {}),
    ...launchGiven(form.launch),
  };
}

function labelsOf(form: Form): Record<string, string> {
  const global: Record<string, string> = form.isGlobal ? { [GLOBAL]: "true" } : {};
  return { ...asMap(form.labels), ...ruleLabels(form.launch.rules), ...global };
}

/** The body that makes the service. */
export function given(form: Form, stackId: string): ServiceGiven {
  return {
    name: form.name,
    stackId,
    scale: form.scale,
    startOnCreate: true,
    launchConfig: configOf(form),
    ...(form.description ? { description: form.description } : {}),
  };
}

/** The body that makes the standalone container. */
export function givenContainer(form: Form): ContainerGiven {
  return {
    ...(form.name ? { name: form.name } : {}),
    ...configOf(form),
    restartPolicy: { name: form.launch.restart },
    startOnCreate: true,
    ...(form.description ? { description: form.description } : {}),
  };
}

interface Names {
  stack: string;
  host: string;
}

/** The same on the command line; null: it has no words for all of it. */
export function asCommand(form: Form, names: Names): string | null {
  if (!isSayable(form.launch, form.kind) || Object.keys(form.kept).length > 0) return null;
  const ofService = form.kind === "service";
  const flags = [ofService ? "pasture service create" : "pasture run"];
  if (ofService && !form.isGlobal) flags.push(`--scale ${form.scale}`);
  if (!ofService) {
    if (form.name) flags.push(`--name ${asWord(form.name)}`);
    flags.push(`--restart ${form.launch.restart}`);
    if (form.launch.hasTerminal) flags.push("-d -it");
  }
  for (const port of portsOf(form)) flags.push(`-p ${asWord(port.replace(/\/tcp$/, ""))}`);
  for (const [name, value] of Object.entries(asMap(form.environment)))
    flags.push(`-e ${asWord(`${name}=${value}`)}`);
  for (const volume of volumesOf(form)) flags.push(`-v ${asWord(volume)}`);
  for (const [name, value] of Object.entries(labelsOf(form)))
    flags.push(`-l ${asWord(`${name}=${value}`)}`);
  flags.push(...launchFlags(form.launch, names.host));
  if (ofService) flags.push(asWord(`${names.stack}/${form.name}`));
  flags.push(asWord(form.image.trim()), ...words(form.command).map(asWord));
  return flags.join(" ");
}
