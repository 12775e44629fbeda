/**
 * @file Scalar twin of plasticity.as.ts: Hebbian updates of weights in tiles (tiles.ts), the sums of (P21), step 4:
 * W_ij ← W_ij·keep + rate·k_ij with k_ij = Σ_b u_ib s_jb, an exact integer, u_ib = s_ib where neuron i learns from sample
 * b and 0 elsewhere. Product, product and sum are each rounded to f32.
 */
import type { KernelFunctions } from "./functions.ts";
import { tileIndex, viewTiles } from "./tiles.ts";

/** Most samples of one call of `imprint`. */
export const IMPRINT_SAMPLES = 16;

const round = Math.fround;

/** The kernels `columnSigns`, `imprint` and `clearDiagonal` on `memory`. */
export function scalarPlasticity(
  memory: WebAssembly.Memory,
): Pick<KernelFunctions, "columnSigns" | "imprint" | "clearDiagonal"> {
  return {
    columnSigns(tiles, states, samples) {
      const { stride, columns, signs } = viewTiles(memory, tiles);
      signs.fill(0, 0, columns);
      for (let b = 0; b < samples; b++) {
        const s = new Int8Array(memory.buffer, states + b * stride, columns);
        for (let j = 0; j < columns; j++) if (s[j]! < 0) signs[j] = signs[j]! | (1 << b);
      }
    },
    imprint(tiles, sites, samples, rate, keep) {
      const { weights, rows, stride, columns, first, last, signs } = viewTiles(memory, tiles);
      const u = Array.from(
        { length: samples },
        (_, b) => new Int8Array(memory.buffer, sites + b * rows, rows),
      );
      const [rate32, keep32] = [round(rate), round(keep)];
      for (let i = first; i < last; i++) {
        for (let j = 0; j < columns; j++) {
          let k = 0;
          for (let b = 0; b < samples; b++) k += (signs[j]! >> b) & 1 ? -u[b]![i]! : u[b]![i]!;
          const at = tileIndex(i, j, stride);
          weights[at] = round(weights[at]! * keep32) + round(rate32 * k);
        }
      }
    },
    clearDiagonal(tiles) {
      const { weights, stride, columns, first, last } = viewTiles(memory, tiles);
      for (let i = first; i < Math.min(last, columns); i++) weights[tileIndex(i, i, stride)] = 0;
    },
  };
}
