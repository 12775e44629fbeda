/** @file Where a network lies in memory, as the kernels read it; written by `createFrame` in frame.ts. */

/** A network and its state; pointers are byte offsets, multiples of 64. Field by field as in frame.ts. */
@unmanaged
export class Frame {
  /** Number of neurons N. */
  n: u32;
  /** Floats from one column to the next: N rounded up to a multiple of 16. Rows N and on are zero. */
  stride: u32;
  /** Couplings J_ij, f32, column-major: J_ij at j·stride + i. The diagonal is zero. */
  couplings: usize;
  /** State s_i = ±1, i8, N. */
  state: usize;
  /** Local fields h_i, f32, `stride` of them. */
  fields: usize;
  /** Local fields recomputed in f64, `stride` of them. */
  exactFields: usize;
  /** Scratch: order of updates or list of flipped neurons, u32, N. */
  order: usize;
  /** Scratch: random words, u32, WORDS of them. */
  words: usize;
}

/** Random words drawn at a time; the length of the scratch `words`. */
export const WORDS: u32 = 256;
