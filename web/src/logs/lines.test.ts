import { describe, expect, it } from "vitest";
import {
  kept,
  type Line,
  linesOf,
  MOST_LINES,
  matches,
  ofStreams,
  pattern,
  pieces,
  plain,
} from "./lines";

const line = (text: string, number = 0, isError = false): Line => ({
  number,
  time: null,
  text,
  isError,
});

describe("output", () => {
  it("comes as lines with times and streams", () => {
    expect(linesOf("012026-11-25T03:00:00.5Z hello\n2026-11-25T03:00:01Z \n", 5)).toEqual([
      { number: 5, time: "2026-11-25T03:00:00.5Z", text: "hello", isError: false },
      { number: 6, time: "2026-11-25T03:00:01Z", text: "", isError: false },
    ]);
    expect(linesOf("02oops\n", 0)[0]?.isError).toBe(true);
  });

  it.each([
    ["\x1b[31mred\x1b[0m", "red"],
    ["10 %\r20 %\r", "20 %"],
    ["\x1b]0;title\x07x", "x"],
    ["<b>&amp;</b>", "<b>&amp;</b>"],
  ])("%j is shown as %j", (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it("is kept up to a bound", () => {
    const many = Array.from({ length: MOST_LINES }, (_, i) => line("x", i));
    const now = kept(many, [line("last", MOST_LINES)]);
    expect(now.length).toBe(MOST_LINES);
    expect(now[0]?.number).toBe(1);
  });

  it("is shown by stream", () => {
    const both = [line("a"), line("b", 1, true)];
    expect(ofStreams(both, "all")).toBe(both);
    expect(ofStreams(both, "stderr").map((one) => one.text)).toEqual(["b"]);
    expect(ofStreams(both, "stdout").map((one) => one.text)).toEqual(["a"]);
  });
});

describe("a search", () => {
  it("takes a text as it is, and a pattern as one", () => {
    const lines = [line("a.b"), line("axb"), line("A.B")];
    expect(matches(lines, pattern("a.b", false))).toEqual([0, 2]);
    expect(matches(lines, pattern("a.b", true))).toEqual([0, 1, 2]);
  });

  it("waits for a pattern that is not finished", () => {
    expect(pattern("(", true)).toBeNull();
    expect(matches([line("(")], pattern("(", false))).toEqual([0]);
  });

  it("cuts a line into what matches and what does not", () => {
    expect(pieces("one two one", pattern("one", false))).toEqual(["", "one", " two ", "one", ""]);
    expect(pieces("abc", pattern("x*", true))).toEqual(["abc"]);
  });

  it.each([
    ["error", false, [0, 1]],
    ["error", true, [1]],
    ["Error", true, [0]],
  ])("%s, minding the case: %s", (text, isExact, expected) => {
    const lines = linesOf("01An Error\nan error\n", 0);
    expect(matches(lines, pattern(text, false, isExact))).toEqual(expected);
  });
});
