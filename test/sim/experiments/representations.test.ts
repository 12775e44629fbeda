/** @file Overlaps of representations: against pairs counted one by one and dynamics in plain numbers; refusals. */
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { entangledSets } from "../../../sim/experiments/learning-data.ts";
import {
  classOverlaps,
  firstOfEachClass,
  meanDistance,
  representationMeans,
  representationsExperiment,
  runTask,
} from "../../../sim/experiments/representations.ts";
import type { RepresentationsParameters } from "../../../sim/experiments/representations.ts";
import { networkSetup } from "../../../sim/learning/presets.ts";
import { openLearner } from "../../../sim/learning/learner.ts";
import type { WeightMatrix } from "../../../sim/learning/weights.ts";
import { collectRows, imageFolder, plainDynamics, smallTraining } from "./learning-probe-fixtures.ts";

const images = imageFolder(400, 200);
afterAll(images.remove);

/** Mean of values for pairs of different samples that are chosen. */
function pairMean(
  { count, n, states, labels }: LabelledStates,
  chosen: (a: number, b: number) => boolean,
): number {
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      if (a === b || !chosen(labels[a]!, labels[b]!)) continue;
      for (let i = 0; i < n; i++) sum += (states[a * n + i]! * states[b * n + i]!) / n;
      pairs++;
    }
  }
  return sum / pairs;
}

const samplesArbitrary = fc
  .record({ n: fc.integer({ min: 1, max: 12 }), classes: fc.integer({ min: 2, max: 4 }) })
  .chain(({ n, classes }) =>
    fc.array(fc.integer({ min: 0, max: classes - 1 }), { maxLength: 6 }).chain((more) => {
      const labels = [...Array.from({ length: 2 * classes }, (_, k) => k % classes), ...more];
      return fc
        .array(fc.constantFrom(-1, 1), { minLength: n * labels.length, maxLength: n * labels.length })
        .map((states): LabelledStates => ({
          count: labels.length,
          n,
          classes,
          states: Int8Array.from(states),
          labels: Uint8Array.from(labels),
        }));
    }),
  );

