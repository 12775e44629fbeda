/**
 * @file Critical self-couplings of the densest clusters: J_gap, where the overlap gap closes (P15), and J_mono, from
 * which S*(d) increases all the way (P16). Both are roots of stationarity conditions, not read off a grid; the grid
 * only says between which distances to look.
 */
import { NotConverged, requireInside } from "./errors.ts";
import { densestClusters, localEntropyCurve } from "./local-entropy.ts";
import type { DensestClusters } from "./local-entropy.ts";
import { findRoot } from "./solvers.ts";

/** A critical self-coupling and the place on the curve S*(d) that decides it. */
export interface ClusterThreshold {
  /** Critical J_D. */
  readonly selfCoupling: number;
  /** Distance d at which it is reached. */
  readonly distance: number;
  /** Number of replicas y* there. */
  readonly y: number;
  /** Estimated error of `selfCoupling`, from two resolutions. */
  readonly error: number;
}

/** Accuracy of a threshold. */
export interface ThresholdOptions {
  /** Factor on the number of quadrature nodes in each direction, in [0.5, 5]; default 1. */
  readonly resolution?: number;
}

/** Distances between which minima and maxima along the curve are looked for; the dip lies near 0.01. */
const distanceGrid = Array.from({ length: 16 }, (_, k) => 1e-3 * 100 ** (k / 15));

/** A self-coupling at which there is a gap. */
const gapStart = 0.05;

/** Self-couplings at which S*(d) still has a decreasing stretch, and at which it has none. */
const monotoneBracket = { low: 0.065, high: 0.085 };

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

function densestNear(selfCoupling: number, logDistance: number, near: DensestClusters, resolution: number) {
  const solution = densestClusters({ selfCoupling, distance: Math.exp(logDistance) }, { resolution, near });
  if (solution.status === "ok") return solution;
  throw new NotConverged(`thresholds: no cluster at selfCoupling ${selfCoupling}: ${solution.reason}`);
}

/** Solutions on the grid of distances, all of which exist at the self-couplings of the thresholds. */
function coarseCurve(selfCoupling: number): DensestClusters[] {
  return localEntropyCurve(selfCoupling, distanceGrid).map((point) => {
    if (point.status === "ok") return point;
    throw new NotConverged(`thresholds: no cluster at selfCoupling ${selfCoupling}: ${point.reason}`);
  });
}

/** Local minimum of S*(d) at its largest distance: a root of the slope (P14'), which is −½ dS*\/dd. */
function dipOf(selfCoupling: number, resolution: number): DensestClusters {
  const curve = coarseCurve(selfCoupling);
  const before = curve.findLastIndex(({ slope }) => slope > 0);
  if (before < 0 || before === curve.length - 1)
    throw new NotConverged(`thresholds: no dip of S*(d) at selfCoupling ${selfCoupling}`);
  const at = (logDistance: number) => densestNear(selfCoupling, logDistance, curve[before], resolution);
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

/** Where (dS*\/dq)/q is largest inside the grid: the first place, as J_D falls, where S*(d) stops increasing. */
function flattestOf(selfCoupling: number, resolution: number): DensestClusters {
  const curve = coarseCurve(selfCoupling);
  const decline = ({ slope, overlap }: DensestClusters) => slope / overlap;
  const values = curve.map(decline);
  const peak = values.findIndex((value, k) => value > values[k - 1] && value >= values[k + 1]);
  if (peak < 0) throw new NotConverged(`thresholds: no inflection of S*(d) at selfCoupling ${selfCoupling}`);
  const at = (logDistance: number) => densestNear(selfCoupling, logDistance, curve[peak], resolution);
  return at(vertexOf((logDistance) => decline(at(logDistance)), Math.log(curve[peak].distance)));
}

/** A threshold as found at one resolution, with the slope that carries an error over to J_D. */
interface Found {
  readonly selfCoupling: number;
  readonly point: DensestClusters;
  readonly couplingSlope: number;
}

/** Newton in J_D for S* = 0 at the dip; ∂S*\/∂J_D at fixed d is the whole derivative, the dip being a minimum. */
function findGapClosing(resolution: number): Found {
  let selfCoupling = gapStart;
  for (let step = 0; step < newtonSteps; step++) {
    const point = dipOf(selfCoupling, resolution);
    const change = -point.localEntropy / point.selfCouplingSlope;
    selfCoupling += change;
    if (Math.abs(change) < couplingTolerance)
      return { selfCoupling, point, couplingSlope: point.selfCouplingSlope };
  }
  throw new NotConverged(`gapClosing: J_D not found in ${newtonSteps} Newton steps`);
}

function findMonotoneOnset(resolution: number): Found {
  const { low, high } = monotoneBracket;
  const slopeAt = (selfCoupling: number) => flattestOf(selfCoupling, resolution).slope;
  const { x } = findRoot(slopeAt, low, high, { tolerance: couplingTolerance });
  const couplingSlope = (slopeAt(high) - slopeAt(low)) / (high - low);
  return { selfCoupling: x, point: flattestOf(x, resolution), couplingSlope };
}

function withError(
  find: (resolution: number) => Found,
  { resolution = 1 }: ThresholdOptions,
): ClusterThreshold {
  requireInside("resolution", resolution, resolutionRange);
  const coarse = find(resolution);
  const { selfCoupling, point, couplingSlope } = find(refinement * resolution);
  const difference = Math.abs(selfCoupling - coarse.selfCoupling);
  const error = difference + couplingTolerance + floorError / Math.abs(couplingSlope);
  return { selfCoupling, distance: point.distance, y: point.y, error };
}

/**
 * J_gap: the smallest self-coupling at which the local entropy of the densest clusters is nowhere negative between the
 * narrow clusters at tiny distance and the wide ones (P15). There ⟨m²⟩ = q, φ = 0, S_I = 0 and dS*\/dq = 0 together.
 *
 * $$J_{\mathrm{gap}} = \min \bigl\lbrace J_D : \min_{d \in \text{window}} S^*(d) \ge 0 \bigr\rbrace$$
 * @param options resolution (default 1)
 * @returns J_gap with the distance and y* of the point where the curve touches zero
 * @throws OutOfDomain for a bad resolution; NotConverged if any of the points cannot be solved
 */
export function gapClosing(options: ThresholdOptions = {}): ClusterThreshold {
  return withError(findGapClosing, options);
}

/**
 * J_mono: the smallest self-coupling from which S*(d) increases with d all the way (P16); there its slope and the
 * derivative of the slope vanish together.
 * @param options resolution (default 1)
 * @returns J_mono with the distance and y* of the inflection
 * @throws OutOfDomain for a bad resolution; NotConverged if any of the points cannot be solved
 */
export function monotoneOnset(options: ThresholdOptions = {}): ClusterThreshold {
  return withError(findMonotoneOnset, options);
}
