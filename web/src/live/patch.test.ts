import { describe, expect, it } from "vitest";
import { type Change, latest, mayMatch, type Pages, patch, type Row } from "./patch";

const row = (id: string, more: object = {}): Row => ({
  id,
  type: "container",
  state: "running",
  ...more,
});
const pages = (...rows: Row[][]): Pages => ({
  pages: rows.map((data) => ({ data, pagination: { next: null, partial: false } })),
  pageParams: [],
});
const change = (resource: Row | null, id = resource?.id ?? "1i1"): Change => ({
  type: "container",
  id,
  resource,
});
const rowsOf = (...changes: Change[]) => latest(changes).get("container") ?? new Map();

describe("a change of a row", () => {
  it("replaces it where it stands", () => {
    const now = row("1i2", { name: "new" });
    const { data, isStale } = patch(pages([row("1i1")], [row("1i2")]), rowsOf(change(now)), {});
    expect(data.pages.map((page) => page.data)).toEqual([[row("1i1")], [now]]);
    expect(isStale).toBe(false);
  });

  it("leaves pages alone that it does not touch", () => {
    const before = pages([row("1i1")], [row("1i2")]);
    const { data } = patch(before, rowsOf(change(row("1i2"))), {});
    expect(data.pages[0]).toBe(before.pages[0]);
    expect(patch(before, rowsOf(change(null, "1i9")), {}).data).toBe(before);
  });

  it.each(["removed", "purged"])("takes it away once it is %s", (state) => {
    const { data, isStale } = patch(pages([row("1i1")]), rowsOf(change(row("1i1", { state }))), {});
    expect(data.pages[0]?.data).toEqual([]);
    expect(isStale).toBe(false);
  });

  it("takes it away once it fits the filter no more", () => {
    const stopped = rowsOf(change(row("1i1", { state: "stopped" })));
    const { data } = patch(pages([row("1i1")]), stopped, { state: "running" });
    expect(data.pages[0]?.data).toEqual([]);
  });

  it("asks for the list where a row is new and may belong to it", () => {
    expect(patch(pages([]), rowsOf(change(row("1i1"))), {}).isStale).toBe(true);
    const other = rowsOf(change(row("1i1", { hostId: "1h2" })));
    expect(patch(pages([]), other, { hostId: "1h1" }).isStale).toBe(false);
  });

  it("asks for the list where what it is sorted by has changed", () => {
    const renamed = rowsOf(change(row("1i1", { name: "b" })));
    const before = pages([row("1i1", { name: "a" })]);
    expect(patch(before, renamed, { sort: "name" }).isStale).toBe(true);
    expect(patch(before, renamed, { sort: "created" }).isStale).toBe(false);
  });

  it("counts only with its last word", () => {
    const rows = rowsOf(change(row("1i1")), change(null, "1i1"));
    expect(rows.get("1i1")).toBeNull();
  });
});

describe("a filter", () => {
  it.each([
    [{ state: "running" }, true],
    [{ state: "stopped" }, false],
    [{ state_ne: "running" }, false],
    [{ name_like: "%x%" }, true],
    [{ limit: "1", sort: "name" }, true],
    [{ unknownHere: "1" }, true],
  ])("%j may have the row: %s", (params, expected) => {
    expect(mayMatch(row("1i1", { name: "a" }), params as Record<string, string>)).toBe(expected);
  });
});
