/** What a table is asked for, kept in the address: search, state, sort. */

import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Params } from "../live/patch";

export interface AskedFor {
  search: string;
  state: string;
  sort: string;
  isDescending: boolean;
}

export const PAGE_ROWS = 100;

export function askedFor(query: URLSearchParams): AskedFor {
  return {
    search: query.get("q") ?? "",
    state: query.get("state") ?? "",
    sort: query.get("sort") ?? "",
    isDescending: query.get("order") === "desc",
  };
}

/** The same in the API's words. */
export function asParams(asked: AskedFor, always: Params): Params {
  const params: Params = { limit: String(PAGE_ROWS), ...always };
  if (asked.search) params.name_like = `%${asked.search}%`;
  if (asked.state) params.state = asked.state;
  if (asked.sort) {
    params.sort = asked.sort;
    params.order = asked.isDescending ? "desc" : "asc";
  }
  return params;
}

/** One click sorts, the next turns it round, the third is as it was. */
export function sortedBy(asked: AskedFor, field: string): Partial<AskedFor> {
  if (asked.sort !== field) return { sort: field, isDescending: false };
  return asked.isDescending
    ? { sort: "", isDescending: false }
    : { sort: field, isDescending: true };
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
          const words = { q: now.search, state: now.state, sort: now.sort };
          const order = now.sort && now.isDescending ? "desc" : "";
          for (const [name, value] of Object.entries({ ...words, order })) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setQuery],
  );
  return { asked, change };
}
