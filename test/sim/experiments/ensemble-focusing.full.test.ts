/**
 * @file Focusing with columns: as good as the messages of each pair at symmetry 0, better the more symmetric the couplings
 * and the stronger the bonds of layers, for which (P22) and (P24) have more fixed points at small J_D.
 */
import { describe, expect, test } from "vitest";
import {
  ensembleFocusingExperiment,
  ensembleFocusingRows,
  type EnsembleFocusingParameters,
} from "../../../sim/experiments/ensemble-focusing.ts";
import { runTasks } from "../../../sim/sweep/local.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

/** Solved fraction of 12 networks at each J_D, at least and at most. */
const cases = [
  { ensemble: { n: 200, symmetry: 1 }, expected: [{ selfCoupling: 0.1, least: 0.9, most: 1 }] },
  { ensemble: { n: 200, symmetry: 0.5 }, expected: [{ selfCoupling: 0.1, least: 0.8, most: 1 }] },
  {
    ensemble: { n: 200, symmetry: 0 },
    expected: [
      { selfCoupling: 0.05, least: 0, most: 0.2 },
      { selfCoupling: 0.25, least: 0.8, most: 1 },
    ],
  },
  { ensemble: { n: 200, symmetry: -0.5 }, expected: [{ selfCoupling: 0.2, least: 0, most: 0.2 }] },
  {
    ensemble: { n: 100, layers: 2, ferromagneticCoupling: 0.5 },
    expected: [{ selfCoupling: 0.2, least: 0.8, most: 1 }],
  },
];

describe("scoping", () => {
  test.each(cases)("12 networks of $ensemble", async ({ ensemble, expected }) => {
    const selfCouplings = expected.map(({ selfCoupling }) => selfCoupling);
    const parameters: EnsembleFocusingParameters = {
      protocols: [{ name: "scoping" }],
      scans: [{ ...ensemble, selfCouplings, samples: 12 }],
    };
    const store = memoryStore();
    const { module: worker, tasks, collect, cost } = ensembleFocusingExperiment;
    const { failed } = await runTasks({ tasks: tasks(parameters, 1), store, worker, cost });
    expect(failed).toEqual([]);
    const rows = ensembleFocusingRows(
      collect(parameters, 1, (task) => store.results.get(taskKey(task))?.result),
    );
    for (const [k, { least, most }] of expected.entries()) {
      expect(rows[k].solved / 12).toBeGreaterThanOrEqual(least);
      expect(rows[k].solved / 12).toBeLessThanOrEqual(most);
    }
  });
});
