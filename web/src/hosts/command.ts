/** The command that joins a machine, with what somebody says of the machine. Pure. */

import { quoted } from "../act/change";

export interface Described {
  labels: readonly (readonly [string, string])[];
  address: string;
}

const ADDRESS = "CATTLE_AGENT_IP";
const LABELS = "CATTLE_HOST_LABELS";

export function variables({ labels, address }: Described): string[] {
  const found: string[] = [];
  if (address) found.push(`${ADDRESS}=${address}`);
  const pairs = labels.map(([name, value]) => `${name}=${value}`);
  if (pairs.length > 0) found.push(`${LABELS}=${pairs.join("&")}`);
  return found;
}

/** `docker run ... -e NAME=VALUE ...`: before the volumes, as the server has its own. */
export function dockerCommand(command: string, described: Described): string {
  const told = variables(described).map((one) => `-e ${quoted(one)} `);
  return command.replace(" -v ", ` ${told.join("")}-v `);
}

/** `... | sudo sh`, which takes variables by `env`. */
export function scriptCommand(command: string, described: Described): string {
  const told = variables(described).map(quoted).join(" ");
  if (!told) return command;
  return command
    .replace(/\| sudo sh$/, `| sudo env ${told} sh`)
    .replace(/\| sudo env (CURL_CA_BUNDLE=\S+) sh$/, `| sudo env $1 ${told} sh`);
}

export type Note = "loopback" | "private";

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cde])/;
const LOOPBACK = /^(127\.|\[::1\]$|localhost$|.*\.localhost$)/;

/** What to know of the address in a command: who does not reach it. */
export function noteOn(url: string): Note | null {
  const { hostname } = new URL(url);
  if (LOOPBACK.test(hostname)) return "loopback";
  return PRIVATE.test(hostname) ? "private" : null;
}

const ADDRESS_FORM = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

export function isAddress(text: string): boolean {
  return ADDRESS_FORM.test(text);
}
