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

/** Samples that ran, and whether all did. */
function ranOf(all: readonly ActivitySample[]): { ran: ActivitySample[]; status: RowStatus } {
  const ran = all.filter(({ status }) => status === "ok");
  return { ran, status: ran.length < all.length ? "unstarted" : "ok" };
}

/** Mean of every sweep over the samples of one group. */
function groupRow(all: readonly ActivitySample[]): ActivityRow {
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

/** The limit of vanishing time step of one J_D and duration, sweep by sweep; none without two steps. */
function stepLimit(rows: readonly ActivityRow[]): ActivityRow[] {
  const made = rows.filter(({ samples }) => samples > 0);
  if (new Set(made.map(({ timeStep }) => timeStep)).size < 2) return [];
  const points = made.map(({ timeStep, samples, trajectories }) => ({
    x: timeStep!,
    weight: samples * trajectories!,
  }));
  const weights = interceptWeights(points);
  const sweeps = made[0]!.activity.map((_, k) => k);
  const errors = made.flatMap((row) => (row.standardError === null ? [] : [row.standardError]));
  return [
    {
      ...made[0]!,
      status: rows.every(({ status }) => status === "ok") ? "ok" : "unstarted",
      timeStep: 0,
      samples: Math.min(...made.map(({ samples }) => samples)),
      activity: sweeps.map((k) => made.reduce((sum, row, j) => sum + weights[j]! * row.activity[k]!, 0)),
      standardError:
        errors.length < made.length
          ? null
          : sweeps.map((k) => Math.hypot(...errors.map((of, j) => weights[j]! * of[k]!))),
    },
  ];
}

/** Samples of one row: same source, J_D, size or time step, and duration. */
const placeOf = ({ source, selfCoupling, n, timeStep, trajectories, sweeps }: ActivitySample): string =>
  JSON.stringify([source, selfCoupling, n, timeStep, trajectories, sweeps]);

/**
 * Mean activity of every sweep, a row for each source, J_D, size, time step and duration; then the theory at vanishing time
 * step, by a straight line in the step (the error of the discretisation is of first order), a row for each J_D that was
 * solved at two steps or more. `samples` of such a row is the smallest number of repetitions at a step.
 * @param samples rows of the experiment `activity`, any order
 * @source means over independent samples; least squares in the time step, weighted by the number of trajectories
 */
export function activityRows(samples: readonly ActivitySample[]): ActivityRow[] {
  const rows = groupBy(samples, placeOf).map(groupRow);
  const solved = rows.filter(({ source }) => source === "theory");
  const same = ({ selfCoupling, activity }: ActivityRow): string => `${selfCoupling} ${activity.length}`;
  return [...rows, ...groupBy(solved, same).flatMap(stepLimit)];
}
