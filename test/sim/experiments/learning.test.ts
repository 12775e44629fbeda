/** @file The experiment on learning: which samples, which tasks, and rows of tiny runs. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { entangle } from "../../../sim/data/entangled.ts";
import { DataError } from "../../../sim/data/idx.ts";
import { takeSamples } from "../../../sim/data/labelled.ts";
import { readLabelledImages } from "../../../sim/data/mnist.ts";
import { learningExperiment, runTask } from "../../../sim/experiments/learning.ts";
import type { LearningParameters, LearningRun } from "../../../sim/experiments/learning.ts";
import { dataShape, entangledSets, trainingSets } from "../../../sim/experiments/learning-data.ts";
import type { LearningData } from "../../../sim/experiments/learning-data.ts";
import { paperLearning, quickLearning, standardLearning } from "../../../sim/learning-presets.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

/** Images of 6 pixels, sample k showing the bits of k + 1, so that all are different; `labels` in turn. */
async function writeImages(folder: string, prefix: string, count: number, labels: readonly number[]) {
  const pixels = Array.from({ length: count }, (_, k) =>
    Array.from({ length: 6 }, (_, bit) => (((k + 1) >> bit) & 1) * 200 + 1),
  );
  const header = (...words: number[]) => {
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((word, k) => bytes.writeUInt32BE(word, 4 * k));
    return bytes;
  };
  const images = Buffer.concat([header(0x803, count, 2, 3), Buffer.from(pixels.flat())]);
  const classes = Buffer.from(Array.from({ length: count }, (_, k) => labels[k % labels.length]!));
  await writeFile(join(folder, `${prefix}-images-idx3-ubyte`), images);
  await writeFile(
    join(folder, `${prefix}-labels-idx1-ubyte`),
    Buffer.concat([header(0x801, count), classes]),
  );
}

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
let folder: string;
let lacking: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "images-"));
  lacking = await mkdtemp(join(tmpdir(), "images-"));
  await writeImages(folder, "train", 60, digits);
  await writeImages(folder, "t10k", 20, digits);
  await writeImages(lacking, "train", 60, digits.slice(0, 9));
  await writeImages(lacking, "t10k", 20, digits);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(lacking, { recursive: true, force: true });
});

const rowsOf = ({ states, n, labels }: { states: Int8Array; n: number; labels: Uint8Array }) =>
  Array.from(labels, (label, k) => `${label}:${states.subarray(k * n, (k + 1) * n).join("")}`);

