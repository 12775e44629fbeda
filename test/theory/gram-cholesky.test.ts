/** @file The growing Cholesky factor against the matrices that it factors, singular ones above all. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GrowingFactor } from "../../theory/gram-cholesky.ts";

/** Correlations of sign vectors: exact multiples of 2/M up to one rounding. */
const correlationsOf = (vectors: readonly (readonly number[])[]): number[][] =>
  vectors.map((a) => vectors.map((b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length));

function factorOf(matrix: readonly (readonly number[])[]): GrowingFactor {
  const factor = new GrowingFactor();
  for (const row of matrix) factor.append(row);
  return factor;
}

/** Largest |L Lᵀ − C|. */
const misfit = (factor: GrowingFactor, matrix: readonly (readonly number[])[]): number =>
  Math.max(
    ...matrix.flatMap((row, k) =>
      row.slice(0, k + 1).map((value, l) => {
        const [one, other] = [factor.rows[k]!, factor.rows[l]!];
        return Math.abs(other.reduce((sum, entry, m) => sum + entry * one[m]!, 0) - value);
      }),
    ),
  );

/** Rank by elimination with full pivots, independent of the order of rows. */
function rankOf(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  for (let rank = 0; ; rank++) {
    let [best, at] = [1e-7, -1];
    rows.forEach((row, k) => {
      const size = Math.max(...row.map(Math.abs));
      if (size > best) [best, at] = [size, k];
    });
    if (at < 0) return rank;
    const pivot = rows.splice(at, 1)[0]!;
    const column = pivot.findIndex((value) => Math.abs(value) === best);
    for (const row of rows) {
      const share = row[column]! / pivot[column]!;
      row.forEach((_, k) => (row[k]! -= share * pivot[k]!));
    }
  }
}

const sign = fc.constantFrom(-1, 1);

test("L Lᵀ is the matrix and the rank is right, for any sign vectors, with more of them than entries", () => {
  const vectors = fc
    .integer({ min: 2, max: 7 })
    .chain((length) =>
      fc.array(fc.array(sign, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 24 }),
    );
  fc.assert(
    fc.property(vectors, (list) => {
      const matrix = correlationsOf(list);
      const factor = factorOf(matrix);
      expect(misfit(factor, matrix)).toBeLessThan(1e-9);
      expect(factor.rank).toBe(rankOf(matrix));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("a state that does not move, moves in one trajectory and comes back keeps its old variables", () => {
  const still = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? -1 : 1));
  const moved = still.map((value, i) => (i === 5 ? -value : value));
  const factor = factorOf(correlationsOf([still, still, moved, still, moved]));
  expect(factor.rank).toBe(2);
  expect([...factor.rows[1]!]).toEqual([1, 0]);
  expect(factor.rows[3]![0]).toBeCloseTo(1, 12);
  expect([...factor.rows[4]!.slice(3)]).toEqual([0, 0]);
  expect(factor.rows[4]![2]).toBeCloseTo(factor.rows[2]![2]!, 12);
});
