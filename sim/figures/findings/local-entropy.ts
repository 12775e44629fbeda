/** @file Findings of the figure `local-entropy`: the gap in S*(d), its monotone rise, and values of another program. */
import type { LocalEntropyRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { asCheck, equality } from "./judge.ts";

/** A solved point of a curve. */
export interface CurvePoint {
  readonly distance: number;
  readonly entropy: number;
  /** Number of replicas y*; null where it is not stored. */
  readonly yStar: number | null;
}

/** S*(d) at one self-coupling, ascending in d. */
export interface DensestCurve {
  readonly selfCoupling: number;
  readonly points: readonly CurvePoint[];
}

/** Changes of S* smaller than this are rounding: the solver's error estimates stay below 10⁻¹³. */
const rounding = 1e-12;

/** Curves with at least two solved points, ascending in J_D. */
export function densestCurves(rows: readonly LocalEntropyRow[]): DensestCurve[] {
  const solved = rows.filter(({ status, localEntropy }) => status === "ok" && localEntropy !== null);
  return distinct(solved, (row) => row.selfCoupling).flatMap((selfCoupling) => {
    const own = solved.filter((row) => isSame(row.selfCoupling, selfCoupling));
    const points = own
      .map(({ distance, localEntropy, y }) => ({ distance, entropy: localEntropy!, yStar: y }))
      .sort((a, b) => a.distance - b.distance);
    return points.length < 2 ? [] : [{ selfCoupling, points }];
  });
}

/** Point with the smallest S*. */
export const lowestPoint = ({ points }: DensestCurve): CurvePoint =>
  points.reduce((lowest, point) => (point.entropy < lowest.entropy ? point : lowest));

/** Whether there are distances at which groups of y* or more are excluded. */
export const hasGap = (curve: DensestCurve): boolean => lowestPoint(curve).entropy < -rounding;

/** Whether S* falls somewhere as d grows. */
export const falls = ({ points }: DensestCurve): boolean =>
  points.some(({ entropy }, k) => k > 0 && entropy < points[k - 1]!.entropy - rounding);

/** The last curve with a property and the first of those beyond, none of which has it. */
export interface Transition {
  readonly before: DensestCurve;
  readonly after: DensestCurve;
}

/** Where a property ends that all curves up to some J_D have; null where they all have it, or none has. */
export function transition(
  curves: readonly DensestCurve[],
  has: (curve: DensestCurve) => boolean,
): Transition | null {
  const last = curves.findLastIndex(has);
  const before = curves[last];
  const after = curves[last + 1];
  return before === undefined || after === undefined ? null : { before, after };
}

const at = ({ selfCoupling }: DensestCurve): string => `${symbols.selfCoupling} = ${label(selfCoupling)}`;

/** A property that changes once as J_D grows. */
function onceFinding(
  curves: readonly DensestCurve[],
  has: (curve: DensestCurve) => boolean,
  { claimOf, property }: { readonly claimOf: (change: Transition) => string; readonly property: string },
): Finding[] {
  const change = transition(curves, has);
  if (change === null) return [];
  const once = curves.every((curve) => has(curve) === curve.selfCoupling <= change.before.selfCoupling);
  const [low, high] = [change.before.selfCoupling, change.after.selfCoupling];
  return [
    asCheck({
      claim: claimOf(change),
      measured: { value: (low + high) / 2, interval: [low, high], intervalKind: "grid" },
      predicted: null,
      criterion:
        `expected: every curve up to some ${symbols.selfCoupling} ${property}, none beyond; measured: where it changes, ` +
        `between two curves`,
      verdict: once ? "agrees" : "differs",
    }),
  ];
}

/** Values of a solver that shares nothing with this package (a separate program, accuracy better than 10⁻⁹). */
const independentValues = [
  { selfCoupling: 0.05, distance: 0.1, entropy: 0.00515181103347 },
  { selfCoupling: 0.2, distance: 0.05, entropy: 0.04697926807097 },
] as const;

/** Accuracy of those values. */
const independentTolerance = 1e-9;

function independentFindings(curves: readonly DensestCurve[]): Finding[] {
  return independentValues.flatMap(({ selfCoupling, distance, entropy }) => {
    const curve = curves.find((each) => isSame(each.selfCoupling, selfCoupling));
    const point = curve?.points.find((each) => isSame(each.distance, distance));
    if (curve === undefined || point === undefined) return [];
    const claim = `At ${at(curve)} and ${symbols.distance} = ${label(distance)} the densest clusters have ${symbols.densest} = ${shown(point.entropy, 6)}`;
    const unit = "nats per neuron";
    const remark = "predicted: the same equations solved by an independent program";
    return [
      asCheck(
        equality(
          { claim, measured: { value: point.entropy, unit }, remark },
          { value: entropy, unit },
          independentTolerance,
        ),
      ),
    ];
  });
}

/**
 * What the figure of S*(d) shows.
 * @param rows points at Σ = 0, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source S* of (P14) against an independent program; gap and monotony against (P15), (P16)
 */
export function localEntropyFindings(rows: readonly LocalEntropyRow[]): Finding[] {
  const curves = densestCurves(rows);
  return [
    ...onceFinding(curves, hasGap, {
      property:
        "has distances with <i>S</i>* < 0, where the mean number of groups of <i>y</i>* vanishes (that of pairs need not)",
      claimOf: ({ before, after }) => {
        const { distance, entropy, yStar } = lowestPoint(before);
        const size = yStar === null ? "" : `, ${symbols.yStar} = ${shown(yStar, 2)}`;
        return (
          `Up to ${at(before)} some distances are closed to groups of about ${symbols.yStar} or more fixed points (there ` +
          `${symbols.distance} = ${shown(distance, 2)}, with ${symbols.densest} = ${shown(entropy, 2)}${size}), from ${at(after)} on none is`
        );
      },
    }),
    ...onceFinding(curves, falls, {
      property: "falls somewhere with distance",
      claimOf: ({ before, after }) =>
        `${symbols.densest} still falls with distance somewhere at ${at(before)}, and rises throughout from ${at(after)} on`,
    }),
    ...independentFindings(curves),
  ];
}
