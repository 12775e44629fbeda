/**
 * @file Groups of one or two sites in a pair of states (P23). One common Gaussian beside one of each site's own is too
 * much for them (its variance could be negative, or 0): here the half-sums P are integrated over as they are.
 */
import { NotConverged } from "./errors.ts";
import { normalPdf } from "./normal.ts";
import { compositeGaussLegendre, gaussLegendre } from "./quadrature.ts";
import { windowSeries } from "./symmetric-group-grid.ts";

/** A group of sites in a pair of states. */
export interface GroupInput {
  /** Sites n of the group, 1..N−1. */
  readonly sites: number;
  /** Number of neurons N. */
  readonly n: number;
  readonly selfCoupling: number;
  readonly symmetry: number;
  /** Number of coefficients. */
  readonly order: number;
}

/** G(c) = e^{logScale} Σ_k coefficients[k] (n η c²/(N − n))^k, coefficients[0] = 1. */
export interface GroupSeries {
  /** −Infinity where G vanishes. */
  readonly logScale: number;
  readonly coefficients: Float64Array;
}

/** Half-width of the integrals in deviations: e^{−9²/2} is below 1e−17. */
const margin = 9;

/** Order on the panels of the outer integral, of one deviation each at most, and on each half of the inner range. */
const outerOrder = 16;
const innerOrder = 32;

/** A series with its first coefficient taken out. */
export function normalized(sums: Float64Array, logFactor: number): GroupSeries {
  const [first] = sums;
  if (first === 0) return { logScale: -Infinity, coefficients: sums };
  if (!(first > 0)) throw new NotConverged(`expectedSymmetricPairs: a group has the chance ${first}`);
  return { logScale: logFactor + Math.log(first), coefficients: sums.map((value) => value / first) };
}

/** A site alone in its group: its two stabilities are J_D ± M, so P = J_D. */
export function oneSite({ n, selfCoupling, order }: GroupInput): GroupSeries {
  const series = new Float64Array(order);
  if (selfCoupling > 0) windowSeries(selfCoupling / Math.sqrt((n - 1) / n), 1, series);
  return normalized(series, 0);
}

/** Adds weight × product of two series to sums. */
function addProduct(sums: Float64Array, weight: number, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < sums.length; i++) {
    for (let j = 0; i + j < sums.length; j++) sums[i + j] += weight * a[i] * b[j];
  }
}

/** Nodes on 0 < x < bound, weights for both signs, of a Gaussian around 0 cut to |x| < bound; one if it has no width. */
function cutGaussian(deviation: number, bound: number) {
  if (deviation === 0) return [{ x: 0, weight: 1 }];
  const half = Math.min(bound, margin * deviation);
  const { nodes, weights } = gaussLegendre(innerOrder);
  return Array.from(nodes, (node, k) => {
    const x = 0.5 * half * (1 + node);
    return { x, weight: (half * weights[k] * normalPdf(x / deviation)) / deviation };
  });
}

/** Places of the mean (P₁+P₂)/2 > 0, Gaussian around J_D: with e^{logScale} taken out of the weights. */
function meanHalfSums(selfCoupling: number, deviation: number) {
  if (deviation === 0)
    return { logScale: 0, places: selfCoupling > 0 ? [{ x: selfCoupling, weight: 1 }] : [] };
  const low = Math.max(0, selfCoupling - margin * deviation);
  const high =
    selfCoupling > 0
      ? selfCoupling + margin * deviation
      : selfCoupling + Math.hypot(selfCoupling, margin * deviation);
  const panels = Math.ceil((high - low) / deviation);
  const edges = Array.from({ length: panels + 1 }, (_, k) => low + ((high - low) * k) / panels);
  const { nodes, weights } = compositeGaussLegendre(edges, outerOrder);
  const top = Math.max(low, selfCoupling);
  const exponent = (x: number) => ((top - x) * (top + x - 2 * selfCoupling)) / (2 * deviation * deviation);
  return {
    logScale:
      -0.5 * ((top - selfCoupling) / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI),
    places: Array.from(nodes, (x, k) => ({ x, weight: weights[k] * Math.exp(exponent(x)) })),
  };
}

/** Two sites: P₁, P₂ around J_D have variance 1/N and correlation η; mean and half-difference are independent. */
export function twoSites({ n, selfCoupling, symmetry, order }: GroupInput): GroupSeries {
  const windowDeviation = Math.sqrt((n - 2) / n);
  const { logScale, places } = meanHalfSums(selfCoupling, Math.sqrt((1 + symmetry) / (2 * n)));
  const sums = new Float64Array(order);
  const [first, second] = [new Float64Array(order), new Float64Array(order)];
  for (const mean of places) {
    for (const difference of cutGaussian(Math.sqrt((1 - symmetry) / (2 * n)), mean.x)) {
      windowSeries((mean.x + difference.x) / windowDeviation, 2, first);
      windowSeries((mean.x - difference.x) / windowDeviation, 2, second);
      addProduct(sums, mean.weight * difference.weight, first, second);
    }
  }
  return normalized(sums, logScale);
}
