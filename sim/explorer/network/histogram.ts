/** @file Histogram of the stabilities s_i h_i + J_D: bins, counts and the curve of a random state. No page in here. */
import { requireInside, requireInteger } from "../../../theory/errors.ts";

/** Equal bins; a bin edge lies exactly at 0, so that a bin is either stable or unstable as a whole. */
export interface Bins {
  /** Lower edge of the first bin, in standard deviations of the local field. */
  readonly low: number;
  /** Width of a bin, the same unit; a power of two, so that edges are exact. */
  readonly width: number;
  /** Number of bins. */
  readonly count: number;
}

/** Counts of the stabilities of all neurons. */
export interface StabilityHistogram {
  readonly bins: Bins;
  /** Neurons in each bin; the outer bins also hold what lies beyond them. */
  readonly counts: Uint32Array;
  /** Neurons with s_i h_i + J_D < 0: they flip when their turn comes. */
  readonly unstable: number;
  /** Mean stability, in standard deviations of the local field. */
  readonly mean: number;
}

/** Fields are Gaussian of variance close to 1: beyond four standard deviations lies less than 10⁻⁴ of a side. */
const TAIL = 4;

/** Upper edge for J_D up to 1; beyond that it moves by whole steps, so that the axis rests while J_D changes. */
const UPPER_EDGE = 5;

/** Bin widths for networks up to this size: about as wide as the noise of the counts allows. */
const widths = [
  { upTo: 100, width: 0.5 },
  { upTo: 800, width: 0.25 },
  { upTo: Infinity, width: 0.125 },
] as const;

/**
 * Bins for a network.
 * @param n number of neurons N, an integer of at least 1; few neurons get wide bins
 * @param selfCoupling J_D ≥ 0, in standard deviations of the local field
 * @throws OutOfDomain outside of that
 */
export function binsFor(n: number, selfCoupling: number): Bins {
  requireInteger("n", n, 1, Number.MAX_SAFE_INTEGER);
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  const { width } = widths.find(({ upTo }) => n <= upTo)!;
  const high = Math.max(UPPER_EDGE, Math.ceil(selfCoupling) + TAIL);
  return { low: -TAIL, width, count: Math.round((high + TAIL) / width) };
}

/**
 * Counts stabilities.
 * @param stabilities s_i h_i + J_D of all neurons, in standard deviations of the local field, at least one, all finite
 */
export function countStabilities(stabilities: Float64Array, bins: Bins): StabilityHistogram {
  const { low, width, count } = bins;
  const counts = new Uint32Array(count);
  let unstable = 0;
  let sum = 0;
  for (const stability of stabilities) {
    if (stability < 0) unstable++;
    sum += stability;
    // Counted from 0, not from `low`: the sum with `low` would round a value just below 0 up to 0.
    const bin = Math.floor(stability / width) - low / width;
    counts[Math.min(count - 1, Math.max(0, bin))]!++;
  }
  return { bins, counts, unstable, mean: sum / stabilities.length };
}

/**
 * Neurons expected in a bin of unit width at stability x in a random state: there s_i h_i is Gaussian of mean 0 and
 * variance (N−1)/N, hence N·φ((x − J_D)/σ)/σ.
 * @param x stability, in standard deviations of the local field
 * @param input n: number of neurons N ≥ 2; selfCoupling: J_D ≥ 0, in standard deviations of the local field
 */
export function randomStateDensity(x: number, input: { n: number; selfCoupling: number }): number {
  const { n, selfCoupling } = input;
  const deviation = Math.sqrt((n - 1) / n);
  const z = (x - selfCoupling) / deviation;
  return (n * Math.exp((-z * z) / 2)) / (deviation * Math.sqrt(2 * Math.PI));
}

/** Steps of the upper end of the count axis, as a density: it rests while the bars move a little. */
const DENSITY_STEP = 0.25;

/**
 * Upper end of the count axis: the least multiple of a quarter (as a probability density) that holds every bar.
 * @returns neurons per bin, above 0
 */
export function countScale({ bins, counts }: StabilityHistogram): number {
  const neurons = counts.reduce((sum, count) => sum + count, 0);
  const step = Math.max(1, neurons) * bins.width * DENSITY_STEP;
  const peak = counts.reduce((most, count) => Math.max(most, count), 0);
  // A random state peaks at a density of 0.4.
  return step * Math.max(2, Math.ceil(peak / step));
}
