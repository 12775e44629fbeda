/** @file Numbers as a report prints them. */
import { expect, test } from "vitest";
import { quantityText, shown } from "../../../sim/figures/report-numbers.ts";

test.each([
  [0, "0"],
  [0.25, "0.25"],
  [-1.23456, "−1.235"],
  [123456, "123500"],
  [8.0164e-11, "8.016·10<sup>−11</sup>"],
  [-2.5e7, "−2.5·10<sup>7</sup>"],
  [NaN, "–"],
  [Infinity, "–"],
])("%d without an error: %s", (value, text) => {
  expect(shown(value)).toBe(text);
});

test.each([
  [{ value: 83657.626, error: 393.476 }, "83658 ± 393"],
  [{ value: 0.07284194, error: 0.0028355 }, "0.0728 ± 0.0028"],
  [{ value: -0.0098, error: 0.0568 }, "−0.010 ± 0.057"],
  [{ value: 0.0600992018829, error: 8.02e-11 }, "0.060099201883 ± 8·10<sup>−11</sup>"],
  [{ value: 31.7, error: 2.26, unit: "points" }, "31.7 ± 2.3 points"],
  [{ value: 0.6172, interval: [0.6125, 0.6226] as const }, "0.617 [0.613, 0.623]"],
  [
    { value: 0.07, interval: [0.06, 0.08] as const, intervalKind: "grid" as const, unit: "nats" },
    "0.070 [0.060, 0.080; grid] nats",
  ],
  [{ value: 1, interval: [1, 1] as const }, "1.0000 [1.0000, 1.0000]"],
  [{ value: 0.5, error: 0 }, "0.5"],
  [{ value: 0.5, error: NaN }, "0.5"],
  [{ value: 1e20, error: 1e18 }, "1·10<sup>20</sup>"],
  [{ value: NaN, error: 1 }, "–"],
  [null, "–"],
])("%o prints as %s", (quantity, text) => {
  expect(quantityText(quantity)).toBe(text);
});
