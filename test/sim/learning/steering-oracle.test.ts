/**
 * @file The train step against an f64 oracle (steering-oracle.ts), written from (P21) alone: states after each phase,
 * numbers of updates and weights, over several batches; then two limits that can be done by hand.
 *
 * f32 may decide otherwise than f64 where a field is within TIE of zero or of its margin. Seeds are such that all states
 * are the same; the number of fields so close is checked to be small.
 */
import { describe, expect, test } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import type { PatternPairs } from "../../../sim/data/patterns.ts";
import { randomPairs } from "../../../sim/data/patterns.ts";
import type { Learner, Samples } from "../../../sim/learning/learner.ts";
import type { ModelInput, NetworkModel, RuleInput } from "../../../sim/learning/model.ts";
import { learnerOf, noisySamples } from "./learners.ts";
import type { Matrix, OracleSample, OracleWeights, SampleStates } from "./steering-oracle.ts";
import { SteeringOracle } from "./steering-oracle.ts";

/** Agreement of weights after all batches of a case: f32 rounding of sums of some hundred terms of order one. */
const WEIGHT_ERROR = 1e-5;

/** Batches of each case. */
const BATCHES = 4;

/** Rates so large that weights change by much more than their tolerance in a batch. */
const strongRates = { couplings: 0.1, input: 0.1, readout: 0.3 };
const strongDecays = { couplings: 0.5, input: 0.1, readout: 0.5 };

function matrixOf(learner: Learner, name: string): Matrix {
  const { rows, columns, values } = learner.weights()[learner.weightNames().indexOf(name)]!;
  return Array.from({ length: rows }, (_, i) =>
    Float64Array.from(values.subarray(i * columns, (i + 1) * columns)),
  );
}

/** The weights of a learner, in f64. */
function weightsOf(learner: Learner): OracleWeights {
  const { model } = learner.plan;
  const byLayer = (name: string, layers: readonly number[]) =>
    new Map(layers.map((layer, k) => [layer, matrixOf(learner, `${name}${k}`)] as const));
  return {
    couplings: Array.from({ length: model.layers }, (_, l) => matrixOf(learner, `couplings${l}`)),
    input: byLayer("input", model.inputLayers),
    feedback: byLayer("feedback", model.feedbackLayers),
    readout: model.association === "classes" ? matrixOf(learner, "readout") : [],
  };
}

/** Samples as the oracle takes them. */
function samplesOf(set: Samples, { inputs, outputs }: NetworkModel): OracleSample[] {
  const labelled = "labels" in set;
  const all = labelled ? set.states : set.inputs;
  return Array.from({ length: labelled ? set.count : set.pairs }, (_, b) => ({
    input: all.slice(b * inputs, (b + 1) * inputs),
    target: labelled
      ? Int8Array.from({ length: outputs }, (_, c) => (set.labels[b] === c ? 1 : -1))
      : set.targets.slice(b * outputs, (b + 1) * outputs),
  }));
}

/** Largest difference of the weights of a learner from those of the oracle. */
function weightDifference(learner: Learner, { weights }: SteeringOracle): number {
  const present = weightsOf(learner);
  const pairs = [
    ...present.couplings.map((m, l) => [m, weights.couplings[l]!] as const),
    ...[...present.input].map(([l, m]) => [m, weights.input.get(l)!] as const),
    ...[...present.feedback].map(([l, m]) => [m, weights.feedback.get(l)!] as const),
    [present.readout, weights.readout] as const,
  ];
  let largest = 0;
  for (const [a, b] of pairs) {
    a.forEach((row, i) => {
      row.forEach((w, j) => {
        largest = Math.max(largest, Math.abs(w - b[i]![j]!));
      });
    });
  }
  return largest;
}

/** By phase, layer: states of all samples one after the other, as `steer` gives them. */
const stacked = (states: readonly SampleStates[], layers: number): Int8Array[] =>
  Array.from({ length: layers }, (_, l) => Int8Array.from(states.flatMap((sample) => [...sample[l]!])));

interface Case {
  readonly name: string;
  readonly model?: Partial<ModelInput>;
  readonly rule?: RuleInput;
  /** Samples of each batch. */
  readonly batch?: number;
  readonly rateFactor?: number;
}

const twoLayers = { layers: 2, layerCoupling: 0.37 };

