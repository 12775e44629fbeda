/** @file Searches for thresholds on coins whose threshold is known. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { bisectionStep } from "../../../sim/experiments/adaptive-bisection.ts";
import { askedValue, sharedOut } from "../../../sim/experiments/adaptive-step.ts";
import { thresholdStep } from "../../../sim/experiments/adaptive-threshold.ts";
import { laws, searchCoins, usualSettings } from "./adaptive-coins.ts";

/** Thresholds spread over the middle of the range, so that none is special. */
const thresholdOf = (k: number): number => 0.2 + 0.6 * ((k * 0.618034) % 1);

const logit = (p: number): number => Math.log(p / (1 - p));

/** Searches at `searches` thresholds with seeds 1, 2, … and what their errors were, in stated standard errors. */
function manySearches(
  searches: number,
  law: (t: number) => number,
  { width, error, probability = 0.5 }: { width: number; error: number; probability?: number },
) {
  const found = Array.from({ length: searches }, (_, k) => {
    const settings = { ...usualSettings, error, probability };
    const centre = thresholdOf(k);
    const search = searchCoins(thresholdStep, (x) => law((x - centre) / width), settings, k + 1);
    return { ...search, known: centre };
  });
  const average = (valueOf: (one: (typeof found)[number]) => number) =>
    found.reduce((sum, one) => sum + valueOf(one), 0) / searches;
  return { found, average };
}

describe("threshold search", () => {
  test("400 logistic searches: right on average, errors as large as stated, samples near the optimum", () => {
    const width = 0.03;
    const error = 0.003;
    const { found, average } = manySearches(400, laws.logistic, { width, error });
    for (const { status, value, standardError, known, samples, largestRound } of found) {
      expect(status).toBe("ok");
      // Of 400 normal errors none is beyond 4.5 standard errors, but for a chance of 0.003.
      expect(Math.abs(value! - known)).toBeLessThan(4.5 * standardError!);
      expect(standardError).toBeLessThanOrEqual(error);
      expect(samples).toBeLessThan(2000);
      expect(largestRound).toBeLessThanOrEqual(200);
    }
    const score = average(({ value, known, standardError }) => (value! - known) / standardError!);
    expect(Math.abs(score)).toBeLessThan(4 / Math.sqrt(400));
    // Mean square of the error: that asked for, with the scatter √(2/400) of a mean of 400 squares.
    const square = average(({ value, known }) => (value! - known) ** 2) / error ** 2;
    expect(square).toBeLessThan(1 + 4 * Math.sqrt(2 / 400));
    expect(square).toBeGreaterThan(0.7 - 4 * Math.sqrt(2 / 400));
    // 95 % intervals hold it; those that stop on a narrow fit are a little short. Four standard errors: 0.044.
    const coverage = average(({ low, high, known }) => (low! <= known && known <= high! ? 1 : 0));
    expect(coverage).toBeGreaterThan(0.95 - 0.02 - 0.044);
    expect(coverage).toBeLessThan(0.95 + 0.044);
    // With width and threshold known beforehand, 4 w²/error² = 400 samples at the threshold are enough.
    expect(average(({ samples }) => samples)).toBeGreaterThan(400);
    expect(average(({ samples }) => samples)).toBeLessThan(1.5 * 400);
  });

  test.each([0.05, 0.25, 0.8])("finds where P is %d", (probability) => {
    const width = 0.03;
    const { average, found } = manySearches(100, laws.logistic, { width, error: 0.004, probability });
    expect(found.every(({ status }) => status === "ok")).toBe(true);
    const shift = width * logit(probability);
    const score = average(({ value, known, standardError }) => (value! - known - shift) / standardError!);
    // Maximum likelihood is biased by a part of its error away from p = 1/2; 0.2 leaves room for it.
    expect(Math.abs(score)).toBeLessThan(0.2 + 4 / Math.sqrt(100));
  });

  test("a law as skew as 1 − exp(−eˣ) shifts the threshold by half of the error asked for, not more", () => {
    for (const error of [0.003, 0.0015]) {
      const { average, found } = manySearches(200, laws.skew, { width: 0.03, error });
      expect(found.every(({ status }) => status === "ok")).toBe(true);
      const score = average(({ value, known }) => (value! - known) / error);
      expect(Math.abs(score)).toBeLessThan(0.5 + 4 / Math.sqrt(200));
      const square = average(({ value, known }) => ((value! - known) / error) ** 2);
      expect(square).toBeLessThan(1.25 + 4 * Math.sqrt((2 * 1.25 ** 2) / 200));
    }
  });

  test("a hundredth of wrong outcomes everywhere does no harm", () => {
    const { average } = manySearches(100, laws.blurred, { width: 0.03, error: 0.003 });
    expect(Math.abs(average(({ value, known }) => (value! - known) / 0.003))).toBeLessThan(0.4);
  });

  test.each([
    ["a step", laws.step, 0.03],
    ["a rise much narrower than the error", laws.logistic, 0.0002],
  ])("%s: bracketed, without a width of its own", (_, law, width) => {
    const { found } = manySearches(50, law, { width, error: 0.003 });
    for (const { status, value, known, standardError, samples } of found) {
      expect(status).toBe("ok");
      expect(standardError).toBeLessThanOrEqual(0.003);
      expect(Math.abs(value! - known)).toBeLessThan(4 * 0.003);
      expect(samples).toBeLessThan(600);
    }
  });

  test.each([
    ["nothing succeeds", () => 0],
    ["everything succeeds", () => 1],
    ["little succeeds", () => 0.1],
    ["most succeeds", () => 0.95],
    ["the threshold lies below the range", (x: number) => laws.logistic((x + 1) / 0.3)],
  ])("%s: no solution, after few samples", (_, probabilityAt) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { status, value, samples } = searchCoins(thresholdStep, probabilityAt, usualSettings, seed);
      expect([status, value]).toEqual(["no-solution", null]);
      expect(samples).toBeLessThan(1500);
    }
  });

  test("samples used up: what was found, as not converged", () => {
    const settings = { ...usualSettings, mostSamples: 300 };
    const search = searchCoins(thresholdStep, (x) => laws.logistic((x - 0.4) / 0.05), settings, 1);
    expect(search).toMatchObject({ status: "not-converged", samples: 300 });
    expect(search.standardError).toBeGreaterThan(settings.error);
    expect(Math.abs(search.value! - 0.4)).toBeLessThan(4 * search.standardError!);
  });

  test("ends within its samples whatever the outcomes, with numbers or none", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 4, max: 600 }),
        fc.constantFrom(thresholdStep, bisectionStep),
        (heights, samplesPerRound, mostSamples, stepOf) => {
          const settings = { ...usualSettings, error: 0.01, samplesPerRound, mostSamples };
          const at = (x: number) => heights[Math.min(heights.length - 1, Math.floor(x * heights.length))]!;
          const { status, samples, value, low, high } = searchCoins(stepOf, at, settings, 7);
          expect(samples).toBeLessThanOrEqual(mostSamples);
          expect(["ok", "no-solution", "not-converged"]).toContain(status);
          for (const number of [value, low, high]) expect(Number.isNaN(number)).toBe(false);
          if (status === "ok") expect(low! <= value! && value! <= high!).toBe(true);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });
});

