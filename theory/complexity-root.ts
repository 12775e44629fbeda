/**
 * @file Zero of the complexity, Σ(y, q) = 0 at the saddle in q̂ (P14): joint Newton in (log q̂, log y) from a nearby
 * start, and a bracketed search in y without one.
 *
 * Notation: q overlap, q̂ conjugate overlap, y number of replicas, Σ complexity.
 */
import { NotConverged } from "./errors.ts";
import { replicaDomain } from "./one-rsb-domain.ts";
import type { ReplicaWeight, WeightAverages } from "./one-rsb-quadrature.ts";
import {
  entropiesAt,
  guessConjugateOverlap,
  largestTilt,
  lastStep,
  mismatchScale,
  overlapMismatch,
  roundingOf,
  saddleDerivatives,
  solveConjugateOverlap,
} from "./one-rsb-saddle.ts";

/** A position (q̂, y) from which the joint Newton may start. */
export interface SaddlePosition {
  /** Conjugate overlap q̂ ≥ 0. */
  readonly conjugateOverlap: number;
  /** Number of replicas y, in [1, 5000]. */
  readonly y: number;
}

/** Where to look for y*: a position close to it if one is known, and the y from which to search if that fails. */
export interface Start {
  readonly position: SaddlePosition | null;
  readonly searchFrom: number;
}

/** A zero of Σ at the saddle, one Newton step after the averages. */
export interface ComplexityRoot {
  readonly position: SaddlePosition;
  readonly averagedAt: SaddlePosition;
  readonly averages: WeightAverages;
  readonly iterations: number;
}

/** Longest joint step in log q̂ or log y. */
const longestJointStep = 0.75;

/** At large y, where Σ is flat in log y, rounding can keep the step above its limit: this step then ends the iteration. */
const flatStep = 1e-6;

/** Newton steps before the joint iteration is given up for the bracketed search. */
const jointIterations = 25;

/** The bracketed search starts where y* lies at small J_D, and moves by this factor. */
export const coldStart: Start = { position: null, searchFrom: 4 };
const searchFactor = 2;

/** Halvings in log y of a bracket in which Newton failed. */
const bracketHalvings = 60;

/** Joint Newton step in (log q̂, log y) for ⟨m²⟩ = q and Σ = 0, its residual, and the slope dΣ/dy along the saddle. */
export function jointStep(q: number, { conjugateOverlap, y }: SaddlePosition, averages: WeightAverages) {
  const derivatives = saddleDerivatives(q, y, conjugateOverlap, averages);
  const scale = mismatchScale(averages);
  const { complexity } = entropiesAt(q, y, conjugateOverlap, averages);
  const a = derivatives.overlapByConjugate * conjugateOverlap * scale;
  const b = derivatives.overlapByReplicas * y * scale;
  const c = derivatives.complexityByConjugate * conjugateOverlap;
  const e = derivatives.complexityByReplicas * y;
  const mismatch = overlapMismatch(q, averages);
  const determinant = a * e - b * c;
  const logConjugate = (b * complexity - e * mismatch) / determinant;
  const logReplicas = (c * mismatch - a * complexity) / determinant;
  const length = Math.max(Math.abs(logConjugate), Math.abs(logReplicas));
  const residual = Math.max(Math.abs(mismatch) / scale, Math.abs(complexity));
  return { logConjugate, logReplicas, length, residual, complexitySlope: (e - (c * b) / a) / y };
}

/** The position after a step in (log q̂, log y). */
export function moved(
  { conjugateOverlap, y }: SaddlePosition,
  step: { readonly logConjugate: number; readonly logReplicas: number },
): SaddlePosition {
  return {
    conjugateOverlap: conjugateOverlap * Math.exp(step.logConjugate),
    y: y * Math.exp(step.logReplicas),
  };
}