describe("samples of Entangled MNIST", () => {
  const request = { seed: 3, n: 64 };

  test("all images are taken in the order of the file, training and test through one projection", async () => {
    const sets = await entangledSets({ ...request, data: folder, trainSamples: 60, testSamples: 20 });
    const train = await readLabelledImages({ folder, part: "train" });
    const testing = await readLabelledImages({ folder, part: "test" });
    expect(sets).toEqual({ train: entangle(train, request), test: entangle(testing, request) });
    expect(rowsOf(sets.test)).toEqual(rowsOf(sets.train).slice(0, 20));
  });

  test("a part is a random choice without repetition, another one for another seed", async () => {
    const all = rowsOf(
      (await entangledSets({ ...request, data: folder, trainSamples: 60, testSamples: 1 })).train,
    );
    const part = rowsOf(
      (await entangledSets({ ...request, data: folder, trainSamples: 50, testSamples: 1 })).train,
    );
    expect(new Set(part).size).toBe(50);
    expect(part.every((row) => all.includes(row))).toBe(true);
    expect(part).not.toEqual(all.slice(0, 50));
    const labels = async (seed: number) =>
      (await entangledSets({ ...request, seed, data: folder, trainSamples: 50, testSamples: 1 })).train
        .labels;
    expect(await labels(4)).not.toEqual(await labels(3));
  });

  test("held-out images are the last ones for training, and are not learned from", async () => {
    const sets = await entangledSets({
      ...request,
      data: folder,
      trainSamples: 50,
      testSamples: 10,
      holdOut: 10,
    });
    const train = await readLabelledImages({ folder, part: "train" });
    expect(sets.train).toEqual(entangle(takeSamples(train, 0, 50), request));
    expect(sets.test).toEqual(entangle(takeSamples(train, 50, 10), request));
  });

  test.each([
    [{ trainSamples: 61, testSamples: 20 }, "trainSamples"],
    [{ trainSamples: 60, testSamples: 21 }, "testSamples"],
    [{ trainSamples: 0, testSamples: 20 }, "trainSamples"],
    [{ trainSamples: 51, testSamples: 10, holdOut: 10 }, "trainSamples"],
    [{ trainSamples: 1, testSamples: 10, holdOut: 60 }, "holdOut"],
  ])("refuses %j in one line", async (sizes, name) => {
    const asked = entangledSets({ ...request, data: folder, ...sizes });
    await expect(asked).rejects.toThrow(OutOfDomain);
    await expect(asked).rejects.toThrow(name);
  });

  test("training and test images of different sizes are refused with both", async () => {
    const uneven = await mkdtemp(join(tmpdir(), "images-"));
    onTestFinished(() => rm(uneven, { recursive: true, force: true }));
    await writeImages(uneven, "train", 60, digits);
    const word = (value: number) => [0, 0, 0, value];
    const image = [0, 0, 8, 3, ...word(1), ...word(7), ...word(7), ...new Array<number>(49).fill(1)];
    await writeFile(join(uneven, "t10k-images-idx3-ubyte"), Uint8Array.from(image));
    await writeFile(join(uneven, "t10k-labels-idx1-ubyte"), Uint8Array.from([0, 0, 8, 1, ...word(1), 3]));
    const asked = entangledSets({ ...request, data: uneven, trainSamples: 60, testSamples: 1 });
    await expect(asked).rejects.toThrow(DataError);
    await expect(asked).rejects.toThrow("train images have 6 pixels, test images 49");
  });

  test("names an empty class and a missing folder", async () => {
    const sizes = { trainSamples: 60, testSamples: 20 };
    await expect(entangledSets({ ...request, data: lacking, ...sizes })).rejects.toThrow(/class 9/);
    await expect(entangledSets({ ...request, data: join(folder, "none"), ...sizes })).rejects.toThrow(
      DataError,
    );
  });
});

describe("artificial tasks", () => {
  test.each<LearningData>([
    { task: "prototypes", n: 40, classes: 4, flipProbability: 0.05 },
    { task: "parity", n: 30 },
    { task: "hidden-manifold", latent: 8, classes: 3 },
  ])("%j: training and test samples are parts of one draw", async (data) => {
    const sets = await trainingSets(data, { seed: 2, trainSamples: 120, testSamples: 40 });
    const { inputs, classes } = dataShape(data);
    expect([sets.train, sets.test].map(({ count, n, classes: c }) => [count, n, c])).toEqual([
      [120, inputs, classes],
      [40, inputs, classes],
    ]);
    const more = await trainingSets(data, { seed: 2, trainSamples: 100, testSamples: 60 });
    expect([...rowsOf(more.train), ...rowsOf(more.test)]).toEqual([
      ...rowsOf(sets.train),
      ...rowsOf(sets.test),
    ]);
  });
});

const tiny = {
  preset: "small",
  variant: "baseline",
  hidden: 32,
  trainSamples: 300,
  testSamples: 100,
  epochs: 2,
} as const;

const runs: LearningRun[] = [
  { ...tiny, method: "rule" },
  { ...tiny, method: "rule", variant: "two layers", model: { layers: 2, layerCoupling: 1 } },
  { ...tiny, method: "rule", variant: "partial", rule: { updateProbability: 0.8 } },
  { ...tiny, method: "random-features" },
  { ...tiny, method: "reservoir" },
  { ...tiny, method: "mlp" },
  { ...tiny, method: "perceptron" },
];

async function results(tasks: readonly Task[]): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const task of tasks) found.set(taskKey(task), await runTask(task));
  return found;
}

const collect = (parameters: LearningParameters, seed: number, found: ReadonlyMap<string, unknown>) =>
  learningExperiment.collect(parameters, seed, (task) => found.get(taskKey(task)));

