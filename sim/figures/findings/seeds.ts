/**
 * @file Errors from few seeds: two or three runs of one kind say little about their spread, those of all kinds in a
 * figure together say more, though less than their number, since runs of one seed are not independent.
 */
import { shown } from "../report-numbers.ts";
import type { Quantity } from "../types.ts";

/**
 * Correlation of what two kinds of run deviate by at the same seed. It is ½ for differences that share a run, and runs of
 * one seed share images and first couplings.
 */
const seedCorrelation = 0.5;

/** Values of one kind, one a seed. */
export type SeedValues = readonly number[];

const mean = (values: SeedValues): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean over runs with the standard error of these runs alone. */
export interface RunMean {
  readonly mean: number;
  /** Null with a single run. */
  readonly standardError: number | null;
  readonly runs: number;
}

/** Mean of the values of one kind. */
function runMean(values: SeedValues): RunMean {
  const [centre, runs] = [mean(values), values.length];
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean: centre, standardError: runs < 2 ? null : Math.sqrt(squares / (runs - 1) / runs), runs };
}

/** A spread that several kinds share. */
export interface PooledSpread {
  /** Standard deviation from seed to seed; null where no kind has two runs. */
  readonly deviation: number | null;
  /**
   * Effective degrees of freedom: of m kinds with f each, m·f/(1 + (m − 1)ρ²) where their deviations have a correlation
   * ρ, so that two seeds never make more than four, whatever the number of kinds.
   */
  readonly freedom: number;
}

/** Standard deviation within the groups, whose means may differ. */
export const pooledSpread = (groups: readonly SeedValues[]): PooledSpread =>
  pooledSpreadOfMeans(groups.filter((values) => values.length > 0).map(runMean));

/** The same from means with standard errors. */
export function pooledSpreadOfMeans(estimates: readonly Omit<RunMean, "mean">[]): PooledSpread {
  const known = estimates.flatMap(({ standardError, runs }) =>
    standardError === null ? [] : [{ square: standardError ** 2 * runs, freedom: runs - 1 }],
  );
  const freedom = known.reduce((sum, each) => sum + each.freedom, 0);
  const squares = known.reduce((sum, each) => sum + each.square * each.freedom, 0);
  return {
    deviation: freedom === 0 ? null : Math.sqrt(squares / freedom),
    freedom: freedom / (1 + Math.max(0, known.length - 1) * seedCorrelation ** 2),
  };
}

/**
 * A mean as a quantity whose error is that of the shared spread or, where it is larger, its own: kinds may differ in
 * their spread. Without an error where no spread is known.
 */
export function pooledQuantity(
  { mean: value, standardError, runs }: RunMean,
  { deviation }: PooledSpread,
  unit?: string,
): Quantity {
  return {
    value,
    ...(deviation === null ? {} : { error: Math.max(deviation / Math.sqrt(runs), standardError ?? 0) }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Mean over seeds as a quantity, with its error as {@link pooledQuantity} has it. */
export const seedQuantity = (values: SeedValues, spread: PooledSpread, unit?: string): Quantity =>
  pooledQuantity(runMean(values), spread, unit);

/** How the error came about, for criteria. */
export const spreadInWords = ({ deviation, freedom }: PooledSpread): string =>
  deviation === null
    ? "too few runs to know the spread between seeds"
    : `spread between seeds pooled over the figure, or the own one where it is larger (${shown(freedom, 2)} effective degrees of freedom)`;
