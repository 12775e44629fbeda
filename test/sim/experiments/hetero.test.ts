/** @file Hetero-association: the search for the capacity, line fits against closed forms, and training on pairs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { randomPairs } from "../../../sim/data/patterns.ts";
import {
  defaultHeteroSettings,
  heteroExperiment,
  heteroMargin,
  heteroSetup,
  runTask,
  trainPairs,
} from "../../../sim/experiments/hetero.ts";
import type { HeteroParameters } from "../../../sim/experiments/hetero.ts";
import {
  fitLine,
  heteroCapacities,
  heteroSlopes,
  meetsCriterion,
  recallCriteria,
  searchCapacity,
} from "../../../sim/experiments/hetero-capacity.ts";
import type { HeteroRow } from "../../../sim/experiments/learning-rows.ts";

describe("searchCapacity", () => {
  test("finds any threshold from any start, to the pair, trying no P twice", async () => {
    const cases = fc.record({
      most: fc.integer({ min: 1, max: 300 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      start: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ most, share, start }) => {
        const threshold = Math.round(share * most);
        const first = Math.max(1, Math.round(start * most));
        const tried: number[] = [];
        const recalls = (pairs: number): boolean => {
          tried.push(pairs);
          return pairs <= threshold;
        };
        expect(await searchCapacity(recalls, { first, most })).toBe(threshold);
        expect(new Set(tried).size).toBe(tried.length);
        expect(tried.every((pairs) => pairs >= 1 && pairs <= most)).toBe(true);
        expect(tried.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(most + 1)) + 2);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("with a resolution of 10 % ends at most that far below the threshold, after fewer trials", async () => {
    for (const threshold of [40, 137, 990]) {
      let trials = 0;
      const recalls = (pairs: number): boolean => {
        trials++;
        return pairs <= threshold;
      };
      const found = await searchCapacity(recalls, { first: 10, most: 1000, resolution: 0.1 });
      expect(found).toBeLessThanOrEqual(threshold);
      expect(found).toBeGreaterThan(threshold / 1.1 - 1);
      expect(trials).toBeLessThan(13);
    }
  });

  test.each([
    ["first beyond most", { first: 5, most: 4 }],
    ["first 0", { first: 0, most: 4 }],
    ["no range", { first: 1, most: 0 }],
    ["a broken number", { first: NaN, most: 4 }],
  ])("%s is refused", async (_, range) => {
    await expect(searchCapacity(() => true, range)).rejects.toThrow(OutOfDomain);
  });
});

describe("fitLine", () => {
  test("points on a line give it back, with the standard error of the weights", () => {
    const x = [50, 100, 200];
    const errors = [1, 2, 4];
    const fit = fitLine(x.map((n, k) => ({ x: n, y: 3 + 0.38 * n, standardError: errors[k] })));
    expect(fit.slope).toBeCloseTo(0.38, 12);
    expect(fit.intercept).toBeCloseTo(3, 10);
    // Weights 1, 1/4, 1/16; x̄ = (50 + 25 + 12.5)/1.3125 = 200/3; Σ w (x − x̄)² = 277.78 + 277.78 + 1111.11 = 5000/3.
    expect(fit.standardError).toBeCloseTo(1 / Math.sqrt(5000 / 3), 12);
  });

  test("scatter beyond the errors widens the standard error by √(χ²/dof)", () => {
    // y = 0, 3, 0 at x = −1, 0, 1: slope 0, mean 1, χ² = (1 + 4 + 1)/0.5² = 24, dof 1, Σ w x² = 8.
    const points = [0, 3, 0].map((y, k) => ({ x: k - 1, y, standardError: 0.5 }));
    expect(fitLine(points).standardError).toBeCloseTo(Math.sqrt(24 / 8), 12);
  });

  test("without standard errors: the residuals tell with three points, nothing does with two", () => {
    const points = [0, 3, 0].map((y, k) => ({ x: k - 1, y, standardError: null }));
    expect(fitLine(points).standardError).toBeCloseTo(Math.sqrt(6 / 2), 12);
    expect(fitLine(points.slice(1))).toEqual({ slope: -3, intercept: 3, standardError: null });
  });

  test("one x is no line", () => {
    const points = [1, 2].map((y) => ({ x: 5, y, standardError: 1 }));
    expect(() => fitLine(points)).toThrow(/two different x/);
  });
});

/** Rows of a search that met its criterion up to the first P and failed from the second on. */
const searched = (layers: number, n: number, seed: number, met: number, failed: number): HeteroRow[] =>
  [
    { pairs: met, recalled: 1, meanOverlap: 1, epochs: 5 },
    { pairs: failed, recalled: 0.2, meanOverlap: 0.5, epochs: null },
  ].map((row) => ({ status: "ok", layers, n, seed, load: row.pairs / n, ...row }));

