/**
 * @file Entropy of all fixed points of a layered network: independent couplings inside each layer, ferromagnetic bonds
 * of strength λ between the same neuron of neighbouring layers. The columns of neurons are independent Ising chains, so
 * that every mean is a product of 2×2 transfer matrices: infinite depth (P24), finite depth with open ends (P26), and
 * the self-coupling of one layer with the same entropy (P25).
 */
import { annealedEntropy, centralProbability } from "./entropy.ts";
import { requireInside, requireInteger } from "./errors.ts";
import { logNormalCdf, normalCdf } from "./normal.ts";
import { findRoot } from "./solvers.ts";

/** Number of layers of a chain with open ends, or "infinite" for the chain without end. */
export type Depth = number | "infinite";

/** A layered network in the limit of many neurons a layer. */
export interface LayeredPoint {
  /** Number of layers L, an integer from 1 to 10⁶, or "infinite". */
  readonly layers: Depth;
  /** Ferromagnetic coupling λ ≥ 0 between neighbouring layers, finite, in standard deviations of the local field. */
  readonly ferromagneticCoupling: number;
  /** J_D in [−10, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
}

/** A layered network with a finite number of neurons. */
export interface FiniteLayeredPoint extends LayeredPoint {
  /** Number of neurons N of one layer, an integer ≥ 2. */
  readonly n: number;
  /** Number of layers L, an integer from 1 to 10⁶. */
  readonly layers: number;
}

/** Entropy of all fixed points of a layered network. */
export interface LayeredEntropy {
  /** Σ = (1/LN) log E[#], nats per neuron. */
  readonly entropy: number;
  /** J_eff: self-coupling of one layer with the same entropy (P25), in standard deviations of the local field. */
  readonly equivalentSelfCoupling: number;
}

/** Self-couplings that are accepted; the entropy vanishes at a negative one when λ > 0. */
const selfCouplingRange = { min: -10, max: 3 };

/** Bonds that are accepted; nothing is lost when they are strong. */
const bondRange = { min: 0, max: Infinity, openMax: true };

/** The product of matrices takes a step a layer. */
const mostLayers = 1e6;

/** The equivalent self-coupling lies between: S(10) is log 2 to 1e−23, and Σ > log Φ(J_D), as B is on the way. */
const equivalentBracket = { low: -20, high: 10 };

/** @throws OutOfDomain unless the point is in its documented ranges */
function requireLayeredPoint({ layers, ferromagneticCoupling, selfCoupling }: LayeredPoint): void {
  if (layers !== "infinite") requireInteger("layers", layers, 1, mostLayers);
  requireInside("ferromagneticCoupling", ferromagneticCoupling, bondRange);
  requireInside("selfCoupling", selfCoupling, selfCouplingRange);
}

/**
 * Probabilities of stability of a neuron whose two neighbours both agree with it, differ from each other, or both
 * disagree: A, B, C of (P24). `scale` is 1/√(variance of the local field).
 */
function innerProbabilities(selfCoupling: number, bond: number, scale = 1) {
  return {
    agreeing: normalCdf(scale * (selfCoupling + 2 * bond)),
    mixed: normalCdf(scale * selfCoupling),
    disagreeing: normalCdf(scale * (selfCoupling - 2 * bond)),
  };
}

/** Entropy of one layer, log 2 + log Φ(J_D) (P2), of either sign; near J_D = 0 the two terms cancel. */
function singleLayerEntropy(selfCoupling: number): number {
  if (selfCoupling >= 0) return annealedEntropy(selfCoupling);
  return selfCoupling > -1
    ? Math.log1p(-centralProbability(-selfCoupling))
    : Math.LN2 + logNormalCdf(selfCoupling);
}

/** log of the factor of a column in E[#]: log(2 bᵀ T^{L−2} b) of (P26), for L = 1 log(2Φ(J_D)). */
function logColumnSum(
  { layers, selfCoupling, ferromagneticCoupling }: LayeredPoint & { layers: number },
  scale = 1,
) {
  if (layers === 1) return singleLayerEntropy(scale * selfCoupling);
  const bond = ferromagneticCoupling;
  const { agreeing, mixed, disagreeing } = innerProbabilities(selfCoupling, bond, scale);
  const ends = [normalCdf(scale * (selfCoupling + bond)), normalCdf(scale * (selfCoupling - bond))];
  let logSum = Math.LN2;
  // Entries: the bond behind is satisfied, or not; kept at sum 1 so that no depth underflows.
  let [satisfied, broken] = ends;
  for (let layer = 2; layer < layers; layer++) {
    const nextSatisfied = agreeing * satisfied + mixed * broken;
    const nextBroken = mixed * satisfied + disagreeing * broken;
    const sum = nextSatisfied + nextBroken;
    logSum += Math.log(sum);
    satisfied = nextSatisfied / sum;
    broken = nextBroken / sum;
  }
  return logSum + Math.log(ends[0] * satisfied + ends[1] * broken);
}

/** Logarithm of the larger eigenvalue of T = [[A, B], [B, C]] (P24). */
function logLargestEigenvalue(selfCoupling: number, bond: number): number {
  const { agreeing, mixed, disagreeing } = innerProbabilities(selfCoupling, bond);
  return Math.log(0.5 * (agreeing + disagreeing + Math.hypot(agreeing - disagreeing, 2 * mixed)));
}

/**
 * Entropy of all fixed points of a layered network, per neuron, and the self-coupling of one layer with the same
 * entropy. With A = Φ(J_D+2λ), B = Φ(J_D), C = Φ(J_D−2λ), T = [[A, B], [B, C]] and b = (Φ(J_D+λ), Φ(J_D−λ)):
 *
 * $$\Sigma_\infty = \log \tfrac12\left(A + C + \sqrt{(A-C)^2 + 4B^2}\right), \qquad
 * \Sigma_L = \tfrac1L \log\left(2\, b^{\mathsf T} T^{L-2} b\right)$$
 *
 * (P24), (P26); J_eff = Φ⁻¹(e^Σ/2) (P25). λ → ∞ at J_D = 0: Σ_∞ = log((1+√2)/2).
 * @param point depth L, λ ≥ 0 and J_D in [−10, 3]
 * @returns Σ in nats per neuron, at most log 2, and J_eff; both are negative where the mean number decays
 * @throws OutOfDomain outside these ranges
 */
export function layeredEntropy(point: LayeredPoint): LayeredEntropy {
  requireLayeredPoint(point);
  const { layers, ferromagneticCoupling, selfCoupling } = point;
  if (ferromagneticCoupling === 0)
    return { entropy: singleLayerEntropy(selfCoupling), equivalentSelfCoupling: selfCoupling };
  const entropy =
    layers === "infinite"
      ? logLargestEigenvalue(selfCoupling, ferromagneticCoupling)
      : logColumnSum({ ...point, layers }) / layers;
  const excess = (trial: number) => singleLayerEntropy(trial) - entropy;
  const { low, high } = equivalentBracket;
  return { entropy, equivalentSelfCoupling: findRoot(excess, low, high).x };
}

/**
 * Logarithm of the mean number of fixed points of a whole layered network at finite N (P26), exact for every N ≥ 2.
 * @param point N ≥ 2 neurons a layer, L layers, λ ≥ 0 and J_D in [−10, 3]
 * @returns nats of the whole network, N log(2 bᵀ T^{L−2} b)
 * @throws OutOfDomain outside these ranges
 */
export function logExpectedLayeredCount(point: FiniteLayeredPoint): number {
  requireLayeredPoint(point);
  requireInteger("layers", point.layers, 1, mostLayers);
  const n = requireInteger("n", point.n, 2, Number.MAX_SAFE_INTEGER);
  return n * logColumnSum(point, Math.sqrt(n / (n - 1)));
}

/**
 * Mean number of fixed points of a whole layered network at finite N (P26), exact; Infinity where it exceeds the
 * largest double (then {@link logExpectedLayeredCount} serves).
 *
 * $$\mathbb{E}[\#] = \left(2\, b^{\mathsf T} T^{L-2} b\right)^N, \qquad \text{all arguments of } \Phi \text{ times }
 * \sqrt{\tfrac{N}{N-1}}$$
 * @param point N ≥ 2 neurons a layer, L layers, λ ≥ 0 and J_D in [−10, 3]
 * @returns number of fixed points of the LN neurons together, a mean ≥ 0
 * @throws OutOfDomain outside these ranges
 */
export function expectedLayeredCount(point: FiniteLayeredPoint): number {
  return Math.exp(logExpectedLayeredCount(point));
}
