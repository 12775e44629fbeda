/**
 * @file The overlap gap seen from tuples: self-couplings below which the mean number of m fixed points at mutual
 * distance d vanishes as N → ∞, so that there are none (first moment), and the same for the densest clusters.
 *
 * Φ_m(q) = φ(m, q) grows with J_D at every distance, so that each boundary Φ_m = 0 is a function J_m(d); its largest value
 * is the threshold J_m. The line S*(d) = 0 is that of min over real y of φ/y, hence the envelope of the lines of all y.
 */
import { NotConverged, requireInside, requireInteger } from "./errors.ts";
import { integerReplicaFreeEntropy } from "./integer-replicas.ts";
import { densestClusters } from "./local-entropy.ts";
import type { DensestClusters } from "./local-entropy.ts";
import { replicaDomain } from "./one-rsb-domain.ts";
import { findRoot } from "./solvers.ts";

/** A tuple of m fixed points, every two at the same distance. */
export interface TupleGeometry {
  /** Number m of fixed points, an integer from 2 to 40. */
  readonly replicas: number;
  /** Normalised Hamming distance d in [3·10⁻⁴, 0.495] of every two of them. */
  readonly distance: number;
}

/** Accuracy of a boundary, and where to start. */
export interface BoundaryOptions {
  /** Absolute, of J_D, in [10⁻¹⁵, 0.01]; default 10⁻¹². */
  readonly tolerance?: number;
  /** A J_D nearby, in (0, 0.1), from which the search starts: it changes the time, not the result. */
  readonly near?: number;
}

/** Where tuples of m fixed points are excluded at some distance. */
export interface TupleThreshold {
  /** Number m of fixed points of a tuple, an integer. */
  readonly replicas: number;
  /** J_m: from here on Φ_m ≥ 0 at every distance. */
  readonly selfCoupling: number;
  /** Distance d at which the exclusion ends. */
  readonly distance: number;
  /** Estimated error of `selfCoupling`. */
  readonly error: number;
}

/** Where the densest clusters begin to exist at one distance. */
export interface ClusterBoundary {
  /** J_D at which S*(d) = 0. */
  readonly selfCoupling: number;
  /** Normalised Hamming distance d, as given. */
  readonly distance: number;
  /** Number of replicas y* there. */
  readonly y: number;
  /** Estimated error of `selfCoupling`. */
  readonly error: number;
}

/** More members exclude less than six do, and the sums of (P13) cost time. */
const largestTuple = 40;

/** At J_D = 0 every Φ_m is negative, at this J_D, beyond J_gap, every one is positive. */
const highestCoupling = 0.1;

const defaultTolerance = 1e-12;

/** Below lies rounding of J_D; above, a boundary anywhere between 0 and 0.1 would do. */
const toleranceRange = { min: 1e-15, max: 1e-2 };

/** Of a first guess. */
const coarseTolerance = 1e-3;

/** Secant steps from a J_D nearby; where these do not suffice, the root is bracketed. */
const secantSteps = 10;

/** First step of the secant method, relative: neighbouring points of a boundary differ by more. */
const secantStart = 1e-3;

/** Spacings in log d of the parabolas that find the highest point; the last leaves its square as error of log d. */
const parabolaSpacings = [0.3, 0.1, 0.02, 0.005];

/** Longest move to the vertex of a parabola, in units of its spacing. */
const longestShift = 3;

/** The highest points lie near d = 0.08/m (from 0.052/m at m = 2 on), where the search starts. */
const startDistance = (replicas: number): number => 0.08 / replicas;

/** Rounding of Φ_m: of the logarithms that it is a difference of. */
const phiRounding = 1e-13;

/** Step of the difference quotient for ∂Φ_m/∂J_D, which is only for the error. */
const couplingStep = 1e-4;

/** Newton steps in J_D for a boundary of clusters; each about doubles the digits. */
const newtonSteps = 30;

/** First guess for the boundary of clusters; S* is concave in J_D, so that Newton's method comes from below. */
const firstCoupling = 0.03;

/** Largest move in J_D of one step. */
const largestStep = 0.02;

function requireGeometry({ replicas, distance }: TupleGeometry): void {
  requireInteger("replicas", replicas, 2, largestTuple);
  requireInside("distance", distance, replicaDomain.distance);
}

const couplingRange = { min: 0, max: highestCoupling, openMin: true, openMax: true };

const exponentAt = (selfCoupling: number, { replicas, distance }: TupleGeometry): number =>
  integerReplicaFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, replicas }).phi;

/**
 * Boundary J_m(d) of the exclusion of m-tuples: below it Φ_m(1 − 2d) = φ(m, 1 − 2d) < 0 (P13), the mean number of tuples
 * e^{NΦ_m} vanishes, and with high probability a network has no m fixed points at mutual distance d.
 * @param geometry number of members and their distance
 * @param options tolerance, see {@link BoundaryOptions}
 * @returns J_D, dimensionless, in (0, 0.1)
 * @throws OutOfDomain outside these ranges; NotConverged if the root is not found
 * @source first moment (Markov's inequality) with (P13)
 */
