/** @file Choosing and ordering stored rows for drawing: what is known, in which order, and where a line must break. */
import type { RowStatus } from "../experiments/rows.ts";

/** Two self-couplings or distances closer than this are the same grid value written by two programs. */
const sameValue = 1e-9;

/** True where two grid values are the same up to rounding. */
export const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= sameValue;

/** Distinct grid values of a field, ascending. */
export function distinct<Row>(rows: readonly Row[], field: (row: Row) => number): number[] {
  const sorted = rows.map(field).sort((a, b) => a - b);
  return sorted.filter((value, k) => k === 0 || !isSame(value, sorted[k - 1]!));
}

/** Points of one line, ascending in x; y is null, and so breaks the line, where the row has no sound value. */
export interface Curve {
  readonly x: number[];
  readonly y: (number | null)[];
}

/**
 * The line through the rows: rows whose status is not ok, or whose value is null, break it.
 * @param xOf abscissa, known for every row that is drawn; rows without one are left out
 */
export function curve<Row extends { readonly status: RowStatus }>(
  rows: readonly Row[],
  xOf: (row: Row) => number | null,
  yOf: (row: Row) => number | null,
): Curve {
  const placed = rows.flatMap((row) => {
    const x = xOf(row);
    return x === null ? [] : [{ x, y: row.status === "ok" ? yOf(row) : null }];
  });
  placed.sort((a, b) => a.x - b.x);
  return { x: placed.map(({ x }) => x), y: placed.map(({ y }) => y) };
}

/** True where the curve has at least one point. */
export const hasPoints = ({ y }: Curve): boolean => y.some((value) => value !== null);
