/**
 * @file Errors from few seeds: two or three runs of one kind say little about their spread, those of all kinds in a
 * figure together say enough.
 */
import type { Quantity } from "../types.ts";

/** Degrees of freedom from which four standard errors decide: a difference of chance exceeds them in 1.6 % of cases. */
export const leastFreedom = 4;

/** Values of one kind, one a seed. */
export type SeedValues = readonly number[];

const mean = (values: SeedValues): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A spread that several kinds share. */
export interface PooledSpread {
  /** Standard deviation from seed to seed; null with fewer than {@link leastFreedom} degrees of freedom. */
  readonly deviation: number | null;
  readonly freedom: number;
}

/** Standard deviation within the groups, whose means may differ. */
export function pooledSpread(groups: readonly SeedValues[]): PooledSpread {
  const known = groups.filter((values) => values.length > 0);
  const freedom = known.reduce((sum, values) => sum + values.length - 1, 0);
  const squares = known.reduce((sum, values) => {
    const centre = mean(values);
    return sum + values.reduce((own, value) => own + (value - centre) ** 2, 0);
  }, 0);
  return { deviation: freedom < leastFreedom ? null : Math.sqrt(squares / freedom), freedom };
}

/** The same from means with standard errors over `runs` runs each. */
export function pooledSpreadOfMeans(
  estimates: readonly { readonly standardError: number | null; readonly runs: number }[],
): PooledSpread {
  const known = estimates.flatMap(({ standardError, runs }) =>
    standardError === null ? [] : [{ square: standardError ** 2 * runs, freedom: runs - 1 }],
  );
  const freedom = known.reduce((sum, each) => sum + each.freedom, 0);
  const squares = known.reduce((sum, each) => sum + each.square * each.freedom, 0);
  return { deviation: freedom < leastFreedom ? null : Math.sqrt(squares / freedom), freedom };
}

/** Mean of `runs` values as a quantity with the shared spread; without an error where that is not known. */
export function pooledQuantity(
  value: number,
  runs: number,
  { deviation }: PooledSpread,
  unit?: string,
): Quantity {
  return {
    value,
    ...(deviation === null ? {} : { error: deviation / Math.sqrt(runs) }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Mean over seeds as a quantity with the shared spread. */
export const seedQuantity = (values: SeedValues, spread: PooledSpread, unit?: string): Quantity =>
  pooledQuantity(mean(values), values.length, spread, unit);

/** How the error came about, for criteria. */
export const spreadInWords = ({ deviation, freedom }: PooledSpread): string =>
  deviation === null
    ? `too few runs to know the spread between seeds (${freedom} degrees of freedom, ${leastFreedom} needed)`
    : `spread between seeds pooled over the figure (${freedom} degrees of freedom)`;
