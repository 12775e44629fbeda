/**
 * @file The train step (P21) once more, as plainly as it can be said: f64, one dense product a neuron a sweep, no
 * shortcut, nothing in common with sim/learning but the names of model and rule.
 */
import type { NetworkModel, SteeringRule } from "../../../sim/learning/model.ts";

/** Rows of numbers. */
export type Matrix = readonly Float64Array[];

/** Weights by layer; a layer without input or feedback has none. */
export interface OracleWeights {
  readonly couplings: readonly Matrix[];
  readonly input: ReadonlyMap<number, Matrix>;
  readonly feedback: ReadonlyMap<number, Matrix>;
  readonly readout: Matrix;
}

/** A sample: its input ±1, and what the readout should be, ±1 (classes) or a pattern. */
export interface OracleSample {
  readonly input: Int8Array;
  readonly target: Int8Array;
}

/** States of one sample, layer after layer. */
export type SampleStates = readonly Int8Array[];

/** What a train step did, besides the weights. */
export interface OracleStep {
  /** By sample: states after the clamped phase, and at the end. */
  readonly clamped: readonly SampleStates[];
  readonly final: readonly SampleStates[];
  readonly hiddenUpdates: number;
  readonly readoutUpdates: number;
  /** Fields that came within `TIE` of a decision: there f32 may decide otherwise. */
  readonly nearTies: number;
}

/** A field this close to zero, or to its margin, may be decided otherwise in f32. */
const TIE = 1e-4;

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** A network that is stepped with f64 weights. */
export class SteeringOracle {
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
  readonly weights: OracleWeights;
  nearTies = 0;

  constructor(model: NetworkModel, rule: SteeringRule, weights: OracleWeights) {
    this.model = model;
    this.rule = rule;
    this.weights = weights;
  }

  /** What the feedback of a sample counts as: √C/2 and −½, or the pattern. */
  activity({ target }: OracleSample, scale = 1): Float64Array {
    const c = this.model.outputs;
    if (this.model.association === "patterns") return Float64Array.from(target);
    return Float64Array.from(target, (y) => scale * (y > 0 ? Math.sqrt(c) / 2 : -1 / 2));
  }

  /** Field of neuron i of a layer in the present states, with a part `gain` of the feedback. */
  field(layer: number, i: number, states: SampleStates, sample: OracleSample, gain: number): number {
    const { model, weights } = this;
    let f = dot(weights.couplings[layer]![i]!, states[layer]!) + model.selfCoupling * states[layer]![i]!;
    for (const l of [layer - 1, layer + 1]) f += model.layerCoupling * (states[l]?.[i] ?? 0);
    for (const l of [layer - 2, layer + 2]) f += model.skipCoupling * (states[l]?.[i] ?? 0);
    const input = weights.input.get(layer);
    if (input !== undefined) f += dot(input[i]!, sample.input);
    if (gain === 0 || !model.feedbackLayers.includes(layer)) return f;
    const y = this.activity(sample);
    const patterns = model.association === "patterns";
    return f + gain * (patterns ? model.feedbackStrength * y[i]! : dot(weights.feedback.get(layer)![i]!, y));
  }

