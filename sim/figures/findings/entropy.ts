/** @file Findings of the figure `entropy`: exact enumeration and the replica-symmetric saddle against closed forms. */
import type { EntropyCheckRow, EntropyRow } from "../../experiments/rows.ts";
import { quantityText, shown } from "../report-numbers.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { agreement, allWithin, asCheck, equality } from "./judge.ts";

/** Ordered pairs that a bin must be expected to hold in all, so that its mean has a nearly normal law. */
const fewestPairs = 100;

/** Agreement of the solved saddle with the closed form: ten digits of log 2. */
const saddleTolerance = 1e-10;

/** All enumerated means against (P3). */
function countFindings(checks: readonly EntropyCheckRow[]): Finding[] {
  const known = checks.filter(({ status }) => status === "ok");
  const remark =
    "the networks of one <i>N</i> serve all self-couplings, so that their deviations are not independent";
  const all = allWithin(
    known.map(({ zScore }) => zScore),
    (within, count) =>
      `The mean number of fixed points by exact enumeration is that of (P3) in ${within} of ${count} cases`,
    remark,
  );
  return [...all, ...largestCount(known)];
}

/** The case with most neurons and, among those, most fixed points. */
function largestCount(known: readonly EntropyCheckRow[]): Finding[] {
  const order = (a: EntropyCheckRow, b: EntropyCheckRow) => a.n - b.n || a.expectedCount - b.expectedCount;
  const row = [...known].sort(order).at(-1);
  if (row === undefined || row.meanCount === null || row.standardError === null) return [];
  const measured = { value: row.meanCount, error: row.standardError };
  const predicted = { value: row.expectedCount };
  const place = `${symbols.size} = ${row.n} and ${symbols.selfCoupling} = ${label(row.selfCoupling)}`;
  const claim =
    `Enumeration finds ${quantityText(measured)} fixed points in a network at ${place}, the mean over ${row.samples} ` +
    `networks, where (P3) gives ${shown(row.expectedCount, 6)}`;
  return [agreement({ claim, measured, remark: "(P3) is exact at every <i>N</i>" }, { predicted })];
}

/** Pairs at every overlap against (P6'). */
function pairFindings(checks: readonly EntropyCheckRow[]): Finding[] {
  const bins = checks
    .filter(({ status }) => status === "ok")
    .flatMap(({ samples, pairs }) =>
      pairs.filter(({ expected }) => (expected ?? 0) * samples >= fewestPairs),
    );
  return allWithin(
    bins.map(({ zScore }) => zScore),
    (within, count) => `Pairs of fixed points are as many as (P6′) says at ${within} of ${count} overlaps`,
    `overlaps with at least ${fewestPairs} pairs expected`,
  );
}

/** The solved saddle (P4) against the closed form (P2). */
function saddleFindings(rows: readonly EntropyRow[]): Finding[] {
  const deviations = rows.flatMap(({ status, annealed, rs }) =>
    status === "ok" && annealed !== null && rs !== null ? [Math.abs(rs.entropy - annealed)] : [],
  );
  if (deviations.length === 0) return [];
  const worst = Math.max(...deviations);
  const claim =
    `Replica-symmetric saddle (P4) and closed form (P2) differ by ${shown(worst, 1)} at most over ` +
    `${deviations.length} self-couplings`;
  const measured = { value: worst, unit: "nats per neuron" };
  return [
    asCheck(
      equality(
        { claim, measured, remark: "measured: the largest difference" },
        { value: 0 },
        saddleTolerance,
      ),
    ),
  ];
}

/**
 * What the figure of the entropy shows.
 * @param rows theory, any order
 * @param checks enumeration, any order
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source enumeration against (P3) and (P6'), the saddle (P4) against (P2)
 */
export function entropyFindings(rows: readonly EntropyRow[], checks: readonly EntropyCheckRow[]): Finding[] {
  return [...countFindings(checks), ...pairFindings(checks), ...saddleFindings(rows)];
}
