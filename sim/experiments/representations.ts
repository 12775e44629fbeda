/**
 * @file Experiment `representations`: overlaps of the states that samples of the same class and of different classes
 * are mapped to, by layer and epoch, and how far the target pulls the state from where it goes on its own.
 */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { LabelledStates } from "../data/labelled.ts";
import { classSizes } from "../data/labelled.ts";
import { clampedPhases } from "../learning/phases.ts";
import type { Learner } from "../learning/learner.ts";
import type { ModelInput } from "../learning/model.ts";
import { networkModel } from "../learning/model.ts";
import { networkSetup } from "../learning/presets.ts";
import type { Task } from "../sweep/task.ts";
import { awaitOrElseNotConverged } from "./experiment.ts";
import type { RepresentationRow } from "./learning-rows.ts";
import type { ProbedTraining } from "./probed-training.ts";
import {
  samplesOf,
  secondsPerSample,
  seededExperiment,
  steerAll,
  trainingSeconds,
  watchTraining,
} from "./probed-training.ts";
import type { Estimate, RowStatus } from "./rows.ts";
import { groupBy } from "./scan.ts";
import { commonStatus, estimateOf } from "./seed-means.ts";

/** Training that networks share, and when and at what to look. */
export interface RepresentationLooks extends Omit<ProbedTraining, "model"> {
  /** Epochs after which to look, ascending; 0 is before training. */
  readonly lookAt: readonly number[];
  /** Test samples of each class that are looked at, at least 2. */
  readonly samplesPerClass: number;
}

/** Networks that learn from the same samples. */
export interface RepresentationsParameters {
  /** Runs of each network, from the seeds s, s + 1, … of the experiment. */
  readonly seeds: number;
  readonly models: readonly ModelInput[];
  readonly looks: RepresentationLooks;
}

/** One network. */
interface RepresentationsPart extends RepresentationLooks {
  readonly model: ModelInput;
}

/** One layer of one run at one epoch; all numbers are null where the run was not made. */
export type RepresentationSample = Pick<
  RepresentationRow,
  "status" | "hidden" | "layers" | "layer" | "epoch" | "seed"
> & {
  /** Strength λ_back of the feedback. */
  readonly feedbackStrength: number;
} & {
  readonly [
    Field in "within" | "between" | "matrix" | "clampedFreeDistance" | "inputWithin" | "inputBetween"
  ]: RepresentationRow[Field] | null;
};

/** Overlaps of the states of different samples. */
export interface ClassOverlaps {
  /** Mean over pairs of different samples, by their classes. */
  readonly matrix: number[][];
  /** Mean over the pairs of the same class, and over those of different classes. */
  readonly within: number;
  readonly between: number;
}

/** Sum of the states of each class. */
function classSums({ states, labels, n, classes }: Omit<LabelledStates, "count">): Float64Array[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(n));
  labels.forEach((label, b) => {
    const sum = sums[label]!;
    for (let i = 0; i < n; i++) sum[i]! += states[b * n + i]!;
  });
  return sums;
}

/**
 * Mean overlaps q = (1/n) Σ_i s_i s'_i of pairs of different samples, by class, from the sums of states of each class.
 * @param samples ±1 states with their classes; at least two samples of each class and two classes
 * @throws OutOfDomain naming the class with fewer than two samples
 */
export function classOverlaps(samples: LabelledStates): ClassOverlaps {
  const { n, classes } = samples;
  requireInteger("classOverlaps: classes", classes, 2, 256);
  const sizes = classSizes(samples);
  const small = sizes.findIndex((size) => size < 2);
  if (small >= 0) {
    throw new OutOfDomain(`overlaps need two samples of each class, got ${sizes[small]} of class ${small}`);
  }
  const sums = classSums(samples);
  // The overlap of a sample with itself, n/n, is in the product of a sum with itself and must not count.
  const total = sums.map((sum, a) =>
    sums.map(
      (other, b) => sum.reduce((dot, value, i) => dot + value * other[i]!, 0) / n - (a === b ? sizes[a]! : 0),
    ),
  );
  const pairs = sizes.map((size, a) => sizes.map((other, b) => size * (a === b ? size - 1 : other)));
  const mean = (counts: (a: number, b: number) => boolean): number => {
    const sumOf = (table: readonly number[][]): number =>
      table.reduce(
        (sum, row, a) => sum + row.reduce((part, value, b) => part + (counts(a, b) ? value : 0), 0),
        0,
      );
    return sumOf(total) / sumOf(pairs);
  };
  return {
    matrix: total.map((row, a) => row.map((value, b) => value / pairs[a]![b]!)),
    within: mean((a, b) => a === b),
    between: mean((a, b) => a !== b),
  };
}

