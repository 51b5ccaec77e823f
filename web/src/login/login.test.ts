import { expect, it } from "vitest";
import { target } from "./target";

it.each([
  ["/env/1a5/hosts?q=x", "/env/1a5/hosts?q=x"],
  [null, "/"],
  ["https://evil.example", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
])("after logging in, %s leads to %s", (to, expected) => {
  expect(target(to)).toBe(expected);
});
