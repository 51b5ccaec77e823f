import { describe, expect, it } from "vitest";
import type { Resource } from "../api/generated";
import { countsOf, problemsOf, tonesOf } from "./problems";

const row = (id: string, state: string, transitioning = "no", why: string | null = null) =>
  ({ id, state, transitioning, transitioningMessage: why }) as unknown as Resource;

const ROWS = [
  row("well", "active"),
  row("rest", "stopped"),
  row("moves", "starting", "yes", "In Progress"),
  row("waits", "creating", "yes", "port 80 is in use on host h1"),
  row("lost", "reconnecting", "yes"),
  row("fails", "running", "error", "no such image"),
];

describe("an environment", () => {
  it("has its problems told, the most urgent first", () => {
    expect(problemsOf(ROWS).map((one) => one.id)).toEqual(["fails", "lost", "waits"]);
  });

  it("is counted by how things are", () => {
    expect(Object.fromEntries(countsOf(ROWS))).toEqual({
      green: 1,
      grey: 1,
      blue: 2,
      amber: 1,
      red: 1,
    });
  });

  it("is counted alike where the server did it by state", () => {
    const counted = { running: 4998, stopped: 1, active: 1, disconnected: 2, error: 3 };
    expect(Object.fromEntries(tonesOf(counted))).toEqual({
      green: 4999,
      grey: 1,
      amber: 2,
      red: 3,
    });
  });
});
