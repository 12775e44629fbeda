/**
 * @file The baseline of backpropagation: one hidden layer of sign units with a straight-through gradient.
 * Products of weights and ±1 are exact, so loops are arranged for memory only: everything of one hidden unit at a time,
 * four samples to a pass over its weights. exp is that of the JavaScript engine: runs repeat bit for bit on one engine,
 * and differ in the last digits between engines that round it differently.
 */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { mostEntries, standardNormals } from "../data/entangled.ts";
import type { LabelledStates } from "../data/labelled.ts";
import { stream } from "../random.ts";
import type { BaselineData, BaselineEpoch, Batch, EpochOptions, Learner } from "./baseline.ts";
import { emptyBatch, fillBatch, requireRate, runEpochs } from "./baseline.ts";

/** Slopes of the surrogate below this fraction of the one at a = 0 count as zero. */
const negligibleSlope = 1e-4;

/** Samples that are scored together. */
const scoredTogether = 64;

/** Adam (Kingma & Ba, 2015) with its published constants. */
const adam = { mean: 0.9, square: 0.999, tiny: 1e-8 };

/** The published steepness of the surrogate, and settings of Adam that were chosen on validation images. */
export const signMlpDefaults = { steepness: 3, learningRate: 5e-3, batchSize: 64 } as const;

/** Network size, optimiser, and how samples are presented; batches of 64 by default. */
export interface SignMlpOptions extends EpochOptions {
  /** Hidden units H, a number of neurons ≥ 1. */
  readonly hidden: number;
  /** Steepness β > 0 of the surrogate, dimensionless: the gradient takes sgn(a) for tanh(βa), default 3. */
  readonly steepness?: number;
  /** First step of Adam for the input weights, ≥ 0, default 0.005; all steps fall linearly to zero over the epochs. */
  readonly learningRate?: number;
}

/**
 * N → H sign units → C scores: a = W₁ (x, 1), s = sgn(a) with sgn(0) = +1, scores W₂ s. The thresholds, weights of a
 * constant 1 after the input, are needed: without them scores are odd in x.
 */
export interface SignMlp {
  /** N + 1. */
  readonly width: number;
  readonly hidden: number;
  readonly classes: number;
  /** W₁, `hidden × width`, unit after unit, the threshold last. */
  readonly inputWeights: Float32Array;
  /** W₂ transposed, `hidden × classes`: the weights from one unit to all classes lie together. */
  readonly outputWeights: Float32Array;
}

/** Fields and scores of a batch, with room for the largest one; units one after the other, all samples of each. */
interface Activity {
  /** `hidden × rows`; rows is a multiple of four. */
  readonly fields: Float32Array;
  readonly rows: number;
  /** `rows × classes`: scores, and after {@link writeErrors} their errors. f64, for sums over many units. */
  readonly scores: Float64Array;
}

/** Takes the gradient of one unit's weights; the arrays are reused for the next unit. */
export type GradientReceiver = (unit: number, input: Float64Array, output: Float64Array) => void;

/**
 * A network with weights and thresholds N(0, 1/N), and N(0, 1/H) to the scores; streams (seed, "sign-mlp input" | "sign-mlp output", sizes).
 * @param sizes n, hidden and classes, positive integers
 * @param seed integer, 0..2⁵³−1
 * @throws OutOfDomain if a size is no positive integer, there are too many weights, or the seed is no seed
 */
export function createSignMlp(
  { n, hidden, classes }: { readonly n: number; readonly hidden: number; readonly classes: number },
  seed: number,
): SignMlp {
  requireInteger("bits", n, 1, mostEntries - 1);
  requireInteger("classes", classes, 1, mostEntries);
  requireInteger("hidden", hidden, 1, Math.floor(mostEntries / Math.max(n + 1, classes)));
  const weights = (purpose: string, width: number, inputs: number): Float32Array =>
    Float32Array.from(
      standardNormals(hidden * width, stream(seed, purpose, hidden, width)),
      (z) => z / Math.sqrt(inputs),
    );
  return {
    ...{ width: n + 1, hidden, classes },
    inputWeights: weights("sign-mlp input", n + 1, n),
    outputWeights: weights("sign-mlp output", classes, hidden),
  };
}

/**
 * Scores W₂ sgn(W₁ (x, 1)) of all samples.
 * @returns `count × classes`, sample after sample
 */
export function signMlpScores(network: SignMlp, data: LabelledStates): Float32Array {
  const { classes } = network;
  const batch = emptyBatch(Math.min(scoredTogether, data.count), network.width);
  const activity = emptyActivity(network, batch);
  const scores = new Float32Array(data.count * classes);
  for (let first = 0; first < data.count; first += scoredTogether) {
    const size = Math.min(scoredTogether, data.count - first);
    const samples = Uint32Array.from({ length: size }, (_, k) => first + k);
    forward(network, fillBatch(batch, data, samples), activity);
    scores.set(activity.scores.subarray(0, size * classes), first * classes);
  }
  return scores;
}

