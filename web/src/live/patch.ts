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
  /** The rows for which the list must be read anew: they may have come, or changed their place. */
  stale: string[];
}

/** What the rows make of a list; in the order of ids a row that comes is put in its place at once. */
export function patch(data: Pages, rows: Latest, params: Params): Patched {
  const unknown = new Map(rows);
  const stale: string[] = [];
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
      if (now === null || fits(now, params) === false) continue;
      if (moves(row, now, params)) stale.push(row.id);
      kept.push(now);
    }
    isChanged ||= touched;
    return touched ? { ...page, data: kept } : page;
  });
  for (const [id, row] of unknown) {
    const isFit = row === null ? false : fits(row, params);
    if (row === null || isFit === false) continue;
    if (params.sort || isFit === null) stale.push(id);
    else isChanged = insert(pages, row) || isChanged;
  }
  return { data: isChanged ? { ...data, pages } : data, stale };
}

/** Puts a row where its id belongs; false: on a page that was not read yet. */
function insert(pages: Pages["pages"], row: Row): boolean {
  const number = numberOf(row.id);
  const found = pages.findIndex((page) => page.data.some((one) => numberOf(one.id) > number));
  const place = found < 0 ? pages.length - 1 : found;
  const page = pages[place];
  if (!page || (found < 0 && page.pagination.next !== null)) return false;
  const at = page.data.findIndex((one) => numberOf(one.id) > number);
  const before = at < 0 ? page.data : page.data.slice(0, at);
  const after = at < 0 ? [] : page.data.slice(at);
  pages[place] = { ...page, data: [...before, row, ...after] };
  return true;
}

/** An id is a prefix and a number: 1i42. */
function numberOf(id: string): number {
  return Number(/\d+$/.exec(id)?.[0] ?? 0);
}

/** Whether a row is in a list; null: only the server can tell. */
export function fits(row: Row, params: Params): boolean | null {
  let isSure = true;
  for (const [name, wanted] of Object.entries(params)) {
    if (NO_FILTERS.has(name)) continue;
    const answer = meets(row, name, wanted);
    if (answer === false) return false;
    if (answer === null) isSure = false;
  }
  return isSure ? true : null;
}

function meets(row: Row, name: string, wanted: string): boolean | null {
  const modified = MODIFIER.exec(name);
  const [field, modifier] = modified ? [modified[1] ?? "", modified[2]] : [name, "eq"];
  const value = fieldOf(row, field);
  if (value === undefined) return null;
  if (modifier === "null" || modifier === "notnull")
    return (value === null) === (modifier === "null");
  if (value === null) return false; // it meets no other condition
  if (modifier === "eq") return String(value) === wanted;
  if (modifier === "ne") return String(value) !== wanted;
  const inside = /^%([^%]*)%$/.exec(wanted)?.[1];
  if (modifier !== "like" || inside === undefined) return null;
  return String(value).toLowerCase().includes(inside.toLowerCase());
}

function moves(before: Row, now: Row, params: Params): boolean {
  const field = params.sort;
  return field !== undefined && fieldOf(before, field) !== fieldOf(now, field);
}

function fieldOf(row: Row, field: string): unknown {
  return (row as unknown as Record<string, unknown>)[field];
}