/**
 * The first samples of each class.
 * @throws OutOfDomain naming a class with fewer of them
 */
export function firstOfEachClass(samples: LabelledStates, perClass: number): LabelledStates {
  requireInteger("samplesPerClass", perClass, 2, samples.count);
  const taken = new Array<number>(samples.classes).fill(0);
  const kept = Array.from({ length: samples.count }, (_, b) => b).filter(
    (b) => ++taken[samples.labels[b]!]! <= perClass,
  );
  const poor = taken.findIndex((count) => count < perClass);
  if (poor >= 0) {
    const { count } = samples;
    throw new OutOfDomain(
      `samplesPerClass must be at most ${taken[poor]}, the samples of class ${poor} among ${count}, got ${perClass}`,
    );
  }
  const { n } = samples;
  const states = new Int8Array(kept.length * n);
  kept.forEach((b, k) => {
    states.set(samples.states.subarray(b * n, (b + 1) * n), k * n);
  });
  const labels = Uint8Array.from(kept, (b) => samples.labels[b]!);
  return { ...samples, count: kept.length, states, labels };
}

/**
 * Normalised Hamming distance of two lists of states, mean over samples.
 * @param a ±1 values
 * @param b as many
 */
export function meanDistance(a: Int8Array, b: Int8Array): number {
  let differing = 0;
  for (let i = 0; i < a.length; i++) differing += Number(a[i] !== b[i]);
  return differing / a.length;
}

/** What one layer of a network makes of the samples. */
type LayerLook = ClassOverlaps & { readonly clampedFreeDistance: number };

/** Looks at all layers: states of inference, and the end of the clamped phase against the end of the free one. */
function look(learner: Learner, probe: LabelledStates): LayerLook[] {
  const { model, rule } = learner.plan;
  const free = { drive: "input", sweeps: rule.sweeps } as const;
  const inferred = steerAll(learner, "probe", probe.count, [free]).states[0]!;
  const steps = [...clampedPhases({ model, rule }, rule.sweeps), free];
  const [, clamped, freed] = steerAll(learner, "probe", probe.count, steps).states;
  return inferred.map((states, l) => ({
    ...classOverlaps({ ...probe, n: model.hidden, states }),
    clampedFreeDistance: meanDistance(clamped![l]!, freed![l]!),
  }));
}

/** Rows of one task: one a layer and epoch; without numbers for epochs that learning does not reach as it diverges. */
export async function runTask(task: Task): Promise<RepresentationSample[]> {
  const part = task.parameters as RepresentationsPart;
  const { seed } = task;
  const { epochs, schedule, lookAt } = part;
  requireLooks(part);
  const sets = await samplesOf(part, seed);
  const probe = firstOfEachClass(sets.test, part.samplesPerClass);
  const input = classOverlaps(probe);
  const setup = networkSetup("rule", part.model, part.rule);
  const rows: RepresentationSample[] = [];
  const watch = (learner: Learner, epoch: number): void => {
    if (!lookAt.includes(epoch)) return;
    const { hidden, layers, feedbackStrength } = setup.model;
    look(learner, probe).forEach((seen, layer) => {
      const place = { status: "ok", hidden, layers, feedbackStrength, layer, epoch, seed } as const;
      rows.push({ ...place, ...seen, inputWithin: input.within, inputBetween: input.between });
    });
  };
  return awaitOrElseNotConverged(
    async () => {
      await watchTraining({ ...setup, epochs, schedule, seed }, { train: sets.train, probe }, { watch });
      return rows;
    },
    // Rows come in the order of epochs: those that are there stand for the first ones.
    () => [...rows, ...emptySamples(part, seed, "not-converged").slice(rows.length)],
  );
}

