/**
 * @file Learners on the GPU against those on WASM. With integer weights, dyadic rates and strengths all sums are exact in
 * f32, in any order: whole epochs must then leave the same weights, so that all states, fields and sites were the same.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { prototypes, randomPairs } from "../../sim/data/patterns.ts";
import type { ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import { DeviceMemory } from "../../sim/kernels/webgpu/errors.ts";
import type { DeviceLearner, DeviceLearnerOptions } from "../../sim/learning/device/learner.ts";
import { openDeviceLearner } from "../../sim/learning/device/learner.ts";
import type { LearnerInput } from "../../sim/learning/learner.ts";
import { openLearner } from "../../sim/learning/learner.ts";
import type { ModelInput, RuleInput } from "../../sim/learning/model.ts";
import { networkModel, steeringRule } from "../../sim/learning/model.ts";
import type { WeightMatrix } from "../../sim/learning/weights.ts";
import { stream } from "../../sim/random.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";

let device: ComputeDevice;

beforeAll(async () => {
  device = await openDevice();
});

afterAll(() => {
  device.close();
});

/**
 * H = 100, N = 49, C = 16 and batches of 16, the last one of 4 samples: all square roots in the rates are integers, and
 * the rates η_J/√(H B), η_in λ_in/√(N B), ... powers of two. Decays keep half of the couplings and a quarter of W_out.
 */
const dyadicModel: ModelInput = {
  ...{ inputs: 49, hidden: 100, outputs: 16, selfCoupling: 0.5, inputStrength: 7, feedbackStrength: 0.5 },
};
const dyadicRule = { sweeps: 4, batchSize: 16, margin: 0.5, readoutMargin: 2 };
const dyadicRates = { couplings: 1.25, input: 0.25, readout: 1.25 };
const dyadicDecays = { couplings: 4, input: 0, readout: 6 };

function inputOf(model: Partial<ModelInput>, rule: RuleInput, train = 20): LearnerInput {
  const complete = networkModel({ ...dyadicModel, ...model });
  const n = complete.inputs;
  const samples = (count: number) =>
    complete.association === "patterns"
      ? randomPairs({ n, pairs: count, seed: 3 })
      : prototypes({ n, classes: complete.outputs, samples: count, flipProbability: 0.25, seed: 2 });
  const rates = { ...dyadicRates, ...rule.rates };
  const decays = { ...dyadicDecays, ...rule.decays };
  const checked = steeringRule({ ...dyadicRule, ...rule, rates, decays }, complete);
  return { model: complete, rule: checked, sets: { train: samples(train), test: samples(150) }, seed: 5 };
}

/** Integers −3..3 in the shapes of some weights, 0 on the diagonal of couplings. */
function integerWeights(names: readonly string[], shapes: readonly WeightMatrix[]): WeightMatrix[] {
  return shapes.map(({ rows, columns }, k) => {
    const words = stream(7, "integers", k);
    const values = Float32Array.from({ length: rows * columns }, () => words.below(7) - 3);
    if (names[k]!.startsWith("couplings")) for (let i = 0; i < rows; i++) values[i * columns + i] = 0;
    return { rows, columns, values };
  });
}

async function onDevice(input: LearnerInput, options: DeviceLearnerOptions = {}): Promise<DeviceLearner> {
  const learner = await openDeviceLearner(device, input, options);
  onTestFinished(() => learner.close());
  return learner;
}

async function onWasm(input: LearnerInput) {
  const learner = await openLearner(input);
  onTestFinished(() => learner.close());
  return learner;
}

/** −0 becomes 0. */
const plain = (weights: readonly WeightMatrix[]): WeightMatrix[] =>
  weights.map((matrix) => ({ ...matrix, values: matrix.values.map((value) => value + 0) }));

const patterns: Partial<ModelInput> = {
  ...{ inputs: 64, hidden: 64, outputs: 64, association: "patterns", layers: 3, inputStrength: 4 },
  ...{ layerCoupling: 1, skipCoupling: 0.5, feedbackStrength: 2 },
};
const patternRates = { couplings: 1, input: 0.25, readout: 1 };
const twoLayers: Partial<ModelInput> = { layers: 2, layerCoupling: 0.5, feedbackLayers: [0, 1] };
const partial = { updateProbability: 0.75 };

