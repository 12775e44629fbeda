/** @file Maximum of the logistic likelihood against mpmath, a closed form, and counts without a maximum. */
import { describe, expect, test } from "vitest";
import { logisticMaximum } from "../../../sim/experiments/logistic-likelihood.ts";
import { NotConverged } from "../../../theory/errors.ts";

const count = ([x, successes, trials]: readonly [number, number, number]) => ({ x, successes, trials });

describe("logisticMaximum", () => {
  test("unequal trials: zero of the score and inverse information by mpmath at 40 digits", () => {
    // findroot of Σ (k − n p) = Σ (k − n p) x = 0, and the inverse of Σ n p (1 − p) (1 x; x x²) there.
    const counts = (
      [
        [-2, 1, 40],
        [-1, 9, 50],
        [-0.5, 3, 7],
        [0.25, 22, 35],
        [1, 30, 33],
        [3, 20, 20],
      ] as const
    ).map(count);
    const fit = logisticMaximum(counts);
    expect(fit.intercept).toBeCloseTo(0.258883423894627, 12);
    expect(fit.slope).toBeCloseTo(1.8497111312410854, 12);
    expect(fit.interceptVariance).toBeCloseTo(0.051883405779311, 9);
    expect(fit.covariance).toBeCloseTo(0.015561782749213375, 9);
    expect(fit.slopeVariance).toBeCloseTo(0.06548730461444704, 9);
  });

  test("two places are fitted exactly: logits of their fractions, with the variance of two logits", () => {
    const fit = logisticMaximum([count([-1, 30, 100]), count([1, 240, 300])]);
    const [low, high] = [Math.log(3 / 7), Math.log(4)];
    expect(fit.intercept).toBeCloseTo((low + high) / 2, 10);
    expect(fit.slope).toBeCloseTo((high - low) / 2, 10);
    expect(fit.interceptVariance).toBeCloseTo((1 / 21 + 1 / 48) / 4, 9);
    expect(fit.slopeVariance).toBeCloseTo((1 / 21 + 1 / 48) / 4, 9);
    expect(fit.covariance).toBeCloseTo((1 / 48 - 1 / 21) / 4, 9);
  });

  test("a rise a millionth as wide as the places are apart is found", () => {
    const fit = logisticMaximum([
      count([-1, 0, 50]),
      count([-1e-6, 15, 50]),
      count([1e-6, 35, 50]),
      count([1, 50, 50]),
    ]);
    expect(fit.intercept).toBeCloseTo(0, 8);
    expect(fit.slope * 1e-6).toBeCloseTo(Math.log(7 / 3), 6);
  });

  test("counts that do not overlap have no maximum, with a prior they have", () => {
    const apart = [count([0, 0, 10]), count([1, 10, 10])];
    expect(() => logisticMaximum(apart)).toThrow(NotConverged);
    expect(() => logisticMaximum([count([0, 0, 10])])).toThrow(NotConverged);
    const { slope } = logisticMaximum(apart, { intercept: 1e-6, slope: 0.01 });
    expect(slope).toBeGreaterThan(5);
  });
});
