/** @file J_gap of an ensemble against the errors of its solver: its course along a parameter, and that of one layer. */
import type { EnsembleThresholdsRow } from "../../experiments/rows-beyond.ts";
import { shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import type { EnsembleParameter } from "./ensembles.ts";
import { gapTolerance, singleLayerGap } from "./ensembles.ts";
import type { Verdict } from "./judge.ts";
import { acceptedErrors, asCheck, difference, equality, undecided } from "./judge.ts";

/** J_gap at one value of the parameter. */
interface Place {
  readonly value: number;
  readonly row: EnsembleThresholdsRow;
  readonly gap: Quantity;
}

/** From one value of the parameter to the next at which J_gap is known. */
interface Step {
  readonly from: number;
  readonly to: number;
  /** Change of J_gap per unit of the parameter. */
  readonly slope: Quantity;
  /** "agrees" where J_gap falls by more than the accepted number of errors, "differs" where it rises by as much. */
  readonly verdict: Verdict;
}

/** Values of the parameter without J_gap. */
interface Missing {
  /** There is none, above all values at which it is known. */
  readonly above: readonly number[];
  /** There is none, elsewhere. */
  readonly elsewhere: readonly number[];
  /** None was found. */
  readonly unsolved: readonly number[];
}

/** J_gap along a parameter, in words and judged. */
export interface GapCourse {
  /** Ends of the stretch where it is known. */
  readonly first: Place;
  readonly last: Place;
  /** Steps that fall, rise, or do neither, and where there is none or none was found: the end of a sentence. */
  readonly words: string;
  /** All but the claim: `measured` is the slope that decides. */
  readonly judged: Omit<Finding, "claim">;
}

function stepBetween(from: Place, to: Place): Step {
  const width = to.value - from.value;
  const { value, error = Infinity } = difference(to.gap, from.gap);
  const slope = { value: value / width, error: error / width };
  // Written so that an error without a value decides nothing.
  const isBeyond = Math.abs(slope.value) > acceptedErrors * slope.error;
  return {
    from: from.value,
    to: to.value,
    slope,
    verdict: !isBeyond ? "open" : value < 0 ? "agrees" : "differs",
  };
}

function missingOf(rows: readonly EnsembleThresholdsRow[], { of }: EnsembleParameter, last: number): Missing {
  const missing = rows.filter(({ gapClosing }) => gapClosing === null);
  const none = missing.filter(({ status }) => status === "no-solution").map(of);
  return {
    above: none.filter((value) => value > last),
    elsewhere: none.filter((value) => value <= last),
    unsolved: missing.filter(({ status }) => status !== "no-solution").map(of),
  };
}

const listed = (values: readonly number[]): string => values.map((value) => label(value, 3)).join(", ");

function inWords(steps: readonly Step[], { above, elsewhere, unsolved }: Missing): string {
  const count = (wanted: Verdict): number => steps.filter(({ verdict }) => verdict === wanted).length;
  const none = [...elsewhere, ...above];
  return [
    `, falling in ${count("agrees")} of ${steps.length} ${steps.length === 1 ? "step" : "steps"}`,
    count("differs") === 0 ? "" : `, rising in ${count("differs")}`,
    count("open") === 0 ? "" : `, within ${acceptedErrors} errors of no change in ${count("open")}`,
    none.length === 0 ? "" : `; at ${listed(none)} there is none`,
    unsolved.length === 0 ? "" : `; at ${listed(unsolved)} it was not found`,
  ].join("");
}

/** The worst step: of those that rise, else of those that do neither, else of those that fall, the one that falls least. */
function worstOf(steps: readonly Step[]): Step | undefined {
  const rank = { differs: 2, open: 1, agrees: 0 } as const;
  const order = (a: Step, b: Step) => rank[b.verdict] - rank[a.verdict] || b.slope.value - a.slope.value;
  return [...steps].sort(order)[0];
}

function judgedBy(
  { from, to, slope, verdict: ofSteps }: Step,
  { elsewhere, unsolved }: Missing,
  symbol: string,
): GapCourse["judged"] {
  const broken = elsewhere.length > 0 ? `there is none at ${symbol} = ${listed(elsewhere)}` : null;
  const unsettled =
    ofSteps === "open"
      ? `one step changes it by less than ${acceptedErrors} errors`
      : unsolved.length > 0
        ? `it was not found at ${symbol} = ${listed(unsolved)}`
        : null;
  const verdict =
    ofSteps === "differs" || broken !== null ? "differs" : unsettled === null ? "agrees" : "open";
  const reason = verdict === "differs" && broken !== null ? `; ${broken}` : "";
  const doubt = verdict === "open" ? `; open: ${unsettled}` : "";
  const criterion =
    `expected: ${symbols.gap} (P15) falls with ${symbol} as long as there is a gap, in every step by more than ` +
    `${acceptedErrors} errors of the solver${reason}${doubt}; measured: its change with ${symbol} in the step that falls least, ` +
    `from ${label(from, 3)} to ${label(to, 3)}`;
  return { measured: slope, predicted: null, criterion, verdict };
}

/**
 * J_gap along a parameter that is expected to lower it until there is none. A rise by more than four combined errors, or
 * no gap below or among values with one, differs; a change within them, or a value that was not solved, leaves it open.
 * @param parameter read off the rows
 * @param rows one ensemble but for the parameter, any order
 * @returns null with fewer than two values at which J_gap is known
 */
export function gapCourse(
  parameter: EnsembleParameter,
  rows: readonly EnsembleThresholdsRow[],
): GapCourse | null {
  const ordered = [...rows].sort((a, b) => parameter.of(a) - parameter.of(b));
  const places = ordered.flatMap((row): Place[] => {
    if (row.gapClosing === null) return [];
    const { selfCoupling, error } = row.gapClosing;
    return [{ value: parameter.of(row), row, gap: { value: selfCoupling, error } }];
  });
  const steps = places.slice(1).flatMap((to, k) => {
    const from = places[k]!;
    return isSame(from.value, to.value) ? [] : [stepBetween(from, to)];
  });
  const [first, last, worst] = [places[0], places.at(-1), worstOf(steps)];
  if (first === undefined || last === undefined || worst === undefined) return null;
  const missing = missingOf(ordered, parameter, last.value);
  return { first, last, words: inWords(steps, missing), judged: judgedBy(worst, missing, parameter.symbol) };
}

/**
 * J_gap where it must be that of one asymmetric layer.
 * @param claim true of the row
 * @param gap with the error of its solver: the verdict is open where four of them hide the accuracy that is asked for, or
 *   a deviation beyond it
 * @param remark where the prediction comes from
 */
export function singleLayerFinding(
  claim: string,
  { selfCoupling, error }: { readonly selfCoupling: number; readonly error: number },
  remark: string,
): Finding {
  const measured = { value: selfCoupling, error };
  const deviation = Math.abs(selfCoupling - singleLayerGap.value);
  const hidden = acceptedErrors * error;
  if (hidden <= gapTolerance || hidden < deviation)
    return asCheck(equality({ claim, measured, remark }, singleLayerGap, gapTolerance));
  const why = `${acceptedErrors} errors of the solver are ${shown(hidden, 2)}, more than the ${shown(gapTolerance, 2)} that would tell; ${remark}`;
  return asCheck(undecided(claim, measured, singleLayerGap, why));
}
