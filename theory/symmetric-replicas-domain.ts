/** @file Domain of the solvers of (P23), y replicas with correlated couplings. */
import { requireInside } from "./errors.ts";
import { replicaDomain, requireReplicaDomain } from "./one-rsb-domain.ts";

/**
 * Domain of the solver at symmetry η: J_D, η; distance and y are those of independent couplings. Inside it the saddle need
 * not have real fields, without which there is no answer. On a grid of q from 0.1 to 0.99 and y from 1 to 50 it answers
 * everywhere at η ≥ 0 from J_D = 0 on (η = 1: from −0.1 on), at η = −0.25 from 0.2 on, at η = −0.5 from 0.5 on. Below
 * that, answers end first at large y, and at η > 0 at large q; of J_D below −0.3 little is left, of −1 nothing.
 */
export const symmetricReplicaDomain = {
  selfCoupling: { min: -1, max: 3 },
  symmetry: { min: -0.5, max: 1 },
  distance: replicaDomain.distance,
  y: replicaDomain.y,
} as const;

/** @throws OutOfDomain unless the three are in the domain of the solver */
export function requireSymmetricDomain(selfCoupling: number, overlap: number, symmetry: number): void {
  requireInside("selfCoupling", selfCoupling, symmetricReplicaDomain.selfCoupling);
  requireInside("symmetry", symmetry, symmetricReplicaDomain.symmetry);
  requireReplicaDomain(replicaDomain.selfCoupling.min, overlap);
}
