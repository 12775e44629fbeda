/**
 * @file Protocols of focusing belief propagation (P20): lists of points (y, γ) along which replicas are drawn together
 * around their centre.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import { MOST_REPLICAS, STRONGEST_BOND } from "./belief-propagation.ts";

/** A point of a protocol: y replicas, each bound to the centre by γ. */
export interface ProtocolPoint {
  /** Number of replicas y, from 1 to 10⁹, not necessarily an integer. */
  readonly replicas: number;
  /** Bond γ in [0, 30], or ∞. */
  readonly bond: number;
}

/** Points in the order in which they are visited. */
export type Protocol = readonly ProtocolPoint[];

/** Names of the protocols that are built in. */
export const protocolNames = ["scoping", "pseudo-reinforcement", "reinforcement"] as const;

/** Name of a protocol. */
export type ProtocolName = (typeof protocolNames)[number];

/** Most points of a protocol. */
const mostSteps = 1e6;

/** How the bond grows at a fixed number of replicas. */
export interface ScopingOptions {
  /** Number of replicas y, from 1 to 10⁹; default 10. */
  readonly replicas?: number;
  /** Last bond γ in (0, 30], dimensionless; default 1.2. */
  readonly lastBond?: number;
  /** Number of points, at least 2; default 61. */
  readonly steps?: number;
}

/**
 * Scoping: y fixed, γ from 0 to `lastBond` in equal steps.
 * @param options replicas, last bond and steps; see {@link ScopingOptions}
 * @throws OutOfDomain on an option outside what is documented
 * @source Baldassi et al., PNAS 113, E7655 (2016)
 */
export function scoping({ replicas = 10, lastBond = 1.2, steps = 61 }: ScopingOptions = {}): Protocol {
  requireInside("replicas", replicas, { min: 1, max: MOST_REPLICAS });
  requireInside("lastBond", lastBond, { min: 0, max: STRONGEST_BOND, openMin: true });
  requireInteger("steps", steps, 2, mostSteps);
  return Array.from({ length: steps }, (_, k) => ({ replicas, bond: (lastBond * k) / (steps - 1) }));
}

/** How replicas and bond grow together. */
export interface PseudoReinforcementOptions {
  /** Exponent x in (0, ½]; default ½. Towards 0 it becomes standard reinforcement. */
  readonly exponent?: number;
  /** Number of points, at least 1; default 100. */
  readonly steps?: number;
}

/**
 * Pseudo-reinforcement: γ = atanh ρ^x and y = 1 + ρ^{1−2x}/(1−ρ), ρ = 0, 1/steps, ..., 1 − 1/steps (Baldassi et al., PNAS
 * 113, E7655, 2016).
 * @param options exponent and steps; see {@link PseudoReinforcementOptions}
 * @throws OutOfDomain on an option outside what is documented
 * @source Baldassi et al., PNAS 113, E7655 (2016)
 */
export function pseudoReinforcement({
  exponent = 0.5,
  steps = 100,
}: PseudoReinforcementOptions = {}): Protocol {
  requireInside("exponent", exponent, { min: 0, max: 0.5, openMin: true });
  requireInteger("steps", steps, 1, mostSteps);
  return Array.from({ length: steps }, (_, k) => {
    const rho = k / steps;
    return { replicas: 1 + rho ** (1 - 2 * exponent) / (1 - rho), bond: Math.atanh(rho ** exponent) };
  });
}

/**
 * Standard reinforcement: γ = ∞ and y = 1/(1−ρ), ρ = 0, 1/steps, ..., 1 − 1/steps. The field on a neuron is y times that
 * of its factors.
 * @param options steps: number of points, at least 1; default 200
 * @throws OutOfDomain if steps is anything else
 * @source Braunstein & Zecchina, Phys. Rev. Lett. 96, 030201 (2006), as limit γ → ∞ of (P20)
 */
export function reinforcement({ steps = 200 }: { readonly steps?: number } = {}): Protocol {
  requireInteger("steps", steps, 1, mostSteps);
  return Array.from({ length: steps }, (_, k) => ({ replicas: steps / (steps - k), bond: Infinity }));
}

/**
 * A protocol by name with its defaults.
 * @param name one of {@link protocolNames}
 * @param options replicas: number of replicas y of scoping, from 1 to 10⁹, default 10; not used by the
 *   others, whose y follows from ρ
 * @throws OutOfDomain if there is no protocol of this name
 * @source {@link scoping}, {@link pseudoReinforcement}, {@link reinforcement}
 */
export function protocolOf(
  name: ProtocolName,
  { replicas = 10 }: { readonly replicas?: number } = {},
): Protocol {
  switch (name) {
    case "scoping":
      return scoping({ replicas });
    case "pseudo-reinforcement":
      return pseudoReinforcement();
    case "reinforcement":
      return reinforcement();
    default:
      name satisfies never;
      throw new OutOfDomain(`protocol must be ${protocolNames.join(", ")}, got ${String(name)}`);
  }
}
