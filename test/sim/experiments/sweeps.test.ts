/** @file The registry of experiments for sweep files: points, tasks and flat rows. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { OutOfDomain } from "../../../theory/errors.ts";
import { accessibilityExperiment, runTask as runDynamics } from "../../../sim/experiments/accessibility.ts";
import { focusingExperiment, runTask as runFocusing } from "../../../sim/experiments/focusing-scan.ts";
import { heteroCapacities } from "../../../sim/experiments/hetero-capacity.ts";
import {
  defaultHeteroSettings,
  heteroExperiment,
  runTask as runHetero,
} from "../../../sim/experiments/hetero.ts";
import type { HeteroSettings } from "../../../sim/experiments/hetero.ts";
import { learningExperiment, runTask as runLearning } from "../../../sim/experiments/learning.ts";
import { sweepExperiments } from "../../../sim/experiments/sweeps/index.ts";
import { parseDefinition } from "../../../sim/sweep/definition.ts";
import type { FlatRow, GridPoint, Repeats, SweepExperiment } from "../../../sim/sweep/experiment.ts";
import { gridPoints, sweepTasks } from "../../../sim/sweep/grid.ts";
import { canonicalJson } from "../../../sim/sweep/json.ts";
import { taskKey, type Task } from "../../../sim/sweep/task.ts";

/** The one point of a grid of single values. */
async function pointOf(experiment: SweepExperiment, grid: object): Promise<GridPoint> {
  const definition = parseDefinition({ experiment: experiment.name, grid }, "test");
  const points = await gridPoints(definition, experiment);
  expect(points).toHaveLength(1);
  return points[0];
}

async function run(experiment: SweepExperiment, tasks: readonly Task[]): Promise<FlatRow[]> {
  const module = (await import(experiment.module)) as { runTask: (task: Task) => unknown };
  const rows: FlatRow[] = [];
  for (const task of tasks) {
    // As a row comes back from the store.
    const result: unknown = JSON.parse(canonicalJson(await module.runTask(task)));
    rows.push(...experiment.rows(task, result));
  }
  return rows;
}

const once: Repeats = { samples: 1, seed: 1 };

/** A small point of each experiment, and a large number of samples where there are any. */
const points: Readonly<Record<string, object>> = {
  dynamics: { n: 20, selfCoupling: 0.5, budget: 100, update: "partial" },
  focusing: { n: 20, selfCoupling: 0.5, steps: 10 },
  enumerate: { n: 6, selfCoupling: 0.3 },
  entropy: { selfCoupling: 0.5 },
  "local-entropy": { selfCoupling: 0.2, distance: 0.1 },
  "franz-parisi": { selfCoupling: 0.5, distance: 0.2 },
  learn: { data: "prototypes", inputs: 20, hidden: 10, epochs: 2, trainSamples: 40, testSamples: 20 },
  hetero: { layers: 2, n: 10, epochs: 5 },
  surroundings: { kind: "planted", n: 20, selfCoupling: 0.5, distance: 0.3 },
  "focusing-entropy": { n: 20, selfCoupling: 0.5, replicas: 5, overlaps: 3 },
};

test("every experiment of the registry has a point here", () => {
  expect(Object.keys(points).sort()).toEqual(Object.keys(sweepExperiments).sort());
});

describe.each(Object.entries(points))("%s", (name, grid) => {
  const experiment = sweepExperiments[name];

  test("is named as in the registry, and every column is described", () => {
    expect(experiment.name).toBe(name);
    const names = experiment.columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(Object.keys(experiment.parameters)));
    for (const { unit, description } of experiment.columns) {
      expect(unit).not.toBe("");
      expect(description).toMatch(/^[^\n]{5,}$/);
    }
  });

  test("rows have exactly the columns, of their types, with the parameters of the point", async () => {
    const point = await pointOf(experiment, grid);
    const tasks = experiment.tasks(point, once);
    const rows = await run(experiment, tasks);
    expect(rows.length).toBeGreaterThan(0);
    const types = { integer: "number", number: "number", text: "string", boolean: "boolean" };
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(experiment.columns.map((column) => column.name));
      for (const { name: field, type } of experiment.columns) {
        if (row[field] === null) continue;
        expect(typeof row[field], field).toBe(types[type]);
        if (typeof row[field] === "number") expect(Number.isFinite(row[field]), field).toBe(true);
        if (type === "integer") expect(Number.isInteger(row[field]), field).toBe(true);
      }
      for (const [field, value] of Object.entries(point))
        if (value !== null) expect(row[field], field).toBe(value);
    }
  });

  test("tasks are plain JSON, have a cost and keys of their own, and are the same when asked again", async () => {
    const point = await pointOf(experiment, grid);
    const repeats = experiment.random ? { samples: 30, seed: 7, samplesPerTask: 4 } : once;
    const tasks = experiment.tasks(point, repeats);
    const keys = tasks.map(taskKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(experiment.tasks(point, repeats).map(taskKey)).toEqual(keys);
    for (const task of tasks) {
      expect(experiment.cost(task)).toBeGreaterThan(0);
      expect(experiment.cost(task)).toBeLessThan(1e3);
      expect(JSON.parse(canonicalJson(task.parameters))).toEqual(task.parameters);
    }
  });
});

