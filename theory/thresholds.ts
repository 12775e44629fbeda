/**
 * @file Critical self-couplings of the densest clusters: J_gap, where the overlap gap closes (P15), and J_mono, from
 * which S*(d) increases all the way (P16). Both are roots of stationarity conditions, not read off a grid; the grid
 * only says between which distances to look.
 */
import { NotConverged } from "./errors.ts";
import { densestClusters, localEntropyCurve } from "./local-entropy.ts";
import type { DensestClusters } from "./local-entropy.ts";
import { findGapClosing, findMonotoneOnset, thresholdWithError } from "./threshold-search.ts";
import type { CurveFamily } from "./threshold-search.ts";

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

/** Both thresholds exist for independent couplings: no dip or inflection is a failure of the solver. */
function existing(threshold: ClusterThreshold | null): ClusterThreshold {
  if (threshold === null) throw new NotConverged("thresholds: no dip of S*(d) on the way to the threshold");
  return threshold;
}

const family: CurveFamily<DensestClusters> = { curve: coarseCurve, pointNear: densestNear };

/**
 * J_gap: the smallest self-coupling at which the local entropy of the densest clusters is nowhere negative between the
 * narrow clusters at tiny distance and the wide ones (P15). There ⟨m²⟩ = q, φ = 0, S_I = 0 and dS*\/dq = 0 together.
 *
 * $$J_{\mathrm{gap}} = \min \bigl\lbrace J_D : \min_{d \in \text{window}} S^*(d) \ge 0 \bigr\rbrace$$
 * @param options resolution (default 1)
 * @returns J_gap with the distance and y* of the point where the curve touches zero
 * @throws OutOfDomain for a bad resolution; NotConverged if any of the points cannot be solved
 */
export function gapClosing({ resolution = 1 }: ThresholdOptions = {}): ClusterThreshold {
  return existing(thresholdWithError((nodes) => findGapClosing(family, gapStart, nodes), resolution));
}

/**
 * J_mono: the smallest self-coupling from which S*(d) increases with d all the way (P16); there its slope and the
 * derivative of the slope vanish together.
 * @param options resolution (default 1)
 * @returns J_mono with the distance and y* of the inflection
 * @throws OutOfDomain for a bad resolution; NotConverged if any of the points cannot be solved
 */
export function monotoneOnset({ resolution = 1 }: ThresholdOptions = {}): ClusterThreshold {
  return existing(
    thresholdWithError((nodes) => findMonotoneOnset(family, monotoneBracket, nodes), resolution),
  );
}
