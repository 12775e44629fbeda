/** @file Findings of the figure `complexity`: the slope of Σ(S_I), and the root Σ = 0 found twice. */
import type { LocalEntropyRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { asCheck } from "./judge.ts";

/** A solved point with its number of replicas. */
interface ReplicaPoint {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly y: number;
  readonly entropy: number;
  readonly complexity: number;
}

function solved(rows: readonly LocalEntropyRow[]): ReplicaPoint[] {
  return rows.flatMap(({ status, selfCoupling, distance, y, localEntropy, complexity }) =>
    status === "ok" && y !== null && localEntropy !== null && complexity !== null
      ? [{ selfCoupling, distance, y, entropy: localEntropy, complexity }]
      : [],
  );
}

/** Points of each (J_D, d), ascending in y. */
function byPlace(points: readonly ReplicaPoint[]): ReplicaPoint[][] {
  return distinct(points, ({ selfCoupling }) => selfCoupling).flatMap((selfCoupling) => {
    const own = points.filter((point) => isSame(point.selfCoupling, selfCoupling));
    return distinct(own, ({ distance }) => distance).map((distance) =>
      own.filter((point) => isSame(point.distance, distance)).sort((a, b) => a.y - b.y),
    );
  });
}

/**
 * Whether the chord of Σ over S_I from a point to the next has a slope between −y of the one and −y of the other, as it
 * must where S_I has no turning point; null near one.
 */
function chordHolds(points: readonly ReplicaPoint[], k: number): boolean | null {
  const rises = [-1, 0, 1].map((step) => {
    const [from, to] = [points[k + step], points[k + step + 1]];
    return from === undefined || to === undefined ? null : Math.sign(to.entropy - from.entropy);
  });
  const [from, to] = [points[k]!, points[k + 1]!];
  if (rises.some((rise) => rise !== null && rise !== rises[1])) return null;
  const slope = (to.complexity - from.complexity) / (to.entropy - from.entropy);
  return from.y <= -slope && -slope <= to.y;
}

function slopeFinding(places: readonly (readonly ReplicaPoint[])[]): Finding[] {
  const chords = places
    .flatMap((points) => points.slice(1).map((_, k) => chordHolds(points, k)))
    .filter((holds) => holds !== null);
  if (chords.length === 0) return [];
  const outside = chords.filter((holds) => !holds).length;
  return [
    asCheck({
      claim: `${symbols.complexity} falls with slope −${symbols.y} as ${symbols.localEntropy} grows, on ${chords.length - outside} of ${chords.length} chords between neighbouring points`,
      measured: { value: outside, unit: "chords outside" },
      predicted: { value: 0 },
      criterion:
        "d<i>Σ</i>/d<i>S</i><sub>I</sub> = −<i>y</i> by (P11) and (P12): each chord has a slope between −<i>y</i> of its two ends; chords at turning points of <i>S</i><sub>I</sub> are left out",
      verdict: outside === 0 ? "agrees" : "differs",
    }),
  ];
}

/** The last two neighbours between which Σ falls through zero. */
function zeroCrossing(points: readonly ReplicaPoint[]): readonly [ReplicaPoint, ReplicaPoint] | null {
  const k = points.findLastIndex(
    ({ complexity }, at) => complexity >= 0 && (points[at + 1]?.complexity ?? 0) < 0,
  );
  return k < 0 ? null : [points[k]!, points[k + 1]!];
}

/** Root of Σ on a straight line in log y. */
function interpolatedRoot([from, to]: readonly [ReplicaPoint, ReplicaPoint]): number {
  const share = from.complexity / (from.complexity - to.complexity);
  return from.y * (to.y / from.y) ** share;
}

function rootFinding(points: readonly ReplicaPoint[], ends: readonly ReplicaPoint[]): Finding[] {
  const { selfCoupling, distance } = points[0]!;
  const crossing = zeroCrossing(points);
  const direct = ends.find((end) => isSame(end.selfCoupling, selfCoupling) && isSame(end.distance, distance));
  if (crossing === null || direct === undefined) return [];
  const value = interpolatedRoot(crossing);
  const interval = [crossing[0].y, crossing[1].y] as const;
  return [
    asCheck({
      claim: `At ${symbols.selfCoupling} = ${label(selfCoupling)} and ${symbols.distance} = ${label(distance)} the densest clusters have ${symbols.yStar} = ${shown(direct.y, 3)} and ${symbols.densest} = ${shown(direct.entropy, 3)}`,
      measured: { value, interval, intervalKind: "grid" },
      predicted: { value: direct.y },
      criterion:
        "predicted: <i>y</i>* solved for directly (P14); it lies between the two points at fixed <i>y</i> where Σ changes sign",
      verdict: interval[0] <= direct.y && direct.y <= interval[1] ? "agrees" : "differs",
    }),
  ];
}

/**
 * What the figure of complexities shows.
 * @param rows points at fixed y, any order
 * @param curves points at Σ = 0, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source y* of (P14) and the Legendre slope dΣ/dS_I = −y of (P11), (P12)
 */
export function complexityFindings(
  rows: readonly LocalEntropyRow[],
  curves: readonly LocalEntropyRow[],
): Finding[] {
  const places = byPlace(solved(rows));
  const ends = solved(curves);
  return [...places.flatMap((points) => rootFinding(points, ends)).slice(0, 3), ...slopeFinding(places)];
}
