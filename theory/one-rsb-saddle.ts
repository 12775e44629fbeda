/**
 * @file The saddle of (P9) in q̂ at fixed y: entropies and derivatives from the averages over 𝒜^y, and the root of
 * ⟨m²⟩ = q (P10).
 *
 * Notation: q overlap, q̂ conjugate overlap, y number of replicas, m as in (P10).
 */
import { NotConverged } from "./errors.ts";
import type { ReplicaWeight, WeightAverages } from "./one-rsb-quadrature.ts";

/** Newton is quadratic: after a step in log q̂ or log y below this, the next is below rounding. */
export const lastStep = 1e-9;

/** Largest step in log q̂ or log y. */
const longestStep = 1.5;

/** Iterations of the bracketed Newton in log q̂; bisection alone would need about 60. */
const maxIterations = 100;

/** Above y q̂ = 60 every spin is frozen to 1 − m² < e^{−60}: no root beyond, and exponents stay in range. */
export const largestTilt = 60;

/** Rounding of a sum of about 10⁴ terms, relative to the largest of the quantities that are added. */
const roundingFloor = 4e-15;

/**
 * Rounding of Σ in units of y²: exponents y log 𝒜 carry y·10⁻¹⁶, which moves the saddle, and Σ has another factor y.
 * Measured on random points, where it is at most half of this.
 */
const complexityRounding = 3e-17;

/** φ (P9), S_I (P11) and Σ (P12) from the averages at (y, q̂), not necessarily at the saddle. */
export function entropiesAt(
  q: number,
  y: number,
  conjugateOverlap: number,
  { logPartition, logSite }: WeightAverages,
): { phi: number; localEntropy: number; complexity: number } {
  const phi = -0.5 * y * conjugateOverlap * ((y - 1) * q + 1) + logPartition;
  const localEntropy = -0.5 * conjugateOverlap * ((2 * y - 1) * q + 1) + logSite;
  return { phi, localEntropy, complexity: phi - y * localEntropy };
}

/** Derivatives of ⟨m²⟩, S_I and Σ by (q̂, y) at fixed q, off the saddle too. */
export interface SaddleDerivatives {
  readonly overlapByConjugate: number;
  readonly overlapByReplicas: number;
  readonly localEntropyByConjugate: number;
  readonly complexityByConjugate: number;
  readonly complexityByReplicas: number;
}

/**
 * Derivatives of the saddle equations. ∂⟨f⟩/∂q̂ uses the heat equation, ∂_q̂ ∫Dz F(√q̂ z) = ½ ∫Dz F''(√q̂ z), with
 * d log 𝒜/d(√q̂ z) = m and dm/d(√q̂ z) = 1 − m²; ∂⟨f⟩/∂y is the covariance with log 𝒜.
 */
export function saddleDerivatives(
  q: number,
  y: number,
  conjugateOverlap: number,
  { spinVariance, spinVarianceSquared, covariance, logSiteVariance }: WeightAverages,
): SaddleDerivatives {
  const excess = 1 - spinVariance - q;
  return {
    overlapByConjugate:
      2 * (y - 1) * spinVariance +
      0.5 * (y - 2) * (y - 3) * spinVarianceSquared -
      0.5 * y * (y - 1) * spinVariance ** 2,
    overlapByReplicas: covariance,
    localEntropyByConjugate: 0.5 * (2 * y - 1) * excess + 0.5 * y * (y - 1) * covariance,
    complexityByConjugate: -0.5 * y * y * (excess + (y - 1) * covariance),
    complexityByReplicas: y * (q * conjugateOverlap - logSiteVariance),
  };
}

/**
 * A first guess of q̂: y = 1 gives about q at small q and grows like log 1/(1−q); at large y the field of y replicas
 * is that of a Curie–Weiss magnet, y q̂ → atanh(√q)/√q.
 */
export function guessConjugateOverlap(q: number, y: number): number {
  const single = q - 2 * q * q * Math.log1p(-q);
  const condensed = Math.atanh(Math.sqrt(q)) / Math.sqrt(q);
  return 1 / (1 / single + (y - 1) / condensed);
}

/** logit ⟨m²⟩ − logit q: nearly linear in q̂ also where ⟨m²⟩ is close to 0 or 1, or where two phases coexist. */
export function overlapMismatch(q: number, { spinVariance }: WeightAverages): number {
  return Math.log((1 - spinVariance) / spinVariance) - Math.log(q / (1 - q));
}

/** Factor that turns a derivative of ⟨m²⟩ into one of {@link overlapMismatch}. */
export function mismatchScale({ spinVariance }: WeightAverages): number {
  return 1 / (spinVariance * (1 - spinVariance));
}

/** q̂ that solves ⟨m²⟩ = q at fixed y, with the averages one Newton step before it. */
export interface ConjugateRoot {
  readonly conjugateOverlap: number;
  readonly averages: WeightAverages;
  /** The q̂ at which `averages` were taken. */
  readonly averagedAt: number;
  readonly iterations: number;
}

/**
 * Solves ⟨m²⟩ = q for q̂ at fixed y by Newton in log q̂ inside a bracket; ⟨m²⟩ increases with q̂, so the root is unique.
 * @throws NotConverged if the steps do not become small
 */
export function solveConjugateOverlap(
  weight: ReplicaWeight,
  q: number,
  y: number,
  start: number,
): ConjugateRoot {
  let low = -Infinity;
  let high = Math.log(largestTilt / y);
  let position = Math.min(Math.log(start), high - longestStep);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const conjugateOverlap = Math.exp(position);
    const averages = weight.averages(y, conjugateOverlap);
    const mismatch = overlapMismatch(q, averages);
    if (mismatch < 0) low = position;
    else high = position;
    const { overlapByConjugate } = saddleDerivatives(q, y, conjugateOverlap, averages);
    const newton = -mismatch / (conjugateOverlap * overlapByConjugate * mismatchScale(averages));
    if (Math.abs(newton) < lastStep || high - low < lastStep * lastStep)
      return {
        conjugateOverlap: Math.exp(position + newton),
        averages,
        averagedAt: conjugateOverlap,
        iterations,
      };
    const bounded = Math.max(-longestStep, Math.min(longestStep, newton));
    const inside = position + bounded > low && position + bounded < high;
    if (inside) position += bounded;
    else position = low > -Infinity ? 0.5 * (low + high) : position - longestStep;
  }
  throw new NotConverged(`saddle in q̂ not found in ${maxIterations} iterations (overlap ${q}, y ${y})`);
}

/** Rounding of φ, S_I and Σ, the largest of the three. */
export function roundingOf(
  y: number,
  conjugateOverlap: number,
  averages: Pick<WeightAverages, "logPartition" | "logSite">,
): number {
  const logs = Math.abs(averages.logPartition) + y * Math.abs(averages.logSite);
  return roundingFloor * (1 + logs + y * y * conjugateOverlap) + complexityRounding * y * y;
}
