/** @file The last sweeps of a network as rows of an image: ring buffer, colours, marks of flips. No page in here. */
import { OutOfDomain, requireInteger } from "../../../theory/errors.ts";
import { isUp, overlapOf } from "./packed.ts";

/** Most rows of a raster; a larger network shows the mean of several neurons in a row. */
const MOST_ROWS = 512;

/** Sweeps back to the state that the overlap is taken with. */
export const OVERLAP_SWEEPS = 10;

/** Level of a row whose neurons are all up, or have all flipped. */
const FULL_LEVEL = 255;

/** Columns at the right end of the image: a gap, then the marks of the neurons that flipped in the last sweep. */
const GAP_COLUMNS = 1;
const MARK_COLUMNS = 4;

/** Columns of the image beside those of sweeps. */
export const EXTRA_COLUMNS = GAP_COLUMNS + MARK_COLUMNS;

/** Colours by level 0..255, each a pixel as `ImageData` holds it, read as one u32. */
export interface RasterColors {
  /** From all neurons of a row down to all up. */
  readonly spins: Uint32Array;
  /** From none flipped to all flipped. */
  readonly flips: Uint32Array;
}

/** A colour: red, green and blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** 256 pixels from one colour to another, opaque, mixed linearly in their channels. */
export function colorRamp(from: Rgb, to: Rgb): Uint32Array {
  const bytes = Uint8ClampedArray.from({ length: 4 * (FULL_LEVEL + 1) }, (_, k) => {
    const channel = k % 4;
    const part = Math.floor(k / 4) / FULL_LEVEL;
    return channel === 3 ? FULL_LEVEL : from[channel]! + part * (to[channel]! - from[channel]!);
  });
  return new Uint32Array(bytes.buffer);
}

/** Ring buffer of the states after the last sweeps, reduced to the rows of an image. */
export class Raster {
  /** Number of neurons N. */
  readonly n: number;
  /** Neurons of a row (the last row may have fewer). */
  readonly neuronsPerRow: number;
  /** Rows of the image. */
  readonly rows: number;
  /** Sweeps that the buffer can hold. */
  readonly capacity: number;
  /** Share of neurons up in each row, 0..255, column by column. */
  readonly #levels: Uint8Array;
  /** Packed states after the last `OVERLAP_SWEEPS` + 1 sweeps, oldest first. */
  readonly #recent: Uint8Array[] = [];
  #pushed = 0;

  /**
   * @param n number of neurons N ≥ 1
   * @param capacity sweeps that are kept, at least 1
   * @throws OutOfDomain unless both are such integers
   */
  constructor(n: number, capacity: number) {
    this.n = requireInteger("n", n, 1, Number.MAX_SAFE_INTEGER);
    this.capacity = requireInteger("capacity", capacity, 1, Number.MAX_SAFE_INTEGER);
    this.neuronsPerRow = Math.ceil(n / MOST_ROWS);
    this.rows = Math.ceil(n / this.neuronsPerRow);
    this.#levels = new Uint8Array(capacity * this.rows);
  }

  /** Sweeps that the buffer holds, the initial state counted as one. */
  get held(): number {
    return Math.min(this.#pushed, this.capacity);
  }

  /** Takes the packed state after the next sweep. */
  push(packed: Uint8Array): void {
    const column = (this.#pushed % this.capacity) * this.rows;
    this.#shares((i) => isUp(packed, i)).forEach((share, row) => {
      this.#levels[column + row] = Math.round(FULL_LEVEL * share);
    });
    this.#recent.push(packed);
    if (this.#recent.length > OVERLAP_SWEEPS + 1) this.#recent.shift();
    this.#pushed++;
  }

  /** Share of neurons of each row that have a property, 0..1. */
  #shares(has: (neuron: number) => boolean): Float64Array {
    const shares = new Float64Array(this.rows);
    for (let row = 0; row < this.rows; row++) {
      const first = row * this.neuronsPerRow;
      const end = Math.min(this.n, first + this.neuronsPerRow);
      let count = 0;
      for (let i = first; i < end; i++) if (has(i)) count++;
      shares[row] = count / (end - first);
    }
    return shares;
  }

  /** Overlap of the last state with the one ten sweeps before, in [−1, 1]; null while there is none so old. */
  overlap(): number | null {
    if (this.#recent.length <= OVERLAP_SWEEPS) return null;
    return overlapOf(this.#recent.at(-1)!, this.#recent[0]!, this.n);
  }

  /**
   * How many neurons of each row differ between the last two states, as levels 0..255; all 0 without a state before.
   * The level goes with the square root of the share, so that one neuron of several still shows.
   */
  flipLevels(): Uint8Array {
    const [before, last] = this.#recent.slice(-2);
    if (before === undefined || last === undefined) return new Uint8Array(this.rows);
    const shares = this.#shares((i) => isUp(before, i) !== isUp(last, i));
    return Uint8Array.from(shares, (share) => Math.round(FULL_LEVEL * Math.sqrt(share)));
  }

  /**
   * Paints the last sweeps, oldest left, from the left edge on; then, at the right edge, the neurons that flipped in
   * the last one. Where there is nothing, pixels are transparent.
   * @param pixels image of `rows` rows of `columns` + `EXTRA_COLUMNS` pixels
   * @param columns sweeps to show, at most those that the buffer can hold
   * @throws OutOfDomain if the image has another size
   */
  paint(pixels: Uint32Array, columns: number, { spins, flips }: RasterColors): void {
    const width = columns + EXTRA_COLUMNS;
    if (pixels.length !== width * this.rows || columns > this.capacity) {
      throw new OutOfDomain(
        `image must have ${this.rows} rows of at most ${this.capacity} + ${EXTRA_COLUMNS} pixels`,
      );
    }
    pixels.fill(0);
    const shown = Math.min(columns, this.held);
    for (let x = 0; x < shown; x++) {
      const column = ((this.#pushed - shown + x) % this.capacity) * this.rows;
      for (let row = 0; row < this.rows; row++) {
        pixels[row * width + x] = spins[this.#levels[column + row]!]!;
      }
    }
    this.flipLevels().forEach((level, row) => {
      const end = (row + 1) * width;
      pixels.fill(flips[level]!, end - MARK_COLUMNS, end);
    });
  }
}

/** Size of a raster on the screen. */
export interface RasterSize {
  /** Sweeps shown. */
  readonly columns: number;
  /** Width and height of a pixel of the image in pixels of the device: integers, so that edges are sharp. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** Sweeps that a raster has room for: the least of these that holds all there are, and at last the newest of them. */
const columnChoices = [30, 60, 120, 240] as const;
const MOST_WANTED = 240;

/** What a raster has to fit. */
export interface RasterFit {
  /** Room in pixels of the device, at least 1; heights are met to within a factor, since rows have whole heights. */
  readonly width: number;
  readonly height: number;
  /** Rows of the raster, at least 1. */
  readonly rows: number;
  /** Sweeps that the raster holds. */
  readonly held: number;
  /** Sweeps that it can hold. */
  readonly capacity: number;
}

/** Size of a raster in the room that there is: short runs get wide columns. */
export function rasterSize({ width, height, rows, held, capacity }: RasterFit): RasterSize {
  const wanted = columnChoices.find((choice) => held <= choice) ?? MOST_WANTED;
  const cellWidth = Math.max(1, Math.round(width / (wanted + EXTRA_COLUMNS)));
  const columns = Math.floor(width / cellWidth) - EXTRA_COLUMNS;
  return {
    columns: Math.min(capacity, Math.max(1, columns)),
    cellWidth,
    cellHeight: Math.max(1, Math.round(height / rows)),
  };
}
