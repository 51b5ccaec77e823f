import { describe, expect, it } from "vitest";
import type { Container } from "../api/generated";
import { whysOf } from "./why";

const container = (name: string, message: string | null) =>
  ({ name, transitioningMessage: message }) as Container;

describe("why a service is not as it is wanted", () => {
  it("is said once a reason, the most frequent first", () => {
    const found = whysOf([
      container("a", "port 80 is in use"),
      container("b", "no host has label disk=ssd"),
      container("c", null),
      container("d", "no host has label disk=ssd"),
      container("e", "In Progress"),
    ]);
    expect(found.map(({ reason, containers }) => [reason, containers.map((c) => c.name)])).toEqual([
      ["no host has label disk=ssd", ["b", "d"]],
      ["port 80 is in use", ["a"]],
    ]);
  });
});
