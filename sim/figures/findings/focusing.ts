/** @file Findings of the figure `focusing`: where focusing belief propagation finds fixed points. */
import type { FocusingRow, FocusingThresholdRow, ThresholdsRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { label, symbols } from "../theme.ts";
import type { Finding, Quantity } from "../types.ts";
import { exceeding } from "./judge.ts";
import { knownThresholds } from "./limits.ts";
import type { KnownThreshold } from "./limits.ts";

/** Quantile of a 95 % interval of a normal law. */
const quantile95 = 1.96;

/** Share of successes with its Wilson interval of 95 %. */
function share(
  successes: number,
  trials: number,
): Quantity & { readonly interval: readonly [number, number] } {
  const value = successes / trials;
  const weight = quantile95 ** 2 / trials;
  const centre = (value + weight / 2) / (1 + weight);
  const half =
    (quantile95 * Math.sqrt((value * (1 - value)) / trials + weight / (4 * trials))) / (1 + weight);
  return { value, interval: [Math.max(0, centre - half), Math.min(1, centre + half)] };
}

/** Protocols in the order in which they first appear. */
const protocolsOf = (rows: readonly { readonly protocol: string }[]): string[] => [
  ...new Set(rows.map(({ protocol }) => protocol)),
];

function thresholdFinding(protocol: string, { n, quantity, printed }: KnownThreshold, gap: number): Finding {
  const claim =
    `Focusing belief propagation (${protocol}) finds fixed points in half of the networks of ${n} neurons from ` +
    `${symbols.focusing} = ${shown(quantity.value, 2)} on; dense clusters exist at every distance from ${symbols.gap} = ${shown(gap, 2)} on`;
  const finding = exceeding({ claim, measured: quantity }, `${symbols.focusing} > ${symbols.gap}`, {
    value: gap,
  });
  return { ...finding, measured: printed };
}

/** The largest network at the largest J_D: what is within reach. */
function solvedFinding(rows: readonly FocusingRow[]): Finding[] {
  const ok = rows.filter(({ status, samples }) => status === "ok" && samples > 0);
  const n = Math.max(...ok.map((row) => row.n));
  const largest = ok.filter((row) => row.n === n);
  const selfCoupling = Math.max(...largest.map((row) => row.selfCoupling));
  const own = largest.filter((row) => row.selfCoupling === selfCoupling);
  if (own.length === 0) return [];
  const solved = own.reduce((sum, row) => sum + row.solved, 0);
  const samples = own.reduce((sum, row) => sum + row.samples, 0);
  const measured = share(solved, samples);
  const protocols = own.length > 1 ? `, over ${own.length} protocols` : "";
  return [
    {
      claim: `At ${symbols.selfCoupling} = ${label(selfCoupling)} focusing belief propagation finds a fixed point in ${solved} of ${samples} runs at ${symbols.size} = ${n}${protocols}`,
      measured,
      predicted: null,
      criterion: `expected: more than half, by the 95 % Wilson interval`,
      verdict: measured.interval[0] > 0.5 ? "agrees" : measured.interval[1] < 0.5 ? "differs" : "open",
    },
  ];
}

/**
 * What the figure of focusing belief propagation shows.
 * @param rows success at each (N, J_D), any order
 * @param found J_fBP(N) along each protocol, any order
 * @param thresholds J_gap, if known
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source J_fBP(N) against J_gap of (P15); 95 % intervals decide
 */
export function focusingFindings(
  rows: readonly FocusingRow[],
  found: readonly FocusingThresholdRow[],
  thresholds: ThresholdsRow | null,
): Finding[] {
  const gap = thresholds?.gapClosing?.selfCoupling;
  const places = protocolsOf(found).flatMap((protocol) => {
    const last = knownThresholds(found.filter((row) => row.protocol === protocol)).at(-1);
    return last === undefined || gap === undefined ? [] : [thresholdFinding(protocol, last, gap)];
  });
  return [...places, ...solvedFinding(rows)];
}