describe("rows", () => {
  test("one an epoch of each run from each seed, the same in whatever order tasks run", async () => {
    const parameters = { runs, seeds: 2 };
    const tasks = learningExperiment.tasks(parameters, 5);
    const rows = collect(parameters, 5, await results(tasks));
    expect(collect(parameters, 5, await results([...tasks].reverse()))).toEqual(rows);
    expect(rows).toHaveLength(7 * 2 * 2);
    expect(rows.map(({ epoch }) => epoch)).toEqual(rows.map((_, k) => 1 + (k % 2)));
    expect(rows.map(({ seed }) => seed)).toEqual(rows.map((_, k) => (k < 14 ? 5 : 6)));
    expect(rows.slice(0, 14).filter((_, k) => k % 2 === 0)).toMatchObject(
      runs.map(({ method, variant }) => ({ method, variant, status: "ok", trainSamples: 300, epochs: 2 })),
    );
    for (const { trainAccuracy, testAccuracy } of rows) {
      expect(Math.round(300 * trainAccuracy!) / 300).toBeCloseTo(trainAccuracy!, 12);
      expect(Math.round(100 * testAccuracy!) / 100).toBeCloseTo(testAccuracy!, 12);
    }
    const last = (method: string, variant = "baseline") =>
      rows.filter((row) => row.method === method && row.variant === variant && row.seed === 5)[1]!;
    expect(last("rule", "two layers")).toMatchObject({ layers: 2, layerCoupling: 1, selfCoupling: 0.5 });
    expect(last("rule").meanSweeps).toBeGreaterThan(1);
    expect(last("rule", "partial")).toMatchObject({ meanSweeps: null, settled: null });
    expect(last("random-features")).toMatchObject({ selfCoupling: 0, settled: null, symmetry: null });
    expect(last("perceptron")).toMatchObject({ hidden: 0, layers: 0, symmetry: null, hiddenUpdates: null });
    // The reservoir's couplings stay as drawn: independent J_ij and J_ji, a correlation of about √2/H.
    const reservoir = rows.filter(({ method, seed }) => method === "reservoir" && seed === 5);
    expect(reservoir[0]!.symmetry).toBe(reservoir[1]!.symmetry);
    expect(Math.abs(reservoir[0]!.symmetry!)).toBeLessThan((5 * Math.SQRT2) / 32);
    expect(
      rows.some(({ seed, testAccuracy }, k) => seed === 5 && testAccuracy !== rows[k + 14]!.testAccuracy),
    ).toBe(true);
  });

  test("prototypes with few flips are learned by every method", async () => {
    const easy: LearningParameters = {
      runs: (["rule", "random-features", "reservoir", "mlp", "perceptron"] as const).map((method) => ({
        ...tiny,
        method,
        epochs: 6,
        data: { task: "prototypes", n: 40, classes: 4, flipProbability: 0.05 },
      })),
      seeds: 1,
    };
    const rows = collect(easy, 1, await results(learningExperiment.tasks(easy, 1)));
    for (const { epoch, testAccuracy } of rows) if (epoch === 6) expect(testAccuracy).toBeGreaterThan(0.9);
  });

  test("a task without a result stands as one row of its last epoch, with its seed", async () => {
    const parameters = { runs: runs.slice(0, 2), seeds: 2 };
    const [first] = learningExperiment.tasks(parameters, 8);
    const rows = collect(parameters, 8, await results([first!]));
    expect(rows.map(({ status, variant, seed, epoch }) => [status, variant, seed, epoch])).toEqual([
      ["ok", "baseline", 8, 1],
      ["ok", "baseline", 8, 2],
      ["unstarted", "two layers", 8, 2],
      ["unstarted", "baseline", 9, 2],
      ["unstarted", "two layers", 9, 2],
    ]);
    expect(rows[2]).toMatchObject({ hidden: 32, layers: 2, trainAccuracy: null, testAccuracy: null });
  });
});

