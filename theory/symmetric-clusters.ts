/**
 * @file The densest clusters of fixed points at symmetry η of the couplings (P23): the number of replicas y* at which the
 * complexity vanishes, the local entropy S*(d) there, its slopes, and whole curves by continuation in d.
 *
 * Notation as in local-entropy.ts; R and r are the responses of (P23).
 */
import { NotConverged, requireInside } from "./errors.ts";
import { requireReplicaOptions, untilAccurate } from "./one-rsb-domain.ts";
import type { ReplicaOptions } from "./one-rsb-domain.ts";
import { symmetricWeight } from "./symmetric-replicas-averages.ts";
import type { SymmetricAverages } from "./symmetric-replicas-averages.ts";
import { requireSymmetricDomain, symmetricReplicaDomain } from "./symmetric-replicas-domain.ts";
import {
  conjugateOverlapAt,
  movedBy,
  symmetricEntropiesAt,
  symmetricNewton,
  symmetricStep,
  weightParameters,
} from "./symmetric-replicas-saddle.ts";
import type { SymmetricPosition, SymmetricProblem } from "./symmetric-replicas-saddle.ts";
import { searchSymmetricRoot } from "./symmetric-replicas-search.ts";

/** Where on the phase diagram: self-coupling, symmetry, and mutual distance of the fixed points of a cluster. */
export interface SymmetricClusterPoint {
  /** J_D in [−1, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Normalised Hamming distance d in [3·10⁻⁴, 0.495]. */
  readonly distance: number;
  /** Symmetry η of the couplings, E[J_ij J_ji] = η/N, in [−0.5, 1]. */
  readonly symmetry: number;
}

/** Accuracy, and where to start. */
export interface SymmetricClusterOptions extends ReplicaOptions {
  /** A solution nearby, from which Newton starts: it changes the time, not the result. */
  readonly near?: SymmetricClusterPosition;
}

/** The unknowns of a solution. */
export interface SymmetricClusterPosition {
  /** Conjugate overlap q̂, dimensionless, > 0. */
  readonly conjugateOverlap: number;
  /** Response R of a replica to its own field, dimensionless. */
  readonly response: number;
  /** Response r between two replicas of a cluster, dimensionless. */
  readonly crossResponse: number;
  /** Number of replicas y*, in [1, 5000]. */
  readonly y: number;
}

/** The densest clusters at one distance; entropies in nats per neuron. */
export interface DensestSymmetricClusters extends SymmetricClusterPoint, SymmetricClusterPosition {
  readonly status: "ok";
  /** Mutual overlap q = 1 − 2d. */
  readonly overlap: number;
  /** Replicated free entropy φ(y*, q) = y* S*. */
  readonly phi: number;
  /** S*(d): local entropy of the densest clusters; negative where there is an overlap gap. */
  readonly localEntropy: number;
  /** Σ before the last Newton step: zero up to the residual. */
  readonly complexity: number;
  /** dS*\/dq along the curve (P14'); dS*\/dd is −2 times it. */
  readonly slope: number;
  /** ∂S*\/∂J_D at fixed distance, which is R. */
  readonly selfCouplingSlope: number;
  /** Largest residual of the saddle equations and of Σ = 0 at the finer of the two resolutions, before the last step. */
  readonly residual: number;
  /** Estimated error of localEntropy, from two resolutions. */
  readonly error: number;
  /** Evaluations of the averages, of the starting search too. */
  readonly iterations: number;
}

/** There is no zero of Σ for y in the domain, or no saddle with real fields on the way to it. */
export interface NoSymmetricClusters extends SymmetricClusterPoint {
  readonly status: "no-solution";
  readonly overlap: number;
  readonly reason: string;
  readonly residual?: undefined;
  readonly error?: undefined;
}

/** A point of a curve whose solver failed; the other points stand. */
export interface FailedSymmetricClusters extends SymmetricClusterPoint {
  readonly status: "not-converged";
  readonly overlap: number;
  readonly reason: string;
}

/** A point of a curve: the densest clusters, that there are none, or that the solver failed. */
export type SymmetricClusterResult = DensestSymmetricClusters | NoSymmetricClusters | FailedSymmetricClusters;