export function tupleBoundary(geometry: TupleGeometry, options: BoundaryOptions = {}): number {
  requireGeometry(geometry);
  const { tolerance = defaultTolerance, near } = options;
  requireInside("tolerance", tolerance, toleranceRange);
  const exponent = (selfCoupling: number) => exponentAt(selfCoupling, geometry);
  const found = near === undefined ? null : secantRoot(exponent, near, tolerance);
  return found ?? findRoot(exponent, 0, highestCoupling, { tolerance }).x;
}

/** Root by the secant method; null where it leaves the range of J_D or takes too long. */
function secantRoot(f: (x: number) => number, near: number, tolerance: number): number | null {
  let before = requireInside("near", near, couplingRange);
  let valueBefore = f(before);
  let x = before * (1 - secantStart);
  for (let step = 0; step < secantSteps; step++) {
    const value = f(x);
    const change = (-value * (x - before)) / (value - valueBefore);
    if (Math.abs(change) < tolerance) return x + change;
    [before, valueBefore] = [x, value];
    x += change;
    if (!(x > 0 && x < highestCoupling)) return null;
  }
  return null;
}

/** Place and height of the maximum of f near `start` by parabolas, and how much the last of them raised it. */
function highestPoint(f: (x: number) => number, start: number) {
  let x = start;
  let change = 0;
  for (const h of parabolaSpacings) {
    const [before, here, after] = [f(x - h), f(x), f(x + h)];
    const curvature = 2 * here - before - after;
    if (!(curvature > 0)) throw new NotConverged("tupleThreshold: the boundary has no highest point");
    const shift = (after - before) / (2 * curvature);
    x += h * Math.max(-longestShift, Math.min(longestShift, shift));
    change = 0.5 * curvature * shift * shift;
  }
  return { x, height: f(x), change };
}

/**
 * J_m: the smallest self-coupling at which m-tuples of fixed points are excluded at no distance, the highest point of
 * their boundary. There Φ_m = 0 and ∂Φ_m/∂q = 0.
 *
 * $$J_m = \max_d J_m(d), \qquad \Phi_m(1-2d)\big|_{J_D = J_m(d)} = 0$$
 * @param replicas number m of members, an integer from 2 to 40
 * @returns J_m with the distance at which the exclusion ends (to about 10⁻⁵ of itself)
 * @throws OutOfDomain for another m; NotConverged if the boundary has no highest point
 * @source first moment (Markov's inequality) with (P13)
 */
export function tupleThreshold(replicas: number): TupleThreshold {
  requireInteger("replicas", replicas, 2, largestTuple);
  let near = tupleBoundary({ replicas, distance: startDistance(replicas) }, { tolerance: coarseTolerance });
  const boundary = (logDistance: number): number =>
    (near = tupleBoundary({ replicas, distance: Math.exp(logDistance) }, { near }));
  const { x, height, change } = highestPoint(boundary, Math.log(startDistance(replicas)));
  const geometry = { replicas, distance: Math.exp(x) };
  const slope =
    (exponentAt(height + couplingStep, geometry) - exponentAt(height - couplingStep, geometry)) /
    (2 * couplingStep);
  const error = change + defaultTolerance + phiRounding / slope;
  return { replicas, selfCoupling: height, distance: geometry.distance, error };
}

/**
 * Boundary of the exclusion of clusters: the self-coupling at which S*(d) = 0 (P14), J_gap (P15) at its highest point. No
 * boundary J_m(d) of tuples lies above it, since φ(m, q) ≥ m S*.
 * @param distance d in [3·10⁻⁴, 0.495], dimensionless
 * @returns J_D with the number of replicas y* there
 * @throws OutOfDomain for another distance; NotConverged if S* has no zero that the solver finds
 * @source (P14), Newton's method with ∂S*\/∂J_D
 */
export function clusterBoundary(distance: number): ClusterBoundary {
  requireInside("distance", distance, replicaDomain.distance);
  let selfCoupling = firstCoupling;
  let near: DensestClusters | undefined;
  for (let step = 0; step < newtonSteps; step++) {
    const point = densestClusters({ selfCoupling, distance }, near === undefined ? {} : { near });
    if (point.status !== "ok") throw new NotConverged(`clusterBoundary: ${point.reason}`);
    near = point;
    const { localEntropy, selfCouplingSlope, y, error } = point;
    const change = -localEntropy / selfCouplingSlope;
    if (Math.abs(change) < defaultTolerance)
      return { selfCoupling, distance, y, error: defaultTolerance + error / selfCouplingSlope };
    const next = selfCoupling + Math.max(-largestStep, Math.min(largestStep, change));
    selfCoupling = Math.max(0.1 * selfCoupling, next);
  }
  throw new NotConverged(`clusterBoundary: J_D at distance ${distance} not found in ${newtonSteps} steps`);
}
