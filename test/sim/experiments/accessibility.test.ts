/** @file Convergence of the dynamics: what rows say of samples, budgets and stopped runs. */
import { describe, expect, test } from "vitest";
import {
  accessibilityExperiment,
  accessibilityRows,
  accessThresholds,
  extrapolationRows,
  runTask,
} from "../../../sim/experiments/accessibility.ts";
import type { AccessibilityParameters, SampleRow } from "../../../sim/experiments/accessibility.ts";
import { wilsonInterval } from "../../../sim/statistics.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

function run(parameters: AccessibilityParameters, seed: number): SampleRow[] {
  const results = new Map(
    accessibilityExperiment.tasks(parameters, seed).map((task) => [taskKey(task), runTask(task)]),
  );
  return accessibilityExperiment.collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

const grid = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4];
const scan = (n: number, samples = 60) => ({ n, selfCouplings: grid, samples });

describe("a scan of small networks", () => {
  const parameters: AccessibilityParameters = {
    update: "async",
    budget: 400,
    scans: [scan(30), scan(60), scan(90)],
  };
  const samples = run(parameters, 3);

  test("one row a sample; a sample does not depend on how many run beside it", () => {
    expect(samples).toHaveLength(180);
    const alone = run({ ...parameters, scans: [scan(60, 5)] }, 3);
    expect(alone).toEqual(samples.filter(({ n, sample }) => n === 60 && sample < 5));
  });

  test("counts agree with the samples, and convergence grows with J_D", () => {
    const rows = accessibilityRows(samples);
    expect(rows).toHaveLength(24);
    for (const { n, selfCoupling, converged, convergedInterval, medianSweeps } of rows) {
      expect(convergedInterval).toEqual(wilsonInterval(converged, 60, { level: 0.95 }));
      const k = grid.indexOf(selfCoupling);
      const sweeps = samples.filter((row) => row.n === n).map((row) => row.sweeps[k]);
      expect(converged).toBe(sweeps.filter((value) => value !== null).length);
      expect(medianSweeps === null).toBe(converged < 31);
    }
    for (const n of [30, 60, 90]) {
      const counts = rows.filter((row) => row.n === n).map(({ converged }) => converged);
      expect(counts.at(-1)).toBeGreaterThan(counts[0]);
    }
  });

  test("a threshold at a smaller budget equals that of a run with this budget, and is larger", () => {
    const [long] = accessThresholds(samples, [400], 3);
    const [short] = accessThresholds(samples, [100], 3);
    const [rerun] = accessThresholds(run({ ...parameters, budget: 100 }, 3), [100], 3);
    expect(short).toEqual(rerun);
    expect(short.selfCoupling).toBeGreaterThan(long.selfCoupling ?? Infinity);
  });

  test("thresholds grow with N; three sizes give an extrapolation in every form", () => {
    const thresholds = accessThresholds(samples, [400], 3);
    expect(thresholds.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    expect(thresholds[0].selfCoupling).toBeLessThan(thresholds[2].selfCoupling ?? 0);
    for (const { low, high, selfCoupling } of thresholds) {
      expect(low).toBeLessThanOrEqual(selfCoupling ?? 0);
      expect(high).toBeGreaterThanOrEqual(selfCoupling ?? 1);
    }
    const limits = extrapolationRows(thresholds);
    expect(limits.map(({ form, status }) => [form, status])).toEqual([
      ["1/log N", "ok"],
      ["N^(-1/3)", "ok"],
      ["N^(-1/2)", "ok"],
    ]);
    expect(extrapolationRows(thresholds.slice(1)).every(({ status }) => status === "no-solution")).toBe(true);
  });
});

test("a stopped run: finished samples are counted, the rest is unstarted, no threshold is fitted", () => {
  const parameters: AccessibilityParameters = { update: "async", budget: 100, scans: [scan(40, 4)] };
  const finished = run({ ...parameters, scans: [scan(40, 1)] }, 1);
  const rest = accessibilityExperiment.collect({ ...parameters, scans: [scan(40, 3)] }, 1, () => undefined);
  const rows = accessibilityRows([...finished, ...rest]);
  expect(rows.every(({ status, samples }) => status === "unstarted" && samples === 1)).toBe(true);
  expect(accessThresholds([...finished, ...rest], [100], 1)[0]).toMatchObject({
    status: "unstarted",
    selfCoupling: null,
  });
});