const sampled = ["dynamics", "focusing", "enumerate", "surroundings", "focusing-entropy"];

test.each(sampled)("%s: samples are covered once each, however tasks are cut", async (name) => {
  const experiment = sweepExperiments[name];
  const point = await pointOf(experiment, points[name]);
  const small = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(
      small,
      fc.option(small, { nil: undefined }),
      fc.nat(100),
      (samples, samplesPerTask, firstSample) => {
        const cut = samplesPerTask === undefined ? {} : { samplesPerTask };
        const tasks = experiment.tasks(point, { samples, firstSample, seed: 3, ...cut });
        const covered = tasks.flatMap(({ parameters, seed }) => {
          const part = parameters as { readonly firstSample: number; readonly samples: number };
          expect(seed).toBe(3);
          expect(part.samples).toBeLessThanOrEqual(samplesPerTask ?? 1000);
          return Array.from({ length: part.samples }, (_, k) => part.firstSample + k);
        });
        expect(covered).toEqual(Array.from({ length: samples }, (_, k) => firstSample + k));
      },
    ),
  );
});

test.each(sampled)("%s: rows do not depend on how tasks are cut", async (name) => {
  const experiment = sweepExperiments[name];
  const point = await pointOf(experiment, points[name]);
  const cut = (samplesPerTask: number) =>
    run(experiment, experiment.tasks(point, { samples: 6, samplesPerTask, seed: 3 }));
  const [single, all] = [await cut(1), await cut(4)];
  if (name !== "enumerate") return expect(single).toEqual(all);
  // Rows of `enumerate` are sums over the samples of a task.
  const sums = (rows: readonly FlatRow[]) =>
    (["samples", "fixedPoints", "fixedPointsSquared"] as const).map((field) =>
      rows.reduce((sum, row) => sum + (row[field] as number), 0),
    );
  return expect(sums(single)).toEqual(sums(all));
});

test("dynamics: sample k is the one that the experiment accessibility has at every J_D", async () => {
  const selfCouplings = [0.2, 0.4, 0.6];
  const scans = [{ n: 40, selfCouplings, samples: 5 }];
  const tasks = accessibilityExperiment.tasks({ scans, update: "async", budget: 50 }, 11);
  const expected = tasks.flatMap((task) => runDynamics(task));
  const experiment = sweepExperiments.dynamics;
  for (const [k, selfCoupling] of selfCouplings.entries()) {
    const point = await pointOf(experiment, { n: 40, selfCoupling, budget: 50 });
    const rows = await run(experiment, experiment.tasks(point, { samples: 5, seed: 11 }));
    expect(rows.map(({ sample, sweeps, converged }) => ({ sample, sweeps, converged }))).toEqual(
      expected.map(({ sample, sweeps }) => ({ sample, sweeps: sweeps[k], converged: sweeps[k] !== null })),
    );
    expect(rows.map(({ flipsPerNeuron }) => (flipsPerNeuron as number) * 40)).toEqual(
      expected.map(({ flips }) => expect.closeTo(flips[k], 9)),
    );
  }
});