describe("capacities and slopes from rows", () => {
  // Capacities 8, 10, 12 at N = 50 (variance 4) and 20, 20, 20 at N = 100 (only rounding is left).
  const rows = [
    ...[8, 10, 12].flatMap((capacity, seed) => searched(3, 50, seed, capacity, capacity + 1)),
    ...[20, 20, 20].flatMap((capacity, seed) => searched(3, 100, seed, capacity, 2 * capacity)),
  ];

  test("mean, standard error with the variance 1/12 of rounding, slope of the two means", () => {
    const capacities = heteroCapacities(rows, "all-pairs");
    expect(capacities.map(({ layers, n, capacity, samples }) => [layers, n, capacity, samples])).toEqual([
      [3, 50, 10, 3],
      [3, 100, 20, 3],
    ]);
    const errors = [Math.sqrt((4 + 1 / 12) / 3), Math.sqrt(1 / 36)];
    expect(capacities[0].standardError).toBeCloseTo(errors[0], 12);
    expect(capacities[1].standardError).toBeCloseTo(errors[1], 12);
    const [slope] = heteroSlopes(capacities);
    expect(slope).toMatchObject({ status: "ok", layers: 3 });
    expect(slope.slope).toBeCloseTo(0.2, 12);
    expect(slope.intercept).toBeCloseTo(0, 10);
    expect(slope.standardError).toBeCloseTo(Math.hypot(...errors) / 50, 12);
  });

  test("one sample has no standard error, one size no slope, a missing part neither", () => {
    const single = heteroCapacities(searched(2, 40, 1, 5, 6), "mean-overlap");
    expect(single[0]).toMatchObject({ status: "ok", capacity: 5, standardError: null, samples: 1 });
    expect(heteroSlopes(single)).toEqual([
      { status: "no-solution", layers: 2, slope: null, standardError: null, intercept: null },
    ]);
    const stopped = heteroCapacities([...rows, { ...rows[0], status: "unstarted" }], "mean-overlap");
    expect(stopped[0]).toMatchObject({ status: "unstarted", capacity: null, standardError: null });
    expect(heteroSlopes(stopped)[0]).toMatchObject({ status: "unstarted", slope: null });
  });

  test("a network that recalls nothing has capacity 0", () => {
    const [, failed] = searched(1, 40, 1, 1, 1);
    expect(heteroCapacities([failed], "most-pairs")[0].capacity).toBe(0);
  });

  test("criteria, at their edges", () => {
    const met = (recalled: number, meanOverlap: number) =>
      recallCriteria.filter((name) => meetsCriterion(name, { recalled, meanOverlap }));
    expect(met(1, 1)).toEqual(recallCriteria);
    expect(met(0.9, 0.89)).toEqual(["most-pairs", "half-pairs"]);
    expect(met(0.5, 0.9)).toEqual(["mean-overlap", "half-pairs"]);
    expect(met(0.49, 0.89)).toEqual([]);
  });
});

describe("training", () => {
  const settings = defaultHeteroSettings;
  const train = (layers: number, n: number, pairs: number, seed: number, changed = {}) =>
    trainPairs({
      layers,
      pairs: randomPairs({ n, pairs, seed }),
      settings: { ...settings, ...changed },
      criterion: "all-pairs",
      epochs: 40,
      seed,
    });

  test("one layer of 20 neurons recalls one pair every time when the input weights learn too (20 seeds)", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const recall = await train(1, 20, 1, seed, { inputRate: 0.1, rate: 0.1 });
      expect(recall).toMatchObject({ recalled: 1, meanOverlap: 1 });
      expect(recall.epochs).not.toBeNull();
    }
  });

  test("seven layers of 64 neurons recall nearly all of 6 pairs (5 seeds); nothing learned, nothing recalled", async () => {
    let recalled = 0;
    for (let seed = 1; seed <= 5; seed++) recalled += (await train(7, 64, 6, seed)).recalled / 5;
    expect(recalled).toBeGreaterThan(0.8);
    const untaught = await train(7, 64, 6, 3, { rate: 0 });
    expect(untaught).toMatchObject({ recalled: 0, epochs: null });
    // An overlap of independent patterns has variance 1/N.
    expect(Math.abs(untaught.meanOverlap)).toBeLessThan(4 / Math.sqrt(6 * 64));
  });

  test("the margin falls with depth unless it is given", () => {
    expect([1, 2, 3].map(heteroMargin)).toEqual([2.45, 2.45, 0.95]);
    expect(heteroSetup({ layers: 3, n: 10 }, settings).rule.margin).toBe(0.95);
    expect(heteroSetup({ layers: 3, n: 10 }, { ...settings, margin: -1 }).rule.margin).toBe(-1);
  });

  test("layers without bonds, too few sweeps, a single neuron: refused in words", () => {
    const setup = (changed: object, layers = 3, n = 10) =>
      heteroSetup({ layers, n }, { ...settings, ...changed });
    expect(() => setup({ layerCoupling: 0 })).toThrow(/cut off from the input/);
    expect(() => setup({ sweepsPerLayer: 0 })).toThrow(/sweeps/);
    expect(() => setup({ margin: NaN })).toThrow(/margin/);
    expect(() => setup({}, 3, 1)).toThrow(OutOfDomain);
  });
});

