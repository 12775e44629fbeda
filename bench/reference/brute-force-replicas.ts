/**
 * @file Readable reference for (P9): φ(y, q) at a given conjugate overlap by one uniform trapezoid in (z, t), fine
 * enough for the sharpest feature everywhere. Slow and plain; the solver is timed and checked against it.
 */
import { logNormalCdf } from "../../theory/normal.ts";

/** A point at which φ is evaluated: J_D, q, y and the conjugate overlap q̂. */
export interface BruteForcePoint {
  readonly selfCoupling: number;
  readonly overlap: number;
  readonly y: number;
  readonly conjugateOverlap: number;
}

/** Half-width of the t integral, and of the z integral beyond its peaks at ±y√q̂. */
const halfWidth = 10;

/** Step in z, and in t in units of the width of the narrowest feature. */
const step = 0.35;

/** φ(y, q) at q̂ (P9), nats; relative accuracy about 1e−12. */
export function bruteForcePhi({
  selfCoupling,
  overlap: q,
  y,
  conjugateOverlap: qHat,
}: BruteForcePoint): number {
  const x = Math.sqrt(qHat);
  const sharpest = 1 / Math.sqrt(1 + (y * q) / (1 - q));
  const tStep = step * sharpest;
  const zReach = y * x + halfWidth;
  let largest = -Infinity;
  let sum = 0;
  for (let t = -halfWidth; t <= halfWidth; t += tStep) {
    const plus = logNormalCdf((selfCoupling + Math.sqrt(q) * t) / Math.sqrt(1 - q));
    const minus = logNormalCdf((selfCoupling - Math.sqrt(q) * t) / Math.sqrt(1 - q));
    for (let z = -zReach; z <= zReach; z += step) {
      const up = x * z + plus;
      const down = -x * z + minus;
      const logA = Math.max(up, down) + Math.log1p(Math.exp(-Math.abs(up - down)));
      const exponent = y * logA - 0.5 * (z * z + t * t);
      if (exponent > largest) {
        sum = sum * Math.exp(largest - exponent) + 1;
        largest = exponent;
      } else sum += Math.exp(exponent - largest);
    }
  }
  const logIntegral = largest + Math.log((sum * tStep * step) / (2 * Math.PI));
  return -0.5 * y * (y - 1) * q * qHat - 0.5 * y * qHat + logIntegral;
}
