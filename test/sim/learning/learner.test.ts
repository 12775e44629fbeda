/**
 * @file Learners: compiled and scalar kernels, any number of workers, either kind of memory and an interrupted run all
 * give the same weights bit for bit; wrong samples are refused.
 */
import { describe, expect, test } from "vitest";
import { randomPairs } from "../../../sim/data/patterns.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";
import { createScalarKernels } from "../../../sim/kernels/scalar.ts";
import type { LearnerOptions } from "../../../sim/learning/learner.ts";
import type { ModelInput, RuleInput } from "../../../sim/learning/model.ts";
import { OutOfDomain } from "../../../theory/errors.ts";
import type { Setup } from "./learners.ts";
import {
  learnerOf,
  noisySamples,
  patternSetup,
  setup,
  strongRates as rates,
  weightBits,
} from "./learners.ts";

const twoLayers: Partial<ModelInput> = {
  layers: 2,
  layerCoupling: 0.4,
  feedbackLayers: [0, 1],
  symmetry: 0.3,
};
const learnedFeedback: RuleInput = { rates, feedback: "learned", feedbackRate: 0.3 };
const partial: RuleInput = { ...learnedFeedback, updateProbability: 0.8 };

/** Weights and answers after epochs of three batches. */
async function trained(what: Setup, options: LearnerOptions = {}, epochs = 1) {
  const learner = await learnerOf(what, options);
  const start = weightBits(learner);
  for (let epoch = 1; epoch <= epochs; epoch++) await learner.trainEpoch("train", epoch);
  const { values, sweeps } = await learner.answer("test");
  const weights = weightBits(learner);
  expect(weights).not.toBe(start);
  return { weights, values, sweeps };
}

describe("the same weights bit for bit", () => {
  test.each<[string, Setup]>([
    ["one layer", setup(70, {}, {})],
    ["two layers, partial updates, learned feedback", setup(70, twoLayers, partial)],
    ["two layers, contrastive", setup(33, twoLayers, { plasticity: "contrastive", freePhase: "annealed" })],
    ["patterns", patternSetup],
  ])("compiled and scalar kernels: %s", async (_, what) => {
    const compiled = await trained(what, { kernels: loadKernels() });
    expect(await trained(what, { kernels: createScalarKernels() })).toEqual(compiled);
  });

  test.each<[string, Setup, number[]]>([
    // 100 neurons are four tiles: three workers have 1, 1 and 2 of them, and of five workers one has none.
    ["one layer", setup(100, {}, {}), [2, 3, 5]],
    ["two layers, partial updates, learned feedback", setup(100, twoLayers, partial), [3]],
    ["patterns, contrastive, annealed", patternSetup, [2]],
  ])("one and more workers: %s", async (_, what, numbers) => {
    const alone = await trained(what, {}, 2);
    for (const workers of numbers) expect(await trained(what, { workers }, 2)).toEqual(alone);
  });

  test("shared and unshared memory", async () => {
    const what = setup(100, twoLayers, partial);
    const shared = await trained(what, { kernels: loadKernels({ shared: true }) });
    expect(shared).toEqual(await trained(what, { kernels: loadKernels() }));
  });

  test.each<[string, RuleInput]>([
    ["all neurons in each sweep", {}],
    ["partial updates", partial],
  ])("an interrupted run and one that never stopped: %s", async (_, rule) => {
    const what = setup(70, twoLayers, rule);
    const whole = await trained(what, {}, 3);
    const first = await learnerOf(what);
    await first.trainEpoch("train", 1);
    const saved = first.weights();
    const second = await learnerOf(what);
    await second.restore(saved);
    await second.trainEpoch("train", 2);
    await second.trainEpoch("train", 3);
    expect(weightBits(second)).toBe(whole.weights);
  });

  test("the same seed; another seed gives others, and other orders", async () => {
    const what = setup(40, {}, {});
    const one = await trained(what);
    expect(await trained(what)).toEqual(one);
    const other = await trained({ ...what, seed: 6 });
    expect(other.weights).not.toBe(one.weights);
  });

  test("a look at the states changes nothing", async () => {
    const what = setup(70, twoLayers, partial);
    const learner = await learnerOf(what, { workers: 2 });
    await learner.trainEpoch("train", 1);
    learner.steer("test", { first: 3, count: 64 }, [{ drive: "fed", sweeps: 9 }]);
    await learner.trainEpoch("train", 2);
    expect(weightBits(learner)).toBe((await trained(what, {}, 2)).weights);
  });

  test("a signal stops an epoch, and progress ends at 1", async () => {
    const learner = await learnerOf(setup(40, {}, {}));
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = (share: number): void => {
      seen.push(share);
      if (seen.length === 2) stop.abort();
    };
    expect(await learner.trainEpoch("train", 1, { signal: stop.signal, onProgress })).toBeNull();
    expect(seen).toEqual([1 / 3, 2 / 3]);
    await learner.trainEpoch("train", 1, { onProgress });
    expect(seen.at(-1)).toBe(1);
  });
});

