/**
 * @file Exact mean number of ordered pairs of fixed points at each Hamming distance, at finite N and symmetry η (P23):
 * power series in the one Gaussian that joins the sites on which two states agree to those on which they differ.
 */
import { centralProbability } from "./entropy.ts";
import { NotConverged, requireInteger } from "./errors.ts";
import { normalPdf } from "./normal.ts";
import { compositeGaussLegendre } from "./quadrature.ts";
import { logExpectedSymmetricCount, type SymmetricCount } from "./symmetric-finite.ts";
import { groupSeries } from "./symmetric-group-series.ts";
import type { GroupInput, GroupSeries } from "./symmetric-group-small.ts";
import { requireSymmetricPoint } from "./symmetric-shift.ts";

/** Largest N: all distances then take about half a minute. */
const largestPairSize = 1000;

/** Numbers of coefficients that are tried one after the other; beyond 80, (2k)! leaves the doubles. */
const seriesOrders = [18, 40, 80] as const;

/** On the part of the series that is left out, relative: tried for, and accepted at the largest order. */
const wantedTolerance = 1e-13;
const acceptedTolerance = 1e-7;

/** Terms at the end of a series from which the rest is estimated: the coefficients oscillate. */
const lastTerms = 4;

interface Joined {
  /** log E_c[G₊(c) G₋(c*)]. */
  readonly logMean: number;
  /** Estimate of the relative error from the terms that are left out. */
  readonly error: number;
}

/**
 * E[G₊(c) G₋(c*)] for a complex Gaussian c with E c² = 0, E|c|² = 1: of c^{2k} c*^{2l} only k = l is left, (2k)!. The
 * factors nη/N' of both series multiply to η².
 */
function joined(agreeing: GroupSeries, differing: GroupSeries, symmetry: number): Joined {
  const logScale = agreeing.logScale + differing.logScale;
  if (logScale === -Infinity) return { logMean: -Infinity, error: 0 };
  const order = agreeing.coefficients.length;
  const squared = symmetry * symmetry;
  let sum = 0;
  let factor = 1;
  let largestLast = 0;
  for (let k = 0; k < order; k++) {
    const term = factor * agreeing.coefficients[k] * differing.coefficients[k];
    sum += term;
    if (k >= order - lastTerms) largestLast = Math.max(largestLast, Math.abs(term));
    factor *= (2 * k + 1) * (2 * k + 2) * squared;
  }
  // The terms fall as η^{2k} times a power of 1/k of at least 2.
  const rest = largestLast * Math.min(squared === 1 ? Infinity : 1 / (1 - squared), order);
  return { logMean: logScale + Math.log(sum), error: sum > 0 ? rest / sum : Infinity };
}

/**
 * log P(|u₁| < a, |u₂| < a) for a standard normal pair of correlation ρ: sum and difference, independent, lie in a
 * square on its corner. N = 2 has nothing else, and the power series converges slowly there.
 */
function logBothWithin(a: number, rho: number): number {
  if (a <= 0) return -Infinity;
  const [wide, narrow] = [Math.sqrt(1 + Math.abs(rho)), Math.sqrt(1 - Math.abs(rho))];
  if (narrow === 0) return Math.log(centralProbability(a));
  const corner = Math.SQRT2 * a;
  const edges = [0];
  // The chance of the narrow one varies within 9 of its deviations from the corner.
  for (const [end, width] of [
    [Math.min(corner, 9 * narrow), narrow],
    [corner, wide],
  ]) {
    const start = edges[edges.length - 1];
    const panels = Math.ceil((end - start) / width);
    for (let k = 1; k <= panels; k++) edges.push(start + ((end - start) * k) / panels);
  }
  const { nodes, weights } = compositeGaussLegendre(edges, 16);
  let sum = 0;
  for (let k = 0; k < nodes.length; k++)
    sum +=
      2 * weights[k] * (normalPdf((corner - nodes[k]) / wide) / wide) * centralProbability(nodes[k] / narrow);
  return Math.log(sum);
}

