/** @file Enumeration against the exact finite-N means, and the way in which the experiment splits and sums. */
import { describe, expect, test } from "vitest";
import { entropyCheckExperiment, entropyCheckRows, runTask } from "../../../sim/experiments/entropy-check.ts";
import type { EntropyCheckParameters } from "../../../sim/experiments/entropy-check.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

function run(parameters: EntropyCheckParameters, seed: number) {
  const results = new Map(
    entropyCheckExperiment.tasks(parameters, seed).map((task) => [taskKey(task), runTask(task)]),
  );
  return entropyCheckExperiment.collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

describe("enumeration", () => {
  const sizes = [8, 11, 13].map((n) => ({ n, samples: 800 }));
  const parameters = { sizes, selfCouplings: [0, 0.1, 0.3, 0.6, 1, 2] };
  const rows = entropyCheckRows(run(parameters, 20));

  test("800 networks: mean number of fixed points within 4 standard errors of (P3) at 3 sizes and 6 J_D", () => {
    expect(rows).toHaveLength(18);
    for (const { n, selfCoupling, zScore } of rows) {
      expect(Math.abs(zScore ?? Infinity), `N = ${n}, J_D = ${selfCoupling}`).toBeLessThan(4);
    }
  });

  test("800 networks: pairs at every distance within 4.5 standard errors of (P6'), 210 comparisons", () => {
    for (const { n, selfCoupling, pairs } of rows) {
      expect(pairs).toHaveLength(n + 1);
      for (const { overlap, mean, standardError, expected } of pairs) {
        const place = `N = ${n}, J_D = ${selfCoupling}, q = ${overlap}`;
        if (!standardError) expect(mean, place).toBe(0);
        else if (mean * 800 > 200)
          expect(Math.abs(mean - (expected ?? Infinity)) / standardError, place).toBeLessThan(4.5);
      }
    }
  });

  test("each fixed point is a pair with itself and with its negative", () => {
    for (const { meanCount, pairs } of rows) {
      expect(pairs[0].mean).toBe(meanCount);
      expect(pairs.at(-1)?.mean).toBe(meanCount);
    }
  });
});

describe("splitting", () => {
  test("samples are numbered through, whatever the size of the tasks", () => {
    const tasks = entropyCheckExperiment.tasks(
      { sizes: [{ n: 12, samples: 2601 }], selfCouplings: [0.5] },
      1,
    );
    expect(tasks.length).toBeGreaterThan(1);
    const numbers = tasks.flatMap(({ parameters }) => {
      const { firstSample, samples } = parameters as { firstSample: number; samples: number };
      return Array.from({ length: samples }, (_, k) => firstSample + k);
    });
    expect(numbers).toEqual(Array.from({ length: 2601 }, (_, k) => k));
  });

  test("one sample says nothing of its spread: the standard error is null, not 0", () => {
    const [row] = entropyCheckRows(run({ sizes: [{ n: 8, samples: 1 }], selfCouplings: [1] }, 1));
    expect(row.meanCount).toBeGreaterThan(0);
    expect([row.standardError, row.zScore, row.pairs[0].standardError]).toEqual([null, null, null]);
  });

  test("the rows of a stopped run say what is missing and hold no NaN", () => {
    const parameters = { sizes: [{ n: 8, samples: 10 }], selfCouplings: [0.5] };
    const [row] = entropyCheckRows(entropyCheckExperiment.collect(parameters, 1, () => undefined));
    expect(row).toMatchObject({
      status: "unstarted",
      samples: 0,
      meanCount: null,
      standardError: null,
      zScore: null,
    });
    expect(row.expectedCount).toBeGreaterThan(1);
  });
});
