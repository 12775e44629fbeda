/** @file Error bars against closed forms, published intervals and exact laws. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { stream } from "../../sim/random.ts";
import {
  bootstrapInterval,
  mean,
  median,
  normalQuantile,
  quantile,
  standardError,
  wilsonInterval,
} from "../../sim/statistics.ts";
import { OutOfDomain } from "../../theory/errors.ts";

describe("normalQuantile", () => {
  // mpmath at 30 digits: sqrt(2)*erfinv(mpf(level)), level as the double that is written here.
  test.each([
    [0.01, 0.012533469508069264],
    [0.5, 0.6744897501960817],
    [0.9, 1.6448536269514729],
    [0.95, 1.9599639845400538],
    [0.99, 2.5758293035489004],
    [0.999999, 4.891638475692932],
  ])("level %d", (level, z) => {
    expect(normalQuantile(level) / z).toBeCloseTo(1, 10);
  });

  test("ends for every level, the last number below 1 too", () => {
    expect(normalQuantile(1 - 1e-9)).toBeCloseTo(6.109410209383449, 5);
    expect(normalQuantile(1 - 2 ** -53)).toBeGreaterThan(7.5);
    expect(normalQuantile(Number.MIN_VALUE)).toBeLessThan(1e-300);
  });

  test.each([0, 1, -0.1, NaN])("%d is no level", (level) => {
    expect(() => normalQuantile(level)).toThrow(OutOfDomain);
  });
});

describe("wilsonInterval", () => {
  // scipy 1: binomtest(k, n).proportion_ci(level, method="wilson"). The four that end a line with a comment are also printed,
  // to four digits, in table I of Newcombe, Stat. Med. 17, 857 (1998), method 3.
  test.each([
    [0, 10, 0.95, 0, 0.27753279986288926],
    [10, 10, 0.95, 0.7224672001371109, 1],
    [1, 10, 0.95, 0.017876213095072896, 0.4041500267952385],
    [7, 20, 0.95, 0.1811918241010821, 0.5671457233147637],
    [81, 263, 0.95, 0.2552885198782742, 0.36620957698280004], // 0.2553 to 0.3662
    [15, 148, 0.95, 0.06238639953073629, 0.16048724172330803], // 0.0624 to 0.1605
    [0, 20, 0.95, 0, 0.16112515805281935], // 0.0000 to 0.1611
    [1, 29, 0.95, 0.006113214292762667, 0.17175521879320282], // 0.0061 to 0.1718
    [50, 100, 0.99, 0.37527962504483986, 0.6247203749551602],
    [3, 7, 0.6826894921370859, 0.2623087779433162, 0.6126912220566838],
    [123456, 1000000, 0.999, 0.12237762384725606, 0.12454253017460803],
  ])("%d of %d at %d", (successes, trials, level, low, high) => {
    const interval = wilsonInterval(successes, trials, { level });
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  test("its ends are the p at which the count lies z standard errors off, and failures mirror successes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 0.9999, noNaN: true }),
        (trials, share, level) => {
          const successes = Math.round(share * trials);
          const { low, high } = wilsonInterval(successes, trials, { level });
          const mirrored = wilsonInterval(trials - successes, trials, { level });
          expect(mirrored.low).toBeCloseTo(1 - high, 12);
          expect(low).toBeLessThanOrEqual(successes / trials);
          expect(high).toBeGreaterThanOrEqual(successes / trials);
          expect(high).toBeGreaterThan(low);
          for (const p of [low, high]) {
            const squared = (successes / trials - p) ** 2;
            expect(squared).toBeCloseTo((normalQuantile(level) ** 2 * p * (1 - p)) / trials, 12);
          }
        },
      ),
    );
  });

  test.each([
    [0, 0],
    [3, 2],
    [-1, 2],
    [0.5, 2],
    [NaN, 2],
  ])("%d of %d is refused", (successes, trials) => {
    expect(() => wilsonInterval(successes, trials)).toThrow(OutOfDomain);
  });
});

describe("mean, median, quantile, standard error", () => {
  test("hand-computed values", () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(standardError([1, 2, 6])).toBeCloseTo(Math.sqrt(14 / 2 / 3), 14);
    expect(standardError([5])).toBeNull();
    expect(median([9, 1, 4])).toBe(4);
    expect(median([9, 1, 4, 10])).toBe(6.5);
    // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.9, 1])
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantile([1, 2, 4, 8], p))).toEqual([
      1,
      expect.closeTo(1.3, 12),
      3,
      expect.closeTo(6.8, 12),
      8,
    ]);
  });

  test("nothing has no mean, median or quantile", () => {
    for (const value of [() => mean([]), () => median([]), () => quantile([], 0.5), () => quantile([1], 1.1)])
      expect(value).toThrow(OutOfDomain);
  });
});

describe("bootstrapInterval", () => {
  const coins = (successes: number, trials: number) =>
    Array.from({ length: trials }, (_, k) => (k < successes ? 1 : 0));

  test("the mean of 30 successes in 100: quantiles of Binomial(100, 0.3)", () => {
    // scipy.stats.binom(100, 0.3): P(≤ 20) = 0.01646, P(≤ 21) = 0.02883, P(≤ 38) = 0.96602, P(≤ 39) = 0.97901. With 20,000
    // resamples the fractions 0.025 and 0.975 are 4 standard errors (0.0011) inside these steps at least.
    const interval = bootstrapInterval(coins(30, 100), mean, stream(1, "test"), { resamples: 20000 });
    expect(interval).toEqual({ low: 0.21, high: 0.39 });
  });

  test("holds the mean of exponential values as often as theory has it", () => {
    // 1,000 sets of 30 values, 200 resamples, seed 2. numpy, 40,000 such sets: 0.9086 (standard error 0.0014), less than 0.95
    // since the law is skew and the values few. Four standard errors of 1,000 sets: 0.0365.
    const [values, resamples] = [stream(2, "values"), stream(2, "resamples")];
    let hits = 0;
    for (let set = 0; set < 1000; set++) {
      const sample = Array.from({ length: 30 }, () => -Math.log(values.uniform()));
      const { low, high } = bootstrapInterval(sample, mean, resamples, { resamples: 200 })!;
      if (low <= 1 && 1 <= high) hits++;
    }
    expect(Math.abs(hits / 1000 - 0.9086)).toBeLessThan(0.0365);
  });

  test("the same stream gives the same interval; a wider level holds a narrower one", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const at = (level: number) => bootstrapInterval(values, median, stream(3, "test"), { level })!;
    expect(at(0.9)).toEqual(at(0.9));
    expect(at(0.99).low).toBeLessThanOrEqual(at(0.5).low);
    expect(at(0.99).high).toBeGreaterThanOrEqual(at(0.5).high);
  });

  test("a single value says nothing; a statistic that most resamples lack has no interval", () => {
    expect(bootstrapInterval([1], mean, stream(4, "test"))).toBeNull();
    const rarely = (values: readonly number[]) => (values[0] === 1 ? 1 : null);
    expect(bootstrapInterval([1, 2, 3, 4], rarely, stream(4, "test"))).toBeNull();
    const mostly = (values: readonly number[]) => (values[0] === 1 ? null : 7);
    expect(bootstrapInterval([1, 2, 3, 4], mostly, stream(4, "test"))).toEqual({ low: 7, high: 7 });
  });

  test("levels and resamples are checked", () => {
    expect(() => bootstrapInterval([1, 2], mean, stream(5, "test"), { level: 1 })).toThrow(OutOfDomain);
    expect(() => bootstrapInterval([1, 2], mean, stream(5, "test"), { resamples: 1 })).toThrow(OutOfDomain);
  });
});