/**
 * Newton in (log q̂, log y) from a nearby start. Returns null when it leaves `range` (or q̂ becomes absurd), does not
 * settle, or ends where Σ rises with y: that zero is not on the physical branch ∂S_I/∂y > 0.
 * @throws NotConverged if an average cannot be computed
 */
export function jointNewton(
  weight: ReplicaWeight,
  q: number,
  start: SaddlePosition,
  range: { readonly min: number; readonly max: number },
): ComplexityRoot | null {
  let position = start;
  for (let iterations = 1; iterations <= jointIterations; iterations++) {
    const { y, conjugateOverlap } = position;
    if (!(y >= range.min && y <= range.max && y * conjugateOverlap < largestTilt)) return null;
    const averages = weight.averages(y, conjugateOverlap);
    const step = jointStep(q, position, averages);
    if (!(step.length < Infinity)) return null;
    const rounding = roundingOf(y, conjugateOverlap, averages);
    if (step.length < lastStep || (step.length < flatStep && step.residual < rounding))
      return step.complexitySlope < 0
        ? { position: moved(position, step), averagedAt: position, averages, iterations }
        : null;
    const bounded = Math.min(1, longestJointStep / step.length);
    position = moved(position, {
      logConjugate: bounded * step.logConjugate,
      logReplicas: bounded * step.logReplicas,
    });
  }
  return null;
}

/** Complexity at the saddle of fixed y. */
function complexityAt(weight: ReplicaWeight, q: number, y: number, near: SaddlePosition | null) {
  const start = near === null ? guessConjugateOverlap(q, y) : (near.conjugateOverlap * near.y) / y;
  const root = solveConjugateOverlap(weight, q, y, start);
  const { complexity } = entropiesAt(q, y, root.averagedAt, root.averages);
  return { complexity, iterations: root.iterations, y, conjugateOverlap: root.conjugateOverlap };
}

type FixedReplicas = ReturnType<typeof complexityAt>;

/** Brackets the zero of Σ(y) by a geometric search from `start`, or reports that there is none. */
function bracketComplexity(weight: ReplicaWeight, q: number, start: number) {
  const { min, max } = replicaDomain.y;
  let point = complexityAt(weight, q, start, null);
  let iterations = point.iterations;
  const descending = point.complexity <= 0;
  for (;;) {
    const end = descending ? min : max;
    if (point.y === end) return { none: descending, iterations };
    const y = descending ? Math.max(min, point.y / searchFactor) : Math.min(max, point.y * searchFactor);
    const next: FixedReplicas = complexityAt(weight, q, y, point);
    iterations += next.iterations;
    if (next.complexity <= 0 !== descending)
      return { low: descending ? next : point, high: descending ? point : next, iterations };
    point = next;
  }
}

/**
 * The zero of Σ without a start: bracket in y, then joint Newton inside it, halving the bracket as long as it fails.
 * @returns the zero, or in words why there is none for y in [1, 5000]
 * @throws NotConverged if the bracket shrinks to nothing without a zero, or an average cannot be computed
 */
export function searchComplexityRoot(
  weight: ReplicaWeight,
  q: number,
  startReplicas: number,
): ComplexityRoot | string {
  const bracket = bracketComplexity(weight, q, startReplicas);
  if ("none" in bracket)
    return bracket.none
      ? `complexity is not positive at y = ${replicaDomain.y.min}`
      : `complexity is still positive at y = ${replicaDomain.y.max}`;
  let { low, high, iterations } = bracket;
  for (let halving = 0; halving < bracketHalvings; halving++) {
    const start = -low.complexity < high.complexity ? low : high;
    const root = jointNewton(weight, q, start, { min: low.y, max: high.y });
    if (root !== null) return { ...root, iterations: iterations + root.iterations };
    const middle = complexityAt(weight, q, Math.sqrt(low.y * high.y), low);
    iterations += middle.iterations;
    if (middle.complexity > 0) low = middle;
    else high = middle;
  }
  throw new NotConverged(`no zero of the complexity found between y ${low.y} and ${high.y} (overlap ${q})`);
}
