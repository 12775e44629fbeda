/**
 * @file Accessibility threshold from convergence counts: logistic fit with a bootstrap confidence interval, and the
 * extrapolation of J_a(N) to N → ∞ by weighted least squares. Pure functions of counts and of a random stream.
 */
import { inverse, Matrix, solve } from "ml-matrix";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
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

/** Source of integers 0 … n − 1, uniform: the random stream of the bootstrap. */
export interface IndexStream {
  below(n: number): number;
}

/**
 * Standard deviation of a Gaussian prior on the change of logit P from one J_D to the next. It is far above any
 * slope that counts can resolve; it only keeps the fit finite when the counts jump from none to all.
 */
const slopePrior = 10;

/** The same for logit P at the first J_D, which may lie far below the threshold. */
const interceptPrior = 1000;

/** Change of both logits in a step below which the fit has settled: far below any statistical error. */
const newtonTolerance = 1e-10;

/** Twenty suffice for any counts that were tried; beyond this the fit has failed. */
const maxNewtonSteps = 100;

/**
 * Maximum-likelihood logistic through binomial counts, by Newton's method on the (concave) log likelihood.
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
  const x = selfCouplings.map((value) => (value - low) / unit);
  let logitAtLow = 0;
  let slope = 0;
  for (let step = 0, settled = false; !settled; step++) {
    if (step === maxNewtonSteps)
      throw new NotConverged(`fitLogistic: no fit in ${maxNewtonSteps} Newton steps`);
    const { gradient, hessian } = logLikelihood(x, converged, samples, logitAtLow, slope);
    const [da, db] = solve(hessian, Matrix.columnVector(gradient)).to1DArray();
    const scale = Math.min(1, 2 / Math.max(Math.abs(da) / points, Math.abs(db)));
    logitAtLow += scale * da;
    slope += scale * db;
    settled = Math.abs(da) + Math.abs(db) < newtonTolerance;
  }
  const threshold = low - (logitAtLow / slope) * unit;
  return slope > 0 && threshold >= low && threshold <= high
    ? { selfCoupling: threshold, width: unit / slope }
    : null;
}

/** Gradient and negative Hessian of the log posterior in (logit at the first point, slope per grid step). */
function logLikelihood(
  x: readonly number[],
  converged: readonly number[],
  samples: number,
  a: number,
  b: number,
) {
  const precisions = [1 / interceptPrior ** 2, 1 / slopePrior ** 2];
  const gradient = [-precisions[0] * a, -precisions[1] * b];
  const hessian = new Matrix([
    [precisions[0], 0],
    [0, precisions[1]],
  ]);
  for (let k = 0; k < x.length; k++) {
    const probability = 1 / (1 + Math.exp(-(a + b * x[k])));
    const excess = converged[k] - samples * probability;
    const information = samples * probability * (1 - probability);
    gradient[0] += excess;
    gradient[1] += excess * x[k];
    hessian.set(0, 0, hessian.get(0, 0) + information);
    hessian.set(0, 1, hessian.get(0, 1) + information * x[k]);
    hessian.set(1, 0, hessian.get(0, 1));
    hessian.set(1, 1, hessian.get(1, 1) + information * x[k] * x[k]);
  }
  return { gradient, hessian };
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
  const thresholds: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const chosen = Array.from({ length: samples }, () => stream.below(samples));
    const fit = fitLogistic(table.selfCouplings, convergedWithin(table, budget, chosen), samples);
    if (fit !== null) thresholds.push(fit.selfCoupling);
  }
  thresholds.sort((a, b) => a - b);
  const quantile = (p: number) => thresholds[Math.round(p * (thresholds.length - 1))];
  if (thresholds.length < resamples / 2) return null;
  return {
    ...best,
    low: Math.min(best.selfCoupling, quantile(0.025)),
    high: Math.max(best.selfCoupling, quantile(0.975)),
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
