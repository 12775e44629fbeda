/** @file The scalar twins as a set of kernels: the oracle of the compiled ones, and a stand-in where SIMD is missing. */
import { scalarEnumerate } from "./enumerate.ts";
import { scalarFields } from "./fields.ts";
import { scalarGaussian } from "./gaussian.ts";
import { Kernels } from "./memory.ts";
import { scalarPhilox } from "./philox.ts";
import { scalarSweeps } from "./sweep.ts";
import { createMemory, type MemoryOptions } from "./wasm.ts";

/** Kernels in plain TypeScript: bit for bit those of `instantiateKernels`, some 10 to 50 times slower. */
export function createScalarKernels({ shared = false, memory, arenaStart }: MemoryOptions = {}): Kernels {
  const ownMemory = memory ?? createMemory(shared);
  const functions = {
    ...scalarPhilox(ownMemory),
    ...scalarGaussian(ownMemory),
    ...scalarFields(ownMemory),
    ...scalarSweeps(ownMemory),
    ...scalarEnumerate(ownMemory),
  };
  return new Kernels(functions, ownMemory, arenaStart);
}
