/** @file Pair entropy of fixed points when J_ij and J_ji are correlated (P23). Nats per neuron. */
import { equalThresholds } from "./bivariate-tail.ts";
import { requireInside } from "./errors.ts";
import { requireSaddle, requireSymmetricPoint, shiftRoot, type SymmetricPoint } from "./symmetric-shift.ts";

/** Rounding errors of a sum, in units of the sum of the absolute values of its terms (log Φ₂ is one quadrature). */
const roundingPerTerm = 16 * Number.EPSILON;

/** A point (η, J_D, q). */
export interface SymmetricPairPoint {
  /** J_D in [−3, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Symmetry η in [−1, 1], dimensionless: E[J_ij J_ji] = η/N. */
  readonly symmetry: number;
  /** Overlap q of the two fixed points in [−1, 1]. */
  readonly overlap: number;
}

/** Pair entropy at symmetry η with its saddle. */
export interface SymmetricPairEntropy {
  /** φ₂(q), nats per neuron. */
  readonly entropy: number;
  /** Shift ηA, dimensionless, of the stabilities of a neuron on which the two states agree. */
  readonly agreeingShift: number;
  /** Shift ηB, dimensionless, of those of a neuron on which they differ. */
  readonly differingShift: number;
  /** Largest violation of the two saddle conditions, dimensionless, ≥ 0. */
  readonly residual: number;
  /** Estimate of the error of the entropy by rounding and by the residual, nats per neuron, > 0. */
  readonly error: number;
  /** Evaluations of the saddle conditions, an integer ≥ 0. */
  readonly iterations: number;
}

/** The part of (P23) that belongs to a share of the sites on which the stabilities have one correlation. */
interface SitePart {
  readonly terms: readonly number[];
  readonly shift: number;
  readonly residual: number;
  readonly saddleError: number;
  readonly iterations: number;
}

/**
 * At the saddle an error of the shift counts squared, times half the slope of m − ηc ∂ log Φ₂ over |η|. c times the
 * curvature of log Φ₂ stays above −1 by about c/(3 + h²) at least.
 */
function saddleErrorOf(
  { selfCoupling, symmetry }: SymmetricPoint,
  share: number,
  shift: number,
  residual: number,
) {
  if (symmetry === 0) return 0;
  const slope = 1 + Math.min(0, symmetry) * (1 - share / (3 + (selfCoupling + shift) ** 2));
  const offset = residual + Number.EPSILON * Math.abs(shift);
  return (0.5 * offset * offset) / (Math.abs(symmetry) * slope);
}

/**
 * extr_A −½ηA² + c log Φ₂(J_D+ηA, J_D+ηA; ρ) for the share c = (1+ρ)/2 of the sites. The saddle, A = c ∂_h log Φ₂, is
 * unique: log Φ₂ is concave in h and c times its curvature is at least −1 (reached as h → −∞).
 */
function sitePart(point: SymmetricPoint, correlation: number): SitePart {
  const { selfCoupling, symmetry } = point;
  const share = 0.5 * (1 + correlation);
  if (share === 0) return { terms: [], shift: 0, residual: 0, saddleError: 0, iterations: 0 };
  const at = (shift: number) => equalThresholds(selfCoupling + shift, correlation);
  const excess = (shift: number) => shift - symmetry * share * at(shift).slope;
  const { shift, residual, iterations } =
    symmetry === 0
      ? { shift: 0, residual: 0, iterations: 0 }
      : shiftRoot(
          excess,
          Math.sign(symmetry),
          `symmetricPairEntropy at symmetry ${symmetry}, selfCoupling ${selfCoupling}`,
        );
  const gaussian = symmetry === 0 ? 0 : (-0.5 * shift * shift) / symmetry;
  const entropyOfPlaces = share * (Math.LN2 - Math.log(share));
  return {
    terms: [entropyOfPlaces, gaussian, share * at(shift).logProbability],
    shift,
    residual,
    saddleError: saddleErrorOf(point, share, shift, residual),
    iterations,
  };
}

/**
 * Pair entropy φ₂(q) at symmetry η (P23): 1/N of the logarithm of the mean number of ordered pairs of fixed points at
 * overlap q. The sites on which the two states agree and those on which they differ decouple, c± = (1 ± q)/2:
 *
 * $$\varphi_2 = \log 2 + S_2(c_+) + \operatorname*{extr}_{A} \left[-\tfrac12 \eta A^2 + c_+ \log \Phi_2(h_A, h_A; q)
 * \right] + \operatorname*{extr}_{B} \left[-\tfrac12 \eta B^2 + c_- \log \Phi_2(h_B, h_B; -q) \right],\quad
 * h_X = J_D + \eta X$$
 *
 * Even in q; twice (P22) at q = 0, (P22) at q = ±1, (P6) at η = 0. For J_D < 0 it jumps at q = ±1: in the limit the few
 * sites on which two nearly equal states differ cost a finite amount, −½J_D²/(1+η), so that (P22) holds only at that point.
 * @param point η in [−1, 1], J_D in [−3, 3] and the overlap q in [−1, 1]
 * @returns pair entropy in nats per neuron, both shifts, and how well they are known
 * @throws OutOfDomain outside these ranges; NotConverged where there is no saddle (η = −1, J_D ≤ 0)
 */
export function symmetricPairEntropy(point: SymmetricPairPoint): SymmetricPairEntropy {
  const single = requireSymmetricPoint(point);
  requireSaddle(single, "symmetricPairEntropy");
  const overlap = requireInside("overlap", point.overlap, { min: -1, max: 1 });
  const agreeing = sitePart(single, overlap);
  const differing = sitePart(single, -overlap);
  const terms = [...agreeing.terms, ...differing.terms];
  const residual = Math.max(agreeing.residual, differing.residual);
  return {
    entropy: terms.reduce((sum, term) => sum + term, 0),
    agreeingShift: agreeing.shift,
    differingShift: differing.shift,
    residual,
    error:
      roundingPerTerm * terms.reduce((sum, term) => sum + Math.abs(term), 0) +
      agreeing.saddleError +
      differing.saddleError,
    iterations: agreeing.iterations + differing.iterations,
  };
}
