/** @file Findings of the figure `gap-sides`: the bound by tuples against J_gap, and enumerated tuples against their mean. */
import type { TupleCheckRow } from "../../experiments/rows-beyond.ts";
import type { ExclusionRow } from "../../experiments/tuple-entropy.ts";
import type { Exclusions } from "../gap-lines.ts";
import { exclusionsOf } from "../gap-lines.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { distinct, isSame } from "../select.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import type { Verdict } from "./judge.ts";
import { acceptedErrors, agreement, allWithin, asCheck } from "./judge.ts";

/** Accuracy in J_D of points of lines. */
const lineTolerance = 1e-8;

/** "2 to 12" of consecutive numbers, else "2, 3 and 5". */
function inWords(members: readonly number[]): string {
  const [first, last] = [members[0]!, members.at(-1)!];
  if (members.length > 2 && last - first === members.length - 1) return `${first} to ${last}`;
  return members.length === 1 ? `${first}` : `${members.slice(0, -1).join(", ")} and ${last}`;
}

/** "4.66, between two integers", which the words say only where the digits do. */
function replicasInWords(y: number): string {
  const digits = 3;
  const isBetween = !Number.isInteger(Number(y.toPrecision(digits)));
  return `${shown(y, digits)}${isBetween ? ", between two integers" : ""}`;
}

/** Agrees where a number is at least 0 but for the accuracy of lines; open where four errors hide that. */
function verdictOfShort(short: number, error: number): Verdict {
  const hidden = acceptedErrors * error;
  if (short < -Math.max(lineTolerance, hidden)) return "differs";
  return short >= hidden - lineTolerance ? "agrees" : "open";
}

/** The highest J_m below J_gap. */
function thresholdFindings({ tuples, clusters }: Exclusions): Finding[] {
  const known = tuples.flatMap(({ replicas, highest }) => (highest === null ? [] : [{ replicas, highest }]));
  const gap = clusters?.highest;
  if (known.length === 0 || !gap) return [];
  const best = known.reduce((a, b) => (b.highest.selfCoupling > a.highest.selfCoupling ? b : a));
  const { selfCoupling, error } = best.highest;
  const short = gap.selfCoupling - selfCoupling;
  const verdict = verdictOfShort(short, Math.hypot(error, gap.error));
  const doubt =
    verdict === "open" ? `; open: ${acceptedErrors} errors of the solvers are more than what is between` : "";
  const claim =
    `Of groups of ${inWords(known.map(({ replicas }) => replicas))} members, those of ${best.replicas} are excluded up to the largest self-coupling, ` +
    `${symbols.selfCoupling} = ${shown(selfCoupling, 7)}, which is ${shown(Math.abs(short), 3)} ${short < 0 ? "beyond" : "short of"} ` +
    `${symbols.gap} = ${shown(gap.selfCoupling, 7)}; there the number of replicas is ${replicasInWords(gap.y)}`;
  return [
    asCheck({
      claim,
      measured: { value: selfCoupling, error },
      predicted: { value: gap.selfCoupling, error: gap.error },
      criterion: `expected: every <i>J</i><sub><i>m</i></sub> ≤ ${symbols.gap}, since φ(<i>m</i>, <i>q</i>) ≥ <i>m</i> ${symbols.densest}${doubt}`,
      verdict,
    }),
  ];
}

/** How much lower the highest line of tuples is than that of the clusters, at one distance. */
interface Short {
  readonly distance: number;
  readonly short: number;
}

const mostOf = (gaps: readonly Short[], size: (gap: Short) => number): Short =>
  gaps.reduce((a, b) => (size(b) > size(a) ? b : a));

const placed = ({ distance, short }: Short): string =>
  `${shown(Math.abs(short), 2)} (at ${symbols.distance} = ${label(distance, 3)})`;

/** At how many distances tuples are excluded beyond the clusters and by how much, and how near they come elsewhere. */
function envelopeInWords(gaps: readonly Short[]): string {
  const beyond = gaps.filter(({ short }) => short < -lineTolerance);
  const within = gaps.filter(({ short }) => short >= -lineTolerance);
  const ofAll = `${gaps.length} ${gaps.length === 1 ? "distance" : "distances"}`;
  const excess =
    beyond.length === 0
      ? ""
      : `, by up to ${placed(mostOf(beyond, ({ short }) => -short))} in ${symbols.selfCoupling}`;
  const nearness =
    within.length === 0
      ? ""
      : `; ${beyond.length === 0 ? "" : "elsewhere "}the best number of members comes within ` +
        `${placed(mostOf(within, ({ short }) => short))} of it in ${symbols.selfCoupling}`;
  const excluded =
    beyond.length === 0 ? `none of ${ofAll} are tuples` : `${beyond.length} of ${ofAll} tuples are`;
  return `At ${excluded} excluded beyond ${symbols.densest} = 0${excess}${nearness}`;
}

/** No line of tuples above that of the clusters, and how near they come. */
function envelopeFindings({ tuples, clusters }: Exclusions): Finding[] {
  const gaps = (clusters?.line ?? []).flatMap(({ distance, selfCoupling: bound }): Short[] => {
    const heights = tuples.flatMap(({ line }) =>
      line.flatMap((point) =>
        isSame(point.distance, distance) && point.selfCoupling !== null ? [point.selfCoupling] : [],
      ),
    );
    return bound === null || heights.length === 0 ? [] : [{ distance, short: bound - Math.max(...heights) }];
  });
  if (gaps.length === 0) return [];
  const least = Math.min(...gaps.map(({ short }) => short));
  return [
    asCheck({
      claim: envelopeInWords(gaps),
      measured: { value: least },
      predicted: null,
      criterion:
        `expected: ${symbols.selfCoupling} of ${symbols.densest} = 0 less the highest of tuples ≥ 0 at every distance where both are known; ` +
        `measured: the smallest`,
      verdict: least >= -lineTolerance ? "agrees" : "differs",
    }),
  ];
}

const relativeError = ({ mean, standardError }: TupleCheckRow): number => standardError! / mean!;

/** All enumerated means, and the best known one of the largest tuples in the largest networks. */
function enumerationFindings(checks: readonly TupleCheckRow[]): Finding[] {
  const known = checks.filter(({ status }) => status === "ok");
  const members = distinct(
    known.filter(({ zScore }) => zScore !== null),
    ({ replicas }) => replicas,
  );
  const all = allWithin(
    known.map(({ zScore }) => zScore),
    (within, count) =>
      `The mean number of groups of ${inWords(members)} fixed points at equal distance is the exact one in ${within} of ${count} cases`,
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
