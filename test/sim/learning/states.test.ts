/** @file States that samples are steered to: those at rest are fixed points. Random starts: moments and symmetry. */
import { describe, expect, test } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { parityTask } from "../../../sim/data/patterns.ts";
import type { Learner, SteeredStates } from "../../../sim/learning/learner.ts";
import type { ModelInput } from "../../../sim/learning/model.ts";
import { couplingSymmetry, type WeightMatrix } from "../../../sim/learning/weights.ts";
import { learnerOf, noisySamples, patternSetup, setup } from "./learners.ts";

/** Stabilities of a state from the weights of a learner, f64. */
class Stabilities {
  readonly #learner: Learner;
  readonly #set: LabelledStates;
  readonly #weights: ReadonlyMap<string, Float32Array>;

  constructor(learner: Learner, set: LabelledStates) {
    this.#learner = learner;
    this.#set = set;
    const names = learner.weightNames();
    this.#weights = new Map(learner.weights().map(({ values }, k) => [names[k]!, values]));
  }

  /** Field without feedback of neuron i of a layer of sample b. */
  #field(layers: readonly Int8Array[], layer: number, b: number, i: number): number {
    const { hidden: h, inputs: n, inputLayers, ...model } = this.#learner.plan.model;
    const state = (l: number): number => layers[l]?.[b * h + i] ?? 0;
    const couplings = this.#weights.get(`couplings${layer}`)!;
    let f = model.selfCoupling * state(layer) + model.layerCoupling * (state(layer - 1) + state(layer + 1));
    f += model.skipCoupling * (state(layer - 2) + state(layer + 2));
    for (let j = 0; j < h; j++) f += couplings[i * h + j]! * layers[layer]![b * h + j]!;
    const input = this.#weights.get(`input${inputLayers.indexOf(layer)}`);
    for (let k = 0; input !== undefined && k < n; k++) f += input[i * n + k]! * this.#set.states[b * n + k]!;
    return f;
  }

  /** All states of a sample at the end of a phase, layer after layer, with the fields that act on them. */
  of({ states }: SteeredStates, phase: number, b: number) {
    const { layers, hidden } = this.#learner.plan.model;
    return Array.from({ length: layers * hidden }, (_, k) => {
      const [layer, i] = [Math.floor(k / hidden), k % hidden];
      return { s: states[phase]![layer]![b * hidden + i]!, f: this.#field(states[phase]!, layer, b, i) };
    });
  }
}

