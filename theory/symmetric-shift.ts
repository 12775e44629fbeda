/** @file Domain of the entropies at symmetry η, and the shift of the stabilities at which their saddles lie. */
import { NotConverged, requireInside } from "./errors.ts";
import { findRoot } from "./solvers.ts";

/** Largest |J_D| here: where the entropy vanishes J_D is negative for η > 0, and beyond 3 nothing is left to see. */
const largestSelfCoupling = 3;

/**
 * The shift m is searched no farther (η → −1, where m ≈ −1/J_D or J_D/(1+η)): the saddle rests on g(x) + x ≈ 1/|x|,
 * of which rounding leaves nothing beyond 10⁷.
 */
const largestShift = 4e6;

/** A point (η, J_D). */
export interface SymmetricPoint {
  /** J_D in [−3, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Symmetry η in [−1, 1], dimensionless: E[J_ij J_ji] = η/N; 0 independent, 1 symmetric, −1 antisymmetric. */
  readonly symmetry: number;
}

/** Symmetries below this change no digit of anything, and squares of shifts as small would underflow. */
const negligibleSymmetry = 1e-30;

/** Checks a point (η, J_D) and returns it, with a negligible η as 0. */
export function requireSymmetricPoint({ selfCoupling, symmetry }: SymmetricPoint): SymmetricPoint {
  requireInside("selfCoupling", selfCoupling, { min: -largestSelfCoupling, max: largestSelfCoupling });
  requireInside("symmetry", symmetry, { min: -1, max: 1 });
  return { selfCoupling, symmetry: Math.abs(symmetry) < negligibleSymmetry ? 0 : symmetry };
}

/** Refuses what has no saddle whatever the overlap: with J_ij = −J_ji, Σ_i s_i h_i = 0 for every state. */
export function requireSaddle({ selfCoupling, symmetry }: SymmetricPoint, what: string): void {
  if (symmetry === -1 && selfCoupling <= 0)
    throw new NotConverged(
      `${what}: no saddle at symmetry -1 with selfCoupling ${selfCoupling}, only above 0`,
    );
}

/** Root of an increasing function between 0 and the first of ±1, ±2, ±4, … where its sign has changed. */
export function shiftRoot(excess: (shift: number) => number, direction: number, what: string) {
  let far = direction;
  let doublings = 0;
  while (excess(far) * direction < 0) {
    far *= 2;
    doublings++;
    if (Math.abs(far) > largestShift)
      throw new NotConverged(`${what}: no saddle at a shift up to ${largestShift}`);
  }
  const near = doublings === 0 ? 0 : far / 2;
  const root = findRoot(excess, near, far, { tolerance: 0 });
  return { shift: root.x, residual: root.residual, iterations: root.iterations + doublings };
}
