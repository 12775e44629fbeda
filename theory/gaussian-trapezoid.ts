/**
 * @file Trapezoid rule for the Gaussian measure Dz. For analytic integrands it converges exponentially in the ratio of
 * the step to the distance of the nearest singularity, however sharp the integrand is: the step is the caller's choice.
 */
import { requireInside } from "./errors.ts";
import { normalPdf } from "./normal.ts";
import type { QuadratureRule } from "./quadrature.ts";

/** Half-width: the measure left out on each side is below 1e−18. */
const halfWidth = 8.8;

/** Largest useful step: the error from the Gaussian itself, 2e^{−2π²/h²}, is then below 1e−32. */
const largestStep = 0.5;

/** Smallest step, as a bound on the size of the rule. */
const smallestStep = 1e-5;

/**
 * ∫Dz f(z) with Dz = φ(z)dz on equidistant nodes, symmetric about 0 (0 is a node), ascending.
 * @param resolution scale on which f varies; steps above 0.5 are reduced to 0.5
 * @throws OutOfDomain if resolution is not at least 1e−5
 */
export function gaussianTrapezoid(resolution: number): QuadratureRule {
  requireInside("resolution", resolution, { min: smallestStep, max: Infinity });
  const step = Math.min(resolution, largestStep);
  const half = Math.ceil(halfWidth / step);
  const nodes = Float64Array.from({ length: 2 * half + 1 }, (_, k) => (k - half) * step);
  return { nodes, weights: nodes.map((z) => step * normalPdf(z)) };
}
