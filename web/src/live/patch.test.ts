import { describe, expect, it } from "vitest";
import { type Change, fits, latest, type Pages, patch, type Row } from "./patch";

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
    const { data, stale } = patch(pages([row("1i1")], [row("1i2")]), rowsOf(change(now)), {});
    expect(data.pages.map((page) => page.data)).toEqual([[row("1i1")], [now]]);
    expect(stale).toEqual([]);
  });

  it("leaves pages alone that it does not touch", () => {
    const before = pages([row("1i1")], [row("1i2")]);
    const { data } = patch(before, rowsOf(change(row("1i2"))), {});
    expect(data.pages[0]).toBe(before.pages[0]);
    expect(patch(before, rowsOf(change(null, "1i9")), {}).data).toBe(before);
  });

  it.each(["removed", "purged"])("takes it away once it is %s", (state) => {
    const { data, stale } = patch(pages([row("1i1")]), rowsOf(change(row("1i1", { state }))), {});
    expect(data.pages[0]?.data).toEqual([]);
    expect(stale).toEqual([]);
  });

  it("takes it away once it fits the filter no more", () => {
    const stopped = rowsOf(change(row("1i1", { state: "stopped" })));
    const { data } = patch(pages([row("1i1")]), stopped, { state: "running" });
    expect(data.pages[0]?.data).toEqual([]);
  });

  it("puts a row that comes in its place", () => {
    const before = pages([row("1i1"), row("1i3")], [row("1i10")]);
    const come = rowsOf(change(row("1i12")), change(row("1i2")));
    const { data, stale } = patch(before, come, { state: "running" });
    expect(data.pages.map((page) => page.data.map(({ id }) => id))).toEqual([
      ["1i1", "1i2", "1i3"],
      ["1i10", "1i12"],
    ]);
    expect(stale).toEqual([]);
  });

  it("leaves what comes behind the pages that were read to their reading", () => {
    const before = pages([row("1i1")]);
    for (const page of before.pages) page.pagination.next = "/more";
    expect(patch(before, rowsOf(change(row("1i2"))), {})).toEqual({ data: before, stale: [] });
  });

  it("asks for the list where only the server knows the place of what comes", () => {
    const come = rowsOf(change(row("1i1", { hostId: "1h2" })));
    expect(patch(pages([]), come, { sort: "name" }).stale).toEqual(["1i1"]);
    expect(patch(pages([]), come, { unknownHere: "1" }).stale).toEqual(["1i1"]);
    expect(patch(pages([]), come, { hostId: "1h1", sort: "name" }).stale).toEqual([]);
  });

  it("asks for the list where what it is sorted by has changed", () => {
    const renamed = rowsOf(change(row("1i1", { name: "b" })));
    const before = pages([row("1i1", { name: "a" })]);
    expect(patch(before, renamed, { sort: "name" }).stale).toEqual(["1i1"]);
    expect(patch(before, renamed, { sort: "created" }).stale).toEqual([]);
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
    [{ name_like: "%WEB%" }, true],
    [{ name_like: "%x%" }, false],
    [{ name_like: "w%" }, null],
    [{ hostId_null: "" }, true],
    [{ hostId_notnull: "" }, false],
    [{ hostId_ne: "1h1" }, false], // as the server has it: null meets no such condition
    [{ limit: "1", sort: "name" }, true],
    [{ unknownHere: "1" }, null],
    [{ unknownHere: "1", state: "stopped" }, false],
  ])("%j has the row: %s", (params, expected) => {
    const one = row("1i1", { name: "my-web", hostId: null });
    expect(fits(one, params as unknown as Record<string, string>)).toBe(expected);
  });
});
