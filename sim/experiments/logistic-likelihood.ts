/** @file Maximum of the binomial likelihood of a logistic P(x) = 1/(1 + e^{−(a + b x)}). Pure function of counts. */
import { NotConverged } from "../../theory/errors.ts";

/** Independent trials at one x. */
export interface BinomialCount {
  /** Where, in a unit in which both the spread of all x and the wanted rise are neither tiny nor huge. */
  readonly x: number;
  readonly successes: number;
  /** At least `successes`. */
  readonly trials: number;
}

/** Inverse variances of Gaussian priors around 0 on the intercept and on the slope. */
export interface LogisticPrior {
  readonly intercept: number;
  readonly slope: number;
}

/** Where the likelihood is largest, and the inverse of its negative second derivatives there. */
export interface LogisticMaximum {
  readonly intercept: number;
  readonly slope: number;
  /** Variance of the intercept. */
  readonly interceptVariance: number;
  readonly covariance: number;
  /** Variance of the slope. */
  readonly slopeVariance: number;
}

/** Change of intercept and slope below which the fit has settled: far below any statistical error. */
const newtonTolerance = 1e-10;

/** Forty suffice for any counts that were tried; beyond this the fit has failed. */
const maxNewtonSteps = 200;

/** A Newton step is halved at most this often; then rounding is all that is left to gain. */
const maxHalvings = 40;

/** Growth of −log of the posterior, as a part of it, that rounding can feign. */
const roundingSlack = 1e-12;

const noPrior: LogisticPrior = { intercept: 0, slope: 0 };

/** log(1 + e^t) without overflow. */
const softplus = (t: number): number => (t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)));

/** −log of the posterior, up to a constant. */
function loss(counts: readonly BinomialCount[], prior: LogisticPrior, a: number, b: number): number {
  const penalty = 0.5 * (prior.intercept * a * a + prior.slope * b * b);
  return counts.reduce((sum, { x, successes, trials }) => {
    const logit = a + b * x;
    return sum + successes * softplus(-logit) + (trials - successes) * softplus(logit);
  }, penalty);
}

/** Gradient of the log posterior and its negative second derivatives. */
function derivatives(counts: readonly BinomialCount[], prior: LogisticPrior, a: number, b: number) {
  let [ga, gb] = [-prior.intercept * a, -prior.slope * b];
  let [haa, hab, hbb] = [prior.intercept, 0, prior.slope];
  for (const { x, successes, trials } of counts) {
    const probability = 1 / (1 + Math.exp(-(a + b * x)));
    const excess = successes - trials * probability;
    const information = trials * probability * (1 - probability);
    ga += excess;
    gb += excess * x;
    haa += information;
    hab += information * x;
    hbb += information * x * x;
  }
  return { ga, gb, haa, hab, hbb, determinant: haa * hbb - hab * hab };
}

/**
 * Intercept a and slope b of the logistic that makes the counts likeliest: Newton's method on a concave function, with
 * steps halved until it grows. The covariance is the inverse of the Fisher information.
 * @param counts without a prior they must overlap: neither x of successes and of failures may be apart, or the maximum
 * lies at an infinite slope
 * @param prior default: none
 * @throws NotConverged if there is no finite maximum or Newton's method does not settle
 * @source maximum likelihood of logistic regression (Cox 1958)
 */
export function logisticMaximum(
  counts: readonly BinomialCount[],
  prior: LogisticPrior = noPrior,
): LogisticMaximum {
  let [a, b] = [0, 0];
  let value = loss(counts, prior, a, b);
  for (let step = 0; step < maxNewtonSteps; step++) {
    const { ga, gb, haa, hab, hbb, determinant } = derivatives(counts, prior, a, b);
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    if (!Number.isFinite(da) || !Number.isFinite(db)) break;
    if (Math.abs(da) + Math.abs(db) < newtonTolerance * (1 + Math.abs(a) + Math.abs(b))) {
      return {
        intercept: a + da,
        slope: b + db,
        interceptVariance: hbb / determinant,
        covariance: -hab / determinant,
        slopeVariance: haa / determinant,
      };
    }
    let scale = 1;
    let next = loss(counts, prior, a + da, b + db);
    for (let halving = 0; next > value * (1 + roundingSlack) && halving < maxHalvings; halving++) {
      scale /= 2;
      next = loss(counts, prior, a + scale * da, b + scale * db);
    }
    [a, b, value] = [a + scale * da, b + scale * db, next];
  }
  throw new NotConverged(`logisticMaximum: no finite maximum within ${maxNewtonSteps} Newton steps`);
}
