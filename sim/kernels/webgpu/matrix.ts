/**
 * @file Matrices on the GPU: row after row, f32, with a stride, split into panels of rows where one buffer may not be as
 * large. Products may read them from a copy in half precision, packed two to a word, which every adapter can do
 * (`unpack2x16float`); updates always go to f32.
 */
import { DeviceMemory } from "./errors.ts";
import type { ComputeDevice } from "./device.ts";

/** Rows of a panel, and columns with their padding, are multiples of this: the tile of the kernels. */
export const MATRIX_TILE = 64;

/** Rounded up to whole tiles. */
export const paddedTo = (count: number): number => Math.ceil(count / MATRIX_TILE) * MATRIX_TILE;

/** In which precision products read a matrix. */
export type CouplingPrecision = "f32" | "f16";

/** Consecutive rows of a matrix in buffers of their own. */
export interface Panel {
  /** First row; a multiple of MATRIX_TILE. */
  readonly firstRow: number;
  /** Rows with padding; a multiple of MATRIX_TILE. */
  readonly rows: number;
  /** `rows × stride` f32. */
  readonly values: GPUBuffer;
  /** The same in half precision, `rows × stride / 2` words; null in precision f32. */
  readonly halves: GPUBuffer | null;
}

/** A matrix on the GPU; padding is zero and stays so. */
export interface DeviceMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Floats from one row to the next: columns with padding, a multiple of MATRIX_TILE. */
  readonly stride: number;
  readonly precision: CouplingPrecision;
  readonly panels: readonly Panel[];
}

/** Shape of a matrix. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
  /** Default f32. */
  readonly precision?: CouplingPrecision;
}

/**
 * Reserves a matrix of zeros.
 * @param label what it holds, for messages
 * @param shape rows and columns, each an integer ≥ 1
 * @throws DeviceMemory when the GPU has no room for it
 */
export async function createMatrix(
  device: ComputeDevice,
  label: string,
  { rows, columns, precision = "f32" }: MatrixShape,
): Promise<DeviceMatrix> {
  const stride = paddedTo(columns);
  const most = Math.floor(device.bindingBytes / (4 * stride * MATRIX_TILE)) * MATRIX_TILE;
  if (most === 0) {
    const least = 4 * stride * MATRIX_TILE;
    throw new DeviceMemory(
      `${label} needs ${least} bytes in one piece on the GPU, ${device.bindingBytes} allowed`,
    );
  }
  const panels: Panel[] = [];
  for (let firstRow = 0; firstRow < rows; firstRow += most) {
    const own = Math.min(most, paddedTo(rows - firstRow));
    const values = await device.allocate(label, 4 * own * stride);
    const halves = precision === "f16" ? await device.allocate(`${label} (f16)`, 2 * own * stride) : null;
    panels.push({ firstRow, rows: own, values, halves });
  }
  return { rows, columns, stride, precision, panels };
}

/**
 * Writes the f32 values of a matrix, row after row without padding; `refreshHalves` (products.ts) brings the halves up
 * to date.
 */
export function uploadMatrix(device: ComputeDevice, matrix: DeviceMatrix, values: Float32Array): void {
  const { rows, columns, stride } = matrix;
  for (const panel of matrix.panels) {
    const own = Math.min(panel.rows, rows - panel.firstRow);
    const padded = new Float32Array(own * stride);
    for (let i = 0; i < own; i++) {
      const from = (panel.firstRow + i) * columns;
      padded.set(values.subarray(from, from + columns), i * stride);
    }
    device.upload(panel.values, 0, padded);
  }
}

/** Reads the f32 values of a matrix, row after row without padding. */
export async function downloadMatrix(
  device: ComputeDevice,
  matrix: DeviceMatrix,
): Promise<Float32Array<ArrayBuffer>> {
  const { rows, columns, stride } = matrix;
  const values = new Float32Array(rows * columns);
  for (const panel of matrix.panels) {
    const own = Math.min(panel.rows, rows - panel.firstRow);
    const padded = new Float32Array(await device.read(panel.values, 0, 4 * own * stride));
    for (let i = 0; i < own; i++) {
      values.set(padded.subarray(i * stride, i * stride + columns), (panel.firstRow + i) * columns);
    }
  }
  return values;
}

/** Frees a matrix. */
export function destroyMatrix({ panels }: DeviceMatrix): void {
  for (const { values, halves } of panels) {
    values.destroy();
    halves?.destroy();
  }
}
