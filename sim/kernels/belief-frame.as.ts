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
  /** Distance of m_{j→i} from its nearer pole ±1, with the sign of m, f32, column-major; kept between calls. */
  poles: usize;
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
  /** All that follows is scratch. T_i − u_{i→i}, f64. */
  cavityFields: usize;
  /** Next means and variances as they are summed, f64. */
  meanSums: usize;
  varianceSums: usize;
  /** e^{−2|T_j|} as oddsScales · 2^{−oddsShifts}, f64. */
  oddsScales: usize;
  oddsShifts: usize;
  /** ROW_DERIVATIVES for every two rows. */
  rowDerivatives: usize;
  /** A ROW_BLOCK for every four rows. */
  rows: usize;
  /** One column of odds, f32. */
  odds: usize;
  /** 64 bytes where sums are put aside. */
  spilled: usize;
  /** BLOCK_COLUMNS columns of m_{j→i} before an iteration, f32. */
  oldMagnetizations: usize;
  /** Messages of BLOCK_COLUMNS columns that the series does not give, 16 bytes each (belief-update.as.ts). */
  directList: usize;
  /** A DIRECT_BLOCK for every four of those messages. */
  directBlocks: usize;
}

/** Columns that are updated before their moments are taken: totals of several are computed faster together. */
export const BLOCK_COLUMNS: u32 = 4;

/** Bytes for two rows of what belief-rows.as.ts hands to belief-series.as.ts: 13 f64x2. */
export const ROW_DERIVATIVES: usize = 13 * 16;

/** Bytes for the series of four rows (belief-series.as.ts): 23 f32x4. */
export const ROW_BLOCK: usize = 23 * 16;

/** Bytes that belief-direct.as.ts needs for four messages: 7 f32x4. */
export const DIRECT_BLOCK: usize = 7 * 16;
