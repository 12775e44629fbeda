/** @file Calls that come too often. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { throttled } from "../../../sim/explorer/throttle.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("the first call runs at once, later ones at most once an interval, the last one always", () => {
  const seen: number[] = [];
  const call = throttled((value: number) => seen.push(value), 100);
  call(1);
  call(2);
  call(3);
  expect(seen).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([1, 3]);
  call(4);
  vi.advanceTimersByTime(99);
  expect(seen).toEqual([1, 3]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([1, 3, 4]);
  vi.advanceTimersByTime(1000);
  call(5);
  expect(seen).toEqual([1, 3, 4, 5]);
});
