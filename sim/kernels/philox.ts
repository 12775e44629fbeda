/** @file Scalar twin of philox.as.ts: random words of a substream, written to memory. */
import { philox4x32, SUBSTREAM_FAMILY } from "../random.ts";
import type { KernelFunctions } from "./functions.ts";

/** Blocks in a group, the amount that the SIMD kernel makes at a time. */
const GROUP_BLOCKS = 8;

/** The kernel `philoxWords` on `memory`. */
export function scalarPhilox(memory: WebAssembly.Memory): Pick<KernelFunctions, "philoxWords"> {
  return {
    philoxWords(out, firstGroup, groups, key0, key1, substream) {
      const words = new Uint32Array(memory.buffer, out, groups * GROUP_BLOCKS * 4);
      for (let k = 0; k < groups * GROUP_BLOCKS; k++) {
        const counter = [firstGroup * GROUP_BLOCKS + k, 0, substream, SUBSTREAM_FAMILY] as const;
        words.set(philox4x32(counter, [key0, key1]), 4 * k);
      }
    },
  };
}
