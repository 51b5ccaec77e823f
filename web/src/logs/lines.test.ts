import { describe, expect, it } from "vitest";
import { kept, type Line, linesOf, MOST_LINES, matches, ofStreams, pattern, pieces } from "./lines";

const line = (text: string, number = 0, isError = false, time: string | null = null): Line => ({
  number,
  source: "",
  time,
  text,
  runs: [],
  level: null,
  isError,
});

describe("output", () => {
  it("comes as lines with times and streams", () => {
    expect(linesOf("012026-11-25T03:00:00.5Z hello\n2026-11-25T03:00:01Z \n", 5)).toEqual([
      line("hello", 5, false, "2026-11-25T03:00:00.5Z"),
      line("", 6, false, "2026-11-25T03:00:01Z"),
    ]);
    expect(linesOf("02oops\n", 0)[0]?.isError).toBe(true);
  });

  it("of several containers come in the order of their times", () => {
    const at = (second: string) => line(second, 0, false, `2026-11-25T03:00:0${second}Z`);
    const texts = (lines: Line[]) => lines.map(({ text }) => text);
    expect(texts(kept([at("1"), at("3")], [at("2"), at("2.5")]))).toEqual(["1", "2", "2.5", "3"]);
    expect(texts(kept([at("1")], [line("no time"), at("2")]))).toEqual(["1", "no time", "2"]);
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

  it.each([
    ["one two one", "one", ["[one]", " two ", "[one]"]],
    ["abc", "x*", ["abc"]],
    ["abc", "", ["abc"]],
    ["", "a", []],
  ])("cuts %j at %j into what matches and what does not", (text, wanted, expected) => {
    const shown = pieces(text, [], pattern(wanted, true)).map((one) =>
      one.isMatch ? `[${one.text}]` : one.text,
    );
    expect(shown).toEqual(expected);
  });

  it("cuts a line where its colours change, too", () => {
    const red = { color: "red" };
    const runs = [
      { length: 2, style: red },
      { length: 2, style: null },
    ];
    expect(pieces("abcd", runs, pattern("bc", false))).toEqual([
      { text: "a", style: red, isMatch: false },
      { text: "b", style: red, isMatch: true },
      { text: "c", style: null, isMatch: true },
      { text: "d", style: null, isMatch: false },
    ]);
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
