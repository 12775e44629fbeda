/** @file What the findings of correlated couplings and of layers share: J_a(N) of the dynamics beside J_gap of the theory. */
import type { EnsembleFields, EnsembleThresholdsRow } from "../../experiments/rows-beyond.ts";
import type { AccessThresholdRow, EntropyCheckRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { allWithin, difference, exceeding, undecided } from "./judge.ts";
import { knownThresholds, tooFew } from "./limits.ts";
import type { KnownThreshold } from "./limits.ts";

/** J_gap of one asymmetric layer, from an independent program; the error is that of its last digit. */
export const singleLayerGap: Quantity = { value: 0.06009920188 };

/** Deviation from it that the errors of the solvers allow. */
export const gapTolerance = 1e-7;

/** Ordered pairs that a bin must be expected to hold in all, so that its mean has a nearly normal law. */
const fewestPairs = 100;

const networksShared =
  "the networks of one size serve several cases, so that their deviations are not independent";

/** Enumerated means against their expectations. */
export function countFindings(checks: readonly EntropyCheckRow[], equation: string): Finding[] {
  const known = checks.filter(({ status }) => status === "ok");
  return allWithin(
    known.map(({ zScore }) => zScore),
    (within, count) =>
      `The mean number of fixed points by exact enumeration is that of ${equation} in ${within} of ${count} cases`,
    networksShared,
  );
}

/** Enumerated pairs at every overlap against their expectations, where there are any. */
export function pairFindings(checks: readonly EntropyCheckRow[], equation: string): Finding[] {
  const bins = checks
    .filter(({ status }) => status === "ok")
    .flatMap(({ samples, pairs }) =>
      pairs.filter(({ expected }) => (expected ?? 0) * samples >= fewestPairs),
    );
  return allWithin(
    bins.map(({ zScore }) => zScore),
    (within, count) =>
      `Pairs of fixed points are as many as ${equation} says at ${within} of ${count} overlaps`,
    `overlaps with at least ${fewestPairs} pairs expected; ${networksShared}`,
  );
}

/** A parameter of the ensemble: how it is read off a row and written. */
export interface EnsembleParameter {
  readonly of: (row: EnsembleFields) => number;
  readonly symbol: string;
}

/** Simulation and theory at one value of the parameter. */
interface Place {
  readonly value: number;
  readonly known: KnownThreshold;
  /** J_gap there; null where it is not known. */
  readonly gap: Quantity | null;
}

/** Places at the largest size and budget with a threshold at two values of the parameter or more, ascending. */
function placesOf(
  { of }: EnsembleParameter,
  access: readonly AccessThresholdRow[],
  thresholds: readonly EnsembleThresholdsRow[],
): Place[] {
  const valued = access.filter(({ status, selfCoupling }) => status === "ok" && selfCoupling !== null);
  const budget = Math.max(...valued.map((row) => row.budget));
  const atBudget = valued.filter((row) => row.budget === budget);
  const sizes = [...new Set(atBudget.map(({ n }) => n))].sort((a, b) => b - a);
  const largest = sizes.find((n) => atBudget.filter((row) => row.n === n).length > 1);
  return atBudget
    .filter(({ n }) => n === largest)
    .sort((a, b) => of(a) - of(b))
    .flatMap((row) => {
      const gap = thresholds.find((each) => isSame(of(each), of(row)))?.gapClosing;
      return knownThresholds([row]).map((known) => ({
        value: of(row),
        known,
        gap: gap ? { value: gap.selfCoupling, error: gap.error } : null,
      }));
    });
}

/** J_a against J_gap where the two are nearest. */
function aboveFinding(places: readonly Place[], { symbol }: EnsembleParameter): Finding[] {
  const leads = places.flatMap(({ value, known, gap }) =>
    gap === null ? [] : [{ value, known, lead: difference(known.quantity, gap) }],
  );
  const [nearest] = [...leads].sort((a, b) => a.lead.value - b.lead.value);
  if (nearest === undefined) return [];
  const { value, known, lead } = nearest;
  const claim =
    `${symbols.access} of ${known.n} neurons is nearest to ${symbols.gap} at ${symbol} = ${label(value, 3)}, ` +
    `${shown(lead.value, 3)} away, of ${leads.length} values`;
  const few = tooFew(known);
  if (few !== null) return [undecided(claim, lead, null, few)];
  return [
    exceeding(
      { claim, measured: lead, remark: "measured: the difference" },
      `${symbols.access} > ${symbols.gap}`,
    ),
  ];
}

/** Whether the dynamics follows the geometry: J_a moves where J_gap moves, between the two ends of the parameter. */
function directionFinding(places: readonly Place[], { symbol }: EnsembleParameter): Finding[] {
  const sound = places.filter(({ gap }) => gap !== null);
  const [first, last] = [sound[0], sound.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const shift = last.gap!.value - first.gap!.value;
  const measured = difference(last.known.quantity, first.known.quantity);
  const claim =
    `From ${symbol} = ${label(first.value, 3)} to ${label(last.value, 3)} ${symbols.gap} changes by ${shown(shift, 3)} and ` +
    `${symbols.access} of ${first.known.n} neurons by ${shown(measured.value, 3)}`;
  const few = tooFew(first.known) ?? tooFew(last.known);
  if (few !== null) return [undecided(claim, measured, { value: shift }, few)];
  const along = { ...measured, value: Math.sign(shift) * measured.value };
  const remark = `measured: the change of ${symbols.access}; predicted: that of ${symbols.gap}, of which the sign alone is judged`;
  const judged = exceeding({ claim, measured: along, remark }, "both change in the same direction");
  return [{ ...judged, measured, predicted: { value: shift } }];
}

/** Whether J_a follows J_gap from each value of the parameter to the next: the step that does so least. */
function stepsFinding(places: readonly Place[], { symbol }: EnsembleParameter): Finding[] {
  const sound = places.filter(({ gap }) => gap !== null);
  if (sound.length < 3) return [];
  const steps = sound.slice(1).map((to, k) => {
    const from = sound[k]!;
    const change = difference(to.known.quantity, from.known.quantity);
    const sign = Math.sign(to.gap!.value - from.gap!.value);
    return { from, to, change, along: { ...change, value: sign * change.value } };
  });
  const score = ({ along }: (typeof steps)[number]): number => along.value / (along.error ?? Infinity);
  const { from, to, change, along } = [...steps].sort((a, b) => score(a) - score(b))[0]!;
  const claim =
    `Of ${steps.length} steps in ${symbol}, ${symbols.access} of ${to.known.n} neurons follows ${symbols.gap} least from ` +
    `${label(from.value, 3)} to ${label(to.value, 3)}, where ${symbols.gap} changes by ${shown(to.gap!.value - from.gap!.value, 2)} ` +
    `and ${symbols.access} by ${shown(change.value, 2)}`;
  const few = tooFew(from.known) ?? tooFew(to.known);
  if (few !== null) return [undecided(claim, change, null, few)];
  const remark = `measured: the change of ${symbols.access} in the direction of that of ${symbols.gap}`;
  return [exceeding({ claim, measured: along, remark }, "both change in the same direction in every step")];
}

/**
 * J_a of the dynamics beside J_gap of theory along a parameter of the ensemble.
 * @param parameter read off both kinds of rows
 * @param access J_a(N), any order
 * @param thresholds J_gap at the same values
 */
export function accessFindings(
  parameter: EnsembleParameter,
  access: readonly AccessThresholdRow[],
  thresholds: readonly EnsembleThresholdsRow[],
): Finding[] {
  const places = placesOf(parameter, access, thresholds);
  return [
    ...aboveFinding(places, parameter),
    ...directionFinding(places, parameter),
    ...stepsFinding(places, parameter),
  ];
}
