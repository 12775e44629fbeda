/** @file What kernels of the GPU backend are made of, and the constants of WebGPU that Node has no names for. */

/** Usages of buffers: values of the WebGPU specification. */
export const BufferUsage = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  UNIFORM: 0x40,
  STORAGE: 0x80,
  INDIRECT: 0x100,
} as const;

/** Usage of buffers that kernels work on. */
export const STORAGE_USAGE = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;

/** How a kernel sees a buffer. */
export type Access = "read" | "write";

/** A compute kernel in WGSL. */
export interface KernelSource {
  /** Name, for error messages and for the cache together with `code`. */
  readonly label: string;
  /**
   * WGSL with an entry point `main`; `@group(0) @binding(0)` is a uniform struct of parameters, bindings 1.. are the
   * storage buffers of `bindings`.
   */
  readonly code: string;
  /** Access of each storage buffer, in the order of bindings 1, 2, ...; at most 8. */
  readonly bindings: readonly Access[];
  /** Bytes of the uniform struct of parameters, a multiple of 16, at most 256. */
  readonly parameterBytes: number;
}

/** A compiled kernel. */
export interface Kernel {
  readonly label: string;
  /** Its number on its device. */
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly parameterBytes: number;
}
