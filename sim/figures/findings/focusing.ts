/** @file Findings of the figure `focusing`: where focusing belief propagation finds fixed points. */
import type { FocusingRow, FocusingThresholdRow, ThresholdsRow } from "../../experiments/rows.ts";
import { shown } from "../report-numbers.ts";
import { label, symbols } from "../theme.ts";
import type { Finding } from "../types.ts";
import { errorOfInterval, exceeding, fewestNetworks, undecided } from "./judge.ts";
import { gapInWords, knownThresholds, largestSound, tooFew } from "./limits.ts";
import type { KnownThreshold } from "./limits.ts";

/** Protocols in the order in which they first appear. */
const protocolsOf = (rows: readonly { readonly protocol: string }[]): string[] => [
  ...new Set(rows.map(({ protocol }) => protocol)),
];

/** Rows of one size along one protocol, ascending in J_D. */
const scanOf = (rows: readonly FocusingRow[], protocol: string, n: number): FocusingRow[] =>
  rows
    .filter((row) => row.status === "ok" && row.protocol === protocol && row.n === n)
    .sort((a, b) => a.selfCoupling - b.selfCoupling);

/** Self-couplings strictly between none and all of the networks that make a rise: through fewer any steep one fits. */
const fewestInside = 2;

const insideOf = (scan: readonly FocusingRow[]): number =>
  scan.filter(({ solved, samples }) => solved > 0 && solved < samples).length;

/** Largest step from one J_D of a scan to the next. */
const spacingOf = (scan: readonly FocusingRow[]): number =>
  Math.max(0, ...scan.slice(1).map((row, k) => row.selfCoupling - scan[k]!.selfCoupling));

/**
 * The interval of 95 %, or from one step of the grid below to one above where that is more, with the error that an
 * interval of 95 % of this width has.
 */
function onGrid({ quantity: { value }, printed }: KnownThreshold, spacing: number) {
  const [low, high] = printed.interval!;
  const interval = [Math.min(low, value - spacing), Math.max(high, value + spacing)] as const;
  return {
    quantity: { value, error: errorOfInterval(...interval) },
    printed: {
      ...printed,
      interval,
      ...(interval[0] < low || interval[1] > high ? { intervalKind: "grid" as const } : {}),
    },
  };
}

/** The largest size with enough networks along one protocol, against J_gap. */
function thresholdFinding(
  protocol: string,
  known: KnownThreshold,
  { scan, gap }: { readonly scan: readonly FocusingRow[]; readonly gap: number },
): Finding {
  const { quantity, printed } = onGrid(known, spacingOf(scan));
  const claim =
    `Focusing belief propagation (${protocol}) finds fixed points in half of the networks of ${known.n} neurons from ` +
    `${symbols.focusing} = ${shown(quantity.value, 2)} on; ${gapInWords(gap)}`;
  const inside = insideOf(scan);
  const flat =
    inside < fewestInside
      ? `${inside} self-couplings lie between none and all of the networks; ${fewestInside} are needed`
      : null;
  const doubt = tooFew(known) ?? flat;
  if (doubt !== null) return undecided(claim, printed, null, doubt);
  const remark = `${known.networks} networks, the same along all protocols; the error is a step of the grid at least`;
  const expectation = `${symbols.focusing} > ${symbols.gap}`;
  const finding = exceeding({ claim, measured: quantity, remark }, expectation, { value: gap });
  return { ...finding, measured: printed };
}

/** The largest network with enough samples at the largest J_D, along the protocol that solves fewest. */
function solvedFinding(rows: readonly FocusingRow[]): Finding[] {
  const ok = rows.filter(({ status, samples }) => status === "ok" && samples > 0);
  const sound = ok.filter(({ samples }) => samples >= fewestNetworks);
  const n = Math.max(...(sound.length > 0 ? sound : ok).map((row) => row.n));
  const largest = ok.filter((row) => row.n === n);
  const selfCoupling = Math.max(...largest.map((row) => row.selfCoupling));
  const own = largest.filter((row) => row.selfCoupling === selfCoupling);
  if (own.length === 0) return [];
  // All protocols have the same networks: their runs do not add up.
  const worst = own.reduce((least, row) => (row.solved < least.solved ? row : least));
  const { solved, solvedInterval, samples, protocol } = worst;
  const { low, high } = solvedInterval ?? { low: 0, high: 1 };
  const measured = { value: solved / samples, interval: [low, high], intervalKind: "95 %" } as const;
  const choice = own.length > 1 ? `, the one that solves fewest of ${own.length} protocols` : "";
  const claim = `At ${symbols.selfCoupling} = ${label(selfCoupling)} focusing belief propagation (${protocol}${choice}) finds a fixed point in ${solved} of ${samples} networks of ${n} neurons`;
  const doubt = tooFew({ n, networks: samples });
  if (doubt !== null) return [undecided(claim, measured, null, doubt)];
  const criterion = `expected: more than half, by the 95 % Wilson interval`;
  const verdict = low > 0.5 ? "agrees" : high < 0.5 ? "differs" : "open";
  return [{ claim, measured, predicted: null, criterion, verdict }];
}

/**
 * What the figure of focusing belief propagation shows.
 * @param rows success at each (N, J_D), any order
 * @param found J_fBP(N) along each protocol, any order
 * @param thresholds J_gap, if known
 * @returns claims with prediction, measurement and verdict; none where the rows say nothing
 * @source J_fBP(N) against J_gap of (P15); four standard errors and 95 % intervals decide
 */
export function focusingFindings(
  rows: readonly FocusingRow[],
  found: readonly FocusingThresholdRow[],
  thresholds: ThresholdsRow | null,
): Finding[] {
  const gap = thresholds?.gapClosing?.selfCoupling;
  const places = protocolsOf(found).flatMap((protocol) => {
    const last = largestSound(knownThresholds(found.filter((row) => row.protocol === protocol)));
    if (last === undefined || gap === undefined) return [];
    return [thresholdFinding(protocol, last, { scan: scanOf(rows, protocol, last.n), gap })];
  });
  return [...places, ...solvedFinding(rows)];
}
