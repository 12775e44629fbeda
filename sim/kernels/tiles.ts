/**
 * @file Scalar twin of tiles.as.ts: weights W in tiles, times ±1 states.
 *
 * Layout: rows are cut into tiles of 32; tile t holds its columns one after the other, 32 f32 each, so that W_ij lies at
 * index t·32·columns + 32·j + i − 32·t with t = ⌊i/32⌋. Rows are padded to a multiple of 32 and columns to a multiple of
 * 16, with zeros.
 * Sums run over blocks of 16 columns; in a block four quadruples are summed as ((a + b) + (c + d)), then pairwise. Each
 * addition rounds to f32. The compiled kernel looks quadruples up in tables of their 16 signed sums.
 */
import type { KernelFunctions } from "./functions.ts";

/** Rows of a tile. */
export const TILE_ROWS = 32;

/** Columns are padded to a multiple of this. */
export const COLUMN_BLOCK = 16;

/** Rows or columns rounded up to whole tiles. */
export const paddedRows = (rows: number): number => Math.ceil(rows / TILE_ROWS) * TILE_ROWS;

/** Columns rounded up to whole blocks. */
export const paddedColumns = (columns: number): number => Math.ceil(columns / COLUMN_BLOCK) * COLUMN_BLOCK;

/** A block of weights as one worker sees it: all of it, and the tiles that are the worker's own. */
export interface TilesRecord {
  /** Address of the weights, f32. */
  readonly weights: number;
  /** Padded rows: also the floats from one sample to the next in products. */
  readonly rows: number;
  /** Padded columns: also the bytes from one sample to the next in states. */
  readonly stride: number;
  /** Columns that learn. */
  readonly columns: number;
  /** Own tiles: firstTile..lastTile−1. */
  readonly firstTile: number;
  readonly lastTile: number;
  /** `tilesScratch(samples)` bytes, of the worker. */
  readonly scratch: number;
  /** Signs by column, u16, `stride` of them, of the worker. */
  readonly signs: number;
  /** Lists of flipped columns, u32, `stride` each, of the worker. */
  readonly raised: number;
  readonly lowered: number;
}

/** Bytes of a record of tiles. */
export const TILES_BYTES = 40;

/** Bytes of scratch for products of `samples` states (four tables and the sums) and for updates. */
export const tilesScratch = (samples: number): number => 4 * 16 * 4 * TILE_ROWS + 4 * TILE_ROWS * samples;

/** Writes a record of tiles for the kernels. */
export function writeTiles(memory: WebAssembly.Memory, address: number, tiles: TilesRecord): void {
  const { weights, rows, stride, columns, firstTile, lastTile, scratch, signs, raised, lowered } = tiles;
  new Uint32Array(memory.buffer, address, TILES_BYTES / 4).set([
    weights,
    rows,
    stride,
    columns,
    firstTile,
    lastTile,
    scratch,
    signs,
    raised,
    lowered,
  ]);
}

/** What scalar kernels need of a record. */
export interface TilesView {
  readonly weights: Float32Array;
  readonly rows: number;
  readonly stride: number;
  readonly columns: number;
  /** Own rows: first..last−1. */
  readonly first: number;
  readonly last: number;
  readonly signs: Uint16Array;
  readonly raised: number;
  readonly lowered: number;
}

/** Reads the record at `address`. */
export function viewTiles(memory: WebAssembly.Memory, address: number): TilesView {
  const record = new Uint32Array(memory.buffer, address, TILES_BYTES / 4);
  const [weights, rows, stride, columns, firstTile, lastTile, , signs, raised, lowered] = record;
  return {
    weights: new Float32Array(memory.buffer, weights, rows! * stride!),
    rows: rows!,
    stride: stride!,
    columns: columns!,
    first: firstTile! * TILE_ROWS,
    last: lastTile! * TILE_ROWS,
    signs: new Uint16Array(memory.buffer, signs, stride),
    raised: raised!,
    lowered: lowered!,
  };
}

/** Index of W_ij in weights of `stride` padded columns. */
export function tileIndex(i: number, j: number, stride: number): number {
  const tile = Math.floor(i / TILE_ROWS);
  return tile * TILE_ROWS * stride + j * TILE_ROWS + (i - tile * TILE_ROWS);
}

const round = Math.fround;

/** Σ_j s_j W_ij over a quadruple of columns, entry `at` of the first. */
function quadruple(weights: Float32Array, at: number, states: Int8Array, j: number): number {
  const term = (k: number): number => (states[j + k]! < 0 ? -1 : 1) * weights[at + k * TILE_ROWS]!;
  return round(round(term(0) + term(1)) + round(term(2) + term(3)));
}

/** Σ_j s_j W_ij over all columns. */
function rowProduct({ weights, stride }: TilesView, row: number, states: Int8Array): number {
  let sum = 0;
  for (let j = 0; j < stride; j += COLUMN_BLOCK) {
    const [a, b, c, d] = [0, 4, 8, 12].map((k) =>
      quadruple(weights, tileIndex(row, j + k, stride), states, j + k),
    );
    sum = round(sum + round(round(a! + b!) + round(c! + d!)));
  }
  return sum;
}

/** The kernels `signedProduct`, `addFlipped` and `collectFlips` on `memory`. */
export function scalarTiles(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "signedProduct" | "addFlipped" | "collectFlips"> {
  return {
    signedProduct(tiles, out, states, samples) {
      const view = viewTiles(memory, tiles);
      for (let b = 0; b < samples; b++) {
        const s = new Int8Array(memory.buffer, states + b * view.stride, view.stride);
        const h = new Float32Array(memory.buffer, out + 4 * b * view.rows, view.rows);
        for (let i = view.first; i < view.last; i++) h[i] = rowProduct(view, i, s);
      }
    },
    addFlipped(tiles, fields, raisedCount, loweredCount) {
      const { weights, rows, stride, first, last, raised, lowered } = viewTiles(memory, tiles);
      const h = new Float32Array(memory.buffer, fields, rows);
      const up = new Uint32Array(memory.buffer, raised, raisedCount);
      const down = new Uint32Array(memory.buffer, lowered, loweredCount);
      for (let i = first; i < last; i++) {
        let sum = 0;
        for (const j of up) sum = round(sum + weights[tileIndex(i, j, stride)]!);
        for (const j of down) sum = round(sum - weights[tileIndex(i, j, stride)]!);
        h[i] = h[i]! + 2 * sum;
      }
    },
    collectFlips(tiles, previous, next) {
      const { stride, raised, lowered } = viewTiles(memory, tiles);
      const before = new Int8Array(memory.buffer, previous, stride);
      const after = new Int8Array(memory.buffer, next, stride);
      const up = [...after.keys()].filter((j) => after[j]! > before[j]!);
      const down = [...after.keys()].filter((j) => after[j]! < before[j]!);
      new Uint32Array(memory.buffer, raised, up.length).set(up);
      new Uint32Array(memory.buffer, lowered, down.length).set(down);
      return (up.length | (down.length << 16)) >>> 0;
    },
  };
}
