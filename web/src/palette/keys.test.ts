import { describe, expect, it } from "vitest";
import en from "../words/en";
import { fits, NOTHING, type Pending, pressed, SHORTCUTS } from "./keys";

/** What keys that follow each other so fast come to. */
function typed(keys: string, gap = 100): string[] {
  let pending: Pending = NOTHING;
  let now = 1000;
  const found: string[] = [];
  for (const key of keys.split(" ")) {
    now += gap;
    const step = pressed(pending, key, now);
    pending = step.pending;
    if (step.command) found.push(step.command);
  }
  return found;
}

describe("keys", () => {
  it.each([
    ["/", ["search"]],
    ["j j k x", ["next", "next", "previous", "select"]],
    ["g h", ["go_hosts"]],
    ["g g h", ["go_hosts"]],
    ["g z", []],
    ["g j", ["next"]],
    ["z", []],
    ["h", []],
  ])("%s", (keys, expected) => {
    expect(typed(keys)).toEqual(expected);
  });

  it("belong together for a second only", () => {
    expect(typed("g h", 1100)).toEqual([]);
  });

  it("mean one thing each, and none is the beginning of another", () => {
    const all = SHORTCUTS.map(([keys]) => keys);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((one) => all.some((other) => other.startsWith(`${one} `)))).toEqual([]);
  });

  it("are explained", () => {
    for (const [, command] of SHORTCUTS) {
      expect(Object.keys(en.palette.commands)).toContain(command);
    }
  });
});

describe("what is looked for", () => {
  it.each([
    ["Go to hosts", "hosts go", true],
    ["Go to hosts", "HOST", true],
    ["Go to hosts", "", true],
    ["Go to hosts", "stack", false],
  ])("%s by %s", (text, query, expected) => {
    expect(fits(text, query)).toBe(expected);
  });
});
