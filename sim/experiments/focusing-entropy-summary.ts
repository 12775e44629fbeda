/** @file Medians of experiment `focusing-entropy`: how far single networks are from theory at each (N, J_D, y). */
import { median, quantile } from "../statistics.ts";
import type { FocusingEntropyRow, FocusingEntropySummary, Quartiles } from "./rows.ts";
import { groupBy } from "./scan.ts";

/** Overlaps that the medians are over: above, few neurons are left to move. */
export const comparedOverlaps = { min: 0.2, max: 0.95 } as const;

/**
 * Mean of m_j² below which messages count as vanishing: belief propagation then sees replicas that do not know of each
 * other, however many they are, and its local entropy is that of free spins beside a centre.
 */
export const leastPolarization = 0.01;

/** Root of the mean square over the points of one network. */
const rootMeanSquareOf = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Quartiles of one value a network; null without networks. */
function quartiles(values: readonly number[]): Quartiles | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
}

const isPolarized = ({ squaredMagnetization }: FocusingEntropyRow): boolean =>
  squaredMagnetization !== null && squaredMagnetization >= leastPolarization;

/** Whether centres of (P28) exist in a typical network at the overlap of the row. */
export const hasCentres = ({ centredComplexity }: FocusingEntropyRow): boolean =>
  centredComplexity !== null && centredComplexity >= 0;

/** Whether the medians take in a row; (P28) and (P9) have values then. */
function isCompared(row: FocusingEntropyRow): boolean {
  const { overlap, difference, uncentredDifference } = row;
  if (overlap === null || overlap < comparedOverlaps.min || overlap > comparedOverlaps.max) return false;
  return isPolarized(row) && hasCentres(row) && difference !== null && uncentredDifference !== null;
}

/** Summary of the rows of one (N, J_D, y). */
function summaryOf(rows: readonly FocusingEntropyRow[]): FocusingEntropySummary {
  const { n, selfCoupling, replicas } = rows[0]!;
  const converged = rows.filter(({ status }) => status === "ok");
  const compared = converged.filter(isCompared);
  const networks = groupBy(compared, ({ sample }) => sample);
  const differences = networks.map((points) => points.map((row) => row.difference!));
  const uncentred = networks.map((points) => points.map((row) => row.uncentredDifference!));
  const known = networks.length > 0 ? "ok" : "no-solution";
  return {
    status: rows.some(({ status }) => status === "unstarted") ? "unstarted" : known,
    n,
    selfCoupling,
    replicas,
    networks: networks.length,
    points: compared.length,
    unconverged: rows.filter(({ status }) => status === "not-converged").length,
    unpolarized: converged.filter((row) => !isPolarized(row)).length,
    centreless: converged.filter((row) => !hasCentres(row)).length,
    difference: quartiles(differences.map(median)),
    deviation: quartiles(differences.map(rootMeanSquareOf)),
    uncentredDeviation: quartiles(uncentred.map(rootMeanSquareOf)),
  };
}

/**
 * Medians at each (N, J_D, y), in the order in which they first appear; a summary is `unstarted` if a sample is.
 * @param rows rows of {@link focusingEntropyExperiment}
 * @source comparison with (P28) and (P9)
 */
export function focusingEntropySummaries(rows: readonly FocusingEntropyRow[]): FocusingEntropySummary[] {
  return groupBy(rows, ({ n, selfCoupling, replicas }) => `${n} ${selfCoupling} ${replicas}`).map(summaryOf);
}
