/** @file Which random networks a row or a task is about, beyond one asymmetric layer. */
import type { Ensemble } from "../instance/ensemble.ts";

/** Number of layers of a chain with open ends, or the chain without end. */
export type Depth = number | "infinite";

/** Which random networks a row is about; a field that is left out has the value of one asymmetric layer. */
export interface EnsembleFields {
  /** Symmetry η of the couplings, E[J_ij J_ji] = η/N, −1..1; 0 where left out. */
  readonly symmetry?: number;
  /** Number of layers; 1 where left out. */
  readonly layers?: Depth;
  /** Ferromagnetic coupling λ between the same neuron of neighbouring layers, ≥ 0; 0 where left out. */
  readonly ferromagneticCoupling?: number;
}

/** The same of networks that can be drawn: of a finite number of layers. */
export type SimulatedFields = Omit<Ensemble, "n">;

/**
 * The fields in which an ensemble differs from one asymmetric layer. Tasks and rows hold no others, so that those of one
 * asymmetric layer are what they were before there were ensembles.
 * @param fields any object with fields of an ensemble; others are not looked at
 */
export function distinguishingFields(fields: SimulatedFields): SimulatedFields;
export function distinguishingFields(fields: EnsembleFields): EnsembleFields;
export function distinguishingFields({
  symmetry = 0,
  layers = 1,
  ferromagneticCoupling = 0,
}: EnsembleFields): EnsembleFields {
  return {
    ...(symmetry === 0 ? {} : { symmetry }),
    ...(layers === 1 ? {} : { layers }),
    ...(ferromagneticCoupling === 0 ? {} : { ferromagneticCoupling }),
  };
}

/** A text that is the same for the rows of one ensemble, and different for those of different ones. */
export const ensembleKey = (fields: EnsembleFields): string => JSON.stringify(distinguishingFields(fields));
