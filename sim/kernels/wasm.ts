/** @file The compiled kernels from their bytes, wherever these come from: no files here, so that browsers can use it. */
import type { KernelFunctions } from "./functions.ts";
import { Kernels, MAX_PAGES } from "./memory.ts";

/** Which memory a set of kernels works in. */
export interface MemoryOptions {
  /** Whether workers share the memory (SharedArrayBuffer); the module must be the one built for it. Default false. */
  readonly shared?: boolean;
  /** A memory that is already there, e.g. one that another worker sent; a new one otherwise. */
  readonly memory?: WebAssembly.Memory;
  /**
   * Address of the first byte that the arena may hand out, from 4096 on; workers on one memory need disjoint
   * arenas.
   */
  readonly arenaStart?: number;
}

/**
 * A new memory of one page that can grow to 4 GiB.
 * @param shared whether threads share it (then it is a SharedArrayBuffer)
 * @returns the memory, of 64 KiB
 * @source WebAssembly JavaScript interface, `WebAssembly.Memory`
 */
export const createMemory = (shared: boolean): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared });

/**
 * Binds compiled kernels to a memory.
 * @param module `new WebAssembly.Module(bytes)` of kernels.wasm, or of kernels.shared.wasm for shared memory
 * @param options which memory; see {@link MemoryOptions}
 * @throws WebAssembly.LinkError if module and memory differ in being shared
 * @throws OutOfDomain if arenaStart is no address inside 4 GiB
 * @source WebAssembly JavaScript interface, `WebAssembly.Instance`
 */
export function instantiateKernels(
  module: WebAssembly.Module,
  { shared = false, memory, arenaStart }: MemoryOptions = {},
): Kernels {
  const ownMemory = memory ?? createMemory(shared);
  const instance = new WebAssembly.Instance(module, { env: { memory: ownMemory } });
  return new Kernels(instance.exports as unknown as KernelFunctions, ownMemory, arenaStart);
}