describe("epochs of dyadic rates from integer weights", () => {
  it.each<[string, Partial<ModelInput>, RuleInput, (DeviceLearnerOptions & { train?: number })?]>([
    ["the rule as it is", {}, {}],
    ["two layers that see the feedback, annealed", twoLayers, { freePhase: "annealed" }],
    ["no free phase", twoLayers, { freePhase: "none" }],
    ["no feedback", {}, { feedback: "absent" }],
    ["learned feedback", twoLayers, { feedback: "learned", feedbackRate: 1 }],
    ["published targets", {}, { readoutTargets: "published" }],
    ["partial updates", twoLayers, partial],
    [
      "partial updates, learned feedback, annealed",
      twoLayers,
      { ...partial, feedback: "learned", feedbackRate: 1 },
    ],
    ["contrastive", twoLayers, { plasticity: "contrastive" }],
    [
      "three layers with bonds that skip one, two inputs",
      { layers: 3, layerCoupling: 0.25, skipCoupling: 0.5, inputLayers: [0, 2], feedbackLayers: [1] },
      {},
    ],
    ["batches at rest before a phase ends", { selfCoupling: 24 }, { sweeps: 24, batchSize: 4, margin: 0 }],
    [
      "annealed from rest",
      { selfCoupling: 24 },
      { sweeps: 16, batchSize: 4, margin: 0, freePhase: "annealed" },
    ],
    ["large batches", {}, { batchSize: 256 }, { train: 320 }],
    ["a reservoir", {}, { feedback: "absent", freePhase: "none", rates: { couplings: 0, input: 0 } }],
    ["no couplings", { couplingStrength: 0 }, { rates: { couplings: 0 }, sweeps: 1 }],
    ["patterns", patterns, { rates: patternRates, sweeps: 8 }],
    ["patterns, annealed", patterns, { rates: patternRates, freePhase: "annealed", sweeps: 8 }],
    [
      "patterns, contrastive, partial",
      patterns,
      { rates: patternRates, ...partial, plasticity: "contrastive" },
    ],
    ["couplings in half precision", {}, { decays: { couplings: 0 } }, { couplingPrecision: "f16" }],
  ])("give the same weights, updates and answers: %s", async (_, model, rule, { train, ...options } = {}) => {
    const input = inputOf(model, rule, train);
    const [gpu, wasm] = [await onDevice(input, options), await onWasm(input)];
    const start = integerWeights(gpu.weightNames(), await gpu.weights());
    await gpu.restore(start);
    await wasm.restore(start);
    for (const epoch of [1, 2]) {
      expect(await gpu.trainEpoch("train", epoch)).toEqual(await wasm.trainEpoch("train", epoch));
    }
    expect(plain(await gpu.weights())).toEqual(plain(await wasm.weights()));
    expect(await gpu.answer("test")).toEqual(await wasm.answer("test"));
    const range = { first: 70, count: 67 };
    expect(await gpu.answer("test", range)).toEqual(await wasm.answer("test", range));
  });

  it("give the same weights where couplings and a set of samples do not fit one binding", async () => {
    const limited = await openDevice({ bindingBytes: 300_000 });
    onTestFinished(() => {
      limited.close();
    });
    const model = { hidden: 400, inputs: 25, inputStrength: 5 };
    const rule = { ...partial, rates: { couplings: 2.5, input: 0.25, readout: 2.5 } };
    const input = inputOf(model, rule);
    const gpu = await openDeviceLearner(limited, input);
    const wasm = await onWasm(input);
    const start = integerWeights(gpu.weightNames(), await gpu.weights());
    await gpu.restore(start);
    await wasm.restore(start);
    expect(await gpu.trainEpoch("train", 1)).toEqual(await wasm.trainEpoch("train", 1));
    expect(plain(await gpu.weights())).toEqual(plain(await wasm.weights()));
    expect(await gpu.answer("test")).toEqual(await wasm.answer("test"));
  });
});