function requireLooks({ lookAt, epochs }: RepresentationsPart): void {
  lookAt.forEach((epoch, k) => {
    requireInteger("lookAt", epoch, k === 0 ? 0 : lookAt[k - 1]! + 1, epochs);
  });
}

/** Rows of a run without results. */
function emptySamples(part: RepresentationsPart, seed: number, status: RowStatus): RepresentationSample[] {
  const { hidden, layers, feedbackStrength } = networkModel(part.model);
  return part.lookAt.flatMap((epoch) =>
    Array.from({ length: layers }, (_, layer) => ({
      status,
      hidden,
      layers,
      feedbackStrength,
      layer,
      epoch,
      seed,
      within: null,
      between: null,
      matrix: null,
      clampedFreeDistance: null,
      inputWithin: null,
      inputBetween: null,
    })),
  );
}

/** The experiment; one row a seed, network, epoch and layer. */
export const representationsExperiment = seededExperiment<
  RepresentationsParameters,
  RepresentationsPart,
  RepresentationSample
>({
  name: "representations",
  version: 1,
  module: import.meta.url,
  split: ({ models, looks }) => models.map((model) => ({ ...looks, model })),
  seconds: (part) =>
    trainingSeconds(part) +
    2 * part.lookAt.length * part.samplesPerClass * part.model.outputs * secondsPerSample(part.model),
  unstarted: (part, seed) => emptySamples(part, seed, "unstarted"),
});

/** One layer of a network at one epoch, over runs. */
export interface RepresentationMeans {
  readonly status: RowStatus;
  readonly hidden: number;
  readonly layers: number;
  /** Strength λ_back of the feedback. */
  readonly feedbackStrength: number;
  readonly layer: number;
  readonly epoch: number;
  /** Number of runs that were made. */
  readonly runs: number;
  /** Null, like the others, where no run was made. */
  readonly within: Estimate | null;
  readonly between: Estimate | null;
  readonly clampedFreeDistance: Estimate | null;
  readonly inputWithin: Estimate | null;
  readonly inputBetween: Estimate | null;
  /** Mean overlaps by class, over runs. */
  readonly matrix: readonly (readonly number[])[] | null;
}

/** Mean of matrices of one shape. */
function meanMatrix(matrices: readonly (readonly number[])[][]): number[][] | null {
  const [first] = matrices;
  if (first === undefined) return null;
  return first.map((row, a) =>
    row.map((_, b) => matrices.reduce((sum, matrix) => sum + matrix[a]![b]!, 0) / matrices.length),
  );
}

/**
 * One row a network, layer and epoch, in the order in which they first appear: means over runs.
 * @param samples rows of {@link representationsExperiment}
 * @source overlaps of the fixed points of (P21a)
 */
export function representationMeans(samples: readonly RepresentationSample[]): RepresentationMeans[] {
  const keyOf = ({ hidden, layers, feedbackStrength, layer, epoch }: RepresentationSample): string =>
    [hidden, layers, feedbackStrength, layer, epoch].join(" ");
  return groupBy(samples, keyOf).map((all) => {
    const { hidden, layers, feedbackStrength, layer, epoch } = all[0]!;
    const made = all.filter(({ status }) => status === "ok");
    const estimate = (value: (sample: RepresentationSample) => number | null): Estimate | null =>
      estimateOf(made.flatMap((sample) => value(sample) ?? []));
    return {
      status: commonStatus(all),
      hidden,
      layers,
      feedbackStrength,
      layer,
      epoch,
      runs: made.length,
      within: estimate((sample) => sample.within),
      between: estimate((sample) => sample.between),
      clampedFreeDistance: estimate((sample) => sample.clampedFreeDistance),
      inputWithin: estimate((sample) => sample.inputWithin),
      inputBetween: estimate((sample) => sample.inputBetween),
      matrix: meanMatrix(made.flatMap(({ matrix }) => (matrix === null ? [] : [matrix]))),
    };
  });
}
