/** Writes changes into what was read: rows in place at once, lists that need it anew soon after. */

import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { notifyManager } from "@tanstack/react-query";
import type { Collection } from "../api/http";
import { type Change, latest, type Pages, type Params, patch, type Row } from "./patch";

export const ROWS = "rows";
export const ROW = "row";
export type RowsKey = readonly [typeof ROWS, string, string, Params];
export type RowKey = readonly [typeof ROW, string, string, string];

const AGAIN_MS = 1000; // a list is read anew at most this often

export class LiveCache {
  private readonly stale = new Map<
    string,
    { key: RowsKey; timer: ReturnType<typeof setTimeout> }
  >();
  private readonly readAt = new Map<string, number>();

  constructor(
    private readonly client: QueryClient,
    private readonly project: string,
  ) {}

  /** What was read may be old: read what is looked at anew, and the rest when it is. */
  refresh(): void {
    for (const kind of [ROWS, ROW]) {
      void this.client.invalidateQueries({ queryKey: [kind, this.project] });
    }
  }

  apply(changes: readonly Change[]): void {
    notifyManager.batch(() => {
      for (const [type, rows] of latest(changes)) this.applyOf(type, rows);
    });
  }

  close(): void {
    for (const { timer } of this.stale.values()) clearTimeout(timer);
    this.stale.clear();
  }

  private applyOf(type: string, rows: ReadonlyMap<string, Row | null>): void {
    for (const [id, row] of rows) {
      const key: RowKey = [ROW, this.project, type, id];
      if (this.client.getQueryState(key) !== undefined) this.client.setQueryData(key, row);
    }
    const lists = this.client.getQueryCache().findAll({ queryKey: [ROWS, this.project, type] });
    for (const list of lists) this.applyTo(list, rows);
  }

  private applyTo(list: Query, rows: ReadonlyMap<string, Row | null>): void {
    const key = list.queryKey as unknown as RowsKey;
    const data = list.state.data as InfiniteData<Collection<Row>> | undefined;
    if (data === undefined) {
      // it is being read: what comes may be from before the change
      if (list.state.fetchStatus === "fetching") this.readAnew(list.queryHash, key);
      return;
    }
    const { data: now, isStale } = patch(data as Pages, rows, key[3]);
    if (now !== data) this.client.setQueryData(key, now);
    if (isStale || list.state.fetchStatus === "fetching") this.readAnew(list.queryHash, key);
  }

  private readAnew(hash: string, key: RowsKey): void {
    if (this.stale.has(hash)) return;
    const wait = Math.max(0, (this.readAt.get(hash) ?? 0) + AGAIN_MS - performance.now());
    const timer = setTimeout(() => {
      this.stale.delete(hash);
      this.readAt.set(hash, performance.now());
      void this.client.invalidateQueries({ queryKey: key, exact: true });
    }, wait);
    this.stale.set(hash, { key, timer });
  }
}
