/**
 * @file Error bars: binomial and bootstrap confidence intervals, means, medians and quantiles. Pure functions of values
 * and of a random stream; they know no experiment.
 */
import { OutOfDomain, requireInside, requireInteger } from "../theory/errors.ts";

/** Confidence interval, in the unit of what it is of. */
export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
}

/** Probability with which the intervals of all rows and figures hold the true value, where nothing else is said. */
export const usualLevel = 0.95;

/** Resamples of a bootstrap: the ends of a 95 % interval then scatter by about 5 % of its half-width. */
const usualResamples = 1000;

/** Source of integers 0 … n − 1, uniform: the random stream of a bootstrap. */
export interface IndexStream {
  below(n: number): number;
}

/** How an interval is made. */
export interface IntervalOptions {
  /** Confidence level, a probability in (0, 1); default 0.95. */
  readonly level?: number;
}

/** How a bootstrap goes. */
export interface BootstrapOptions extends IntervalOptions {
  /** Number of resamples, an integer, 20..10⁷; default 1000. */
  readonly resamples?: number;
}

const requireLevel = (level: number): number =>
  requireInside("level", level, { min: 0, max: 1, openMin: true, openMax: true });

/**
 * Two-sided quantile of the standard normal law: the z > 0 with P(|Z| ≤ z) = level.
 * Newton's method on P(|Z| ≤ z) = 2φ(z)·(z + z³/3 + z⁵/15 + …), which has positive terms only; from z = 0 it climbs to
 * the root without passing it, since the function is concave.
 * @param level confidence level, in (0, 1)
 * @returns z, in standard deviations: 1.96 at 0.95
 * @throws OutOfDomain on any other level
 * @source Taylor series of the normal integral (Abramowitz & Stegun 26.2.11)
 */
export function normalQuantile(level: number): number {
  requireLevel(level);
  for (let z = 0; ;) {
    const density = 2 * Math.sqrt(0.5 / Math.PI) * Math.exp(-0.5 * z * z);
    let term = z;
    let sum = 0;
    for (let odd = 1; sum + term > sum; odd += 2, term *= (z * z) / odd) sum += term;
    const next = z + (level - density * sum) / density;
    if (!(next > z * (1 + Number.EPSILON))) return z;
    z = next;
  }
}

/**
 * Wilson score interval of a probability from independent trials: the p that differ from k/n by at most z standard
 * errors √(p(1 − p)/n). It stays inside [0, 1] and is never empty, not even for k = 0 and k = n.
 * @param successes number of successes k, an integer, 0..trials
 * @param trials number of trials n, an integer ≥ 1
 * @param options confidence level, see {@link IntervalOptions}
 * @returns the interval, of a probability; its lower end is 0 where k = 0, its upper end 1 where k = n
 * @throws OutOfDomain on other counts or levels
 * @source Wilson, J. Am. Stat. Assoc. 22, 209 (1927)
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  { level = usualLevel }: IntervalOptions = {},
): ConfidenceInterval {
  requireInteger("trials", trials, 1, Number.MAX_SAFE_INTEGER);
  requireInteger("successes", successes, 0, trials);
  const z = normalQuantile(level);
  const p = successes / trials;
  const weight = (z * z) / trials;
  const centre = (p + weight / 2) / (1 + weight);
  const half = (z * Math.sqrt((p * (1 - p)) / trials + weight / (4 * trials))) / (1 + weight);
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}

/**
 * Interval of a fraction in a row: {@link wilsonInterval} at the usual level of 95 %, null without trials.
 * @param successes number of successes, an integer, 0..trials
 * @param trials number of trials, an integer ≥ 0
 * @throws OutOfDomain on other counts
 */
export const fractionInterval = (successes: number, trials: number): ConfidenceInterval | null =>
  trials === 0 ? null : wilsonInterval(successes, trials);

/**
 * Value at fraction p of the sorted values, interpolated linearly (type 7 of Hyndman & Fan).
 * @param sorted values in ascending order, at least one
 * @param p fraction, in [0, 1]
 * @throws OutOfDomain without values or on another fraction
 * @source Hyndman & Fan, Am. Stat. 50, 361 (1996)
 */
export function quantile(sorted: readonly number[], p: number): number {
  requireInside("quantile: p", p, { min: 0, max: 1 });
  if (sorted.length === 0) throw new OutOfDomain("quantile needs at least one value");
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/**
 * Arithmetic mean.
 * @param values at least one
 * @throws OutOfDomain without values
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new OutOfDomain("mean needs at least one value");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Standard error of the mean of independent values, from their scatter (n − 1 degrees of freedom).
 * @param values any number
 * @returns null with fewer than two values, which say nothing of the scatter
 */
export function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/**
 * Middle value: the mean of the two middle ones where their number is even.
 * @param values at least one, any order
 * @throws OutOfDomain without values
 */
export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/**
 * Percentile bootstrap interval of a statistic of independent values: the values are drawn again with replacement, and
 * the interval holds the central part `level` of what the statistic gives. It needs no law of the values; with few of
 * them it is too narrow, for a mean by about √(1 − 1/n).
 * @param values what is resampled whole: numbers, or all that belongs to one sample
 * @param statistic null where the resample has none; such resamples are left out
 * @param stream random stream; it is advanced by resamples × n draws
 * @param options confidence level and number of resamples, see {@link BootstrapOptions}
 * @returns the interval, in the unit of the statistic; null with fewer than two values, or where fewer than half of the resamples have the statistic
 * @throws OutOfDomain on a level outside (0, 1) or a number of resamples outside 20..10⁷
 * @source Efron, Ann. Stat. 7, 1 (1979)
 */
export function bootstrapInterval<Value>(
  values: readonly Value[],
  statistic: (sample: readonly Value[]) => number | null,
  stream: IndexStream,
  { resamples = usualResamples, level = usualLevel }: BootstrapOptions = {},
): ConfidenceInterval | null {
  requireLevel(level);
  requireInteger("resamples", resamples, 20, 1e7);
  if (values.length < 2) return null;
  const found: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const value = statistic(values.map(() => values[stream.below(values.length)]!));
    if (value !== null) found.push(value);
  }
  if (found.length < resamples / 2) return null;
  found.sort((a, b) => a - b);
  return { low: quantile(found, (1 - level) / 2), high: quantile(found, (1 + level) / 2) };
}
