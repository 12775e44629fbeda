/**
 * @file Critical self-couplings of the densest clusters of layered networks: J_gap(λ), where the overlap gap closes
 * (P15), and J_mono(λ), from which S*(d) increases all the way (P16). The minimum, and the inflection, of S* against
 * log d are followed by polynomials through a few points while J_D approaches the critical value by secants.
 */
import { NotConverged } from "./errors.ts";
import type { ClusterThreshold } from "./thresholds.ts";
import { layeredEntropy } from "./layered.ts";
import { layeredComplexityRoot } from "./layered-complexity-root.ts";
import { interpolant } from "./layered-interpolation.ts";
import type { Interpolant } from "./layered-interpolation.ts";
import { requireLayeredBonds } from "./layered-domain.ts";
import type { LayeredBonds } from "./layered-domain.ts";
import { replicaDomain } from "./one-rsb-domain.ts";
import { findRoot } from "./solvers.ts";

/** S* at one distance, and what is known of it. */
interface CurvePoint {
  readonly logDistance: number;
  readonly localEntropy: number;
  readonly orderError: number;
  readonly y: number;
}

/** What is sought along a curve: its value is zero at the critical J_D and grows with it. */
interface Feature {
  readonly value: number;
  readonly logDistance: number;
  /** Whether it lies inside the window, not at an edge of it. */
  readonly isInside: boolean;
  /** Error of `value`: of the interpolation in y, and of that in log d. */
  readonly error: number;
}

/** J_gap and J_mono of one layer lie about this much above the J_D at which its entropy vanishes, 0. */
const distanceFromVanishing = { gap: 0.06, monotone: 0.073 };

/** Shares of it at which a dip is looked for, one after the other. */
const startShares = [1, 0.5, 0.2, 0.05];

/** The entropy of all fixed points vanishes between, for every λ ≥ 0. */
const vanishingBracket = { low: -8, high: 0 };

/** Distances among which the minimum or the inflection is first looked for. */
const searchGrid = Array.from({ length: 10 }, (_, k) => Math.log(2e-3 * 100 ** (k / 9)));

/**
 * Half-widths in log d and orders of the polynomials through Chebyshev points, wide at first. The last ones leave less
 * than the interpolation in y.
 */
const windows = [
  { halfWidth: 0.8, order: 6 },
  { halfWidth: 0.6, order: 8 },
];

/** Points of a window at which its polynomial is looked at, and steps of a refinement of the best one. */
const windowGrid = 200;

/** Secant steps in J_D and where they end. */
const secantSteps = 16;
const couplingTolerance = 1e-9;

/** Largest error of J_D that is returned. Strong bonds lock the layers: φ then has kinks between integers y. */
const largestError = 1e-3;

/** First step of the secant, and the longest one. */
const firstStep = 5e-3;
const longestStep = 0.03;

/** Last integer y: y* is 2 to 5 at the gap, and up to about 10 at the inflection. */
const mostReplicas = { gap: 12, monotone: 14 };

/** S* as a function of log d, or null beyond the domain and where y* is out of reach (small d, dense clusters). */
function curveAt(bonds: LayeredBonds, selfCoupling: number, last: number) {
  const { min, max } = replicaDomain.distance;
  return (logDistance: number): CurvePoint | null => {
    if (logDistance < Math.log(min) || logDistance > Math.log(max)) return null;
    const overlap = 1 - 2 * Math.exp(logDistance);
    const overlaps = Array.from({ length: bonds.layers === "infinite" ? 1 : bonds.layers }, () => overlap);
    const root = layeredComplexityRoot({ ...bonds, selfCoupling }, overlaps, last);
    return root === null ? null : { logDistance, ...root };
  };
}

type Curve = ReturnType<typeof curveAt>;

const present = (points: readonly (CurvePoint | null)[]) => points.filter((point) => point !== null);

const polynomialThrough = (points: readonly CurvePoint[]) =>
  interpolant(
    points.map(({ logDistance }) => logDistance),
    points.map(({ localEntropy }) => localEntropy),
  );

