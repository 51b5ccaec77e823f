import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Collection } from "../api/http";
import { COUNTS, cacheOf, ROWS, type RowsKey } from "./cache";
import type { Change, Row } from "./patch";

const SORTED: RowsKey = [ROWS, "1a5", "container", { sort: "name" }];
const COUNTED = [COUNTS, "1a5", "container", {}];

function world() {
  const client = new QueryClient();
  const page = { data: [], pagination: { next: null, partial: false } };
  client.setQueryData(SORTED, { pages: [page], pageParams: [null] });
  client.setQueryData(COUNTED, {});
  const cache = cacheOf(client, "1a5");
  const isStale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  const hash = client.getQueryCache().find({ queryKey: SORTED })?.queryHash ?? "";
  return { client, cache, hash, isStale };
}
const change = (id: string): Change => ({
  type: "container",
  id,
  resource: { id, type: "container", state: "running" } as Row,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the cache of an environment", () => {
  it("is one", () => {
    const { client, cache } = world();
    expect(cacheOf(client, "1a5")).toBe(cache);
    expect(cacheOf(client, "1a7")).not.toBe(cache);
  });

  it("reads a list anew whose order a row may have changed, and counts anew", () => {
    const { cache, isStale } = world();
    cache.apply([change("1i1")]);
    vi.advanceTimersByTime(0);
    expect(isStale(SORTED)).toBe(true);
    expect(isStale(COUNTED)).toBe(true);
  });

  it("waits with that while somebody points at the list", () => {
    const { cache, hash, isStale } = world();
    let told = 0;
    cache.subscribe(() => {
      told += 1;
    });
    cache.hold(hash);
    cache.apply([change("1i1"), change("1i2")]);
    cache.apply([change("1i1")]);
    vi.advanceTimersByTime(5000);
    expect(isStale(SORTED)).toBe(false);
    expect([cache.waiting(hash), told > 0]).toEqual([2, true]);
    cache.release(hash, SORTED);
    vi.advanceTimersByTime(0);
    expect(isStale(SORTED)).toBe(true);
    expect(cache.waiting(hash)).toBe(0);
  });

  it("changes what is there meanwhile", () => {
    const { client, cache, hash } = world();
    const page = { data: [change("1i1").resource], pagination: { next: null, partial: false } };
    client.setQueryData(SORTED, { pages: [page], pageParams: [null] });
    cache.hold(hash);
    cache.apply([{ type: "container", id: "1i1", resource: null }]);
    const now = client.getQueryData<InfiniteData<Collection<Row>>>(SORTED);
    expect(now?.pages[0]?.data).toEqual([]);
  });

  it("has no timer left once it is closed", () => {
    const { cache } = world();
    const before = vi.getTimerCount();
    cache.apply([change("1i1")]);
    expect(vi.getTimerCount()).toBeGreaterThan(before);
    cache.close();
    expect(vi.getTimerCount()).toBe(before);
  });
});
