/** @file Findings of the figure `activity`: the theory against networks, and J_a(N → ∞) from either side. */
import type { ActivityLimitRow, ActivityRow } from "../../experiments/rows-beyond.ts";
import type { ExtrapolationRow } from "../../experiments/rows.ts";
import { extrapolationForms } from "../access-threshold.ts";
import { quantityText } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, neededErrors, worstScore } from "./judge.ts";

/** Samples from which the scatter of a mean tells its error well enough for hundreds of comparisons. */
const fewestSamples = 8;

/** Deviations of one J_D in combined standard errors, sweep by sweep; sweeps in which nothing is known are left out. */
function scores(theory: ActivityRow, run: ActivityRow): number[] {
  return theory.activity.flatMap((value, k) => {
    const [one, other] = [theory.standardError?.[k], run.standardError?.[k]];
    const activity = run.activity[k];
    if (one === undefined || other === undefined || activity === undefined) return [];
    const error = Math.hypot(one, other);
    return error > 0 ? [(value - activity) / error] : [];
  });
}

/** Every sweep at every J_D, at the largest N. */
function sweepsFinding(rows: readonly ActivityRow[]): Finding[] {
  const sound = rows.filter(({ status }) => status === "ok");
  const solved = sound.filter(({ source, timeStep }) => source === "theory" && timeStep === 0);
  const runs = sound.filter(({ source }) => source === "simulation");
  const n = Math.max(...runs.map((row) => row.n!));
  const pairs = solved.flatMap((theory) => {
    const run = runs.find((row) => row.n === n && isSame(row.selfCoupling, theory.selfCoupling));
    return run === undefined ? [] : [{ theory, run }];
  });
  const all = pairs.flatMap(({ theory, run }) => scores(theory, run));
  const worst = worstScore(all);
  if (worst === null) return [];
  const couplings = distinct(solved, (row) => row.selfCoupling).length;
  const sweeps = Math.max(
    ...pairs.map(({ theory, run }) => Math.min(theory.activity.length, run.activity.length)),
  );
  const samples = Math.min(...pairs.flatMap(({ theory, run }) => [theory.samples, run.samples]));
  const needed = neededErrors(samples - 1);
  const within = all.filter((score) => Math.abs(score) <= needed).length;
  const claim =
    `Flips per neuron of networks with ${symbols.size} = ${n} are those of the single-neuron process (P27) in ${within} of ` +
    `${all.length} comparisons (sweeps 1 to ${sweeps}, ${couplings} values of ${symbols.selfCoupling})`;
  const few = samples < fewestSamples;
  const criterion =
    `every deviation ≤ ${label(needed, 3)} combined standard errors; measured: the largest of ${all.length}, of which chance ` +
    `gives about 0.006 % beyond 4 where errors are known well` +
    (few ? `; open: ${samples} samples tell their errors too badly` : "");
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

/** J_a(N → ∞) of the theory: middle and half of the spread of the forms, with the largest of their errors. */
function theoryLimit(limits: readonly ActivityLimitRow[]): Quantity | null {
  const known = limits.filter(
    ({ status, selfCoupling, standardError }) =>
      status === "ok" && selfCoupling !== null && standardError !== null,
  );
  if (known.length < 2) return null;
  const values = known.map(({ selfCoupling }) => selfCoupling!);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const statistical = Math.max(...known.map(({ standardError }) => standardError!));
  return { value: (low + high) / 2, error: Math.hypot(statistical, (high - low) / 2) };
}

/** Each form of the extrapolation from finite sizes beside the theory. */
function limitFindings(
  limits: readonly ActivityLimitRow[],
  extrapolations: readonly ExtrapolationRow[],
): Finding[] {
  const predicted = theoryLimit(limits);
  if (predicted === null) return [];
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
      const remark = `predicted: all forms of the fit in time and in ${symbols.selfCoupling}, with half of their spread in the error; networks with a budget of ${budget} sweeps`;
      const freedom = row.degreesOfFreedom;
      return agreement({ claim, measured, remark, freedom }, { predicted });
    });
}

/**
 * What the figure of activity shows.
 * @param rows activities of theory and simulation, any order
 * @param limits self-couplings at which the stationary activity vanishes
 * @param extrapolations J_a(N → ∞) from finite sizes
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source (P27) against `random` updates, and its J_a(N → ∞) against extrapolations in N
 */
export function activityFindings(
  rows: readonly ActivityRow[],
  limits: readonly ActivityLimitRow[] = [],
  extrapolations: readonly ExtrapolationRow[] = [],
): Finding[] {
  return [...sweepsFinding(rows), ...limitFindings(limits, extrapolations)];
}