/**
 * Gradients of the mean cross entropy of a batch, −(1/B) Σ_b ln p_b(label), p = softmax(W₂ s), by backpropagation.
 * In W₂ they are exact. In W₁ the derivative of s = sgn(a), which is zero, is replaced by that of tanh(βa),
 * ds/da = β (1 − tanh²(βa)) = 4β u/(1 + u)² with u = exp(−2β|a|); samples where it is below 10⁻⁴ of its peak β are
 * left out.
 * @param network the weights; not changed by this function, but `receive` may change those of its unit
 * @param batch samples
 * @param steepness β > 0
 * @param receive called for units 0..H−1 in turn
 */
export function signMlpGradients(
  network: SignMlp,
  batch: Batch,
  steepness: number,
  receive: GradientReceiver,
): void {
  const activity = emptyActivity(network, batch);
  forward(network, batch, activity);
  backward(network, batch, { activity, steepness, receive });
}

/**
 * Trains N → H sign units → C by backpropagation of the cross entropy with the surrogate of `signMlpGradients`.
 * Optimiser: Adam (0.9, 0.999, 10⁻⁸) without weight decay. Its step is `learningRate` for W₁ and `learningRate`·√(N/H)
 * for W₂, the same fraction of the initial weights in both layers, so that one rate serves all widths. Both fall
 * linearly to zero at the end of the last epoch: accuracies on the way depend on `epochs`. The defaults were chosen on
 * the last 10,000 training images of Entangled MNIST (N = 100, H = 200 and 800), not on test images.
 * @param data samples of at least two classes, and the seed
 * @param options see {@link SignMlpOptions}
 * @returns accuracies before the first and after every epoch
 * @throws OutOfDomain at once, if data or options are outside their range; NotConverged while it runs, if weights
 *   are no longer finite
 * @source straight-through gradients with Adam (Kingma & Ba, arXiv 1412.6980)
 */
export function trainSignMlp(data: BaselineData, options: SignMlpOptions): Generator<BaselineEpoch> {
  const { hidden, steepness, learningRate, batchSize, ...presented } = { ...signMlpDefaults, ...options };
  requireInside("steepness", steepness, { min: 0, max: Infinity, openMin: true, openMax: true });
  requireRate("learningRate", learningRate);
  const learner = (): Learner => {
    const { n, classes, count } = data.train;
    const network = createSignMlp({ n, hidden, classes }, data.seed);
    return adamLearner(network, { steepness, learningRate, capacity: Math.min(batchSize, count) });
  };
  return runEpochs(data, learner, { batchSize, ...presented });
}

/** A network that learns by Adam. */
function adamLearner(
  network: SignMlp,
  settings: { readonly steepness: number; readonly learningRate: number; readonly capacity: number },
): Learner {
  const { width, hidden, classes, inputWeights, outputWeights } = network;
  const { steepness, learningRate, capacity } = settings;
  const activity = emptyActivity(network, emptyBatch(capacity, width));
  const inputMoments = emptyMoments(inputWeights.length);
  const outputMoments = emptyMoments(outputWeights.length);
  let updates = 0;
  return {
    width,
    scores: (data) => signMlpScores(network, data),
    learn(batch, progress) {
      updates++;
      const rate = learningRate * (1 - progress);
      const outputRate = rate * Math.sqrt((width - 1) / hidden);
      forward(network, batch, activity);
      backward(network, batch, {
        activity,
        steepness,
        receive(unit, input, output) {
          adamStep(inputWeights, inputMoments, { first: unit * width, gradient: input, rate, updates });
          const step = { first: unit * classes, gradient: output, rate: outputRate, updates };
          adamStep(outputWeights, outputMoments, step);
        },
      });
    },
  };
}

function emptyActivity({ width, hidden, classes }: SignMlp, { inputs }: Batch): Activity {
  const rows = inputs.length / width;
  return { rows, fields: new Float32Array(hidden * rows), scores: new Float64Array(rows * classes) };
}

/** Fields and scores of the samples of a batch. */
function forward(network: SignMlp, { size, inputs }: Batch, { fields, rows, scores }: Activity): void {
  const { width, hidden, classes, inputWeights, outputWeights } = network;
  scores.fill(0);
  for (let unit = 0; unit < hidden; unit++) {
    const weights = inputWeights.subarray(unit * width, (unit + 1) * width);
    const own = fields.subarray(unit * rows, (unit + 1) * rows);
    writeFields(weights, inputs, size, own);
    const first = unit * classes;
    for (let b = 0; b < size; b++) {
      const s = own[b]! >= 0 ? 1 : -1;
      for (let c = 0; c < classes; c++) scores[b * classes + c]! += s * outputWeights[first + c]!;
    }
  }
}

