/**
 * @file The densest clusters of fixed points that exist at a given distance (P14): the number of replicas y* at which
 * the complexity vanishes, the local entropy S*(d) there, its slope (P14'), and whole curves by continuation in d.
 *
 * Notation: q overlap, d = (1 − q)/2, q̂ conjugate overlap, y number of replicas, Σ complexity.
 */
import { NotConverged, requireInside } from "./errors.ts";
import { coldStart, jointNewton, jointStep, moved, searchComplexityRoot } from "./complexity-root.ts";
import type { SaddlePosition, Start } from "./complexity-root.ts";
import {
  replicaDomain,
  requireReplicaDomain,
  requireReplicaOptions,
  untilAccurate,
} from "./one-rsb-domain.ts";
import type { ReplicaOptions } from "./one-rsb-domain.ts";
import { replicaWeight } from "./one-rsb-quadrature.ts";
import type { WeightAverages } from "./one-rsb-quadrature.ts";
import { entropiesAt } from "./one-rsb-saddle.ts";

/** Where on the phase diagram: self-coupling and mutual distance of the fixed points of a cluster. */
export interface ClusterPoint {
  /** J_D in [0, 3]. */
  readonly selfCoupling: number;
  /** Normalised Hamming distance d in [3·10⁻⁴, 0.495]. */
  readonly distance: number;
}

/** Accuracy, and where to start. */
export interface ClusterOptions extends ReplicaOptions {
  /** A solution nearby, from which Newton starts: it changes the time, not the result. */
  readonly near?: SaddlePosition;
}

/** The densest clusters at one distance; entropies in nats per neuron. */
export interface DensestClusters extends ClusterPoint {
  readonly status: "ok";
  readonly overlap: number;
  /** Number of replicas y* at which Σ = 0. */
  readonly y: number;
  /** Conjugate overlap q̂ there. */
  readonly conjugateOverlap: number;
  /** Replicated free entropy φ(y*, q) = y* S*. */
  readonly phi: number;
  /** S*(d): local entropy of the densest clusters; negative where no group of about y* or more exists (overlap gap). */
  readonly localEntropy: number;
  /** Σ before the last Newton step: zero up to the residual. */
  readonly complexity: number;
  /** dS*\/dq along the curve (P14'); dS*\/dd is −2 times it. */
  readonly slope: number;
  /** ∂S*\/∂J_D at fixed distance. */
  readonly selfCouplingSlope: number;
  /** Larger of |⟨m²⟩ − q| and |Σ| at the finer of the two resolutions, before the last Newton step. */
  readonly residual: number;
  /** Estimated error of localEntropy, from two resolutions. */
  readonly error: number;
  /** Evaluations of the averages, of the starting search too. */
  readonly iterations: number;
}

/** Σ has no zero for y in the domain. */
export interface NoClusters extends ClusterPoint {
  readonly status: "no-solution";
  readonly overlap: number;
  readonly reason: string;
  readonly residual?: undefined;
  readonly error?: undefined;
}

/** A point of a curve whose solver failed; the other points stand. */
export interface FailedClusters extends ClusterPoint {
  readonly status: "not-converged";
  readonly overlap: number;
  readonly reason: string;
}

/** S* next to a zero of Σ: φ/y is stationary in both q̂ and y, so that the remaining step enters squared. */
function densestAt(q: number, { y, conjugateOverlap }: SaddlePosition, averages: WeightAverages) {
  const { phi, complexity } = entropiesAt(q, y, conjugateOverlap, averages);
  return { complexity, localEntropy: phi / y };
}

/** Rounding of φ/y: of the logarithms that it is a difference of. */
const roundingFloor = 4e-15;

function solveOnce(point: ClusterPoint, resolution: number, start: Start): DensestClusters | NoClusters {
  const { selfCoupling, distance } = point;
  const q = 1 - 2 * distance;
  const weight = replicaWeight({ selfCoupling, overlap: q }, resolution);
  const near = start.position === null ? null : jointNewton(weight, q, start.position, replicaDomain.y);
  const root = near ?? searchComplexityRoot(weight, q, start.searchFrom);
  if (typeof root === "string")
    return { status: "no-solution", selfCoupling, distance, overlap: q, reason: root };
  const { y, conjugateOverlap } = root.position;
  const finer = weight.refined(y, conjugateOverlap);
  const fine = densestAt(q, root.position, finer);
  const coarse = densestAt(q, root.averagedAt, root.averages);
  const position = moved(root.position, jointStep(q, root.position, finer));
  return {
    status: "ok",
    selfCoupling,
    distance,
    overlap: q,
    ...position,
    phi: position.y * fine.localEntropy,
    localEntropy: fine.localEntropy,
    complexity: fine.complexity,
    slope: 0.5 * (y - 1) * (finer.overlapForce - conjugateOverlap),
    selfCouplingSlope: finer.selfCouplingForce,
    residual: Math.max(Math.abs(1 - finer.spinVariance - q), Math.abs(fine.complexity)),
    error: Math.abs(fine.localEntropy - coarse.localEntropy) + roundingFloor * (1 + y * conjugateOverlap),
    iterations: root.iterations,
  };
}

