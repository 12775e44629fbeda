/** @file Logistic thresholds and their extrapolation on data whose answer is known. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import {
  convergedWithin,
  extrapolate,
  extrapolationForms,
  fitLogistic,
  fitThreshold,
  scalingVariable,
} from "../../../sim/experiments/logistic.ts";
import type { ConvergenceTable } from "../../../sim/experiments/logistic.ts";

const grid = Array.from({ length: 15 }, (_, k) => 0.2 + 0.05 * k);
const logistic = (x: number, threshold: number, width: number) =>
  1 / (1 + Math.exp(-(x - threshold) / width));

/** Linear congruential indices: a stand-in for a stream, the statistics of which do not matter here. */
function indices(seed: number) {
  let state = seed;
  return {
    below: (n: number) => Math.floor(((state = (1103515245 * state + 12345) % 2147483648) / 2147483648) * n),
  };
}

describe("fitLogistic", () => {
  test("recovers threshold and width from exact fractions", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 0.8, noNaN: true }),
        fc.double({ min: 0.02, max: 0.2, noNaN: true }),
        (t, w) => {
          const fit = fitLogistic(
            grid,
            grid.map((x) => 1e6 * logistic(x, t, w)),
            1e6,
          );
          expect(fit?.selfCoupling).toBeCloseTo(t, 5);
          expect(fit?.width).toBeCloseTo(w, 4);
        },
      ),
    );
  });

  test("a jump from none to all puts the threshold between the two values", () => {
    const fit = fitLogistic(
      grid,
      grid.map((_, k) => (k < 7 ? 0 : 50)),
      50,
    );
    expect(fit?.selfCoupling).toBeGreaterThan(grid[6]);
    expect(fit?.selfCoupling).toBeLessThan(grid[7]);
    expect(fit?.width).toBeGreaterThan(0);
  });

  test("settles for any counts: 2,000 random tables, jumps and noise included", () => {
    const stream = indices(17);
    for (let table = 0; table < 2000; table++) {
      const samples = 1 + stream.below(1000);
      const counts = grid.map((_, k) =>
        table % 2 === 0 ? stream.below(samples + 1) : k < table % 15 ? 0 : samples,
      );
      const fit = fitLogistic(grid, counts, samples);
      if (fit !== null) expect(fit.width).toBeGreaterThan(0);
    }
  });

  test.each([
    ["none converged", () => 0],
    ["all converged", () => 50],
    ["falling", (k: number) => 50 - 3 * k],
  ])("%s: no threshold rather than a number", (_, count) => {
    expect(
      fitLogistic(
        grid,
        grid.map((_x, k) => count(k)),
        50,
      ),
    ).toBeNull();
  });
});

describe("fitThreshold", () => {
  /** Sample k converges at J_D ≥ threshold_k after 100 sweeps, at J_D ≥ threshold_k − 0.1 after 1000. */
  const table: ConvergenceTable = {
    selfCouplings: grid,
    times: Array.from({ length: 200 }, (_, k) => {
      const threshold = 0.55 + 0.06 * Math.log((k + 0.5) / (199.5 - k));
      return grid.map((x) => (x >= threshold ? 100 : x >= threshold - 0.1 ? 1000 : null));
    }),
  };

  test("a larger budget lowers the threshold, and the interval holds the known answer", () => {
    const short = fitThreshold(table, 100, indices(1));
    const long = fitThreshold(table, 1000, indices(1));
    for (const [fit, known] of [
      [short, 0.55],
      [long, 0.45],
    ] as const) {
      expect(fit).not.toBeNull();
      expect(fit!.low).toBeLessThan(known);
      expect(fit!.high).toBeGreaterThan(known);
      expect(fit!.high - fit!.low).toBeLessThan(0.06);
    }
    expect(short!.selfCoupling - long!.selfCoupling).toBeCloseTo(0.1, 2);
  });

  test("the same stream gives the same interval", () => {
    expect(fitThreshold(table, 100, indices(3))).toEqual(fitThreshold(table, 100, indices(3)));
  });

  test("counts respect the budget", () => {
    expect(convergedWithin(table, 99).every((count) => count === 0)).toBe(true);
    expect(convergedWithin(table, 1000, [0, 0, 199])[0]).toBe(2);
    expect(convergedWithin(table, 1000, [0, 0, 199])[14]).toBe(3);
  });
});

describe("extrapolate", () => {
  test.each(extrapolationForms)("%s: exact data give the limit, zero χ² and the textbook error", (form) => {
    const thresholds = [200, 400, 800, 1600].map((n) => ({
      n,
      selfCoupling: 0.9 - 1.7 * scalingVariable(form, n),
      standardError: 0.01,
    }));
    const fit = extrapolate(form, thresholds);
    expect(fit?.selfCoupling).toBeCloseTo(0.9, 10);
    expect(fit?.slope).toBeCloseTo(-1.7, 10);
    expect(fit?.chiSquared).toBeLessThan(1e-12);
    const x = thresholds.map(({ n }) => scalingVariable(form, n));
    const mean = x.reduce((a, b) => a + b) / 4;
    const spread = x.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    expect(fit?.standardError).toBeCloseTo(0.01 * Math.sqrt(1 / 4 + mean ** 2 / spread), 10);
  });

  test("two sizes are too few", () => {
    expect(
      extrapolate(
        "1/log N",
        [1, 2].map((n) => ({ n: 100 * n, selfCoupling: 0.3, standardError: 0.01 })),
      ),
    ).toBeNull();
  });
});