/** log E_D for the distances asked for, of 1..N−1. */
function logPairsWithin(
  { n, selfCoupling, symmetry }: SymmetricCount,
  distances: readonly number[],
): number[] {
  if (symmetry === -1 && selfCoupling <= 0) return distances.map(() => -Infinity);
  if (n === 2) return distances.map(() => logBothWithin(selfCoupling * Math.SQRT2, symmetry));
  let worst = 0;
  for (const order of seriesOrders) {
    const groups = new Map<number, GroupSeries>();
    const group = (sites: number): GroupSeries => {
      const input: GroupInput = { sites, n, selfCoupling, symmetry, order };
      const series = groups.get(sites) ?? groupSeries(input);
      groups.set(sites, series);
      return series;
    };
    const results = distances.map((distance) => joined(group(n - distance), group(distance), symmetry));
    worst = results.reduce((most, { error }) => Math.max(most, error), 0);
    const last = order === seriesOrders[seriesOrders.length - 1];
    if (worst <= (last ? acceptedTolerance : wantedTolerance)) return results.map(({ logMean }) => logMean);
  }
  throw new NotConverged(
    `expectedSymmetricPairs: relative error ${worst} at n ${n}, symmetry ${symmetry}, selfCoupling ${selfCoupling}`,
  );
}

function requirePairs(network: SymmetricCount): SymmetricCount {
  const n = requireInteger("n", network.n, 2, largestPairSize);
  return { n, ...requireSymmetricPoint(network) };
}

/** log C(n, k) for k = 0..n. */
function logBinomials(n: number): number[] {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push(logs[k - 1] + Math.log((n - k + 1) / k));
  return logs;
}

/** A Hamming sphere around a fixed point of a network of N neurons. */
export interface SymmetricPairCount extends SymmetricCount {
  /** Hamming distance D, an integer from 0 to N (not normalised). */
  readonly distance: number;
}

/**
 * Logarithm of the mean number of ordered pairs of fixed points at one Hamming distance, exact (P23).
 * @param sphere N from 2 to 1000, J_D in [−3, 3], η in [−1, 1] and the distance D
 * @returns nats of the whole network; −Infinity where no such pair can exist
 * @throws OutOfDomain outside these ranges; NotConverged as {@link expectedSymmetricPairs}
 */
export function logExpectedSymmetricPairs(sphere: SymmetricPairCount): number {
  const network = requirePairs(sphere);
  const { n } = network;
  const distance = requireInteger("distance", sphere.distance, 0, n);
  if (distance === 0 || distance === n) return logExpectedSymmetricCount(network);
  return n * Math.LN2 + logBinomials(n)[distance] + logPairsWithin(network, [distance])[0];
}

/**
 * Mean numbers of ordered pairs of fixed points at Hamming distance D = 0..N, exact (P23); Infinity where one exceeds
 * the largest double. A state with itself (D = 0) and with its negative (D = N) are counted, D and N − D are alike;
 * (P6') at η = 0.
 *
 * $$E_D = 2^N \binom ND\, \mathbb{E}_c\!\left[ G_{N-D}(c)\, G_D(c^*) \right],\qquad
 * G_n(c) = \int\! Dx\, W_n(x, c)^n$$
 *
 * where c is a complex Gaussian with E c² = 0, E|c|² = 1 and W_n the chance that |M| < P for the half-sum P and
 * half-difference M of a neuron's two stabilities, with means J_D + √(η/N) x and √(η/N) c and variances
 * (n−1−η)/N and (N−n)/N. Only equal powers of c and c* have a mean, so two power series in c² are multiplied term by
 * term. Relative error about 10⁻¹², up to 10⁻⁷ for |η| above 0.8.
 * @param network N from 2 to 1000, J_D in [−3, 3], η in [−1, 1]
 * @returns N + 1 mean numbers of pairs, ≥ 0, by distance
 * @throws OutOfDomain outside these ranges; NotConverged where not even 7 digits are reached: |η| above about 0.9 with
 *   N up to 6 or J_D far below 0, and η within about 0.05 of −1 (0.1 at J_D = −3)
 */
export function expectedSymmetricPairs(network: SymmetricCount): readonly number[] {
  const checked = requirePairs(network);
  const { n } = checked;
  const half = Math.floor(n / 2);
  const near = Array.from({ length: half }, (_, k) => k + 1);
  const logs = [logExpectedSymmetricCount(checked)];
  const binomials = logBinomials(n);
  logPairsWithin(checked, near).forEach((log, k) => logs.push(n * Math.LN2 + binomials[k + 1] + log));
  return Array.from({ length: n + 1 }, (_, distance) => Math.exp(logs[Math.min(distance, n - distance)]));
}
