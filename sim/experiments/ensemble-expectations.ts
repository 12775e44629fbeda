/** @file Exact finite-N means of the number of fixed points of an ensemble and of their ordered pairs at each distance. */
import { expectedCount } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { expectedLayeredCount } from "../../theory/layered.ts";
import { expectedPairs } from "../../theory/pairs.ts";
import { expectedSymmetricPairs } from "../../theory/symmetric-finite-pairs.ts";
import { expectedSymmetricCount } from "../../theory/symmetric-finite.ts";
import type { Ensemble } from "../instance/ensemble.ts";
import { orElseNotConverged } from "./experiment.ts";

/** An ensemble at one self-coupling. */
export interface EnsemblePoint extends Ensemble {
  /** J_D ≥ 0, at most 3 beyond one asymmetric layer. */
  readonly selfCoupling: number;
}

/**
 * Refuses ensembles whose mean number of fixed points is not known exactly.
 * @throws OutOfDomain where more than one layer has symmetric couplings
 */
export function requireExpectation({ symmetry = 0, layers = 1 }: Omit<Ensemble, "n">): void {
  if (symmetry !== 0 && layers > 1)
    throw new OutOfDomain(
      `exact means are known for symmetry in one layer or for layers without it, got symmetry ${symmetry} with ${layers} layers`,
    );
}

/**
 * Mean number of fixed points of the whole network.
 * @source (P3), (P22) at finite N, (P26)
 */
export function expectedEnsembleCount(point: EnsemblePoint): number {
  requireExpectation(point);
  const { n, selfCoupling, symmetry = 0, layers = 1, ferromagneticCoupling = 0 } = point;
  if (layers > 1) return expectedLayeredCount({ n, layers, ferromagneticCoupling, selfCoupling });
  return symmetry === 0
    ? expectedCount(n, selfCoupling)
    : expectedSymmetricCount({ n, selfCoupling, symmetry });
}

/**
 * Mean number of ordered pairs at each Hamming distance of the whole network, 0..n·layers; null for layers, whose pairs
 * have a distance of their own in each, and where the integral of (P23) does not converge (η near ±1 at N from 3 to 6).
 * @source (P6'), (P23) at finite N
 */
export function expectedEnsemblePairs(point: EnsemblePoint): readonly (number | null)[] {
  requireExpectation(point);
  const { n, selfCoupling, symmetry = 0, layers = 1 } = point;
  const unknown = Array.from({ length: n * layers + 1 }, () => null);
  if (layers > 1) return unknown;
  if (symmetry === 0) return unknown.map((_, distance) => expectedPairs({ n, selfCoupling, distance }).mean);
  return orElseNotConverged<readonly (number | null)[]>(
    () => expectedSymmetricPairs({ n, selfCoupling, symmetry }),
    () => unknown,
  );
}
