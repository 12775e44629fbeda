/** @file Sweeps to rest: ROC curves against pairs counted one by one and closed forms, dynamics in plain numbers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { equilibrationExperiment, runTask } from "../../../sim/experiments/equilibration.ts";
import type { EquilibrationParameters } from "../../../sim/experiments/equilibration.ts";
import { randomTargetWeights } from "../../../sim/experiments/equilibration-kinds.ts";
import { equilibrationMeans } from "../../../sim/experiments/equilibration-rows.ts";
import { entangledSets } from "../../../sim/experiments/learning-data.ts";
import { rocCurve } from "../../../sim/experiments/roc.ts";
import { networkSetup } from "../../../sim/learning/presets.ts";
import { trainEpochs } from "../../../sim/learning/train.ts";
import type { TrainingState } from "../../../sim/learning/train.ts";
import { stream } from "../../../sim/random.ts";
import { collectRows, imageFolder, plainDynamics, smallTraining } from "./learning-probe-fixtures.ts";

const images = imageFolder(400, 200);
afterAll(images.remove);

/** Probability that a positive is above a negative, ties by half, from all pairs. */
function pairedArea(positives: readonly number[], negatives: readonly number[]): number {
  const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

const repeated = (counts: readonly number[]): number[] =>
  counts.flatMap((count, k) => new Array<number>(count).fill(k + 1));

describe("ROC curves", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 25 });

  test("area by all pairs, trapezoids below the curve, complement when the kinds change places", () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const { area, falseRates, trueRates } = rocCurve(positives, negatives);
        expect(area).toBeCloseTo(pairedArea(positives, negatives), 12);
        expect(rocCurve(negatives, positives).area).toBeCloseTo(1 - area, 12);
        const trapezoids = falseRates
          .slice(1)
          .reduce((sum, x, k) => sum + ((x - falseRates[k]!) * (trueRates[k + 1]! + trueRates[k]!)) / 2, 0);
        expect(trapezoids).toBeCloseTo(area, 12);
        expect([falseRates[0], trueRates[0], falseRates.at(-1), trueRates.at(-1)]).toEqual([0, 0, 1, 1]);
      }),
    );
  });

  test.each([2, 5, 12])("larger of two uniform scores 1..%i against one: area (4K² − 1)/6K²", (k) => {
    const largest = repeated(Array.from({ length: k }, (_, j) => 2 * j + 1));
    const one = repeated(new Array<number>(k).fill(1));
    expect(rocCurve(largest, one).area).toBeCloseTo((4 * k * k - 1) / (6 * k * k), 12);
  });

  test("no difference, 2000 draws of 30 and 40: mean squared standard error within 4 % of (m+n+1)/12mn", () => {
    const words = stream(1, "roc");
    const draw = (count: number): number[] => Array.from({ length: count }, () => words.uniform());
    const runs = Array.from({ length: 2000 }, () => rocCurve(draw(30), draw(40)));
    const mean = (value: (run: (typeof runs)[number]) => number): number =>
      runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
    const exact = 71 / (12 * 30 * 40);
    expect(Math.abs(mean(({ standardError }) => standardError! ** 2) / exact - 1)).toBeLessThan(0.04);
    expect(Math.abs(mean(({ area }) => area) - 0.5)).toBeLessThan(4 * Math.sqrt(exact / 2000));
  });

  test("needs both kinds, and numbers; with a single one there is no standard error", () => {
    expect(() => rocCurve([], [1])).toThrow("got 0 and 1");
    expect(() => rocCurve([Number.NaN], [1])).toThrow("NaN");
    expect(rocCurve([2], [1])).toMatchObject({ area: 1, standardError: null });
  });
});

