/**
 * @file The saddle of (P23), correlated couplings: entropies from the averages over 𝒜^y, and Newton for q̃, R − r and r
 * together, at fixed y or with Σ = 0 for y as well.
 *
 * Notation: q overlap, q̂ conjugate overlap, q̃ = q̂ − β², R response of a replica to its own field, r the one between
 * replicas, y number of replicas, η symmetry, J = J_D + η(R − r), β = ηr/√q.
 */
import { LuDecomposition, Matrix } from "ml-matrix";
import { largestTilt, lastStep, roundingOf } from "./one-rsb-saddle.ts";
import type { SymmetricAverages, SymmetricWeight, WeightParameters } from "./symmetric-replicas-averages.ts";

/** What is held fixed at a saddle. */
export interface SymmetricProblem {
  readonly selfCoupling: number;
  readonly overlap: number;
  readonly symmetry: number;
}

/** The unknowns of the saddle, and y. */
export interface SymmetricPosition {
  /** q̃ = q̂ − β² > 0. */
  readonly fieldVariance: number;
  /** R − r. */
  readonly ownResponse: number;
  /** r. */
  readonly crossResponse: number;
  readonly y: number;
}

/** A saddle, one Newton step after the averages. */
export interface SymmetricRoot {
  readonly position: SymmetricPosition;
  readonly averagedAt: SymmetricPosition;
  readonly averages: SymmetricAverages;
  readonly iterations: number;
}

/** What Newton solves for besides the saddle at fixed y: nothing, or Σ = 0 for y inside `range`. */
export type Replicas = "fixed" | { readonly min: number; readonly max: number };

/** Why Newton found nothing: q̃ ran to zero, y left its range, or it did not settle. */
export type SymmetricFailure = "no saddle with real fields" | "y out of range" | "no saddle found";

/** Longest step in log q̃ and log y, and in R − r and r. */
const longestStep = 0.75;

/** q̃ below which the saddle is taken to lie at q̃ ≤ 0; where there is one, y q̃ is about 10⁻³ or more. */
const smallestFieldVariance = 1e-9;

/** At large y rounding can keep the step above its limit: a step this short ends the iteration if the residual is rounding. */
const flatStep = 1e-6;

const maxIterations = 40;

/** Parameters of the weight at a position. */
export function weightParameters(problem: SymmetricProblem, position: SymmetricPosition): WeightParameters {
  const { selfCoupling, overlap, symmetry } = problem;
  return {
    y: position.y,
    fieldVariance: position.fieldVariance,
    selfCoupling: selfCoupling + symmetry * position.ownResponse,
    tilt: (symmetry * position.crossResponse) / Math.sqrt(overlap),
  };
}

/** Conjugate overlap q̂ = q̃ + β². */
export function conjugateOverlapAt(problem: SymmetricProblem, position: SymmetricPosition): number {
  return position.fieldVariance + (problem.symmetry * position.crossResponse) ** 2 / problem.overlap;
}

/** φ, S_I and Σ from the averages at a position, not necessarily at the saddle. */
export function symmetricEntropiesAt(
  problem: SymmetricProblem,
  position: SymmetricPosition,
  { logPartition, logSite }: SymmetricAverages,
): { phi: number; localEntropy: number; complexity: number } {
  const { overlap: q, symmetry } = problem;
  const { y, ownResponse, crossResponse: r } = position;
  const conjugate = conjugateOverlapAt(problem, position);
  const own = (ownResponse + r) ** 2;
  const phi =
    -0.5 * y * conjugate * ((y - 1) * q + 1) - 0.5 * symmetry * y * (own + (y - 1) * r * r) + logPartition;
  const localEntropy =
    -0.5 * conjugate * ((2 * y - 1) * q + 1) - 0.5 * symmetry * (own + (2 * y - 1) * r * r) + logSite;
  return { phi, localEntropy, complexity: phi - y * localEntropy };
}

/** A Newton step in (log q̃, R − r, r, log y); the last is 0 at fixed y. */
export interface SymmetricStep {
  readonly change: readonly number[];
  /** Longest component. */
  readonly length: number;
  /** Largest of |⟨m²⟩ − q|, |⟨K⟩ − R|, |⟨Lm⟩ − r| and, where y is solved for, |Σ|. */
  readonly residual: number;
  /** Change of Σ along the step, to first order. */
  readonly complexityChange: number;
  /** dΣ/dy along the saddle. */
  readonly complexitySlope: number;
}

