/** @file Which theory an ensemble needs: that of correlated couplings or that of layers; none has both. */
import { OutOfDomain } from "../../theory/errors.ts";
import type { Depth, EnsembleFields } from "./rows-beyond.ts";

/** One layer of correlated couplings. */
export interface SymmetricEnsemble {
  /** η, dimensionless, −1..1. */
  readonly symmetry: number;
}

/** Layers of independent couplings with ferromagnetic bonds. */
export interface LayeredEnsemble {
  /** Number of layers, an integer ≥ 1, or "infinite". */
  readonly layers: Depth;
  /** λ ≥ 0. */
  readonly ferromagneticCoupling: number;
}

/** An ensemble that a theory covers. */
export type TheoryEnsemble = SymmetricEnsemble | LayeredEnsemble;

/** True of an ensemble of layers. */
export const isLayered = (ensemble: TheoryEnsemble): ensemble is LayeredEnsemble => "layers" in ensemble;

/**
 * The ensemble with the fields that its theory needs.
 * @param fields one layer, symmetry 0 and λ = 0 where left out
 * @throws OutOfDomain where symmetry is given with two layers or more, or λ without layers
 */
export function theoryEnsemble({ symmetry, layers, ferromagneticCoupling }: EnsembleFields): TheoryEnsemble {
  if (layers === undefined) {
    if (ferromagneticCoupling !== undefined)
      throw new OutOfDomain("a ferromagnetic coupling needs layers, two or more");
    return { symmetry: symmetry ?? 0 };
  }
  if (symmetry !== undefined && layers === 1) return { symmetry };
  if (symmetry !== undefined)
    throw new OutOfDomain(
      "theory has symmetric couplings in one layer only: give symmetry or layers, not both",
    );
  return { layers, ferromagneticCoupling: ferromagneticCoupling ?? 0 };
}

/** Which solver an ensemble needs: its time differs by far. */
export function theoryOf(ensemble: TheoryEnsemble): "symmetric" | "few" | "infinite" {
  if (!isLayered(ensemble)) return "symmetric";
  return ensemble.layers === "infinite" ? "infinite" : "few";
}