describe("experiment", () => {
  const parameters: HeteroParameters = {
    layers: [1, 3],
    sizes: [32],
    samples: 2,
    criterion: "mean-overlap",
    epochs: 20,
    settings: defaultHeteroSettings,
  };

  test("a task for each network; the same task gives the same rows, P ascending; samples differ", async () => {
    const tasks = heteroExperiment.tasks(parameters, 4);
    expect(tasks).toHaveLength(4);
    const first = await runTask(tasks[2]);
    expect(await runTask(tasks[2])).toEqual(first);
    const second = await runTask(tasks[3]);
    expect(first.map(({ seed }) => seed)).toEqual(first.map(() => 4));
    expect(second.map(({ seed }) => seed)).toEqual(second.map(() => 5));
    const pairs = first.map((row) => row.pairs);
    expect(pairs).toEqual([...new Set(pairs)].sort((a, b) => a - b));
    for (const row of first) {
      expect(row).toMatchObject({ status: "ok", layers: 3, n: 32, load: row.pairs / 32 });
      expect(row.epochs !== null).toBe(meetsCriterion("mean-overlap", row));
    }
  });

  // A decay of 100 multiplies the couplings of 20 neurons by 1 − 0.1·100/√20 = −1.24 in each update: 10³⁸ after some
  // 420 of them. One pair is recalled by then, two are not. A decay of 1000, −21.4: after 30.
  const wild = (n: number, decay: number): HeteroParameters => ({
    ...{ ...parameters, layers: [1], sizes: [n], samples: 1, epochs: 500 },
    settings: { ...defaultHeteroSettings, rate: 0.1, inputRate: 0.1, decay },
  });

  test("numbers of pairs whose training diverges count as not recalled, and are searched below", async () => {
    const rows = await runTask(heteroExperiment.tasks(wild(20, 100), 1)[0]);
    expect(rows.map(({ pairs, status }) => [pairs, status])).toEqual([
      [1, "ok"],
      [2, "not-converged"],
    ]);
    expect(rows[0].meanOverlap).toBeGreaterThan(0.9);
    expect(rows[1]).toMatchObject({ recalled: 0, meanOverlap: 0, epochs: null });
    const none = await runTask(heteroExperiment.tasks(wild(40, 1000), 1)[0]);
    expect(none.map(({ pairs, status }) => [pairs, status])).toEqual([
      [1, "not-converged"],
      [2, "not-converged"],
    ]);
    const capacities = heteroCapacities([...rows, ...none], "mean-overlap");
    expect(capacities).toMatchObject([
      { status: "not-converged", n: 20, capacity: 1, samples: 1 },
      { status: "not-converged", n: 40, capacity: 0, samples: 1 },
    ]);
    expect(heteroSlopes(capacities)).toMatchObject([{ status: "not-converged", slope: null }]);
    const missing = heteroExperiment.collect(wild(20, 100), 1, () => undefined);
    expect(heteroCapacities([...rows, ...missing], "mean-overlap")).toMatchObject([
      { status: "not-converged", capacity: null },
    ]);
  });

  test("tasks that did not run give rows unstarted", () => {
    const rows = heteroExperiment.collect(parameters, 4, () => undefined);
    expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "unstarted"));
  });

  test("deeper and larger networks are expected to take longer", () => {
    const cost = (layers: number, n: number) =>
      heteroExperiment.cost(heteroExperiment.tasks({ ...parameters, layers: [layers], sizes: [n] }, 1)[0]);
    expect(cost(2, 100) / cost(1, 100)).toBeCloseTo(2, 10);
    expect(cost(1, 200) / cost(1, 100)).toBeCloseTo(8, 10);
  });
});