const cases: readonly Case[] = [
  { name: "one layer" },
  { name: "one sample a batch", batch: 1 },
  { name: "five samples a batch", batch: 5, rule: { sweeps: 7 } },
  { name: "forty samples a batch", batch: 40 },
  { name: "published readout targets", rule: { readoutTargets: "published" } },
  { name: "half the rates", rateFactor: 0.5 },
  { name: "no feedback", rule: { feedback: "absent" } },
  { name: "learned feedback", rule: { feedback: "learned", feedbackRate: 0.4 }, batch: 40 },
  { name: "annealed feedback", rule: { freePhase: "annealed" } },
  { name: "annealed, strong self-coupling", model: { selfCoupling: 4 }, rule: { freePhase: "annealed" } },
  { name: "single dynamics", rule: { freePhase: "none" } },
  { name: "contrastive", rule: { plasticity: "contrastive" } },
  { name: "contrastive, annealed", rule: { plasticity: "contrastive", freePhase: "annealed" }, batch: 40 },
  { name: "two layers", model: twoLayers },
  { name: "two layers, contrastive", model: twoLayers, rule: { plasticity: "contrastive" } },
  { name: "two layers, warm-up and target only", model: twoLayers, rule: { sweeps: 3 } },
  { name: "three layers, as many sweeps", model: { layers: 3, layerCoupling: 0.6 }, rule: { sweeps: 3 } },
  {
    name: "four layers, skip bonds, several inputs and learned feedbacks",
    model: {
      layers: 4,
      layerCoupling: 0.31,
      skipCoupling: 0.23,
      inputLayers: [0, 2],
      feedbackLayers: [1, 3],
    },
    rule: { feedback: "learned", feedbackRate: 0.2, sweeps: 6 },
  },
  {
    name: "five layers that only skip bonds join, input from both ends",
    model: { layers: 5, skipCoupling: 0.9, inputLayers: [0, 3], feedbackLayers: [4] },
    rule: { sweeps: 6 },
    batch: 5,
  },
  { name: "symmetric couplings", model: { symmetry: 1 } },
  { name: "antisymmetric couplings without self-coupling", model: { symmetry: -1, selfCoupling: 0 } },
  { name: "a negative margin", rule: { margin: -0.7, readoutMargin: -0.2 } },
  { name: "fewer neurons than inputs", model: { hidden: 13 } },
  { name: "two classes", model: { outputs: 2 } },
  {
    name: "no couplings, only the input and the readout learn",
    model: { ...twoLayers, couplingStrength: 0 },
    rule: { rates: { ...strongRates, couplings: 0 } },
  },
  {
    name: "a reservoir: only the readout learns",
    rule: { rates: { ...strongRates, couplings: 0, input: 0 } },
  },
];

/** Trains learner and oracle on `BATCHES` sets, one batch each; compares after each. */
async function compare({ rule, rateFactor = 1 }: Case, learner: Learner, sets: Record<string, Samples>) {
  const { model } = learner.plan;
  const oracle = new SteeringOracle(model, learner.plan.rule, weightsOf(learner));
  let nearTies = 0;
  for (const [k, [name, set]] of Object.entries(sets).entries()) {
    const samples = samplesOf(set, model);
    const { clamped } = oracle.gains(samples[0]!);
    const silent = clamped.filter((gain) => gain === 0).length;
    const free = rule?.freePhase === "annealed" && rule.feedback !== "absent" ? "annealed" : "input";
    await learner.prepareFeedback();
    const steered = learner.steer(name, { first: 0, count: samples.length }, [
      { drive: "input", sweeps: silent },
      { drive: "fed", sweeps: clamped.length - silent },
      ...(rule?.freePhase === "none" ? [] : [{ drive: free, sweeps: clamped.length } as const]),
    ]);
    const updates = await learner.trainEpoch(name, k + 1, { rateFactor });
    const step = oracle.train(samples, rateFactor);
    nearTies += step.nearTies;
    expect(steered.states[1]).toEqual(stacked(step.clamped, model.layers));
    expect(steered.states.at(-1)).toEqual(stacked(step.final, model.layers));
    const { rates, feedback } = learner.plan.rule;
    const learns = rates.couplings > 0 || rates.input > 0 || feedback === "learned";
    const pairs = samples.length * model.hidden * model.layers;
    expect(updates!.hidden * pairs).toBeCloseTo(learns ? step.hiddenUpdates : 0, 6);
    const units = model.association === "classes" ? model.outputs : 1;
    expect(updates!.readout * samples.length * units).toBeCloseTo(step.readoutUpdates, 6);
    expect(weightDifference(learner, oracle)).toBeLessThan(WEIGHT_ERROR);
  }
  return nearTies;
}

