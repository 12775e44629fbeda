/** @file Dynamics and enumeration of ensembles: keys of old tasks, rows and thresholds per ensemble, exact means. */
import { describe, expect, test } from "vitest";
import {
  accessibilityExperiment,
  accessibilityRows,
  accessThresholds,
  extrapolationRows,
  runTask as runDynamics,
} from "../../../sim/experiments/accessibility.ts";
import type { AccessibilityParameters, SampleRow } from "../../../sim/experiments/accessibility.ts";
import {
  expectedEnsembleCount,
  expectedEnsemblePairs,
} from "../../../sim/experiments/ensemble-expectations.ts";
import { distinguishingFields } from "../../../sim/experiments/ensemble-fields.ts";
import {
  entropyCheckExperiment,
  entropyCheckRows,
  runTask as runEnumeration,
} from "../../../sim/experiments/entropy-check.ts";
import type { EntropyCheckParameters } from "../../../sim/experiments/entropy-check.ts";
import type { EntropyCheckRow } from "../../../sim/experiments/rows.ts";
import { sweepExperiments } from "../../../sim/experiments/sweeps/index.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

const dynamics = (parameters: AccessibilityParameters, seed: number): SampleRow[] =>
  accessibilityExperiment.tasks(parameters, seed).flatMap(runDynamics);

const enumeration = (parameters: EntropyCheckParameters, seed: number): EntropyCheckRow[] =>
  entropyCheckRows(entropyCheckExperiment.tasks(parameters, seed).flatMap(runEnumeration));

const oneLayer = { symmetry: 0, layers: 1, ferromagneticCoupling: 0 };

describe("tasks of one asymmetric layer", () => {
  // Keys as they were before tasks could name an ensemble: stored results must go on being found.
  const access = ["5e7283bac70495be3f649b3aed5b9c42"];
  const partial = ["a28c00ceaa784ebaf9ad63d410b8859d"];
  const enumerated = ["ab753f9877f78a5f87276ec4ca713f25", "37a56965b1419f007a247503bdef453a"];
  const sweptDynamics = ["087b9d74d61ce96335f70b6293d5e68f", "3df20bde617b14ca73b0efe15ba7231e"];
  const sweptEnumeration = ["4095334d552038c1378e106c1c631717", "3261506e91e2b4cd14092f96073b4f23"];

  test.each([{}, oneLayer])("have the keys that they had before there were ensembles, given %o", (fields) => {
    const scan = { n: 200, selfCouplings: [0.3, 0.4], samples: 2, ...fields };
    const { tasks } = accessibilityExperiment;
    expect(tasks({ update: "async", budget: 2000, scans: [scan] }, 7).map(taskKey)).toEqual(access);
    const scans = [{ n: 20, selfCouplings: [0.5], samples: 3, ...fields }];
    const chosen = { update: "partial", budget: 100, probability: 0.25, scans } as const;
    expect(tasks(chosen, 1).map(taskKey)).toEqual(partial);
    const sizes = [{ n: 14, samples: 2000, ...fields }];
    expect(entropyCheckExperiment.tasks({ sizes, selfCouplings: [0, 0.5] }, 7).map(taskKey)).toEqual(
      enumerated,
    );
  });

  test("so have those of sweeps", () => {
    const repeats = { samples: 3, seed: 2, samplesPerTask: 2 };
    const rule = { budget: 500, update: "async", probability: null };
    const run = { n: 50, selfCoupling: 0.4, ...rule, ...oneLayer };
    expect(sweepExperiments.dynamics.tasks(run, repeats).map(taskKey)).toEqual(sweptDynamics);
    const counted = { n: 9, selfCoupling: 0.4, ...oneLayer };
    expect(sweepExperiments.enumerate.tasks(counted, repeats).map(taskKey)).toEqual(sweptEnumeration);
  });

  test("give rows without fields of an ensemble", () => {
    const scans = [{ n: 10, selfCouplings: [0.5, 1], samples: 2, ...oneLayer }];
    const samples = dynamics({ update: "async", budget: 50, scans }, 1);
    const rows = [...samples, ...accessibilityRows(samples), ...accessThresholds(samples, [50], 1)];
    const counts = enumeration({ sizes: [{ n: 5, samples: 2, ...oneLayer }], selfCouplings: [0.5] }, 1);
    for (const row of [...rows, ...counts]) {
      for (const field of Object.keys(oneLayer)) expect(row).not.toHaveProperty(field);
    }
  });
});

