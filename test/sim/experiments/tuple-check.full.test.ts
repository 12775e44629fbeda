/** @file Enumerated tuples in networks of N = 16, 20 and 22 against their exact mean. */
import { expect, test } from "vitest";
import { runTask, tupleCheckExperiment, tupleCheckRows } from "../../../sim/experiments/tuple-check.ts";

const scans = [
  { n: 16, selfCoupling: 0.3, samples: 2000, flips: [2, 4, 6, 8, 10] },
  { n: 16, selfCoupling: 0.06, samples: 2000, flips: [2, 4, 6, 8] },
  { n: 20, selfCoupling: 0.3, samples: 300, flips: [2, 4, 6, 8, 10, 12] },
  { n: 22, selfCoupling: 0.3, samples: 100, flips: [2, 4, 6, 8, 10, 12, 14] },
];

test("N = 16, 20, 22 with 2000, 300, 100 networks: all means within 4 standard errors", () => {
  const rows = tupleCheckRows(tupleCheckExperiment.tasks({ scans }, 3).flatMap(runTask));
  const scored = rows.filter(({ zScore }) => zScore !== null);
  for (const [n, least] of [
    [16, 15],
    [20, 15],
    [22, 15],
  ] as const)
    expect(scored.filter((row) => row.n === n).length).toBeGreaterThanOrEqual(least);
  expect(scored.filter(({ replicas }) => replicas === 4).length).toBeGreaterThanOrEqual(12);
  for (const { n, flips, replicas, zScore } of scored)
    expect(Math.abs(zScore!), `N = ${n}, D = ${flips}, m = ${replicas}`).toBeLessThan(4);
});
