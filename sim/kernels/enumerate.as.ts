/** @file Gray-code enumeration of fixed points in f64x2. Twin: enumerate.ts, which explains the method. */

/** A small network for enumeration; field by field as in enumerate.ts. Pointers are multiples of 16. */
@unmanaged
export class EnumerationFrame {
  /** Number of neurons, 2..30. */
  n: u32;
  /** Doubles from one column to the next: N rounded up to a multiple of 4. Rows N and on are zero. */
  stride: u32;
  /** Couplings J_ij, f64, column-major; the diagonal is zero. */
  couplings: usize;
  /** Scratch: state s_i = ±1 as f64, `stride` of them. */
  state: usize;
  /** Scratch: local fields, f64, `stride` of them. */
  fields: usize;
  /** Scratch: freshly summed fields of one borderline state, f64, `stride` of them. */
  freshFields: usize;
  /** Out: words of the fixed points found, u32; room for as many as states are visited. */
  found: usize;
}

/** Gray-code steps between two fresh sums of the fields (REFRESH_STEPS in enumerate.ts). */
const REFRESH_STEPS: u32 = 4096;

/** Field of a padding neuron: far beyond every |h_i|, so that it never counts as unstable. */
const PADDING_FIELD: f64 = 1e300;

/** Fields summed column by column from zero. */
function sumFields(frame: EnumerationFrame, fields: usize): void {
  const n = frame.n;
  const stride = frame.stride;
  for (let i: u32 = 0; i < stride; i++) {
    store<f64>(fields + ((<usize>i) << 3), i < n ? 0 : PADDING_FIELD);
  }
  for (let j: u32 = 0; j < n; j++) {
    const s = load<f64>(frame.state + ((<usize>j) << 3));
    const column = frame.couplings + ((<usize>j * stride) << 3);
    for (let i: u32 = 0; i < n; i++) {
      const h = fields + ((<usize>i) << 3);
      store<f64>(h, load<f64>(h) + s * load<f64>(column + ((<usize>i) << 3)));
    }
  }
}

/** State and fields of a word: bit i is set where s_i = +1. */
function enter(frame: EnumerationFrame, word: u32): void {
  for (let i: u32 = 0; i < frame.stride; i++) {
    store<f64>(frame.state + ((<usize>i) << 3), i >= frame.n || (word >> i) & 1 ? 1 : -1);
  }
  sumFields(frame, frame.fields);
}

/** Whether every s_i h_i exceeds `bound`. */
function allAbove(frame: EnumerationFrame, fields: usize, bound: f64): bool {
  const lower = f64x2.splat(bound);
  const end = (<usize>frame.stride) << 3;
  let above = i64x2.splat(-1);
  for (let i: usize = 0; i < end; i += 16) {
    const product = f64x2.mul(v128.load(frame.state + i), v128.load(fields + i));
    above = v128.and(above, f64x2.gt(product, lower));
  }
  return i64x2.all_true(above);
}

/** Flips bit `bit`; returns whether some s_i h_i is then below `bound`. */
function step(frame: EnumerationFrame, bit: u32, bound: f64): bool {
  const s = frame.state + ((<usize>bit) << 3);
  const flipped = -load<f64>(s);
  store<f64>(s, flipped);
  const factor = f64x2.splat(2 * flipped);
  const lower = f64x2.splat(bound);
  const bytes = (<usize>frame.stride) << 3;
  let column = frame.couplings + <usize>bit * bytes;
  let fields = frame.fields;
  let state = frame.state;
  let unstable = i64x2.splat(0);
  const end = fields + bytes;
  while (fields < end) {
    const h0 = f64x2.add(v128.load(fields), f64x2.mul(factor, v128.load(column)));
    const h1 = f64x2.add(v128.load(fields, 16), f64x2.mul(factor, v128.load(column, 16)));
    v128.store(fields, h0);
    v128.store(fields, h1, 16);
    unstable = v128.or(unstable, f64x2.lt(f64x2.mul(v128.load(state), h0), lower));
    unstable = v128.or(unstable, f64x2.lt(f64x2.mul(v128.load(state, 16), h1), lower));
    fields += 32;
    column += 32;
    state += 32;
  }
  return v128.any_true(unstable);
}

/** Whether the current state, not clearly unstable, is a fixed point; sums the fields anew where it is close. */
function isFixedPoint(frame: EnumerationFrame, selfCoupling: f64, driftBound: f64): bool {
  if (allAbove(frame, frame.fields, driftBound - selfCoupling)) return true;
  sumFields(frame, frame.freshFields);
  return allAbove(frame, frame.freshFields, -selfCoupling);
}

/** Fixed points among the states of Gray index first..last−1, s_N = +1; writes their words and returns their number. */
export function enumerate(
  frame: EnumerationFrame,
  selfCoupling: f64,
  driftBound: f64,
  first: u32,
  last: u32,
): u32 {
  const top: u32 = 1 << (frame.n - 1);
  const clearlyUnstable = -selfCoupling - driftBound;
  let found: u32 = 0;
  for (let index = first; index < last; index++) {
    const word = top | (index ^ (index >> 1));
    let unstable: bool;
    if (index === first || index % REFRESH_STEPS === 0) {
      enter(frame, word);
      unstable = false;
    } else {
      unstable = step(frame, ctz(index), clearlyUnstable);
    }
    if (!unstable && isFixedPoint(frame, selfCoupling, driftBound)) {
      store<u32>(frame.found + ((<usize>found) << 2), word);
      found++;
    }
  }
  return found;
}