test("random targets: fields are those of code words ±r with the square norm of a class target", () => {
  const one = Float32Array.from({ length: 100 }, (_, k) => (k % 11 === 0 ? 1 : 0));
  const { values } = randomTargetWeights({ rows: 10, columns: 10, values: one }, stream(4, "words"));
  const squared = 10 / 4 + 9 / 4;
  for (let label = 0; label < 10; label++) {
    const fields = Array.from({ length: 10 }, (_, i) =>
      Array.from(
        { length: 10 },
        (_, c) => values[i * 10 + c]! * (c === label ? Math.sqrt(10) / 2 : -0.5),
      ).reduce((sum, value) => sum + value, 0),
    );
    for (const field of fields) expect(field ** 2).toBeCloseTo(squared / 10, 5);
  }
});

const training = smallTraining(images.folder);
const parameters: EquilibrationParameters = {
  seeds: 2,
  trainings: [training],
  probe: { sweeps: 20, flipProbabilities: [0.1, 0.3] },
};
const kinds = [
  "right target",
  "wrong target",
  "random target",
  "no target",
  "flipped bits 0.1",
  "flipped bits 0.3",
  "shuffled pixels",
  "uniform noise",
];

describe("the experiment", () => {
  test("sweeps to rest without and with the right target as by dynamics in plain numbers", async () => {
    const seed = 6;
    const rows = await runTask(equilibrationExperiment.tasks(parameters, seed)[0]!);
    const { trainSamples, testSamples } = training;
    const sets = await entangledSets({ seed, trainSamples, testSamples, n: 30, data: images.folder });
    const setup = networkSetup("rule", training.model, training.rule);
    let state: TrainingState | undefined;
    for await (const step of trainEpochs({ ...setup, epochs: 2, schedule: "constant", seed }, sets)) {
      state = await step.state();
    }
    for (const [kind, fed] of [
      ["no target", false],
      ["right target", true],
    ] as const) {
      const counts = new Array<number>(21).fill(0);
      for (let b = 0; b < testSamples; b++) {
        const sample = { bits: sets.test.states.subarray(30 * b, 30 * b + 30), label: sets.test.labels[b]! };
        const states = plainDynamics(state!.weights, 0.5, sample, (sweep) => fed && sweep > 2, 20);
        const still = states.findIndex(
          (s, k) => k >= (fed ? 2 : 1) && s.every((value, i) => value === states[k - 1]![i]),
        );
        counts[still < 0 ? 20 : still]!++;
      }
      expect(rows.find((row) => row.kind === kind)!.sweeps).toEqual(counts);
    }
  });

  test("kinds in order, all samples counted, areas those of the counts, the same again", async () => {
    const rows = await collectRows(equilibrationExperiment, runTask, parameters, 6);
    expect(rows.map(({ kind }) => kind)).toEqual([...kinds, ...kinds]);
    const reference = (kind: string) => rows.find((row) => row.kind === kind)!;
    for (const row of rows.slice(0, kinds.length)) {
      const { kind, sweeps, auc, mean, marginAuc } = row;
      const all = repeated(sweeps);
      expect(all).toHaveLength(100);
      expect(mean).toBeCloseTo(all.reduce((sum, at) => sum + at, 0) / 100, 12);
      if (row.reference === null) {
        expect([kind === "right target" || kind === "no target", auc, marginAuc]).toEqual([true, null, null]);
        continue;
      }
      expect(row.reference).toBe(kind.endsWith("target") ? "right target" : "no target");
      expect(auc).toBeCloseTo(pairedArea(all, repeated(reference(row.reference).sweeps)), 12);
      expect(marginAuc).toBeGreaterThan(0);
    }
    expect(await collectRows(equilibrationExperiment, runTask, parameters, 6)).toEqual(rows);
  });

  test("over seeds: counts add up, the ROC curve is that of all samples, errors of areas are not below", async () => {
    const rows = await collectRows(equilibrationExperiment, runTask, parameters, 6);
    const means = equilibrationMeans(rows);
    expect(means.map(({ kind, runs }) => [kind, runs])).toEqual(kinds.map((kind) => [kind, 2]));
    const noise = means.at(-1)!;
    const own = rows.filter(({ kind }) => kind === "uniform noise");
    expect(noise.sweeps).toEqual(own[0]!.sweeps.map((count, k) => count + own[1]!.sweeps[k]!));
    const pooled = rocCurve(repeated(noise.sweeps), repeated(means[3]!.sweeps));
    expect(noise.rocTrue).toEqual(pooled.trueRates);
    expect(noise.auc!.mean).toBeCloseTo((own[0]!.auc! + own[1]!.auc!) / 2, 12);
    const ofSamples = Math.hypot(own[0]!.aucError!, own[1]!.aucError!) / 2;
    expect(noise.auc!.standardError).toBeCloseTo(
      Math.max(ofSamples, Math.abs(own[0]!.auc! - own[1]!.auc!) / 2),
      12,
    );
  });

  test("learning that diverges: a row a kind without numbers, and means that say so", async () => {
    const wild = { ...training, rule: { ...training.rule, rates: { couplings: 1e6 } } };
    const rows = await collectRows(
      equilibrationExperiment,
      runTask,
      { ...parameters, seeds: 1, trainings: [wild] },
      6,
    );
    expect(rows.map(({ kind, status, mean }) => [kind, status, mean])).toEqual(
      kinds.map((kind) => [kind, "not-converged", null]),
    );
    expect(equilibrationMeans(rows)[1]).toMatchObject({ status: "not-converged", runs: 0, auc: null });
  });

  test("one run whose area has no standard error has a mean without one", async () => {
    const rows = await runTask(equilibrationExperiment.tasks(parameters, 6)[0]!);
    const single = { ...rows.at(-1)!, aucError: null };
    expect(equilibrationMeans([single])[0]!.auc).toEqual({ mean: single.auc, standardError: null });
  });

  test("other images of another size are refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "images-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const word = (value: number) => [0, 0, 0, value];
    const image = [0, 0, 8, 3, ...word(1), ...word(7), ...word(7), ...new Array<number>(49).fill(1)];
    writeFileSync(join(folder, "t10k-images-idx3-ubyte"), Uint8Array.from(image));
    writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), Uint8Array.from([0, 0, 8, 1, ...word(1), 3]));
    const probe = { ...parameters.probe, otherData: folder };
    const [task] = equilibrationExperiment.tasks({ ...parameters, probe }, 6);
    await expect(runTask(task!)).rejects.toThrow("test images have 36 pixels, other images 49");
  });

  test("other images are a kind of their own; what was not run gives rows without numbers", async () => {
    const probe = { ...parameters.probe, otherData: images.folder };
    const with9 = { ...parameters, seeds: 1, probe };
    const rows = await collectRows(equilibrationExperiment, runTask, with9, 6);
    // The same images through the same projection: nothing sets them apart.
    expect(rows.at(-1)).toMatchObject({ kind: "other images", auc: 0.5, sweeps: rows[3]!.sweeps });
    const none = equilibrationExperiment.collect(with9, 6, () => undefined);
    expect(none.map(({ kind }) => kind)).toEqual([...kinds, "other images"]);
    expect(none[0]).toMatchObject({ status: "unstarted", mean: null, sweeps: [], auc: null, seed: 6 });
    expect(equilibrationMeans(none)[5]).toMatchObject({
      status: "unstarted",
      runs: 0,
      auc: null,
      sweeps: [],
    });
  });

  test.each([
    [{ sweeps: 2 }, /sweeps/],
    [{ flipProbabilities: [0] }, /flipProbabilities/],
    [{ flipProbabilities: [Number.NaN] }, /flipProbabilities/],
    [{ otherData: "/no/such/folder" }, /no such folder/],
  ])("refuses %j", async (changes, message) => {
    const task = equilibrationExperiment.tasks(parameters, 1)[0]!;
    const probe = { ...parameters.probe, ...changes };
    await expect(runTask({ ...task, parameters: { training, probe } })).rejects.toThrow(message);
  });
});
