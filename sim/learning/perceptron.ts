/** @file The linear perceptron: the readout of (P21) on the input itself, the baseline without hidden units. */
import type { LabelledStates } from "../data/labelled.ts";
import { standardNormals } from "../data/entangled.ts";
import { stream } from "../random.ts";
import { requireInside } from "../../theory/errors.ts";
import type { BaselineData, BaselineEpoch, Batch, EpochOptions, Learner } from "./baseline.ts";
import { requireRate, runEpochs } from "./baseline.ts";

/** The readout rule of (P21). */
export interface ReadoutRule {
  /**
   * Margin κ_out, a dimensionless field, any finite number: a unit learns until its field agrees with its
   * target by more than this.
   */
  readonly margin: number;
  /** Learning rate η_W ≥ 0. */
  readonly learningRate: number;
  /** Decay δ ≥ 0: weights shrink by the factor 1 − η_W δ/√N at every update; η_W δ ≤ √N. */
  readonly decay: number;
}

/** The readout rule, default κ_out = 3, η_W = 0.1, δ = 0.005, and how samples are presented; batches of 16 by default. */
export interface PerceptronOptions extends Partial<ReadoutRule>, EpochOptions {}

/**
 * Trains a linear readout W of the input by `updateReadout`. Scores are W x; initial weights are N(0, 1/N), stream
 * (seed, "perceptron weights", N, C). Weights are f32, fields are summed in f64 in the order of the bits.
 * @param data samples of at least two classes, and the seed
 * @param options see {@link PerceptronOptions}
 * @returns accuracies before the first and after every epoch
 * @throws OutOfDomain at once, if data or options are outside their range; NotConverged while it runs, if weights
 *   are no longer finite
 * @source readout update of (P21) on the input
 */
export function trainPerceptron(
  data: BaselineData,
  options: PerceptronOptions = {},
): Generator<BaselineEpoch> {
  const { margin = 3, learningRate = 0.1, decay = 0.005, batchSize = 16, ...presented } = options;
  requireInside("margin", margin, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE });
  requireRate("learningRate", learningRate);
  requireRate("decay", decay);
  const { n } = data.train;
  requireInside("learningRate × decay", learningRate * decay, { min: 0, max: Math.sqrt(n) });
  const learner = (): Learner => perceptron(data, { margin, learningRate, decay });
  return runEpochs(data, learner, { batchSize, ...presented });
}

function perceptron({ train: { n, classes }, seed }: BaselineData, rule: ReadoutRule): Learner {
  const normals = standardNormals(classes * n, stream(seed, "perceptron weights", n, classes));
  const weights = Float32Array.from(normals, (z) => z / Math.sqrt(n));
  return {
    width: n,
    scores: ({ count, states }: LabelledStates) => linearScores(weights, n, states, count),
    learn: (batch) => {
      updateReadout(weights, batch, rule);
    },
  };
}

/**
 * One update of the readout rule (P21) with the input in the place of the hidden state: where ŷ_c (W x)_c ≤ κ_out,
 * ΔW_c = η_W/√N Σ_b ŷ_c x / √B after a decay w ← w (1 − η_W δ/√N). Fields are those before the update. Targets ŷ are
 * √C/2 for the right class and −1/2 for the others; B is the number of samples in this batch.
 * @param weights W, `classes × n`; changed
 * @param batch inputs of n bits
 * @param rule see {@link ReadoutRule}; not checked here
 */
export function updateReadout(
  weights: Float32Array,
  { size, inputs, labels, width: n }: Batch,
  { margin, learningRate, decay }: ReadoutRule,
): void {
  const classes = weights.length / n;
  const fields = linearScores(weights, n, inputs, size);
  const step = learningRate / Math.sqrt(n);
  const each = step / Math.sqrt(size);
  const kept = 1 - step * decay;
  for (let k = 0; k < weights.length; k++) weights[k]! *= kept;
  for (let b = 0; b < size; b++) {
    for (let c = 0; c < classes; c++) {
      const target = labels[b] === c ? Math.sqrt(classes) / 2 : -0.5;
      if (target * fields[b * classes + c]! > margin) continue;
      const change = each * target;
      for (let j = 0; j < n; j++) weights[c * n + j]! += change * inputs[b * n + j]!;
    }
  }
}

/** W x of `count` inputs: all rows of W (n entries each) for the first input, then for the next. */
function linearScores(
  weights: Float32Array,
  n: number,
  inputs: Float32Array | Int8Array,
  count: number,
): Float32Array {
  const rows = weights.length / n;
  const scores = new Float32Array(count * rows);
  for (let b = 0; b < count; b++) {
    for (let c = 0; c < rows; c++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += weights[c * n + j]! * inputs[b * n + j]!;
      scores[b * rows + c] = sum;
    }
  }
  return scores;
}
