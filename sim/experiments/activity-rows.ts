/**
 * @file Samples of `activity` put together: means with standard errors, and the limit of a vanishing time step. Pure
 * functions of samples.
 */
import { mean, standardError } from "../statistics.ts";
import type { ActivityRow } from "./rows-beyond.ts";
import type { RowStatus } from "./rows.ts";
import { groupBy } from "./scan.ts";

/** One network, or one repetition of the theory, at one J_D. */
export interface ActivitySample extends Pick<
  ActivityRow,
  "source" | "selfCoupling" | "n" | "timeStep" | "trajectories"
> {
  readonly status: RowStatus;
  /** Sweeps asked for. */
  readonly sweeps: number;
  /** Number of the network or of the repetition, from 0 on. */
  readonly sample: number;
  /** Flips per neuron in sweep 1, 2, …; empty where the sample did not run. */
  readonly activity: readonly number[];
}

/** Mean activity of a window of consecutive sweeps. */
export interface ActivityWindow {
  /** Number of its first sweep, counted from 1. */
  readonly first: number;
  /** Number of its last sweep. */
  readonly last: number;
  /** Flips per neuron and sweep: mean over the sweeps of the window and over samples. */
  readonly activity: number;
  /** From the scatter of the window's mean between samples; null with a single sample. */
  readonly standardError: number | null;
}

/** Activity of every sweep, and of windows of them. */
export interface WindowedActivityRow extends ActivityRow {
  /** Sweeps 1 to 5, 6 to 15, 16 to 50, 51 to 150 and so on, the last one cut at the end; [] where no sample ran. */
  readonly windows: readonly ActivityWindow[];
}

/**
 * Last sweeps of windows that grow with time as activities fall: errors of all of them are far below those of a sweep,
 * and the beginning is told from the end.
 */
const windowEnds = [5, 15, 50, 150, 500, 1500, 5000];

/**
 * Means over windows of sweeps. Sweeps of one sample are correlated, so that each sample counts as one number, its mean
 * over the window.
 */
function windowsOf(ran: readonly ActivitySample[], sweeps: number): ActivityWindow[] {
  if (ran.length === 0) return [];
  const ends = [...windowEnds.filter((end) => end < sweeps), sweeps];
  return ends.map((last, k) => {
    const before = k === 0 ? 0 : ends[k - 1]!;
    const means = ran.map(({ activity }) => mean(activity.slice(before, last)));
    return { first: before + 1, last, activity: mean(means), standardError: standardError(means) };
  });
}

/** Samples that ran, and whether all did. */
function ranOf(all: readonly ActivitySample[]): { ran: ActivitySample[]; status: RowStatus } {
  const ran = all.filter(({ status }) => status === "ok");
  return { ran, status: ran.length < all.length ? "unstarted" : "ok" };
}

/** Mean of every sweep and window over the samples of one group. */
function groupRow(all: readonly ActivitySample[]): WindowedActivityRow {
  const { ran, status } = ranOf(all);
  const { selfCoupling, source, n, timeStep, trajectories, sweeps } = all[0]!;
  const ofSweep = (k: number): number[] => ran.map(({ activity }) => activity[k]!);
  const every = ran.length === 0 ? [] : Array.from({ length: sweeps }, (_, k) => ofSweep(k));
  return {
    status,
    selfCoupling,
    source,
    n,
    timeStep,
    samples: ran.length,
    trajectories,
    activity: every.map(mean),
    standardError: ran.length < 2 ? null : every.map((values) => standardError(values)!),
    windows: windowsOf(ran, sweeps),
  };
}

/**
 * Weights c_j of the least-squares line through values at x_j, at x = 0: the intercept is Σ_j c_j y_j. They depend on the
 * sizes of the samples alone, not on errors that a few samples estimate badly.
 * @param points abscissas, at least two different ones, and positive weights in inverse proportion to the variances
 */
