/** @file Total fields, new states and the neurons that learn. Twin: steering.ts, which gives the formulas. */

/** Neighbours of four neurons, as f32x4, from two layers of i8 states. */
function pairSum(first: usize, second: usize): v128 {
  const sum = i16x8.add(
    i16x8.extend_low_i8x16_s(v128.load32_zero(first)),
    i16x8.extend_low_i8x16_s(v128.load32_zero(second)),
  );
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sum));
}

/** Four i8 states as f32x4. */
function spins(state: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(state))));
}

/** What a layer of one sample is bound to, as one worker sees it; written by steering.ts, field by field the same. */
@unmanaged
class Bonds {
  below: usize;
  above: usize;
  secondBelow: usize;
  secondAbove: usize;
  selfCoupling: f32;
  layerCoupling: f32;
  skipCoupling: f32;
  margin: f32;
  neurons: u32;
  firstRow: u32;
  lastRow: u32;
  words: usize;
  threshold: u32;
}

/** Total fields of four neurons from row on. */
function totalFields(fields: usize, drive: usize, state: usize, bonds: Bonds, row: usize): v128 {
  const own = f32x4.mul(f32x4.splat(bonds.selfCoupling), spins(state + row));
  const near = f32x4.mul(f32x4.splat(bonds.layerCoupling), pairSum(bonds.below + row, bonds.above + row));
  const far = f32x4.mul(
    f32x4.splat(bonds.skipCoupling),
    pairSum(bonds.secondBelow + row, bonds.secondAbove + row),
  );
  const bond = f32x4.add(own, f32x4.add(near, far));
  const random = f32x4.add(v128.load(fields + (row << 2)), v128.load(drive + (row << 2)));
  return f32x4.add(random, bond);
}

export function alignStates(bonds: Bonds, next: usize, state: usize, fields: usize, drive: usize): void {
  const words = bonds.words;
  const firstRow = bonds.firstRow;
  const lastRow = bonds.lastRow;
  const zero = f32x4.splat(0);
  const bound = i32x4.splat(bonds.threshold);
  for (let row: usize = firstRow; row < <usize>lastRow; row += 4) {
    const up = f32x4.ge(totalFields(fields, drive, state, bonds, row), zero);
    // −1 where the field is not negative: −1 − 2·(−1) = 1 there, −1 elsewhere.
    const aligned = i32x4.sub(i32x4.splat(-1), i32x4.shl(up, 1));
    const words16 = i16x8.narrow_i32x4_s(aligned, aligned);
    let bytes = i8x16.narrow_i16x8_s(words16, words16);
    if (words != 0) {
      const chosen = i32x4.lt_u(v128.load(words + ((row - firstRow) << 2)), bound);
      const chosen16 = i16x8.narrow_i32x4_s(chosen, chosen);
      const mask = i8x16.narrow_i16x8_s(chosen16, chosen16);
      bytes = v128.bitselect(bytes, v128.load32_zero(state + row), mask);
    }
    v128.store32_lane(next + row, bytes, 0);
  }
}

export function learningSites(bonds: Bonds, sites: usize, state: usize, fields: usize, drive: usize): u32 {
  const neurons = bonds.neurons;
  const firstRow = bonds.firstRow;
  const lastRow = bonds.lastRow;
  const bound = f32x4.splat(bonds.margin);
  for (let row: usize = firstRow; row < <usize>lastRow; row += 4) {
    const stability = f32x4.mul(spins(state + row), totalFields(fields, drive, state, bonds, row));
    const unstable = f32x4.le(stability, bound);
    const unstable16 = i16x8.narrow_i32x4_s(unstable, unstable);
    const mask = i8x16.narrow_i16x8_s(unstable16, unstable16);
    v128.store32_lane(sites + row, v128.and(mask, v128.load32_zero(state + row)), 0);
  }
  let count: u32 = 0;
  for (let row: usize = firstRow; row < <usize>lastRow; row++) {
    if (row >= <usize>neurons) store<i8>(sites + row, 0);
    count += u32(load<i8>(sites + row) != 0);
  }
  return count;
}