describe("class overlaps", () => {
  test("equal the mean over pairs, one by one", () => {
    fc.assert(
      fc.property(samplesArbitrary, (samples) => {
        const { matrix, within, between } = classOverlaps(samples);
        matrix.forEach((row, c) => {
          row.forEach((value, d) => {
            expect(value).toBeCloseTo(
              pairMean(samples, (a, b) => a === c && b === d),
              12,
            );
          });
        });
        expect(within).toBeCloseTo(
          pairMean(samples, (a, b) => a === b),
          12,
        );
        expect(between).toBeCloseTo(
          pairMean(samples, (a, b) => a !== b),
          12,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("are 1 between identical states, and ±1 between states of classes that are opposite", () => {
    const state = [1, -1, -1, 1, 1];
    const labels = Uint8Array.from([0, 1, 1, 0, 0]);
    const at = (sign: (label: number) => number): LabelledStates => ({
      count: 5,
      n: 5,
      classes: 2,
      labels,
      states: Int8Array.from([...labels].flatMap((label) => state.map((s) => sign(label) * s))),
    });
    expect(classOverlaps(at(() => 1))).toEqual({
      within: 1,
      between: 1,
      matrix: [
        [1, 1],
        [1, 1],
      ],
    });
    expect(classOverlaps(at((label) => 1 - 2 * label)).matrix).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });

  test("refuse a class with one sample, and distances count differing neurons", () => {
    const lonely = {
      count: 3,
      n: 1,
      classes: 2,
      states: Int8Array.of(1, 1, 1),
      labels: Uint8Array.of(0, 0, 1),
    };
    expect(() => classOverlaps(lonely)).toThrow("got 1 of class 1");
    expect(meanDistance(Int8Array.of(1, 1, -1, -1), Int8Array.of(1, -1, -1, -1))).toBe(0.25);
  });

  test("the first samples of each class keep their order; too few are refused", () => {
    const states = Int8Array.of(1, -1, 1, 1, -1, -1);
    const samples = { count: 6, n: 1, classes: 2, states, labels: Uint8Array.of(0, 0, 0, 1, 1, 0) };
    const kept = firstOfEachClass(samples, 2);
    expect([...kept.labels]).toEqual([0, 0, 1, 1]);
    expect([...kept.states]).toEqual([1, -1, 1, -1]);
    expect(() => firstOfEachClass(samples, 3)).toThrow(/at most 2, the samples of class 1 .* got 3/);
  });
});

const training = smallTraining(images.folder);
const { model, ...shared } = training;
const parameters: RepresentationsParameters = {
  seeds: 2,
  models: [model, { ...model, layers: 2, layerCoupling: 3 }],
  looks: { ...shared, lookAt: [0, 2], samplesPerClass: 3 },
};

describe("the experiment", () => {
  test("before training: overlaps and clamped distance as by dynamics in plain numbers", async () => {
    const seed = 3;
    const [row] = await runTask({
      ...representationsExperiment.tasks({ ...parameters, models: [model] }, seed)[0]!,
    });
    const { trainSamples, testSamples, data } = training;
    const sets = await entangledSets({ seed, trainSamples, testSamples, n: 30, ...(data && { data }) });
    const probe = firstOfEachClass(sets.test, 3);
    const setup = networkSetup("rule", model, training.rule);
    const learner = await openLearner({ ...setup, sets: { probe }, seed });
    const weights: readonly WeightMatrix[] = learner.weights();
    const run = (b: number, fed: boolean): number[][] =>
      plainDynamics(
        weights,
        0.5,
        { bits: probe.states.subarray(30 * b, 30 * b + 30), label: probe.labels[b]! },
        (sweep) => fed && sweep > 2 && sweep <= 6,
        12,
      );
    const all = Array.from({ length: probe.count }, (_, b) => b);
    const states = Int8Array.from(all.flatMap((b) => run(b, false)[5]!));
    const hidden = { ...probe, n: 40, states };
    expect(row!.within).toBeCloseTo(
      pairMean(hidden, (a, b) => a === b),
      12,
    );
    expect(row!.matrix![2]![7]).toBeCloseTo(
      pairMean(hidden, (a, b) => a === 2 && b === 7),
      12,
    );
    expect(row!.inputBetween).toBeCloseTo(
      pairMean(probe, (a, b) => a !== b),
      12,
    );
    const distances = all.map((b) => {
      const [clamped, free] = [run(b, true)[5]!, run(b, true)[11]!];
      return clamped.filter((s, i) => s !== free[i]).length / 40;
    });
    const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length;
    expect(mean).toBeGreaterThan(0);
    expect(row!.clampedFreeDistance).toBeCloseTo(mean, 12);
  });

  test("a row a seed, network, epoch and layer; the same again; means over seeds", async () => {
    const rows = await collectRows(representationsExperiment, runTask, parameters, 7);
    expect(rows.map(({ seed, layers, epoch, layer }) => [seed, layers, epoch, layer])).toEqual(
      [7, 8].flatMap((seed) => [
        ...[0, 2].map((epoch) => [seed, 1, epoch, 0]),
        ...[0, 2].flatMap((epoch) => [0, 1].map((layer) => [seed, 2, epoch, layer])),
      ]),
    );
    expect(await collectRows(representationsExperiment, runTask, parameters, 7)).toEqual(rows);
    const means = representationMeans(rows);
    expect(means.map(({ runs, status }) => [runs, status])).toEqual(Array(6).fill([2, "ok"]));
    const own = rows.filter(({ layers, epoch }) => layers === 1 && epoch === 2).map(({ within }) => within!);
    expect(means[1]!.within!.mean).toBeCloseTo((own[0]! + own[1]!) / 2, 12);
    expect(means[1]!.within!.standardError).toBeCloseTo(Math.abs(own[0]! - own[1]!) / 2, 12);
    expect(means[1]!.matrix![0]).toHaveLength(10);
  });

  test("what was not run gives rows of nulls with status unstarted", () => {
    const rows = representationsExperiment.collect(parameters, 7, () => undefined);
    expect(rows).toHaveLength(12);
    expect(rows[0]).toMatchObject({ status: "unstarted", seed: 7, hidden: 40, within: null, matrix: null });
    expect(representationMeans(rows)[0]).toMatchObject({ status: "unstarted", runs: 0, within: null });
  });

  test("learning that diverges: epochs before it keep their numbers, later ones say so, as do the means", async () => {
    const rule = { ...training.rule, rates: { couplings: 1e6 } };
    const wild = { ...parameters, seeds: 1, looks: { ...parameters.looks, rule } };
    const rows = await collectRows(representationsExperiment, runTask, wild, 7);
    const places = rows.map(({ layers, epoch, layer, status }) => [layers, epoch, layer, status]);
    expect(places).toEqual([
      [1, 0, 0, "ok"],
      [1, 2, 0, "not-converged"],
      [2, 0, 0, "ok"],
      [2, 0, 1, "ok"],
      [2, 2, 0, "not-converged"],
      [2, 2, 1, "not-converged"],
    ]);
    expect(rows[0]!.within).not.toBeNull();
    expect(rows[1]).toMatchObject({ within: null, matrix: null, inputWithin: null, seed: 7 });
    expect(representationMeans(rows)[1]).toMatchObject({ status: "not-converged", runs: 0, within: null });
  });

  test("costs grow with epochs, layers and seeds' tasks", () => {
    const [one, two] = representationsExperiment.tasks(parameters, 7);
    expect(representationsExperiment.cost(two!)).toBeGreaterThan(representationsExperiment.cost(one!));
    const longer = { ...parameters, looks: { ...parameters.looks, epochs: 20 } };
    const [long] = representationsExperiment.tasks(longer, 7);
    expect(representationsExperiment.cost(long!)).toBeGreaterThan(representationsExperiment.cost(one!));
  });

  test.each([
    [{ lookAt: [0, 3] }, /lookAt/],
    [{ lookAt: [2, 1] }, /lookAt/],
    [{ samplesPerClass: 1 }, /samplesPerClass/],
    [{ testSamples: 1000 }, /testSamples/],
  ])("refuses %j", async (looks, message) => {
    const wrong = { ...parameters, looks: { ...parameters.looks, ...looks } };
    await expect(runTask(representationsExperiment.tasks(wrong, 1)[0]!)).rejects.toThrow(message);
  });

  test("refuses no seeds", () => {
    expect(() => representationsExperiment.tasks({ ...parameters, seeds: 0 }, 1)).toThrow(/seeds/);
  });
});
