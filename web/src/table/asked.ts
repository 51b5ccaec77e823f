/** What a table is asked for, kept in the address: search, state, sort, how many rows. */

import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { STATES } from "../api/generated";
import type { Params } from "../live/patch";

export interface AskedFor {
  search: string;
  state: string;
  sort: string;
  isDescending: boolean;
  /** So many are read at once: as many as were there when the page was left. */
  rows: number;
}

export const PAGE_ROWS = 100;
const MOST_ROWS = 3000; // the server gives no more at once

export function askedFor(query: URLSearchParams): AskedFor {
  return {
    search: query.get("q") ?? "",
    state: query.get("state") ?? "",
    sort: query.get("sort") ?? "",
    isDescending: query.get("order") === "desc",
    rows: Math.min(MOST_ROWS, Math.max(PAGE_ROWS, Number(query.get("rows")) || 0)),
  };
}

/** The same in the API's words. */
export function asParams(type: string, asked: AskedFor, always: Params): Params {
  const params: Params = { limit: String(asked.rows), ...always };
  if (asked.search) params.name_like = `%${asked.search}%`;
  if (asked.state) Object.assign(params, stateParams(type, asked.state));
  if (asked.sort) {
    params.sort = asked.sort;
    params.order = asked.isDescending ? "desc" : "asc";
  }
  return params;
}

/** The rows that are shown in a state; an active host is shown in its agent's. */
export function stateParams(type: string, state: string): Params {
  if (type !== "host") return { state };
  if (state === "active") return { state, agentState: state };
  const isOwn = (STATES.host as readonly string[]).includes(state);
  return isOwn ? { state } : { agentState: state, state_ne: "inactive" };
}

/** One click sorts, the next turns it round, the third is as it was. */
export function sortedBy(asked: AskedFor, field: string): Partial<AskedFor> {
  if (asked.sort !== field) return { sort: field, isDescending: false };
  return asked.isDescending
    ? { sort: "", isDescending: false }
    : { sort: field, isDescending: true };
}

/** Whether other rows are asked for than before. */
function isOther(more: Partial<AskedFor>): boolean {
  return Object.keys(more).some((name) => name !== "rows");
}

export function useAsked() {
  const [query, setQuery] = useSearchParams();
  const asked = useMemo(() => askedFor(query), [query]);
  const change = useCallback(
    (more: Partial<AskedFor>) => {
      setQuery(
        (before) => {
          const now = { ...askedFor(before), ...more };
          const next = new URLSearchParams(before);
          const rows = now.rows > PAGE_ROWS && !isOther(more) ? String(now.rows) : "";
          const words = { q: now.search, state: now.state, sort: now.sort, rows };
          const order = now.sort && now.isDescending ? "desc" : "";
          for (const [name, value] of Object.entries({ ...words, order })) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setQuery],
  );
  return { asked, change };
}
