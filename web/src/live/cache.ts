/** Writes changes into what was read: rows in place at once, lists that need it anew soon after. */

import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { notifyManager } from "@tanstack/react-query";
import type { Collection } from "../api/http";
import { type Change, latest, type Pages, type Params, patch, type Row } from "./patch";

export const ROWS = "rows";
export const ROW = "row";
export const COUNTS = "counts"; // how many rows of a list are in each state
export type RowsKey = readonly [typeof ROWS, string, string, Params];
export type RowKey = readonly [typeof ROW, string, string, string];

const AGAIN_MS = 1000; // a list is read anew at most this often
const MOST_KEPT = 500; // times of reading: lists that nobody looks at any more are among them
const COUNT_MS = 2000; // and counted anew
const NONE: ReadonlySet<string> = new Set();

const caches = new WeakMap<QueryClient, Map<string, LiveCache>>();

/** The one of an environment. */
export function cacheOf(client: QueryClient, project: string): LiveCache {
  const known = caches.get(client) ?? new Map<string, LiveCache>();
  caches.set(client, known);
  const cache = known.get(project) ?? new LiveCache(client, project);
  known.set(project, cache);
  return cache;
}

export class LiveCache {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly readAt = new Map<string, number>();
  /** Lists that wait for their reader's word, and the rows that wait with them. */
  private readonly held = new Map<string, ReadonlySet<string>>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly client: QueryClient,
    private readonly project: string,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Has a list keep its order while somebody points at it. */
  hold(hash: string): void {
    if (!this.held.has(hash)) this.held.set(hash, NONE);
  }

  /** How many rows wait for `release`. */
  waiting(hash: string): number {
    return this.held.get(hash)?.size ?? 0;
  }

  release(hash: string, key: RowsKey): void {
    const isWaiting = this.waiting(hash) > 0;
    this.held.delete(hash);
    if (!isWaiting) return;
    this.readAnew(hash, key, AGAIN_MS);
    this.tell();
  }

  /** What was read may be old: read what is looked at anew, and the rest when it is. */
  refresh(): void {
    for (const kind of [ROWS, ROW, COUNTS]) {
      void this.client.invalidateQueries({ queryKey: [kind, this.project] });
    }
  }

  apply(changes: readonly Change[]): void {
    notifyManager.batch(() => {
      for (const [type, rows] of latest(changes)) this.applyOf(type, rows);
    });
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.held.clear();
  }

  private applyOf(type: string, rows: ReadonlyMap<string, Row | null>): void {
    for (const [id, row] of rows) {
      const key: RowKey = [ROW, this.project, type, id];
      if (this.client.getQueryState(key) !== undefined) this.client.setQueryData(key, row);
    }
    const queries = this.client.getQueryCache();
    for (const list of queries.findAll({ queryKey: [ROWS, this.project, type] })) {
      this.applyTo(list, rows);
    }
    for (const { queryHash, queryKey } of queries.findAll({
      queryKey: [COUNTS, this.project, type],
    })) {
      this.readAnew(queryHash, queryKey, COUNT_MS);
    }
  }

  private applyTo(list: Query, rows: ReadonlyMap<string, Row | null>): void {
    const key = list.queryKey as unknown as RowsKey;
    const data = list.state.data as InfiniteData<Collection<Row>> | undefined;
    const isRead = list.state.fetchStatus === "fetching"; // what comes may be from before the change
    if (data === undefined) {
      if (isRead) this.readAnew(list.queryHash, key, AGAIN_MS);
      return;
    }
    const { data: now, stale } = patch(data as Pages, rows, key[3]);
    if (now !== data) this.client.setQueryData(key, now);
    if (isRead) this.readAnew(list.queryHash, key, AGAIN_MS);
    else if (stale.length > 0) this.wait(list.queryHash, key, stale);
  }

  private wait(hash: string, key: RowsKey, rows: readonly string[]): void {
    const waiting = this.held.get(hash);
    if (waiting === undefined) {
      this.readAnew(hash, key, AGAIN_MS);
      return;
    }
    this.held.set(hash, new Set([...waiting, ...rows]));
    this.tell();
  }

  private readAnew(hash: string, queryKey: readonly unknown[], everyMs: number): void {
    if (this.timers.has(hash)) return;
    const wait = Math.max(
      0,
      (this.readAt.get(hash) ?? Number.NEGATIVE_INFINITY) + everyMs - performance.now(),
    );
    const timer = setTimeout(() => {
      this.timers.delete(hash);
      if (this.readAt.size > MOST_KEPT) this.readAt.clear();
      this.readAt.set(hash, performance.now());
      void this.client.invalidateQueries({ queryKey, exact: true });
    }, wait);
    this.timers.set(hash, timer);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
