/**
 * @file One saddle of (P28) at given mutual overlap: its domain, its solution from a search or a nearby position, and its
 * values with their error estimate. What users call is in centred.ts and centred-branches.ts.
 */
import { centredWeight } from "./centred-quadrature.ts";
import type { CentredPosition, CentredWeight } from "./centred-quadrature.ts";
import {
  centredEntropiesAt,
  centredRounding,
  centredStep,
  couplingSlope,
  followCentredSaddle,
  residualOf,
  searchCentredSaddle,
} from "./centred-saddle.ts";
import type { CentredRoot } from "./centred-saddle.ts";
import { NotConverged } from "./errors.ts";
import { replicaDomain } from "./one-rsb-domain.ts";
import { replicaWeight } from "./one-rsb-quadrature.ts";
import { guessConjugateOverlap, solveConjugateOverlap } from "./one-rsb-saddle.ts";

/** y replicas with one centre, at mutual overlap q. */
export interface CentredPoint {
  /** J_D in [0, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Number of replicas in [1, 1000], not necessarily an integer. */
  readonly y: number;
  /** Mutual overlap q of the replicas of one centre, in [10⁻⁵, 0.9994]. */
  readonly overlap: number;
}

/** A saddle of (P28); entropies in nats per neuron. */
export interface CentredReplicas extends CentredPoint {
  /** Local entropy ∂φ_c/∂y − γ⟨cσ⟩: fixed points at the overlap ⟨cσ⟩ with a centre. */
  readonly localEntropy: number;
  /**
   * Entropy of centres φ_c − y ∂φ_c/∂y: log of the number of centres with that local entropy. Negative where typically
   * none exists; at most log 2 on stable branches, where dγ/dq > 0.
   */
  readonly complexity: number;
  /** φ_c(y, γ), of all y replicas and the centre. */
  readonly freeEntropy: number;
  /** Coupling γ ≥ 0 to the centre. */
  readonly coupling: number;
  /** ⟨cσ⟩, overlap of a replica with its centre. */
  readonly centreOverlap: number;
  /** Conjugate overlap q̂. */
  readonly conjugateOverlap: number;
  /**
   * dγ/dq at fixed (J_D, y). Where it is positive φ_c is a local maximum in q, and the replicas follow as γ is raised;
   * where it is negative a minimum, a barrier towards replicas that all coincide.
   */
  readonly couplingSlope: number;
  /** Larger of |⟨m²⟩ − q| and |⟨L²⟩ − q̂| at the finer of two resolutions, before the last Newton step. */
  readonly residual: number;
  /** Estimated error of localEntropy, complexity and freeEntropy/y, the largest, from two resolutions and rounding. */
  readonly error: number;
  /** Evaluations of the averages. */
  readonly iterations: number;
}

/** Domain of the centred solver. */
export const centredDomain = {
  selfCoupling: replicaDomain.selfCoupling,
  overlap: { min: 1e-5, max: 0.9994 },
  y: { min: 1, max: 1000 },
} as const;

/** Where the search starts, in parts of q̂ of (P9) and of the γ of free spins, atanh √q. */
const startFraction = { conjugateOverlap: 0.6, coupling: 0.5 };

/**
 * γ² grows with the part by which ⟨L²⟩ is below q̂ at γ = 0. Below this part, γ of order 10⁻⁶, it would drown in
 * rounding, and the end of the curve γ(q) counts as reached.
 */
const smallestDeficit = 1e-11;

/** A saddle with the weight it belongs to. */
export interface CentredSolution {
  readonly weight: CentredWeight;
  readonly root: CentredRoot;
}

/**
 * The saddle at one point, from a nearby position if there is one, else by a search.
 * @returns null where no γ > 0 has this overlap: at the saddle of (P9), which is γ = 0, the free entropy grows with q
 * @throws NotConverged if the search fails
 */
export function solveCentred(
  { selfCoupling, y, overlap }: CentredPoint,
  resolution: number,
  near: CentredPosition | null,
): CentredSolution | null {
  const parameters = { selfCoupling, overlap };
  const weight = centredWeight(parameters, y, resolution);
  const followed = near === null ? null : followCentredSaddle(weight, overlap, near);
  if (followed !== null) return { weight, root: followed };
  const guess = guessConjugateOverlap(overlap, y);
  const apart = solveConjugateOverlap(replicaWeight(parameters, resolution), overlap, y, guess);
  if (!(apart.averages.overlapForce < (1 - smallestDeficit) * apart.conjugateOverlap)) return null;
  const root = searchCentredSaddle(weight, overlap, apart.conjugateOverlap, {
    conjugateOverlap: startFraction.conjugateOverlap * apart.conjugateOverlap,
    coupling: startFraction.coupling * Math.atanh(Math.sqrt(overlap)),
  });
  return { weight, root: { ...root, iterations: root.iterations + apart.iterations } };
}

/** Values at a saddle with their quality. */
export function describeCentred(point: CentredPoint, { weight, root }: CentredSolution): CentredReplicas {
  const { y, overlap: q } = point;
  const { position, averagedAt } = root;
  const finer = weight.refined(position);
  const step = centredStep(q, position, finer);
  const fine = centredEntropiesAt(q, y, position, finer, step);
  const coarseStep = centredStep(q, averagedAt, root.averages);
  const coarse = centredEntropiesAt(q, y, averagedAt, root.averages, coarseStep);
  const difference = Math.max(
    Math.abs(fine.localEntropy - coarse.localEntropy),
    Math.abs(fine.complexity - coarse.complexity),
    Math.abs(fine.freeEntropy - coarse.freeEntropy) / y,
  );
  return {
    ...point,
    ...fine,
    coupling: position.coupling + step.coupling,
    centreOverlap:
      finer.centreOverlap +
      finer.byConjugate.centreOverlap * step.conjugateOverlap +
      finer.byCoupling.centreOverlap * step.coupling,
    conjugateOverlap: position.conjugateOverlap + step.conjugateOverlap,
    couplingSlope: couplingSlope(q, position, finer),
    residual: residualOf(q, position, finer),
    error: difference + centredRounding(q, y, position, finer),
    iterations: root.iterations,
  };
}

/** Runs a solver; a NotConverged from inside it is told with the input. */
export function namingInput<T>(where: string, solve: () => T): T {
  try {
    return solve();
  } catch (error) {
    if (!(error instanceof NotConverged) || error.message.startsWith(where)) throw error;
    throw new NotConverged(`${where}: ${error.message}`);
  }
}
