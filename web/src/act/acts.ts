/** What can be done with a resource: its own actions say what is offered now. Pure. */

import { ACTIONS, type Resource } from "../api/generated";
import { pathOf, selfOf } from "../api/http";
import type { Sign } from "../parts/icons";
import { type Change, quoted } from "./change";

export type Verb = "start" | "stop" | "restart" | "activate" | "deactivate" | "delete";
export type Reason = "not_now" | "deactivate_first" | "read_only";
export type Named = Resource & { name: string | null; hostname?: string | null };

export interface Act {
  verb: Verb;
  sign: Sign;
  change: Change;
  /** The same by `pasture`; null: it has no verb for that. */
  command: string | null;
  /** Why it cannot be done now; null: it can. */
  reason: Reason | null;
  /** Whether somebody is asked first. */
  asks: boolean;
}

interface Known {
  verb: Verb;
  /** The server's name of it. */
  action: string;
  sign: Sign;
  cli: string;
  asks: boolean;
}

const KNOWN: readonly Known[] = [
  { verb: "start", action: "start", sign: "play", cli: "start", asks: false },
  { verb: "stop", action: "stop", sign: "stop", cli: "stop", asks: true },
  { verb: "restart", action: "restart", sign: "restart", cli: "restart", asks: false },
  { verb: "activate", action: "activate", sign: "play", cli: "start", asks: false },
  { verb: "deactivate", action: "deactivate", sign: "stop", cli: "stop", asks: true },
  { verb: "delete", action: "remove", sign: "trash", cli: "rm", asks: true },
];
const ENDED = new Set(["removing", "removed", "purging", "purged"]);
// deleting them stops them first
const ENDS_ANY_TIME = new Set(["container", "project", "service", "stack"]);
const HAVE_COMMANDS = new Set(["container", "host", "service", "stack"]);

export function nameOf(row: Named): string {
  return row.name ?? row.hostname ?? row.id;
}

/** The verbs of a type, in the order of its menus. */
export function verbsOf(type: string): Verb[] {
  return knownOf(type).map((known) => known.verb);
}

export function actsOf(row: Named): Act[] {
  return knownOf(row.type).map((known) => ({
    verb: known.verb,
    sign: known.sign,
    asks: known.asks,
    change: changeOf(row, known.verb),
    command: HAVE_COMMANDS.has(row.type) ? `pasture ${known.cli} ${quoted(row.id)}` : null,
    reason: reasonOf(row, known.verb),
  }));
}

function knownOf(type: string): readonly Known[] {
  const offered: readonly string[] = ACTIONS[type as keyof typeof ACTIONS] ?? [];
  return KNOWN.filter((known) => offered.includes(known.action));
}

function changeOf(row: Named, verb: Verb): Change {
  const about = { verb, type: row.type, id: row.id, name: nameOf(row) };
  if (verb === "delete") return { method: "DELETE", path: selfOf(row), about };
  const offered = row.actions[verb];
  const path = offered ? pathOf(offered) : `${selfOf(row)}/?action=${verb}`;
  return { method: "POST", path, body: {}, about };
}

/** Why something cannot be done with a row now; null: it can. */
export function reasonOf(row: Resource, verb: Verb | "update"): Reason | null {
  const action = verb === "delete" ? "remove" : verb;
  if (row.actions[action]) return null;
  if (isReadOnly(row)) return "read_only";
  if (verb !== "delete" || ENDED.has(row.state)) return "not_now";
  if (ENDS_ANY_TIME.has(row.type)) return null;
  return row.actions.deactivate ? "deactivate_first" : "not_now";
}

/** Who may only look has at most the actions that look. */
export function isReadOnly(row: Resource): boolean {
  return Object.keys(row.actions).every((name) => name === "logs") && !ENDED.has(row.state);
}

/** A row and what is to be done with it. */
export interface Target {
  row: Named;
  act: Act;
}

/** One verb for many rows: those that allow it now, and why the first other does not. */
export interface ManyActs {
  verb: Verb;
  sign: Sign;
  targets: Target[];
  reason: Reason | null;
}

export function actsOfAll(rows: readonly Named[]): ManyActs[] {
  const [first] = rows;
  if (!first) return [];
  const all = rows.map((row) => ({ row, acts: actsOf(row) }));
  return actsOf(first).map(({ verb, sign }, at) => {
    const targets = all.flatMap(({ row, acts }) => {
      const act = acts[at];
      return act ? [{ row, act }] : [];
    });
    return {
      verb,
      sign,
      targets: targets.filter(({ act }) => act.reason === null),
      reason: targets.find(({ act }) => act.reason !== null)?.act.reason ?? null,
    };
  });
}

/** Several commands with one verb as one. */
export function commandOf(targets: readonly Target[]): string | null {
  const [first, ...rest] = targets.flatMap(({ act }) => act.command ?? []);
  if (first === undefined) return null;
  return [first, ...rest.map((command) => command.split(" ").at(-1))].join(" ");
}
