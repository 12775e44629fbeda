/**
 * @file Critical self-couplings of the densest clusters at symmetry η of the couplings (P23): J_gap(η), where the window of
 * distances without clusters closes, and J_mono(η), from which S*(d) increases all the way. Both exist up to the symmetry
 * at which they meet.
 */
import { NotConverged, requireInside } from "./errors.ts";
import { densestSymmetricClusters, symmetricLocalEntropyCurve } from "./symmetric-clusters.ts";
import type { DensestSymmetricClusters } from "./symmetric-clusters.ts";
import { symmetricReplicaDomain } from "./symmetric-replicas-domain.ts";
import { findGapClosing, findMonotoneOnset, flattestIndex, thresholdWithError } from "./threshold-search.ts";
import type { CurveFamily } from "./threshold-search.ts";
import type { ThresholdOptions } from "./thresholds.ts";

/** A critical self-coupling and the place on the curve S*(d) that decides it. */
export interface SymmetricThreshold {
  readonly status: "ok";
  /** Symmetry η of the couplings, in [−0.5, 1]. */
  readonly symmetry: number;
  /** Critical J_D, in standard deviations of the local field; negative where η is above about 0.23. */
  readonly selfCoupling: number;
  /** Distance d at which it is reached. */
  readonly distance: number;
  /** Number of replicas y* there. */
  readonly y: number;
  /** Estimated error of `selfCoupling`, from two resolutions. */
  readonly error: number;
}

/** There is no such self-coupling: the curve has no window between narrow and wide clusters. */
export interface NoSymmetricThreshold {
  readonly status: "no-solution";
  /** Symmetry η of the couplings, in [−0.5, 1]. */
  readonly symmetry: number;
  readonly reason: string;
}

/** Distances between which minima and maxima along the curve are looked for. */
const distanceGrid = Array.from({ length: 18 }, (_, k) => 1e-3 * 150 ** (k / 17));

/**
 * Self-couplings at which there is a gap: a parabola through J_gap at η = −0.5, 0 and 0.25, which is at most 0.001 from it
 * elsewhere, and this much less.
 */
const gapStart = (symmetry: number) => 0.0601 - 0.30495 * symmetry + 0.1925 * symmetry ** 2 - startMargin;
const startMargin = 0.002;

/** Steps in J_D, upwards from there, in which the end of the decreasing stretch is looked for. */
const couplingStep = 0.004;
const mostSteps = 12;

/** Symmetry from which on no window is looked for: J_gap and J_mono have met at about 0.306, and the parabola fails. */
const lastSymmetry = 0.32;

function familyAt(symmetry: number): CurveFamily<DensestSymmetricClusters> {
  return {
    curve: (selfCoupling) =>
      symmetricLocalEntropyCurve({ selfCoupling, symmetry }, distanceGrid).filter(
        (point) => point.status === "ok",
      ),
    pointNear: (selfCoupling, logDistance, near, resolution) => {
      const point = { selfCoupling, distance: Math.exp(logDistance), symmetry };
      const solution = densestSymmetricClusters(point, { resolution, near });
      if (solution.status === "ok") return solution;
      throw new NotConverged(`thresholds: no cluster at selfCoupling ${selfCoupling}: ${solution.reason}`);
    },
  };
}

function none(symmetry: number): NoSymmetricThreshold {
  const reason = `no window of distances between narrow and wide clusters at symmetry ${symmetry}`;
  return { status: "no-solution", symmetry, reason };
}

/**
 * J_gap(η): the self-coupling at which the minimum of S*(d) between narrow and wide clusters is zero, as (P15) but with
 * the free entropy of (P23). Below J_D = 0 (η above about 0.23) the narrow clusters are themselves cut off at a small
 * distance, below which S* < 0.
 *
 * $$J_{\mathrm{gap}}(\eta) = \min \bigl\lbrace J_D : \min_{d \in \text{window}} S^*(d) \ge 0 \bigr\rbrace$$
 * @param symmetry η, dimensionless, in [−0.5, 1]
 * @param options resolution (default 1)
 * @returns J_gap with the distance and y* of the point where the curve touches zero; status "no-solution" at η above about
 *   0.306, where the curve has no minimum
 * @throws OutOfDomain for a bad argument; NotConverged if any of the points cannot be solved
 * @source (P15) with (P23), derived in theory/README.md
 */
export function symmetricGapClosing(
  symmetry: number,
  { resolution = 1 }: ThresholdOptions = {},
): SymmetricThreshold | NoSymmetricThreshold {
  requireInside("symmetry", symmetry, symmetricReplicaDomain.symmetry);
  if (symmetry > lastSymmetry) return none(symmetry);
  const family = familyAt(symmetry);
  const found = thresholdWithError((nodes) => findGapClosing(family, gapStart(symmetry), nodes), resolution);
  return found === null ? none(symmetry) : { status: "ok", symmetry, ...found };
}

/** The step in J_D inside which the decreasing stretch of S*(d) disappears; null if there is none to begin with. */
function monotoneBracket(family: CurveFamily<DensestSymmetricClusters>, start: number) {
  const levelAt = (selfCoupling: number) => {
    const curve = family.curve(selfCoupling);
    const peak = flattestIndex(curve);
    return peak < 0 ? NaN : curve[peak].slope;
  };
  if (!(levelAt(start) > 0)) return null;
  for (let step = 1; step <= mostSteps; step++) {
    const high = start + step * couplingStep;
    // On the grid the peak is lower than it is, so that a step further is safe as the upper end.
    if (levelAt(high) < 0) return { low: high - 2 * couplingStep, high: high + couplingStep };
  }
  throw new NotConverged(`thresholds: S*(d) still decreases somewhere at selfCoupling ${start}`);
}

/**
 * J_mono(η): the self-coupling from which S*(d) increases with d all the way, as (P16) but with the free entropy of (P23).
 * @param symmetry η, dimensionless, in [−0.5, 1]
 * @param options resolution (default 1)
 * @returns J_mono with the distance and y* of the inflection; status "no-solution" at η above about 0.306, where the curve
 *   is negative at its flattest place, and so without meaning, before it is level there
 * @throws OutOfDomain for a bad argument; NotConverged if any of the points cannot be solved
 * @source (P16) with (P23), derived in theory/README.md
 */
export function symmetricMonotone(
  symmetry: number,
  { resolution = 1 }: ThresholdOptions = {},
): SymmetricThreshold | NoSymmetricThreshold {
  requireInside("symmetry", symmetry, symmetricReplicaDomain.symmetry);
  if (symmetry > lastSymmetry) return none(symmetry);
  const family = familyAt(symmetry);
  const bracket = monotoneBracket(family, gapStart(symmetry));
  if (bracket === null) return none(symmetry);
  const found = thresholdWithError((nodes) => findMonotoneOnset(family, bracket, nodes), resolution);
  if (found === null) return none(symmetry);
  const { selfCoupling, distance } = found;
  const level = densestSymmetricClusters({ selfCoupling, distance, symmetry });
  if (level.status === "ok" && level.localEntropy < 0) return none(symmetry);
  return { status: "ok", symmetry, ...found };
}
