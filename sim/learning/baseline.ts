/** @file What baselines of the learning rule share: data and its checks, epochs of shuffled batches, accuracies. */
import { NotConverged, OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import { requireEveryClass, takeSamples } from "../data/labelled.ts";
import { stream } from "../random.ts";

/** Bounds that only keep typos and overflow out. */
const most = { epochs: 1_000_000, batch: 65_536, classes: 256 };

/** Training samples that are scored after each epoch when nothing else is asked for: as many as MNIST has test samples. */
const usuallyScored = 10_000;

/** Epochs when none are given. */
const usualEpochs = 20;

/** What a baseline learns from. */
export interface BaselineData {
  readonly train: LabelledStates;
  /** Same number of bits and of classes as `train`. */
  readonly test: LabelledStates;
  /** Integer, 0..2⁵³−1: initial weights and order of the samples. */
  readonly seed: number;
}

/** Accuracies after an epoch, as fractions. */
export interface BaselineEpoch {
  /** 0 before any update, then 1..epochs. */
  readonly epoch: number;
  /** On the first training samples, see {@link EpochOptions.scored}. */
  readonly trainAccuracy: number;
  /** On all test samples. */
  readonly testAccuracy: number;
}

/** How samples are presented. */
export interface EpochOptions {
  /** Passes through the training samples, 0..10⁶, default 20. */
  readonly epochs?: number;
  /** Samples of an update, 1..65,536; the last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** The training accuracy is that of this many samples, the first ones, at least 1, default 10,000. */
  readonly scored?: number;
}

/** Samples of one update. */
export interface Batch {
  readonly size: number;
  /** Entries of a row: the bits of an input, and ones beyond them. */
  readonly width: number;
  /** Row b is the input of sample b, ±1; rows from `size` on, a multiple of four rows in all, hold anything finite. */
  readonly inputs: Float32Array;
  readonly labels: Uint8Array;
}

/** A classifier that learns from batches. */
export interface Learner {
  /** Entries of an input row of its batches: N, or N + 1 where thresholds are weights of a constant 1. */
  readonly width: number;
  /** Scores of the classes, `count × classes`, sample after sample; the largest one is the answer. */
  scores(data: LabelledStates): Float32Array;
  /**
   * One update.
   * @param batch the samples
   * @param progress fraction of all updates of the training done before this one, in [0, 1)
   */
  learn(batch: Batch, progress: number): void;
}

/**
 * Fraction of the samples whose largest score is that of their class; of equal scores, the first counts.
 * @param scores `count × classes`, sample after sample
 * @param labels one class a sample
 * @param classes number of classes, ≥ 1
 * @throws OutOfDomain if there are no samples or not one score for each sample and class
 * @throws NotConverged if a score is not finite: the weights ran away
 */
export function classAccuracy(scores: Float32Array, labels: Uint8Array, classes: number): number {
  const count = labels.length;
  requireInteger("classAccuracy: samples", count, 1, Number.MAX_SAFE_INTEGER);
  requireInteger("classAccuracy: scores", scores.length, count * classes, count * classes);
  if (!scores.every(Number.isFinite)) {
    throw new NotConverged("scores are not finite numbers: the weights ran away, lower the learning rate");
  }
  let right = 0;
  for (let sample = 0; sample < count; sample++) {
    const first = sample * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[first + c]! > scores[first + best]!) best = c;
    if (best === labels[sample]!) right++;
  }
  return right / count;
}

/**
 * Checks that a baseline can learn from the data: sizes agree, labels are classes, every class has a training sample.
 * @throws OutOfDomain naming what does not fit
 */