/** Polynomial through S* at Chebyshev points around a place; where y* is out of reach the window moves outwards. */
function windowAround(curve: Curve, centre: number, { halfWidth, order }: (typeof windows)[number]) {
  for (let middle = centre, moves = 0; moves < 4; middle += 0.5 * halfWidth, moves++) {
    const nodes = Array.from(
      { length: order + 1 },
      (_, k) => middle + halfWidth * Math.cos((Math.PI * (k + 0.5)) / (order + 1)),
    );
    const points = present(nodes.map(curve));
    if (points.length < nodes.length) continue;
    const polynomial = polynomialThrough(points);
    return { low: middle - halfWidth, high: middle + halfWidth, points, polynomial };
  }
  throw new NotConverged(`layered thresholds: y* is out of reach around distance ${Math.exp(centre)}`);
}

type Window = ReturnType<typeof windowAround>;

/** The smallest value of f on a window, by a grid and a parabola through its best point. */
function lowest({ low, high }: Window, f: (x: number) => number) {
  const step = (high - low) / windowGrid;
  const values = Array.from({ length: windowGrid + 1 }, (_, k) => f(low + k * step));
  const best = values.reduce((least, value, k) => (value < values[least] ? k : least), 0);
  if (best === 0 || best === windowGrid)
    return { x: low + best * step, value: values[best], isInside: false };
  const [before, here, after] = values.slice(best - 1, best + 2);
  const shift = (0.5 * (before - after)) / (before - 2 * here + after);
  const x = low + (best + shift) * step;
  return { x, value: f(x), isInside: true };
}

/** The smallest S* of the gap window, or the smallest slope dS*\/d log d, in ever narrower windows. */
function followed(curve: Curve, kind: "gap" | "monotone", start: number): Feature {
  const quantity = (polynomial: Interpolant) => (x: number) =>
    kind === "gap" ? polynomial(x).value : polynomial(x).derivative;
  let feature: Feature = { value: NaN, logDistance: start, isInside: false, error: NaN };
  for (const window of windows) {
    const around = windowAround(curve, feature.logDistance, window);
    const { x, value, isInside } = lowest(around, quantity(around.polynomial));
    const withoutLast = quantity(polynomialThrough(around.points.slice(0, -1)))(x);
    const orderError = Math.max(...around.points.map((point) => point.orderError));
    feature = { value, logDistance: x, isInside, error: orderError + Math.abs(withoutLast - value) };
  }
  return feature;
}

/** Place in the search grid of the dip at the largest distance, or of the smallest slope; null if at an edge. */
function dipOnGrid(curve: Curve, kind: "gap" | "monotone"): number | null {
  const points = present(searchGrid.map(curve));
  const values = points.map(({ localEntropy, logDistance }, k) => {
    if (kind === "gap") return localEntropy;
    const before = points[k - 1];
    if (before === undefined) return Infinity;
    return (localEntropy - before.localEntropy) / (logDistance - before.logDistance);
  });
  const dip = values.findLastIndex((value, k) => value < values[k - 1] && value < values[k + 1]);
  return dip < 0 ? null : points[dip].logDistance;
}

/**
 * A self-coupling at which the curve has a dip, or a smallest slope, inside the search grid, and where that is. The
 * thresholds of layers with strong bonds lie nearer to the J_D at which the entropy vanishes than those of one layer.
 */
function startOf(bonds: LayeredBonds, kind: "gap" | "monotone", curveOf: (selfCoupling: number) => Curve) {
  const vanishing = vanishingOf(bonds);
  for (const share of startShares) {
    const selfCoupling = vanishing + share * distanceFromVanishing[kind];
    const place = dipOnGrid(curveOf(selfCoupling), kind);
    if (place !== null) return { selfCoupling, place };
  }
  throw new NotConverged("layered thresholds: no self-coupling at which S* has a dip within reach of y*");
}