describe("the train step is that of (P21)", () => {
  // A field is of order 1 to 5: within 1e-4 of a decision is about one in 10,000 of some ten thousand in a case.
  const mostTies = 20;

  test.each(cases)("$name", async (one) => {
    const { model, rule, batch = 16 } = one;
    const sizes = { inputs: 21, hidden: 37, outputs: 10, inputStrength: 1.3, ...model };
    const sets = Object.fromEntries(
      Array.from({ length: BATCHES }, (_, k) => [
        `batch${k}`,
        noisySamples(sizes.inputs, batch, 70 + k, sizes.outputs),
      ]),
    );
    const strong = { rates: strongRates, decays: strongDecays, batchSize: batch };
    const learner = await learnerOf({ model: sizes, rule: { ...strong, ...rule }, sets, seed: 3 });
    const start = learner.weights().at(-1)!.values[1]!;
    expect(await compare(one, learner, sets)).toBeLessThan(mostTies);
    expect(Math.abs(learner.weights().at(-1)!.values[1]! - start)).toBeGreaterThan(10 * WEIGHT_ERROR);
  });

  test.each([
    { name: "one layer of patterns", batch: 16 },
    { name: "two layers of patterns", model: { layers: 2, layerCoupling: 1.1 }, batch: 5 },
    {
      name: "three layers of patterns, input not learned",
      model: { layers: 3, layerCoupling: 0.8 },
      rule: { rates: { ...strongRates, input: 0 }, freePhase: "annealed" },
      batch: 16,
    },
  ] satisfies Case[])("$name", async (one: Case & { batch: number }) => {
    const n = 35;
    const model = { inputs: n, hidden: n, outputs: n, association: "patterns", ...one.model } as const;
    const sets: Record<string, PatternPairs> = Object.fromEntries(
      Array.from({ length: BATCHES }, (_, k) => [
        `batch${k}`,
        randomPairs({ n, pairs: one.batch, seed: 40 + k }),
      ]),
    );
    const strong = { rates: strongRates, decays: strongDecays, batchSize: one.batch };
    const strengths = { inputStrength: 1.3, feedbackStrength: 1.7 };
    const learner = await learnerOf({
      model: { ...strengths, ...model },
      rule: { ...strong, ...one.rule },
      sets,
      seed: 8,
    });
    expect(await compare(one, learner, sets)).toBeLessThan(mostTies);
  });

  test("an epoch is its batches in a random order of the samples, the last one smaller", async () => {
    const set = noisySamples(21, 37, 5);
    const model = { inputs: 21, hidden: 37, outputs: 10 };
    // The feedback of a batch is that of the weights after the one before.
    const rule: RuleInput = { rates: strongRates, feedback: "learned", feedbackRate: 1 };
    const learner = await learnerOf({ model, rule, sets: { train: set }, seed: 4 });
    const oracle = new SteeringOracle(learner.plan.model, learner.plan.rule, weightsOf(learner));
    const samples = samplesOf(set, learner.plan.model);
    const orders: string[] = [];
    for (const epoch of [1, 2]) {
      await learner.trainEpoch("train", epoch);
      const order = [...learner.kernels.uint32(learner.plan.layout.order, set.count)];
      orders.push(order.join());
      expect(order.toSorted((a, b) => a - b)).toEqual([...samples.keys()]);
      for (let first = 0; first < set.count; first += 16) {
        oracle.train(order.slice(first, first + 16).map((b) => samples[b]!));
      }
      expect(weightDifference(learner, oracle)).toBeLessThan(WEIGHT_ERROR);
    }
    expect(orders[1]).not.toBe(orders[0]);
  });

  test("inference: the answer is the largest score after T sweeps without feedback", async () => {
    const set = noisySamples(21, 150, 6);
    const model = { inputs: 21, hidden: 37, outputs: 10, ...twoLayers };
    const learner = await learnerOf({ model, sets: { test: set } });
    const oracle = new SteeringOracle(learner.plan.model, learner.plan.rule, weightsOf(learner));
    const { values } = await learner.answer("test");
    const gains = new Array<number>(learner.plan.rule.sweeps).fill(0);
    const expected = samplesOf(set, learner.plan.model).map((sample) => {
      const last = oracle.relax(oracle.rest(), sample, gains).at(-1)!;
      const scores = oracle.weights.readout.map((row) => row.reduce((sum, w, j) => sum + w * last[j]!, 0));
      return scores.indexOf(Math.max(...scores));
    });
    expect([...values]).toEqual(expected);
    const part = await learner.answer("test", { first: 70, count: 67 });
    expect([...part.values]).toEqual(expected.slice(70, 137));
  });
});

