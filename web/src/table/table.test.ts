import { describe, expect, it } from "vitest";
import { askedFor, asParams, sortedBy, stateParams } from "./asked";
import { allToggled, extent, NOTHING, toggled } from "./selection";
import { statesOf } from "./strip";

const ORDER = ["a", "b", "c", "d", "e"];
const ids = (selection: typeof NOTHING) => [...selection.ids].sort().join("");

describe("a selection", () => {
  it("is of single rows", () => {
    const two = toggled(toggled(NOTHING, "b", ORDER, false), "d", ORDER, false);
    expect(ids(two)).toBe("bd");
    expect(ids(toggled(two, "b", ORDER, false))).toBe("d");
    expect(extent(two, ORDER)).toBe("some");
  });

  it("is of a range, either way, on and off", () => {
    const first = toggled(NOTHING, "d", ORDER, false);
    const range = toggled(first, "b", ORDER, true);
    expect(ids(range)).toBe("bcd");
    expect(ids(toggled(range, "c", ORDER, true))).toBe("d");
  });

  it("is of one where the range begins nowhere", () => {
    expect(ids(toggled(NOTHING, "c", ORDER, true))).toBe("c");
    expect(ids(toggled({ ids: new Set(["x"]), anchor: "x" }, "c", ORDER, true))).toBe("cx");
  });

  it("is of all that are there, or of none of them", () => {
    const all = allToggled(toggled(NOTHING, "b", ORDER, false), ORDER);
    expect(ids(all)).toBe("abcde");
    expect(extent(all, ORDER)).toBe("all");
    expect(extent(allToggled(all, ORDER), ORDER)).toBe("none");
  });
});

describe("what a table is asked for", () => {
  const asked = askedFor(new URLSearchParams("q=web&state=running&sort=name&order=desc&rows=300"));

  it("stands in the address", () => {
    expect(asked).toEqual({
      search: "web",
      state: "running",
      sort: "name",
      isDescending: true,
      rows: 300,
    });
    expect(askedFor(new URLSearchParams("rows=1e9")).rows).toBe(3000);
    expect(askedFor(new URLSearchParams("rows=x")).rows).toBe(100);
  });

  it("is asked in the API's words", () => {
    expect(asParams("container", asked, { hostId: "1h1" })).toEqual({
      limit: "300",
      hostId: "1h1",
      name_like: "%web%",
      state: "running",
      sort: "name",
      order: "desc",
    });
  });

  it("of hosts is their agents' state", () => {
    expect(stateParams("host", "active")).toEqual({ state: "active", agentState: "active" });
    expect(stateParams("host", "inactive")).toEqual({ state: "inactive" });
    expect(stateParams("host", "reconnecting")).toEqual({
      agentState: "reconnecting",
      state_ne: "inactive",
    });
  });

  it("is sorted by a click, turned round by another, and as it was by the third", () => {
    const once = { ...asked, ...sortedBy({ ...asked, sort: "" }, "state") };
    expect([once.sort, once.isDescending]).toEqual(["state", false]);
    expect(sortedBy(once, "state")).toEqual({ sort: "state", isDescending: true });
    expect(sortedBy({ ...once, isDescending: true }, "state").sort).toBe("");
  });
});

it("the strip tells what needs somebody first, and keeps what is chosen", () => {
  const counts = { running: 7, stopped: 1, error: 2, starting: 1 };
  const states = (chosen: string) =>
    statesOf(counts, chosen).map(({ state, count }) => [state, count]);
  expect(states("")).toEqual([
    ["error", 2],
    ["starting", 1],
    ["running", 7],
    ["stopped", 1],
  ]);
  expect(states("stopping")).toContainEqual(["stopping", 0]);
});