describe("dynamics", () => {
  const grid = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];
  const ensembles = [{}, { symmetry: 0.25 }, { layers: 2, ferromagneticCoupling: 0.5 }];
  const scans = ensembles.flatMap((fields) =>
    [20, 30, 45].map((n) => ({ n, ...fields, selfCouplings: grid, samples: 40 })),
  );
  const samples = dynamics({ update: "async", budget: 60, scans }, 9);

  test("rows and thresholds are those of each ensemble alone, and name it", () => {
    const thresholds = accessThresholds(samples, [60], 9);
    expect(thresholds).toHaveLength(9);
    for (const [k, fields] of ensembles.entries()) {
      const alone = dynamics({ update: "async", budget: 60, scans: scans.slice(3 * k, 3 * k + 3) }, 9);
      const own = thresholds.slice(3 * k, 3 * k + 3);
      expect(accessThresholds(alone, [60], 9)).toEqual(own);
      for (const row of [...alone, ...own, ...accessibilityRows(alone), ...extrapolationRows(own)])
        expect(distinguishingFields(row)).toEqual(fields);
    }
    expect(accessibilityRows(samples)).toHaveLength(9 * grid.length);
  });

  test("J_a grows with N and falls with symmetry; each ensemble has a limit of its own in every form", () => {
    const thresholds = accessThresholds(samples, [60], 9);
    const largest = thresholds.filter(({ n }) => n === 45).map(({ selfCoupling }) => selfCoupling ?? NaN);
    expect(largest[1]).toBeLessThan(largest[0]! - 0.05);
    const plain = thresholds.slice(0, 3).map(({ selfCoupling }) => selfCoupling ?? NaN);
    expect(plain[2]).toBeGreaterThan(plain[0]!);
    const limits = extrapolationRows(thresholds);
    expect(limits).toHaveLength(9);
    expect(limits.slice(0, 3)).toEqual(extrapolationRows(thresholds.slice(0, 3)));
  });

  test("layers without bonds converge when each of them does, with flips per neuron of all layers", () => {
    const selfCouplings = [10];
    const input = { n: 25, layers: 3, selfCouplings, samples: 6 };
    const [row] = accessibilityRows(dynamics({ update: "async", budget: 10, scans: [input] }, 4));
    expect(row).toMatchObject({ n: 25, layers: 3, converged: 6, flipsPerNeuron: 0, medianSweeps: 1 });
    // At a λ above all fields the spins of a pair must become equal: half of the pairs begin unequal.
    const bound = { ...input, layers: 2, ferromagneticCoupling: 50, selfCouplings: [0], samples: 100 };
    const [joined] = accessibilityRows(dynamics({ update: "async", budget: 1, scans: [bound] }, 4));
    // One flip for each unequal pair: a mean of 1/4 a neuron, standard error √(1/16 / 2500).
    expect(Math.abs(joined!.flipsPerNeuron! - 0.25)).toBeLessThan(4 * Math.sqrt(1 / 16 / 2500));
  });

  test("networks that cannot be drawn are refused before anything runs", () => {
    const scan = (fields: object) => ({ n: 20, selfCouplings: [1], samples: 1, ...fields });
    const tasks = (fields: object) =>
      accessibilityExperiment.tasks({ update: "async", budget: 9, scans: [scan(fields)] }, 1);
    expect(() => tasks({ symmetry: 2 })).toThrow("symmetry must be in [-1, 1], got 2");
    expect(() => tasks({ ferromagneticCoupling: 1 })).toThrow("needs 2 layers or more");
    expect(() => tasks({ layers: 2000 })).toThrow("n times layers");
  });
});

