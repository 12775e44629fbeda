/** @file Findings of the figure `gap-sides`: the bound by tuples against J_gap, and enumerated tuples against their mean. */
import type { TupleCheckRow } from "../../experiments/rows-beyond.ts";
import type { ExclusionRow } from "../../experiments/tuple-entropy.ts";
import type { Exclusions } from "../gap-lines.ts";
import { exclusionsOf } from "../gap-lines.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { agreement, allWithin, asCheck } from "./judge.ts";

/** Accuracy in J_D of points of lines. */
const lineTolerance = 1e-8;

/** The highest J_m below J_gap. */
function thresholdFindings({ tuples, clusters }: Exclusions): Finding[] {
  const known = tuples.flatMap(({ replicas, highest }) => (highest === null ? [] : [{ replicas, highest }]));
  const gap = clusters?.highest;
  if (known.length === 0 || !gap) return [];
  const best = known.reduce((a, b) => (b.highest.selfCoupling > a.highest.selfCoupling ? b : a));
  const { selfCoupling, error } = best.highest;
  const short = gap.selfCoupling - selfCoupling;
  const claim =
    `Of all numbers of members from ${known[0]!.replicas} to ${known.at(-1)!.replicas}, ${best.replicas} are excluded up to the largest self-coupling, ` +
    `${symbols.selfCoupling} = ${shown(selfCoupling, 7)}, which is ${shown(short, 3)} short of ${symbols.gap} = ${shown(gap.selfCoupling, 7)}; there the ` +
    `number of replicas is ${shown(gap.y, 3)}, between two integers`;
  return [
    asCheck({
      claim,
      measured: { value: selfCoupling, error },
      predicted: { value: gap.selfCoupling, error: gap.error },
      criterion: `expected: every <i>J</i><sub><i>m</i></sub> ≤ ${symbols.gap}, since φ(<i>m</i>, <i>q</i>) ≥ <i>m</i> ${symbols.densest}`,
      verdict: short >= -lineTolerance ? "agrees" : "differs",
    }),
  ];
}

/** No line of tuples above that of the clusters, and how near they come. */
function envelopeFindings({ tuples, clusters }: Exclusions): Finding[] {
  const gaps = (clusters?.line ?? []).flatMap(({ distance, selfCoupling: bound }) => {
    const heights = tuples.flatMap(({ line }) =>
      line.flatMap((point) =>
        isSame(point.distance, distance) && point.selfCoupling !== null ? [point.selfCoupling] : [],
      ),
    );
    return bound === null || heights.length === 0 ? [] : [{ distance, short: bound - Math.max(...heights) }];
  });
  if (gaps.length === 0) return [];
  const worst = gaps.reduce((a, b) => (b.short > a.short ? b : a));
  const least = Math.min(...gaps.map(({ short }) => short));
  const claim =
    `At no distance are tuples excluded beyond ${symbols.densest} = 0, and the best number of members comes within ` +
    `${shown(worst.short, 2)} of it in ${symbols.selfCoupling} everywhere (worst at ${symbols.distance} = ${label(worst.distance, 3)})`;
  return [
    asCheck({
      claim,
      measured: { value: least },
      predicted: null,
      criterion:
        `expected: ${symbols.selfCoupling} of ${symbols.densest} = 0 less the highest of tuples ≥ 0 at all ${gaps.length} distances; ` +
        `measured: the smallest`,
      verdict: least >= -lineTolerance ? "agrees" : "differs",
    }),
  ];
}

const relativeError = ({ mean, standardError }: TupleCheckRow): number => standardError! / mean!;

/** All enumerated means, and the best known one of the largest tuples in the largest networks. */
function enumerationFindings(checks: readonly TupleCheckRow[]): Finding[] {
  const known = checks.filter(({ status }) => status === "ok");
  const all = allWithin(
    known.map(({ zScore }) => zScore),
    (within, count) =>
      `The mean number of pairs, triples and quadruples of fixed points at equal distance is the exact one in ${within} of ${count} cases`,
    `cases with such tuples in at least 20 networks; those of one ${symbols.size} and ${symbols.selfCoupling} come from the same networks`,
  );
  const scored = known.filter(({ zScore, mean, standardError }) => zScore !== null && mean && standardError);
  if (scored.length === 0) return all;
  const order = (a: TupleCheckRow, b: TupleCheckRow) =>
    a.n - b.n || a.replicas - b.replicas || relativeError(b) - relativeError(a);
  const row = [...scored].sort(order).at(-1)!;
  const measured = { value: row.mean!, error: row.standardError! };
  const claim =
    `${symbols.size} = ${row.n}, ${symbols.selfCoupling} = ${label(row.selfCoupling)}: ${quantityText(measured)} ordered groups of ${row.replicas} fixed points ` +
    `at mutual distance ${row.flips}, the mean over ${row.samples} networks, where the exact mean is ${shown(row.expected, 6)}`;
  return [...all, agreement({ claim, measured }, { predicted: { value: row.expected } })];
}

/**
 * What the figure of the gap from both sides shows.
 * @param rows rows of the experiment `tuple-entropy`, any order
 * @param checks rows of `tupleCheckRows`, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source thresholds of (P13) against J_gap (P15); enumeration against the first moment at finite N
 */
export function gapSidesFindings(
  rows: readonly ExclusionRow[],
  checks: readonly TupleCheckRow[] = [],
): Finding[] {
  const exclusions = exclusionsOf(rows);
  return [...thresholdFindings(exclusions), ...envelopeFindings(exclusions), ...enumerationFindings(checks)];
}
