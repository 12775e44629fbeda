/** @file Samples of the experiment `equilibration` as one row a kind: distributions over runs, ROC curves and areas. */
import type { EquilibrationSample } from "./equilibration.ts";
import { rocCurve } from "./roc.ts";
import type { Estimate, RowStatus } from "./rows.ts";
import { groupBy } from "./scan.ts";
import { commonStatus, estimateOf } from "./seed-means.ts";

/** Sweeps to rest of one kind, over runs. */
export interface EquilibrationMeans {
  readonly status: RowStatus;
  readonly hidden: number;
  /** Strength λ_back of the feedback. */
  readonly feedbackStrength: number;
  readonly kind: string;
  /** Kind that the ROC curve compares with; null where there is none. */
  readonly reference: string | null;
  /** Number of runs that were made; without one all that follows is null or empty. */
  readonly runs: number;
  /** Samples of all runs by sweeps to rest: 1, 2, …, and last those that were not at rest. */
  readonly sweeps: readonly number[];
  /** Sweeps to rest, mean over samples; those not at rest count as one sweep more than allowed. */
  readonly mean: Estimate | null;
  /** Area under the ROC curve of sweeps to rest, mean over runs. */
  readonly auc: Estimate | null;
  /** The same of a small margin of the readout. */
  readonly marginAuc: Estimate | null;
  /** ROC curve of the samples of all runs: share of the samples compared with above each threshold. */
  readonly rocFalse: readonly number[];
  /** ROC curve: share of the samples of this kind above each threshold. */
  readonly rocTrue: readonly number[];
}

/** Counts of all runs together. */
const pooled = (runs: readonly EquilibrationSample[]): number[] =>
  (runs[0]?.sweeps ?? []).map((_, k) => runs.reduce((sum, { sweeps }) => sum + sweeps[k]!, 0));

/** One score a sample from counts by sweeps. */
const scores = (counts: readonly number[]): number[] =>
  counts.flatMap((count, k) => new Array<number>(count).fill(k + 1));

/**
 * Mean area with its standard error: the spread over runs or, where that is larger, what the finite number of samples of
 * each run leaves open. With two or three runs the former alone is often small by chance. Null where neither is known.
 */
function areaOf(runs: readonly EquilibrationSample[]): Estimate | null {
  const area = estimateOf(runs.flatMap(({ auc }) => auc ?? []));
  if (area === null || runs.some(({ aucError }) => aucError === null)) return area;
  const squares = runs.reduce((sum, { aucError }) => sum + aucError! ** 2, 0);
  const ofSamples = Math.sqrt(squares) / runs.length;
  return { mean: area.mean, standardError: Math.max(ofSamples, area.standardError ?? 0) };
}

const sameNetwork = (a: EquilibrationSample, b: EquilibrationSample): boolean =>
  a.hidden === b.hidden && a.feedbackStrength === b.feedbackStrength;

const keyOf = ({ hidden, feedbackStrength, kind }: EquilibrationSample): string =>
  `${hidden} ${feedbackStrength} ${kind}`;

function meansOf(
  all: readonly EquilibrationSample[],
  others: readonly EquilibrationSample[],
): EquilibrationMeans {
  const { hidden, feedbackStrength, kind, reference } = all[0]!;
  const made = all.filter(({ status }) => status === "ok");
  const seeds = new Set(made.map(({ seed }) => seed));
  const negatives = others.filter(
    (other) => other.kind === reference && sameNetwork(other, all[0]!) && seeds.has(other.seed),
  );
  const sweeps = pooled(made);
  const curve =
    made.length > 0 && negatives.length > 0 ? rocCurve(scores(sweeps), scores(pooled(negatives))) : null;
  return {
    status: commonStatus(all),
    hidden,
    feedbackStrength,
    kind,
    reference,
    runs: made.length,
    sweeps,
    mean: estimateOf(made.flatMap(({ mean }) => mean ?? [])),
    auc: areaOf(made),
    marginAuc: estimateOf(made.flatMap(({ marginAuc }) => marginAuc ?? [])),
    rocFalse: curve?.falseRates ?? [],
    rocTrue: curve?.trueRates ?? [],
  };
}

/**
 * One row a network and kind, in the order in which they first appear; runs that were not made are not counted.
 * @param samples rows of {@link equilibrationExperiment}
 * @source sweeps of (P21a) to rest; area under the ROC curve (Hanley & McNeil 1982)
 */
export function equilibrationMeans(samples: readonly EquilibrationSample[]): EquilibrationMeans[] {
  const made = samples.filter(({ status }) => status === "ok");
  return groupBy(samples, keyOf).map((all) => meansOf(all, made));
}
