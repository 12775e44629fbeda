/**
 * @file A network that is looked at while it learns: what the experiments `representations`, `equilibration` and
 * `shift` share.
 */
import { requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import type { Learner, SteeredStates } from "../learning/learner.ts";
import { openLearner } from "../learning/learner.ts";
import type { ModelInput, RuleInput } from "../learning/model.ts";
import type { RateSchedule } from "../learning/presets.ts";
import type { Phase } from "../learning/relax.ts";
import type { TrainingRun, TrainingSets } from "../learning/train.ts";
import { rateFactor } from "../learning/train.ts";
import type { Task } from "../sweep/task.ts";
import type { Experiment } from "./experiment.ts";
import { entangledSets } from "./learning-data.ts";

/** Training of one network on Entangled MNIST, as plain JSON. */
export interface ProbedTraining {
  /** Samples of the training and of the test set. */
  readonly trainSamples: number;
  readonly testSamples: number;
  /** Folder of IDX files; default: MNIST. */
  readonly data?: string;
  readonly epochs: number;
  readonly schedule: RateSchedule;
  /** `inputs` is the number of projections of an image. */
  readonly model: ModelInput;
  readonly rule: RuleInput;
}

/** What {@link watchTraining} does beside training. */
export interface Watching {
  /** Called before training (epoch 0) and after each epoch. */
  readonly watch: (learner: Learner, epoch: number) => Promise<void> | void;
  /** Set that an epoch trains on; default `train`. */
  readonly setOf?: (epoch: number) => string;
}

/**
 * Trains a network in this thread and shows it to `watch` before training and after each epoch.
 * @param run network, rule, epochs and seed
 * @param sets samples by name: those to learn from and those to look at
 * @throws OutOfDomain when samples and network do not fit together
 */
export async function watchTraining(
  { model, rule, epochs, schedule, seed }: TrainingRun,
  sets: Readonly<Record<string, LabelledStates>>,
  { watch, setOf = () => "train" }: Watching,
): Promise<void> {
  const learner = await openLearner({ model, rule, sets, seed });
  try {
    await watch(learner, 0);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      await learner.trainEpoch(setOf(epoch), epoch, { rateFactor: rateFactor(schedule, epoch, epochs) });
      await watch(learner, epoch);
    }
  } finally {
    await learner.close();
  }
}

/**
 * `Learner.steer` on all samples of a set, however many.
 * @param count samples of the set
 * @returns states by phase and layer, sample after sample, and sweeps by phase
 */
export function steerAll(
  learner: Learner,
  set: string,
  count: number,
  phases: readonly Phase[],
): SteeredStates {
  const { hidden, layers } = learner.plan.model;
  const { capacity } = learner.plan.layout.batch;
  const states = phases.map(() => Array.from({ length: layers }, () => new Int8Array(count * hidden)));
  const sweeps = phases.map(() => new Uint32Array(count));
  for (let first = 0; first < count; first += capacity) {
    const part = learner.steer(set, { first, count: Math.min(capacity, count - first) }, phases);
    phases.forEach((_, phase) => {
      sweeps[phase]!.set(part.sweeps[phase]!, first);
      states[phase]!.forEach((all, l) => {
        all.set(part.states[phase]![l]!, first * hidden);
      });
    });
  }
  return { states, sweeps };
}

/** Expected seconds of one core to read the images, if no earlier task did, and to project one. */
const secondsToLoad = 0.2;
const secondsToProject = 2e-5;

/** Expected seconds of one core to learn from a sample, for a layer of H neurons: constant, linear, quadratic part. */
const secondsPerLayer = 2e-6;
const secondsPerNeuron = 8e-8;
const secondsPerCoupling = 1.1e-10;

/** Expected seconds of one core for a sample that is learned, or followed for two phases. */
export function secondsPerSample({ hidden, layers = 1 }: ModelInput): number {
  return layers * (secondsPerLayer + hidden * (secondsPerNeuron + hidden * secondsPerCoupling));
}

/** Expected seconds of one core for the data and the training. */
export function trainingSeconds({ epochs, trainSamples, testSamples, model }: ProbedTraining): number {
  const loading = secondsToLoad + (trainSamples + testSamples) * secondsToProject;
  return loading + epochs * trainSamples * secondsPerSample(model);
}

/** How an experiment of independent runs splits; see `defineExperiment`. */
export interface SeededDefinition<Parameters, Part extends object, Row> {
  readonly name: string;
  readonly version: number;
  readonly module: string;
  /** The tasks of one seed. */
  readonly split: (parameters: Parameters) => Part[];
  readonly seconds: (part: Part) => number;
  readonly unstarted: (part: Part, seed: number) => Row[];
}

/** More seeds than anyone needs: a guard against typos. */
const mostSeeds = 10_000;

/** An experiment whose tasks are repeated from the seeds s, s + 1, …, each under a key that does not depend on s. */
export function seededExperiment<Parameters extends { readonly seeds: number }, Part extends object, Row>({
  name,
  version,
  module,
  split,
  seconds,
  unstarted,
}: SeededDefinition<Parameters, Part, Row>): Experiment<Parameters, Row> {
  const placed = (parameters: Parameters, first: number): { part: Part; task: Task }[] => {
    requireInteger("seeds", parameters.seeds, 1, mostSeeds);
    const parts = split(parameters);
    return Array.from({ length: parameters.seeds }, (_, k) =>
      parts.map((part) => ({ part, task: { experiment: name, version, parameters: part, seed: first + k } })),
    ).flat();
  };
  return {
    name,
    module: new URL(module),
    tasks: (parameters, seed) => placed(parameters, seed).map(({ task }) => task),
    cost: (task) => seconds(task.parameters as Part),
    collect: (parameters, seed, resultOf) =>
      placed(parameters, seed).flatMap(
        ({ part, task }) => (resultOf(task) as Row[] | undefined) ?? unstarted(part, task.seed),
      ),
  };
}

/** Training and test samples of a run: the subsets and the projection that belong to its seed. */
export function samplesOf(
  { data, trainSamples, testSamples, model }: ProbedTraining,
  seed: number,
): Promise<TrainingSets> {
  const folder = data === undefined ? {} : { data };
  return entangledSets({ seed, trainSamples, testSamples, n: model.inputs, ...folder });
}
