/** All that was asked for on this page: sent a few at a time, followed until it is at rest. */

import { EVERYWHERE } from "../api/http";
import type { Row, Change as RowChange } from "../live/patch";
import type { Change } from "./change";
import {
  answered,
  type Item,
  isFollowed,
  isRunning,
  itemOf,
  refused,
  type Task,
  told,
} from "./task";

export const AT_ONCE = 4; // requests of one task
export const MOST_TASKS = 50; // the oldest that is over is forgotten first

type Send = (change: Change) => Promise<Row | undefined>;
/** What is done with each answer; an old one came after the feed had told of its row. */
type OnAnswer = (row: Row | undefined, isOld: boolean) => void;
type Step = (item: Item, at: number) => Item;

export class Tasks {
  private all: readonly Task[] = [];
  private made = 0;
  private owner: string | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly onAnswer = new Map<number, OnAnswer>();

  constructor(
    private readonly send: Send,
    private readonly now: () => number = Date.now,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Task[] => this.all;

  /** Forgets what somebody did who was logged in before. */
  belongTo(owner: string): void {
    if (this.owner !== null && this.owner !== owner) this.set([]);
    this.owner = owner;
  }

  /** Begins a task, and gives its items once each was sent. */
  async start(
    project: string,
    changes: readonly Change[],
    onAnswer: OnAnswer,
    { isQuiet = false } = {},
  ): Promise<readonly Item[]> {
    const items = changes.map(itemOf);
    const [first] = items;
    if (!first) return [];
    this.made += 1;
    const { verb, type } = first.about;
    const task = { id: this.made, project, verb, type, atMs: this.now(), items, isQuiet };
    this.onAnswer.set(task.id, onAnswer);
    this.set(bounded([task, ...this.all]));
    return this.sendAll(task.id);
  }

  /** Sends again what failed. */
  async retry(id: number): Promise<void> {
    this.change(id, (item) => (item.phase === "failed" ? itemOf(item.change) : item));
    await this.sendAll(id);
  }

  /** Sends no more of it; what was sent goes on. */
  stop(id: number): void {
    this.change(id, (item) => (item.phase === "waiting" ? { ...item, phase: "stopped" } : item));
  }

  forget(id: number): void {
    this.set(this.all.filter((task) => task.id !== id));
  }

  forgetOver(project: string): void {
    this.set(
      this.all.filter(
        (task) => (task.project !== project && task.project !== EVERYWHERE) || isRunning(task),
      ),
    );
  }

  /** Takes what the feed tells of rows. */
  see(project: string, changes: readonly RowChange[]): void {
    const rows = new Map(changes.map((one) => [`${one.type} ${one.id}`, one.resource]));
    const nowMs = this.now();
    const step: Step = (item) => {
      const row = rows.get(`${item.about.type} ${item.about.id}`);
      return row === undefined ? item : told(item, row, nowMs);
    };
    this.set(this.all.map((task) => (task.project === project ? stepped(task, step) : task)));
  }

  /** The rows that the feed may have told of while nobody listened. */
  followed(project: string): { type: string; id: string }[] {
    const found = this.all
      .filter((task) => task.project === project)
      .flatMap((task) => task.items)
      .filter((item) => isFollowed(item, this.now()))
      .map(({ about }) => ({ type: about.type, id: about.id ?? "" }));
    return [...new Map(found.map((one) => [`${one.type} ${one.id}`, one])).values()];
  }

  private async sendAll(id: number): Promise<readonly Item[]> {
    const lane = async () => {
      for (let at = this.next(id); at >= 0; at = this.next(id)) await this.sendOne(id, at);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return this.of(id)?.items ?? [];
  }

  private async sendOne(id: number, at: number): Promise<void> {
    const item = this.of(id)?.items[at];
    if (!item) return;
    this.put(id, at, { ...item, phase: "sending" });
    try {
      const row = await this.send(item.change);
      const now = this.of(id)?.items[at] ?? item;
      this.put(id, at, answered(now, row, this.now()));
      this.onAnswer.get(id)?.(row, now.told !== undefined);
    } catch (error) {
      this.put(id, at, refused(item, error, this.now()));
    }
  }

  private next(id: number): number {
    return this.of(id)?.items.findIndex((item) => item.phase === "waiting") ?? -1;
  }

  private of(id: number): Task | undefined {
    return this.all.find((task) => task.id === id);
  }

  private put(id: number, place: number, item: Item): void {
    this.change(id, (one, at) => (at === place ? item : one));
  }

  private change(id: number, step: Step): void {
    this.set(this.all.map((task) => (task.id === id ? stepped(task, step) : task)));
  }

  private set(all: readonly Task[]): void {
    if (all.length === this.all.length && all.every((task, at) => task === this.all[at])) return;
    this.all = all;
    const kept = new Set(all.map((task) => task.id));
    for (const id of this.onAnswer.keys()) if (!kept.has(id)) this.onAnswer.delete(id);
    for (const listener of this.listeners) listener();
  }
}

/** The task after each item's step; the same one where nothing changed. */
function stepped(task: Task, step: Step): Task {
  const items = task.items.map(step);
  return items.every((item, at) => item === task.items[at]) ? task : { ...task, items };
}

/** At most so many, the newest first; what goes on stays. */
function bounded(all: readonly Task[]): readonly Task[] {
  let tooMany = all.length - MOST_TASKS;
  const kept = [...all]
    .reverse()
    .filter((task) => tooMany <= 0 || isRunning(task) || tooMany-- <= 0);
  return kept.reverse();
}
