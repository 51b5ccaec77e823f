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

describe("two who edit the same map", () => {
  const host = (labels: object) => ({ labels: { "io.pasture.x": "1", zone: "a", ...labels } });
  const mine = (labels: object): Edits => ({ mine: host(labels), seen: host({}) });

  it("both have what they changed in it, and what neither touched stays", () => {
    const edits = mine({ disk: "ssd", zone: undefined });
    const now = { labels: { "io.pasture.x": "2", zone: "a", gpu: "yes" } };
    const both = { labels: { "io.pasture.x": "2", gpu: "yes", disk: "ssd" } };
    expect(conflicts(edits, now)).toEqual([]);
    expect(valuesOf(edits, now)).toEqual(both);
    expect(toSend(edits, now)).toEqual(both);
    expect(theirs(edits, now)).toEqual(["labels"]);
  });

  it("send nothing that is so already", () => {
    expect(toSend(mine({ disk: "ssd" }), host({ disk: "ssd" }))).toEqual({});
    expect(toSend(mine({}), host({ gpu: "yes" }))).toEqual({});
  });

  it("are asked where both changed one name, and keep theirs or give it up", () => {
    const edits = mine({ zone: "b", disk: "ssd" });
    const now = host({ zone: "c", gpu: "yes" });
    expect(conflicts(edits, now)).toEqual(["labels"]);
    const held = kept(edits, "labels", now);
    expect(conflicts(held, now)).toEqual([]);
    expect(toSend(held, now)).toEqual(host({ zone: "b", disk: "ssd", gpu: "yes" }));
    expect(toSend(given(edits, "labels", now), now)).toEqual({});
    expect(conflicts(mine({ zone: undefined }), now)).toEqual(["labels"]);
  });
});
