/**
 * @file Adaptive sweeps: a search for the threshold of an outcome asks for its samples round after round. Tasks are a pure
 * function of the results of complete rounds: a sweep that was stopped, or was run by several processes, asks for the same ones.
 */
import { z } from "zod";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { usualLevel } from "../statistics.ts";
import type { GridPoint, ParameterDefinition, SweepExperiment } from "../sweep/experiment.ts";
import type { AdaptiveInput } from "../sweep/file.ts";
import type { TaskSource } from "../sweep/source.ts";
import type { Task } from "../sweep/task.ts";
import { taskKey } from "../sweep/task.ts";
import { validate } from "../sweep/validate.ts";
import { bisectionStep } from "./adaptive-bisection.ts";
import type { Answer, DesignPoint, SearchSettings, SearchStep, Tally } from "./adaptive-step.ts";
import { thresholdStep } from "./adaptive-threshold.ts";

/** Errors finer than this part of the range are a slip: they take more samples than there are. */
const finestError = 1e-6;

/**
 * The section `adaptive` of a sweep file.
 * - `parameter`: name of the parameter that is searched, a number; it does not stand in the grid
 * - `range`: its values between which the threshold is looked for; in a sweep file each may be an expression
 * - `outcome`: a column that is true or false; rows where it is null do not count
 * - `method`: `threshold` fits a logistic, `bisection` halves the range
 * - `direction`: whether the outcome becomes more frequent as the parameter grows (`rising`) or rarer (`falling`)
 * - `probability`: of the outcome at the threshold
 * - `error`: standard error asked for, or the width of the bracket, in the unit of the parameter
 * - `samplesPerRound`: at most; more are quicker on many cores, fewer waste less on values chosen early
 * - `mostSamples`: of one search; it ends with status `not-converged` when they are used up
 * - `level`: confidence level of the interval
 */
export const adaptiveSchema = z
  .strictObject({
    parameter: z.string().min(1),
    range: z.tuple([z.number(), z.number()], { error: "must be [low, high]" }),
    outcome: z.string().min(1),
    method: z.enum(["threshold", "bisection"]).default("threshold"),
    direction: z.enum(["rising", "falling"]).default("rising"),
    probability: z.number().min(0.05).max(0.95).default(0.5),
    error: z.number().gt(0),
    samplesPerRound: z.number().int().min(4).max(100_000).default(100),
    mostSamples: z.number().int().min(4).max(1_000_000).default(10_000),
    level: z.number().min(0.5).max(0.9999).default(usualLevel),
  })
  .superRefine(({ range: [low, high], error }, context) => {
    const issue = (path: string, message: string) => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    if (!(low < high)) issue("range", "must be two numbers, the smaller first");
    else if (error < finestError * (high - low) || error > high - low)
      issue("error", `must be between ${finestError} of the range and the range`);
  });

/** What a search looks for. */
export type AdaptiveSettings = z.output<typeof adaptiveSchema>;

/** What one search has found so far. */
export interface AdaptiveEstimate extends Answer {
  /** The point of the grid, without the parameter that is searched. */
  readonly point: GridPoint;
  /** Seed of all its samples. */
  readonly seed: number;
  /** Name of the parameter whose threshold `value` is. */
  readonly parameter: string;
  /** Probability of the outcome at the threshold, as the sweep file asks for it, in [0.05, 0.95]. */
  readonly probability: number;
  /** Number of samples of complete rounds. */
  readonly samples: number;
  /** Number of those samples that have no outcome: a null in its column. */
  readonly unknown: number;
  /** Number of complete rounds. */
  readonly rounds: number;
}

/** Tasks of searches, and what they have found. */
export interface AdaptiveSource extends TaskSource {
  /** One estimate a point and seed, in their order; `unstarted` while a search goes on. */
  estimates(resultOf: (task: Task) => unknown): AdaptiveEstimate[];
}

type ResultOf = (task: Task) => unknown;

/** What all searches of a sweep share. */
interface SearchContext {
  readonly settings: AdaptiveSettings;
  readonly experiment: SweepExperiment;
  readonly samplesPerTask: number | undefined;
}

/** One point of the grid with one seed. */
interface SearchPlace {
  readonly point: GridPoint;
  readonly seed: number;
}

/** Where a search is. */
interface SearchState {
  /** Tasks of all rounds, the running one included. */
  readonly tasks: readonly Task[];
  readonly step: SearchStep;
  readonly tallies: readonly Tally[];
  readonly rounds: number;
}

/** Tasks of one round at one value. */
interface Batch extends DesignPoint {
  readonly tasks: readonly Task[];
}

/** A falling outcome is searched as the rising one of its absence. */
function searchSettings({ direction, probability, ...settings }: AdaptiveSettings): SearchSettings {
  return { ...settings, probability: direction === "rising" ? probability : 1 - probability };
}

/**
 * Tasks of a round. Sample numbers go on where the last round ended, so that no two samples of a search share a network
 * and all are independent.
 */
function layOut(
  { settings, experiment, samplesPerTask }: SearchContext,
  { point, seed }: SearchPlace,
  { next, used }: { readonly next: readonly DesignPoint[]; readonly used: number },
): Batch[] {
  let firstSample = used;
  return next.map(({ value, samples }) => {
    const repeats = {
      samples,
      firstSample,
      seed,
      ...(samplesPerTask === undefined ? {} : { samplesPerTask }),
    };
    firstSample += samples;
    return { value, samples, tasks: experiment.tasks({ ...point, [settings.parameter]: value }, repeats) };
  });
}

