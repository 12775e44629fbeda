/** @file How a finding gets its verdict: comparisons of numbers with errors, and the words that say how they were made. */
import { shown } from "../report-numbers.ts";
import type { Figure, Finding, Quantity } from "../types.ts";

/** Verdict of a finding. */
export type Verdict = Finding["verdict"];

/** Standard errors that a difference may have and still count as chance: in one of 16,000 comparisons it has more. */
export const acceptedErrors = 4;

/**
 * Standard errors that a difference must exceed to decide anything where they come from 1, 2, 3, 4 degrees of freedom:
 * chance gives more in 1 % of cases (Student's law, two-sided). From five on four are enough for that.
 */
const neededOfFew = [63.7, 9.92, 5.84, 4.6];

/** Independent networks from which a threshold, a share or a median of them decides anything. */
export const fewestNetworks = 10;

/**
 * Standard errors that a difference must exceed to decide.
 * @param freedom degrees of freedom of the error, ≥ 0, may be a fraction; infinite where the error is known well
 * @returns ≥ 4; infinite with less than one degree of freedom
 */
export function neededErrors(freedom: number): number {
  if (freedom < 1) return Infinity;
  return Math.max(acceptedErrors, neededOfFew[Math.floor(freedom) - 1] ?? acceptedErrors);
}

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
  /** Degrees of freedom of the error of `measured`; without it the error counts as well known. */
  readonly freedom?: number;
}

/** A prediction that {@link agreement} judges. */
export interface Prediction {
  /** Exact where it has no error. */
  readonly predicted: Quantity;
  /** Deviation that must not stay unseen: four standard errors may not be more. Default: any. */
  readonly resolution?: number;
}

const withRemark = (criterion: string, remark: string | undefined): string =>
  remark === undefined ? criterion : `${criterion}; ${remark}`;

/** "4 standard errors", or as many as few degrees of freedom ask for, and why. */
function neededInWords(freedom: number): string {
  const needed = neededErrors(freedom);
  const text = `${shown(needed, 3)} standard errors`;
  if (needed === acceptedErrors) return text;
  const degrees = Math.floor(freedom);
  return `${text} (Student's law at 1 % with ${degrees} ${degrees === 1 ? "degree" : "degrees"} of freedom)`;
}

/**
 * A measured number beside a predicted one: agrees within four combined standard errors, and differs beyond as many as
 * the degrees of freedom ask for.
 * @param statement the error of `measured` is a standard error; without it, or with error 0, the verdict is open
 * @param prediction what is predicted, and how large a deviation must be seen for the two to agree
 */
export function agreement(
  { claim, measured, remark, freedom = Infinity }: Statement,
  { predicted, resolution = Infinity }: Prediction,
): Finding {
  const error = combinedError(measured, { error: 0, ...predicted });
  if (error === null || error === 0 || freedom < 1) {
    return { claim, measured, predicted, criterion: withRemark(noError, remark), verdict: "open" };
  }
  const score = Math.abs(measured.value - predicted.value) / error;
  const needed = neededErrors(freedom);
  const within = score <= acceptedErrors;
  const blind = within && acceptedErrors * error > resolution;
  const rule = `|measured − predicted| ≤ ${acceptedErrors} standard errors, here ${shown(score, 2)}`;
  const hidden = `${acceptedErrors} standard errors are ${shown(acceptedErrors * error, 2)}, more than the ${shown(resolution, 2)} that would tell`;
  const small = !within && score <= needed;
  const doubt = blind ? hidden : small ? `${neededInWords(freedom)} are needed to differ` : null;
  return {
    claim,
    measured,
    predicted,
    criterion: withRemark(doubt === null ? rule : `${rule}; open: ${doubt}`, remark),
    verdict: doubt !== null ? "open" : within ? "agrees" : "differs",
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
 * A number that is expected beyond a bound: agrees where it is above by more than four standard errors, or by as many as
 * few degrees of freedom ask for, differs where it is below by as much, and is open in between.
 * @param expectation what is expected, in words, such as "J_a > J_gap"
 * @param bound exact where it has no error; default 0
 */
export function exceeding(
  { claim, measured, remark, freedom = Infinity }: Statement,
  expectation: string,
  bound: Quantity = { value: 0 },
): Finding {
  const error = combinedError(measured, { error: 0, ...bound });
  const known = error !== null && error > 0 && freedom >= 1;
  const score = known ? (measured.value - bound.value) / error : NaN;
  const verdict = known ? verdictOfScore(score, neededErrors(freedom)) : "open";
  const rule = `expected: ${expectation}, by more than ${known ? neededInWords(freedom) : `${acceptedErrors} standard errors`}`;
  const outcome = verdict === "open" ? `; open: there are ${shown(score, 2)}` : `, here ${shown(score, 2)}`;
  return {
    claim,
    measured,
    predicted: null,
    criterion: withRemark(known ? `${rule}${outcome}` : `${rule}; ${noError}`, remark),
    verdict,
  };
}

function verdictOfScore(score: number, needed: number): Verdict {
  if (score > needed) return "agrees";
  return score < -needed ? "differs" : "open";
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

/** What a finding sets against each other. */
export type FindingKind = "check" | "prediction";

/**
 * A finding in which no network is drawn: the equations, or their solver, beside themselves or beside another program.
 * It says that they were solved right, not that they describe anything.
 */
export const asCheck = (finding: Finding): Finding => ({ ...finding, kind: "check" });

/** Whether a finding is a check (see {@link asCheck}), or sets a prediction or an expectation against drawn networks. */
export const kindOf = ({ kind }: Finding): FindingKind => kind ?? "prediction";

/** The figure with its findings. */
export const withFindings = (figure: Figure, findings: readonly Finding[]): Figure => ({
  ...figure,
  findings,
});

/** Number of findings of each verdict. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/**
 * Counts the verdicts of all figures.
 * @param kind counts findings of this kind only; default: all
 */
export function countVerdicts(
  figures: readonly Pick<Figure, "findings">[],
  kind?: FindingKind,
): VerdictCounts {
  const findings = figures.flatMap((figure) => figure.findings ?? []);
  const all = findings
    .filter((finding) => kind === undefined || kindOf(finding) === kind)
    .map(({ verdict }) => verdict);
  const count = (wanted: Verdict): number => all.filter((verdict) => verdict === wanted).length;
  return { agrees: count("agrees"), differs: count("differs"), open: count("open") };
}

/** "0.013 ahead of" or "0.013 behind", by the sign of a difference. */
export const aheadOrBehind = (lead: number): string =>
  lead >= 0 ? `${shown(lead, 3)} ahead of` : `${shown(-lead, 3)} behind`;
