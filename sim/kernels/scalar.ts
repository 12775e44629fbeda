/** @file The scalar twins as a set of kernels: the oracle of the compiled ones, and a stand-in where SIMD is missing. */
import { scalarBelief } from "./belief.ts";
import { scalarEnumerate } from "./enumerate.ts";
import { scalarFields } from "./fields.ts";
import { scalarGaussian } from "./gaussian.ts";
import { Kernels } from "./memory.ts";
import { scalarPhilox } from "./philox.ts";
import { scalarSweeps } from "./sweep.ts";
import { scalarPlasticity } from "./plasticity.ts";
import { scalarSteering } from "./steering.ts";
import { scalarTiles } from "./tiles.ts";
import { createMemory, type MemoryOptions } from "./wasm.ts";

/**
 * Kernels in plain TypeScript, some 10 to 50 times slower than those of `instantiateKernels`: bit for bit the same, but
 * for belief propagation, where they agree to MESSAGE_ERROR (belief.ts).
 * @param options which memory; see {@link MemoryOptions}
 * @returns kernels bound to that memory
 * @throws OutOfDomain if arenaStart is no address inside 4 GiB
 * @source twins of the compiled kernels, against which these are tested
 */
export function createScalarKernels({ shared = false, memory, arenaStart }: MemoryOptions = {}): Kernels {
  const ownMemory = memory ?? createMemory(shared);
  const functions = {
    ...scalarPhilox(ownMemory),
    ...scalarGaussian(ownMemory),
    ...scalarFields(ownMemory),
    ...scalarSweeps(ownMemory),
    ...scalarEnumerate(ownMemory),
    ...scalarBelief(ownMemory),
    ...scalarTiles(ownMemory),
    ...scalarSteering(ownMemory),
    ...scalarPlasticity(ownMemory),
  };
  return new Kernels(functions, ownMemory, arenaStart);
}
