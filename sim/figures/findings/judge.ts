/** @file How a finding gets its verdict: comparisons of numbers with errors, and the words that say how they were made. */
import { shown } from "../report-numbers.ts";
import type { Figure, Finding, Quantity } from "../types.ts";

/** Verdict of a finding. */
export type Verdict = Finding["verdict"];

/** Standard errors that a difference may have and still count as chance: in one of 16,000 comparisons it has more. */
export const acceptedErrors = 4;

/** Half-width of a 95 % interval of a normal law, in standard errors. */
const halfWidth95 = 1.96;

/** Standard error from the ends of a 95 % interval. */
export const errorOfInterval = (low: number, high: number): number => (high - low) / (2 * halfWidth95);

/** Standard error of a difference of two independent numbers; null where one of them has none. */
export function combinedError(one: Quantity, other: Quantity): number | null {
  if (one.error === undefined || other.error === undefined) return null;
  return Math.hypot(one.error, other.error);
}

/** A mean with its standard error as a quantity; null where there is no mean. */
export function quantityOf(
  estimate: { readonly mean: number; readonly standardError: number | null } | null,
  unit?: string,
): Quantity | null {
  if (estimate === null) return null;
  const { mean, standardError } = estimate;
  return {
    value: mean,
    ...(standardError === null ? {} : { error: standardError }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Difference of two independent numbers; it has an error where both have one. */
export function difference(one: Quantity, other: Quantity): Quantity {
  const error = combinedError(one, other);
  const unit = one.unit ?? other.unit;
  return {
    value: one.value - other.value,
    ...(error === null ? {} : { error }),
    ...(unit === undefined ? {} : { unit }),
  };
}

const noError = "open: no standard error is known";

/** What a finding says, before it is judged. */
interface Statement {
  /** True of the rows whatever the verdict. */
  readonly claim: string;
  readonly measured: Quantity;
  /** Where prediction or errors come from, put after the criterion. */
  readonly remark?: string;
}

const withRemark = (criterion: string, remark: string | undefined): string =>
  remark === undefined ? criterion : `${criterion}; ${remark}`;

/**
 * A measured number beside a predicted one: agrees within four combined standard errors.
 * @param statement the error of `measured` is a standard error; without it, or with error 0, the verdict is open
 * @param predicted exact where it has no error
 */
export function agreement({ claim, measured, remark }: Statement, predicted: Quantity): Finding {
  const error = combinedError(measured, { error: 0, ...predicted });
  const known = error !== null && error > 0;
  const score = known ? Math.abs(measured.value - predicted.value) / error : NaN;
  const rule = `|measured − predicted| ≤ ${acceptedErrors} standard errors`;
  return {
    claim,
    measured,
    predicted,
    criterion: withRemark(known ? `${rule}, here ${shown(score, 2)}` : noError, remark),
    verdict: known ? (score <= acceptedErrors ? "agrees" : "differs") : "open",
  };
}

/** A number that two ways to compute it without chance must give alike. */
export function equality(
  { claim, measured, remark }: Statement,
  predicted: Quantity,
  tolerance: number,
): Finding {
  const deviation = Math.abs(measured.value - predicted.value);
  return {
    claim,
    measured,
    predicted,
    criterion: withRemark(
      `|measured − predicted| ≤ ${shown(tolerance, 2)}, here ${shown(deviation, 2)}`,
      remark,
    ),
    verdict: deviation <= tolerance ? "agrees" : "differs",
  };
}

/**
 * A number that is expected beyond a bound: agrees where it is above by more than four standard errors, differs where it
 * is below by as much, and is open in between.
 * @param expectation what is expected, in words, such as "J_a > J_gap"
 * @param bound exact where it has no error; default 0
 */
export function exceeding(
  { claim, measured, remark }: Statement,
  expectation: string,
  bound: Quantity = { value: 0 },
): Finding {
  const error = combinedError(measured, { error: 0, ...bound });
  const known = error !== null && error > 0;
  const score = known ? (measured.value - bound.value) / error : NaN;
  const verdict = known ? verdictOfScore(score) : "open";
  const rule = `expected: ${expectation}, by more than ${acceptedErrors} standard errors`;
  const outcome = verdict === "open" ? `; open: there are ${shown(score, 2)}` : `, here ${shown(score, 2)}`;
  return {
    claim,
    measured,
    predicted: null,
    criterion: withRemark(known ? `${rule}${outcome}` : `${rule}; ${noError}`, remark),
    verdict,
  };
}

function verdictOfScore(score: number): Verdict {
  if (score > acceptedErrors) return "agrees";
  return score < -acceptedErrors ? "differs" : "open";
}

/** Largest of some deviations in standard errors; null without any. */
export function worstScore(scores: readonly (number | null)[]): number | null {
  const known = scores.flatMap((score) => (score === null ? [] : [Math.abs(score)]));
  return known.length === 0 ? null : Math.max(...known);
}

/** All of several comparisons: agrees where the worst is within four standard errors; none without comparisons. */
export function allWithin(
  scores: readonly (number | null)[],
  claimOf: (within: number, all: number) => string,
  remark?: string,
): Finding[] {
  const worst = worstScore(scores);
  if (worst === null) return [];
  const known = scores.filter((score) => score !== null);
  const within = known.filter((score) => Math.abs(score) <= acceptedErrors).length;
  const rule = `every deviation ≤ ${acceptedErrors} standard errors; measured: the largest of ${known.length}`;
  return [
    {
      claim: claimOf(within, known.length),
      measured: { value: worst, unit: "standard errors" },
      predicted: null,
      criterion: withRemark(rule, remark),
      verdict: within === known.length ? "agrees" : "differs",
    },
  ];
}

/** A finding that these rows do not decide. */
export const undecided = (
  claim: string,
  measured: Quantity | null,
  predicted: Quantity | null,
  why: string,
): Finding => ({ claim, measured, predicted, criterion: `open: ${why}`, verdict: "open" });

/** The figure with its findings. */
export const withFindings = (figure: Figure, findings: readonly Finding[]): Figure => ({
  ...figure,
  findings,
});

/** Number of findings of each verdict. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** Counts the verdicts of all figures. */
export function countVerdicts(figures: readonly Pick<Figure, "findings">[]): VerdictCounts {
  const all = figures.flatMap(({ findings = [] }) => findings.map(({ verdict }) => verdict));
  const count = (wanted: Verdict): number => all.filter((verdict) => verdict === wanted).length;
  return { agrees: count("agrees"), differs: count("differs"), open: count("open") };
}

/** "0.013 ahead of" or "0.013 behind", by the sign of a difference. */
export const aheadOrBehind = (lead: number): string =>
  lead >= 0 ? `${shown(lead, 3)} ahead of` : `${shown(-lead, 3)} behind`;
