/** @file Dynamics and enumeration of ensembles at sizes and numbers of samples that take longer. */
import { describe, expect, test } from "vitest";
import {
  accessibilityExperiment,
  accessThresholds,
  runTask as runDynamics,
} from "../../../sim/experiments/accessibility.ts";
import {
  entropyCheckExperiment,
  entropyCheckRows,
  runTask as runEnumeration,
} from "../../../sim/experiments/entropy-check.ts";
import type { Ensemble } from "../../../sim/instance/ensemble.ts";

describe("enumeration", () => {
  test.each<[Ensemble, number]>([
    [{ n: 12, symmetry: 1 }, 2000],
    [{ n: 12, symmetry: 0.5 }, 2000],
    [{ n: 12, symmetry: -0.5 }, 4000],
    [{ n: 10, symmetry: -1 }, 4000],
    [{ n: 6, layers: 2, ferromagneticCoupling: 0.5 }, 2000],
    [{ n: 4, layers: 3, ferromagneticCoupling: 1 }, 2000],
    [{ n: 2, layers: 6, ferromagneticCoupling: 0.25 }, 2000],
  ])(
    "%o: %d networks, number and pairs within 4.5 standard errors of the exact means",
    (ensemble, samples) => {
      const parameters = { sizes: [{ ...ensemble, samples }], selfCouplings: [0.3, 0.8] };
      const tasks = entropyCheckExperiment.tasks(parameters, 41);
      for (const row of entropyCheckRows(tasks.flatMap(runEnumeration))) {
        expect(Math.abs(row.zScore ?? Infinity), `J_D = ${row.selfCoupling}`).toBeLessThan(4.5);
        for (const { overlap, mean, zScore } of row.pairs) {
          if (zScore === null || mean * samples < 200) continue;
          expect(Math.abs(zScore), `J_D = ${row.selfCoupling}, q = ${overlap}`).toBeLessThan(4.5);
        }
      }
    },
  );
});

describe("accessibility thresholds at a budget of 500 sweeps", () => {
  const grid = Array.from({ length: 15 }, (_, k) => k / 20);
  const thresholdOf = (fields: Omit<Ensemble, "n">): number => {
    const scans = [{ n: 100, ...fields, selfCouplings: grid, samples: 40 }];
    const tasks = accessibilityExperiment.tasks({ update: "async", budget: 500, scans }, 42);
    const [{ selfCoupling }] = accessThresholds(tasks.flatMap(runDynamics), [500], 42);
    return selfCoupling ?? NaN;
  };

  test("symmetry lowers J_a, antisymmetry raises it, each by more than 0.1 from η = 0 to ±1/4", () => {
    const [low, middle, high] = [0.25, 0, -0.25].map((symmetry) => thresholdOf({ symmetry }));
    expect(middle - low).toBeGreaterThan(0.1);
    expect(high - middle).toBeGreaterThan(0.1);
  });

  test("two layers without bonds need a little more than one; bonds of 1/2 lower J_a", () => {
    const single = thresholdOf({});
    const loose = thresholdOf({ layers: 2 });
    const bound = thresholdOf({ layers: 2, ferromagneticCoupling: 0.5 });
    expect(loose).toBeGreaterThan(single);
    expect(loose - single).toBeLessThan(0.08);
    expect(loose - bound).toBeGreaterThan(0.03);
  });
});
