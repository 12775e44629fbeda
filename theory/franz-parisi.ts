/**
 * @file Quenched Franz–Parisi entropy (P8): the entropy of fixed points at a given distance from a typical one, its
 * curves in the distance, and the self-coupling from which it is positive (P17).
 */
import { NotConverged, OutOfDomain, requireInside } from "./errors.ts";
import { franzParisiFunctional } from "./franz-parisi-averages.ts";
import type { Resolution } from "./franz-parisi-averages.ts";
import { farDistance, SaddleBranch, solverResolution, toTrial } from "./franz-parisi-saddle.ts";
import type { FranzParisiPoint } from "./franz-parisi-saddle.ts";
import { annealedFranzParisi } from "./pairs.ts";
import { findRoot } from "./solvers.ts";

export { franzParisiEnd } from "./franz-parisi-limit.ts";
export type { FranzParisiPoint } from "./franz-parisi-saddle.ts";

/**
 * Where (P8) is solved. Besides, the distance must exceed by a factor 1.02 the one at which the saddle ends
 * ({@link franzParisiEnd}, above 3e−4 for J_D < 0.67).
 */
export const franzParisiDomain = {
  selfCoupling: { min: 0, max: 3 },
  distance: { min: 3e-4, max: 0.4999 },
} as const;

/** Ω̂ and p̂ diverge at the end of the saddle; this far from it they are still below about 10³ and 10⁶. */
const endMargin = 1.02;

/** Quenched Franz–Parisi entropy at a point, with how well it is known. */
export interface FranzParisiResult extends FranzParisiPoint {
  /** Ω = 1 − 2d. */
  readonly overlap: number;
  /** s_FP (P8), nats per neuron. */
  readonly quenched: number;
  /** Upper bound φ₂ − S (P7). */
  readonly annealed: number;
  /** Ω̂. */
  readonly conjugateOverlap: number;
  /** p, overlap of two typical states of the sphere. */
  readonly innerOverlap: number;
  /** p̂. */
  readonly conjugateInnerOverlap: number;
  /** Largest relative violation of the three stationarity conditions. */
  readonly residual: number;
  /** Error estimate of `quenched`: its change between two quadrature resolutions plus residual². */
  readonly error: number;
  /** Newton steps, those on the way from another point included. */
  readonly iterations: number;
}

/** Resolution at which the entropy is evaluated; its difference from the solver's is the error estimate. */
const valueResolution: Resolution = { panelOrder: 16, tiltStep: 0.25 };

function openBranch(selfCoupling: number): SaddleBranch {
  return new SaddleBranch(requireInside("selfCoupling", selfCoupling, franzParisiDomain.selfCoupling));
}

function requirePoint({ selfCoupling, distance }: FranzParisiPoint, end: number): void {
  requireInside("distance", distance, franzParisiDomain.distance);
  if (distance < endMargin * end)
    throw new OutOfDomain(
      `distance must be at least ${(endMargin * end).toPrecision(4)} at selfCoupling ${selfCoupling}, where the replica-symmetric saddle ends, got ${distance}`,
    );
}

function evaluate(branch: SaddleBranch, point: FranzParisiPoint): FranzParisiResult {
  requirePoint(point, branch.end);
  const before = branch.iterations;
  const { coordinates, residual } = branch.follow(point.distance);
  const trial = toTrial(point, coordinates);
  const quenched = franzParisiFunctional(trial, valueResolution);
  const coarse = franzParisiFunctional(trial, solverResolution);
  return {
    ...trial,
    distance: point.distance,
    quenched,
    annealed: annealedFranzParisi(point),
    residual,
    error: Math.abs(quenched - coarse) + residual * residual + Number.EPSILON,
    iterations: branch.iterations - before,
  };
}

/**
 * Quenched replica-symmetric Franz–Parisi entropy (P8): entropy of the fixed points at normalised distance d from a
 * typical fixed point. Where it is negative there are no such fixed points (and replica symmetry says no more).
 *
 * $$s_{\mathrm{FP}}(\Omega) = \operatorname*{extr}_{\hat\Omega,p,\hat p} \left[ -\hat\Omega\Omega - \tfrac12 \hat p(1-p) +
 * \mathbb{E}_w \!\int\! Dz\, \log \sum_{s=\pm1} e^{(\hat\Omega + \sqrt{\hat p} z)s}\,
 * \Phi\left(\frac{J_D + s w}{\sqrt{1-p}}\right) \right]$$
 * @param point J_D in [0, 3] and d in [3e−4, 0.4999], at least 1.02 times the end of the saddle
 * @returns the entropy, its saddle, the annealed bound (P7) and error estimates
 * @throws OutOfDomain outside these ranges; NotConverged if the branch cannot be followed to the point
 */
export function quenchedFranzParisi(point: FranzParisiPoint): FranzParisiResult {
  return evaluate(openBranch(point.selfCoupling), point);
}

