/** @file Where the messages of belief propagation lie in memory; field by field as in belief-frame.ts. */

/** Messages of one network; pointers are byte offsets, multiples of 64. Vectors have `stride` entries. */
@unmanaged
export class BeliefFrame {
  /** Number of neurons N. */
  n: u32;
  /** Floats from one column to the next: N rounded up to a multiple of 16. Rows N and on are zero. */
  stride: u32;
  /** Couplings J_ij, f32, column-major. */
  couplings: usize;
  /** u_{i→j}, f32, column-major; diagonal and padding are zero. */
  messages: usize;
  /** u_{i→i}, f64. */
  ownMessages: usize;
  /** External fields, f64. */
  externalFields: usize;
  /** φ_j, f64. */
  centreMessages: usize;
  /** T_j, f64. */
  totals: usize;
  /** μ_i, f64. */
  means: usize;
  /** V_i, f64. */
  variances: usize;
  /** Σ_j J_ij sgn T_j on top of FIELD_ORIGIN (belief-columns.as.ts), f64; kept from one call to the next. */
  alignedFields: usize;
  /** Scratch: T_i − u_{i→i}, f64. */
  cavityFields: usize;
  /** Scratch: next means and variances as they are summed, f64. */
  meanSums: usize;
  varianceSums: usize;
  /** Scratch: a ROW_BLOCK for every four rows. */
  rows: usize;
  /** Scratch of one column, f32: m_{j→i}, J_ij m_{j→i}, J_ij² (1 − m²_{j→i}). */
  magnetizations: usize;
  meanShares: usize;
  varianceShares: usize;
  /** Scratch of one column, u32: rows whose message the series does not give. */
  directRows: usize;
  /** Scratch of one column, f32: DIRECT_VECTORS vectors for those rows. */
  directTerms: usize;
}

/** Bytes of what is known of four rows: 16 coefficients of their series, and the largest |J| it holds for, f32x4. */
export const ROW_BLOCK: usize = 17 * 16;

/** Vectors that belief-direct.as.ts works in. */
export const DIRECT_VECTORS: u32 = 7;
