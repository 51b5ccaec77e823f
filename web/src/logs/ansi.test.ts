import { describe, expect, it } from "vitest";
import { coloured } from "./ansi";

const ESC = "\x1b";

describe("a line of output", () => {
  it.each([
    [`${ESC}[31mred${ESC}[0m`, "red"],
    ["10 %\r20 %\r", "20 %"],
    [`${ESC}]0;title\x07x`, "x"],
    [`${ESC}[2K${ESC}[1Gdrawn`, "drawn"],
    ["<b>&amp;</b>", "<b>&amp;</b>"],
    ["", ""],
  ])("%j is shown as %j", (line, text) => {
    expect(coloured(line).text).toBe(text);
  });

  it.each([
    ["31", { color: "#ff8787" }],
    ["91", { color: "#ffa8a8" }],
    ["1;3;4", { fontWeight: 700, fontStyle: "italic", textDecoration: "underline" }],
    ["4;9", { textDecoration: "underline line-through" }],
    ["2", { opacity: 0.75 }],
    ["41", { color: "#10151a", backgroundColor: "#ff8787" }],
    ["7", { color: "#10151a", backgroundColor: "#dee2e6" }],
    ["31;7", { color: "#10151a", backgroundColor: "#ff8787" }],
    ["38;5;9", { color: "#ffa8a8" }],
    ["38;5;196", { color: "rgb(255, 0, 0)" }],
    ["38;5;255", { color: "rgb(238, 238, 238)" }],
    ["38;2;1;2;3;1", { color: "rgb(1, 2, 3)", fontWeight: 700 }],
    ["38:2:1:2:3", { color: "rgb(1, 2, 3)" }],
    ["31;39", null],
    ["1;31;0", null],
    ["", null],
    ["58", null],
  ])("looks after %s as it says", (codes, style) => {
    const { text, runs } = coloured(`a${ESC}[${codes}mb`);
    expect(text).toBe("ab");
    expect(runs).toEqual(
      style === null
        ? []
        : [
            { length: 1, style: null },
            { length: 1, style },
          ],
    );
  });

  it("that ends within a sequence shows what it has of it, and no more", () => {
    expect(coloured(`ok${ESC}[3`).text).toBe(`ok${ESC}[3`);
  });

  it("has runs that cover its text", () => {
    const { text, runs } = coloured(`a${ESC}[32mbc${ESC}[0md${ESC}[1m`);
    expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(text.length);
  });
});
