/** @file Layered networks whose replicas can be solved for: the domain of (P13) and (P14) in layers. */
import { requireInside, requireInteger } from "./errors.ts";
import type { Depth } from "./layered.ts";

/** Layers and the bonds between them. */
export interface LayeredBonds {
  /** Number of layers L, an integer from 1 to 12, or "infinite"; a single layer has no bonds. */
  readonly layers: Depth;
  /** λ in [0, 3], in standard deviations of the local field. */
  readonly ferromagneticCoupling: number;
}

/** A layered network. */
export interface LayeredNetwork extends LayeredBonds {
  /** J_D in [−3, 3], in standard deviations of the local field; the gap closes at a negative one when λ ≳ 0.4. */
  readonly selfCoupling: number;
}

/** Domain of the sums over replicas. */
export const layeredDomain = {
  selfCoupling: { min: -3, max: 3 },
  ferromagneticCoupling: { min: 0, max: 3 },
  overlap: { min: 0.01, max: 0.9994 },
  replicas: { min: 1, max: 24 },
  layers: { min: 1, max: 12 },
} as const;

/** @throws OutOfDomain unless depth and λ are in the domain */
export function requireLayeredBonds({ layers, ferromagneticCoupling }: LayeredBonds): void {
  if (layers !== "infinite")
    requireInteger("layers", layers, layeredDomain.layers.min, layeredDomain.layers.max);
  requireInside("ferromagneticCoupling", ferromagneticCoupling, layeredDomain.ferromagneticCoupling);
}

/** @throws OutOfDomain unless depth, λ and J_D are in the domain */
export function requireLayeredNetwork(network: LayeredNetwork): void {
  requireLayeredBonds(network);
  requireInside("selfCoupling", network.selfCoupling, layeredDomain.selfCoupling);
}