export function interceptWeights(
  points: readonly { readonly x: number; readonly weight: number }[],
): number[] {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const centre = points.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  const spread = points.reduce((sum, { x, weight }) => sum + weight * (x - centre) ** 2, 0);
  return points.map(({ x, weight }) => weight * (1 / total - ((x - centre) * centre) / spread));
}

/** Σ_j c_j y_j. */
const weighted = (weights: readonly number[], values: readonly number[]): number =>
  values.reduce((sum, value, j) => sum + weights[j]! * value, 0);

/** Standard error of Σ_j c_j y_j with independent y_j; null where one of theirs is. */
function weightedError(weights: readonly number[], errors: readonly (number | null)[]): number | null {
  const known = errors.filter((error) => error !== null);
  return known.length < errors.length ? null : Math.hypot(...known.map((error, j) => weights[j]! * error));
}

/** The same weighted sum in every window of some rows of one duration. */
const weightedWindows = (
  rows: readonly WindowedActivityRow[],
  weights: readonly number[],
): ActivityWindow[] =>
  rows[0]!.windows.map(({ first, last }, k) => {
    const values = rows.map(({ windows }) => windows[k]!.activity);
    const errors = rows.map(({ windows }) => windows[k]!.standardError);
    const activity = weighted(weights, values);
    return { first, last, activity, standardError: weightedError(weights, errors) };
  });

/** The limit of vanishing time step of one J_D and duration, sweep by sweep; none without two steps. */
function stepLimit(rows: readonly WindowedActivityRow[]): WindowedActivityRow[] {
  const made = rows.filter(({ samples }) => samples > 0);
  if (new Set(made.map(({ timeStep }) => timeStep)).size < 2) return [];
  const points = made.map(({ timeStep, samples, trajectories }) => ({
    x: timeStep!,
    weight: samples * trajectories!,
  }));
  const weights = interceptWeights(points);
  const sweeps = made[0]!.activity.map((_, k) => k);
  const valuesAt = (k: number): number[] => made.map(({ activity }) => activity[k]!);
  const errors = made.flatMap((row) => (row.standardError === null ? [] : [row.standardError]));
  const errorsAt = (k: number): number[] => errors.map((of, j) => weights[j]! * of[k]!);
  return [
    {
      ...made[0]!,
      status: rows.every(({ status }) => status === "ok") ? "ok" : "unstarted",
      timeStep: 0,
      samples: Math.min(...made.map(({ samples }) => samples)),
      activity: sweeps.map((k) => weighted(weights, valuesAt(k))),
      standardError: errors.length < made.length ? null : sweeps.map((k) => Math.hypot(...errorsAt(k))),
      windows: weightedWindows(made, weights),
    },
  ];
}

/** Samples of one row: same source, J_D, size or time step, and duration. */
const placeOf = ({ source, selfCoupling, n, timeStep, trajectories, sweeps }: ActivitySample): string =>
  JSON.stringify([source, selfCoupling, n, timeStep, trajectories, sweeps]);

/**
 * Mean activity of every sweep and of windows of sweeps, a row for each source, J_D, size, time step and duration; then the theory at vanishing time
 * step, by a straight line in the step (the error of the discretisation is of first order), a row for each J_D that was
 * solved at two steps or more. `samples` of such a row is the smallest number of repetitions at a step.
 * @param samples rows of the experiment `activity`, any order
 * @returns rows of samples first, then those at vanishing time step; windows take each sample's mean as one number, since
 * its sweeps are correlated
 * @source means over independent samples; least squares in the time step, weighted by the number of trajectories
 */
export function activityRows(samples: readonly ActivitySample[]): WindowedActivityRow[] {
  const rows = groupBy(samples, placeOf).map(groupRow);
  const solved = rows.filter(({ source }) => source === "theory");
  const same = ({ selfCoupling, activity }: ActivityRow): string => `${selfCoupling} ${activity.length}`;
  return [...rows, ...groupBy(solved, same).flatMap(stepLimit)];
}
