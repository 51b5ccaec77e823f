/** What was asked for, as a value: its changes, what became of each, and whether it is over. Pure. */

import type { Row } from "../live/patch";
import { whyOf } from "../parts/state";
import { type About, aboutOf, type Change } from "./change";

/** waiting: not sent yet; moving: accepted, not at rest yet; stopped: was never sent. */
export type Phase = "waiting" | "sending" | "moving" | "done" | "failed" | "stopped";

/** A state that something was seen in, and why it was. */
export interface Step {
  state: string;
  why: string | null;
  atMs: number;
}

export interface Item {
  change: Change;
  about: About;
  phase: Phase;
  /** The last of its states, the newest last. */
  steps: readonly Step[];
  percent: number | null;
  /** Why it failed: what the request was refused with, or a `Broken`. */
  error: unknown;
  endMs: number | null;
  /** What the feed told of it while it was sent: it may be newer than the answer. */
  told?: Row | null;
}

export interface Task {
  id: number;
  project: string;
  verb: string;
  type: string;
  atMs: number;
  items: readonly Item[];
  /** Who asked shows the error at its place. */
  isQuiet: boolean;
}

/** It was accepted, and failed afterwards. */
export class Broken extends Error {
  override name = "Broken";
}

/** It went away while something else was to become of it. */
export class Gone extends Error {
  override name = "Gone";
}

type Shown = Row & {
  name?: string | null;
  transitioning?: string;
  transitioningMessage?: string | null;
  transitioningProgress?: number | null;
};

export const MOST_STEPS = 12;
const AGAIN_MS = 2000; // so long after its end a late word of an earlier state may still be put right
const OVER = new Set<Phase>(["done", "failed", "stopped"]);
const GONE = new Set(["removed", "purged"]);

export function itemOf(change: Change): Item {
  const about = aboutOf(change);
  return { change, about, phase: "waiting", steps: [], percent: null, error: null, endMs: null };
}

export const isOver = (item: Item): boolean => OVER.has(item.phase);
export const isRunning = (task: Task): boolean => !task.items.every(isOver);
export const failedOf = (task: Task): Item[] => task.items.filter((i) => i.phase === "failed");
export const doneOf = (task: Task): number => task.items.filter(isOver).length;

/** The item once the feed told of its row; what is over for a while is told of nothing more. */
export function told(item: Item, row: Row | null, nowMs: number): Item {
  if (item.phase === "sending") return { ...item, told: row };
  return isFollowed(item, nowMs) ? seen(item, row, nowMs) : item;
}

/** The item once its request was answered; what the feed told meanwhile counts after that. */
export function answered(item: Item, row: Row | undefined, nowMs: number): Item {
  const { told: late, ...before } = item;
  const now = seen(before, row, nowMs);
  return late === undefined ? now : seen(now, late, nowMs);
}

/** Whether what becomes of its row still matters to it. */
export function isFollowed(item: Item, nowMs: number): boolean {
  if (item.phase === "moving") return true;
  return item.phase === "done" && item.endMs !== null && nowMs - item.endMs < AGAIN_MS;
}

/** The item once it is known how its row is; null: there is none any more; undefined: none answers. */
export function seen(item: Item, row: Row | null | undefined, nowMs: number): Item {
  const isDeleted = item.about.verb === "delete";
  if (row === undefined || (row !== null && row.state === undefined)) return ended(item, nowMs);
  if (row === null || GONE.has(row.state ?? "")) {
    return isDeleted
      ? ended(item, nowMs)
      : broken(item, new Gone("it does not exist any more"), nowMs);
  }
  const now = row as Shown;
  const next = stepped(item, now, nowMs);
  if (now.transitioning === "error") {
    return broken(next, new Broken(now.transitioningMessage ?? now.state ?? ""), nowMs);
  }
  if (now.transitioning === "yes" || isDeleted) {
    return { ...next, phase: "moving", percent: now.transitioningProgress ?? null, endMs: null };
  }
  return ended(next, nowMs);
}

export function refused(item: Item, error: unknown, nowMs: number): Item {
  return broken(item, error, nowMs);
}

function ended(item: Item, nowMs: number): Item {
  return { ...item, phase: "done", percent: null, error: null, endMs: nowMs };
}

function broken(item: Item, error: unknown, nowMs: number): Item {
  const { told: _, ...rest } = item;
  return { ...rest, phase: "failed", percent: null, error, endMs: nowMs };
}

function stepped(item: Item, row: Shown, nowMs: number): Item {
  const about = { ...item.about, id: row.id, type: row.type, name: row.name ?? item.about.name };
  const step = { state: row.state ?? "", why: whyOf(row), atMs: nowMs };
  const last = item.steps.at(-1);
  if (last?.state === step.state && last.why === step.why) return { ...item, about };
  return { ...item, about, steps: [...item.steps, step].slice(-MOST_STEPS) };
}
