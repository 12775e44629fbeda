/** @file Findings of the figure `typical`: what surrounds a typical fixed point, beside the densest clusters. */
import type { FranzParisiRow, LocalEntropyRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { asCheck, equality } from "./judge.ts";

const unit = "nats per neuron";

/** The same place in both sets of rows. */
interface Place {
  readonly selfCoupling: number;
  readonly distance: number;
  readonly annealed: number;
  readonly quenched: number | null;
  readonly densest: number;
}

function places(rows: readonly FranzParisiRow[], curves: readonly LocalEntropyRow[]): Place[] {
  return rows.flatMap(({ selfCoupling, distance, annealed, quenched, status }) => {
    const cluster = curves.find(
      (row) =>
        isSame(row.selfCoupling, selfCoupling) && isSame(row.distance, distance) && row.status === "ok",
    );
    const densest = cluster?.localEntropy ?? null;
    if (annealed === null || densest === null) return [];
    const known = status === "ok" ? quenched : null;
    return [{ selfCoupling, distance, annealed, quenched: known, densest }];
  });
}

const at = ({ selfCoupling, distance }: Place): string =>
  `${symbols.selfCoupling} = ${label(selfCoupling)} and ${symbols.distance} = ${shown(distance, 2)}`;

/** The self-coupling in the middle of those drawn: it has both an empty region and dense clusters well resolved. */
function middleOf(all: readonly Place[]): Place[] {
  const couplings = distinct(all, ({ selfCoupling }) => selfCoupling);
  const chosen = couplings[Math.floor(couplings.length / 2)] ?? NaN;
  return all
    .filter(({ selfCoupling }) => isSame(selfCoupling, chosen))
    .sort((a, b) => a.distance - b.distance);
}

/** Near by: clusters where a typical fixed point has no neighbour. */
function nearFinding(own: readonly Place[]): Finding[] {
  const near = own[0];
  if (near === undefined) return [];
  const isolated = near.annealed < 0 && near.densest > 0;
  const claim =
    `At ${at(near)} typical fixed points have ${near.annealed < 0 ? "no neighbours" : "neighbours"} (entropy at most ` +
    `${shown(near.annealed, 2)}) where dense clusters hold ${symbols.densest} = ${shown(near.densest, 2)} nats per neuron`;
  return [
    {
      claim,
      measured: { value: near.densest, unit },
      predicted: null,
      criterion:
        "expected: <i>S</i>* > 0 and an annealed bound (P7) on the typical entropy below 0, at the smallest distance solved for",
      verdict: isolated ? "agrees" : "differs",
    },
  ];
}

/** Far away: a typical fixed point has more around it than the members of a cluster have in common. */
function farFinding(own: readonly Place[]): Finding[] {
  const far = own.findLast(({ quenched }) => quenched !== null);
  if (far === undefined) return [];
  const claim =
    `At ${at(far)} the densest clusters hold ${symbols.densest} = ${shown(far.densest, 4)} nats per neuron, while ` +
    `${shown(far.quenched!, 4)} surround a typical fixed point`;
  const measured: Quantity = { value: far.quenched! - far.densest, unit };
  return [
    {
      claim,
      measured,
      predicted: null,
      criterion:
        "expected: more around a typical one at the largest distance, since all members of a cluster keep it to each other; measured: the difference",
      verdict: measured.value > 0 ? "agrees" : "differs",
    },
  ];
}

/** Quenched entropies may exceed the bound by rounding only. */
const boundTolerance = 1e-10;

function boundFinding(rows: readonly FranzParisiRow[]): Finding[] {
  const excesses = rows.flatMap(({ status, annealed, quenched }) =>
    status === "ok" && annealed !== null && quenched !== null ? [quenched - annealed] : [],
  );
  if (excesses.length === 0) return [];
  const worst = Math.max(...excesses);
  const held = excesses.filter((excess) => excess <= boundTolerance).length;
  return [
    {
      claim: `The quenched entropy around a typical fixed point (P8) stays below its annealed bound (P7) at ${held} of ${excesses.length} places`,
      measured: { value: worst, unit },
      predicted: null,
      criterion: "expected by Jensen's inequality: quenched − annealed ≤ 0; measured: the largest difference",
      verdict: held === excesses.length ? "agrees" : "differs",
    },
  ];
}

/** Values of a solver that shares nothing with this package, to ten digits. */
const independentValues = [{ selfCoupling: 0.5, distance: 0.05, quenched: 0.06904740744 }] as const;

const independentTolerance = 1e-9;

function independentFindings(rows: readonly FranzParisiRow[]): Finding[] {
  return independentValues.flatMap(({ selfCoupling, distance, quenched }) => {
    const row = rows.find(
      (each) =>
        isSame(each.selfCoupling, selfCoupling) && isSame(each.distance, distance) && each.status === "ok",
    );
    const value = row?.quenched ?? null;
    if (value === null) return [];
    const claim = `Around a typical fixed point at ${symbols.selfCoupling} = ${label(selfCoupling)} the quenched entropy at ${symbols.distance} = ${label(distance)} is ${shown(value, 5)}`;
    const remark = "predicted: (P8) solved by an independent program";
    return [
      equality({ claim, measured: { value, unit }, remark }, { value: quenched, unit }, independentTolerance),
    ];
  });
}

/**
 * What the figure of typical and densest fixed points shows.
 * @param rows entropies around a typical fixed point, any order
 * @param curves points at Σ = 0 at the same self-couplings, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source (P8) against its bound (P7), against (P14) and against an independent program
 */
export function typicalFindings(
  rows: readonly FranzParisiRow[],
  curves: readonly LocalEntropyRow[],
): Finding[] {
  const own = middleOf(places(rows, curves));
  const all = [...nearFinding(own), ...farFinding(own), ...boundFinding(rows), ...independentFindings(rows)];
  return all.map(asCheck);
}
