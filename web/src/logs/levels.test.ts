import { describe, expect, it } from "vitest";
import { fromLevel, type Level, levelOf, pretty } from "./levels";

describe("the level of a line", () => {
  it.each([
    ["2026-11-25 ERROR no such file", "error"],
    ["[warn] slow", "warn"],
    ["INFO: started", "info"],
    ["level=debug msg=error", "debug"],
    ['{"level":"warning","msg":"an error"}', "warn"],
    ['{"severity": "CRITICAL"}', "error"],
    ["panic: nil", "error"],
    ["terror and information desk", null],
    ["hello", null],
  ])("of %j is %s", (text, level) => {
    expect(levelOf(text)).toBe(level);
  });
});

describe("lines from a level on", () => {
  const line = (text: string, source = "a") => ({ text, source, level: levelOf(text) });

  it("are those that are as grave, with what is indented below them", () => {
    const lines = [
      line("INFO a"),
      line("  of info"),
      line("ERROR b"),
      line("WARN other's", "b"),
      line("  at f()"),
      line("plain"),
    ];
    const texts = (least: Level | "") => fromLevel(lines, least).map(({ text }) => text);
    expect(texts("error")).toEqual(["ERROR b", "  at f()"]);
    expect(texts("warn")).toEqual(["ERROR b", "WARN other's", "  at f()"]);
    expect(texts("")).toHaveLength(6);
  });
});

describe("JSON", () => {
  it.each([
    ['{"a":1}', '{\n  "a": 1\n}'],
    ["[1]", "[\n  1\n]"],
    ["{not", null],
    ["12", null],
  ])("%j is shown as %j", (text, shown) => {
    expect(pretty(text)).toBe(shown);
  });
});
