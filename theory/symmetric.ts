/**
 * @file Entropy of all fixed points when J_ij and J_ji are correlated (P22), and the self-coupling at which it vanishes.
 * Nats per neuron.
 */
import { requireInside } from "./errors.ts";
import { hazard, logNormalCdf } from "./normal.ts";
import { findRoot } from "./solvers.ts";
import { requireSaddle, requireSymmetricPoint, shiftRoot, type SymmetricPoint } from "./symmetric-shift.ts";

export type { SymmetricPoint } from "./symmetric-shift.ts";

/** Below this argument log Φ is taken from the hazard, so that −x²/2 cancels against the Gaussian term by algebra. */
const tailArgument = -1;

/** Rounding errors of a sum, in units of the sum of the absolute values of its terms. */
const roundingPerTerm = 4 * Number.EPSILON;

/** Entropy of fixed points at symmetry η with its saddle. */
export interface SymmetricEntropy {
  /** S(η, J_D), nats per neuron, at most log 2. */
  readonly entropy: number;
  /** Shift m = η g(J_D + m) of the stability of a neuron by the reaction of the others to it; dimensionless. */
  readonly response: number;
  /** |m − η g(J_D + m)|, dimensionless, ≥ 0. */
  readonly residual: number;
  /** Estimate of the rounding error of the entropy, nats per neuron, > 0. */
  readonly error: number;
  /** Evaluations of the saddle condition, an integer ≥ 1. */
  readonly iterations: number;
}

/** The terms of (P22) at its saddle m, from small to large cancellation: their sum is the entropy. */
function entropyTerms({ selfCoupling, symmetry }: SymmetricPoint, m: number): number[] {
  const x = selfCoupling + m;
  const g = hazard(x);
  if (x > tailArgument) return [Math.LN2, -0.5 * symmetry * g * g, logNormalCdf(x)];
  // log Φ = −x²/2 − ½ log 2π − log g; with −½ηg² = −m²/2η the squares of m leave only 1 + 1/η.
  const squares = ((-0.5 * (1 + symmetry)) / symmetry) * m * m;
  return [
    Math.LN2,
    symmetry === 0 ? -0.5 * x * x : squares - selfCoupling * m - 0.5 * selfCoupling ** 2,
    -0.5 * Math.log(2 * Math.PI),
    -Math.log(g),
  ];
}

/**
 * Annealed entropy of fixed points at symmetry η of the couplings (P22):
 *
 * $$S(\eta, J_D) = \log 2 - \tfrac12 \eta\, g^2 + \log \Phi(J_D + m),\qquad g = \frac{\varphi}{\Phi}(J_D + m),\quad
 * m = \eta g$$
 *
 * The saddle is unique: m − η g(J_D + m) grows with m, since −g' = g² + xg lies between 0 and 1. At η = −1 it exists for
 * J_D > 0 only: there Σ_i s_i h_i = 0 for every state. η = 0 is (P2); η = 1, J_D = 0 counts the metastable states
 * of the SK model (Bray & Moore 1980).
 * @param point η in [−1, 1] and J_D in [−3, 3]
 * @returns entropy in nats per neuron, the shift m, and how well they are known
 * @throws OutOfDomain outside these ranges; NotConverged where there is no saddle (η = −1, J_D ≤ 0)
 */
export function symmetricEntropy(point: SymmetricPoint): SymmetricEntropy {
  const { selfCoupling, symmetry } = requireSymmetricPoint(point);
  requireSaddle(point, "symmetricEntropy");
  const excess = (m: number) => m - symmetry * hazard(selfCoupling + m);
  const { shift, residual, iterations } =
    symmetry === 0
      ? { shift: 0, residual: 0, iterations: 1 }
      : shiftRoot(
          excess,
          Math.sign(symmetry),
          `symmetricEntropy at symmetry ${symmetry}, selfCoupling ${selfCoupling}`,
        );
  const terms = entropyTerms({ selfCoupling, symmetry }, shift);
  // At the saddle an error of m counts squared, times half the slope of m − ηg over |η|; 1 − (g² + xg) ≥ 1/(3 + x²).
  const slope = 1 + Math.min(0, symmetry) * (1 - 1 / (3 + (selfCoupling + shift) ** 2));
  const offset = residual + Number.EPSILON * Math.abs(shift);
  const saddleError = symmetry === 0 ? 0 : (0.5 * offset * offset) / (Math.abs(symmetry) * slope);
  return {
    entropy: terms.reduce((sum, term) => sum + term, 0),
    response: shift,
    residual,
    error: roundingPerTerm * terms.reduce((sum, term) => sum + Math.abs(term), 0) + saddleError,
    iterations,
  };
}

/** Where the entropy of fixed points vanishes. */
export interface VanishingSelfCoupling {
  /** J_D, in standard deviations of the local field: 0 at η = 0, negative above, positive below. */
  readonly selfCoupling: number;
  /** |S| there, nats per neuron, ≥ 0. */
  readonly residual: number;
  /** Estimate of the error of J_D, ≥ 0. */
  readonly error: number;
  /** Evaluations of the entropy, an integer ≥ 1. */
  readonly iterations: number;
}

/** The entropy is above zero at J_D = 1 and below at −1 for every η; at η = −1 it has no saddle at J_D ≤ 0. */
const vanishingBracket = { low: -1, high: 1, lowAntisymmetric: 1e-6 };

/** Symmetries nearer to −1 than this are bracketed from above zero, where the saddle is within reach. */
const nearlyAntisymmetric = -0.99;

/**
 * Self-coupling at which the annealed entropy of fixed points (P22) is zero: below it fixed points are exponentially
 * rare. Unique, since ∂S/∂J_D = g(J_D + m) > 0.
 * @param symmetry η in [−1, 1], dimensionless
 * @returns J_D, how far from zero the entropy is there, and an error estimate
 * @throws OutOfDomain outside this range
 */
export function vanishingSelfCoupling(symmetry: number): VanishingSelfCoupling {
  requireInside("symmetry", symmetry, { min: -1, max: 1 });
  if (symmetry === 0) return { selfCoupling: 0, residual: 0, error: 0, iterations: 1 };
  const { low, high, lowAntisymmetric } = vanishingBracket;
  const { x, iterations } = findRoot(
    (selfCoupling) => symmetricEntropy({ selfCoupling, symmetry }).entropy,
    symmetry < nearlyAntisymmetric ? lowAntisymmetric : low,
    high,
    { tolerance: 0 },
  );
  const { entropy, response, error } = symmetricEntropy({ selfCoupling: x, symmetry });
  const residual = Math.abs(entropy);
  return { selfCoupling: x, residual, error: (residual + error) / hazard(x + response), iterations };
}
