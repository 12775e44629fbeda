/** @file Rows of focusing belief propagation beside theory, shaped like the physics, for drawing; no results and no oracle. */
import { focusingEntropySummaries } from "../../../sim/experiments/focusing-entropy-summary.ts";
import type { FocusingEntropyRow, FocusingEntropySummary } from "../../../sim/experiments/rows.ts";

const overlaps = [0.25, 0.45, 0.65, 0.85, 0.94];

/** A point at the k-th overlap; networks scatter around a remainder of order 1/y. */
export function focusingEntropyRow(
  place: Pick<FocusingEntropyRow, "n" | "selfCoupling" | "replicas" | "sample">,
  k: number,
): FocusingEntropyRow {
  const { n, selfCoupling, replicas, sample } = place;
  const overlap = overlaps[k]! + (0.01 * ((3 * sample + k) % 4)) / 4;
  const entropy = 0.8 * selfCoupling * (1 - overlap) ** 0.6;
  const difference = 0.02 / replicas + (0.4 * (((7 * sample + 5 * k) % 8) / 7 - 0.5)) / n;
  const excess = 0.15 / replicas;
  return {
    status: "ok",
    ...place,
    bond: 0.2 + overlap,
    iterations: 300,
    residual: 5e-5,
    overlap,
    squaredMagnetization: overlap - 0.2 / replicas,
    centreOverlap: Math.sqrt(overlap),
    localEntropy: entropy + difference,
    centredEntropy: entropy,
    centredBond: 0.19 + overlap,
    centredCentreOverlap: Math.sqrt(overlap),
    centredComplexity: replicas > 20 ? Math.abs(overlap - 0.65) - 0.1 : 0.2,
    uncentredEntropy: entropy + excess,
    difference,
    uncentredDifference: difference - excess,
  };
}

export const focusingEntropySizes = [100, 200, 800];

export const focusingEntropyRows: FocusingEntropyRow[] = focusingEntropySizes.flatMap((n) =>
  [0.2, 0.5].flatMap((selfCoupling) =>
    [3, 10, 30].flatMap((replicas) =>
      [0, 1, 2].flatMap((sample) =>
        overlaps.map((_, k) => focusingEntropyRow({ n, selfCoupling, replicas, sample }, k)),
      ),
    ),
  ),
);

export const focusingEntropySummaryRows: FocusingEntropySummary[] =
  focusingEntropySummaries(focusingEntropyRows);
