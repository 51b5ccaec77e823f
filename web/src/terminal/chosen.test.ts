import { describe, expect, it } from "vitest";
import { commandOf, keepSize, keptSize, LARGEST, SMALLEST, sizeIn } from "./chosen";

describe("a terminal", () => {
  it("finds a shell by itself, or runs the one that was chosen", () => {
    const [program, option, script] = commandOf("auto");
    expect([program, option]).toEqual(["/bin/sh", "-c"]);
    expect(script?.match(/\b(bash|ash|sh)\b/g)).toEqual(["bash", "ash", "sh"]);
    expect(commandOf("ash")).toEqual(["ash"]);
  });

  it.each([
    [null, 13],
    ["", 13],
    ["large", 13],
    ["13.5", 13],
    [String(SMALLEST - 1), 13],
    [String(LARGEST + 1), 13],
    [String(SMALLEST), SMALLEST],
    [String(LARGEST), LARGEST],
  ])("that kept the size %j has %d", (kept, size) => {
    expect(sizeIn(kept)).toBe(size);
  });

  it("has the size that was chosen before", () => {
    keepSize(17);
    expect(keptSize()).toBe(17);
  });
});
