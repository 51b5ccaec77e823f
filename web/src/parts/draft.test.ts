import { describe, expect, it } from "vitest";
import { forgetDrafts, keptLike } from "./draft";

describe("a draft", () => {
  it.each([
    ["nothing", null, null],
    ["one of the same parts", { b: [1], a: "x" }, { a: "x", b: [1] }],
    ["one of another version", { a: "x" }, null],
    ["no object", 7, null],
  ])("is begun with %s", (_, kept, expected) => {
    const text = kept === null ? null : JSON.stringify(kept);
    expect(keptLike({ a: "", b: [] }, text)).toEqual(expected);
  });

  it("is forgotten with all others, and nothing else is", () => {
    sessionStorage.setItem("pasture.draft.admin.1a5.service", "{}");
    sessionStorage.setItem("other", "1");
    forgetDrafts();
    expect(Object.keys(sessionStorage)).toEqual(["other"]);
  });
});
