/** @file Differences of accuracy between two kinds of run, seed by seed, as findings. */
import type { RunSummary } from "../learning-summary.ts";
import type { Finding, Quantity } from "../types.ts";
import { exceeding } from "./judge.ts";
import { pooledSpread, seedQuantity, spreadInWords } from "./seeds.ts";
import type { PooledSpread, SeedValues } from "./seeds.ts";

/** Accuracies in per cent, and their differences. */
export const percent = 100;
export const points = "points";

/** Differences of test accuracy in points, of the seeds that both have. */
export const seedLeads = (one: RunSummary, other: RunSummary): SeedValues =>
  [...one.bySeed].flatMap(([seed, accuracy]) => {
    const theirs = other.bySeed.get(seed);
    return theirs === undefined ? [] : [percent * (accuracy - theirs)];
  });

/** Two kinds of run. */
export type Pair = readonly [one: RunSummary, other: RunSummary];

/** Spread of the differences of all pairs; pairs of the same runs under two names have none, and are left out. */
export const leadSpread = (pairs: readonly Pair[]): PooledSpread =>
  pooledSpread(
    pairs
      .map(([one, other]) => seedLeads(one, other))
      .filter((leads) => leads.some((difference) => difference !== 0)),
  );

/** Mean difference of a pair; null where no seed is in both. */
export function lead(pair: Pair, spread: PooledSpread): Quantity | null {
  const leads = seedLeads(...pair);
  return leads.length === 0 ? null : seedQuantity(leads, spread, points);
}

/** Baselines as the object of a sentence. */
export const baselineNames = {
  "random-features": "random features",
  reservoir: "a reservoir",
  perceptron: "the linear perceptron",
} as const;

/** "2.6 points ahead of" or "2.6 points behind". */
export function leadInWords({ value }: Quantity): string {
  const size = Math.abs(value).toFixed(1);
  return `${size} points ${value < 0 ? "behind" : "ahead of"}`;
}

/**
 * Finding on the sign of a difference.
 * @param expectation what is expected, in words; the difference is then positive
 * @param claimOf claim from the difference
 */
export function leadFinding(
  pair: Pair | null,
  spread: PooledSpread,
  expectation: string,
  claimOf: (difference: Quantity) => string,
): Finding[] {
  const measured = pair && lead(pair, spread);
  if (!measured) return [];
  const { freedom } = spread;
  const statement = { claim: claimOf(measured), measured, remark: spreadInWords(spread), freedom };
  return [exceeding(statement, expectation)];
}
