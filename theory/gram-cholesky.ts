/**
 * @file Cholesky factor of a growing correlation matrix that may be singular: a row is appended when a time is added.
 * The matrices here are Gram matrices of sign vectors, so they are positive semidefinite up to rounding.
 */

/**
 * Squared pivots below this count as zero. Rounding leaves about 10⁻¹³ where the exact pivot is zero; a pivot that is
 * left out by mistake changes no entry of the matrix by more than its root, 3·10⁻⁵, far below what M trajectories resolve.
 */
const smallestPivot = 1e-9;

/** Rows of L, one after the other: row k has k + 1 entries, the last one its pivot. */
export interface GramFactor {
  readonly rows: readonly Float64Array[];
  /** Pivots that are not zero: the rank of the matrix. */
  readonly rank: number;
}

/** Factor of a correlation matrix, to which rows are appended. */
export class GrowingFactor implements GramFactor {
  readonly rows: Float64Array[] = [];
  rank = 0;

  /**
   * Appends the row of one more vector. Where the vector depends on earlier ones (nobody flipped, or everyone flipped back)
   * its pivot is zero: its Gaussian variable is then the same combination of earlier ones, with no new randomness. Columns of
   * zero pivots stay empty, as they have nothing to add.
   * @param correlations with each of the k earlier vectors, in −1..1, at the indices 0..k−1
   * @returns row k of L
   */
  append(correlations: ArrayLike<number>): Float64Array {
    const k = this.rows.length;
    const row = new Float64Array(k + 1);
    let explained = 0;
    for (let l = 0; l < k; l++) {
      const other = this.rows[l]!;
      const pivot = other[l]!;
      if (pivot === 0) continue;
      let rest = correlations[l]!;
      for (let m = 0; m < l; m++) rest -= row[m]! * other[m]!;
      const entry = rest / pivot;
      row[l] = entry;
      explained += entry * entry;
    }
    if (1 - explained > smallestPivot) {
      row[k] = Math.sqrt(1 - explained);
      this.rank++;
    }
    this.rows.push(row);
    return row;
  }
}
