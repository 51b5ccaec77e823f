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
  const batch = new Batch<number>(
    500,
    (items) => taken.push(items),
    () => Date.now(),
  );
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
