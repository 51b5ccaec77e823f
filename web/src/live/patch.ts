/** What a change of rows does to lists and single rows that were read before: pure. */

import type { Collection } from "../api/http";

export interface Row {
  id: string;
  type: string;
  state?: string;
}

export interface Change {
  type: string;
  id: string;
  /** As GET shows it now; null: it is no longer there. */
  resource: Row | null;
}

export type Params = Record<string, string>;
export interface Pages {
  pages: Collection<Row>[];
  pageParams: unknown[];
}
export type Latest = ReadonlyMap<string, Row | null>;

const GONE = new Set(["removed", "purging", "purged"]);
const NO_FILTERS = new Set(["sort", "order", "limit", "marker", "include"]);
const MODIFIER = /^(.+)_(ne|prefix|like|notlike|lt|lte|gt|gte|null|notnull)$/;

/** The last word of each changed row, by type. */
export function latest(changes: readonly Change[]): Map<string, Map<string, Row | null>> {
  const found = new Map<string, Map<string, Row | null>>();
  for (const { type, id, resource } of changes) {
    const rows = found.get(type) ?? new Map<string, Row | null>();
    rows.set(id, resource && !GONE.has(resource.state ?? "") ? resource : null);
    found.set(type, rows);
  }
  return found;
}

export interface Patched {
  data: Pages;
  /** Whether the list must be read anew: a row may have come, or have changed its place. */
  isStale: boolean;
}

export function patch(data: Pages, rows: Latest, params: Params): Patched {
  const unknown = new Set(rows.keys());
  let isStale = false;
  let isChanged = false;
  const pages = data.pages.map((page) => {
    let touched = false;
    const kept: Row[] = [];
    for (const row of page.data) {
      const now = rows.get(row.id);
      unknown.delete(row.id);
      if (now === undefined) {
        kept.push(row);
        continue;
      }
      touched = true;
      if (now === null || !mayMatch(now, params)) continue;
      if (moves(row, now, params)) isStale = true;
      kept.push(now);
    }
    isChanged ||= touched;
    return touched ? { ...page, data: kept } : page;
  });
  for (const id of unknown) {
    const row = rows.get(id);
    if (row && mayMatch(row, params)) isStale = true;
  }
  return { data: isChanged ? { ...data, pages } : data, isStale };
}

/** Whether a row may be in a list; a filter that only the server understands may always fit. */
export function mayMatch(row: Row, params: Params): boolean {
  return Object.entries(params).every(([name, wanted]) => {
    if (NO_FILTERS.has(name)) return true;
    const modified = MODIFIER.exec(name);
    const [field, modifier] = modified ? [modified[1] ?? "", modified[2]] : [name, "eq"];
    const value = (row as unknown as Record<string, unknown>)[field];
    if (value === undefined) return true;
    if (modifier === "eq") return String(value) === wanted;
    if (modifier === "ne") return String(value) !== wanted;
    return true;
  });
}

function moves(before: Row, now: Row, params: Params): boolean {
  const field = params.sort;
  return field !== undefined && fieldOf(before, field) !== fieldOf(now, field);
}

function fieldOf(row: Row, field: string): unknown {
  return (row as unknown as Record<string, unknown>)[field];
}
