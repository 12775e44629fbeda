/** @file Findings of the figure `phase-diagram`: the map of S* against thresholds that were solved for directly. */
import type { LocalEntropyRow, ThresholdPoint, ThresholdsRow } from "../../experiments/rows.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { asCheck } from "./judge.ts";
import { densestCurves, falls, hasGap, lowestPoint, transition } from "./local-entropy.ts";
import type { DensestCurve, Transition } from "./local-entropy.ts";

/** A threshold as it was solved for, and where the map puts it. */
interface Placed {
  readonly symbol: string;
  readonly equation: string;
  readonly point: ThresholdPoint;
  readonly change: Transition;
  readonly measured: Quantity;
  readonly claim: string;
  /** How `measured` was found. */
  readonly remark: string;
}

function placedFinding({ symbol, equation, point, change, measured, claim, remark }: Placed): Finding {
  const [low, high] = [change.before.selfCoupling, change.after.selfCoupling];
  return asCheck({
    claim,
    measured,
    predicted: { value: point.selfCoupling, error: point.error },
    criterion:
      `${symbol}, solved for directly ${equation}, lies between the columns of the map at ${label(low)} and ${label(high)}, ` +
      `where this changes; measured: ${remark}`,
    verdict: low <= point.selfCoupling && point.selfCoupling <= high ? "agrees" : "differs",
  });
}

/** Middle of the two columns between which a property changes. */
const middle = ({ before, after }: Transition): Quantity => ({
  value: (before.selfCoupling + after.selfCoupling) / 2,
  interval: [before.selfCoupling, after.selfCoupling],
  intervalKind: "grid",
});

/** J_D at which the smallest S* of the last two columns with a gap reaches zero on a straight line; null without two. */
function extrapolatedClosing(curves: readonly DensestCurve[], { before }: Transition): Quantity | null {
  const earlier = curves[curves.indexOf(before) - 1];
  if (earlier === undefined) return null;
  const [first, last] = [lowestPoint(earlier).entropy, lowestPoint(before).entropy];
  const step = before.selfCoupling - earlier.selfCoupling;
  return last > first ? { value: before.selfCoupling - (last * step) / (last - first) } : null;
}

const coupling = ({ selfCoupling }: DensestCurve): string => label(selfCoupling);

function gapFinding(curves: readonly DensestCurve[], point: ThresholdPoint | null): Finding[] {
  const change = transition(curves, hasGap);
  if (change === null || point === null) return [];
  const claim =
    `From ${symbols.gap} = ${label(point.selfCoupling, 3)} on no distance is closed to groups of about ${symbols.yStar} or more fixed points: on the map ` +
    `${symbols.densest} is negative somewhere up to ${symbols.selfCoupling} = ${coupling(change.before)} and nowhere from ${coupling(change.after)} on`;
  const extrapolated = extrapolatedClosing(curves, change);
  const remark =
    extrapolated === null
      ? "the middle"
      : "the smallest <i>S</i>* of the last two columns with a gap, continued to zero on a straight line";
  const measured = extrapolated ?? middle(change);
  return [placedFinding({ symbol: symbols.gap, equation: "(P15)", point, change, measured, claim, remark })];
}

function monotoneFinding(curves: readonly DensestCurve[], point: ThresholdPoint | null): Finding[] {
  const change = transition(curves, falls);
  if (change === null || point === null) return [];
  const claim =
    `The entropy of the densest clusters grows with distance throughout from ${symbols.monotone} = ${label(point.selfCoupling, 3)} on: the columns ` +
    `of the map fall somewhere up to ${symbols.selfCoupling} = ${coupling(change.before)} and nowhere from ${coupling(change.after)} on`;
  const where = { symbol: symbols.monotone, equation: "(P16)", point, change };
  return [placedFinding({ ...where, measured: middle(change), claim, remark: "the middle" })];
}

/**
 * What the map of S* shows.
 * @param rows points at Σ = 0 over (J_D, d), any order
 * @param thresholds J_gap and J_mono, as far as they are known
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source zeros and slopes of the map of (P14) against (P15), (P16)
 */
export function phaseDiagramFindings(
  rows: readonly LocalEntropyRow[],
  thresholds: ThresholdsRow | null,
): Finding[] {
  const curves = densestCurves(rows);
  return [
    ...gapFinding(curves, thresholds?.gapClosing ?? null),
    ...monotoneFinding(curves, thresholds?.monotone ?? null),
  ];
}
