/**
 * @file Accessibility threshold from convergence counts: logistic fit with a bootstrap confidence interval, and the
 * extrapolation of J_a(N) to N → ∞ by weighted least squares. Pure functions of counts and of a random stream.
 */
import { inverse, Matrix } from "ml-matrix";
import { OutOfDomain } from "../../theory/errors.ts";
import { bootstrapInterval } from "../statistics.ts";
import type { IndexStream } from "../statistics.ts";
import { logisticMaximum } from "./logistic-likelihood.ts";
import type { ThresholdLimit } from "./rows.ts";

/** Time (sweeps, iterations) to a fixed point of every sample at every J_D of a scan; null where none was reached. */
export interface ConvergenceTable {
  /** J_D values, ascending. */
  readonly selfCouplings: readonly number[];
  /** times[sample][k] belongs to selfCouplings[k]. */
  readonly times: readonly (readonly (number | null)[])[];
}

/** Logistic P(J_D) = 1/(1 + e^{−(J_D − selfCoupling)/width}). */
export interface LogisticFit {
  readonly selfCoupling: number;
  readonly width: number;
}

/** Threshold with its confidence interval. */
export interface ThresholdFit extends LogisticFit {
  readonly low: number;
  readonly high: number;
}

/**
 * Standard deviation of a Gaussian prior on the change of logit P from one J_D to the next. It is far above any
 * slope that counts can resolve; it only keeps the fit finite when the counts jump from none to all.
 */
const slopePrior = 10;

/** The same for logit P at the first J_D, which may lie far below the threshold. */
const interceptPrior = 1000;

const prior = { intercept: 1 / interceptPrior ** 2, slope: 1 / slopePrior ** 2 };

/**
 * Maximum-likelihood logistic through binomial counts, with weak priors that keep it finite.
 * @param selfCouplings J_D values, ascending, at least two
 * @param converged number of converged samples at each
 * @param samples number of samples at each, > 0
 * @returns the fit, or null when the data hold no threshold: no rise, or half-way outside the scanned range
 * @throws OutOfDomain if the arrays do not fit together; NotConverged if Newton's method does not settle
 */
export function fitLogistic(
  selfCouplings: readonly number[],
  converged: readonly number[],
  samples: number,
): LogisticFit | null {
  const points = selfCouplings.length;
  if (points < 2 || converged.length !== points || !(samples > 0)) {
    throw new OutOfDomain(
      `fitLogistic needs at least two J_D with counts, got ${points} and ${converged.length}`,
    );
  }
  // Counts that do not change at all hold no threshold, and leave the fit without a finite answer.
  if (converged.every((count) => count === converged[0])) return null;
  const low = selfCouplings[0];
  const high = selfCouplings[points - 1];
  const unit = (high - low) / (points - 1);
  const counts = selfCouplings.map((value, k) => ({
    x: (value - low) / unit,
    successes: converged[k],
    trials: samples,
  }));
  const { intercept, slope } = logisticMaximum(counts, prior);
  const threshold = low - (intercept / slope) * unit;
  return slope > 0 && threshold >= low && threshold <= high
    ? { selfCoupling: threshold, width: unit / slope }
    : null;
}

/** Number of samples within the budget at each J_D; `chosen` holds sample indices, repeats allowed. */
export function convergedWithin(
  table: ConvergenceTable,
  budget: number,
  chosen?: readonly number[],
): number[] {
  const indices = chosen ?? table.times.map((_, sample) => sample);
  return table.selfCouplings.map((_, k) =>
    indices.reduce((count, sample) => {
      const time = table.times[sample][k];
      return count + (time !== null && time <= budget ? 1 : 0);
    }, 0),
  );
}

/**
 * J_a: self-coupling at which half of the samples converge within the budget, with a 95 % bootstrap interval. Samples
 * are resampled whole (all their J_D together), because one network serves the whole scan and its points are
 * correlated.
 * @param table times to convergence, at least two samples
 * @param budget time allowed, at most that of the runs
 * @param stream random stream of the bootstrap
 * @returns null when the scan holds no threshold (see {@link fitLogistic})
 * @throws NotConverged if a fit does not settle
 */
export function fitThreshold(
  table: ConvergenceTable,
  budget: number,
  stream: IndexStream,
  { resamples = 400 }: { readonly resamples?: number } = {},
): ThresholdFit | null {
  const samples = table.times.length;
  const best = fitLogistic(table.selfCouplings, convergedWithin(table, budget), samples);
  if (best === null) return null;
  const indices = table.times.map((_, sample) => sample);
  const refitted = (chosen: readonly number[]): number | null =>
    fitLogistic(table.selfCouplings, convergedWithin(table, budget, chosen), samples)?.selfCoupling ?? null;
  const interval = bootstrapInterval(indices, refitted, stream, { resamples });
  if (interval === null) return null;
  return {
    ...best,
    low: Math.min(best.selfCoupling, interval.low),
    high: Math.max(best.selfCoupling, interval.high),
  };
}

/** How the distance to N → ∞ is measured: x(N) → 0. */
const scalings: Record<ThresholdLimit["form"], (n: number) => number> = {
  "1/log N": (n) => 1 / Math.log(n),
  "N^(-1/3)": (n) => n ** (-1 / 3),
  "N^(-1/2)": (n) => n ** (-1 / 2),
};

/** The forms in which thresholds are extrapolated. */
export const extrapolationForms = Object.keys(scalings) as readonly ThresholdLimit["form"][];

/** Threshold at one N with its standard error. */
export interface SizedThreshold {
  readonly n: number;
  readonly selfCoupling: number;
  readonly standardError: number;
}

/** J_∞ + slope·x(N) through thresholds; the spread between forms is part of the answer. */
export interface Extrapolation {
  readonly selfCoupling: number;
  readonly standardError: number;
  readonly slope: number;
  readonly chiSquared: number;
  readonly degreesOfFreedom: number;
}

/** x(N) of a form, for drawing and extrapolating: 1/log N, N^(−1/3) or N^(−1/2). */
export function scalingVariable(form: ThresholdLimit["form"], n: number): number {
  return scalings[form](n);
}

/**
 * Weighted least squares of J_a(N) = J_∞ + slope·x(N).
 * @param thresholds at least three sizes, standard errors > 0
 * @returns null with fewer than three sizes: two points leave nothing to judge the form by
 */
export function extrapolate(
  form: ThresholdLimit["form"],
  thresholds: readonly SizedThreshold[],
): Extrapolation | null {
  if (thresholds.length < 3) return null;
  const design = new Matrix(
    thresholds.map(({ n, standardError }) => [1, scalings[form](n)].map((v) => v / standardError)),
  );
  const target = Matrix.columnVector(thresholds.map((t) => t.selfCoupling / t.standardError));
  const normal = design.transpose().mmul(design);
  const covariance = inverse(normal);
  const solution = covariance.mmul(design.transpose().mmul(target));
  const misfit = Matrix.sub(design.mmul(solution), target);
  return {
    selfCoupling: solution.get(0, 0),
    slope: solution.get(1, 0),
    standardError: Math.sqrt(covariance.get(0, 0)),
    chiSquared: misfit.dot(misfit),
    degreesOfFreedom: thresholds.length - 2,
  };
}