describe("bisection", () => {
  test("100 brackets: as narrow as asked for, and they hold the threshold", () => {
    let held = 0;
    for (let k = 0; k < 100; k++) {
      const settings = { ...usualSettings, error: 0.02, mostSamples: 100_000 };
      const known = thresholdOf(k);
      const probabilityAt = (x: number) => laws.skew((x - known) / 0.02);
      const { status, low, high, standardError } = searchCoins(bisectionStep, probabilityAt, settings, k + 1);
      expect([status, standardError]).toEqual(["ok", null]);
      expect(high! - low!).toBeLessThanOrEqual(0.02);
      if (low! <= known && known <= high!) held++;
    }
    // At least 95 % by the level; four standard errors: 0.087.
    expect(held / 100).toBeGreaterThan(0.95 - 0.087);
  });

  test.each([
    ["nothing succeeds", () => 0],
    ["everything succeeds", () => 1],
  ])("%s: no solution", (_, probabilityAt) => {
    const search = searchCoins(bisectionStep, probabilityAt, usualSettings, 1);
    expect(search).toMatchObject({ status: "no-solution", value: null, rounds: 1 });
  });

  test("no decision within the samples: the bracket so far, as not converged", () => {
    const settings = { ...usualSettings, error: 0.01, mostSamples: 2000 };
    const search = searchCoins(bisectionStep, (x) => laws.logistic((x - 0.5) / 0.1), settings, 1);
    expect(search).toMatchObject({ status: "not-converged", low: 0, high: 1 });
    expect(search.samples).toBeGreaterThan(2000 - 3);
  });
});

describe("rounds", () => {
  test("values are rounded to a tenth of the error or finer, and stay inside the range", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (value, error) => {
          const asked = askedValue({ ...usualSettings, error }, value);
          expect(Math.abs(asked - Math.min(1, Math.max(0, value)))).toBeLessThanOrEqual(0.05 * error + 1e-15);
          // A value that differs in the last digits is the same task.
          expect(String(asked).length).toBeLessThan(12);
        },
      ),
    );
  });

  test("samples are shared out without loss", () => {
    expect(sharedOut([0.1, 0.2, 0.3], 8)).toEqual([
      { value: 0.1, samples: 3 },
      { value: 0.2, samples: 3 },
      { value: 0.3, samples: 2 },
    ]);
    expect(sharedOut([0.1, 0.1], 5)).toEqual([{ value: 0.1, samples: 5 }]);
    expect(sharedOut([0.1, 0.2], 1)).toEqual([{ value: 0.1, samples: 1 }]);
    expect(sharedOut([0.1], 0)).toEqual([]);
  });
});