describe("tasks", () => {
  const keys = (run: Partial<LearningRun>, seed = 1, seeds = 1) =>
    learningExperiment.tasks({ runs: [{ ...tiny, method: "rule", ...run }], seeds }, seed).map(taskKey);

  test("runs that differ in name only, or spell out what the preset says, are one task", () => {
    expect(keys({ variant: "margin: 0.5", rule: { margin: 0.5, rates: { readout: 0.1 } } })).toEqual(
      keys({}),
    );
    expect(keys({ rule: { rates: { readout: 0.2 } } })).not.toEqual(keys({}));
    expect(keys({ method: "random-features", model: { selfCoupling: 3 } })).toEqual(
      keys({ method: "random-features" }),
    );
    expect(keys({ method: "perceptron", hidden: 64 })).toEqual(keys({ method: "perceptron" }));
  });

  test("seed s + k is the same task from whichever first seed", () => {
    expect(keys({}, 5, 3)).toEqual([5, 6, 7].flatMap((seed) => keys({}, seed)));
    expect(new Set(keys({}, 5, 3)).size).toBe(3);
  });

  test("cost grows with samples, epochs, neurons and layers", () => {
    const cost = (run: Partial<LearningRun>) => {
      const [task] = learningExperiment.tasks({ runs: [{ ...tiny, method: "rule", ...run }], seeds: 1 }, 1);
      return learningExperiment.cost(task!);
    };
    const more = [
      { trainSamples: 600 },
      { epochs: 4 },
      { hidden: 64 },
      { model: { layers: 2, layerCoupling: 1 } },
    ];
    for (const run of more) expect(cost(run)).toBeGreaterThan(cost({}));
  });

  test.each<[Partial<LearningParameters> & { run?: Partial<LearningRun> }, string]>([
    [{ seeds: 0 }, "seeds"],
    [{ run: { epochs: 0 } }, "epochs"],
    [{ run: { hidden: 1 } }, "hidden"],
    [{ run: { trainSamples: 0.5 } }, "trainSamples"],
    [{ run: { model: { selfCoupling: -1 } } }, "selfCoupling"],
    [{ run: { rule: { batchSize: 0 } } }, "batchSize"],
    [{ run: { data: { task: "prototypes", classes: 1 } } }, "outputs"],
    [{ run: { method: "mlp", rule: { margin: 1 } } }, "rule"],
    [{ run: { method: "perceptron", model: { layers: 2 } } }, "model"],
    [{ run: { method: "mlp", schedule: "linear" } }, "schedule"],
    [{ run: { method: "mlp", hidden: 0 } }, "hidden"],
  ])("refuses %j before anything runs", ({ seeds = 1, run }, name) => {
    const parameters = { seeds, runs: [{ ...tiny, method: "rule" as const, ...run }] };
    const ask = () => learningExperiment.tasks(parameters, 1);
    expect(ask).toThrow(OutOfDomain);
    expect(ask).toThrow(name);
  });
});

describe("presets of the figures", () => {
  const seconds = (sets: Readonly<Record<string, LearningParameters>>) => {
    const tasks = Object.values(sets).flatMap((parameters) => learningExperiment.tasks(parameters, 1));
    const distinct = new Map(tasks.map((task) => [taskKey(task), learningExperiment.cost(task)]));
    return [...distinct.values()].reduce((sum, each) => sum + each, 0);
  };

  test("are valid, quick within 90 seconds of one core, standard within 40 minutes", () => {
    expect(seconds({ ...quickLearning })).toBeLessThan(90);
    expect(seconds({ ...standardLearning })).toBeLessThan(40 * 60);
    expect(seconds({ ...paperLearning })).toBeGreaterThan(seconds({ ...standardLearning }));
  });

  test("compare each variant with a baseline of the same size, samples, epochs and seeds", () => {
    for (const { ablations } of [quickLearning, standardLearning, paperLearning]) {
      const baseline = ablations.runs.find(({ variant }) => variant === "baseline")!;
      const { preset, hidden, epochs } = baseline;
      for (const run of ablations.runs) expect(run).toMatchObject({ preset, hidden, epochs });
      expect(new Set(ablations.runs.map(({ variant }) => variant)).size).toBe(ablations.runs.length);
    }
  });
});
