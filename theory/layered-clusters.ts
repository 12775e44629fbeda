/**
 * @file The densest clusters of fixed points of a layered network at a given distance (P14), by interpolation of the
 * free entropy between integer numbers of replicas.
 *
 * Notation: q overlap in every layer, d = (1 − q)/2, y number of replicas, Σ complexity.
 */
import { NotConverged, requireInside, requireInteger } from "./errors.ts";
import { furthestMultiple, integerFreeEntropy, layeredComplexityRoot } from "./layered-complexity-root.ts";
import { layeredDomain, requireLayeredNetwork } from "./layered-domain.ts";
import type { LayeredNetwork } from "./layered-domain.ts";
import { replicaDomain } from "./one-rsb-domain.ts";

/** Where the densest clusters are asked for. */
export interface LayeredClusterPoint extends LayeredNetwork {
  /** Normalised Hamming distance d in [3·10⁻⁴, 0.495], the same in every layer. */
  readonly distance: number;
}

/** How far the numbers of replicas go. */
export interface LayeredClusterOptions {
  /**
   * Most replicas for which the free entropy is computed, an integer from 8 to 24; default 24. Larger ones are used only
   * where y* asks for them. Time grows as their fifth power (for two layers, as their third).
   */
  readonly mostReplicas?: number;
}

/** The densest clusters at one distance; entropies in nats per neuron. */
export interface DensestLayeredClusters extends LayeredClusterPoint {
  readonly status: "ok";
  readonly overlap: number;
  /** Number of replicas y* at which Σ = 0. */
  readonly y: number;
  /** Replicated free entropy φ(y*, q) = y* S*. */
  readonly phi: number;
  /** S*(d) = min φ/y over y: local entropy of the densest clusters; negative in an overlap gap. */
  readonly localEntropy: number;
  /** Σ at y*: zero up to rounding. */
  readonly complexity: number;
  /** Largest violation of a saddle among the integers y used. */
  readonly residual: number;
  /** Estimated error of localEntropy: two orders of interpolation, and two resolutions at an integer next to y*. */
  readonly error: number;
  /** Number of integers y used. */
  readonly iterations: number;
}

/** Σ has no zero within reach of the integers y. */
export interface NoLayeredClusters extends LayeredClusterPoint {
  readonly status: "no-solution";
  readonly overlap: number;
  readonly reason: string;
}

/** A point of a curve whose solver failed; the other points stand. */
export interface FailedLayeredClusters extends LayeredClusterPoint {
  readonly status: "not-converged";
  readonly overlap: number;
  readonly reason: string;
}

/** A point of a curve. */
export type LayeredClusterResult = DensestLayeredClusters | NoLayeredClusters | FailedLayeredClusters;

/** The same overlap q = 1 − 2d in every layer. */
function equalOverlaps({ layers, distance }: LayeredClusterPoint): readonly number[] {
  return Array.from({ length: layers === "infinite" ? 1 : layers }, () => 1 - 2 * distance);
}

/** Fewest integers y. */
const fewestReplicas = 8;

/** Largest error of S* that is returned. */
const tolerance = 1e-6;

/** Resolution for the error estimate. */
const refinement = 1.4;

function requireOptions({ mostReplicas = layeredDomain.replicas.max }: LayeredClusterOptions): number {
  return requireInteger("mostReplicas", mostReplicas, fewestReplicas, layeredDomain.replicas.max);
}

function requirePoint(point: LayeredClusterPoint): void {
  requireLayeredNetwork(point);
  requireInside("distance", point.distance, replicaDomain.distance);
}

function describe({ layers, ferromagneticCoupling, selfCoupling, distance }: LayeredClusterPoint): string {
  return `${layers} layers, ferromagneticCoupling ${ferromagneticCoupling}, selfCoupling ${selfCoupling}, distance ${distance}`;
}

/**
 * The densest clusters of fixed points of a layered network at mutual distance d in every layer: y* with Σ(y*, q) = 0
 * and the local entropy S*(d) there, the minimum of φ(y, q)/y over y (P14). φ is computed at integers y and interpolated
 * as a polynomial in log y. In chains of three layers or more with open ends, equal distances are a restriction: layers
 * at the ends and inside differ.
 * @param point depth, λ in [0, 3], J_D in [−3, 3] and d in [3·10⁻⁴, 0.495]
 * @param options the last integer y (default 24)
 * @returns status "ok", or "no-solution" where y* lies beyond the integers y
 * @throws OutOfDomain outside these ranges; NotConverged if a saddle is not found, or the error is above 10⁻⁶
 * @source (P14) with the free entropy of {@link layeredFreeEntropy}
 */
export function densestLayeredClusters(
  point: LayeredClusterPoint,
  options: LayeredClusterOptions = {},
): DensestLayeredClusters | NoLayeredClusters {
  const mostReplicas = requireOptions(options);
  requirePoint(point);
  const overlaps = equalOverlaps(point);
  const [overlap] = overlaps;
  const root = layeredComplexityRoot(point, overlaps, mostReplicas);
  if (root === null) {
    const reason = `the complexity has no zero for y up to ${furthestMultiple * mostReplicas}`;
    return { status: "no-solution", ...point, overlap, reason };
  }
  const { y, localEntropy, complexity, orderError, residual, used } = root;
  const nearest = Math.max(2, Math.round(y));
  const phiAt = (resolution: number) => integerFreeEntropy(point, overlaps, nearest, resolution).phi;
  const error = orderError + Math.abs(phiAt(refinement) - phiAt(1)) / nearest;
  if (!(error < tolerance)) throw new NotConverged(`densest clusters at ${describe(point)}: error ${error}`);
  const found = { y, phi: y * localEntropy, localEntropy, complexity, residual, error, iterations: used };
  return { status: "ok", ...point, overlap, ...found };
}

/**
 * S*(d) of a layered network (P14). A distance whose solver fails does not end the curve.
 * @param network depth, λ in [0, 3] and J_D in [−3, 3]
 * @param distances distances d, dimensionless, each in [3·10⁻⁴, 0.495], in any order
 * @param options as for {@link densestLayeredClusters}
 * @returns one result for each distance, in the order given
 * @throws OutOfDomain if any argument is outside its range
 * @source (P14), point by point
 */
export function layeredLocalEntropyCurve(
  network: LayeredNetwork,
  distances: readonly number[],
  options: LayeredClusterOptions = {},
): LayeredClusterResult[] {
  requireOptions(options);
  const points = distances.map((distance) => ({ ...network, distance }));
  for (const point of points) requirePoint(point);
  return points.map((point) => {
    try {
      return densestLayeredClusters(point, options);
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      return { status: "not-converged", ...point, overlap: 1 - 2 * point.distance, reason: error.message };
    }
  });
}
