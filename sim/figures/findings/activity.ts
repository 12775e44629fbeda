/** @file Findings of the figure `activity`: the theory against networks, and J_a(N → ∞) from either side. */
import type { JudgedLimitRow } from "../../experiments/activity-limit.ts";
import type { ActivityWindow, WindowedActivityRow } from "../../experiments/activity-rows.ts";
import type { ExtrapolationRow } from "../../experiments/rows.ts";
import { extrapolationForms } from "../access-threshold.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, neededErrors, worstScore } from "./judge.ts";

/** Samples from which the scatter of a mean tells its error well enough for hundreds of comparisons. */
const fewestSamples = 8;

/** Theory and networks at one J_D. */
interface Pair {
  readonly theory: WindowedActivityRow;
  readonly run: WindowedActivityRow;
}

/** Networks beside the theory, in a window of sweeps, which may be a single one. */
interface Deviation {
  readonly first: number;
  readonly last: number;
  /** Networks − theory, in flips per neuron and sweep. */
  readonly difference: number;
  /** Combined standard error of the difference. */
  readonly error: number;
}

/** Deviation in a window; none where nothing is known of one of them or of the error. */
function deviation(theory: ActivityWindow, run: ActivityWindow | undefined): Deviation[] {
  if (run === undefined || theory.standardError === null || run.standardError === null) return [];
  const { first, last } = theory;
  const error = Math.hypot(theory.standardError, run.standardError);
  return error > 0 ? [{ first, last, difference: run.activity - theory.activity, error }] : [];
}

/** Every sweep as a window of its own. */
const sweepsOf = ({ activity, standardError }: WindowedActivityRow): ActivityWindow[] =>
  activity.map((value, k) => {
    return { first: k + 1, last: k + 1, activity: value, standardError: standardError?.[k] ?? null };
  });

/** Windows of the same sweeps: where one side ran for longer, its last windows have no partner. */
const deviations = (theory: readonly ActivityWindow[], run: readonly ActivityWindow[]): Deviation[] =>
  theory.flatMap((window) =>
    deviation(
      window,
      run.find(({ first, last }) => first === window.first && last === window.last),
    ),
  );

/** The theory at vanishing time step and networks of the largest N, at every J_D that has both. */
function pairsOf(rows: readonly WindowedActivityRow[]): Pair[] {
  const sound = rows.filter(({ status }) => status === "ok");
  const runs = sound.filter(({ source }) => source === "simulation");
  const n = Math.max(...runs.map((row) => row.n!));
  return sound
    .filter(({ source, timeStep }) => source === "theory" && timeStep === 0)
    .flatMap((theory) => {
      const run = runs.find((row) => row.n === n && isSame(row.selfCoupling, theory.selfCoupling));
      return run === undefined ? [] : [{ theory, run }];
    });
}

/** What is compared: single sweeps, or windows of them. */
interface Scale {
  readonly windowsOf: (row: WindowedActivityRow) => readonly ActivityWindow[];
  readonly name: string;
  /** Which sweeps were compared, in words. */
  readonly spanOf: (all: readonly Deviation[]) => string;
  readonly remark: string;
}

/**
 * Windows see what sweeps do not: a small deviation that persists. It stays within the errors of every sweep, and adds up
 * over a window.
 */
const scales: readonly Scale[] = [
  {
    windowsOf: sweepsOf,
    name: "single sweeps",
    spanOf: (all) => `1 to ${Math.max(...all.map(({ last }) => last))}`,
    remark: "",
  },
  {
    windowsOf: ({ windows }) => windows,
    name: "windows",
    spanOf: (all) => [...new Set(all.map(({ first, last }) => `${first} to ${last}`))].join(", "),
    remark: "; errors from the mean of each sample over the window, since its sweeps are correlated",
  },
];

