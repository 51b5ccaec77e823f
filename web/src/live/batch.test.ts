import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Batch } from "./batch";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("takes the first at once and the rest at most twice a second", () => {
  const taken: number[][] = [];
  const batch = new Batch<number>(500, (items) => taken.push(items), { now: () => Date.now() });
  batch.add([1]);
  vi.advanceTimersByTime(0);
  expect(taken).toEqual([[1]]);
  for (let i = 2; i <= 11; i++) {
    vi.advanceTimersByTime(100);
    batch.add([i]);
  }
  expect(taken.length).toBeLessThanOrEqual(3);
  vi.advanceTimersByTime(500);
  expect(taken.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it("keeps the last word of each", () => {
  const taken: string[][] = [];
  const batch = new Batch<string>(500, (items) => taken.push(items), {
    keyOf: (item) => item.slice(0, 1),
    now: () => Date.now(),
  });
  batch.add(["a1", "b1", "a2"]);
  vi.advanceTimersByTime(0);
  expect(taken).toEqual([["a2", "b1"]]);
});
