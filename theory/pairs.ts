/**
 * @file Pairs of fixed points: the bivariate normal law at equal thresholds, the pair entropy (P6), the exact finite-N
 * mean (P6') and the annealed Franz–Parisi entropy (P7). Nats per neuron.
 */
import { annealedEntropy, centralProbability } from "./entropy.ts";
import { requireInside, requireInteger } from "./errors.ts";
import { hazard, logNormalCdf, normalCdf } from "./normal.ts";
import { owenT } from "./owen.ts";

/**
 * log P(u₂ > −h | u₁ > −h) = log[Φ₂(h,h;ρ)/Φ(h)] as a function of a = √((1−ρ)/(1+ρ)), which keeps its digits near
 * ρ = ±1. For a ≤ 1, Φ₂ = Φ(h) − 2T(h,a); for a > 1, Φ₂ = Φ(ah)(2Φ(h)−1) + 2T(ah,1/a), a sum of positive terms.
 */
function logConditional(h: number, a: number): number {
  if (a <= 1) return Math.log1p((-2 * owenT(h, a)) / normalCdf(h));
  const far = a === Infinity && h === 0 ? 0 : a * h;
  const owen = owenT(far, 1 / a);
  const tail = normalCdf(-h);
  // P(not both) = (1−Φ(h)) + Φ(h)(1−Φ(ah)) + Φ(ah)(1−Φ(h)) − 2T(ah,1/a), where the last term is at most a quarter.
  const notBoth = tail + normalCdf(h) * normalCdf(-far) + normalCdf(far) * tail - 2 * owen;
  const logBoth =
    notBoth < 0.5 ? Math.log1p(-notBoth) : Math.log(normalCdf(far) * centralProbability(h) + 2 * owen);
  return logBoth - logNormalCdf(h);
}

/** log Φ₂(h,h;ρ) with ρ = (1−a²)/(1+a²). */
function logBothAbove(h: number, a: number): number {
  return logConditional(h, a) + logNormalCdf(h);
}

/** x log x, continued to 0 at x = 0. */
function xLogX(x: number): number {
  return x === 0 ? 0 : x * Math.log(x);
}

/** weight × log-probability, 0 where the weight is 0 even if the probability is. */
function weighted(weight: number, logProbability: number): number {
  return weight === 0 ? 0 : weight * logProbability;
}

function requireSelfCoupling(selfCoupling: number): number {
  return requireInside("selfCoupling", selfCoupling, { min: 0, max: Infinity, openMax: true });
}

/**
 * Logarithm of the bivariate normal law at equal thresholds, log Φ₂(h,h;ρ) = log P(u₁ ≤ h, u₂ ≤ h).
 * Accurate relative to Φ₂ and, for large h, relative to 1 − Φ₂. −Infinity at h = 0, ρ = −1.
 * @param h threshold ≥ 0, dimensionless
 * @param rho correlation in [−1, 1]
 * @returns logarithm of a probability, ≤ 0
 * @throws OutOfDomain outside these ranges
 * @source Owen, Ann. Math. Stat. 27, 1075 (1956)
 */
export function logBivariateNormalCdf(h: number, rho: number): number {
  requireInside("threshold h", h, { min: 0, max: Infinity, openMax: true });
  requireInside("correlation rho", rho, { min: -1, max: 1 });
  return logBothAbove(h, Math.sqrt((1 - rho) / (1 + rho)));
}

/**
 * Bivariate normal law at equal thresholds, Φ₂(h,h;ρ) = P(u₁ ≤ h, u₂ ≤ h) for a standard normal pair of correlation ρ,
 * by Owen's T function (Owen 1956).
 * @param h threshold ≥ 0, dimensionless
 * @param rho correlation in [−1, 1]
 * @returns a probability in [0, 1]
 * @throws OutOfDomain outside these ranges
 * @source Owen, Ann. Math. Stat. 27, 1075 (1956)
 */
export function bivariateNormalCdf(h: number, rho: number): number {
  return Math.exp(logBivariateNormalCdf(h, rho));
}

/**
 * φ₂ − S at normalised distance d: S₂(d) + (1−d) log[Φ₂(q)/Φ] + d log[Φ₂(−q)/Φ], q = 1 − 2d, without the cancellation
 * that (P6) − (P2) has at small d.
 */
function conditionalPairEntropy(selfCoupling: number, distance: number): number {
  const near = Math.sqrt(distance / (1 - distance));
  return (
    -xLogX(distance) -
    (distance === 1 ? 0 : (1 - distance) * Math.log1p(-distance)) +
    weighted(1 - distance, logConditional(selfCoupling, near)) +
    weighted(distance, logConditional(selfCoupling, 1 / near))
  );
}