/** Every sweep, or every window, at every J_D, at the largest N. */
function courseFinding(pairs: readonly Pair[], { windowsOf, name, spanOf, remark }: Scale): Finding[] {
  const all = pairs.flatMap(({ theory, run }) => deviations(windowsOf(theory), windowsOf(run)));
  const scores = all.map(({ difference, error }) => difference / error);
  const worst = worstScore(scores);
  if (worst === null) return [];
  const couplings = distinct(pairs, ({ theory }) => theory.selfCoupling).length;
  const samples = Math.min(...pairs.flatMap(({ theory, run }) => [theory.samples, run.samples]));
  const needed = neededErrors(samples - 1);
  const within = scores.filter((score) => Math.abs(score) <= needed).length;
  const largest = Math.max(...all.map(({ difference }) => Math.abs(difference)));
  const unseen = needed * Math.max(...all.map(({ error }) => error));
  const claim =
    `Flips per neuron of networks with ${symbols.size} = ${pairs[0]!.run.n} are those of the single-neuron process (P27) in ` +
    `${within} of ${all.length} ${name} (sweeps ${spanOf(all)}; ${couplings} values of ${symbols.selfCoupling}); the ` +
    `largest deviations are ${shown(worst, 2)} combined standard errors, and ${shown(largest, 2)} flips per neuron and sweep`;
  const few = samples < fewestSamples;
  const criterion =
    `every deviation ≤ ${label(needed, 3)} combined standard errors, which are up to ${shown(unseen, 2)} flips per neuron ` +
    `and sweep; measured: the largest of ${all.length}, of which chance gives about 0.006 % beyond 4 where errors are known ` +
    `well${remark}${few ? `; open: ${samples} samples tell their errors too badly` : ""}`;
  return [
    {
      claim,
      measured: { value: worst, unit: "standard errors" },
      predicted: null,
      criterion,
      verdict: few ? "open" : within === all.length ? "agrees" : "differs",
    },
  ];
}

/** J_a(N → ∞) of the theory, and how it was had. */
function theoryLimit(limits: readonly JudgedLimitRow[]): { predicted: Quantity; remark: string } | null {
  const row = limits.find(({ form }) => form === "combined");
  if (row?.status !== "ok") return null;
  const single = limits.filter(({ form }) => form !== "combined");
  const used = single.filter(({ status }) => status === "ok").length;
  const left =
    row.undetermined.length === 0 ? "none" : row.undetermined.map((value) => label(value)).join(", ");
  const remark =
    `predicted: middle of ${used} of ${single.length} fits in time and in ${symbols.selfCoupling}, with half of their spread ` +
    `in the error; a stationary activity is not used where its fit fails or its error, with that of the assumed rate of ` +
    `slow hysteresis, exceeds the activity seen last, in either form at ${symbols.selfCoupling}: ${left}`;
  return { predicted: { value: row.selfCoupling!, error: row.standardError! }, remark };
}

/** Each form of the extrapolation from finite sizes beside the theory. */
function limitFindings(
  limits: readonly JudgedLimitRow[],
  extrapolations: readonly ExtrapolationRow[],
): Finding[] {
  const theory = theoryLimit(limits);
  if (theory === null) return [];
  const { predicted } = theory;
  const known = extrapolations.filter(({ status, selfCoupling }) => status === "ok" && selfCoupling !== null);
  const budget = Math.max(...known.map((row) => row.budget));
  return known
    .filter((row) => row.budget === budget)
    .map((row): Finding => {
      const { name } = extrapolationForms[row.form];
      const error = row.standardError === null ? {} : { error: row.standardError };
      const measured = { value: row.selfCoupling!, ...error };
      const claim =
        `${symbols.access}(${symbols.size}) of networks, carried on to ${symbols.size} → ∞ in ${name}, ends at ` +
        `${quantityText(measured)}; the stationary activity of (P27) vanishes at ${quantityText(predicted)}`;
      const remark = `${theory.remark}; networks with a budget of ${budget} sweeps`;
      const freedom = row.degreesOfFreedom;
      return agreement({ claim, measured, remark, freedom }, { predicted });
    });
}

/**
 * What the figure of activity shows.
 * @param rows activities of theory and simulation, any order
 * @param limits self-couplings at which the stationary activity vanishes, with the row that combines them
 * @param extrapolations J_a(N → ∞) from finite sizes
 * @returns claims with prediction, measurement and verdict: sweeps one by one, windows of sweeps, and each extrapolation;
 * none where the rows say nothing
 * @source (P27) against `random` updates, and its J_a(N → ∞) against extrapolations in N
 */
export function activityFindings(
  rows: readonly WindowedActivityRow[],
  limits: readonly JudgedLimitRow[] = [],
  extrapolations: readonly ExtrapolationRow[] = [],
): Finding[] {
  const pairs = pairsOf(rows);
  const courses = scales.flatMap((scale) => courseFinding(pairs, scale));
  return [...courses, ...limitFindings(limits, extrapolations)];
}
