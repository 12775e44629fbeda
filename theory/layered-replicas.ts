/**
 * @file Free entropy of y replicas of a layered network, y an integer: the replicas have mutual overlap q_l in layer l.
 * Columns of neurons are chains, and their sums are exact but for one integral a layer (P13).
 */
import { NotConverged, OutOfDomain, requireInside, requireInteger } from "./errors.ts";
import { layeredDomain, requireLayeredNetwork } from "./layered-domain.ts";
import type { LayeredNetwork } from "./layered-domain.ts";
import { freeEntropyAt, replicatedChain, solveConjugates } from "./layered-replicas-saddle.ts";

export { layeredDomain } from "./layered-domain.ts";
export type { LayeredBonds, LayeredNetwork } from "./layered-domain.ts";

/** A layered network and y replicas of it. */
export interface LayeredReplicaPoint extends LayeredNetwork {
  /** Overlap q in [0.01, 0.9994] of the replicas in every layer; or give `overlaps`. */
  readonly overlap?: number;
  /** Overlap q_l of each layer in [0.01, 0.9994]; for an open chain. */
  readonly overlaps?: readonly number[];
  /** Number of replicas y, an integer from 1 to 24. */
  readonly replicas: number;
}

/** Free entropy of y replicas. */
export interface LayeredFreeEntropy {
  /** φ = (1/LN) log E[number of groups], nats per neuron, of all y replicas together. */
  readonly phi: number;
  /** Conjugate overlap q̂_l of each layer, one for the chain without end; 0 at y = 1, where it is not determined. */
  readonly conjugateOverlaps: readonly number[];
  /**
   * Largest violation of ⟨M_l²⟩ = y + y(y−1) q_l, divided by y(y−1); 0 where ⟨M²⟩ of the chain without end jumps over it
   * within the rounding of q̂, as states of locked layers coexist.
   */
  readonly residual: number;
  /** Estimated error of phi, from two resolutions, and from the rounding of q̂ at a jump. */
  readonly error: number;
}

/** Resolution for the error estimate. */
const refinement = 1.4;

/** Largest error and residual that are returned; both are usually near 1e−14. */
const tolerance = 1e-9;

/** Room for the rounding of q = 1 − 2d at the ends of the domain. */
const overlapRounding = 1e-12;

/** Rounding of log Z for a replica. */
const roundingFloor = 1e-15;

function requireOverlaps({ layers, overlap, overlaps }: LayeredReplicaPoint): readonly number[] {
  if ((overlap === undefined) === (overlaps === undefined))
    throw new OutOfDomain("give either overlap or overlaps, not both");
  const count = layers === "infinite" ? 1 : layers;
  const all = overlaps ?? Array.from({ length: count }, () => overlap!);
  if (all.length !== count) throw new OutOfDomain(`overlaps must have ${count} entries, got ${all.length}`);
  const { min, max } = layeredDomain.overlap;
  for (const q of all)
    requireInside("overlap", q, { min: min - overlapRounding, max: max + overlapRounding });
  return all;
}

/**
 * Free entropy of y replicas of a layered network at mutual overlap q_l in layer l: (1/LN) times the logarithm of the
 * mean number of ordered groups of y fixed points. With s^{l,a} the spin of replica a in layer l, M_l their sum over a
 * and b_{l,a} the sum of its neighbours s^{l−1,a} + s^{l+1,a}:
 *
 * $$\varphi = \frac1L \operatorname*{extr}_{\hat q} \left[ -\tfrac12 \sum_l \hat q_l\, y\,(1 + (y-1) q_l) + \log \sum_{s}
 * \prod_l e^{\hat q_l M_l^2/2} \int\! Dt \prod_a \Phi\left(\frac{J_D + s^{l,a}(\sqrt{q_l}\, t + \lambda b_{l,a})}{\sqrt{1-q_l}}
 * \right) \right]$$
 *
 * y = 1 gives (P24) and (P26) for every overlap, λ = 0 gives (P13).
 * @param point depth, λ, J_D, overlap (or overlaps, one a layer) and the number of replicas
 * @returns φ in nats per neuron, with the conjugate overlaps
 * @throws OutOfDomain outside the ranges of {@link LayeredReplicaPoint}; NotConverged if the saddle or the eigenvector
 *   of the chain without end is not found
 * @source (P13) with columns of neurons in place of single ones
 */
export function layeredFreeEntropy(point: LayeredReplicaPoint): LayeredFreeEntropy {
  requireLayeredNetwork(point);
  requireInteger("replicas", point.replicas, layeredDomain.replicas.min, layeredDomain.replicas.max);
  const complete = { ...point, overlaps: requireOverlaps(point) };
  const chain = replicatedChain(complete, 1);
  const conjugates = solveConjugates(chain);
  const { phi, residual, jumpError } = freeEntropyAt(chain, conjugates);
  const finer = freeEntropyAt(replicatedChain(complete, refinement), conjugates);
  const error = Math.abs(finer.phi - phi) + jumpError + roundingFloor * (1 + point.replicas);
  if (!(error < tolerance && residual < tolerance))
    throw new NotConverged(
      `layeredFreeEntropy at selfCoupling ${point.selfCoupling}, overlaps ${complete.overlaps.join(", ")}, replicas ${point.replicas}: error ${error}, residual ${residual}`,
    );
  return { phi, conjugateOverlaps: conjugates.slice(0, complete.overlaps.length), residual, error };
}