describe("states", () => {
  // Rounding of f32 sums of some hundred terms stays far below this.
  const tie = 1e-4;

  test.each<[string, Partial<ModelInput>, number]>([
    ["one layer", { selfCoupling: 0.5 }, 0],
    ["one layer after learning", { selfCoupling: 0.5 }, 3],
    [
      "three layers with skip bonds",
      { layers: 3, layerCoupling: 0.6, skipCoupling: 0.4, selfCoupling: 0.5 },
      0,
    ],
  ])("at rest are fixed points, the others moved in the last sweep: %s", async (_, model, epochs) => {
    const set = noisySamples(30, 40, 2);
    const learner = await learnerOf({
      ...setup(50, { ...model, inputStrength: 1 }, {}),
      sets: { train: set },
    });
    for (let epoch = 1; epoch <= epochs; epoch++) await learner.trainEpoch("train", epoch);
    const phases = [6, 1].map((sweeps) => ({ drive: "input", sweeps }) as const);
    const fields = new Stabilities(learner, set);
    const steered = learner.steer("train", { first: 0, count: set.count }, phases);
    let resting = 0;
    for (let b = 0; b < set.count; b++) {
      const moved = steered.sweeps[1]![b] === 2;
      const before = fields.of(steered, 0, b);
      const unstable = before.filter(({ s, f }) => s * f < -tie).length;
      const close = before.filter(({ f }) => Math.abs(f) < tie).length;
      if (!moved) expect(unstable).toBe(0);
      if (moved && close === 0) expect(unstable).toBeGreaterThan(0);
      if (!moved) resting++;
    }
    // Both kinds are among the samples.
    expect(resting).toBeGreaterThan(0);
    expect(resting).toBeLessThan(set.count);
  });

  test("opposite inputs settle in opposite states: no task with the same label for x and −x can be learned", async () => {
    const task = parityTask({ n: 30, samples: 32, flipProbability: 0, seed: 3 });
    const opposite = { ...task, states: task.states.map((x) => -x) };
    const sets = { train: task, test: opposite };
    const model = { layers: 2, layerCoupling: 0.7, outputs: 2, inputStrength: 1 };
    const learner = await learnerOf({ ...setup(50, model, {}), sets });
    await learner.trainEpoch("train", 1);
    const [states, negated] = ["train", "test"].map((set) =>
      learner
        .steer(set, { first: 0, count: 32 }, [{ drive: "input", sweeps: 5 }])
        .states[0]!.map((layer) => [...layer]),
    );
    expect(negated).toEqual(states!.map((layer) => layer.map((s) => -s)));
    const [right, other] = [await learner.answer("train"), await learner.answer("test")];
    right.values.forEach((answer, b) => {
      expect(other.values[b]).toBe(1 - answer);
    });
  });

  test("partial updates: unstable neurons turn with probability p, stable ones never", async () => {
    const set = noisySamples(30, 64, 2);
    const probability = 0.8;
    const what = setup(50, { inputStrength: 1 }, { updateProbability: probability });
    const learner = await learnerOf({ ...what, sets: { train: set } });
    const phases = [1, 1, 1].map((sweeps) => ({ drive: "input", sweeps }) as const);
    const fields = new Stabilities(learner, set);
    const steered = learner.steer("train", { first: 0, count: set.count }, phases);
    const all = { unstable: 0, turned: 0 };
    // Those that kept their state though unstable: the next sweep draws anew.
    const again = { unstable: 0, turned: 0 };
    for (let b = 0; b < set.count; b++) {
      const kept = new Set<number>();
      for (const phase of [0, 1]) {
        fields.of(steered, phase, b).forEach(({ s, f }, i) => {
          const turns = steered.states[phase + 1]![0]![b * 50 + i] !== s;
          if (Math.abs(f) < tie) return;
          if (s * f > 0) {
            expect(turns).toBe(false);
            return;
          }
          for (const count of kept.has(i) ? [all, again] : [all]) {
            count.unstable++;
            if (turns) count.turned++;
          }
          if (!turns) kept.add(i);
        });
      }
    }
    expect(all.unstable).toBeGreaterThan(500);
    expect(again.unstable).toBeGreaterThan(30);
    for (const { unstable, turned } of [all, again]) {
      const standardError = Math.sqrt((probability * (1 - probability)) / unstable);
      expect(Math.abs(turned / unstable - probability)).toBeLessThan(4 * standardError);
    }
    // In the first sweep all neurons take part: they are aligned with the input.
    const { values } = learner.weights()[1]!;
    steered.states[0]![0]!.forEach((s, k) => {
      const [b, i] = [Math.floor(k / 50), k % 50];
      const f = set.states
        .subarray(b * 30, b * 30 + 30)
        .reduce((sum, x, p) => sum + x * values[i * 30 + p]!, 0);
      if (Math.abs(f) > tie) expect(s).toBe(Math.sign(f));
    });
  });
});

/** Mean of the squares of entries, and its standard error for normals. */
function secondMoment(values: readonly number[], variance: number) {
  const mean = values.reduce((sum, w) => sum + w * w, 0) / values.length;
  return { mean, standardError: variance * Math.sqrt(2 / values.length) };
}

const offDiagonal = ({ rows, values }: WeightMatrix): number[] =>
  [...values].filter((_, k) => Math.floor(k / rows) !== k % rows);

test("partial updates draw anew in every batch", async () => {
  // Two batches of one and the same sample, nothing learned: with the same draws in both, all numbers of updates would be
  // even; otherwise about half of them are, and 20 even ones come with probability 2⁻²⁰.
  const one = noisySamples(30, 1, 2);
  const states = Int8Array.from([...one.states, ...one.states]);
  const set = { ...one, count: 2, states, labels: Uint8Array.of(0, 0) };
  const rates = { couplings: 1e-30, input: 0, readout: 0 };
  const rule = { updateProbability: 0.5, batchSize: 1, sweeps: 3, rates };
  const learner = await learnerOf({
    ...setup(50, { inputStrength: 0.3, selfCoupling: 0 }, rule),
    sets: { train: set },
  });
  const odd = new Set<boolean>();
  for (let epoch = 1; epoch <= 20; epoch++) {
    const { hidden } = (await learner.trainEpoch("train", epoch))!;
    odd.add(Math.round(hidden * 2 * 50) % 2 === 1);
  }
  expect(odd.size).toBe(2);
});

