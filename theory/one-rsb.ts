/**
 * @file Free entropy of y real replicas at mutual overlap q (P9)-(P12), with local entropy, complexity, residual and an
 * error estimate from two resolutions.
 */
import { requireInside } from "./errors.ts";
import { replicaDomain, requireReplicaDomain, untilAccurate } from "./one-rsb-domain.ts";
import type { ReplicaOptions, ReplicaPoint } from "./one-rsb-domain.ts";
import { replicaWeight } from "./one-rsb-quadrature.ts";
import type { WeightAverages } from "./one-rsb-quadrature.ts";
import {
  entropiesAt,
  guessConjugateOverlap,
  roundingOf,
  saddleDerivatives,
  solveConjugateOverlap,
} from "./one-rsb-saddle.ts";

export { replicaDomain } from "./one-rsb-domain.ts";
export type { ReplicaOptions, ReplicaPoint } from "./one-rsb-domain.ts";

/** Solution of the saddle at given (J_D, q, y); entropies in nats per neuron. */
export interface ReplicatedFreeEntropy {
  /** Replicated free entropy φ(y, q) (P9), of all y replicas together. */
  readonly phi: number;
  /** Local entropy S_I (P11): fixed points of one cluster. */
  readonly localEntropy: number;
  /** Complexity Σ (P12): number of clusters. */
  readonly complexity: number;
  /** Conjugate overlap q̂ ≥ 0 at the saddle. */
  readonly conjugateOverlap: number;
  /** |⟨m²⟩ − q| (P10) at the finer of the two resolutions, before the last Newton step. */
  readonly residual: number;
  /** Estimated error of phi, localEntropy and complexity, the largest of the three, from two resolutions. */
  readonly error: number;
  /** Newton iterations in q̂. */
  readonly iterations: number;
}

function solveOnce(point: ReplicaPoint, resolution: number): ReplicatedFreeEntropy {
  const { overlap: q, y } = point;
  const weight = replicaWeight(point, resolution);
  const root = solveConjugateOverlap(weight, q, y, guessConjugateOverlap(q, y));
  const finer = weight.refined(y, root.conjugateOverlap);
  const coarse = toSaddle(q, y, root.averagedAt, root.averages);
  const fine = toSaddle(q, y, root.conjugateOverlap, finer);
  const difference = Math.max(
    Math.abs(fine.phi - coarse.phi),
    Math.abs(fine.localEntropy - coarse.localEntropy),
    Math.abs(fine.complexity - coarse.complexity),
  );
  return {
    ...fine,
    residual: Math.abs(1 - finer.spinVariance - q),
    error: difference + roundingOf(y, root.conjugateOverlap, finer),
    iterations: root.iterations,
  };
}

/** The entropies at the saddle next to q̂, to first order in the remaining step; φ is stationary in q̂. */
function toSaddle(q: number, y: number, conjugateOverlap: number, averages: WeightAverages) {
  const { phi, localEntropy, complexity } = entropiesAt(q, y, conjugateOverlap, averages);
  const slopes = saddleDerivatives(q, y, conjugateOverlap, averages);
  const step = (averages.spinVariance - 1 + q) / slopes.overlapByConjugate;
  return {
    phi,
    localEntropy: localEntropy + step * slopes.localEntropyByConjugate,
    complexity: complexity + step * slopes.complexityByConjugate,
    conjugateOverlap: conjugateOverlap + step,
  };
}

/**
 * Free entropy of y real replicas at mutual overlap q (P9), at its saddle in q̂, with local entropy (P11) and
 * complexity (P12). y = 1 gives the annealed entropy (P2) for every q, y = 2 the pair entropy (P6).
 *
 * $$\varphi(y,q) = \operatorname*{extr}_{\hat q} \left[ -\tfrac12 y(y-1)\, q \hat q - \tfrac12 y \hat q + \log \int\! Dz\,Dt\,
 * \mathcal{A}^y \right]$$
 *
 * $$\mathcal{A} = \sum_{s=\pm1} e^{s\sqrt{\hat q} z}\, \Phi\left(\frac{J_D + s\sqrt q\, t}{\sqrt{1-q}}\right)$$
 *
 * $$S_I = \partial_y \varphi, \qquad \Sigma = \varphi - y\, S_I$$
 * @param point J_D in [0, 3], q in [0.01, 0.9994], y in [1, 5000]
 * @param options resolution (default 1) and tolerance (default 1e−8)
 * @returns the saddle; entropies in nats per neuron
 * @throws OutOfDomain outside these ranges; NotConverged if the tolerance cannot be met
 */
export function replicatedFreeEntropy(
  point: ReplicaPoint,
  options: ReplicaOptions = {},
): ReplicatedFreeEntropy {
  requireReplicaDomain(point.selfCoupling, point.overlap);
  requireInside("y", point.y, replicaDomain.y);
  const where = `replicatedFreeEntropy at selfCoupling ${point.selfCoupling}, overlap ${point.overlap}, y ${point.y}`;
  return untilAccurate((resolution) => solveOnce(point, resolution), where, options);
}
