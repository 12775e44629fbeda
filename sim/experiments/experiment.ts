/**
 * @file What an experiment is: parameters split into parts, each part is a task, each task gives rows. A module of
 * this folder exports `runTask(task)`, which the workers call, and its experiment object.
 */
import { NotConverged } from "../../theory/errors.ts";
import type { Task } from "../sweep/task.ts";

/** An experiment whose tasks give rows of one type. */
export interface Experiment<Parameters, Row> {
  /** As in its file name and in the keys of its tasks. */
  readonly name: string;
  /** URL of its module, for the workers. */
  readonly module: URL;
  /** The independent pieces of work. */
  readonly tasks: (parameters: Parameters, seed: number) => Task[];
  /** Expected seconds of one core for a task. */
  readonly cost: (task: Task) => number;
  /** Rows of all tasks, in the order of the parameters; a task without a result (stopped) gives rows `unstarted`. */
  readonly collect: (parameters: Parameters, seed: number, resultOf: (task: Task) => unknown) => Row[];
}

/** What {@link defineExperiment} needs to know. */
export interface ExperimentDefinition<Parameters, Part extends object, Row> {
  readonly name: string;
  /** Raised when the same parameters and seed give other numbers. */
  readonly version: number;
  /** `import.meta.url` of the module that exports `runTask`. */
  readonly module: string;
  /** False for theory, whose tasks then have one key whatever the seed. */
  readonly random: boolean;
  /** The parameters of each task. */
  readonly split: (parameters: Parameters) => Part[];
  /** Expected seconds of one core for a part. */
  readonly seconds: (part: Part) => number;
  /** Rows that stand for a part that did not run. */
  readonly unstarted: (part: Part) => Row[];
}

/** Makes an experiment from the way it splits. */
export function defineExperiment<Parameters, Part extends object, Row>(
  definition: ExperimentDefinition<Parameters, Part, Row>,
): Experiment<Parameters, Row> {
  const { name, version, module, random, split, seconds, unstarted } = definition;
  const taskOf = (parameters: Part, seed: number): Task => ({
    experiment: name,
    version,
    parameters,
    seed: random ? seed : 0,
  });
  return {
    name,
    module: new URL(module),
    tasks: (parameters, seed) => split(parameters).map((part) => taskOf(part, seed)),
    cost: (task) => seconds(task.parameters as Part),
    collect: (parameters, seed, resultOf) =>
      split(parameters).flatMap(
        (part) => (resultOf(taskOf(part, seed)) as Row[] | undefined) ?? unstarted(part),
      ),
  };
}

/**
 * Runs a computation that may not converge; the caller decides what row stands for a failure. Other errors pass.
 * @param compute the computation
 * @param fallback what to return when it throws NotConverged
 */
export function orElseNotConverged<R>(compute: () => R, fallback: () => R): R {
  try {
    return compute();
  } catch (error) {
    if (error instanceof NotConverged) return fallback();
    throw error;
  }
}

/** As {@link orElseNotConverged}, of a computation that is waited for. */
export async function awaitOrElseNotConverged<R>(compute: () => Promise<R>, fallback: () => R): Promise<R> {
  try {
    return await compute();
  } catch (error) {
    if (error instanceof NotConverged) return fallback();
    throw error;
  }
}

/** Samples 0 … total − 1 as consecutive ranges of at most `size`. */
export function sampleRanges(total: number, size: number): { firstSample: number; samples: number }[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, k) => ({
    firstSample: k * size,
    samples: Math.min(size, total - k * size),
  }));
}

/** Splits a list into runs of at most `size`, in order. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, k) =>
    values.slice(k * size, (k + 1) * size),
  );
}
