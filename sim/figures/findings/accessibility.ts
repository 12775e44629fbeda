/** @file Findings of the figure `accessibility`: where dynamics reaches fixed points, against size and budget. */
import type { AccessThresholdRow, ExtrapolationRow, ThresholdsRow } from "../../experiments/rows.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { acceptedErrors, difference, exceeding, undecided } from "./judge.ts";
import {
  acceptedLimits,
  gapInWords,
  hasLimits,
  knownThresholds,
  limitQuantity,
  limitsInWords,
  tooFew,
} from "./limits.ts";
import type { KnownLimit, KnownThreshold } from "./limits.ts";

/** Rows of the dynamics with most rows, at its largest budget. */
function atLargestBudget<Row extends { readonly budget: number }>(rows: readonly Row[]): Row[] {
  const budget = Math.max(...rows.map((row) => row.budget));
  return rows.filter((row) => row.budget === budget);
}

/** The largest size against J_gap. */
function placeFinding(known: KnownThreshold, budget: number, thresholds: ThresholdsRow | null): Finding[] {
  const gap = thresholds?.gapClosing;
  if (!gap) return [];
  const { n, quantity, printed } = known;
  const claim =
    `Zero-temperature dynamics finds fixed points in half of the networks of ${n} neurons from ${symbols.access} = ` +
    `${shown(quantity.value, 3)} on, within ${budget} sweeps; ${gapInWords(gap.selfCoupling)}`;
  const bound = { value: gap.selfCoupling };
  const few = tooFew(known);
  if (few !== null) return [undecided(claim, printed, null, few)];
  const expectation = `${symbols.access} > ${symbols.gap}`;
  const finding = exceeding({ claim, measured: quantity }, expectation, bound);
  return [{ ...finding, measured: printed }];
}

/** Growth between the two largest sizes. */
function growthFinding(known: readonly KnownThreshold[]): Finding[] {
  const [before, last] = known.slice(-2);
  if (before === undefined || last === undefined) return [];
  const measured = difference(last.quantity, before.quantity);
  const claim = `From ${before.n} to ${last.n} neurons ${symbols.access} changes by ${quantityText(measured)}`;
  const few = tooFew(before) ?? tooFew(last);
  if (few !== null) return [undecided(claim, measured, null, few)];
  return [exceeding({ claim, measured }, `${symbols.access} grows with ${symbols.size}`)];
}

/** Whether limits of different forms are the same within their errors. */
function sameLimit(limits: readonly KnownLimit[]): boolean {
  const [best, ...others] = limits;
  return others.every(
    (other) =>
      Math.abs(other.selfCoupling - best!.selfCoupling) <=
      acceptedErrors * Math.hypot(other.standardError, best!.standardError),
  );
}

/** The limit N → ∞, where the forms agree on one. */
function limitFinding(rows: readonly ExtrapolationRow[]): Finding[] {
  const known = rows.filter(({ status }) => status === "ok");
  if (known.length === 0) return [];
  const limits = acceptedLimits(known);
  if (!hasLimits(limits)) {
    const claim = `None of the three forms describes how ${symbols.access} depends on ${symbols.size}`;
    return [
      undecided(claim, null, null, "every fit has a χ² far above its degrees of freedom, or none left"),
    ];
  }
  const measured = limitQuantity(limits);
  const words = `limits of the forms that describe the points: ${limitsInWords(limits)}`;
  if (limits.length > 1 && sameLimit(limits)) {
    const claim = `${limits.length} forms agree on a limit of ${symbols.access} at ${symbols.size} → ∞ near ${shown(measured.value, 3)}`;
    const criterion = `limits of all forms within ${acceptedErrors} combined standard errors; ${words}`;
    return [{ claim, measured, predicted: null, criterion, verdict: "agrees" }];
  }
  const claim = `How far ${symbols.access} grows as ${symbols.size} → ∞ is left open by these sizes: ${shown(measured.value, 3)} by the best fit`;
  const why = limits.length > 1 ? "the forms differ" : "only one form describes the points";
  return [undecided(claim, measured, null, `${why}; ${words}`)];
}

/** What sweeps did, from the smallest to the largest budget. */
function budgetFinding(rows: readonly AccessThresholdRow[], n: number): Finding[] {
  const own = rows.filter((row) => row.n === n).sort((a, b) => a.budget - b.budget);
  const [few, many] = [own[0], own.at(-1)];
  if (few === undefined || many === undefined || few === many) return [];
  const [one, other] = [few, many].map((row) => knownThresholds([row])[0]);
  if (one === undefined || other === undefined) return [];
  const [short, long] = [one.quantity, other.quantity];
  const claim =
    `With ${many.budget} sweeps instead of ${few.budget} dynamics in ${n} neurons reaches fixed points from ${symbols.access} = ` +
    `${shown(long.value, 3)} on instead of ${shown(short.value, 3)}`;
  const remark =
    "measured: the difference; errors combined as if the runs were not the same, which makes them too large";
  const statement = { claim, measured: difference(short, long), remark };
  const doubt = tooFew(one) ?? tooFew(other);
  if (doubt !== null) return [undecided(claim, statement.measured, null, doubt)];
  return [exceeding(statement, `${symbols.access} depends on the budget`)];
}

/**
 * What the figure of accessibility shows.
 * @param access J_a(N) at several budgets, any order
 * @param limits its extrapolations
 * @param thresholds J_gap, if known
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source J_a(N) against J_gap of (P15); four standard errors decide
 */
export function accessibilityFindings(
  access: readonly AccessThresholdRow[],
  limits: readonly ExtrapolationRow[],
  thresholds: ThresholdsRow | null,
): Finding[] {
  const rows = atLargestBudget(access);
  const known = knownThresholds(rows);
  const last = known.at(-1);
  if (last === undefined) return [];
  return [
    ...placeFinding(last, rows[0]!.budget, thresholds),
    ...growthFinding(known),
    ...limitFinding(atLargestBudget(limits)),
    ...budgetFinding(access, last.n),
  ];
}