test("focusing: sample k is the one that the experiment focusing-scan has, along the same protocol", async () => {
  const scans = [{ n: 30, selfCouplings: [0.2, 0.5], samples: 3 }];
  const protocols = [{ name: "scoping" }, { name: "reinforcement" }] as const;
  const expected = focusingExperiment.tasks({ scans, protocols }, 5).flatMap((task) => runFocusing(task));
  const experiment = sweepExperiments.focusing;
  for (const protocol of ["scoping", "reinforcement"]) {
    const point = await pointOf(experiment, { n: 30, selfCoupling: 0.5, protocol });
    const rows = await run(experiment, experiment.tasks(point, { samples: 3, seed: 5 }));
    const same = expected.filter((row) => row.protocol === protocol && row.selfCoupling === 0.5);
    expect(
      rows.map(({ sample, solved, iterations, overlap }) => ({ sample, solved, iterations, overlap })),
    ).toEqual(
      same.map(({ sample, solved, iterations, overlap }) => ({ sample, solved, iterations, overlap })),
    );
    expect(rows[0]).toMatchObject(
      protocol === "scoping" ? { replicas: 10, steps: 61 } : { replicas: null, steps: 200 },
    );
  }
});

test("enumerate: the mean number of fixed points is the exact one within 4 standard errors (2,000 samples)", async () => {
  const experiment = sweepExperiments.enumerate;
  const point = await pointOf(experiment, { n: 8, selfCoupling: 0.5 });
  const rows = await run(experiment, experiment.tasks(point, { samples: 2000, seed: 2 }));
  const total = (field: string) => rows.reduce((sum, row) => sum + (row[field] as number), 0);
  const mean = total("fixedPoints") / 2000;
  const variance = total("fixedPointsSquared") / 2000 - mean ** 2;
  // 2^N Φ(J_D/σ)^N with fields of N − 1 couplings of variance 1/N: σ = √(7/8); Φ(0.534522) from scipy.stats.norm.cdf
  const expected = 2 ** 8 * 0.7035099509912867 ** 8;
  expect(rows[0].expectedCount).toBeCloseTo(expected, 9);
  expect(Math.abs(mean - (rows[0].expectedCount as number))).toBeLessThan(4 * Math.sqrt(variance / 2000));
});

test("learn: a run is that of the experiment learning, and settings of the preset stand in the rows", async () => {
  const experiment = sweepExperiments.learn;
  const point = await pointOf(experiment, { ...points.learn, selfCoupling: 0.25, rateInput: 0.02 });
  const tasks = experiment.tasks(point, { samples: 2, seed: 4 });
  expect(tasks.map(({ seed }) => seed)).toEqual([4, 5]);
  const rows = await run(experiment, tasks);
  const runs = learningExperiment.tasks(
    {
      runs: [
        {
          method: "rule",
          variant: "any",
          preset: "small",
          data: { task: "prototypes", n: 20 },
          hidden: 10,
          epochs: 2,
          trainSamples: 40,
          testSamples: 20,
          model: { selfCoupling: 0.25 },
          rule: { rates: { input: 0.02 } },
        },
      ],
      seeds: 2,
    },
    4,
  );
  const expected = (await Promise.all(runs.map((task) => runLearning(task)))).flat();
  expect(rows.map(({ seed, epoch, testAccuracy }) => ({ seed, epoch, testAccuracy }))).toEqual(
    expected.map(({ seed, epoch, testAccuracy }) => ({ seed, epoch, testAccuracy })),
  );
  // Values of the preset small that the point leaves out.
  expect(rows[0]).toMatchObject({
    sweeps: 7,
    margin: 0.5,
    rateCouplings: 0.01,
    rateInput: 0.02,
    inputStrength: 5,
  });
});

test("hetero: the capacity of each network is that of the experiment", async () => {
  const experiment = sweepExperiments.hetero;
  const point = await pointOf(experiment, { layers: 2, n: 12, epochs: 10 });
  const rows = await run(experiment, experiment.tasks(point, { samples: 2, seed: 9 }));
  const tasks = heteroExperiment.tasks(
    {
      layers: [2],
      sizes: [12],
      samples: 2,
      criterion: "mean-overlap",
      epochs: 10,
      settings: settingsOf(point),
    },
    9,
  );
  const searches = await Promise.all(tasks.map((task) => runHetero(task)));
  expect(rows.map(({ capacity }) => capacity)).toEqual(
    searches.map((search) => heteroCapacities(search, "mean-overlap")[0].capacity),
  );
  expect(rows.map(({ seed }) => seed)).toEqual([9, 10]);
});

