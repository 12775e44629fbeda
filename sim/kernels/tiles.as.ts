/** @file Products of weights in tiles with ±1 states. Twin: tiles.ts, which gives the layout and the order of the sums. */

/** Rows of a tile, and bytes of one column of it. */
export const TILE_ROWS: u32 = 32;
export const COLUMN_BYTES: usize = 128;
/** Columns that one look at the tables takes, four for each table. */
const BLOCK_COLUMNS: u32 = 16;
/** Bytes of a table: 16 patterns of signs, a column each. */
const TABLE_BYTES: usize = 2048;

/** A block of weights as one worker sees it; written by tiles.ts, field by field the same. */
@unmanaged
export class Tiles {
  weights: usize;
  rows: u32;
  stride: u32;
  columns: u32;
  firstTile: u32;
  lastTile: u32;
  scratch: usize;
  signs: usize;
  raised: usize;
  lowered: usize;
}

/** All signed sums of four columns (at `columns`, one after the other): pattern p has −column k where bit k is set. */
function fillTable(table: usize, columns: usize): void {
  const minus = f32x4.splat(-0.0);
  for (let row: usize = 0; row < COLUMN_BYTES; row += 16) {
    const a = v128.load(columns + row);
    const b = v128.load(columns + row, 128);
    const c = v128.load(columns + row, 256);
    const d = v128.load(columns + row, 384);
    const sum = f32x4.add(a, b);
    const difference = f32x4.sub(a, b);
    const otherSum = f32x4.add(c, d);
    const otherDifference = f32x4.sub(c, d);
    const p0 = f32x4.add(otherSum, sum);
    const p1 = f32x4.sub(otherSum, difference);
    const p2 = f32x4.add(otherSum, difference);
    const p3 = f32x4.sub(otherSum, sum);
    const p8 = f32x4.add(otherDifference, sum);
    const p9 = f32x4.sub(otherDifference, difference);
    const p10 = f32x4.add(otherDifference, difference);
    const p11 = f32x4.sub(otherDifference, sum);
    const out = table + row;
    v128.store(out, p0);
    v128.store(out, p1, 128);
    v128.store(out, p2, 256);
    v128.store(out, p3, 384);
    v128.store(out, v128.xor(p11, minus), 512);
    v128.store(out, v128.xor(p10, minus), 640);
    v128.store(out, v128.xor(p9, minus), 768);
    v128.store(out, v128.xor(p8, minus), 896);
    v128.store(out, p8, 1024);
    v128.store(out, p9, 1152);
    v128.store(out, p10, 1280);
    v128.store(out, p11, 1408);
    v128.store(out, v128.xor(p3, minus), 1536);
    v128.store(out, v128.xor(p2, minus), 1664);
    v128.store(out, v128.xor(p1, minus), 1792);
    v128.store(out, v128.xor(p0, minus), 1920);
  }
}

/** sum += one entry of each of the four tables, those of the sixteen signs at `states`. */
function addBlock(sum: usize, tables: usize, states: usize): void {
  const signs = i8x16.bitmask(v128.load(states));
  let t0 = tables + ((<usize>(signs & 15)) << 7);
  let t1 = tables + TABLE_BYTES + ((<usize>((signs >> 4) & 15)) << 7);
  let t2 = tables + 2 * TABLE_BYTES + ((<usize>((signs >> 8) & 15)) << 7);
  let t3 = tables + 3 * TABLE_BYTES + ((<usize>((signs >> 12) & 15)) << 7);
  for (let half = 0; half < 2; half++) {
    const low = f32x4.add(f32x4.add(v128.load(t0), v128.load(t1)), f32x4.add(v128.load(t2), v128.load(t3)));
    const second = f32x4.add(
      f32x4.add(v128.load(t0, 16), v128.load(t1, 16)),
      f32x4.add(v128.load(t2, 16), v128.load(t3, 16)),
    );
    const third = f32x4.add(
      f32x4.add(v128.load(t0, 32), v128.load(t1, 32)),
      f32x4.add(v128.load(t2, 32), v128.load(t3, 32)),
    );
    const high = f32x4.add(
      f32x4.add(v128.load(t0, 48), v128.load(t1, 48)),
      f32x4.add(v128.load(t2, 48), v128.load(t3, 48)),
    );
    v128.store(sum, f32x4.add(v128.load(sum), low));
    v128.store(sum, f32x4.add(v128.load(sum, 16), second), 16);
    v128.store(sum, f32x4.add(v128.load(sum, 32), third), 32);
    v128.store(sum, f32x4.add(v128.load(sum, 48), high), 48);
    sum += 64;
    t0 += 64;
    t1 += 64;
    t2 += 64;
    t3 += 64;
  }
}