describe("enumeration", () => {
  test.each([
    [{ n: 5, layers: 2, ferromagneticCoupling: 0.5 }, 400],
    [{ n: 3, layers: 4, ferromagneticCoupling: 1 }, 300],
    [{ n: 5, layers: 2 }, 400],
  ])(
    "%o: %d networks, mean number within 4 standard errors of the exact one at 3 J_D",
    (ensemble, samples) => {
      const rows = enumeration({ sizes: [{ ...ensemble, samples }], selfCouplings: [0.1, 0.4, 0.9] }, 31);
      expect(rows).toHaveLength(3);
      for (const row of rows) {
        expect(row).toMatchObject(ensemble);
        expect(Math.abs(row.zScore ?? Infinity), `J_D = ${row.selfCoupling}`).toBeLessThan(4);
        expect(row.pairs).toHaveLength(ensemble.n * ensemble.layers + 1);
        expect(row.pairs[0].mean).toBe(row.meanCount);
      }
    },
  );

  test("600 networks at three η: number and pairs at every distance within 4.5 standard errors of the exact mean", () => {
    const sizes = [1, 0.5, -0.5].map((symmetry) => ({ n: 8, symmetry, samples: 600 }));
    let compared = 0;
    for (const row of enumeration({ sizes, selfCouplings: [0.4] }, 32)) {
      expect(Math.abs(row.zScore ?? Infinity)).toBeLessThan(4.5);
      for (const { overlap, mean, standardError, zScore } of row.pairs) {
        if (!standardError || mean * 600 < 200) continue;
        expect(Math.abs(zScore ?? Infinity), `η = ${row.symmetry}, q = ${overlap}`).toBeLessThan(4.5);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(20);
  });

  test("exact means: independent layers are a product, and pairs of layers are not known", () => {
    const single = expectedEnsembleCount({ n: 7, selfCoupling: 0.3 });
    const product = expectedEnsembleCount({ n: 7, layers: 3, selfCoupling: 0.3 });
    expect(product / single ** 3).toBeCloseTo(1, 12);
    const unknown = [null, null, null, null];
    expect(expectedEnsemblePairs({ n: 2, layers: 2, selfCoupling: 0.3 })).toEqual([...unknown, null]);
    const [row] = enumeration({ sizes: [{ n: 3, layers: 2, samples: 9 }], selfCouplings: [1] }, 5);
    expect(expectedEnsemblePairs({ n: 4, selfCoupling: 0.3, symmetry: 1 })).toEqual([...unknown, null]);
    expect(row!.pairs.every(({ expected, zScore }) => expected === null && zScore === null)).toBe(true);
  });

  test("more neurons than can be enumerated, and symmetric layers, are refused", () => {
    const tasks = (size: { n: number; symmetry?: number; layers?: number }) =>
      entropyCheckExperiment.tasks({ sizes: [{ ...size, samples: 1 }], selfCouplings: [1] }, 1);
    expect(() => tasks({ n: 11, layers: 3 })).toThrow(
      "n times layers must be an integer from 2 to 30, got 33",
    );
    expect(() => tasks({ n: 31 })).toThrow("n must be an integer from 2 to 30, got 31");
    expect(() => tasks({ n: 4, layers: 2, symmetry: 1 })).toThrow(
      "exact means are known for symmetry in one layer",
    );
  });
});

describe("sweeps", () => {
  const repeats = { samples: 2, seed: 3 };

  test("rows of a chain have its parameters, and flips per neuron of all layers", () => {
    const ensemble = { symmetry: 0.5, layers: 3, ferromagneticCoupling: 0.5 };
    const rule = { budget: 200, update: "async", probability: null };
    const point = { n: 12, selfCoupling: 0.2, ...rule, ...ensemble };
    const tasks = sweepExperiments.dynamics.tasks(point, repeats);
    const samples = tasks.flatMap(runDynamics);
    const rows = tasks.flatMap((task) => sweepExperiments.dynamics.rows(task, runDynamics(task)));
    for (const [k, row] of rows.entries()) {
      expect(row).toMatchObject({ n: 12, ...ensemble });
      expect(row.flipsPerNeuron).toBe(samples[k]!.flips[0]! / 36);
    }
  });

  test("enumerated chains come with their exact mean; J_D beyond that of theory is refused", () => {
    const point = { n: 4, selfCoupling: 0.2, symmetry: 0, layers: 2, ferromagneticCoupling: 0.5 };
    const [task] = sweepExperiments.enumerate.tasks(point, repeats);
    const [row] = sweepExperiments.enumerate.rows(task!, runEnumeration(task!));
    const expected = expectedEnsembleCount({
      n: 4,
      selfCoupling: 0.2,
      layers: 2,
      ferromagneticCoupling: 0.5,
    });
    expect(row).toMatchObject({ ...point, expectedCount: expected });
    expect(() => sweepExperiments.enumerate.tasks({ ...point, selfCoupling: 4 }, repeats)).toThrow(
      "selfCoupling beyond one asymmetric layer must be in [0, 3], got 4",
    );
  });
});