  /** Whether nothing acts on a layer yet: it is at zero, and so is everything that it hears of. */
  #silent(layer: number, states: SampleStates): boolean {
    const { layerCoupling, skipCoupling, inputLayers } = this.model;
    const zero = (l: number): boolean => states[l]?.every((s) => s === 0) ?? true;
    const near = layerCoupling === 0 || (zero(layer - 1) && zero(layer + 1));
    const far = skipCoupling === 0 || (zero(layer - 2) && zero(layer + 2));
    return zero(layer) && near && far && !inputLayers.includes(layer);
  }

  /** All neurons of all layers at once. */
  sweep(states: SampleStates, sample: OracleSample, gain: number): SampleStates {
    return states.map((state, layer) => {
      if (this.#silent(layer, states)) return state;
      return state.map((_, i) => {
        const f = this.field(layer, i, states, sample, gain);
        // A field of exactly zero, of opposite bonds alone, is zero in f32 too.
        if (f !== 0 && Math.abs(f) < TIE) this.nearTies++;
        return f >= 0 ? 1 : -1;
      });
    });
  }

  /** Sweeps with the parts of the feedback given, one after the other. */
  relax(states: SampleStates, sample: OracleSample, gains: readonly number[]): SampleStates {
    return gains.reduce((present, gain) => this.sweep(present, sample, gain), states);
  }

  /** All states zero. */
  rest(): SampleStates {
    return Array.from({ length: this.model.layers }, () => new Int8Array(this.model.hidden));
  }

  /** Sweeps until no layer is at rest any more. */
  warmUp(sample: OracleSample): number {
    let states = this.rest();
    let sweeps = 0;
    for (; states.some((state) => state[0] === 0); sweeps++) states = this.sweep(states, sample, 0);
    return sweeps;
  }

  /** Parts of the feedback in the sweeps of the clamped phase and of what follows. */
  gains(sample: OracleSample): { readonly clamped: readonly number[]; readonly free: readonly number[] } {
    const { sweeps, feedback, freePhase } = this.rule;
    const warm = this.warmUp(sample);
    const strength = feedback === "absent" ? 0 : 1;
    const times = Array.from({ length: sweeps }, (_, t) => t + 1);
    const free = times.map((t) => (freePhase === "annealed" ? strength * (1 - t / sweeps) : 0));
    // Input in the warm-up, then the readout becomes the target, then its feedback arrives.
    return {
      clamped: times.map((t) => (t > warm + 1 ? strength : 0)),
      free: freePhase === "none" ? [] : free,
    };
  }

  /** One train step; the weights change in place. */
  train(samples: readonly OracleSample[], rateFactor = 1): OracleStep {
    const gains = this.gains(samples[0]!);
    this.nearTies = 0;
    const clamped = samples.map((sample) => this.relax(this.rest(), sample, gains.clamped));
    const final = samples.map((sample, b) => this.relax(clamped[b]!, sample, gains.free));
    const learns = this.#learning(samples, final);
    const readouts = this.#readoutErrors(samples, final);
    this.#learnHidden(samples, { clamped, final, learns, rateFactor });
    this.#learnReadout(samples, { final, readouts, rateFactor });
    const hiddenUpdates = learns.flat(2).filter(Boolean).length;
    const readoutUpdates = readouts.flat().filter((y) => y !== 0).length;
    return { clamped, final, hiddenUpdates, readoutUpdates, nearTies: this.nearTies };
  }

  /** By sample, layer and neuron: s f ≤ κ + J_D + λ and μ for each bond. */
  #learning(samples: readonly OracleSample[], final: readonly SampleStates[]): boolean[][][] {
    const { layers, selfCoupling, layerCoupling, skipCoupling } = this.model;
    const present = (...others: number[]): number => others.filter((l) => l >= 0 && l < layers).length;
    return samples.map((sample, b) =>
      final[b]!.map((state, l) => {
        const bonds = layerCoupling * present(l - 1, l + 1) + skipCoupling * present(l - 2, l + 2);
        const margin = this.rule.margin + selfCoupling + bonds;
        return Array.from(state, (s, i) => {
          const stability = s * this.field(l, i, final[b]!, sample, 0) - margin;
          if (Math.abs(stability) < TIE) this.nearTies++;
          return stability <= 0;
        });
      }),
    );
  }

  /** By sample and unit: ŷ where the unit learns, else 0. */
  #readoutErrors(samples: readonly OracleSample[], final: readonly SampleStates[]): number[][] {
    if (this.model.association === "patterns") return [];
    const root = Math.sqrt(this.model.outputs);
    return samples.map((sample, b) =>
      Array.from(this.activity(sample, this.rule.readoutTargets === "published" ? root / 2 : 1), (y, c) => {
        const stability = y * dot(this.weights.readout[c]!, final[b]!.at(-1)!) - this.rule.readoutMargin;
        if (Math.abs(stability) < TIE) this.nearTies++;
        return stability <= 0 ? y : 0;
      }),
    );
  }

  #learnHidden(samples: readonly OracleSample[], step: HiddenStep): void {
    const { model, rule, weights } = this;
    const { clamped, final, learns, rateFactor } = step;
    const root = Math.sqrt(samples.length);
    const contrastive = rule.plasticity === "contrastive";
    const rateJ = (rateFactor * rule.rates.couplings) / Math.sqrt(model.hidden);
    const rateIn = (rateFactor * rule.rates.input * model.inputStrength) / Math.sqrt(model.inputs);
    const rateBack = (rateFactor * rule.feedbackRate * model.feedbackStrength) / Math.sqrt(model.outputs);
    for (let l = 0; l < model.layers; l++) {
      for (let i = 0; i < model.hidden; i++) {
        // Post-synaptic factor, and pre-synaptic state, of what is imprinted and of what is unlearned.
        const imprint = (b: number): number => (contrastive || learns[b]![l]![i] ? final[b]![l]![i]! : 0);
        const term = (b: number, pre: (states: SampleStates) => number): number =>
          contrastive
            ? clamped[b]![l]![i]! * pre(clamped[b]!) - imprint(b) * pre(final[b]!)
            : imprint(b) * pre(final[b]!);
        const total = (of: (b: number) => number): number =>
          samples.reduce((sum, _, b) => sum + of(b), 0) / root;
        updateRow(weights.couplings[l]![i]!, rateJ, rule.decays.couplings, (j) =>
          i === j ? 0 : total((b) => term(b, (states) => states[l]![j]!)),
        );
        updateRow(weights.input.get(l)?.[i], rateIn, rule.decays.input, (k) =>
          total((b) => term(b, () => samples[b]!.input[k]!)),
        );
        if (rule.feedback !== "learned" || model.association === "patterns") continue;
        updateRow(weights.feedback.get(l)?.[i], rateBack, 0, (c) =>
          total((b) => imprint(b) * this.activity(samples[b]!)[c]!),
        );
      }
    }
  }

  #learnReadout(samples: readonly OracleSample[], { final, readouts, rateFactor }: ReadoutStep): void {
    if (readouts.length === 0) return;
    const rate = (rateFactor * this.rule.rates.readout) / Math.sqrt(this.model.hidden);
    this.weights.readout.forEach((row, c) => {
      updateRow(
        row,
        rate,
        this.rule.decays.readout,
        (j) =>
          samples.reduce((sum, _, b) => sum + readouts[b]![c]! * final[b]!.at(-1)![j]!, 0) /
          Math.sqrt(samples.length),
      );
    });
  }
}

interface HiddenStep {
  readonly clamped: readonly SampleStates[];
  readonly final: readonly SampleStates[];
  readonly learns: readonly (readonly (readonly boolean[])[])[];
  readonly rateFactor: number;
}

interface ReadoutStep {
  readonly final: readonly SampleStates[];
  readonly readouts: readonly (readonly number[])[];
  readonly rateFactor: number;
}

/** w ← w(1 − ηδ) + η·change. */
function updateRow(
  row: Float64Array | undefined,
  rate: number,
  decay: number,
  change: (j: number) => number,
): void {
  row?.forEach((w, j) => {
    row[j] = w * (1 - rate * decay) + rate * change(j);
  });
}