/**
 * Pair entropy φ₂(q) (P6): 1/N of the logarithm of the mean number of ordered pairs of fixed points at overlap q.
 * Even in q; 2S at q = 0, its maximum (P5); S at q = ±1.
 *
 * $$\varphi_2(q) = \log 2 + S_2\left(\tfrac{1+q}2\right) + \tfrac{1+q}2 \log \Phi_2(J_D, J_D; q) +
 * \tfrac{1-q}2 \log \Phi_2(J_D, J_D; -q)$$
 * @param selfCoupling J_D ≥ 0
 * @param overlap q in [−1, 1]
 * @returns nats per neuron
 * @throws OutOfDomain outside these ranges
 */
export function pairEntropy(selfCoupling: number, overlap: number): number {
  requireSelfCoupling(selfCoupling);
  requireInside("overlap", overlap, { min: -1, max: 1 });
  return annealedEntropy(selfCoupling) + conditionalPairEntropy(selfCoupling, 0.5 * (1 - overlap));
}

/**
 * Curvature of the pair entropy at q = 0, d²φ₂/dq² = −(1−g²−J_D g)(1−g²+J_D g), g = g(J_D) (P5). Negative for every
 * J_D ≥ 0 because 1 − g² − J_D g is the variance of a normal variable conditioned to exceed −J_D: the quenched
 * entropy equals the annealed one.
 * @param selfCoupling J_D ≥ 0
 * @returns nats per neuron and unit of q², negative
 * @throws OutOfDomain if selfCoupling is negative, infinite or NaN
 */
export function pairEntropyCurvature(selfCoupling: number): number {
  const g = hazard(requireSelfCoupling(selfCoupling));
  const jg = g === 0 ? 0 : selfCoupling * g;
  return -(1 - g * g - jg) * (1 - g * g + jg);
}

/** The binomial coefficient is a sum of up to N/2 logarithms; this bounds its time to about a second. */
const largestSize = 1e7;

/** A Hamming sphere around a fixed point of a network of N neurons. */
export interface PairCount {
  /** Number of neurons N, an integer ≥ 2, up to 10⁷. */
  readonly n: number;
  /** J_D ≥ 0. */
  readonly selfCoupling: number;
  /** Hamming distance D, an integer from 0 to N (not normalised). */
  readonly distance: number;
}

/** log of the binomial coefficient C(n, k), a sum of k (or n − k) logarithms. */
function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1, end = Math.min(k, n - k); i <= end; i++) sum += Math.log((n - end + i) / i);
  return sum;
}

/**
 * Mean number of ordered pairs of fixed points at Hamming distance D at finite N (P6'), exact; D = 0 counts each fixed
 * point with itself (P3), D = N with its negative (the same number).
 *
 * $$E_D = 2^N \binom ND\, \Phi_2(a,a;\rho_+)^{N-D}\, \Phi_2(a,a;\rho_-)^D, \qquad a = J_D\sqrt{\frac N{N-1}}$$
 *
 * $$\rho_+ = 1 - \frac{2D}{N-1},\qquad \rho_- = -1 + \frac{2(D-1)}{N-1}$$
 * @param sphere size, self-coupling and distance
 * @returns the mean (Infinity where it exceeds the largest double) and its logarithm (−Infinity for a mean of 0)
 * @throws OutOfDomain outside the ranges of {@link PairCount}
 */
export function expectedPairs({ n, selfCoupling, distance }: PairCount) {
  requireInteger("n", n, 2, largestSize);
  requireSelfCoupling(selfCoupling);
  requireInteger("distance", distance, 0, n);
  const a = selfCoupling * Math.sqrt(n / (n - 1));
  // √((1−ρ)/(1+ρ)) for ρ₊ = 1 − 2D/(N−1) (an agreeing site) and ρ₋ = −1 + 2(D−1)/(N−1) (a differing one).
  const agreeing = distance === n ? 0 : logBothAbove(a, Math.sqrt(distance / (n - 1 - distance)));
  const differing = distance === 0 ? 0 : logBothAbove(a, Math.sqrt((n - distance) / (distance - 1)));
  const logMean =
    n * Math.LN2 +
    logBinomial(n, distance) +
    weighted(n - distance, agreeing) +
    weighted(distance, differing);
  return { mean: Math.exp(logMean), logMean };
}

/**
 * Annealed Franz–Parisi entropy φ₂(1−2d) − S (P7): upper bound on the entropy of fixed points at distance d from a
 * typical one. As d → 0 it is −c√d + d log(1/d) with c = g(J_D)√(2/π) for J_D > 0: typical fixed
 * points are isolated. At J_D = 0 it is ½ d log(1/d).
 * @param point J_D ≥ 0 and the normalised Hamming distance d in [0, 1]
 * @returns nats per neuron; 0 at d = 0, S at d = ½
 * @throws OutOfDomain outside these ranges
 */
export function annealedFranzParisi(point: {
  readonly selfCoupling: number;
  readonly distance: number;
}): number {
  requireSelfCoupling(point.selfCoupling);
  requireInside("distance", point.distance, { min: 0, max: 1 });
  return conditionalPairEntropy(point.selfCoupling, point.distance);
}
