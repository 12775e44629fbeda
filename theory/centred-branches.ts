/**
 * @file The saddles of (P28) at a given coupling γ to the centre: the curve γ(q) of one (J_D, y) is followed from small
 * overlaps on, and every place where it passes the given coupling is a saddle.
 *
 * Notation: place is atanh √q, in which γ of free spins is the identity.
 */
import type { CentredPosition } from "./centred-quadrature.ts";
import { couplingSlope } from "./centred-saddle.ts";
import { centredDomain, describeCentred, namingInput, solveCentred } from "./centred-solution.ts";
import type { CentredReplicas, CentredSolution } from "./centred-solution.ts";
import { requireInside } from "./errors.ts";
import { untilAccurate } from "./one-rsb-domain.ts";
import type { ReplicaOptions } from "./one-rsb-domain.ts";
import { findRoot } from "./solvers.ts";

/** y replicas coupled to a centre. */
export interface CentredCoupling {
  /** J_D in [0, 3], in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Number of replicas in [1, 1000], not necessarily an integer. */
  readonly y: number;
  /** Coupling γ of each replica to the centre, in [10⁻⁴, 10]. */
  readonly coupling: number;
}

/** The largest overlap of the domain needs γ below 5; near 0 only the end of the curve is left, at no useful accuracy. */
const couplingRange = { min: 1e-4, max: 10 };

/** Steps of the walk along γ(q); its monotone pieces, of which up to four have been seen, are many steps long. */
const walkSteps = 40;

/** Accuracy of place at an extremum of γ(q), where γ is flat, and at a crossing. */
const extremumTolerance = 1e-7;
const crossingTolerance = 1e-13;

/** A point of the curve. Beyond its end, where γ has fallen to 0, there is no position. */
interface CurvePoint {
  readonly place: number;
  readonly coupling: number;
  /** Of the sign of dγ/dq. */
  readonly slope: number;
  readonly position: CentredPosition | null;
}

const placeOf = (overlap: number) => Math.atanh(Math.sqrt(overlap));
const overlapAt = (place: number) => Math.tanh(place) ** 2;

/** Position at `place` on the line through two points in the logarithms; that of one alone where there is no other. */
function predict(
  a: CurvePoint | undefined,
  b: CurvePoint | undefined,
  place: number,
): CentredPosition | null {
  if (!a?.position || !b?.position) return b?.position ?? a?.position ?? null;
  const ahead = (place - b.place) / (b.place - a.place);
  const along = (from: number, to: number) => to * (to / from) ** ahead;
  return {
    conjugateOverlap: along(a.position.conjugateOverlap, b.position.conjugateOverlap),
    coupling: along(a.position.coupling, b.position.coupling),
  };
}

/** The curve γ(q) at one (J_D, y) and one resolution. */
class CouplingCurve {
  private readonly selfCoupling: number;
  private readonly y: number;
  private readonly resolution: number;

  constructor({ selfCoupling, y }: CentredCoupling, resolution: number) {
    this.selfCoupling = selfCoupling;
    this.y = y;
    this.resolution = resolution;
  }

  pointAt(place: number) {
    return { selfCoupling: this.selfCoupling, y: this.y, overlap: overlapAt(place) };
  }

  /** The saddle at `place`, started from two points of the curve. */
  solve(place: number, a: CurvePoint | undefined, b: CurvePoint | undefined): CentredSolution | null {
    return solveCentred(this.pointAt(place), this.resolution, predict(a, b, place));
  }

  at(place: number, a: CurvePoint | undefined, b: CurvePoint | undefined): CurvePoint {
    const solution = this.solve(place, a, b);
    if (solution === null) return { place, coupling: 0, slope: -1, position: null };
    const { position, averagedAt, averages } = solution.root;
    const slope = couplingSlope(overlapAt(place), averagedAt, averages);
    return { place, coupling: position.coupling, slope, position };
  }

  /** Points in ascending order up to the end of the curve or of the domain, γ monotone between neighbours. */
  monotonePieces(): CurvePoint[] {
    const first = placeOf(centredDomain.overlap.min);
    const last = placeOf(centredDomain.overlap.max);
    const points: CurvePoint[] = [];
    let before: CurvePoint | undefined;
    let previous: CurvePoint | undefined;
    for (let k = 0; k <= walkSteps; k++) {
      const point = this.at(first + ((last - first) * k) / walkSteps, before, previous);
      if (previous && previous.slope * point.slope < 0) points.push(this.extremum(previous, point));
      points.push(point);
      if (point.position === null) break;
      [before, previous] = [previous, point];
    }
    return points;
  }

  private extremum(a: CurvePoint, b: CurvePoint): CurvePoint {
    const slopeAt = (place: number) => this.at(place, a, b).slope;
    return this.at(findRoot(slopeAt, a.place, b.place, { tolerance: extremumTolerance }).x, a, b);
  }

  /** The saddle between two neighbours of which one has a larger and one a smaller coupling. */
  crossing(coupling: number, a: CurvePoint, b: CurvePoint): CentredReplicas | null {
    const excess = (place: number) => this.at(place, a, b).coupling - coupling;
    const { x } = findRoot(excess, a.place, b.place, { tolerance: crossingTolerance });
    const solution = this.solve(x, a, b);
    return solution && describeCentred(this.pointAt(x), solution);
  }
}

/**
 * All saddles of y replicas around a centre (P28) at a given coupling γ. The curve γ(q) rises from 0; for large J_D or
 * y it rises all the way, else it turns at an overlap near 1, where the two saddles of a coupling merge, and falls back
 * to 0. At J_D below about 0.05 and large y it can fall and rise once more in between. Replicas follow the first branch as
 * γ is raised from 0, up to where it merges with the second.
 * @param input J_D in [0, 3], y in [1, 1000], γ in [10⁻⁴, 10]
 * @param options as for centredLocalEntropy
 * @returns the saddles with an overlap from 10⁻⁵ to 0.9994, in ascending order of the overlap, stable where
 *   couplingSlope is positive; none where γ is too large for replicas that differ, or so small that q is below 10⁻⁵.
 *   Their `coupling` is the given one to about 1e−9
 * @throws OutOfDomain outside these ranges; NotConverged if the tolerance cannot be met
 */
export function centredAtCoupling(input: CentredCoupling, options: ReplicaOptions = {}): CentredReplicas[] {
  const { selfCoupling, y, coupling } = input;
  requireInside("selfCoupling", selfCoupling, centredDomain.selfCoupling);
  requireInside("y", y, centredDomain.y);
  requireInside("coupling", coupling, couplingRange);
  const where = `centredAtCoupling at selfCoupling ${selfCoupling}, y ${y}, coupling ${coupling}`;
  const solveOnce = (resolution: number) => {
    const curve = new CouplingCurve(input, resolution);
    const points = curve.monotonePieces();
    const branches: CentredReplicas[] = [];
    for (let k = 1; k < points.length; k++) {
      if (points[k - 1].coupling > coupling === points[k].coupling > coupling) continue;
      const branch = curve.crossing(coupling, points[k - 1], points[k]);
      if (branch !== null) branches.push(branch);
    }
    const worst = (of: (branch: CentredReplicas) => number) => Math.max(0, ...branches.map(of));
    return { branches, error: worst(({ error }) => error), residual: worst(({ residual }) => residual) };
  };
  return namingInput(where, () => untilAccurate(solveOnce, where, options)).branches;
}