/** Adds the outcomes of a batch to the counts at its value. */
function counted(
  { settings, experiment }: SearchContext,
  tallies: readonly Tally[],
  batch: Batch,
  resultOf: ResultOf,
): Tally[] {
  const outcomes = batch.tasks
    .flatMap((task) => experiment.rows(task, resultOf(task)))
    .map((row) => row[settings.outcome])
    .filter((outcome) => typeof outcome === "boolean");
  const wanted = settings.direction === "rising";
  const before = tallies.find(({ value }) => value === batch.value);
  const tally = {
    value: batch.value,
    successes: (before?.successes ?? 0) + outcomes.filter((outcome) => outcome === wanted).length,
    trials: (before?.trials ?? 0) + outcomes.length,
    asked: (before?.asked ?? 0) + batch.samples,
  };
  return [...tallies.filter((one) => one !== before), tally].sort((a, b) => a.value - b.value);
}

/**
 * One search. Rounds that are complete are counted once: results never change.
 * @returns its state, given the results so far
 */
function startSearch(context: SearchContext, place: SearchPlace): (resultOf: ResultOf) => SearchState {
  const settings = searchSettings(context.settings);
  const stepOf = context.settings.method === "threshold" ? thresholdStep : bisectionStep;
  const done: Task[] = [];
  let tallies: Tally[] = [];
  let rounds = 0;
  let step = stepOf(settings, tallies);
  let batches = layOut(context, place, { next: step.next, used: 0 });
  return (resultOf) => {
    for (;;) {
      const running = batches.flatMap(({ tasks }) => tasks);
      if (running.length === 0 || running.some((task) => resultOf(task) === undefined))
        return { tasks: [...done, ...running], step, tallies, rounds };
      for (const batch of batches) tallies = counted(context, tallies, batch, resultOf);
      done.push(...running);
      rounds++;
      step = stepOf(settings, tallies);
      const used = tallies.reduce((sum, { asked }) => sum + asked, 0);
      batches = layOut(context, place, { next: step.next, used });
    }
  };
}

/** Refuses what the experiment does not offer. */
function checkSettings(settings: AdaptiveSettings, experiment: SweepExperiment): void {
  const { parameter, outcome, range } = settings;
  if (!experiment.random)
    throw new OutOfDomain(`adaptive: experiment ${experiment.name} has no samples to search with`);
  const definition = experiment.parameters[parameter];
  if (definition?.type !== "number")
    throw new OutOfDomain(
      `adaptive.parameter must be a real number of experiment ${experiment.name}, got ${parameter}`,
    );
  range.forEach((end, k) => requireInside(`adaptive.range[${k}]`, end, definition));
  const flags = experiment.columns.filter(({ type }) => type === "boolean").map(({ name }) => name);
  if (!flags.includes(outcome))
    throw new OutOfDomain(
      `adaptive.outcome must be a column that is true or false (${flags.join(", ") || "none"}), got ${outcome}`,
    );
}

/** The interval of an answer, cut off where the parameter has no meaning. */
function insideDomain(answer: Answer, definition: ParameterDefinition | undefined): Answer {
  if (definition === undefined || definition.type === "word") return answer;
  const clip = (end: number | null) =>
    end === null ? null : Math.min(definition.max, Math.max(definition.min, end));
  return { ...answer, low: clip(answer.low), high: clip(answer.high) };
}

/**
 * The source of an adaptive sweep: one search a point and seed. A search whose round has a failed task waits for it. The
 * searches of one seed share their networks where the size is the same, so that estimates at different budgets are
 * correlated; the samples within a search are not.
 * @param input checked sweep file with its section `adaptive`, points without the parameter, seeds
 * @returns the tasks of each round, given the results so far, and the estimates
 * @throws SweepFileError or OutOfDomain when the section is not one, or asks for what the experiment does not offer
 * @source contract of this project: a round is a function of the results of complete earlier rounds; designs as in
 * Wu, J. Am. Stat. Assoc. 80, 974 (1985), and Armitage, McPherson & Rowe, J. R. Stat. Soc. A 132, 235 (1969)
 */
export function adaptiveSource({
  name,
  definition,
  experiment,
  points,
  seeds,
}: AdaptiveInput): AdaptiveSource {
  const settings = validate(adaptiveSchema, definition.adaptive, { name, path: "adaptive" });
  checkSettings(settings, experiment);
  const { parameter, probability } = settings;
  const context = { settings, experiment, samplesPerTask: definition.samplesPerTask };
  const searches = points
    .flatMap((point) => seeds.map((seed) => ({ point, seed })))
    .map((place) => ({ place, stateAt: startSearch(context, place) }));
  return {
    next(resultOf) {
      const states = searches.map(({ stateAt }) => stateAt(resultOf));
      const tasks = states.flatMap((state) => state.tasks);
      return {
        tasks,
        keys: tasks.map(taskKey),
        complete: states.every(({ step }) => step.next.length === 0),
      };
    },
    estimates: (resultOf) =>
      searches.map(({ place, stateAt }) => {
        const { step, tallies, rounds } = stateAt(resultOf);
        const samples = tallies.reduce((sum, { asked }) => sum + asked, 0);
        const known = tallies.reduce((sum, { trials }) => sum + trials, 0);
        const found = {
          parameter,
          probability,
          ...insideDomain(step.answer, experiment.parameters[parameter]),
        };
        return { ...place, ...found, samples, unknown: samples - known, rounds };
      }),
  };
}
