/** @file The centre of y replicas at one neuron (P20): what it adds to the local entropy, and the overlaps that it makes. */
import { logTwoCosh, throughBond } from "../kernels/belief.ts";
import type { ProtocolPoint } from "./protocols.ts";

/** Defaults of a run along a protocol: a point need not be solved to the end before the next one. */
export const focusDefaults = { damping: 0.5, maxIterations: 20, tolerance: 1e-4 };

/** What the centre of one neuron adds to the local entropy, and the overlaps of its spins. */
export interface CentreOfNeuron {
  readonly entropy: number;
  /** ⟨cs⟩. */
  readonly centreOverlap: number;
  /** ⟨s^a s^b⟩. */
  readonly overlap: number;
}

/**
 * What centre and bond of one neuron add to ∂/∂y of the Bethe free entropy less γ⟨cs⟩, with overlaps. With the field H of
 * the factors, η = K_γ(H) is what a replica sends to the centre, ζ = (y−1)η what the other replicas tell it, and the
 * centre, the bond and their edges come to ½[log 2cosh(ζ+γ) + log 2cosh(ζ−γ)] − log 2cosh(yη) + η tanh(yη). Given c the
 * replicas are independent, each with field H + γc; c has the weight (2cosh(H + γc))^y.
 */
export function centreOf(field: number, { replicas, bond }: ProtocolPoint): CentreOfNeuron {
  const toCentre = throughBond(field, bond);
  const rest = (replicas - 1) * toCentre;
  const centre = toCentre * Math.tanh(replicas * toCentre) - logTwoCosh(replicas * toCentre);
  // At γ = ∞ spin and centre are one: the bond's weight and γ⟨cs⟩ cancel.
  if (bond === Infinity) return { entropy: centre, centreOverlap: 1, overlap: 1 };
  const parallel = logTwoCosh(field + rest) + bond;
  const opposite = logTwoCosh(field - rest) - bond;
  const centreOverlap = Math.tanh(0.5 * (parallel - opposite));
  const link = 0.5 * (logTwoCosh(rest + bond) + logTwoCosh(rest - bond));
  const up = Math.tanh(field + bond) ** 2;
  const down = Math.tanh(field - bond) ** 2;
  const overlap = 0.5 * (up + down + Math.tanh(replicas * toCentre) * (up - down));
  return { entropy: centre + link - bond * centreOverlap, centreOverlap, overlap };
}
