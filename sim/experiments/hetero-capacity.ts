/**
 * @file Capacity of hetero-association from recall at several numbers of pairs: criteria, the search for the largest P,
 * means over samples, and the slope of the capacity against N. Pure functions, but for the recall that is searched.
 */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { HeteroCapacityRow, HeteroRow, HeteroSlopeRow } from "./learning-rows.ts";
import { groupBy } from "./scan.ts";
import { commonStatus } from "./seed-means.ts";

/** How well the pairs of one network are recalled. */
export interface Recall {
  /** Share of pairs whose last layer has an overlap of at least {@link RECALLED_OVERLAP} with the target. */
  readonly recalled: number;
  /** Mean over pairs of that overlap, −1..1. */
  readonly meanOverlap: number;
}

/** A pair counts as recalled from this overlap on: at most one bit in forty is wrong. */
export const RECALLED_OVERLAP = 0.95;

/** What it takes for P pairs to count as recalled. */
interface Criterion {
  /** In words, for rows and captions. */
  readonly text: string;
  readonly isMet: (recall: Recall) => boolean;
}

/** The criteria on offer. */
const criteria = {
  /** Counts right bits wherever they are, so that it varies least from sample to sample. */
  "mean-overlap": {
    text: "mean overlap ≥ 0.9",
    isMet: ({ meanOverlap }: Recall) => meanOverlap >= 0.9,
  },
  /** One lost pair in ten is allowed, each of the others is nearly perfect. */
  "most-pairs": {
    text: `90 % of the pairs with overlap ≥ ${RECALLED_OVERLAP}`,
    isMet: ({ recalled }: Recall) => recalled >= 0.9,
  },
  "all-pairs": {
    text: `all pairs with overlap ≥ ${RECALLED_OVERLAP}`,
    isMet: ({ recalled }: Recall) => recalled === 1,
  },
  "half-pairs": {
    text: `half of the pairs with overlap ≥ ${RECALLED_OVERLAP}`,
    isMet: ({ recalled }: Recall) => recalled >= 0.5,
  },
} as const satisfies Readonly<Record<string, Criterion>>;

/** Name of a criterion. */
export type RecallCriterion = keyof typeof criteria;

/** Names of the criteria, the default first. */
export const recallCriteria = Object.keys(criteria) as readonly RecallCriterion[];

/** The criterion in words. */
export const criterionText = (name: RecallCriterion): string => criteria[name].text;

/** Whether the pairs of a network count as recalled. */
export const meetsCriterion = (name: RecallCriterion, recall: Recall): boolean =>
  criteria[name].isMet(recall);

/** Where {@link searchCapacity} looks. */
export interface CapacityRange {
  /** First P that is tried, 1..most; near the answer it saves trials. */
  readonly first: number;
  /** Largest P that is tried, ≥ 1. */
  readonly most: number;
  /** The search ends when its bracket is at most this wide, relative to P, or one pair. Default 0: to the pair. */
  readonly resolution?: number;
}

/**
 * Largest number of pairs that is recalled, by doubling from `first` (halving when that fails), then bisection. Where
 * recall is not monotone in P, as with one finite network, the answer is one of the places where it turns.
 * @param recalls whether P pairs are recalled; called once for each P
 * @returns the largest P found to be recalled below the smallest P that was not; 0 when one pair is not recalled, `most`
 * when all are
 * @throws OutOfDomain if the range is not one
 */
export async function searchCapacity(
  recalls: (pairs: number) => Promise<boolean> | boolean,
  { first, most, resolution = 0 }: CapacityRange,
): Promise<number> {
  requireInteger("most", most, 1, Number.MAX_SAFE_INTEGER);
  requireInteger("first", first, 1, most);
  let low = 0;
  let high = most + 1;
  let next = first;
  while (high - low > Math.max(1, resolution * low)) {
    if (await recalls(next)) low = next;
    else high = next;
    if (high > most) next = Math.min(most, 2 * low);
    else next = low === 0 ? Math.max(1, Math.floor(high / 2)) : Math.floor((low + high) / 2);
  }
  return low;
}

/**
 * Capacity of one network from the rows of its search: the largest P that meets the criterion below the smallest that
 * does not.
 */
