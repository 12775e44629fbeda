/** @file Local fields: dense products in f32 and f64, and their update after a flip. Twin: fields.ts. */
import { Frame } from "./frame.as";

/** Start of column j of the couplings. */
export function columnOf(frame: Frame, j: u32): usize {
  return frame.couplings + ((<usize>j * frame.stride) << 2);
}

/** h ← h + factor·J_·j over one column of `bytes` bytes, a multiple of 64. */
export function addColumn(fields: usize, column: usize, factor: f32, bytes: usize): void {
  const f = f32x4.splat(factor);
  const end = fields + bytes;
  while (fields < end) {
    const h0 = f32x4.add(v128.load(fields), f32x4.mul(f, v128.load(column)));
    const h1 = f32x4.add(v128.load(fields, 16), f32x4.mul(f, v128.load(column, 16)));
    const h2 = f32x4.add(v128.load(fields, 32), f32x4.mul(f, v128.load(column, 32)));
    const h3 = f32x4.add(v128.load(fields, 48), f32x4.mul(f, v128.load(column, 48)));
    v128.store(fields, h0);
    v128.store(fields, h1, 16);
    v128.store(fields, h2, 32);
    v128.store(fields, h3, 48);
    fields += 64;
    column += 64;
  }
}

/** The same with two columns, one after the other: fields are read and written once for both. */
export function addTwoColumns(
  fields: usize,
  first: usize,
  firstFactor: f32,
  second: usize,
  secondFactor: f32,
  bytes: usize,
): void {
  const f0 = f32x4.splat(firstFactor);
  const f1 = f32x4.splat(secondFactor);
  const end = fields + bytes;
  while (fields < end) {
    let h0 = f32x4.add(v128.load(fields), f32x4.mul(f0, v128.load(first)));
    let h1 = f32x4.add(v128.load(fields, 16), f32x4.mul(f0, v128.load(first, 16)));
    let h2 = f32x4.add(v128.load(fields, 32), f32x4.mul(f0, v128.load(first, 32)));
    let h3 = f32x4.add(v128.load(fields, 48), f32x4.mul(f0, v128.load(first, 48)));
    h0 = f32x4.add(h0, f32x4.mul(f1, v128.load(second)));
    h1 = f32x4.add(h1, f32x4.mul(f1, v128.load(second, 16)));
    h2 = f32x4.add(h2, f32x4.mul(f1, v128.load(second, 32)));
    h3 = f32x4.add(h3, f32x4.mul(f1, v128.load(second, 48)));
    v128.store(fields, h0);
    v128.store(fields, h1, 16);
    v128.store(fields, h2, 32);
    v128.store(fields, h3, 48);
    fields += 64;
    first += 64;
    second += 64;
  }
}

/** h ← h + Σ scale·s_j·J_·j over four columns, added one after the other. */
function addFourColumns(frame: Frame, scale: f32, j0: u32, j1: u32, j2: u32, j3: u32): void {
  const state = frame.state;
  const f0 = f32x4.splat(scale * <f32>load<i8>(state + j0));
  const f1 = f32x4.splat(scale * <f32>load<i8>(state + j1));
  const f2 = f32x4.splat(scale * <f32>load<i8>(state + j2));
  const f3 = f32x4.splat(scale * <f32>load<i8>(state + j3));
  let c0 = columnOf(frame, j0);
  let c1 = columnOf(frame, j1);
  let c2 = columnOf(frame, j2);
  let c3 = columnOf(frame, j3);
  let fields = frame.fields;
  const end = fields + ((<usize>frame.stride) << 2);
  while (fields < end) {
    let h0 = f32x4.add(v128.load(fields), f32x4.mul(f0, v128.load(c0)));
    let h1 = f32x4.add(v128.load(fields, 16), f32x4.mul(f0, v128.load(c0, 16)));
    h0 = f32x4.add(h0, f32x4.mul(f1, v128.load(c1)));
    h1 = f32x4.add(h1, f32x4.mul(f1, v128.load(c1, 16)));
    h0 = f32x4.add(h0, f32x4.mul(f2, v128.load(c2)));
    h1 = f32x4.add(h1, f32x4.mul(f2, v128.load(c2, 16)));
    h0 = f32x4.add(h0, f32x4.mul(f3, v128.load(c3)));
    h1 = f32x4.add(h1, f32x4.mul(f3, v128.load(c3, 16)));
    v128.store(fields, h0);
    v128.store(fields, h1, 16);
    fields += 32;
    c0 += 32;
    c1 += 32;
    c2 += 32;
    c3 += 32;
  }
}

/** h ← h + Σ scale·s_j·J_·j over the `count` neurons j listed at `list` (u32), in the order of the list. */
export function addColumns(frame: Frame, scale: f32, list: usize, count: u32): void {
  const grouped = count & ~3;
  for (let k: u32 = 0; k < grouped; k += 4) {
    const entry = list + ((<usize>k) << 2);
    addFourColumns(
      frame,
      scale,
      load<u32>(entry),
      load<u32>(entry, 4),
      load<u32>(entry, 8),
      load<u32>(entry, 12),
    );
  }
  for (let k = grouped; k < count; k++) {
    const j = load<u32>(list + ((<usize>k) << 2));
    const factor = scale * <f32>load<i8>(frame.state + j);
    addColumn(frame.fields, columnOf(frame, j), factor, (<usize>frame.stride) << 2);
  }
}

/** Flips neuron j and updates all fields: s_j ← −s_j, h_i ← h_i + 2 s_j J_ij. */
export function flip(frame: Frame, j: u32): void {
  const flipped = -(<i32>load<i8>(frame.state + j));
  store<i8>(frame.state + j, <i8>flipped);
  addColumn(frame.fields, columnOf(frame, j), <f32>(flipped + flipped), (<usize>frame.stride) << 2);
}

/** h ← J s in f32, columns added in the order 0..N−1. */
export function initialFields(frame: Frame): void {
  memory.fill(frame.fields, 0, (<usize>frame.stride) << 2);
  for (let j: u32 = 0; j < frame.n; j++) store<u32>(frame.order + ((<usize>j) << 2), j);
  addColumns(frame, 1, frame.order, frame.n);
}

/** exactFields ← J s in f64, columns added in the order 0..N−1. */
export function exactFields(frame: Frame): void {
  memory.fill(frame.exactFields, 0, (<usize>frame.stride) << 3);
  const bytes = (<usize>frame.stride) << 2;
  for (let j: u32 = 0; j < frame.n; j++) {
    const s = f64x2.splat(<f64>load<i8>(frame.state + j));
    let column = columnOf(frame, j);
    const end = column + bytes;
    let fields = frame.exactFields;
    while (column < end) {
      const c0 = f64x2.promote_low_f32x4(v128.load64_zero(column));
      const c1 = f64x2.promote_low_f32x4(v128.load64_zero(column, 8));
      const c2 = f64x2.promote_low_f32x4(v128.load64_zero(column, 16));
      const c3 = f64x2.promote_low_f32x4(v128.load64_zero(column, 24));
      v128.store(fields, f64x2.add(v128.load(fields), f64x2.mul(s, c0)));
      v128.store(fields, f64x2.add(v128.load(fields, 16), f64x2.mul(s, c1)), 16);
      v128.store(fields, f64x2.add(v128.load(fields, 32), f64x2.mul(s, c2)), 32);
      v128.store(fields, f64x2.add(v128.load(fields, 48), f64x2.mul(s, c3)), 48);
      column += 32;
      fields += 64;
    }
  }
}
