/** What a form makes, as a command of `pasture`. Pure. */

import { quoted } from "../act/change";
import { asMap } from "../parts/pair";
import { emptyForm, type Form } from "./fields";
import { given, givenContainer, labelsOf, portsOf, volumesOf } from "./send";
import { words } from "./shell";

interface Names {
  stack: string;
  host: string;
  /** Of the container whose network is shared. */
  shared: string;
}

/** What the command line has flags for. */
const SAYABLE = [
  "kind",
  "name",
  "image",
  "pullsAlways",
  "stackId",
  "newStack",
  "isGlobal",
  "scale",
  "ports",
  "environment",
  "labels",
  "volumes",
  "command",
  "entryPoint",
  "workingDir",
  "user",
  "restart",
  "tries",
  "network",
  "sharedId",
  "hostname",
  "hostId",
  "rules",
  "memoryMib",
  "cpus",
  "isPrivileged",
  "isReadOnly",
] as const satisfies readonly (keyof Form)[];

/** The same on the command line; null: it has no words for all of it. */
export function asCommand(form: Form, names: Names): string | null {
  if (!isSayable(form)) return null;
  const isService = form.kind === "service";
  const flags = isService ? serviceFlags(form) : containerFlags(form);
  for (const port of portsOf(form)) flags.push(`-p ${quoted(port.replace(/\/tcp$/, ""))}`);
  for (const [name, value] of Object.entries(asMap(form.environment)))
    flags.push(`-e ${quoted(`${name}=${value}`)}`);
  for (const volume of volumesOf(form)) flags.push(`-v ${quoted(volume)}`);
  for (const [name, value] of Object.entries(labelsOf({ ...form, pullsAlways: false })))
    flags.push(`-l ${quoted(`${name}=${value}`)}`);
  flags.push(...launchFlags(form, names));
  if (isService) flags.push(quoted(`${names.stack}/${form.name}`));
  flags.push(quoted(form.image.trim()), ...words(form.command).map(quoted));
  return flags.join(" ");
}

/** Whether what is sent is the same without what has no flag. */
function isSayable(form: Form): boolean {
  const { kind, console, description } = form;
  const said: Form = {
    ...emptyForm(kind),
    ...Object.fromEntries(SAYABLE.map((name) => [name, form[name]])),
    ...(kind === "service" ? { description } : { console: console === "both" ? "both" : "none" }),
  };
  const sent = (one: Form) => JSON.stringify([given(one, ""), givenContainer(one)]);
  return sent(said) === sent(form) && words(form.entryPoint).length <= 1;
}

function serviceFlags(form: Form): string[] {
  return [
    "pasture service create",
    ...(form.isGlobal ? [] : [`--scale ${form.scale}`]),
    ...(form.description ? [`--description ${quoted(form.description)}`] : []),
  ];
}

function containerFlags(form: Form): string[] {
  const tries = form.restart === "on-failure" && form.tries !== "" ? `:${form.tries}` : "";
  return [
    "pasture run",
    ...(form.name ? [`--name ${quoted(form.name)}`] : []),
    `--restart ${form.restart}${tries}`,
    ...(form.console === "both" ? ["-d -it"] : []),
  ];
}

function launchFlags(form: Form, names: Names): string[] {
  const [entryPoint] = words(form.entryPoint);
  const network = form.network === "container" ? `container:${names.shared}` : form.network;
  return [
    entryPoint !== undefined && `--entrypoint ${quoted(entryPoint)}`,
    form.workingDir && `-w ${quoted(form.workingDir)}`,
    form.user && `-u ${quoted(form.user)}`,
    form.network !== "managed" && `--network ${quoted(network)}`,
    form.hostname && `--hostname ${quoted(form.hostname)}`,
    form.hostId && `--host ${quoted(names.host)}`,
    form.memoryMib !== "" && `-m ${form.memoryMib}m`,
    form.cpus !== "" && `--cpus ${form.cpus}`,
    form.isPrivileged && "--privileged",
    form.isReadOnly && "--read-only",
    form.pullsAlways && "--pull",
  ].filter((flag) => typeof flag === "string" && flag !== "") as string[];
}
