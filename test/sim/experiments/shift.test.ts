/** @file Accuracy under flipped bits: the ends 0 and ½ of the noise, determinism, refusals, means. */
import { afterAll, describe, expect, test } from "vitest";
import { entangledSets } from "../../../sim/experiments/learning-data.ts";
import { runTask, shiftExperiment, shiftMeans } from "../../../sim/experiments/shift.ts";
import type { ShiftParameters, ShiftSample } from "../../../sim/experiments/shift.ts";
import { networkSetup } from "../../../sim/learning/presets.ts";
import { trainEpochs } from "../../../sim/learning/train.ts";
import { collectRows, imageFolder, smallTraining } from "./learning-probe-fixtures.ts";

// All 2000 test images are used: 200 of each class.
const images = imageFolder(400, 2000);
afterAll(images.remove);

const training = { ...smallTraining(images.folder), testSamples: 2000 };
const parameters: ShiftParameters = {
  seeds: 2,
  training,
  methods: ["rule", "random-features", "reservoir"],
  trainingFlips: [0, 0.1],
  flipProbabilities: [0, 0.1, 0.5],
};

describe("the experiment", () => {
  test("without flips the accuracy is that of a plain run, for each method", async () => {
    const seed = 4;
    const { trainSamples, testSamples, model, rule } = training;
    const sets = await entangledSets({ seed, trainSamples, testSamples, n: 30, data: images.folder });
    for (const [k, method] of parameters.methods.entries()) {
      const [row] = await runTask(shiftExperiment.tasks(parameters, seed)[k]!);
      const run = { ...networkSetup(method, model, rule), epochs: 2, schedule: "constant", seed } as const;
      let accuracy = 0;
      for await (const { result } of trainEpochs(run, sets)) accuracy = result.testAccuracy;
      expect(row).toMatchObject({ method, flipProbability: 0, trainingFlips: 0, accuracy });
      expect(accuracy).toBeGreaterThan(0.2);
    }
  });

  test("rows in order; noise costs accuracy, and at ½ 2000 samples of equal classes are right by chance", async () => {
    const rows = await collectRows(shiftExperiment, runTask, parameters, 4);
    expect(rows).toHaveLength(2 * 2 * 3 * 3);
    expect(rows.slice(0, 4).map(({ method, flipProbability }) => [method, flipProbability])).toEqual([
      ["rule", 0],
      ["rule", 0.1],
      ["rule", 0.5],
      ["random-features", 0],
    ]);
    const at = (flipProbability: number): ShiftSample[] =>
      rows.filter((row) => row.flipProbability === flipProbability);
    for (const { accuracy } of at(0.5)) {
      expect(Math.abs(accuracy! - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / 2000));
    }
    at(0).forEach((clean, k) => {
      expect(clean.accuracy!).toBeGreaterThan(at(0.1)[k]!.accuracy!);
    });
    expect(await collectRows(shiftExperiment, runTask, parameters, 4)).toEqual(rows);
  });

  test("training noise changes what is learned", async () => {
    const tasks = shiftExperiment.tasks(parameters, 4);
    const [clean, noisy] = [await runTask(tasks[0]!), await runTask(tasks[3]!)];
    expect([clean[0]!.method, noisy[0]!.method, noisy[0]!.trainingFlips]).toEqual(["rule", "rule", 0.1]);
    expect(noisy.map(({ accuracy }) => accuracy)).not.toEqual(clean.map(({ accuracy }) => accuracy));
  });

  test("what was not run: rows without accuracy, and means that say so", () => {
    const rows = shiftExperiment.collect(parameters, 4, () => undefined);
    expect(rows).toHaveLength(36);
    expect(rows[0]).toMatchObject({ status: "unstarted", seed: 4, accuracy: null });
    expect(shiftMeans(rows)[0]).toMatchObject({ status: "unstarted", runs: 0, accuracy: null });
  });

  test("learning that diverges: rows without accuracy that say so, and so do the means", async () => {
    const rule = { ...training.rule, rates: { couplings: 1e6 } };
    const wild = { ...parameters, seeds: 1, methods: ["rule", "reservoir"] as const, trainingFlips: [0] };
    const rows = await collectRows(shiftExperiment, runTask, { ...wild, training: { ...training, rule } }, 4);
    expect(rows.map(({ method, status, flipProbability }) => [method, status, flipProbability])).toEqual([
      ...[0, 0.1, 0.5].map((flips) => ["rule", "not-converged", flips]),
      ...[0, 0.1, 0.5].map((flips) => ["reservoir", "ok", flips]),
    ]);
    expect(rows[0]).toMatchObject({ accuracy: null, seed: 4, hidden: 40 });
    const unstarted = { ...rows[0]!, status: "unstarted", seed: 5 } as const;
    expect(shiftMeans([unstarted, ...rows])[0]).toMatchObject({ status: "not-converged", runs: 0 });
    expect(shiftMeans([{ ...rows[3]!, method: "rule", flipProbability: 0 }, rows[0]!])).toMatchObject([
      { status: "not-converged", runs: 1, accuracy: { mean: rows[3]!.accuracy } },
    ]);
  });

  test("means over seeds with their standard errors, also where one is missing", () => {
    const sample = (seed: number, accuracy: number | null): ShiftSample => ({
      status: accuracy === null ? "unstarted" : "ok",
      method: "rule",
      hidden: 40,
      seed,
      trainingFlips: 0,
      flipProbability: 0.1,
      accuracy,
    });
    // Values 0.5, 0.7, 0.9: standard deviation 0.2, of the mean 0.2/√3.
    const [mean] = shiftMeans([sample(1, 0.5), sample(2, 0.7), sample(3, 0.9)]);
    expect(mean).toMatchObject({ status: "ok", runs: 3 });
    expect(mean!.accuracy!.mean).toBeCloseTo(0.7, 12);
    expect(mean!.accuracy!.standardError).toBeCloseTo(0.2 / Math.sqrt(3), 12);
    expect(shiftMeans([sample(1, 0.5), sample(2, null)])).toMatchObject([
      { status: "unstarted", runs: 1, accuracy: { mean: 0.5, standardError: null } },
    ]);
  });

  test.each([
    [{ trainingFlips: [1.5] }, /trainingFlips/],
    [{ flipProbabilities: [-0.1] }, /flip probability/],
    [{ training: { ...training, trainSamples: 401 } }, /trainSamples/],
  ])("refuses %j", async (changes, message) => {
    const [task] = shiftExperiment.tasks({ ...parameters, ...changes }, 1);
    await expect(runTask(task!)).rejects.toThrow(message);
  });
});
