/**
 * @file What locates critical self-couplings on a family of curves S*(d), whatever the couplings: dips and inflections of
 * a curve, and Newton or bisection in J_D. The grid only says between which distances to look.
 */
import { NotConverged, requireInside } from "./errors.ts";
import { findRoot } from "./solvers.ts";

/** What is needed of a point of a curve S*(d). */
export interface CurvePoint {
  readonly distance: number;
  readonly overlap: number;
  readonly y: number;
  readonly localEntropy: number;
  /** dS*\/dq along the curve. */
  readonly slope: number;
  /** ∂S*\/∂J_D at fixed distance. */
  readonly selfCouplingSlope: number;
}

/** The curves at all self-couplings. */
export interface CurveFamily<P extends CurvePoint> {
  /** Points on a grid of distances, ascending; those without a solution may be left out. */
  curve(selfCoupling: number): readonly P[];
  /** The point at a distance next to another point. */
  pointNear(selfCoupling: number, logDistance: number, near: P, resolution: number): P;
}

/** A threshold as found at one resolution, with the slope that carries an error over to J_D. */
export interface FoundThreshold<P extends CurvePoint> {
  readonly selfCoupling: number;
  readonly point: P;
  readonly couplingSlope: number;
}

/** Tolerances in J_D and, for the dip, in log d, which enters squared. */
const couplingTolerance = 1e-11;
const distanceTolerance = 1e-9;

/**
 * Spacings in log d of the three points of the parabolas that locate a maximum, one after the other. The last leaves
 * an error in log d of its square, and in the height of its fourth power.
 */
const parabolaSpacings = [0.1, 0.03, 0.01, 0.003];

/** Longest move to the vertex of a parabola, in units of its spacing. */
const longestShift = 3;

/** Newton steps in J_D; each about doubles the digits. */
const newtonSteps = 20;

/** Factor between the two resolutions of the error estimate. */
const refinement = 1.5;

/** The finer one must be a resolution that the solver takes. */
const resolutionRange = { min: 0.5, max: 5 };

/** Error that S* and its slope keep at any resolution, by the tolerances above and by rounding. */
const floorError = 2e-11;

/** Index of the last point of a curve before its local minimum at the largest distance; −1 if there is none. */
export function dipIndex(curve: readonly CurvePoint[]): number {
  const before = curve.findLastIndex(({ slope }) => slope > 0);
  return before === curve.length - 1 ? -1 : before;
}

/** dS*\/dq over q, of which the peaks are where a curve is flattest. */
const decline = ({ slope, overlap }: CurvePoint) => slope / overlap;

/** Index of the first local maximum of (dS*\/dq)/q inside a curve; −1 if there is none. */
export function flattestIndex(curve: readonly CurvePoint[]): number {
  const values = curve.map(decline);
  return values.findIndex((value, k) => value > values[k - 1] && value >= values[k + 1]);
}

/** Local minimum of S*(d) at its largest distance: a root of the slope (P14'), −½ dS*\/dd; null if there is none. */
export function dipOf<P extends CurvePoint>(
  family: CurveFamily<P>,
  selfCoupling: number,
  resolution: number,
): P | null {
  const curve = family.curve(selfCoupling);
  const before = dipIndex(curve);
  if (before < 0) return null;
  const at = (logDistance: number) => family.pointNear(selfCoupling, logDistance, curve[before], resolution);
  const [low, high] = [curve[before], curve[before + 1]].map(({ distance }) => Math.log(distance));
  return at(findRoot((logDistance) => at(logDistance).slope, low, high, { tolerance: distanceTolerance }).x);
}

/** Argument of the maximum of f next to `start`, by parabolas through three points of shrinking spacing. */
function vertexOf(f: (x: number) => number, start: number): number {
  return parabolaSpacings.reduce((x, h) => {
    const [before, here, after] = [f(x - h), f(x), f(x + h)];
    const curvature = 2 * here - before - after;
    if (!(curvature > 0))
      throw new NotConverged("thresholds: no inflection of S*(d) where the grid shows one");
    const shift = (after - before) / (2 * curvature);
    return x + h * Math.max(-longestShift, Math.min(longestShift, shift));
  }, start);
}

/**
 * Where (dS*\/dq)/q is largest inside the grid: the first place, as J_D falls, where S*(d) stops increasing.
 * @throws NotConverged if there is no such place
 */
export function flattestOf<P extends CurvePoint>(
  family: CurveFamily<P>,
  selfCoupling: number,
  resolution: number,
): P {
  const curve = family.curve(selfCoupling);
  const peak = flattestIndex(curve);
  if (peak < 0) throw new NotConverged(`thresholds: no inflection of S*(d) at selfCoupling ${selfCoupling}`);
  const at = (logDistance: number) => family.pointNear(selfCoupling, logDistance, curve[peak], resolution);
  return at(vertexOf((logDistance) => decline(at(logDistance)), Math.log(curve[peak].distance)));
}

/**
 * Newton in J_D for S* = 0 at the dip; ∂S*\/∂J_D at fixed d is the whole derivative, the dip being a minimum.
 * @param start a self-coupling below the threshold, from which Newton approaches it from below
 * @returns null if the curve has no dip at one of the steps
 * @throws NotConverged if the steps do not become small
 */
export function findGapClosing<P extends CurvePoint>(
  family: CurveFamily<P>,
  start: number,
  resolution: number,
): FoundThreshold<P> | null {
  let selfCoupling = start;
  for (let step = 0; step < newtonSteps; step++) {
    const point = dipOf(family, selfCoupling, resolution);
    if (point === null) return null;
    const change = -point.localEntropy / point.selfCouplingSlope;
    selfCoupling += change;
    if (Math.abs(change) < couplingTolerance)
      return { selfCoupling, point, couplingSlope: point.selfCouplingSlope };
  }
  throw new NotConverged(`gapClosing: J_D not found in ${newtonSteps} Newton steps`);
}

/**
 * J_D at which the flattest place of the curve becomes level.
 * @param bracket self-couplings at which S*(d) still has a decreasing stretch, and at which it has none
 * @throws NotConverged if the flattest place cannot be found
 */
export function findMonotoneOnset<P extends CurvePoint>(
  family: CurveFamily<P>,
  { low, high }: { readonly low: number; readonly high: number },
  resolution: number,
): FoundThreshold<P> {
  const slopeAt = (selfCoupling: number) => flattestOf(family, selfCoupling, resolution).slope;
  const { x } = findRoot(slopeAt, low, high, { tolerance: couplingTolerance });
  const couplingSlope = (slopeAt(high) - slopeAt(low)) / (high - low);
  return { selfCoupling: x, point: flattestOf(family, x, resolution), couplingSlope };
}

/** A threshold with its error estimate. */
export interface EstimatedThreshold {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly y: number;
  readonly error: number;
}

/**
 * The threshold at the finer of two resolutions, with an error estimate from both; null where `find` has none.
 * @throws OutOfDomain for a bad resolution, and what `find` throws
 */
export function thresholdWithError<P extends CurvePoint>(
  find: (resolution: number) => FoundThreshold<P> | null,
  resolution: number,
): EstimatedThreshold | null {
  requireInside("resolution", resolution, resolutionRange);
  const coarse = find(resolution);
  const fine = coarse === null ? null : find(refinement * resolution);
  if (coarse === null || fine === null) return null;
  const { selfCoupling, point, couplingSlope } = fine;
  const difference = Math.abs(selfCoupling - coarse.selfCoupling);
  const error = difference + couplingTolerance + floorError / Math.abs(couplingSlope);
  return { selfCoupling, distance: point.distance, y: point.y, error };
}