/** A point of a curve: the result, or why there is none. */
export type FranzParisiCurvePoint =
  | { readonly status: "ok"; readonly distance: number; readonly result: FranzParisiResult }
  | {
      /** no-solution: nearer than the end of the saddle; out-of-domain: not a distance that is solved for. */
      readonly status: "no-solution" | "not-converged" | "out-of-domain";
      readonly distance: number;
      readonly error: Error;
    };

function curvePoint(branch: SaddleBranch, distance: number): FranzParisiCurvePoint {
  try {
    return {
      status: "ok",
      distance,
      result: evaluate(branch, { selfCoupling: branch.selfCoupling, distance }),
    };
  } catch (error) {
    if (error instanceof NotConverged) return { status: "not-converged", distance, error };
    if (!(error instanceof OutOfDomain)) throw error;
    const { min, max } = franzParisiDomain.distance;
    return { status: distance >= min && distance <= max ? "no-solution" : "out-of-domain", distance, error };
  }
}

/**
 * The quenched Franz–Parisi entropy at many distances, each point started from its neighbours. A point that has no
 * result does not affect the others.
 * @param selfCoupling J_D in [0, 3]
 * @param distances d in any order, each in [3·10⁻⁴, 0.4999]; others give a point `out-of-domain`
 * @returns one point a distance, in the order given
 * @throws OutOfDomain if selfCoupling is outside [0, 3]
 * @source (P8), one point of {@link quenchedFranzParisi} each
 */
export function franzParisiCurve(
  selfCoupling: number,
  distances: readonly number[],
): FranzParisiCurvePoint[] {
  const branch = openBranch(selfCoupling);
  const points = new Array<FranzParisiCurvePoint>(distances.length);
  // NaN goes to the end, where it is refused like any other bad distance.
  const farToNear = distances.map((_, k) => k).sort((a, b) => (distances[b] || 0) - (distances[a] || 0));
  for (const k of farToNear) points[k] = curvePoint(branch, distances[k]);
  return points;
}

/** Critical self-coupling (P17) for a smallest distance. */
export interface TypicalThreshold {
  /** J_FP. */
  readonly selfCoupling: number;
  /** d₀. */
  readonly distance: number;
  /** Error estimate of `selfCoupling`. */
  readonly error: number;
}

/** Self-couplings among which the change of sign at d₀ is bracketed. */
const thresholdGrid = [0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 2, 3];

/** Tolerance on the threshold, and the step of the derivative that carries the error of the entropy over to it. */
const thresholdTolerance = 1e-11;
const slopeStep = 1e-4;

/** Number of distances between d₀ and ½ at which the curve is checked to be positive. */
const checkedDistances = 16;

/** s_FP at d₀ and a given J_D; −∞ where the saddle has ended, which is where the entropy diverges. */
function entropyOrMinusInfinity(point: FranzParisiPoint): { quenched: number; error: number } {
  const branch = openBranch(point.selfCoupling);
  if (point.distance < endMargin * branch.end) return { quenched: -Infinity, error: 0 };
  return evaluate(branch, point);
}

/**
 * Smallest J_D at which the quenched Franz–Parisi curve is positive for all d > d₀ (P17): there s_FP(d₀) = 0.
 * @param options distance d₀ in [3e−4, 0.495]
 * @throws OutOfDomain if d₀ is outside; NotConverged if the curve found is not positive beyond d₀
 */
export function typicalThreshold({ distance }: { readonly distance: number }): TypicalThreshold {
  requireInside("distance", distance, { min: franzParisiDomain.distance.min, max: farDistance });
  const at = (selfCoupling: number) => entropyOrMinusInfinity({ selfCoupling, distance });
  // From above, since the saddle is expensive near its end, which lies at small J_D.
  const below = thresholdGrid.findLastIndex((selfCoupling) => !(at(selfCoupling).quenched > 0));
  // Brent's method needs finite numbers; of the lower end only the sign counts.
  const finite = (selfCoupling: number) => Math.max(at(selfCoupling).quenched, -1);
  const { x } = findRoot(finite, thresholdGrid[below], thresholdGrid[below + 1], {
    tolerance: thresholdTolerance,
  });
  const atRoot = at(x);
  const slope = (at(x + slopeStep).quenched - atRoot.quenched) / slopeStep;
  const beyond = Array.from({ length: checkedDistances }, (_, k) => {
    const fraction = (k + 1) / (checkedDistances + 1);
    return distance * (franzParisiDomain.distance.max / distance) ** fraction;
  });
  for (const point of franzParisiCurve(x, beyond)) {
    if (point.status !== "ok" || !(point.result.quenched > 0))
      throw new NotConverged(
        `typicalThreshold: not positive at distance ${point.distance} beyond ${distance}`,
      );
  }
  return { selfCoupling: x, distance, error: atRoot.error / slope + thresholdTolerance };
}