/** Fields of one unit, four samples at a time (up to three more than asked for): one load of a weight serves four. */
function writeFields(weights: Float32Array, inputs: Float32Array, size: number, fields: Float32Array): void {
  const n = weights.length;
  for (let b = 0; b < size; b += 4) {
    const x0 = b * n;
    const x1 = x0 + n;
    const x2 = x1 + n;
    const x3 = x2 + n;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    for (let j = 0; j < n; j++) {
      const w = weights[j]!;
      a0 += w * inputs[x0 + j]!;
      a1 += w * inputs[x1 + j]!;
      a2 += w * inputs[x2 + j]!;
      a3 += w * inputs[x3 + j]!;
    }
    fields[b] = a0;
    fields[b + 1] = a1;
    fields[b + 2] = a2;
    fields[b + 3] = a3;
  }
}

/** Turns scores into the derivatives of the mean cross entropy in them: (softmax − one-hot)/B. */
function writeErrors({ size, labels }: Batch, scores: Float64Array, classes: number): void {
  for (let b = 0; b < size; b++) {
    const own = scores.subarray(b * classes, (b + 1) * classes);
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, own[c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += own[c] = Math.exp(own[c]! - largest);
    for (let c = 0; c < classes; c++) own[c]! /= sum * size;
    own[labels[b]!]! -= 1 / size;
  }
}

/** Gradients from the fields and scores of a batch; the scores become errors. */
function backward(
  { width, hidden, classes, outputWeights }: SignMlp,
  batch: Batch,
  how: { readonly activity: Activity; readonly steepness: number; readonly receive: GradientReceiver },
): void {
  const { activity, steepness, receive } = how;
  const { fields, rows, scores: errors } = activity;
  writeErrors(batch, errors, classes);
  // Beyond this field 4u < negligibleSlope, and with it the slope in units of its peak.
  const window = Math.log(4 / negligibleSlope) / (2 * steepness);
  const input = new Float64Array(width);
  const output = new Float64Array(classes);
  const slopes = new Float64Array(rows);
  const active = new Uint32Array(rows);
  for (let unit = 0; unit < hidden; unit++) {
    output.fill(0);
    let found = 0;
    for (let b = 0; b < batch.size; b++) {
      const field = fields[unit * rows + b]!;
      const s = field >= 0 ? 1 : -1;
      let back = 0;
      for (let c = 0; c < classes; c++) {
        const error = errors[b * classes + c]!;
        output[c]! += s * error;
        back += error * outputWeights[unit * classes + c]!;
      }
      const distance = s * field;
      if (distance > window) continue;
      const u = Math.exp(-2 * steepness * distance);
      slopes[found] = (back * 4 * steepness * u) / ((1 + u) * (1 + u));
      active[found++] = b;
    }
    writeWeightedSum(batch.inputs, { slopes, active, found }, input);
    receive(unit, input, output);
  }
}

/** Sum of inputs with coefficients, four samples at a time; the last four are filled up with coefficients 0. */
function writeWeightedSum(
  inputs: Float32Array,
  chosen: { readonly slopes: Float64Array; readonly active: Uint32Array; readonly found: number },
  sum: Float64Array,
): void {
  const { slopes, active, found } = chosen;
  const n = sum.length;
  sum.fill(0);
  slopes.fill(0, found);
  active.fill(0, found);
  for (let k = 0; k < found; k += 4) {
    const d0 = slopes[k]!;
    const d1 = slopes[k + 1]!;
    const d2 = slopes[k + 2]!;
    const d3 = slopes[k + 3]!;
    const x0 = active[k]! * n;
    const x1 = active[k + 1]! * n;
    const x2 = active[k + 2]! * n;
    const x3 = active[k + 3]! * n;
    for (let j = 0; j < n; j++) {
      sum[j]! += d0 * inputs[x0 + j]! + d1 * inputs[x1 + j]! + d2 * inputs[x2 + j]! + d3 * inputs[x3 + j]!;
    }
  }
}

/** Running means of gradients and of their squares. */
interface Moments {
  readonly means: Float32Array;
  readonly squares: Float32Array;
}

const emptyMoments = (length: number): Moments => ({
  means: new Float32Array(length),
  squares: new Float32Array(length),
});

/** One step of Adam on the weights from `first` on; `updates` counts this one. */
function adamStep(
  weights: Float32Array,
  { means, squares }: Moments,
  step: {
    readonly first: number;
    readonly gradient: Float64Array;
    readonly rate: number;
    readonly updates: number;
  },
): void {
  const { first, gradient, rate, updates } = step;
  const scale = rate / (1 - adam.mean ** updates);
  const squareScale = 1 / (1 - adam.square ** updates);
  for (let j = 0; j < gradient.length; j++) {
    const g = gradient[j]!;
    const mean = adam.mean * means[first + j]! + (1 - adam.mean) * g;
    const square = adam.square * squares[first + j]! + (1 - adam.square) * g * g;
    means[first + j] = mean;
    squares[first + j] = square;
    weights[first + j]! -= (scale * mean) / (Math.sqrt(square * squareScale) + adam.tiny);
  }
}