function settingsOf(point: GridPoint) {
  const names = Object.keys(defaultHeteroSettings);
  const settings = Object.fromEntries(names.map((name) => [name, point[name]]));
  return settings as unknown as HeteroSettings;
}

test.each<[string, object, RegExp]>([
  [
    "dynamics",
    { n: 10, selfCoupling: 0, budget: 1, probability: 0.5 },
    /probability goes with update partial/,
  ],
  ["focusing", { n: 10, selfCoupling: 0, protocol: "reinforcement", replicas: 3 }, /replicas goes with/],
  ["focusing", { n: 10, selfCoupling: 0, steps: 1 }, /steps of protocol scoping must be 2 or more/],
  [
    "surroundings",
    { kind: "enumerated", n: 40, selfCoupling: 1 },
    /n must be at most 30 for kind enumerated/,
  ],
  [
    "surroundings",
    { kind: "planted", n: 40, selfCoupling: 1, distance: 0.05 },
    /distance must be in \[0.1, 0.5\]/,
  ],
  [
    "focusing-entropy",
    { n: 40, selfCoupling: 1, replicas: 2, lowestOverlap: 0.9, highestOverlap: 0.1 },
    /lowestOverlap must be below highestOverlap/,
  ],
  ["learn", { method: "mlp", sweeps: 3 }, /sweeps has no meaning for method mlp/],
  ["learn", { method: "perceptron", hidden: 3 }, /hidden has no meaning for method perceptron/],
  ["learn", { layers: 2 }, /layers = 2 needs layerCoupling above 0/],
])("%s refuses parameters that do not go together: %j", async (name, grid, message) => {
  const experiment = sweepExperiments[name];
  const point = await pointOf(experiment, grid);
  const tasks = () => experiment.tasks(point, once);
  expect(tasks).toThrow(OutOfDomain);
  expect(tasks).toThrow(message);
});

describe("one grid compares", () => {
  const tasksOf = async (experiment: string, grid: object) => {
    const tasks = await sweepTasks(
      parseDefinition({ experiment, grid }, "test"),
      sweepExperiments[experiment],
    );
    return tasks.map((task) => ({ ...task, parameters: task.parameters as Record<string, unknown> }));
  };

  test("update orders: probability is for partial alone", async () => {
    const grid = { n: 20, selfCoupling: 0.5, budget: 10, update: ["async", "partial"] };
    const tasks = await tasksOf("dynamics", { ...grid, probability: [0.3, 0.6] });
    expect(tasks.map(({ parameters }) => [parameters.update, parameters.probability])).toEqual([
      ["async", undefined],
      ["partial", 0.3],
      ["partial", 0.6],
    ]);
    await expect(
      tasksOf("dynamics", { ...grid, update: ["async", "sync"], probability: 0.3 }),
    ).rejects.toThrow(/^grid at n = 20, .*: probability goes with update partial, got async$/);
  });

  test("protocols: replicas are for scoping alone", async () => {
    const grid = { n: 20, selfCoupling: 0.5, replicas: [3, 5] };
    expect(await tasksOf("focusing", { ...grid, protocol: ["scoping", "reinforcement"] })).toHaveLength(3);
    await expect(tasksOf("focusing", { ...grid, protocol: "reinforcement" })).rejects.toThrow(
      "replicas goes with protocol scoping",
    );
  });

  test("methods: a baseline has what is its own", async () => {
    const grid = { data: "prototypes", inputs: 20, hidden: [10, 20], selfCoupling: [0, 0.5] };
    const tasks = await tasksOf("learn", { ...grid, method: ["rule", "mlp", "perceptron"] });
    // Both sizes with both J_D, both sizes, and one.
    const count = (method: string) => tasks.filter(({ parameters }) => parameters.method === method).length;
    expect([count("rule"), count("mlp"), count("perceptron")]).toEqual([4, 2, 1]);
  });
});

test.each(["learn", "hetero"])("%s: a seed beyond all integers is refused", (name) => {
  const experiment = sweepExperiments[name];
  expect(experiment.consecutiveSeeds).toBe(true);
  const repeats = { samples: 2, seed: Number.MAX_SAFE_INTEGER };
  expect(() => experiment.tasks({}, repeats)).toThrow(
    /^seed of the last sample must be an integer from 0 to/,
  );
});
