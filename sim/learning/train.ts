/** @file A training run: epochs of learning, each followed by accuracies on training and test samples. No files here. */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import type { Answers, Learner, LearnerOptions } from "./learner.ts";
import { openLearner } from "./learner.ts";
import { hasCouplings } from "./model.ts";
import type { NetworkSetup, RateSchedule } from "./presets.ts";
import { couplingSymmetry, type WeightMatrix } from "./weights.ts";

/** What to train. */
export interface TrainingRun extends NetworkSetup {
  /** Epochs of the whole run, an integer, 0..10⁶. */
  readonly epochs: number;
  /** How the learning rates change over the epochs. */
  readonly schedule: RateSchedule;
  /** Seed of weights, order of samples and partial updates, an integer, 0..2⁵³−1. */
  readonly seed: number;
}

/** Samples to learn from, and to be judged by. */
export interface TrainingSets {
  /** Samples to learn from. */
  readonly train: LabelledStates;
  /** Samples that choose nothing: the network is judged by them after each epoch. */
  readonly test: LabelledStates;
}

/** How well a run does after an epoch. */
export interface TrainingEpoch {
  /** Epochs done, from 1. */
  readonly epoch: number;
  /** Share of right answers among the first training samples (10,000 at most). */
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** Share of (neuron, sample) pairs that learned in this epoch. */
  readonly hiddenUpdates: number;
  /** Share of (readout unit, sample) pairs that learned in this epoch. */
  readonly readoutUpdates: number;
  /**
   * Mean sweeps to rest in inference on the test samples; those that still moved count as T + 1. Null where rest has no
   * meaning: without couplings nothing has to come to rest, and where only a part of the neurons is updated in a sweep,
   * one without a flip is not rest.
   */
  readonly meanSweeps: number | null;
  /** Share of test samples whose state came to rest within T sweeps; null as {@link meanSweeps}. */
  readonly settled: number | null;
  /** Σ J_ij J_ji / Σ J_ij² of the first layer; null without couplings. */
  readonly symmetry: number | null;
}

/** Where a run is, and all it needs to go on. */
export interface TrainingState {
  readonly epoch: number;
  readonly weights: readonly WeightMatrix[];
}

/** Options of a run. */
export interface TrainingOptions extends LearnerOptions {
  /** State after an earlier epoch, to go on from. */
  readonly from?: TrainingState;
  /** Number of training samples that are answered after each epoch, at least 1. Default 10,000. */
  readonly judged?: number;
  /** Called with the epoch that runs and its share that is done. */
  readonly onProgress?: (epoch: number, share: number) => void;
  /** Stops the run: the epoch that runs is lost. */
  readonly signal?: AbortSignal;
}

/** An epoch of a run, with the network as it is then. */
export interface TrainingStep {
  readonly result: TrainingEpoch;
  /** The state after this epoch (a copy of all weights). */
  readonly state: () => TrainingState;
  readonly learner: Learner;
}

/** Training samples that are answered after each epoch. */
const JUDGED = 10_000;

/**
 * Factor on the learning rates in an epoch, 1..epochs.
 * @param schedule how the rates change
 * @param epoch number of the epoch, an integer, 1..epochs
 * @param epochs epochs of the whole run, ≥ 1
 * @returns a factor in (0, 1]
 * @source linear and cosine schedules (Loshchilov & Hutter, arXiv 1608.03983)
 */
export function rateFactor(schedule: RateSchedule, epoch: number, epochs: number): number {
  const done = (epoch - 1) / epochs;
  switch (schedule) {
    case "constant":
      return 1;
    case "linear":
      return 1 - done;
    case "cosine":
      return (1 + Math.cos(Math.PI * done)) / 2;
    default:
      return schedule satisfies never;
  }
}

/**
 * Share of answers that name the class of their sample.
 * @param answers answers to all samples, in their order
 * @param samples the samples
 * @returns a fraction in [0, 1]
 * @source definition
 */
export function accuracyOf({ values }: Answers, { labels }: LabelledStates): number {
  return values.reduce((right, answer, b) => right + Number(answer === labels[b]), 0) / values.length;
}

async function judge(learner: Learner, { train, test }: TrainingSets, judged: number) {
  const tested = await learner.answer("test");
  const trained = await learner.answer("train", { count: Math.min(judged, train.count) });
  return {
    trainAccuracy: accuracyOf(trained, train),
    testAccuracy: accuracyOf(tested, test),
    ...restOf(learner, tested),
  };
}

/** How inference came to rest, and the symmetry of the couplings. */
function restOf(
  learner: Learner,
  { sweeps }: Answers,
): Pick<TrainingEpoch, "meanSweeps" | "settled" | "symmetry"> {
  const { model, rule } = learner.plan;
  if (!hasCouplings(model, rule)) return { meanSweeps: null, settled: null, symmetry: null };
  const symmetry = couplingSymmetry(learner.couplings(0));
  if (rule.updateProbability < 1) return { meanSweeps: null, settled: null, symmetry };
  return {
    meanSweeps: sweeps.reduce((sum, at) => sum + at, 0) / sweeps.length,
    settled: sweeps.reduce((sum, at) => sum + Number(at <= rule.sweeps), 0) / sweeps.length,
    symmetry,
  };
}

/**
 * Trains epoch after epoch. A run that goes on from a state gives the same weights as one that was never stopped.
 * @param run network, rule, epochs and seed; see {@link TrainingRun}
 * @param sets samples to learn from and to be judged by; see {@link TrainingSets}
 * @param options where it goes on, workers, progress; see {@link TrainingOptions}
 * @returns one step an epoch, as it is done
 * @throws OutOfDomain when samples, network or state do not fit together
 * @throws NotConverged when weights have grown beyond f32
 * @source (P21)
 */
export async function* trainEpochs(
  run: TrainingRun,
  sets: TrainingSets,
  { from, judged = JUDGED, onProgress, signal, ...where }: TrainingOptions = {},
): AsyncGenerator<TrainingStep> {
  const { model, rule, epochs, schedule, seed } = run;
  requireInteger("epochs", epochs, 0, 1e6);
  requireInside("judged", judged, { min: 1, max: Number.MAX_SAFE_INTEGER });
  const learner = await openLearner({ model, rule, sets: { ...sets }, seed }, where);
  try {
    if (from !== undefined) await learner.restore(from.weights);
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      const updates = await learner.trainEpoch("train", epoch, {
        rateFactor: rateFactor(schedule, epoch, epochs),
        ...(onProgress === undefined
          ? {}
          : {
              onProgress: (share: number) => {
                onProgress(epoch, share);
              },
            }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (updates === null) return;
      const result: TrainingEpoch = {
        epoch,
        ...(await judge(learner, sets, judged)),
        hiddenUpdates: updates.hidden,
        readoutUpdates: updates.readout,
      };
      yield { result, state: () => ({ epoch, weights: learner.weights() }), learner };
    }
  } finally {
    await learner.close();
  }
}
