/** @file Reads the compiled kernels from disk (Node and Deno); browsers fetch them and call `instantiateKernels`. */
import { readFileSync } from "node:fs";
import type { Kernels } from "./memory.ts";
import { instantiateKernels, type MemoryOptions } from "./wasm.ts";

const modules = new Map<string, WebAssembly.Module>();

/** The module for one kind of memory, compiled once a process. */
function moduleFor(shared: boolean): WebAssembly.Module {
  const file = shared ? "kernels.shared.wasm" : "kernels.wasm";
  let module = modules.get(file);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`./wasm/${file}`, import.meta.url)));
    modules.set(file, module);
  }
  return module;
}

/**
 * A set of compiled kernels with a memory of its own, or on a memory given.
 * @param options which memory; see {@link MemoryOptions}
 * @returns kernels bound to that memory
 * @throws Error of the file system when the kernels have not been built (`npm run build`)
 * @source convention of this package: kernels work on one linear memory that the caller lays out
 */
export function loadKernels(options: MemoryOptions = {}): Kernels {
  return instantiateKernels(moduleFor(options.shared ?? false), options);
}