/** One set of two samples of two bits, in classes 0 and 1. */
const twoSamples: LabelledStates = {
  count: 2,
  n: 2,
  classes: 2,
  states: Int8Array.of(1, 1, 1, -1),
  labels: Uint8Array.of(0, 1),
};

describe("by hand", () => {
  const restored = (rows: number, columns: number, ...values: number[]) => ({
    rows,
    columns,
    values: Float32Array.from(values),
  });

  test("without couplings, one sweep: the perceptron rule of every neuron and unit", async () => {
    // N = H = C = B = 2: λ_in/√N = 1 with λ_in = √2, 1/√H and 1/√B are 1/√2.
    const learner = await learnerOf({
      model: {
        inputs: 2,
        hidden: 2,
        outputs: 2,
        couplingStrength: 0,
        selfCoupling: 0,
        inputStrength: Math.SQRT2,
      },
      rule: {
        sweeps: 1,
        freePhase: "none",
        feedback: "absent",
        margin: 2,
        readoutMargin: 0.2,
        rates: { couplings: 0, input: 0.5, readout: 0.8 },
        decays: { couplings: 0, input: 0.2, readout: 0 },
        batchSize: 2,
      },
      sets: { train: twoSamples },
    });
    // Rows of W_in: (2, 1) sees fields 3 and 1, both up; (−1, 3) sees 2 and −4: up, then down.
    await learner.restore([
      restored(2, 2, 0, 0, 0, 0),
      restored(2, 2, 2, 1, -1, 3),
      restored(2, 2, 0, 0, 0, 0),
      restored(2, 2, 0.5, 0.25, 0.5, -0.25),
    ]);
    const updates = await learner.trainEpoch("train", 1);
    const [couplings, input, , readout] = learner.weights();
    // Neuron 0 learns from sample 1 (1 ≤ 2), neuron 1 from sample 0 (2 ≤ 2): s x = (1, −1) and (1, 1).
    expect(updates!.hidden).toBe(2 / 4);
    const step = 0.5 / Math.SQRT2;
    const keep = 1 - 0.5 * 0.2;
    const expected = [2 * keep + step, 1 * keep - step, -1 * keep + step, 3 * keep + step];
    input!.values.forEach((w, k) => {
      expect(w).toBeCloseTo(expected[k]!, 6);
    });
    expect([...couplings!.values]).toEqual([0, 0, 0, 0]);
    // States (1, 1) and (1, −1): scores (0.75, 0.25) and (0.25, 0.75); targets √2/2 and −½.
    // Unit 0: 0.53 > 0.2 rests, −0.125 learns; unit 1: −0.125 learns, 0.53 rests. ΔW = 0.8/√2/√2·(−½) s = −0.2 s.
    expect(updates!.readout).toBe(2 / 4);
    const scores = [0.5 - 0.2, 0.25 + 0.2, 0.5 - 0.2, -0.25 - 0.2];
    readout!.values.forEach((w, k) => {
      expect(w).toBeCloseTo(scores[k]!, 6);
    });
  });

  test("with margins far below all fields nothing is left but decay", async () => {
    const sets = { train: noisySamples(21, 48, 5) };
    const rule = {
      margin: -1000,
      readoutMargin: -1000,
      rates: strongRates,
      decays: strongDecays,
      feedback: "learned",
      feedbackRate: 1,
    } as const;
    const learner = await learnerOf({ model: { inputs: 21, hidden: 37, outputs: 10 }, rule, sets });
    const before = learner.weights();
    const updates = await learner.trainEpoch("train", 1);
    expect(updates).toEqual({ hidden: 0, readout: 0 });
    const kept = [
      (1 - (0.1 / Math.sqrt(37)) * 0.5) ** 3,
      (1 - ((0.1 * 5) / Math.sqrt(21)) * 0.1) ** 3,
      1,
      (1 - (0.3 / Math.sqrt(37)) * 0.5) ** 3,
    ];
    learner.weights().forEach(({ values }, block) => {
      values.forEach((w, k) => {
        expect(Math.abs(w - before[block]!.values[k]! * kept[block]!)).toBeLessThan(1e-6);
      });
    });
  });

  test("with margins far above all fields every neuron learns from every sample", async () => {
    const sets = { train: noisySamples(21, 16, 5) };
    const rule = { margin: 1000, readoutMargin: 1000 };
    const learner = await learnerOf({
      model: { inputs: 21, hidden: 37, outputs: 10, layers: 2, layerCoupling: 1 },
      rule,
      sets,
    });
    expect(await learner.trainEpoch("train", 1)).toEqual({ hidden: 1, readout: 1 });
  });
});