/** Where the search in y starts without a solution nearby. */
const coldReplicas = 4;

/** Rounding of φ/y: of the logarithms that it is a difference of. */
const roundingFloor = 4e-15;

/** Where to look for y*: a position close to it if one is known, and the y from which to search if that fails. */
interface Start {
  readonly position: SymmetricClusterPosition | null;
  readonly searchFrom: number;
}

const coldStart: Start = { position: null, searchFrom: coldReplicas };

function toInternal(problem: SymmetricProblem, near: SymmetricClusterPosition): SymmetricPosition {
  const { conjugateOverlap, response, crossResponse, y } = near;
  const tiltSquared = (problem.symmetry * crossResponse) ** 2 / problem.overlap;
  return {
    fieldVariance: conjugateOverlap - tiltSquared,
    ownResponse: response - crossResponse,
    crossResponse,
    y,
  };
}

/** S* next to a zero of Σ: φ/y is stationary in all unknowns, so that the remaining step enters squared. */
function densestAt(problem: SymmetricProblem, position: SymmetricPosition, averages: SymmetricAverages) {
  const { phi, complexity } = symmetricEntropiesAt(problem, position, averages);
  return { complexity, localEntropy: phi / position.y };
}

function solveOnce(
  point: SymmetricClusterPoint,
  resolution: number,
  start: Start,
): DensestSymmetricClusters | NoSymmetricClusters {
  const { selfCoupling, distance, symmetry } = point;
  const problem = { selfCoupling, overlap: 1 - 2 * distance, symmetry };
  const { overlap } = problem;
  const weight = symmetricWeight(overlap, resolution);
  const range = symmetricReplicaDomain.y;
  const near =
    start.position === null
      ? "no saddle found"
      : symmetricNewton(weight, problem, toInternal(problem, start.position), range);
  const root = typeof near === "string" ? searchSymmetricRoot(weight, problem, start.searchFrom) : near;
  const where = { selfCoupling, distance, symmetry, overlap };
  if (typeof root === "string") return { status: "no-solution", ...where, reason: root };
  const finer = weight.refined(weightParameters(problem, root.position));
  const fine = densestAt(problem, root.position, finer);
  const coarse = densestAt(problem, root.averagedAt, root.averages);
  const step = symmetricStep(problem, root.position, finer, range);
  const position = movedBy(root.position, step.change);
  const { y, ownResponse, crossResponse } = position;
  const conjugateOverlap = conjugateOverlapAt(problem, position);
  return {
    status: "ok",
    ...where,
    y,
    conjugateOverlap,
    response: ownResponse + crossResponse,
    crossResponse,
    phi: y * fine.localEntropy,
    localEntropy: fine.localEntropy,
    complexity: fine.complexity,
    slope: 0.5 * (y - 1) * (finer.overlapForce - conjugateOverlap),
    selfCouplingSlope: finer.response,
    residual: step.residual,
    error: Math.abs(fine.localEntropy - coarse.localEntropy) + roundingFloor * (1 + y * conjugateOverlap),
    iterations: root.iterations,
  };
}

function requireClusterDomain({ selfCoupling, distance, symmetry }: SymmetricClusterPoint): void {
  requireInside("distance", distance, symmetricReplicaDomain.distance);
  requireSymmetricDomain(selfCoupling, 1 - 2 * distance, symmetry);
}

function solveFrom(point: SymmetricClusterPoint, options: ReplicaOptions, start: Start) {
  const { selfCoupling, distance, symmetry } = point;
  const where = `densest clusters at selfCoupling ${selfCoupling}, distance ${distance}, symmetry ${symmetry}`;
  return untilAccurate((resolution) => solveOnce(point, resolution, start), where, options);
}

