/** @file Enumerated tuples against their exact mean in small networks, and the way in which the experiment splits. */
import { describe, expect, test } from "vitest";
import {
  runTask,
  tupleCheckExperiment,
  tupleCheckRows,
  type TupleCheckParameters,
  type TupleSums,
} from "../../../sim/experiments/tuple-check.ts";
import { taskKey, type Task } from "../../../sim/sweep/task.ts";
import { expectedTuples } from "../../../theory/tuples-finite.ts";

function run(parameters: TupleCheckParameters, seed: number): TupleSums[] {
  const tasks = tupleCheckExperiment.tasks(parameters, seed);
  const results = new Map(tasks.map((task) => [taskKey(task), runTask(task)]));
  return tupleCheckExperiment.collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

describe("enumeration", () => {
  const scans = [
    { n: 9, selfCoupling: 0.6, samples: 1500, flips: [1, 2, 3, 4, 6] },
    { n: 11, selfCoupling: 0.5, samples: 1000, flips: [2, 4, 6] },
    { n: 12, selfCoupling: 0.7, samples: 500, flips: [2, 4, 6, 8] },
  ];
  const rows = tupleCheckRows(run({ scans }, 20));

  test("500 to 1500 networks of N = 9 to 12: 32 means of tuples within 4 standard errors", () => {
    expect(rows).toHaveLength(32);
    for (const { n, flips, replicas, zScore, expected } of rows) {
      const place = `N = ${n}, D = ${flips}, m = ${replicas}`;
      expect(Math.abs(zScore ?? Infinity), place).toBeLessThan(4);
      const selfCoupling = scans.find((scan) => scan.n === n)!.selfCoupling;
      expect(expected, place).toBe(expectedTuples({ n, selfCoupling, replicas, distance: flips }).mean);
    }
  });

  test("standard errors are small enough to see a tenth", () => {
    const pairs = rows.filter(({ replicas, n }) => replicas === 2 && n === 9);
    for (const { mean, standardError } of pairs) expect(4 * standardError!).toBeLessThan(0.1 * mean!);
  });

  test("rows in which there can be none are left out", () => {
    expect(rows.filter(({ n, flips }) => n === 9 && flips % 2 === 1).map(({ replicas }) => replicas)).toEqual(
      [2, 2],
    );
  });
});

describe("rows", () => {
  const sums = (occupied: number): TupleSums => ({
    ...{ status: "ok", n: 10, selfCoupling: 0.3, replicas: 3, flips: 4 },
    ...{ samples: 100, occupied, sum: 600, squares: 12_000 },
  });

  test("parts are joined: mean, standard error, z-score by hand", () => {
    const [row] = tupleCheckRows([sums(30), sums(25)]);
    // Σ = 1200 and Σ² = 24000 over 200: variance (24000 − 200·36)/199.
    const standardError = Math.sqrt((24_000 - 7200) / 199 / 200);
    expect(row).toMatchObject({ samples: 200, occupied: 55, mean: 6 });
    expect(row.standardError).toBeCloseTo(standardError, 12);
    expect(row.zScore).toBeCloseTo((6 - row.expected) / standardError, 12);
  });

  test("no z-score where few networks have such tuples, no mean without networks", () => {
    expect(tupleCheckRows([sums(19)])[0].zScore).toBeNull();
    const none = { ...sums(0), status: "unstarted" as const, samples: 0, sum: 0, squares: 0 };
    expect(tupleCheckRows([none])[0]).toMatchObject({ status: "unstarted", mean: null, zScore: null });
  });
});

describe("splitting", () => {
  const parameters = { scans: [{ n: 20, selfCoupling: 0.3, samples: 301, flips: [2, 4] }] };

  test("samples are numbered through, and do not depend on the other scans", () => {
    const tasks = tupleCheckExperiment.tasks(parameters, 1);
    expect(tasks.length).toBeGreaterThan(1);
    const numbers = tasks.flatMap(({ parameters: part }) => {
      const { firstSample, samples } = part as { firstSample: number; samples: number };
      return Array.from({ length: samples }, (_, k) => firstSample + k);
    });
    expect(numbers).toEqual(Array.from({ length: 301 }, (_, k) => k));
    for (const task of tasks) expect(tupleCheckExperiment.cost(task)).toBeLessThan(2);
  });

  test("tasks that did not run leave rows without samples", () => {
    const rows = tupleCheckExperiment.collect(parameters, 1, () => undefined);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["unstarted"]));
    expect(tupleCheckRows(rows).map(({ samples }) => samples)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
