/** @file Hebbian updates of weights in tiles. Twin: plasticity.ts, which gives the formulas. */
import { COLUMN_BYTES, TILE_ROWS, Tiles } from "./tiles.as";

/** Samples of one call: one bit each in a word of signs. */
const MOST_SAMPLES: u32 = 16;
/** Bytes of a table of sums over four samples: 16 patterns of signs, a tile of i8 each. */
const TABLE_BYTES: usize = 512;

export function columnSigns(tiles: Tiles, states: usize, samples: u32): void {
  for (let j: u32 = 0; j < tiles.columns; j++) {
    let bits: u32 = 0;
    for (let b: u32 = 0; b < samples; b++) {
      if (load<i8>(states + <usize>b * tiles.stride + j) < 0) bits |= 1 << b;
    }
    store<u16>(tiles.signs + ((<usize>j) << 1), <u16>bits);
  }
}

/** Sites of one sample in a tile, 16 of its rows; none beyond the last sample. */
function sitesOf(sites: usize, siteStride: u32, sample: u32, samples: u32): v128 {
  return sample < samples ? v128.load(sites + <usize>sample * siteStride) : i8x16.splat(0);
}

/** Signed sums over four samples for all patterns of signs: pattern p has −sites of sample k where bit k is set. */
function fillTable(table: usize, sites: usize, siteStride: u32, first: u32, samples: u32): void {
  for (let half: usize = 0; half < TILE_ROWS; half += 16) {
    const a = sitesOf(sites + half, siteStride, first, samples);
    const b = sitesOf(sites + half, siteStride, first + 1, samples);
    const c = sitesOf(sites + half, siteStride, first + 2, samples);
    const d = sitesOf(sites + half, siteStride, first + 3, samples);
    for (let pattern: u32 = 0; pattern < 16; pattern++) {
      let sum = (pattern & 1) != 0 ? i8x16.neg(a) : a;
      sum = (pattern & 2) != 0 ? i8x16.sub(sum, b) : i8x16.add(sum, b);
      sum = (pattern & 4) != 0 ? i8x16.sub(sum, c) : i8x16.add(sum, c);
      sum = (pattern & 8) != 0 ? i8x16.sub(sum, d) : i8x16.add(sum, d);
      v128.store(table + ((<usize>pattern) << 5) + half, sum);
    }
  }
}

/** w ← w·keep + rate·k of four rows, k the low four i16 of `sums`. */
function update(weights: usize, sums: v128, rate: v128, keep: v128): void {
  const change = f32x4.mul(rate, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sums)));
  v128.store(weights, f32x4.add(f32x4.mul(v128.load(weights), keep), change));
}

/** The same of the high four i16. */
function updateHigh(weights: usize, sums: v128, rate: v128, keep: v128): void {
  const change = f32x4.mul(rate, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(sums)));
  v128.store(weights, f32x4.add(f32x4.mul(v128.load(weights), keep), change));
}

/** Half a column of a tile: 16 rows. */
function updateHalf(weights: usize, sums: v128, rate: v128, keep: v128): void {
  const low = i16x8.extend_low_i8x16_s(sums);
  const high = i16x8.extend_high_i8x16_s(sums);
  update(weights, low, rate, keep);
  updateHigh(weights + 16, low, rate, keep);
  update(weights + 32, high, rate, keep);
  updateHigh(weights + 48, high, rate, keep);
}

export function imprint(tiles: Tiles, sites: usize, samples: u32, rate: f32, keep: f32): void {
  const columns = tiles.columns;
  const signs = tiles.signs;
  const scratch = tiles.scratch;
  const rates = f32x4.splat(rate);
  const keeps = f32x4.splat(keep);
  for (let tile = tiles.firstTile; tile < tiles.lastTile; tile++) {
    const tileSites = sites + <usize>tile * TILE_ROWS;
    for (let group: u32 = 0; group < MOST_SAMPLES / 4; group++) {
      fillTable(scratch + <usize>group * TABLE_BYTES, tileSites, tiles.rows, group * 4, samples);
    }
    let column = tiles.weights + <usize>tile * tiles.stride * COLUMN_BYTES;
    for (let j: u32 = 0; j < columns; j++) {
      const bits = <u32>load<u16>(signs + ((<usize>j) << 1));
      const t0 = scratch + ((<usize>(bits & 15)) << 5);
      const t1 = scratch + TABLE_BYTES + ((<usize>((bits >> 4) & 15)) << 5);
      const t2 = scratch + 2 * TABLE_BYTES + ((<usize>((bits >> 8) & 15)) << 5);
      const t3 = scratch + 3 * TABLE_BYTES + ((<usize>(bits >> 12)) << 5);
      const low = i8x16.add(i8x16.add(v128.load(t0), v128.load(t1)), i8x16.add(v128.load(t2), v128.load(t3)));
      const high = i8x16.add(
        i8x16.add(v128.load(t0, 16), v128.load(t1, 16)),
        i8x16.add(v128.load(t2, 16), v128.load(t3, 16)),
      );
      updateHalf(column, low, rates, keeps);
      updateHalf(column + 64, high, rates, keeps);
      column += COLUMN_BYTES;
    }
  }
}

export function clearDiagonal(tiles: Tiles): void {
  const last = min(tiles.lastTile * TILE_ROWS, tiles.columns);
  for (let j = tiles.firstTile * TILE_ROWS; j < last; j++) {
    const tile = j / TILE_ROWS;
    store<f32>(
      tiles.weights + (<usize>tile * tiles.stride + j) * COLUMN_BYTES + ((<usize>(j % TILE_ROWS)) << 2),
      0,
    );
  }
}