/**
 * The densest clusters of fixed points that exist at mutual distance d when the couplings have symmetry η: y* with
 * Σ(y*, q) = 0 and the local entropy S*(d) there, as (P14) but with the free entropy of (P23).
 *
 * $$S^*(d) = S_I(y^*, 1-2d) = \min_{y>1} \frac{\varphi(y, 1-2d)}{y}, \qquad \Sigma(y^*, 1-2d) = 0$$
 * @param point J_D in [−1, 3], d in [3·10⁻⁴, 0.495] and η in [−0.5, 1]
 * @param options resolution (default 1), tolerance on the error (default 1e−8), a solution nearby (default none)
 * @returns status "ok", or "no-solution" with a reason: Σ has no zero for y in [1, 5000], or a saddle on the way to it
 *   would need imaginary fields (q̂ < η²r²/q), as mostly at J_D < 0 and for η < 0 at some J_D above
 * @throws OutOfDomain outside these ranges; NotConverged if the tolerance cannot be met
 * @source (P23) with (P14), derived in theory/README.md
 */
export function densestSymmetricClusters(
  point: SymmetricClusterPoint,
  options: SymmetricClusterOptions = {},
): DensestSymmetricClusters | NoSymmetricClusters {
  requireClusterDomain(point);
  const { near } = options;
  if (near !== undefined) {
    requireInside("near.y", near.y, symmetricReplicaDomain.y);
    for (const key of ["conjugateOverlap", "response", "crossResponse"] as const)
      requireInside(`near.${key}`, near[key], {
        min: -Infinity,
        max: Infinity,
        openMin: true,
        openMax: true,
      });
  }
  return solveFrom(point, options, { ...coldStart, position: near ?? null });
}

/**
 * Start at `distance` from the results at larger distances: extrapolated linearly against log d/(1 − 2d), q̂ and y in
 * their logarithms. Next to a point without a solution the search starts afresh.
 */
function startFrom(previous: readonly SymmetricClusterResult[], distance: number): Start {
  const [last, beforeLast] = [previous.at(-1), previous.at(-2)];
  if (last?.status !== "ok") return coldStart;
  const near = { position: last, searchFrom: last.y };
  if (beforeLast?.status !== "ok" || beforeLast.distance === last.distance) return near;
  const scale = (d: number) => Math.log(d / (1 - 2 * d));
  const ahead =
    (scale(distance) - scale(last.distance)) / (scale(last.distance) - scale(beforeLast.distance));
  const power = (key: "conjugateOverlap" | "y") => last[key] * (last[key] / beforeLast[key]) ** ahead;
  const line = (key: "response" | "crossResponse") => last[key] + ahead * (last[key] - beforeLast[key]);
  const position = {
    conjugateOverlap: power("conjugateOverlap"),
    y: power("y"),
    response: line("response"),
    crossResponse: line("crossResponse"),
  };
  const { min, max } = symmetricReplicaDomain.y;
  return position.y >= min && position.y <= max ? { position, searchFrom: last.y } : near;
}

/**
 * S*(d) at one self-coupling and symmetry. Each distance starts from its neighbours' solutions, but is converged on its
 * own: its value does not depend on them beyond its error.
 * @param network J_D in [−1, 3] and η in [−0.5, 1]
 * @param distances distances d, dimensionless, each in [3·10⁻⁴, 0.495], in any order
 * @param options as for {@link densestSymmetricClusters}
 * @returns one result for each distance, in the order given; a solver that failed shows as status "not-converged"
 * @throws OutOfDomain if any argument is outside its range
 * @source (P23) with (P14), derived in theory/README.md
 */
export function symmetricLocalEntropyCurve(
  network: { readonly selfCoupling: number; readonly symmetry: number },
  distances: readonly number[],
  options: ReplicaOptions = {},
): SymmetricClusterResult[] {
  const { selfCoupling, symmetry } = network;
  requireSymmetricDomain(selfCoupling, 0.5, symmetry);
  for (const distance of distances) requireClusterDomain({ selfCoupling, distance, symmetry });
  requireReplicaOptions(options);
  const results = new Array<SymmetricClusterResult>(distances.length);
  const order = distances.map((_, k) => k).sort((a, b) => distances[b] - distances[a]);
  const previous: SymmetricClusterResult[] = [];
  for (const k of order) {
    const point = { selfCoupling, distance: distances[k], symmetry };
    try {
      results[k] = solveFrom(point, options, startFrom(previous, point.distance));
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      const overlap = 1 - 2 * point.distance;
      results[k] = { status: "not-converged", ...point, overlap, reason: error.message };
    }
    previous.push(results[k]);
  }
  return results;
}
