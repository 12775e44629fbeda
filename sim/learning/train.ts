/** @file A training run: epochs of learning, each followed by accuracies on training and test samples. No files here. */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import { DeviceLost } from "../kernels/webgpu/errors.ts";
import type { LearningBackend } from "./backend.ts";
import { wasmBackend } from "./backend.ts";
import type { LearnerOptions } from "./learner.ts";
import { hasCouplings } from "./model.ts";
import type { NetworkSetup, RateSchedule } from "./presets.ts";
import type { Answers, TrainableNetwork } from "./trainable.ts";
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
  /** Where the network learns; default by the compiled kernels, with the workers and kernels given here. */
  readonly backend?: LearningBackend;
  /** Called when a GPU was lost in the epoch given, which then begins anew. */
  readonly onLoss?: (error: DeviceLost, epoch: number) => void;
}

/** An epoch of a run, with the network as it is then. */
export interface TrainingStep {
  readonly result: TrainingEpoch;
  /** The state after this epoch (a copy of all weights). */
  readonly state: () => Promise<TrainingState>;
  readonly learner: TrainableNetwork;
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

async function judge(learner: TrainableNetwork, { train, test }: TrainingSets, judged: number) {
  const tested = await learner.answer("test");
  const trained = await learner.answer("train", { count: Math.min(judged, train.count) });
  return {
    trainAccuracy: accuracyOf(trained, train),
    testAccuracy: accuracyOf(tested, test),
    ...(await restOf(learner, tested)),
  };
}

/** How inference came to rest, and the symmetry of the couplings. */
async function restOf(
  learner: TrainableNetwork,
  { sweeps }: Answers,
): Promise<Pick<TrainingEpoch, "meanSweeps" | "settled" | "symmetry">> {
  const { model, rule } = learner;
  if (!hasCouplings(model, rule)) return { meanSweeps: null, settled: null, symmetry: null };
  const symmetry = couplingSymmetry(await learner.couplings(0));
  if (rule.updateProbability < 1) return { meanSweeps: null, settled: null, symmetry };
  return {
    meanSweeps: sweeps.reduce((sum, at) => sum + at, 0) / sweeps.length,
    settled: sweeps.reduce((sum, at) => sum + Number(at <= rule.sweeps), 0) / sweeps.length,
    symmetry,
  };
}

/** What an epoch needs besides the network. */
interface EpochRun {
  readonly run: TrainingRun;
  readonly sets: TrainingSets;
  readonly epoch: number;
  readonly options: TrainingOptions;
}

/** One epoch with its accuracies, or null where it was stopped. */
async function trainedEpoch(
  learner: TrainableNetwork,
  { run, sets, epoch, options }: EpochRun,
): Promise<TrainingEpoch | null> {
  const { judged = JUDGED, onProgress, signal } = options;
  const updates = await learner.trainEpoch("train", epoch, {
    rateFactor: rateFactor(run.schedule, epoch, run.epochs),
    onProgress: (share) => onProgress?.(epoch, share),
    ...(signal === undefined ? {} : { signal }),
  });
  if (updates === null) return null;
  const { hidden: hiddenUpdates, readout: readoutUpdates } = updates;
  return { epoch, ...(await judge(learner, sets, judged)), hiddenUpdates, readoutUpdates };
}

/**
 * Trains epoch after epoch. A run that goes on from a state gives the same weights as one that was never stopped. A GPU
 * that is lost is opened again, and the epoch begins anew from the weights of the last one; once for an epoch.
 * @param run network, rule, epochs and seed; see {@link TrainingRun}
 * @param sets samples to learn from and to be judged by; see {@link TrainingSets}
 * @param options where it goes on, workers, progress; see {@link TrainingOptions}
 * @returns one step an epoch, as it is done
 * @throws OutOfDomain when samples, network or state do not fit together
 * @throws NotConverged when weights have grown beyond f32
 * @throws DeviceLost when a GPU was lost twice in an epoch; DeviceMemory when it has no room for the network
 * @source (P21)
 */
export async function* trainEpochs(
  run: TrainingRun,
  sets: TrainingSets,
  options: TrainingOptions = {},
): AsyncGenerator<TrainingStep> {
  const { from, judged = JUDGED, onLoss, workers, kernels } = options;
  const where = {
    ...(workers === undefined ? {} : { workers }),
    ...(kernels === undefined ? {} : { kernels }),
  };
  const { backend = wasmBackend(where) } = options;
  const { model, rule, epochs, seed } = run;
  requireInteger("epochs", epochs, 0, 1e6);
  requireInside("judged", judged, { min: 1, max: Number.MAX_SAFE_INTEGER });
  const open = () => backend.open({ model, rule, sets: { ...sets }, seed });
  let learner = await open();
  let kept = from;
  let lostIn: number | undefined;
  try {
    if (kept !== undefined) await learner.restore(kept.weights);
    let epoch = (from?.epoch ?? 0) + 1;
    while (epoch <= epochs) {
      let step: TrainingStep | null;
      try {
        const result = await trainedEpoch(learner, { run, sets, epoch, options });
        const state = stateOf(learner, epoch);
        // What is on a GPU may be gone before it is asked for.
        if (backend.volatile && result !== null) kept = await state();
        step = result === null ? null : { result, state, learner };
      } catch (error) {
        if (!(error instanceof DeviceLost) || lostIn === epoch) throw error;
        lostIn = epoch;
        onLoss?.(error, epoch);
        await learner.close().catch(() => undefined);
        learner = await open();
        if (kept !== undefined) await learner.restore(kept.weights);
        continue;
      }
      if (step === null) return;
      yield step;
      epoch++;
    }
  } finally {
    await learner.close();
  }
}

/** The state after an epoch, copied once, when it is asked for; later epochs change the weights. */
function stateOf(learner: TrainableNetwork, epoch: number): () => Promise<TrainingState> {
  let copy: Promise<TrainingState> | undefined;
  return () => (copy ??= learner.weights().then((weights) => ({ epoch, weights })));
}