describe("random starts", () => {
  const hidden = 150;
  const pairs = (hidden * (hidden - 1)) / 2;
  const start = (model: Partial<ModelInput>, seed = 11): Promise<Learner> =>
    learnerOf({ ...setup(hidden, model, {}), seed });

  test("moments: J ~ g²/H, W_in ~ λ_in²/N, W_back ~ λ_back²/C, W_out ~ 1/H, no diagonal (4 s.e.)", async () => {
    const strengths = { couplingStrength: 1.7, inputStrength: 2.5, feedbackStrength: 0.6 };
    const learner = await start({ ...strengths, layers: 2, layerCoupling: 1, inputLayers: [0, 1] });
    const names = learner.weightNames();
    expect(names).toEqual(["couplings0", "couplings1", "input0", "input1", "feedback0", "readout"]);
    const variances = [1.7 ** 2 / hidden, 2.5 ** 2 / 30, 0.6 ** 2 / 10, 1 / hidden];
    learner.weights().forEach((matrix, block) => {
      const kind = ["couplings", "input", "feedback", "readout"].indexOf(names[block]!.replace(/\d/, ""));
      const entries = kind === 0 ? offDiagonal(matrix) : [...matrix.values];
      const variance = variances[kind]!;
      const { mean, standardError } = secondMoment(entries, variance);
      expect(Math.abs(mean - variance)).toBeLessThan(4 * standardError);
      const average = entries.reduce((sum, w) => sum + w, 0) / entries.length;
      expect(Math.abs(average)).toBeLessThan(4 * Math.sqrt(variance / entries.length));
      if (kind === 0) for (let i = 0; i < hidden; i++) expect(matrix.values[i * hidden + i]).toBe(0);
    });
    const [first, second] = learner.weights();
    expect(first!.values).not.toEqual(second!.values);
  });

  test.each([-1, -0.5, 0, 0.5, 1])("couplings of symmetry %f (4 s.e.)", async (symmetry) => {
    const couplings = (await start({ symmetry })).couplings(0);
    // Σ xy/Σ ½(x² + y²) of normal pairs of correlation η has the variance (1 − η²)²/pairs; f32 rounding at η = ±1.
    const bound = (4 * (1 - symmetry ** 2)) / Math.sqrt(pairs) + 1e-6;
    let products = 0;
    const { values } = couplings;
    for (let i = 0; i < hidden; i++) {
      for (let j = 0; j < hidden; j++) products += values[i * hidden + j]! * values[j * hidden + i]!;
    }
    const squares = values.reduce((sum, w) => sum + w * w, 0);
    expect(Math.abs(products / squares - symmetry)).toBeLessThan(bound);
    expect(couplingSymmetry(couplings)).toBeCloseTo(products / squares, 12);
    const { mean, standardError } = secondMoment(offDiagonal(couplings), 1 / hidden);
    // Pairs count once where they are equal up to sign: √2 times the standard error of independent entries.
    expect(Math.abs(mean - 1 / hidden)).toBeLessThan(4 * Math.SQRT2 * standardError);
  });

  test("patterns see λ_in times themselves", async () => {
    const learner = await learnerOf({
      ...patternSetup,
      model: { ...patternSetup.model, inputStrength: 2.5 },
    });
    const { values } = learner.weights()[learner.weightNames().indexOf("input0")]!;
    expect(values.every((w, k) => w === (k % 71 === 0 ? 2.5 : 0))).toBe(true);
  });

  test("no couplings: symmetry 0, and learning still works", async () => {
    const learner = await start({ couplingStrength: 0 });
    expect(learner.couplings(0).values.every((w) => w === 0)).toBe(true);
    expect(couplingSymmetry(learner.couplings(0))).toBe(0);
    await learner.trainEpoch("train", 1);
    expect(learner.couplings(0).values.some((w) => w !== 0)).toBe(true);
  });
});
