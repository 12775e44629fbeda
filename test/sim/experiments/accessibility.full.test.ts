/**
 * @file Accessibility thresholds of asynchronous dynamics at a budget of 2,000 permutation sweeps. Reference values:
 * 0.37, 0.47, 0.55, 0.62 at N = 200, 400, 800, 1600, seen with an independent C program.
 */
import { expect, test } from "vitest";
import { accessibilityExperiment, accessThresholds } from "../../../sim/experiments/accessibility.ts";
import type { AccessibilityParameters } from "../../../sim/experiments/accessibility.ts";
import { runTasks } from "../../../sim/sweep/local.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

/** N, reference, samples: the standard error of J_a is below 0.005 at each size. */
const sizes = [
  [200, 0.37, 200],
  [400, 0.47, 150],
  [800, 0.55, 100],
  [1600, 0.62, 60],
] as const;

const offsets = [-0.08, -0.05, -0.02, 0.01, 0.04, 0.07, 0.1];

test.each(sizes)("J_a(%i) = %f ± 0.02 with %i samples", async (n, reference, samples) => {
  const selfCouplings = offsets.map((offset) => Number((reference + offset).toFixed(3)));
  const parameters: AccessibilityParameters = {
    update: "async",
    budget: 2000,
    scans: [{ n, selfCouplings, samples }],
  };
  const seed = 11;
  const store = memoryStore();
  const { module: worker, tasks, collect, cost } = accessibilityExperiment;
  await runTasks({ tasks: tasks(parameters, seed), store, worker, cost });
  const rows = collect(parameters, seed, (task) => store.results.get(taskKey(task))?.result);
  const [{ selfCoupling, low, high }] = accessThresholds(rows, [2000], seed);
  expect(Math.abs((selfCoupling ?? NaN) - reference)).toBeLessThan(0.02);
  expect((high ?? NaN) - (low ?? NaN)).toBeLessThan(0.02);
});