describe("random weights", () => {
  it("are drawn as on WASM", async () => {
    const input = inputOf({ ...twoLayers, symmetry: 0.5 }, {});
    const [gpu, wasm] = [await onDevice(input), await onWasm(input)];
    expect(gpu.weightNames()).toEqual(wasm.weightNames());
    expect(await gpu.weights()).toEqual(await wasm.weights());
    expect(await gpu.couplings(1)).toEqual(await wasm.couplings(1));
  });

  it.each<[string, DeviceLearnerOptions, number]>([
    ["f32", {}, 0.99],
    // Products of couplings that are rounded to 11 bits: some neurons near their margin decide otherwise.
    ["f16", { couplingPrecision: "f16" }, 0.9],
  ])("learn nearly the same in %s", async (_, options, least) => {
    const rates = { couplings: 0.1, input: 0.1, readout: 0.3 };
    const input = inputOf({ inputStrength: 1.5, hidden: 150, outputs: 10 }, { rates, sweeps: 6 }, 200);
    const [gpu, wasm] = [await onDevice(input, options), await onWasm(input)];
    for (const epoch of [1, 2]) {
      await gpu.trainEpoch("train", epoch);
      await wasm.trainEpoch("train", epoch);
    }
    const [found, expected] = [await gpu.answer("test"), await wasm.answer("test")];
    const same = found.values.filter((value, b) => value === expected.values[b]).length;
    expect(same / expected.values.length).toBeGreaterThanOrEqual(least);
  });
});

describe("a learner on the GPU", () => {
  it("reports progress, stops when told to, and goes on from weights that are put back", async () => {
    const input = inputOf(twoLayers, partial, 100);
    const learner = await onDevice(input);
    await learner.trainEpoch("train", 1);
    const saved = await learner.weights();
    const seen: number[] = [];
    const stop = new AbortController();
    const stopping = learner.trainEpoch("train", 2, {
      signal: stop.signal,
      onProgress: (share) => {
        seen.push(share);
        stop.abort();
      },
    });
    expect(await stopping).toBeNull();
    expect(seen).toEqual([1 / 7]);
    await learner.trainEpoch("train", 2, { onProgress: (share) => seen.push(share) });
    expect(seen.at(-1)).toBe(1);
    await learner.restore(saved);
    await learner.trainEpoch("train", 2);
    const again = await onDevice(input);
    await again.trainEpoch("train", 1);
    await again.trainEpoch("train", 2);
    expect(await again.weights()).toEqual(await learner.weights());
  });

  it("says when weights have grown beyond f32", async () => {
    const learner = await onDevice(
      inputOf({}, { rates: { couplings: 1e6 }, decays: { couplings: 1e6 } }, 200),
    );
    await expect(learner.trainEpoch("train", 3)).rejects.toThrow(NotConverged);
    await expect(learner.trainEpoch("train", 3)).rejects.toThrow(/couplings0.* after epoch 3/);
  });

  it("refuses what does not fit in one line", async () => {
    const input = inputOf({}, {});
    const learner = await onDevice(input);
    await expect(learner.answer("other")).rejects.toThrow(/train, test, got "other"/);
    await expect(learner.answer("test", { first: 200 })).rejects.toThrow(OutOfDomain);
    await expect(learner.restore([])).rejects.toThrow("weights must be 4 matrices, got 0");
    await expect(learner.couplings(1)).rejects.toThrow(/layer/);
    const wrong = { ...input, sets: { train: randomPairs({ n: 49, pairs: 3, seed: 1 }) } };
    await expect(openDeviceLearner(device, wrong)).rejects.toThrow(/classes/);
    expect((await learner.answer("test", { count: 0 })).values).toHaveLength(0);
    await learner.close();
    await learner.close();
    await expect(learner.answer("test")).rejects.toThrow(/closed/);
  });

  it("says how much memory is missing", async () => {
    const tiny = await openDevice({ bindingBytes: 20_000 });
    onTestFinished(() => {
      tiny.close();
    });
    await expect(openDeviceLearner(tiny, inputOf({}, {}))).rejects.toThrow(DeviceMemory);
    await expect(openDeviceLearner(tiny, inputOf({}, {}))).rejects.toThrow(/weights couplings0 needs/);
  });
});
