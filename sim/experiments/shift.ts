/**
 * @file Experiment `shift`: accuracy on test inputs whose bits were flipped, after training without and with noise, for
 * the learning rule, random features and reservoir.
 */
import { requireInside } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import { flipBits } from "../data/labelled.ts";
import type { Learner } from "../learning/learner.ts";
import type { NetworkMethod } from "../learning/presets.ts";
import { networkSetup } from "../learning/presets.ts";
import { accuracyOf } from "../learning/train.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { awaitOrElseNotConverged } from "./experiment.ts";
import type { ShiftRow } from "./learning-rows.ts";
import type { ProbedTraining } from "./probed-training.ts";
import {
  samplesOf,
  secondsPerSample,
  seededExperiment,
  trainingSeconds,
  watchTraining,
} from "./probed-training.ts";
import type { Estimate, RowStatus } from "./rows.ts";
import { groupBy } from "./scan.ts";
import { commonStatus, estimateOf } from "./seed-means.ts";

/** Methods compared on the same samples with the same flips. */
export interface ShiftParameters {
  /** Runs, from the seeds s, s + 1, … of the experiment. */
  readonly seeds: number;
  readonly training: ProbedTraining;
  readonly methods: readonly NetworkMethod[];
  /** Probabilities of a flipped bit in training inputs, drawn anew in each epoch; 0 for training as it is. */
  readonly trainingFlips: readonly number[];
  /** Probabilities of a flipped bit in test inputs. */
  readonly flipProbabilities: readonly number[];
}

/** One training. */
interface ShiftPart {
  readonly training: ProbedTraining;
  readonly method: NetworkMethod;
  readonly trainingFlips: number;
  readonly flipProbabilities: readonly number[];
}

/** Accuracy of one run at one noise of the test inputs; null where the run was not made. */
export interface ShiftSample extends Omit<ShiftRow, "accuracy"> {
  /** Probability of a flipped bit in training inputs. */
  readonly trainingFlips: number;
  readonly accuracy: number | null;
}

/** The training samples of each epoch, with noise of its own; without noise all epochs share one set. */
function trainingSets(
  train: LabelledStates,
  { training, trainingFlips }: ShiftPart,
  seed: number,
): { readonly sets: Record<string, LabelledStates>; readonly setOf: (epoch: number) => string } {
  if (trainingFlips === 0) return { sets: { train }, setOf: () => "train" };
  const setOf = (epoch: number): string => `train ${epoch}`;
  const epochs = Array.from({ length: training.epochs }, (_, k) => k + 1);
  const noisy = epochs.map((epoch) => {
    const words = stream(seed, "training flips", epoch);
    return [setOf(epoch), flipBits(train, trainingFlips, words)] as const;
  });
  return { sets: Object.fromEntries(noisy), setOf };
}

/** Rows of one task: one a noise of the test inputs; without accuracies when learning diverges. */
export async function runTask(task: Task): Promise<ShiftSample[]> {
  const part = task.parameters as ShiftPart;
  const { seed } = task;
  const { training, method, trainingFlips, flipProbabilities } = part;
  requireInside("trainingFlips", trainingFlips, { min: 0, max: 1 });
  const { train, test } = await samplesOf(training, seed);
  // The same words at all probabilities: bits flipped at a lower one are among those flipped at a higher one.
  const tests = flipProbabilities.map((p) => flipBits(test, p, stream(seed, "test flips")));
  const setup = networkSetup(method, training.model, training.rule);
  const { sets, setOf } = trainingSets(train, part, seed);
  const testName = (k: number): string => `test ${k}`;
  tests.forEach((samples, k) => {
    sets[testName(k)] = samples;
  });
  const rows: ShiftSample[] = [];
  const watch = async (learner: Learner, epoch: number): Promise<void> => {
    if (epoch < training.epochs) return;
    for (const [k, flipProbability] of flipProbabilities.entries()) {
      const accuracy = accuracyOf(await learner.answer(testName(k)), tests[k]!);
      rows.push({ ...placeOf(part, seed), status: "ok", flipProbability, accuracy });
    }
  };
  const { epochs, schedule } = training;
  return awaitOrElseNotConverged(
    async () => {
      await watchTraining({ ...setup, epochs, schedule, seed }, sets, { watch, setOf });
      return rows;
    },
    () => emptySamples(part, seed, "not-converged"),
  );
}

const placeOf = ({ method, training, trainingFlips }: ShiftPart, seed: number) => ({
  method,
  hidden: training.model.hidden,
  seed,
  trainingFlips,
});

/** Rows of a run without results. */
function emptySamples(part: ShiftPart, seed: number, status: RowStatus): ShiftSample[] {
  return part.flipProbabilities.map((flipProbability) => ({
    ...placeOf(part, seed),
    status,
    flipProbability,
    accuracy: null,
  }));
}

/** Cost of a sample that is learned or answered, relative to one learned by the rule: less without couplings. */
const relativeCost: Readonly<Record<NetworkMethod, number>> = {
  rule: 1,
  reservoir: 0.6,
  "random-features": 0.2,
};

/** The experiment; one row a seed, noise in training, method and noise of the test inputs. */
export const shiftExperiment = seededExperiment<ShiftParameters, ShiftPart, ShiftSample>({
  name: "shift",
  version: 1,
  module: import.meta.url,
  split: ({ training, methods, trainingFlips, flipProbabilities }) =>
    trainingFlips.flatMap((flips) =>
      methods.map((method) => ({ training, method, trainingFlips: flips, flipProbabilities })),
    ),
  seconds: ({ training, method, flipProbabilities }) => {
    const none = trainingSeconds({ ...training, epochs: 0 });
    const learning = trainingSeconds(training) - none;
    const answering =
      0.5 * flipProbabilities.length * training.testSamples * secondsPerSample(training.model);
    return none + relativeCost[method] * (learning + answering);
  },
  unstarted: (part, seed) => emptySamples(part, seed, "unstarted"),
});

/** Accuracy of one method at one noise, over runs. */
export interface ShiftMeans {
  readonly status: RowStatus;
  readonly method: ShiftRow["method"];
  readonly hidden: number;
  /** Probability that a bit of a training input was flipped. */
  readonly trainingFlips: number;
  readonly flipProbability: number;
  /** Number of runs that were made. */
  readonly runs: number;
  /** Null where no run was made. */
  readonly accuracy: Estimate | null;
}

/**
 * One row a method, size and pair of noises, in the order in which they first appear: means over runs.
 * @param samples rows of {@link shiftExperiment}
 * @source inference of (P21) under flipped bits
 */
export function shiftMeans(samples: readonly ShiftSample[]): ShiftMeans[] {
  const keyOf = ({ method, hidden, trainingFlips, flipProbability }: ShiftSample): string =>
    `${method} ${hidden} ${trainingFlips} ${flipProbability}`;
  return groupBy(samples, keyOf).map((all) => {
    const { method, hidden, trainingFlips, flipProbability } = all[0]!;
    const found = all.flatMap(({ accuracy }) => accuracy ?? []);
    return {
      status: commonStatus(all),
      method,
      hidden,
      trainingFlips,
      flipProbability,
      runs: found.length,
      accuracy: estimateOf(found),
    };
  });
}
