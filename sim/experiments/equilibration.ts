/**
 * @file Experiment `equilibration`: sweeps to rest of a trained network under right, wrong, random and no target, and
 * of inputs unlike those it has learned from; how well the time to rest tells one from the other.
 */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { clampedPhases } from "../learning/phases.ts";
import type { Learner } from "../learning/learner.ts";
import { networkModel } from "../learning/model.ts";
import { networkSetup } from "../learning/presets.ts";
import type { Phase } from "../learning/relax.ts";
import type { WeightMatrix } from "../learning/weights.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import type { EquilibrationProbe, Kind } from "./equilibration-kinds.ts";
import { kindNames, kindsOf, randomTarget, randomTargetWeights, referenceOf } from "./equilibration-kinds.ts";
import { awaitOrElseNotConverged } from "./experiment.ts";
import type { EquilibrationRow } from "./learning-rows.ts";
import type { ProbedTraining } from "./probed-training.ts";
import {
  samplesOf,
  secondsPerSample,
  seededExperiment,
  steerAll,
  trainingSeconds,
  watchTraining,
} from "./probed-training.ts";
import type { RocCurve } from "./roc.ts";
import { rocCurve } from "./roc.ts";
import type { RowStatus } from "./rows.ts";

/** Networks and what they are shown after training. */
export interface EquilibrationParameters {
  /** Runs, from the seeds s, s + 1, … of the experiment. */
  readonly seeds: number;
  /** Trainings, on the same samples or not; they differ in H or in the strength of the feedback. */
  readonly trainings: readonly ProbedTraining[];
  readonly probe: EquilibrationProbe;
}

interface EquilibrationPart {
  readonly training: ProbedTraining;
  readonly probe: EquilibrationProbe;
}

/** One kind of target or input in one run; mean null, and lists empty, where the run was not made. */
export interface EquilibrationSample extends Omit<EquilibrationRow, "mean"> {
  /** Strength λ_back of the feedback. */
  readonly feedbackStrength: number;
  /** Mean sweeps to rest; those not at rest count as one sweep more than allowed. */
  readonly mean: number | null;
  /** Kind that a ROC curve compares with: these are its negatives; null where there is none. */
  readonly reference: string | null;
  /** Standard error of `auc` over samples. */
  readonly aucError: number | null;
  /**
   * Area (a probability) under the ROC curve of a small margin of the readout as a score, against the same
   * kind.
   */
  readonly marginAuc: number | null;
}

/** What is measured on each sample of a kind. */
interface Measured {
  /** Sweeps to rest; the number allowed + 1 where it still moved. */
  readonly sweeps: Uint32Array;
  /** Largest minus second largest output of the readout at the end. */
  readonly margins: Float64Array;
}

/** Margins of the readout: largest minus second largest W_out s. */
function readoutMargins({ rows, columns, values }: WeightMatrix, states: Int8Array): Float64Array {
  return Float64Array.from({ length: states.length / columns }, (_, b) => {
    const outputs = Array.from({ length: rows }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[c * columns + j]! * states[b * columns + j]!;
      return sum;
    });
    outputs.sort((x, y) => y - x);
    return outputs[0]! - outputs[1]!;
  });
}

/** The block of weights of a name. */
const block = (learner: Learner, name: string): WeightMatrix =>
  learner.weights()[learner.weightNames().indexOf(name)]!;

function measureKind(learner: Learner, { name, samples, clamped }: Kind, allowed: number): Measured {
  const phases: Phase[] = clamped
    ? clampedPhases(learner.plan, allowed)
    : [{ drive: "input", sweeps: allowed }];
  const { states, sweeps } = steerAll(learner, name, samples.count, phases);
  const before = phases.slice(0, -1).reduce((sum, phase) => sum + phase.sweeps, 0);
  return {
    sweeps: sweeps.at(-1)!.map((at) => before + at),
    margins: readoutMargins(block(learner, "readout"), states.at(-1)!.at(-1)!),
  };
}

/** Measures a kind with feedback weights in which its targets are random code words; puts the weights back. */
async function measureRandom(learner: Learner, kind: Kind, allowed: number, seed: number): Promise<Measured> {
  const weights = learner.weights();
  const names = learner.weightNames();
  const changed = weights.map((matrix, k) =>
    names[k]!.startsWith("feedback") ? randomTargetWeights(matrix, stream(seed, "target words")) : matrix,
  );
  await learner.restore(changed);
  const measured = measureKind(learner, kind, allowed);
  await learner.restore(weights);
  return measured;
}

