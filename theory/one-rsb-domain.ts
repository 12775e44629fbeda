/** @file Domain and options of the 1RSB solvers (P9)-(P16), and the repetition of a solution until it is accurate. */
import { NotConverged, requireInside } from "./errors.ts";

/** y replicas at mutual overlap q with self-coupling J_D. */
export interface ReplicaPoint {
  /** J_D in [0, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Overlap q in [0.01, 0.9994], that is distance d = (1 − q)/2 from 3·10⁻⁴ to 0.495. */
  readonly overlap: number;
  /** Number of real replicas, in [1, 5000], not necessarily an integer. */
  readonly y: number;
}

/** Accuracy of a 1RSB solution. */
export interface ReplicaOptions {
  /** Factor on the number of quadrature nodes in each direction, in [0.5, 8]; 2 doubles both. */
  readonly resolution?: number;
  /** Largest error estimate (nats per neuron) that is returned rather than refused, > 0. */
  readonly tolerance?: number;
}

/** Domain of the 1RSB solver: J_D, q and y. */
export const replicaDomain = {
  selfCoupling: { min: 0, max: 3 },
  distance: { min: 3e-4, max: 0.495 },
  y: { min: 1, max: 5000 },
} as const;

/** Room for the rounding of q = 1 − 2d at the ends of the domain. */
const overlapRounding = 1e-12;

/** Resolutions that are accepted: fewer nodes give no meaning to the error estimate, more are never needed. */
const resolutionRange = { min: 0.5, max: 8 };

/** Default of `tolerance`; at y near 5000 the rounding of Σ alone is about 10⁻⁹, elsewhere errors are far below. */
const defaultTolerance = 1e-8;

/** Largest residual that is returned. */
const largestResidual = 1e-9;

/** Factor on the resolution, and number of times, when the error estimate or the residual is too large. */
const retryFactor = 1.5;
const retries = 2;

/** q = 1 − 2d as it would be written by hand. */
const roundedOverlap = (distance: number) => Number((1 - 2 * distance).toFixed(12));

/** @throws OutOfDomain unless selfCoupling and overlap are in the domain of the solver */
export function requireReplicaDomain(selfCoupling: number, overlap: number): void {
  requireInside("selfCoupling", selfCoupling, replicaDomain.selfCoupling);
  const { min, max } = replicaDomain.distance;
  const range = { min: roundedOverlap(max), max: roundedOverlap(min) };
  if (!(overlap > range.min - overlapRounding && overlap < range.max + overlapRounding))
    requireInside("overlap", overlap, range);
}

/** @throws OutOfDomain unless the options are in range */
export function requireReplicaOptions({ resolution = 1, tolerance = defaultTolerance }: ReplicaOptions): {
  resolution: number;
  tolerance: number;
} {
  requireInside("resolution", resolution, resolutionRange);
  requireInside("tolerance", tolerance, { min: 0, max: Infinity, openMin: true, openMax: true });
  return { resolution, tolerance };
}

/**
 * Repeats a solution at growing resolution until its error estimate, where it has one, is within the tolerance and its
 * residual below 10⁻⁹.
 * @throws OutOfDomain for bad options; NotConverged if the two are not met after the last repetition, with `where`
 *   naming the input in the message
 */
export function untilAccurate<T extends { readonly residual?: number; readonly error?: number }>(
  solveAt: (resolution: number) => T,
  where: string,
  options: ReplicaOptions,
): T {
  const { resolution, tolerance } = requireReplicaOptions(options);
  for (let attempt = 0; ; attempt++) {
    const solution = solveAt(resolution * retryFactor ** attempt);
    const { error = 0, residual = 0 } = solution;
    if (error <= tolerance && residual <= largestResidual) return solution;
    if (attempt === retries)
      throw new NotConverged(`${where}: error ${error}, residual ${residual}, tolerance ${tolerance}`);
  }
}