/** J_D at which the entropy of all fixed points vanishes: negative, as bonds make more of them. */
function vanishingOf(bonds: LayeredBonds): number {
  if (bonds.layers === 1 || bonds.ferromagneticCoupling === 0) return 0;
  const entropyAt = (selfCoupling: number) => layeredEntropy({ ...bonds, selfCoupling }).entropy;
  return findRoot(entropyAt, vanishingBracket.low, vanishingBracket.high).x;
}

/** @throws NotConverged if J_D is worth nothing */
function requireAccuracy(selfCoupling: number, error: number): void {
  if (!(error < largestError))
    throw new NotConverged(`layered thresholds: error ${error} at selfCoupling ${selfCoupling}`);
}

/** The threshold at the end of the secants, with y* there. */
function thresholdAt(curve: Curve, selfCoupling: number, feature: Feature, slope: number): ClusterThreshold {
  const point = curve(feature.logDistance);
  if (point === null || !feature.isInside)
    throw new NotConverged(
      `layered thresholds: no ${point === null ? "y*" : "minimum"} at selfCoupling ${selfCoupling}`,
    );
  const error = couplingTolerance + feature.error / slope;
  requireAccuracy(selfCoupling, error);
  return { selfCoupling, distance: Math.exp(feature.logDistance), y: point.y, error };
}

/** Secants in J_D for a feature of the curve to become zero. */
function findThreshold(bonds: LayeredBonds, kind: "gap" | "monotone"): ClusterThreshold {
  const curveOf = (selfCoupling: number) => curveAt(bonds, selfCoupling, mostReplicas[kind]);
  let { selfCoupling, place } = startOf(bonds, kind, curveOf);
  let previous: { selfCoupling: number; value: number } | null = null;
  for (let step = 0; step < secantSteps; step++) {
    const feature = followed(curveOf(selfCoupling), kind, place);
    const slope: number =
      previous === null ? NaN : (feature.value - previous.value) / (selfCoupling - previous.selfCoupling);
    // Until two points give a slope that makes sense, a step in the right direction.
    const wanted: number = slope > 0 ? -feature.value / slope : -Math.sign(feature.value) * firstStep;
    if (slope > 0 && feature.isInside) requireAccuracy(selfCoupling, feature.error / slope);
    const change: number = Math.max(-longestStep, Math.min(longestStep, wanted));
    if (slope > 0 && Math.abs(change) < couplingTolerance)
      return thresholdAt(curveOf(selfCoupling), selfCoupling, feature, slope);
    previous = { selfCoupling, value: feature.value };
    place = feature.logDistance;
    selfCoupling += change;
  }
  throw new NotConverged(`layered thresholds: J_D not found in ${secantSteps} secant steps`);
}

/**
 * J_gap(λ): the smallest self-coupling at which the local entropy S*(d) of a layered network is nowhere negative between
 * the narrow clusters at tiny distance and the wide ones (P15). It falls with λ and becomes negative.
 * @param bonds depth and λ in [0, 3]
 * @returns J_gap with the distance and y* of the point where the curve touches zero; the error is that of the
 *   interpolation in y
 * @throws OutOfDomain outside these ranges; NotConverged if there is none within reach, or its error is above 10⁻³ (without end
 *   at λ = 2, say)
 */
export function layeredGapClosing(bonds: LayeredBonds): ClusterThreshold {
  requireLayeredBonds(bonds);
  return findThreshold(bonds, "gap");
}

/**
 * J_mono(λ): the smallest self-coupling from which S*(d) of a layered network increases with d all the way (P16).
 * @param bonds depth and λ in [0, 3]
 * @returns J_mono with the distance and y* of the inflection; the error is that of the interpolation in y
 * @throws OutOfDomain outside these ranges; NotConverged if there is none within reach, or its error is above 10⁻³ (without end
 *   at λ = 2, say)
 */
export function layeredMonotone(bonds: LayeredBonds): ClusterThreshold {
  requireLayeredBonds(bonds);
  return findThreshold(bonds, "monotone");
}