/** Counts of samples by sweeps to rest, 1, 2, …, and last those that were not at rest. */
function histogram(sweeps: Uint32Array, allowed: number): number[] {
  const counts = new Array<number>(allowed + 1).fill(0);
  for (const at of sweeps) counts[at - 1]!++;
  return counts;
}

function sampleOf(
  name: string,
  measured: ReadonlyMap<string, Measured>,
  place: Pick<EquilibrationSample, "hidden" | "feedbackStrength" | "seed">,
  allowed: number,
): EquilibrationSample {
  const { sweeps, margins } = measured.get(name)!;
  const reference = referenceOf(name);
  const negatives = reference === null ? null : measured.get(reference)!;
  const curve: RocCurve | null = negatives && rocCurve(sweeps, negatives.sweeps);
  const minus = (values: Float64Array): Float64Array => values.map((value) => -value);
  return {
    status: "ok",
    ...place,
    kind: name,
    reference,
    sweeps: histogram(sweeps, allowed),
    mean: sweeps.reduce((sum, at) => sum + at, 0) / sweeps.length,
    auc: curve?.area ?? null,
    aucError: curve?.standardError ?? null,
    rocFalse: curve?.falseRates ?? [],
    rocTrue: curve?.trueRates ?? [],
    marginAuc: negatives && rocCurve(minus(margins), minus(negatives.margins)).area,
  };
}

function requireProbe({ sweeps, flipProbabilities }: EquilibrationProbe, training: ProbedTraining): void {
  const { layers = 1 } = training.model;
  requireInteger("sweeps", sweeps, layers + 2, 100_000);
  for (const p of flipProbabilities) {
    requireInside("flipProbabilities", p, { min: 0, max: 1, openMin: true, openMax: true });
  }
}

/** Rows of one task: one a kind; without numbers when learning diverges. */
export async function runTask(task: Task): Promise<EquilibrationSample[]> {
  const part = task.parameters as EquilibrationPart;
  const { seed } = task;
  const { training, probe } = part;
  requireProbe(probe, training);
  const { train, test } = await samplesOf(training, seed);
  const kinds = await kindsOf(training, probe, test, seed);
  const setup = networkSetup("rule", training.model, training.rule);
  const measured = new Map<string, Measured>();
  const watch = async (learner: Learner, epoch: number): Promise<void> => {
    if (epoch < training.epochs) return;
    for (const kind of kinds) {
      const random = kind.name === randomTarget;
      const found = random
        ? await measureRandom(learner, kind, probe.sweeps, seed)
        : measureKind(learner, kind, probe.sweeps);
      measured.set(kind.name, found);
    }
  };
  const sets = { train, ...Object.fromEntries(kinds.map(({ name, samples }) => [name, samples])) };
  const { epochs, schedule } = training;
  const { hidden, feedbackStrength } = setup.model;
  const place = { hidden, feedbackStrength, seed };
  return awaitOrElseNotConverged(
    async () => {
      await watchTraining({ ...setup, epochs, schedule, seed }, sets, { watch });
      return kinds.map(({ name }) => sampleOf(name, measured, place, probe.sweeps));
    },
    () => emptySamples(part, seed, "not-converged"),
  );
}

/** Rows of a run without results. */
function emptySamples(
  { training, probe }: EquilibrationPart,
  seed: number,
  status: RowStatus,
): EquilibrationSample[] {
  return kindNames(probe).map((kind) => ({
    status,
    hidden: training.model.hidden,
    feedbackStrength: networkModel(training.model).feedbackStrength,
    seed,
    kind,
    reference: referenceOf(kind),
    sweeps: [],
    mean: null,
    auc: null,
    aucError: null,
    rocFalse: [],
    rocTrue: [],
    marginAuc: null,
  }));
}

/** Sweeps that a sample takes to rest on average, counted in those of a train step. */
const trainStepsPerProbe = 1.5;

/** The experiment; one row a seed, training and kind. */
export const equilibrationExperiment = seededExperiment<
  EquilibrationParameters,
  EquilibrationPart,
  EquilibrationSample
>({
  name: "equilibration",
  version: 1,
  module: import.meta.url,
  split: ({ trainings, probe }) => trainings.map((training) => ({ training, probe })),
  seconds: ({ training, probe }) =>
    trainingSeconds(training) +
    trainStepsPerProbe * kindNames(probe).length * training.testSamples * secondsPerSample(training.model),
  unstarted: (part, seed) => emptySamples(part, seed, "unstarted"),
});
