/** @file The experiment on batch sizes: rates and epochs of its runs, presets, and rows of tiny runs. */
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { learningBatchExperiment } from "../../../sim/experiments/learning-batch.ts";
import type { BatchSetting } from "../../../sim/experiments/learning-batch.ts";
import { learningExperiment, runTask } from "../../../sim/experiments/learning.ts";
import {
  paperLearningBatch,
  quickLearningBatch,
  standardLearningBatch,
} from "../../../sim/learning-batch-presets.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import type { Task } from "../../../sim/sweep/task.ts";

const setting: BatchSetting = {
  preset: "small",
  hidden: 20,
  epochs: 2,
  batchSizes: [16, 64],
  seeds: 2,
  trainSamples: 100,
  testSamples: 50,
};
const parameters = { settings: [setting] };

/** What this test looks at in a task. */
interface Part {
  readonly epochs: number;
  readonly rule: { readonly batchSize: number; readonly rates: Record<string, number> };
}
const partOf = ({ parameters: part }: Task) => part as Part;

describe("tasks", () => {
  test("rates of the preset for √(B/16) times the epochs, and rates times √(B/16) for equal epochs", () => {
    const parts = learningBatchExperiment.tasks({ settings: [{ ...setting, seeds: 1 }] }, 7).map(partOf);
    expect(parts.map(({ epochs, rule }) => [rule.batchSize, epochs, rule.rates])).toEqual([
      [16, 2, { couplings: 0.01, input: 0.03, readout: 0.1 }],
      [64, 4, { couplings: 0.01, input: 0.03, readout: 0.1 }],
      [64, 2, { couplings: 0.02, input: 0.06, readout: 0.2 }],
    ]);
  });

  test("the published batch is the task that other figures on learning have", () => {
    const [task] = learningBatchExperiment.tasks(parameters, 7);
    const { preset, hidden, epochs, trainSamples, testSamples } = setting;
    const run = {
      method: "rule",
      variant: "baseline",
      preset,
      hidden,
      epochs,
      trainSamples,
      testSamples,
    } as const;
    const [other] = learningExperiment.tasks({ runs: [run], seeds: 1 }, 7);
    expect(taskKey(task!)).toBe(taskKey(other!));
  });

  test.each([
    [{ batchSizes: [16, 16] }, /batchSizes/],
    [{ batchSizes: [2048] }, /batchSize/],
    [{ batchSizes: [1.5] }, /batchSize/],
    [{ epochs: 0 }, /epochs/],
    [{ epochs: NaN }, /epochs/],
    [{ seeds: 0 }, /seeds/],
  ])("refuses %j", (changes, pattern) => {
    const tasks = () => learningBatchExperiment.tasks({ settings: [{ ...setting, ...changes }] }, 1);
    expect(tasks).toThrow(OutOfDomain);
    expect(tasks).toThrow(pattern);
  });
});

describe("rows", () => {
  test("every epoch of every run, with its batch size and rates; a longer run begins like a shorter one", async () => {
    const tasks = learningBatchExperiment.tasks(parameters, 7);
    const results = new Map<string, unknown>();
    for (const task of tasks) results.set(taskKey(task), await runTask(task));
    const rows = learningBatchExperiment.collect(parameters, 7, (task) => results.get(taskKey(task)));
    expect(rows).toHaveLength(2 * (2 + 4 + 2));
    for (const { status, comparedEpochs, preset, testAccuracy } of rows) {
      expect([status, comparedEpochs, preset]).toEqual(["ok", 2, "small"]);
      expect(testAccuracy).toBeGreaterThan(0);
    }
    const kinds = new Set(
      rows.map(({ batchSize, rateFactor, epochs }) => `${batchSize} ${rateFactor} ${epochs}`),
    );
    expect([...kinds]).toEqual(["16 1 2", "64 1 4", "64 2 2"]);
    const short = { method: "rule", variant: "", preset: "small", hidden: 20, epochs: 2 } as const;
    const sizes = { trainSamples: 100, testSamples: 50, rule: { batchSize: 64 } };
    const [task] = learningExperiment.tasks({ runs: [{ ...short, ...sizes }], seeds: 1 }, 7);
    const accuracies = (found: readonly { readonly testAccuracy: number | null }[]) =>
      found.map(({ testAccuracy }) => testAccuracy);
    const longer = rows.filter(
      ({ batchSize, rateFactor, seed, epoch }) =>
        batchSize === 64 && rateFactor === 1 && seed === 7 && epoch <= 2,
    );
    expect(accuracies(longer)).toEqual(accuracies(await runTask(task!)));
  });

  test("tasks without a result give one row each, `unstarted`", () => {
    const rows = learningBatchExperiment.collect(parameters, 7, () => undefined);
    expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => "unstarted"));
    expect(rows.map(({ batchSize }) => batchSize)).toEqual([16, 16, 64, 64, 64, 64]);
  });
});

test.each([
  ["quick", quickLearningBatch, 20],
  ["standard", standardLearningBatch, 1500],
  ["paper", paperLearningBatch, 36_000],
])("preset %s: tasks of their own keys, at a cost in bounds", (_, preset, most) => {
  const tasks = learningBatchExperiment.tasks(preset, 1);
  expect(new Set(tasks.map(taskKey)).size).toBe(tasks.length);
  const seconds = tasks.reduce((sum, task) => sum + learningBatchExperiment.cost(task), 0);
  expect(seconds).toBeGreaterThan(1);
  expect(seconds).toBeLessThan(most);
});