describe("refused in one line", () => {
  const good = setup(20, {}, {});
  const labels = noisySamples(30, 10, 1);
  const pairs = randomPairs({ n: 30, pairs: 4, seed: 1 });
  const empty = { ...labels, count: 0, states: new Int8Array(0), labels: new Uint8Array(0) };

  test.each([
    [
      "labels beyond the readout",
      { train: { ...labels, labels: labels.labels.map(() => 10) } },
      /train.*below 10.*10/,
    ],
    ["inputs of another length", { train: noisySamples(29, 10, 1) }, /train.*30 inputs.*29/],
    ["no samples", { train: labels, test: empty }, /test.*none/],
    ["patterns where classes are read", { train: pairs }, /train.*classes/],
  ])("%s", async (_, sets, message) => {
    await expect(learnerOf({ ...good, sets })).rejects.toThrow(OutOfDomain);
    await expect(learnerOf({ ...good, sets })).rejects.toThrow(message);
  });

  test("classes where patterns are learned", async () => {
    const sets = { train: noisySamples(70, 10, 1) };
    await expect(learnerOf({ ...patternSetup, sets })).rejects.toThrow(/train.*patterns/);
  });

  test.each([0, 65, 1.5])("%f workers", async (workers) => {
    await expect(learnerOf(good, { workers, kernels: loadKernels() })).rejects.toThrow(/workers/);
  });

  test("more than the memory holds", async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 10 });
    const refused = learnerOf(setup(300, {}, {}), { kernels: loadKernels({ memory }) });
    await expect(refused).rejects.toThrow(OutOfDomain);
    await expect(refused).rejects.toThrow(/hidden = 300.*no room/);
  });

  test("sets, ranges, epochs, factors and weights that are not there", async () => {
    const learner = await learnerOf(good);
    const phases = [{ drive: "input", sweeps: 2 }] as const;
    await expect(learner.trainEpoch("nothing", 1)).rejects.toThrow(/set must be one of train, test/);
    await expect(learner.trainEpoch("train", 0)).rejects.toThrow(/epoch/);
    await expect(learner.trainEpoch("train", 1, { rateFactor: NaN })).rejects.toThrow(/rateFactor/);
    await expect(learner.trainEpoch("train", 1, { rateFactor: -1 })).rejects.toThrow(/rateFactor/);
    await expect(learner.answer("test", { first: 71 })).rejects.toThrow(/first/);
    await expect(learner.answer("test", { first: 60, count: 11 })).rejects.toThrow(/count/);
    expect(() => learner.steer("test", { first: 0, count: 65 }, phases)).toThrow(/count/);
    expect(() => learner.steer("test", { first: 70, count: 1 }, phases)).toThrow(/first/);
    expect(() => learner.couplings(1)).toThrow(/layer/);
    const before = weightBits(learner);
    const weights = learner.weights();
    await expect(learner.restore(weights.slice(1))).rejects.toThrow(/4 matrices, got 3/);
    const wrong = [{ ...weights[0]!, rows: 19 }, ...weights.slice(1)];
    await expect(learner.restore(wrong)).rejects.toThrow(/20 × 20, got 19 × 20/);
    const lastWrong = weights.map((each, k) => {
      const values = each.values.map((value) => (k === 0 ? value : value + 1));
      return { ...each, values: k === weights.length - 1 ? values.slice(1) : values };
    });
    await expect(learner.restore(lastWrong)).rejects.toThrow(/readout must be/);
    expect(weightBits(learner)).toBe(before);
  });

  test("weights with a diagonal, NaN or nothing are refused", async () => {
    const learner = await learnerOf(setup(20, {}, {}));
    const weights = learner.weights();
    const changed = (k: number, at: number, value: number) =>
      weights.map((each, m) => (m === k ? { ...each, values: each.values.with(at, value) } : each));
    await expect(learner.restore(changed(0, 21, 1))).rejects.toThrow(
      /couplings0 must have 0 on the diagonal/,
    );
    await expect(learner.restore(changed(1, 3, NaN))).rejects.toThrow(/input0 must be finite/);
    await expect(learner.restore([undefined as never, ...weights.slice(1)])).rejects.toThrow(/got 0 × 0/);
  });

  test("calls take their turns: asking for everything at once changes nothing", async () => {
    const [patient, hasty] = [await learnerOf(setup(40, {}, {})), await learnerOf(setup(40, {}, {}))];
    const first = await patient.trainEpoch("train", 1);
    const answers = await patient.answer("test");
    const second = await patient.trainEpoch("train", 2);
    const all = [hasty.trainEpoch("train", 1), hasty.answer("test"), hasty.trainEpoch("train", 2)] as const;
    expect(() => hasty.steer("test", { first: 0, count: 1 }, [])).toThrow(/busy/);
    expect(await Promise.all(all)).toEqual([first, answers, second]);
    expect(weightBits(hasty)).toBe(weightBits(patient));
  });

  test("a closed learner says so", async () => {
    const learner = await learnerOf(setup(20, {}, {}));
    await learner.close();
    await learner.close();
    await expect(learner.trainEpoch("train", 1)).rejects.toThrow(/closed/);
    expect(() => learner.steer("test", { first: 0, count: 1 }, [])).toThrow(/closed/);
  });

  test.each<[string, object]>([
    ["inputs of set train must be 1200 values", { states: new Int8Array(5).fill(1) }],
    ["inputs of set train must be 1 or -1, got 0", { states: new Int8Array(1200) }],
    ["set train must have 40 labels", { labels: new Uint8Array(3) }],
    ["samples of set train must be an integer", { count: 2.5 }],
  ])("refuses samples: %s", async (message, change) => {
    const good = setup(20, {}, {});
    const sets = { ...good.sets, train: { ...noisySamples(30, 40, 2), ...change } };
    await expect(learnerOf({ ...good, sets })).rejects.toThrow(message);
  });

  test("weights that run away are refused, not returned", async () => {
    const rule = { decays: { couplings: 1e6 }, rates: { couplings: 1e6 } };
    const learner = await learnerOf(setup(20, {}, rule));
    const run = async () => {
      for (let epoch = 1; epoch <= 10; epoch++) await learner.trainEpoch("train", epoch);
    };
    await expect(run()).rejects.toThrow(/couplings0 are no longer finite after epoch/);
  });

  test("a class without samples is none of its business", async () => {
    const sets = { train: noisySamples(30, 40, 1, 3) };
    const learner = await learnerOf({ ...good, sets });
    expect(await learner.trainEpoch("train", 1)).not.toBeNull();
  });
});
