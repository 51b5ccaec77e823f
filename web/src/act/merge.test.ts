import { describe, expect, it } from "vitest";
import { alike, conflicts, type Edits, given, kept, theirs, toSend, valuesOf } from "./merge";

const FIRST = { name: "web", scale: 2, labels: { a: "1" } };
const edits = (mine: object): Edits => ({ mine: { ...mine }, seen: FIRST });

describe("two who edit the same", () => {
  it("send only what each of them changed", () => {
    const now = { ...FIRST, scale: 3 };
    expect(toSend(edits({ name: "shop" }), now)).toEqual({ name: "shop" });
    expect(toSend(edits({ name: "web" }), now)).toEqual({});
  });

  it("see what the other changed, and lose nothing of their own", () => {
    const now = { ...FIRST, scale: 3 };
    expect(valuesOf(edits({ name: "shop" }), now)).toEqual({ ...now, name: "shop" });
    expect(theirs(edits({ name: "shop" }), now)).toEqual(["scale"]);
    expect(conflicts(edits({ name: "shop" }), now)).toEqual([]);
  });

  it("are asked where they do not agree", () => {
    const now = { ...FIRST, scale: 3 };
    expect(conflicts(edits({ scale: 5 }), now)).toEqual(["scale"]);
    expect(conflicts(edits({ scale: 3 }), now)).toEqual([]);
  });

  it("keep theirs or give it up, until it changes once more", () => {
    const now = { ...FIRST, scale: 3 };
    const mine = kept(edits({ scale: 5 }), "scale", now);
    expect(conflicts(mine, now)).toEqual([]);
    expect(toSend(mine, now)).toEqual({ scale: 5 });
    expect(conflicts(mine, { ...now, scale: 4 })).toEqual(["scale"]);
    const none = given(edits({ scale: 5 }), "scale", now);
    expect(toSend(none, now)).toEqual({});
    expect(theirs(none, now)).toEqual([]);
  });
});

it("maps are alike in whatever order", () => {
  expect(alike({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  expect(alike({ a: 1 }, { a: 2 })).toBe(false);
  expect(alike(null, undefined)).toBe(true);
});
