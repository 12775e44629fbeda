/**
 * @file Free entropy of y real replicas at mutual overlap q when the couplings have symmetry η (P23), with local entropy,
 * complexity, the responses, residual and an error estimate from two resolutions.
 */
import { NotConverged, requireInside } from "./errors.ts";
import { untilAccurate } from "./one-rsb-domain.ts";
import type { ReplicaOptions, ReplicaPoint } from "./one-rsb-domain.ts";
import { symmetricWeight } from "./symmetric-replicas-averages.ts";
import { requireSymmetricDomain, symmetricReplicaDomain } from "./symmetric-replicas-domain.ts";
import {
  conjugateOverlapAt,
  movedBy,
  symmetricEntropiesAt,
  symmetricRounding,
  symmetricStep,
  weightParameters,
} from "./symmetric-replicas-saddle.ts";
import { followSymmetry } from "./symmetric-replicas-search.ts";

export { symmetricReplicaDomain } from "./symmetric-replicas-domain.ts";

/** y replicas at mutual overlap q, self-coupling J_D in [−1, 3] and symmetry η. */
export interface SymmetricReplicaPoint extends ReplicaPoint {
  /** Symmetry η of the couplings, E[J_ij J_ji] = η/N, in [−0.5, 1]. */
  readonly symmetry: number;
}

/** Solution of the saddle at given (J_D, η, q, y); entropies in nats per neuron. */
export interface SymmetricFreeEntropy {
  /** Replicated free entropy φ(y, q) (P23), of all y replicas together. */
  readonly phi: number;
  /** Local entropy S_I = ∂φ/∂y: fixed points of one cluster. */
  readonly localEntropy: number;
  /** Complexity Σ = φ − y S_I: number of clusters. */
  readonly complexity: number;
  /** Conjugate overlap q̂ at the saddle, dimensionless. */
  readonly conjugateOverlap: number;
  /** Response R of a replica to its own field, dimensionless. */
  readonly response: number;
  /** Response r between two replicas, dimensionless. */
  readonly crossResponse: number;
  /** Largest residual of the saddle equations at the finer of the two resolutions, before the last Newton step. */
  readonly residual: number;
  /** Estimated error of phi, localEntropy and complexity, the largest of the three, from two resolutions. */
  readonly error: number;
  /** Newton iterations, of the last step along the path in η and those before it. */
  readonly iterations: number;
}

function solveOnce(point: SymmetricReplicaPoint, resolution: number, where: string): SymmetricFreeEntropy {
  const { overlap, y } = point;
  const weight = symmetricWeight(overlap, resolution);
  const root = followSymmetry(weight, point, y);
  if (typeof root === "string") throw new NotConverged(`${where}: ${root}`);
  const finer = weight.refined(weightParameters(point, root.position));
  const fine = symmetricEntropiesAt(point, root.position, finer);
  const coarse = symmetricEntropiesAt(point, root.averagedAt, root.averages);
  const step = symmetricStep(point, root.position, finer, "fixed");
  const position = movedBy(root.position, step.change);
  // φ is stationary, so that S_I moves by −1/y of what Σ does.
  const complexity = fine.complexity + step.complexityChange;
  const localEntropy = fine.localEntropy - step.complexityChange / y;
  const difference = Math.max(
    Math.abs(fine.phi - coarse.phi),
    Math.abs(fine.localEntropy - coarse.localEntropy),
    Math.abs(fine.complexity - coarse.complexity),
  );
  return {
    phi: fine.phi,
    localEntropy,
    complexity,
    conjugateOverlap: conjugateOverlapAt(point, position),
    response: position.ownResponse + position.crossResponse,
    crossResponse: position.crossResponse,
    residual: step.residual,
    error: difference + symmetricRounding(position, finer),
    iterations: root.iterations,
  };
}

/**
 * Free entropy of y real replicas at mutual overlap q when E[J_ij J_ji] = η/N, at its saddle in (q̂, R, r), with local
 * entropy and complexity. η = 0 gives (P9), y = 1 the annealed entropy (P22) for every q.
 *
 * $$\varphi(y,q) = \operatorname*{extr}_{\hat q, R, r} \Bigl[ -\tfrac12 y(y-1)\, q \hat q - \tfrac12 y \hat q -
 * \tfrac12 \eta \bigl(y R^2 + y(y-1) r^2\bigr) + \log \int\! Dz\,Dt\, \mathcal{A}^y \Bigr]$$
 *
 * $$\mathcal{A} = \sum_{s=\pm1} e^{s(\sqrt{\tilde q} z + \beta t)}\, \Phi\left(\frac{J + s\sqrt q\, t}{\sqrt{1-q}}\right),
 * \quad J = J_D + \eta(R - r), \quad \beta = \frac{\eta r}{\sqrt q}, \quad \tilde q = \hat q - \beta^2$$
 * @param point J_D in [−1, 3], q in [0.01, 0.9994], y in [1, 5000], η in [−0.5, 1]
 * @param options resolution (default 1) and tolerance (default 1e−8)
 * @returns the saddle; entropies in nats per neuron
 * @throws OutOfDomain outside these ranges; NotConverged if the tolerance cannot be met, or the saddle has q̂ < β² and
 *   so no real fields: in most of the range at J_D < 0, and at η < 0 and large y also above, as at η = −0.5, q = 0.3,
 *   J_D = 0.1, y = 7; {@link symmetricReplicaDomain} says where it answers
 * @source (P23), derived in theory/README.md
 */
export function symmetricFreeEntropy(
  point: SymmetricReplicaPoint,
  options: ReplicaOptions = {},
): SymmetricFreeEntropy {
  const { selfCoupling, overlap, y, symmetry } = point;
  requireSymmetricDomain(selfCoupling, overlap, symmetry);
  requireInside("y", y, symmetricReplicaDomain.y);
  const where = `symmetricFreeEntropy at selfCoupling ${selfCoupling}, overlap ${overlap}, y ${y}, symmetry ${symmetry}`;
  return untilAccurate((resolution) => solveOnce(point, resolution, where), where, options);
}