/** Residuals of the equations for q̃, R − r, r, and Σ, with their derivatives by (log q̃, R − r, r, log y). */
function linearise(problem: SymmetricProblem, position: SymmetricPosition, averages: SymmetricAverages) {
  const { overlap: q, symmetry } = problem;
  const { y, fieldVariance, ownResponse, crossResponse: r } = position;
  const { byFieldVariance, bySelfCoupling, byTilt, byReplicas } = averages;
  const tiltByResponse = symmetry / Math.sqrt(q);
  const columns = [
    { by: byFieldVariance, factor: fieldVariance },
    { by: bySelfCoupling, factor: symmetry },
    { by: byTilt, factor: tiltByResponse },
    { by: byReplicas, factor: y },
  ];
  const spinVariance = 4 * averages.variance;
  const mismatch = Math.log((1 - spinVariance) / spinVariance) - Math.log(q / (1 - q));
  const mismatchScale = 1 / (spinVariance * (1 - spinVariance));
  const { complexity } = symmetricEntropiesAt(problem, position, averages);
  const residuals = [
    mismatch,
    averages.ownResponse - ownResponse,
    averages.response - averages.ownResponse - r,
    complexity,
  ];
  // Explicit parts of Σ = ½y²q q̃ + ½y²r²η(1 + η) + log Z − y⟨log 𝒜⟩; those of log Z in q̃, J, β are y times averages.
  const explicit = [
    fieldVariance * (0.5 * y * y * q + 0.5 * y * (1 + (y - 1) * (1 - spinVariance))),
    symmetry * y * averages.response,
    tiltByResponse * y * averages.tiltForce + y * y * r * symmetry * (1 + symmetry),
    y * y * (q * fieldVariance + r * r * symmetry * (1 + symmetry)),
  ];
  const jacobian = [
    columns.map(({ by, factor }) => -4 * by.variance * factor * mismatchScale),
    columns.map(({ by, factor }, k) => by.ownResponse * factor - (k === 1 ? 1 : 0)),
    columns.map(({ by, factor }, k) => (by.response - by.ownResponse) * factor - (k === 2 ? 1 : 0)),
    columns.map(({ by, factor }, k) => explicit[k] - y * by.logSite * factor),
  ];
  return { residuals, jacobian, overlapResidual: Math.abs(1 - spinVariance - q) };
}

function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const decomposition = new LuDecomposition(new Matrix(matrix.map((row) => [...row])));
  return decomposition.isSingular()
    ? right.map(() => NaN)
    : decomposition.solve(Matrix.columnVector([...right])).to1DArray();
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, ak, k) => sum + ak * b[k], 0);

/** The Newton step at a position. */
export function symmetricStep(
  problem: SymmetricProblem,
  position: SymmetricPosition,
  averages: SymmetricAverages,
  replicas: Replicas,
): SymmetricStep {
  const { residuals, jacobian, overlapResidual } = linearise(problem, position, averages);
  const saddle = jacobian.slice(0, 3).map((row) => row.slice(0, 3));
  const minus = (values: readonly number[]) => values.map((value) => -value);
  const byReplicas = solveLinear(
    saddle,
    jacobian.slice(0, 3).map((row) => -row[3]),
  );
  const change =
    replicas === "fixed"
      ? [...solveLinear(saddle, minus(residuals.slice(0, 3))), 0]
      : solveLinear(jacobian, minus(residuals));
  const checked = [overlapResidual, ...residuals.slice(1, replicas === "fixed" ? 3 : 4).map(Math.abs)];
  return {
    change,
    length: Math.max(...change.map(Math.abs)),
    residual: Math.max(...checked),
    complexityChange: dot(jacobian[3], change),
    complexitySlope: (jacobian[3][3] + dot(jacobian[3], byReplicas)) / position.y,
  };
}

/** The position after a part of a step. */
export function movedBy(position: SymmetricPosition, change: readonly number[], part = 1): SymmetricPosition {
  return {
    fieldVariance: position.fieldVariance * Math.exp(part * change[0]),
    ownResponse: position.ownResponse + part * change[1],
    crossResponse: position.crossResponse + part * change[2],
    y: position.y * Math.exp(part * change[3]),
  };
}

/** Rounding of φ, S_I and Σ, the largest of the three. */
export function symmetricRounding({ y, fieldVariance }: SymmetricPosition, averages: SymmetricAverages) {
  return roundingOf(y, fieldVariance, averages);
}

/**
 * Newton from a nearby start.
 * @returns the saddle, or why there is none to be had from this start; a zero where Σ rises with y is refused, for it
 *   is not on the physical branch ∂S_I/∂y > 0
 * @throws NotConverged if an average cannot be computed
 */
export function symmetricNewton(
  weight: SymmetricWeight,
  problem: SymmetricProblem,
  start: SymmetricPosition,
  replicas: Replicas,
): SymmetricRoot | SymmetricFailure {
  let position = start;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const { y, fieldVariance } = position;
    if (replicas !== "fixed" && !(y >= replicas.min && y <= replicas.max)) return "y out of range";
    if (!(fieldVariance > smallestFieldVariance)) return "no saddle with real fields";
    if (!(y * fieldVariance < largestTilt)) return "no saddle found";
    const averages = weight.averages(weightParameters(problem, position));
    const step = symmetricStep(problem, position, averages, replicas);
    if (!(step.length < Infinity)) return "no saddle found";
    const rounding = symmetricRounding(position, averages);
    if (step.length < lastStep || (step.length < flatStep && step.residual < rounding)) {
      if (replicas !== "fixed" && step.complexitySlope >= 0) return "no saddle found";
      return { position: movedBy(position, step.change), averagedAt: position, averages, iterations };
    }
    position = movedBy(position, step.change, Math.min(1, longestStep / step.length));
  }
  return "no saddle found";
}