export function requireBaselineData({ train, test }: BaselineData): void {
  for (const [what, data] of Object.entries({ train, test })) {
    const { count, n, classes, states, labels } = data;
    requireInteger(`${what}: samples`, count, 1, Number.MAX_SAFE_INTEGER);
    requireInteger(`${what}: bits`, n, 1, Number.MAX_SAFE_INTEGER);
    requireInteger(`${what}: classes`, classes, 2, most.classes);
    requireInteger(`${what}: entries`, states.length, count * n, count * n);
    requireInteger(`${what}: labels`, labels.length, count, count);
    const foreign = labels.find((label) => label >= classes);
    if (foreign !== undefined) requireInteger(`${what}: label`, foreign, 0, classes - 1);
  }
  for (const name of ["n", "classes"] as const) {
    if (train[name] === test[name]) continue;
    const sizes = `${train[name]} and ${test[name]}`;
    throw new OutOfDomain(
      `training and test data must have the same number of ${name === "n" ? "bits" : name}, got ${sizes}`,
    );
  }
  requireEveryClass(train, "training data");
}

/**
 * Checks a rate or a strength.
 * @throws OutOfDomain unless it is a finite number ≥ 0
 */
export const requireRate = (name: string, value: number): number =>
  requireInside(name, value, { min: 0, max: Infinity, openMax: true });

/**
 * Trains a learner: in every epoch all samples once, in a new random order (stream (seed, "baseline order", epoch)).
 * @param data the samples, checked here
 * @param learner what learns; it is changed
 * @param options see {@link EpochOptions}; `batchSize` is required here, since each baseline has its own default
 * @returns accuracies before the first and after every epoch
 * @throws OutOfDomain before anything is learned; NotConverged from the first epoch whose scores are not finite
 */
export function runEpochs(
  data: BaselineData,
  learner: () => Learner,
  { epochs = usualEpochs, batchSize, scored = usuallyScored }: EpochOptions & { readonly batchSize: number },
): Generator<BaselineEpoch> {
  requireBaselineData(data);
  requireInteger("epochs", epochs, 0, most.epochs);
  requireInteger("batchSize", batchSize, 1, most.batch);
  requireInteger("scored", scored, 1, Number.MAX_SAFE_INTEGER);
  return epochsOf(data, learner(), { epochs, batchSize, scored });
}

function* epochsOf(
  { train, test, seed }: BaselineData,
  learner: Learner,
  { epochs, batchSize, scored }: Required<EpochOptions>,
): Generator<BaselineEpoch> {
  const shown = takeSamples(train, 0, Math.min(train.count, scored));
  const accuracy = (samples: LabelledStates): number =>
    classAccuracy(learner.scores(samples), samples.labels, samples.classes);
  const record = (epoch: number): BaselineEpoch => ({
    epoch,
    trainAccuracy: accuracy(shown),
    testAccuracy: accuracy(test),
  });
  yield record(0);
  const batch = emptyBatch(Math.min(batchSize, train.count), learner.width);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = stream(seed, "baseline order", epoch).permutation(train.count);
    for (let first = 0; first < train.count; first += batchSize) {
      const progress = (epoch - 1 + first / train.count) / epochs;
      learner.learn(fillBatch(batch, train, order.subarray(first, first + batchSize)), progress);
    }
    yield record(epoch);
  }
}

/**
 * Room for a batch, in rows up to a multiple of four.
 * @param capacity most samples, ≥ 1
 * @param width entries of a row, at least the bits of an input; those beyond stay 1
 */
export function emptyBatch(capacity: number, width: number): Batch {
  const rows = Math.ceil(capacity / 4) * 4;
  return { size: 0, width, inputs: new Float32Array(rows * width).fill(1), labels: new Uint8Array(rows) };
}

/**
 * Writes samples into a batch.
 * @param batch with room for the samples; its arrays are overwritten
 * @param data where the samples are
 * @param samples their indices
 * @returns the same arrays with their new size
 */
export function fillBatch(batch: Batch, data: LabelledStates, samples: Uint32Array): Batch {
  const { n, states, labels } = data;
  samples.forEach((sample, row) => {
    batch.inputs.set(states.subarray(sample * n, (sample + 1) * n), row * batch.width);
    batch.labels[row] = labels[sample]!;
  });
  return { ...batch, size: samples.length };
}
