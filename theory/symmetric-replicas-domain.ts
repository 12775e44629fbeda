/** @file Domain of the solvers of (P23), y replicas with correlated couplings. */
import { requireInside } from "./errors.ts";
import { replicaDomain, requireReplicaDomain } from "./one-rsb-domain.ts";

/** Domain of the solver at symmetry η: J_D, η; distance and y are those of independent couplings. */
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
