import { describe, expect, it } from "vitest";
import { ACTIONS, ERROR_CODES, STATES } from "../api/generated";
import en from "./en";
import { ago, bytes } from "./say";
import { preferred } from "./words";
import zh from "./zh-CN";

type Tree = { [key: string]: string | Tree };

function keys(tree: Tree, before = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[before + key, value] as [string, string]]
      : keys(value, `${before}${key}.`),
  );
}

// Chinese has one plural form
const PLURAL = /_(one|other)$/;
const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort().join();
const english = new Map(keys(en).map(([key, text]) => [key.replace(PLURAL, ""), text]));
const chinese = new Map(keys(zh).map(([key, text]) => [key.replace(PLURAL, ""), text]));

describe("words", () => {
  it("are there in both languages", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("take the same values in both languages", () => {
    for (const [key, text] of english) {
      expect(placeholders(chinese.get(key) ?? ""), key).toBe(placeholders(text));
    }
  });

  it("have both English plurals", () => {
    const forms = keys(en).map(([key]) => key);
    for (const key of forms.filter((one) => one.endsWith("_one"))) {
      expect(forms).toContain(key.replace(/_one$/, "_other"));
    }
  });

  it("are in Chinese where they say they are", () => {
    const same = [...chinese]
      .filter(([key, text]) => text === english.get(key))
      .map(([key]) => key);
    const names = ["add_host.with_image", "host.cpu", "host.docker", "nav.api"];
    expect(same.sort()).toEqual(names);
  });

  it("know every error of the server", () => {
    for (const code of ERROR_CODES) expect(Object.keys(en.error.code)).toContain(code);
  });

  it("know every state of what is shown", () => {
    for (const type of ["apiKey", "container", "host", "service", "stack"] as const) {
      for (const state of STATES[type]) expect(Object.keys(en.state)).toContain(state);
    }
  });

  it("name every verb that the server has for them", () => {
    for (const verb of ["start", "stop", "restart"]) expect(ACTIONS.container).toContain(verb);
    for (const verb of ["activate", "deactivate"]) expect(ACTIONS.service).toContain(verb);
  });
});

describe("the language", () => {
  it.each([
    ["zh-CN", ["en"], "zh-CN"],
    [null, ["zh-TW", "en"], "zh-CN"],
    [null, ["fr", "en-GB"], "en"],
    [null, [], "en"],
    ["xx", ["zh"], "zh-CN"],
  ])("chosen %s, spoken %j: %s", (kept, spoken, expected) => {
    expect(preferred(kept, spoken)).toBe(expected);
  });
});

describe("times and sizes", () => {
  it.each([
    [3, "3 sec. ago"],
    [120, "2 min. ago"],
    [7200, "2 hr. ago"],
    [86_400 * 2, "2 days ago"],
  ])("%i seconds are %s", (seconds, expected) => {
    expect(ago("en", 0, seconds * 1000)).toBe(expected);
  });

  it("never says that something is to come", () => {
    expect(ago("en", 500, 0)).toBe("now");
  });

  it("writes sizes as people read them", () => {
    expect(bytes("en", 8 * 1024 ** 3)).toBe("8 GiB");
    expect(bytes("en", 1536)).toBe("1.5 KiB");
  });
});
