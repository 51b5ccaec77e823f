/** What somebody fills in for a service, checked as the server checks it, and what is sent. Pure. */

import type { LaunchConfigGiven, Service, ServiceGiven } from "../api/generated";
import { SERVICE_RULES } from "../api/generated";
import { asMap, fromMap, type Pair, pairProblem } from "../parts/pair";
import { imageName } from "../words/say";

export interface PortRow {
  key: number;
  host: string;
  inside: string;
  protocol: string;
}

export interface ServiceForm {
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
}

export type Problem =
  | "needed"
  | "bad_characters"
  | "too_long"
  | "bad_number"
  | "bad_port"
  | "bad_volume"
  | "twice"
  | "bad_key";
export type Problems = Partial<Record<string, Problem>>;

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

export function emptyForm(stackId: string): ServiceForm {
  return {
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
  };
}

/** A form filled in like a service that is there. */
export function formOf(service: Service): ServiceForm {
  const launch = service.launchConfig;
  const { [GLOBAL]: global, ...labels } = launch?.labels ?? {};
  return {
    ...emptyForm(service.stackId),
    image: imageName(launch?.imageUuid ?? null),
    isGlobal: global === "true",
    scale: service.scale,
    ports: (launch?.ports ?? []).map(portOf),
    environment: fromMap(launch?.environment),
    volumes: (launch?.dataVolumes ?? []).join("\n"),
    command: (launch?.command ?? []).map(asWord).join(" "),
    labels: fromMap(labels),
    description: service.description ?? "",
  };
}

function portOf(text: string): PortRow {
  const [numbers = "", protocol = "tcp"] = text.split("/");
  const at = numbers.lastIndexOf(":");
  return newPort(at < 0 ? "" : numbers.slice(0, at), numbers.slice(at + 1), protocol);
}

export function problems(form: ServiceForm): Problems {
  const found: Problems = {
    name: nameProblem(form.name),
    image: form.image.trim() ? undefined : "needed",
    newStack: form.stackId ? undefined : nameProblem(form.newStack),
    scale: isScale(form.scale) ? undefined : "bad_number",
    volumes: volumesOf(form).every((v) => VOLUME.test(v)) ? undefined : "bad_volume",
  };
  form.ports.forEach((row, at) => {
    if (!row.host && !row.inside) return;
    if (!isPort(row.inside)) found[`ports.${at}.inside`] = "bad_port";
    const host = row.host.slice(row.host.lastIndexOf(":") + 1);
    if (row.host && !isPort(host)) found[`ports.${at}.host`] = "bad_port";
    const same = form.ports.findIndex((o) => o.host === row.host && o.protocol === row.protocol);
    if (row.host && same < at) found[`ports.${at}.host`] = "twice";
  });
  for (const field of ["environment", "labels"] as const) {
    const at = form[field].findIndex((_, i) => pairProblem(form[field], i) !== null);
    if (at >= 0) found[field] = "bad_key";
  }
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem));
}

function nameProblem(name: string): Problem | undefined {
  if (name === "") return "needed";
  if (name.length > LONGEST_NAME) return "too_long";
  return NAME.test(name) ? undefined : "bad_characters";
}

const isScale = (n: number) => Number.isInteger(n) && n >= SERVICE_RULES.scale.min && n <= MOST;
const isPort = (text: string) => DIGITS.test(text) && Number(text) >= 1 && Number(text) <= 65535;

export function volumesOf(form: ServiceForm): string[] {
  return form.volumes
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

export function portsOf(form: ServiceForm): string[] {
  return form.ports
    .filter((row) => row.inside)
    .map((row) => `${row.host ? `${row.host}:` : ""}${row.inside}/${row.protocol}`);
}

export function launchOf(form: ServiceForm): LaunchConfigGiven {
  const labels = asMap(form.labels);
  if (form.isGlobal) labels[GLOBAL] = "true";
  const command = words(form.command);
  return {
    imageUuid: `docker:${form.image.trim()}`,
    ports: portsOf(form),
    environment: asMap(form.environment),
    dataVolumes: volumesOf(form),
    labels,
    ...(command.length > 0 ? { command } : {}),
  };
}

export function given(form: ServiceForm, stackId: string): ServiceGiven {
  return {
    name: form.name,
    stackId,
    scale: form.scale,
    startOnCreate: true,
    launchConfig: launchOf(form),
    ...(form.description ? { description: form.description } : {}),
  };
}

/** The words of a command as a shell takes them: quotes and backslashes, nothing else. */
export function words(text: string): string[] {
  const found: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (quote) {
      if (char === quote) quote = "";
      else if (char === "\\" && quote === '"' && /["\\$`]/.test(text[i + 1] ?? ""))
        word += text[++i] ?? "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && i + 1 < text.length) {
      word = (word ?? "") + (text[++i] ?? "");
    } else if (/\s/.test(char)) {
      if (word !== null) found.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (word !== null) found.push(word);
  return found;
}

function asWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** The same on the command line. */
export function asCommand(form: ServiceForm, stack: string): string {
  const flags = ["pasture service create"];
  if (!form.isGlobal) flags.push(`--scale ${form.scale}`);
  for (const port of portsOf(form)) flags.push(`-p ${asWord(port.replace(/\/tcp$/, ""))}`);
  for (const [name, value] of Object.entries(asMap(form.environment)))
    flags.push(`-e ${asWord(`${name}=${value}`)}`);
  for (const volume of volumesOf(form)) flags.push(`-v ${asWord(volume)}`);
  for (const [name, value] of Object.entries(launchOf(form).labels ?? {}))
    flags.push(`-l ${asWord(`${name}=${value}`)}`);
  flags.push(
    asWord(`${stack}/${form.name}`),
    asWord(form.image.trim()),
    ...words(form.command).map(asWord),
  );
  return flags.join(" ");
}
