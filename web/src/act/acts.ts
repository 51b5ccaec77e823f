/** What can be done with a resource: its own actions say what is offered now. Pure. */

import type { Resource } from "../api/generated";
import { pathOf, selfOf } from "../api/http";
import type { Sign } from "../parts/icons";
import { type Change, quoted } from "./change";

export type Verb = "start" | "stop" | "restart" | "activate" | "deactivate" | "delete";
export type Reason = "not_now" | "deactivate_first" | "read_only";

export interface Act {
  verb: Verb;
  sign: Sign;
  change: Change;
  command: string;
  /** Why it cannot be done now; null: it can. */
  reason: Reason | null;
  /** Whether somebody is asked first. */
  asks: boolean;
}

interface Known {
  verb: Verb;
  sign: Sign;
  cli: string;
  asks: boolean;
}

const START: Known = { verb: "start", sign: "play", cli: "start", asks: false };
const STOP: Known = { verb: "stop", sign: "stop", cli: "stop", asks: true };
const RESTART: Known = { verb: "restart", sign: "restart", cli: "restart", asks: false };
const ACTIVATE: Known = { verb: "activate", sign: "play", cli: "start", asks: false };
const DEACTIVATE: Known = { verb: "deactivate", sign: "stop", cli: "stop", asks: true };
const DELETE: Known = { verb: "delete", sign: "trash", cli: "rm", asks: true };

const KNOWN: Record<string, readonly Known[]> = {
  container: [START, STOP, RESTART, DELETE],
  service: [ACTIVATE, DEACTIVATE, DELETE],
  stack: [DELETE],
  host: [ACTIVATE, DEACTIVATE, DELETE],
};
const ENDED = new Set(["removing", "removed", "purging", "purged"]);

export function actsOf(row: Resource): Act[] {
  return (KNOWN[row.type] ?? []).map((known) => ({
    verb: known.verb,
    sign: known.sign,
    asks: known.asks,
    change: changeOf(row, known.verb),
    command: `pasture ${known.cli} ${quoted(row.id)}`,
    reason: reasonOf(row, known.verb),
  }));
}

function changeOf(row: Resource, verb: Verb): Change {
  if (verb === "delete") return { method: "DELETE", path: selfOf(row) };
  const offered = row.actions[verb];
  const path = offered ? pathOf(offered) : `${selfOf(row)}/?action=${verb}`;
  return { method: "POST", path, body: {} };
}

/** Removing a container or a service stops it first, so it is possible in more states than listed. */
function reasonOf(row: Resource, verb: Verb): Reason | null {
  if (verb !== "delete") {
    if (row.actions[verb]) return null;
    return isReadOnly(row) ? "read_only" : "not_now";
  }
  if (ENDED.has(row.state)) return "not_now";
  if (row.type === "host" && !row.actions.remove) {
    return isReadOnly(row) ? "read_only" : "deactivate_first";
  }
  return isReadOnly(row) ? "read_only" : null;
}

/** Who may only look has at most the actions that look. */
export function isReadOnly(row: Resource): boolean {
  return Object.keys(row.actions).every((name) => name === "logs") && !ENDED.has(row.state);
}
