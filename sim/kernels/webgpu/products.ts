/**
 * @file Products of a matrix on the GPU with a batch of states; twin: signedProduct in sim/kernels/tiles.ts, whose results
 * these are up to the rounding of f32 sums.
 */
import { OutOfDomain } from "../../../theory/errors.ts";
import type { ComputeDevice } from "./device.ts";
import type { CouplingPrecision, DeviceMatrix, Panel } from "./matrix.ts";
import { MATRIX_TILE } from "./matrix.ts";
import type { Tile } from "./products.wgsl.ts";
import {
  halvesSource,
  narrowSource,
  narrowTile,
  plainSource,
  plainTile,
  wideSource,
  wideTile,
} from "./products.wgsl.ts";
import type { Recorder } from "./recorder.ts";
import { parameters } from "./recorder.ts";
import type { Kernel } from "./source.ts";

/** A product out_bi = Σ_j W_ij x_bj. */
export interface Product {
  readonly matrix: DeviceMatrix;
  /** f32 [sample][column], from one sample to the next `matrix.stride`; padding must be zero. */
  readonly states: GPUBuffer;
  /** Floats before the first sample, a multiple of 4. */
  readonly statesOffset: number;
  /** Number of samples ≥ 1. */
  readonly samples: number;
  /** f32 [sample][row]; what was there is overwritten, padded rows of the matrix included. */
  readonly out: GPUBuffer;
  /** Floats before the first result. */
  readonly outOffset: number;
  /** Floats from one sample to the next in `out`, at least the rows with padding. */
  readonly outStride: number;
  /** First of the rows to compute, a multiple of MATRIX_TILE; default 0. */
  readonly firstRow?: number;
  /** Number of rows to compute, a multiple of MATRIX_TILE; default all. */
  readonly rows?: number;
  /** Where this u32 is 1 nothing is computed. */
  readonly skip?: GPUBuffer;
  /** Place of that number in bytes. */
  readonly skipOffset?: number;
}

/** The kernels of products on one device. */
export interface Products {
  /** Records a product; in precision f16 it reads the halves. */
  signed(work: Recorder, product: Product): void;
  /** Records the rounding of a matrix to its halves; nothing in precision f32. */
  refreshHalves(work: Recorder, matrix: DeviceMatrix): void;
}

/** Fewest workgroups with which wide tiles keep a GPU busy; narrow ones are sixteen times as many. */
const LEAST_WIDE_GROUPS = 96;

/** Most workgroups along one dimension. */
const MOST_GROUPS = 65_535;

/** Rows of a panel that belong to a range of rows of the matrix: first one within the panel, and their number. */
function rowsWithin({ firstRow, rows }: Panel, from: number, to: number): readonly [number, number] {
  const first = Math.max(from, firstRow);
  return [first - firstRow, Math.min(to, firstRow + rows) - first];
}

const requireTiles = (name: string, value: number): void => {
  if (value % MATRIX_TILE !== 0)
    throw new OutOfDomain(`${name} must be a multiple of ${MATRIX_TILE}, got ${value}`);
};

/**
 * How products are computed: in tiles that share workgroup memory, wide ones where there are enough of them and else narrow
 * ones, or always of one kind; or each result by itself.
 */
export type ProductMethod = "tiled" | "wide" | "narrow" | "plain";

/** Which kernels to compile. */
export interface ProductOptions {
  /** Precision in which matrices other than f32 ones are read; default f32, no others. */
  readonly precision?: CouplingPrecision;
  /** Default tiled on a GPU, plain where the processor computes. */
  readonly method?: ProductMethod;
}

interface TiledKernel {
  readonly kernel: Kernel;
  readonly tile: Tile;
}

/** Kernels for small and for large products. */
interface Kernels {
  readonly small: TiledKernel;
  readonly large: TiledKernel;
}

async function compile(
  device: ComputeDevice,
  precision: CouplingPrecision,
  method: ProductMethod,
): Promise<Kernels> {
  const narrow = async () => ({ kernel: await device.kernel(narrowSource(precision)), tile: narrowTile });
  const wide = async () => ({ kernel: await device.kernel(wideSource(precision)), tile: wideTile });
  if (method === "tiled") return { small: await narrow(), large: await wide() };
  const plain = async () => ({ kernel: await device.kernel(plainSource(precision)), tile: plainTile });
  const only = await { narrow, wide, plain }[method]();
  return { small: only, large: only };
}

/**
 * Compiles the kernels of products.
 * @param options for which precision, and by which method; see {@link ProductOptions}
 * @throws Error when the device refuses them
 */
export async function openProducts(
  device: ComputeDevice,
  { precision = "f32", method = device.software ? "plain" : "tiled" }: ProductOptions = {},
): Promise<Products> {
  const kernels = new Map([["f32", await compile(device, "f32", method)]]);
  if (precision !== "f32") kernels.set(precision, await compile(device, precision, method));
  const halvesKernel = await device.kernel(halvesSource);
  const never = await device.allocate("no flag", 16);
  return {
    signed(work, { matrix, states, statesOffset, samples, out, outOffset, outStride, ...rest }) {
      const { firstRow = 0, skip = never, skipOffset = 0 } = rest;
      const end = rest.rows === undefined ? Infinity : firstRow + rest.rows;
      requireTiles("firstRow", firstRow);
      if (rest.rows !== undefined) requireTiles("rows", rest.rows);
      const compiled = kernels.get(matrix.precision);
      if (compiled === undefined) {
        throw new OutOfDomain(
          `precision of a matrix must be one that products were opened for, got ${matrix.precision}`,
        );
      }
      for (const panel of matrix.panels) {
        const [first, rows] = rowsWithin(panel, firstRow, end);
        if (rows <= 0) continue;
        const wideGroups = (rows / wideTile.rows) * Math.ceil(samples / wideTile.samples);
        const isLarge = samples > narrowTile.samples && wideGroups >= LEAST_WIDE_GROUPS;
        const { kernel, tile } = compiled[isLarge ? "large" : "small"];
        work.dispatch(kernel, {
          buffers: [panel.halves ?? panel.values, states, skip, out],
          parameters: parameters([
            ...[{ u32: matrix.stride / 4 }, { u32: samples }, { u32: statesOffset / 4 }, { u32: outOffset }],
            ...[{ u32: outStride }, { u32: first }, { u32: panel.firstRow + first }, { u32: skipOffset / 4 }],
          ]),
          groups: [rows / tile.rows, Math.ceil(samples / tile.samples), 1],
        });
      }
    },
    refreshHalves(work, { panels, stride }) {
      for (const { values, halves, rows } of panels) {
        if (halves === null) continue;
        const quads = (rows * stride) / 4;
        const groups = Math.ceil(quads / 64);
        const across = Math.min(groups, MOST_GROUPS);
        work.dispatch(halvesKernel, {
          buffers: [values, halves],
          parameters: parameters([{ u32: quads }, { u32: across }]),
          groups: [across, Math.ceil(groups / across), 1],
        });
      }
    },
  };
}