function requireClusterDomain({ selfCoupling, distance }: ClusterPoint): void {
  requireInside("distance", distance, replicaDomain.distance);
  requireReplicaDomain(selfCoupling, 1 - 2 * distance);
}

function solveFrom(point: ClusterPoint, options: ReplicaOptions, start: Start) {
  const where = `densest clusters at selfCoupling ${point.selfCoupling}, distance ${point.distance}`;
  return untilAccurate((resolution) => solveOnce(point, resolution, start), where, options);
}

/**
 * The densest clusters of fixed points that exist at mutual distance d: y* with Σ(y*, q) = 0 and the local entropy
 * S*(d) there (P14), which is also the minimum of φ(y, q)/y over y.
 *
 * $$S^*(d) = S_I(y^*, 1-2d) = \min_{y>1} \frac{\varphi(y, 1-2d)}{y}, \qquad \Sigma(y^*, 1-2d) = 0$$
 * @param point J_D in [0, 3] and d in [3·10⁻⁴, 0.495]
 * @param options resolution (default 1), tolerance on the error (default 1e−8), a solution nearby (default none)
 * @returns status "ok", or "no-solution" with a reason when Σ has no zero for y in [1, 5000]
 * @throws OutOfDomain outside these ranges; NotConverged if the tolerance cannot be met
 */
export function densestClusters(
  point: ClusterPoint,
  options: ClusterOptions = {},
): DensestClusters | NoClusters {
  requireClusterDomain(point);
  if (options.near !== undefined) {
    requireInside("near.y", options.near.y, replicaDomain.y);
    requireInside("near.conjugateOverlap", options.near.conjugateOverlap, {
      min: 0,
      max: Infinity,
      openMin: true,
      openMax: true,
    });
  }
  return solveFrom(point, options, { ...coldStart, position: options.near ?? null });
}

/** A point of a curve: the densest clusters, that there are none, or that the solver failed. */
export type ClusterResult = DensestClusters | NoClusters | FailedClusters;

/**
 * Start at `distance` from the results at smaller distances: position extrapolated linearly in the logarithms against
 * log d/(1 − 2d). Next to a point without a solution the search starts from the largest y.
 */
function startFrom(previous: readonly ClusterResult[], distance: number): Start {
  const last = previous.at(-1);
  if (last === undefined || last.status === "not-converged") return coldStart;
  const { min, max } = replicaDomain.y;
  if (last.status === "no-solution") return { position: null, searchFrom: max };
  const beforeLast = previous.at(-2);
  if (beforeLast?.status !== "ok" || beforeLast.distance === last.distance)
    return { position: last, searchFrom: last.y };
  const scale = (d: number) => Math.log(d / (1 - 2 * d));
  const ahead =
    (scale(distance) - scale(last.distance)) / (scale(last.distance) - scale(beforeLast.distance));
  const position = moved(last, {
    logConjugate: ahead * Math.log(last.conjugateOverlap / beforeLast.conjugateOverlap),
    logReplicas: ahead * Math.log(last.y / beforeLast.y),
  });
  if (position.y >= min && position.y <= max) return { position, searchFrom: position.y };
  return { position: null, searchFrom: Math.max(min, Math.min(max, position.y)) };
}

/**
 * S*(d) at one self-coupling (P14). Each distance starts from its neighbours' solutions, but is converged on its own:
 * its value does not depend on them beyond its error.
 * @param selfCoupling J_D in [0, 3]
 * @param distances distances d, dimensionless, each in [3·10⁻⁴, 0.495], in any order
 * @param options as for {@link densestClusters}
 * @returns one result for each distance, in the order given; a solver that failed shows as status "not-converged"
 * @throws OutOfDomain if any argument is outside its range
 */
export function localEntropyCurve(
  selfCoupling: number,
  distances: readonly number[],
  options: ReplicaOptions = {},
): ClusterResult[] {
  requireInside("selfCoupling", selfCoupling, replicaDomain.selfCoupling);
  for (const distance of distances) requireClusterDomain({ selfCoupling, distance });
  requireReplicaOptions(options);
  const results = new Array<ClusterResult>(distances.length);
  const order = distances.map((_, k) => k).sort((a, b) => distances[a] - distances[b]);
  const previous: ClusterResult[] = [];
  for (const k of order) {
    const point = { selfCoupling, distance: distances[k] };
    try {
      results[k] = solveFrom(point, options, startFrom(previous, point.distance));
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      results[k] = {
        status: "not-converged",
        ...point,
        overlap: 1 - 2 * point.distance,
        reason: error.message,
      };
    }
    previous.push(results[k]);
  }
  return results;
}
