/**
 * @file The number of replicas y* at which the complexity of a layered network vanishes (P14), by interpolation of the
 * free entropy between integers y, and by extrapolation somewhat beyond them.
 */
import type { LayeredNetwork } from "./layered-domain.ts";
import { interpolant } from "./layered-interpolation.ts";
import { freeEntropyAt, replicatedChain, solveConjugates } from "./layered-replicas-saddle.ts";
import { findRoot } from "./solvers.ts";

/** Integers y, about equidistant in log y beyond 8, and how many of them are used at first, then, and at last. */
const replicaNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24];
const stages = [9, 11, 14];

/** The polynomial serves up to this share of the last integer, and with it beyond, up to this multiple. */
const innerShare = 0.9;
export const furthestMultiple = 2;

/** Extrapolated, S* errs by 10 to 40 times the difference of two orders (measured without bonds, where S* is known). */
const outerFactor = 50;

/** Orders approach each other where a difference is below this share of the one before. */
const approachingShare = 1;

/** Where they do not, since layers that strong bonds have locked leave kinks in y, S* errs by some times the difference. */
const stalledFactor = 8;

/** Difference of two orders at which no further integers are asked for. */
const goodOrder = 1e-8;

/** A zero of Σ, and how much S* changes there without the last integer. */
interface Crossing {
  readonly y: number;
  readonly localEntropy: number;
  readonly complexity: number;
  readonly orderError: number;
}

/** With the largest residual of the saddles, and the number of integers y. */
export interface LayeredComplexityRoot extends Crossing {
  readonly residual: number;
  readonly used: number;
}

/** φ at one integer y, and the residual of its saddle. */
export function integerFreeEntropy(
  network: LayeredNetwork,
  overlaps: readonly number[],
  replicas: number,
  resolution = 1,
) {
  const chain = replicatedChain({ ...network, overlaps, replicas }, resolution);
  return freeEntropyAt(chain, solveConjugates(chain));
}

/** Points at which the sign of Σ is looked at; Σ has one or two humps in all. */
const signGrid = 64;

/**
 * The first y through which Σ = φ − dφ/d log y falls, with φ a polynomial in log y; null if there is none up to
 * `largest`.
 */
function innerRoot(replicas: readonly number[], phis: readonly number[], largest: number): Crossing | null {
  const nodes = replicas.map(Math.log);
  const curve = interpolant(nodes, phis);
  const lower = (fewer: number) => interpolant(nodes.slice(0, -fewer), phis.slice(0, -fewer));
  const complexity = (logReplicas: number) => {
    const { value, derivative } = curve(logReplicas);
    return value - derivative;
  };
  // At y = 1 itself Σ may be 0, where J_D is such that there are no fixed points.
  const root = fallingZero(complexity, Math.log(largest) / signGrid, Math.log(largest));
  if (root === null) return null;
  const y = Math.exp(root);
  const { value } = curve(root);
  const [first, second] = [lower(1)(root).value, lower(2)(root).value];
  const [difference, before] = [Math.abs(first - value) / y, Math.abs(second - first) / y];
  const isApproaching = difference < goodOrder || difference < approachingShare * before;
  const orderError = isApproaching ? difference : stalledFactor * Math.max(difference, before);
  return { y, localEntropy: value / y, complexity: complexity(root), orderError };
}

/**
 * The same beyond the last integer, with φ/y a polynomial in u = 1/√y, which goes over into the limit of large y
 * smoothly; there Σ = ½ √y d(φ/y)/du.
 */
function outerRoot(replicas: readonly number[], phis: readonly number[]): Crossing | null {
  const last = replicas[replicas.length - 1];
  const nodes = replicas.map((y) => 1 / Math.sqrt(y));
  const shares = phis.map((phi, k) => phi / replicas[k]);
  const curve = interpolant(nodes, shares);
  const lower = interpolant(nodes.slice(1), shares.slice(1));
  const complexity = (logReplicas: number) => {
    const u = Math.exp(-0.5 * logReplicas);
    return (0.5 * curve(u).derivative) / u;
  };
  const root = fallingZero(complexity, Math.log(innerShare * last), Math.log(furthestMultiple * last));
  if (root === null) return null;
  const y = Math.exp(root);
  const { value } = curve(1 / Math.sqrt(y));
  const orderError = outerFactor * Math.abs(lower(1 / Math.sqrt(y)).value - value);
  return { y, localEntropy: value, complexity: complexity(root), orderError };
}

/** The first zero on [low, high] at which f goes from positive to negative values; null if there is none. */
function fallingZero(f: (x: number) => number, low: number, high: number): number | null {
  const step = (high - low) / signGrid;
  for (let k = 0; k < signGrid; k++) {
    const [before, after] = [low + k * step, low + (k + 1) * step];
    if (f(before) > 0 && f(after) <= 0) return findRoot(f, before, after).x;
  }
  return null;
}

/**
 * y* and S* from as many integers y as it takes; null if Σ has no zero within their reach.
 * @param overlaps q of each layer, one for the chain without end
 * @param mostReplicas the last integer y
 */
export function layeredComplexityRoot(
  network: LayeredNetwork,
  overlaps: readonly number[],
  mostReplicas: number,
): LayeredComplexityRoot | null {
  const allowed = replicaNumbers.filter((y) => y <= mostReplicas);
  const phis: number[] = [];
  let residual = 0;
  let best: Crossing | null = null;
  for (let stage = 0; phis.length < allowed.length; stage++) {
    for (const y of allowed.slice(phis.length, stages[stage])) {
      const value = integerFreeEntropy(network, overlaps, y);
      phis.push(value.phi);
      residual = Math.max(residual, value.residual);
    }
    const used = allowed.slice(0, phis.length);
    best = innerRoot(used, phis, innerShare * used[used.length - 1]) ?? best;
    if (best !== null && best.orderError < goodOrder) break;
  }
  best ??= outerRoot(allowed, phis);
  return best === null ? null : { ...best, residual, used: phis.length };
}
