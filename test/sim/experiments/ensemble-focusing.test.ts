/** @file Focusing in ensembles: what rows say of samples, ensembles and stopped runs. */
import { describe, expect, test } from "vitest";
import {
  ensembleFocusingExperiment,
  ensembleFocusingRows,
  ensembleFocusingThresholds,
  runTask,
} from "../../../sim/experiments/ensemble-focusing.ts";
import type {
  EnsembleFocusingParameters,
  EnsembleFocusingSampleRow,
} from "../../../sim/experiments/ensemble-focusing.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

const parameters: EnsembleFocusingParameters = {
  protocols: [{ name: "scoping", steps: 16 }],
  innerIterations: 10,
  scans: [
    { n: 20, symmetry: 1, selfCouplings: [0, 0.6], samples: 3 },
    { n: 12, layers: 2, ferromagneticCoupling: 0.5, selfCouplings: [0.8], samples: 2 },
    { n: 20, symmetry: 0, layers: 1, selfCouplings: [0.6], samples: 2 },
  ],
};

function run(seed: number): EnsembleFocusingSampleRow[] {
  const { tasks, collect } = ensembleFocusingExperiment;
  const results = new Map(tasks(parameters, seed).map((task) => [taskKey(task), runTask(task)]));
  return collect(parameters, seed, (task: Task) => results.get(taskKey(task)));
}

describe("rows", () => {
  const samples = run(1);
  const rows = ensembleFocusingRows(samples);

  test("one for each ensemble and J_D, with the fields that make it no single asymmetric layer", () => {
    const places = rows.map(({ n, symmetry, layers, ferromagneticCoupling, selfCoupling }) => [
      n,
      symmetry,
      layers,
      ferromagneticCoupling,
      selfCoupling,
    ]);
    expect(places).toEqual([
      [20, 1, undefined, undefined, 0],
      [20, 1, undefined, undefined, 0.6],
      [12, undefined, 2, 0.5, 0.8],
      [20, undefined, undefined, undefined, 0.6],
    ]);
    expect(rows.every(({ algorithm, status }) => algorithm === "columns" && status === "ok")).toBe(true);
  });

  test("count the samples: a strong self-coupling is solved every time", () => {
    expect(rows.map((row) => row.samples)).toEqual([3, 3, 2, 2]);
    for (const row of rows.slice(1)) {
      expect(row.solved).toBe(row.samples);
      expect(row.unstableFraction).toBe(0);
      expect(row.medianIterations).toBeGreaterThan(0);
    }
  });

  test("unstable neurons are a share of those of all layers", () => {
    const half = samples.map((row) => ({
      ...row,
      solved: false,
      violations: (row.layers ?? 1) * row.n * 0.5,
    }));
    for (const row of ensembleFocusingRows(half)) expect(row.unstableFraction).toBe(0.5);
  });

  test("the same seed gives the same rows, another one others", () => {
    expect(run(1)).toEqual(samples);
    expect(run(2)).not.toEqual(samples);
  });
});

describe("a stopped run", () => {
  const rows = ensembleFocusingExperiment.collect(parameters, 1, () => undefined);

  test("gives rows marked unstarted, and no threshold", () => {
    expect(rows).toHaveLength(3 * 2 + 2 + 2);
    expect(
      ensembleFocusingRows(rows).every(({ status, samples }) => status === "unstarted" && samples === 0),
    ).toBe(true);
    const thresholds = ensembleFocusingThresholds(rows, 1);
    expect(thresholds.map(({ status, symmetry, layers }) => [status, symmetry, layers])).toEqual([
      ["unstarted", 1, undefined],
      ["unstarted", undefined, 2],
      ["unstarted", undefined, undefined],
    ]);
  });
});

describe("bad parameters", () => {
  test.each([
    [/symmetry/, [{ n: 20, symmetry: 2, selfCouplings: [0.1], samples: 1 }]],
    [/ferromagneticCoupling/, [{ n: 20, ferromagneticCoupling: 0.5, selfCouplings: [0.1], samples: 1 }]],
    [/layers/, [{ n: 20, layers: 0, selfCouplings: [0.1], samples: 1 }]],
  ])("are refused before anything runs: %s", (message, scans) => {
    expect(() => ensembleFocusingExperiment.tasks({ ...parameters, scans }, 1)).toThrow(message);
  });

  test("two protocols of one name", () => {
    const protocols = [{ name: "scoping" }, { name: "scoping", replicas: 5 }] as const;
    expect(() => ensembleFocusingExperiment.tasks({ ...parameters, protocols }, 1)).toThrow(
      /different names/,
    );
  });
});

test("thresholds: half of the samples, from solved ones at given J_D", () => {
  const selfCouplings = [0.1, 0.2, 0.3, 0.4];
  const rows = Array.from({ length: 40 }, (_, sample) =>
    selfCouplings.map((selfCoupling, k): EnsembleFocusingSampleRow => ({
      ...run0,
      symmetry: 0.5,
      sample,
      selfCoupling,
      // 4, 12, 28 and 36 of 40: half-way in the middle.
      solved: sample < [4, 12, 28, 36][k],
    })),
  ).flat();
  const [threshold] = ensembleFocusingThresholds(rows, 1);
  expect(threshold).toMatchObject({ status: "ok", n: 20, symmetry: 0.5, protocol: "scoping", samples: 40 });
  expect(threshold.selfCoupling).toBeCloseTo(0.25, 2);
});

/** A sample that ran. */
const run0: Omit<EnsembleFocusingSampleRow, "sample" | "selfCoupling" | "solved"> = {
  status: "ok",
  n: 20,
  protocol: "scoping",
  iterations: 50,
  step: 3,
  violations: 0,
  overlap: 0.5,
  distance: 0.1,
  betheEntropy: 0.2,
};
