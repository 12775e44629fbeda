/** @file Couplings of a network on the GPU: in kernel memory they are columns, products there take rows. */
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import type { DeviceMatrix } from "../kernels/webgpu/matrix.ts";
import { MATRIX_TILE } from "../kernels/webgpu/matrix.ts";
import type { Network } from "./network.ts";

/**
 * Writes the couplings of a network to a matrix on the GPU, in strips of 64 rows.
 * @param device the GPU
 * @param network N neurons
 * @param matrix N × N
 * @param transposed whether columns J_·j of the couplings become rows of the matrix
 * @source model of (P1)
 */
export function uploadCouplings(
  device: ComputeDevice,
  { n, kernels, frame }: Network,
  { stride, panels }: DeviceMatrix,
  transposed: boolean,
): void {
  const couplings = kernels.float32(frame.couplings, n * frame.stride);
  const strip = new Float32Array(MATRIX_TILE * stride);
  for (const panel of panels) {
    for (let own = 0; own < panel.rows; own += MATRIX_TILE) {
      const first = panel.firstRow + own;
      const rows = Math.min(MATRIX_TILE, n - first);
      strip.fill(0);
      if (transposed) {
        for (let r = 0; r < rows; r++) {
          const column = (first + r) * frame.stride;
          strip.set(couplings.subarray(column, column + n), r * stride);
        }
      } else {
        for (let j = 0; j < n; j++) {
          const at = j * frame.stride + first;
          for (let r = 0; r < rows; r++) strip[r * stride + j] = couplings[at + r]!;
        }
      }
      device.upload(panel.values, 4 * own * stride, strip);
    }
  }
}
