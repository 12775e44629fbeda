/** @file Findings of the figure `surroundings`: dense around what algorithms find, empty around typical fixed points. */
import type { FranzParisiRow, ReferenceKind, SurroundingsRow } from "../../experiments/rows.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { agreement, allWithin, difference, exceeding, quantityOf } from "./judge.ts";

const known = (rows: readonly SurroundingsRow[], kind: ReferenceKind): SurroundingsRow[] =>
  rows
    .filter((row) => row.kind === kind && row.status === "ok" && row.allowedFlips !== null)
    .sort((a, b) => a.n - b.n);

/** The largest size with rows of both kinds at the same J_D. */
function largestPair(
  one: readonly SurroundingsRow[],
  other: readonly SurroundingsRow[],
): readonly [SurroundingsRow, SurroundingsRow] | null {
  const pairs = one.flatMap((row) => {
    const match = other.find((each) => each.n === row.n && isSame(each.selfCoupling, row.selfCoupling));
    return match === undefined ? [] : [[row, match] as const];
  });
  return pairs.at(-1) ?? null;
}

const where = ({ n, selfCoupling }: SurroundingsRow): string =>
  `${symbols.size} = ${n} and ${symbols.selfCoupling} = ${label(selfCoupling)}`;

/** Degrees of freedom of the smaller of two samples. */
const freedomOf = (rows: readonly SurroundingsRow[]): number =>
  Math.min(...rows.map(({ samples }) => samples)) - 1;

const inNetworks = ([one, other]: readonly [SurroundingsRow, SurroundingsRow]): string =>
  `${one.samples} and ${other.samples} networks`;

const foundBy = { focusing: "by focusing", dynamics: "by dynamics" } as const;

/** Single flips that lead to another fixed point, beside those of a typical one. */
function flipsFinding(rows: readonly SurroundingsRow[], kind: keyof typeof foundBy): Finding[] {
  const pair = largestPair(known(rows, kind), known(rows, "planted"));
  if (pair === null) return [];
  const [own, typical] = pair.map(({ allowedFlips }) => quantityOf(allowedFlips)!);
  const claim =
    `At ${where(pair[0])} a fixed point found ${foundBy[kind]} has ${shown(own!.value, 2)} neurons whose flip alone leads to ` +
    `another one, a typical fixed point ${shown(typical!.value, 2)}`;
  const measured = difference(own!, typical!);
  const remark = `measured: the difference; ${inNetworks(pair)}`;
  const freedom = freedomOf(pair);
  return [exceeding({ claim, measured, remark, freedom }, "more than a typical one")];
}

/** Flips of planted fixed points against their exact mean. */
function exactFlipsFinding(rows: readonly SurroundingsRow[]): Finding[] {
  const planted = known(rows, "planted").filter(({ expectedFlips }) => expectedFlips !== null);
  const last = planted.at(-1);
  if (last === undefined) return [];
  const measured = quantityOf(last.allowedFlips)!;
  const claim = `At ${where(last)} typical fixed points have ${quantityText(measured)} allowed flips`;
  const statement = { claim, measured, remark: "(P6′) over (P3)", freedom: freedomOf([last]) };
  const exact = agreement(statement, { predicted: { value: last.expectedFlips! } });
  const scores = planted.map(({ allowedFlips, expectedFlips }) => {
    const { mean, standardError } = allowedFlips!;
    return standardError ? (mean - expectedFlips!) / standardError : null;
  });
  const all = allWithin(
    scores,
    (within, count) =>
      `Allowed flips of typical fixed points are as many as (P6′) over (P3) says at ${within} of ${count} sizes`,
  );
  return all.length > 0 && scores.length > 1 ? all : [exact];
}

/** Deviations of an entropy by this share of its prediction must not stay unseen. */
const tellingShare = 0.25;

/** Entropies around planted fixed points by belief propagation against the quenched theory, where both are known. */
function entropyFinding(rows: readonly SurroundingsRow[], typical: readonly FranzParisiRow[]): Finding[] {
  const matches = known(rows, "planted").flatMap((row) =>
    row.localEntropy.flatMap(({ distance, entropy, converged }) => {
      const theory = typical.find(
        (each) =>
          each.status === "ok" &&
          isSame(each.selfCoupling, row.selfCoupling) &&
          isSame(each.distance, distance),
      );
      const value = theory?.quenched ?? null;
      return entropy === null || value === null
        ? []
        : [{ row, distance, converged, measured: quantityOf(entropy, "nats per neuron")!, value }];
    }),
  );
  const nearest = [...matches].sort((a, b) => a.distance - b.distance)[0];
  if (nearest === undefined) return [];
  const { row, distance, converged, measured, value } = nearest;
  const claim = `Around typical fixed points at ${where(row)} belief propagation finds ${quantityText(measured)} at ${symbols.distance} = ${label(distance)}`;
  const remark = `predicted: quenched entropy (P8) at <i>N</i> → ∞; ${converged} networks`;
  const predicted = { value, unit: "nats per neuron" };
  const resolution = tellingShare * Math.abs(value);
  return [agreement({ claim, measured, remark, freedom: converged - 1 }, { predicted, resolution })];
}

/** Where walks over fixed points end. */
function walkFinding(rows: readonly SurroundingsRow[]): Finding[] {
  const walked = (kind: ReferenceKind) => known(rows, kind).filter(({ walk }) => walk.length > 0);
  const pair = largestPair(walked("focusing"), walked("planted"));
  if (pair === null) return [];
  const ends = pair.map(({ walk }) => walk.at(-1)!);
  const [own, typical]: Quantity[] = ends.map(({ distance }) => quantityOf(distance)!);
  const claim =
    `A walk of ${ends[0]!.step} flips over fixed points at ${where(pair[0])} gets to distance ${shown(own!.value, 2)} from one found ` +
    `by focusing, to ${shown(typical!.value, 2)} from a typical one`;
  const measured = difference(own!, typical!);
  const networks = Math.min(...pair.map(({ walks }) => walks));
  const remark = `measured: the difference; ${networks} networks`;
  return [exceeding({ claim, measured, remark, freedom: networks - 1 }, "further than from a typical one")];
}

/**
 * What the figure of surroundings shows.
 * @param rows kinds of fixed points at each (N, J_D), any order
 * @param typical entropies around a typical fixed point, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source planted networks against (P8), flips of typical fixed points against their exact mean
 */
export function surroundingsFindings(
  rows: readonly SurroundingsRow[],
  typical: readonly FranzParisiRow[],
): Finding[] {
  return [
    ...flipsFinding(rows, "focusing"),
    ...flipsFinding(rows, "dynamics"),
    ...exactFlipsFinding(rows),
    ...entropyFinding(rows, typical),
    ...walkFinding(rows),
  ];
}