export function signedProduct(tiles: Tiles, out: usize, states: usize, samples: u32): void {
  const stride = tiles.stride;
  const scratch = tiles.scratch;
  const sums = scratch + 4 * TABLE_BYTES;
  for (let tile = tiles.firstTile; tile < tiles.lastTile; tile++) {
    memory.fill(sums, 0, (<usize>samples) << 7);
    let column = tiles.weights + <usize>tile * stride * COLUMN_BYTES;
    for (let j: u32 = 0; j < stride; j += BLOCK_COLUMNS) {
      for (let table: usize = 0; table < 4; table++) {
        fillTable(scratch + table * TABLE_BYTES, column);
        column += 4 * COLUMN_BYTES;
      }
      for (let b: u32 = 0; b < samples; b++) {
        addBlock(sums + ((<usize>b) << 7), scratch, states + <usize>b * stride + j);
      }
    }
    for (let b: u32 = 0; b < samples; b++) {
      memory.copy(
        out + ((<usize>b * tiles.rows + tile * TILE_ROWS) << 2),
        sums + ((<usize>b) << 7),
        COLUMN_BYTES,
      );
    }
  }
}

export function addFlipped(tiles: Tiles, fields: usize, raisedCount: u32, loweredCount: u32): void {
  const raised = tiles.raised;
  const lowered = tiles.lowered;
  const raisedEnd = raised + ((<usize>raisedCount) << 2);
  const loweredEnd = lowered + ((<usize>loweredCount) << 2);
  for (let tile = tiles.firstTile; tile < tiles.lastTile; tile++) {
    const base = tiles.weights + <usize>tile * tiles.stride * COLUMN_BYTES;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    for (let item = raised; item < raisedEnd; item += 4) {
      const column = base + ((<usize>load<u32>(item)) << 7);
      s0 = f32x4.add(s0, v128.load(column));
      s1 = f32x4.add(s1, v128.load(column, 16));
      s2 = f32x4.add(s2, v128.load(column, 32));
      s3 = f32x4.add(s3, v128.load(column, 48));
      s4 = f32x4.add(s4, v128.load(column, 64));
      s5 = f32x4.add(s5, v128.load(column, 80));
      s6 = f32x4.add(s6, v128.load(column, 96));
      s7 = f32x4.add(s7, v128.load(column, 112));
    }
    for (let item = lowered; item < loweredEnd; item += 4) {
      const column = base + ((<usize>load<u32>(item)) << 7);
      s0 = f32x4.sub(s0, v128.load(column));
      s1 = f32x4.sub(s1, v128.load(column, 16));
      s2 = f32x4.sub(s2, v128.load(column, 32));
      s3 = f32x4.sub(s3, v128.load(column, 48));
      s4 = f32x4.sub(s4, v128.load(column, 64));
      s5 = f32x4.sub(s5, v128.load(column, 80));
      s6 = f32x4.sub(s6, v128.load(column, 96));
      s7 = f32x4.sub(s7, v128.load(column, 112));
    }
    const h = fields + ((<usize>tile * TILE_ROWS) << 2);
    v128.store(h, f32x4.add(v128.load(h), f32x4.add(s0, s0)));
    v128.store(h, f32x4.add(v128.load(h, 16), f32x4.add(s1, s1)), 16);
    v128.store(h, f32x4.add(v128.load(h, 32), f32x4.add(s2, s2)), 32);
    v128.store(h, f32x4.add(v128.load(h, 48), f32x4.add(s3, s3)), 48);
    v128.store(h, f32x4.add(v128.load(h, 64), f32x4.add(s4, s4)), 64);
    v128.store(h, f32x4.add(v128.load(h, 80), f32x4.add(s5, s5)), 80);
    v128.store(h, f32x4.add(v128.load(h, 96), f32x4.add(s6, s6)), 96);
    v128.store(h, f32x4.add(v128.load(h, 112), f32x4.add(s7, s7)), 112);
  }
}

/** Appends the positions of the set bits, 16·block and on, to the list that ends at `end`; returns its new end. */
function append(end: usize, bits: i32, first: u32): usize {
  while (bits != 0) {
    store<u32>(end, first + ctz(bits));
    end += 4;
    bits &= bits - 1;
  }
  return end;
}

export function collectFlips(tiles: Tiles, previous: usize, next: usize): u32 {
  const columns = tiles.stride;
  const raised = tiles.raised;
  const lowered = tiles.lowered;
  let raisedEnd = raised;
  let loweredEnd = lowered;
  for (let j: u32 = 0; j < columns; j += 16) {
    const before = v128.load(previous + j);
    const after = v128.load(next + j);
    raisedEnd = append(raisedEnd, i8x16.bitmask(i8x16.gt_s(after, before)), j);
    loweredEnd = append(loweredEnd, i8x16.bitmask(i8x16.lt_s(after, before)), j);
  }
  return ((<u32>(raisedEnd - raised)) >> 2) | (((<u32>(loweredEnd - lowered)) >> 2) << 16);
}