function capacityOf(rows: readonly HeteroRow[], criterion: RecallCriterion): number {
  const sorted = [...rows].sort((a, b) => a.pairs - b.pairs);
  const failed = sorted.findIndex((row) => !meetsCriterion(criterion, row));
  const met = failed < 0 ? sorted : sorted.slice(0, failed);
  return met.at(-1)?.pairs ?? 0;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance of the rounding of a capacity to whole pairs; keeps samples that agree from having no error at all. */
const roundingVariance = 1 / 12;

/** Mean of capacities and its standard error, null with one sample. */
function meanCapacity(capacities: readonly number[]) {
  const count = capacities.length;
  const centre = mean(capacities);
  const squares = capacities.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const standardError = count < 2 ? null : Math.sqrt((squares / (count - 1) + roundingVariance) / count);
  return { capacity: centre, standardError };
}

/**
 * Mean capacity over samples, a row per (L, N), in the order of the rows; null where a sample is missing. Numbers of
 * pairs whose training diverged count as not recalled, and the status says that there were some.
 * @param rows rows of the searches, each found with this criterion
 * @param criterion what counts as recalled
 * @source hetero-association of arXiv 2509.05041
 */
export function heteroCapacities(
  rows: readonly HeteroRow[],
  criterion: RecallCriterion,
): HeteroCapacityRow[] {
  return groupBy(rows, ({ layers, n }) => `${layers} ${n}`).map((all) => {
    const [{ layers, n }] = all;
    const made = all.filter(({ status }) => status !== "unstarted");
    const samples = groupBy(made, ({ seed }) => seed);
    const incomplete = made.length < all.length;
    return {
      status: commonStatus(all),
      layers,
      n,
      ...(incomplete
        ? { capacity: null, standardError: null }
        : meanCapacity(samples.map((sample) => capacityOf(sample, criterion)))),
      criterion: criterionText(criterion),
      samples: samples.length,
    };
  });
}

/** A value with its standard error at an abscissa. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** > 0, or null where it is not known. */
  readonly standardError: number | null;
}

/** y = intercept + slope·x. */
export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the slope; null where neither points nor residuals tell. */
  readonly standardError: number | null;
}

/**
 * Straight line by least squares, weighted by 1/standardError² where all points have one. The standard error of the
 * slope is that of the weights, or larger by √(χ²/degrees of freedom) where the points scatter by more than their errors.
 * @param points at least two different x
 * @throws OutOfDomain with fewer
 */
export function fitLine(points: readonly LinePoint[]): LineFit {
  if (new Set(points.map(({ x }) => x)).size < 2) {
    throw new OutOfDomain(`a line needs points at two different x at least, got ${points.length} points`);
  }
  const known = points.every(({ standardError }) => standardError !== null);
  const weights = points.map(({ standardError }) => (known ? 1 / standardError! ** 2 : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (point: LinePoint) => number): number =>
    points.reduce((sum, point, k) => sum + weights[k] * of(point), 0);
  const x0 = weighted(({ x }) => x) / total;
  const y0 = weighted(({ y }) => y) / total;
  const spread = weighted(({ x }) => (x - x0) ** 2);
  const slope = weighted(({ x, y }) => (x - x0) * (y - y0)) / spread;
  const freedom = points.length - 2;
  const misfit = weighted(({ x, y }) => (y - y0 - slope * (x - x0)) ** 2);
  const scatter = freedom > 0 ? misfit / freedom : null;
  const variance = known ? Math.max(1, scatter ?? 1) : scatter;
  return {
    slope,
    intercept: y0 - slope * x0,
    standardError: variance === null ? null : Math.sqrt(variance / spread),
  };
}

/**
 * Slope of the capacity against N, a row per L, in the order of the rows; needs two sizes.
 * @param capacities rows of {@link heteroCapacities}
 * @source weighted least squares
 */
export function heteroSlopes(capacities: readonly HeteroCapacityRow[]): HeteroSlopeRow[] {
  return groupBy(capacities, ({ layers }) => layers).map((all) => {
    const [{ layers }] = all;
    const status = commonStatus(all);
    const points = all.flatMap(({ n, capacity, standardError }) =>
      capacity === null ? [] : [{ x: n, y: capacity, standardError }],
    );
    if (status !== "ok" || new Set(points.map(({ x }) => x)).size < 2) {
      const without = status === "ok" ? "no-solution" : status;
      return { status: without, layers, slope: null, standardError: null, intercept: null };
    }
    return { status, layers, ...fitLine(points) };
  });
}
