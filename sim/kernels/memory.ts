/** @file A set of kernels with the memory they work in: an arena with a mark, and typed views. */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { KernelFunctions } from "./functions.ts";

/** One page of WebAssembly memory, bytes. */
export const PAGE_BYTES = 65536;

/** Most pages of a 32-bit memory, the last one left out: loops may then compare with one-past-the-end addresses. */
export const MAX_PAGES = 65535;

/** Arena addresses are multiples of a cache line, which is also a multiple of every kernel's vector. */
const ALIGNMENT = 64;

/** First address of an arena: above the module's own static data, which begins at 1024 (`--memoryBase`). */
const ARENA_START = 4096;

/**
 * A set of kernels bound to one memory. Views become stale when `allocate` grows an unshared memory: take new ones.
 * @source convention of this package: an arena with a mark in one linear memory
 */
export class Kernels {
  /** @internal */
  readonly functions: KernelFunctions;
  readonly memory: WebAssembly.Memory;
  #next: number;

  /**
   * @param functions kernels bound to `memory`
   * @param memory the memory, shared or not
   * @param arenaStart first byte that this arena may hand out; workers on one shared memory need disjoint arenas
   */
  constructor(functions: KernelFunctions, memory: WebAssembly.Memory, arenaStart = ARENA_START) {
    this.functions = functions;
    this.memory = memory;
    this.#next = requireInteger("arenaStart", arenaStart, ARENA_START, MAX_PAGES * PAGE_BYTES);
  }

  /**
   * Reserves bytes, growing the memory where needed. Their contents are not cleared.
   * @param bytes number of bytes, an integer ≥ 0
   * @returns the address, a multiple of 64
   * @throws OutOfDomain when the memory cannot grow so far (at most 4 GiB)
   */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#next / ALIGNMENT) * ALIGNMENT;
    const end = address + bytes;
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#grow(missing, bytes);
    this.#next = end;
    return address;
  }

  #grow(pages: number, bytes: number): void {
    try {
      this.memory.grow(pages);
    } catch {
      const held = this.memory.buffer.byteLength;
      throw new OutOfDomain(`kernel memory: no room for ${bytes} bytes more, ${held} held, 4 GiB at most`);
    }
  }

  /**
   * The present end of the arena, for `release`.
   * @returns an address in bytes
   */
  mark(): number {
    return this.#next;
  }

  /**
   * Gives back everything reserved since `mark`.
   * @param mark address that `mark` returned; from there on nothing may be used any more
   */
  release(mark: number): void {
    this.#next = mark;
  }

  /**
   * View of `length` f32 at `address`.
   * @param address address in bytes, a positive multiple of 4
   * @param length number of entries, an integer ≥ 0
   * @returns numbers in kernel memory, dimensionless; stale once the memory grows
   */
  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /**
   * View of `length` f64 at `address`.
   * @param address address in bytes, a positive multiple of 8
   * @param length number of entries, an integer ≥ 0
   * @returns numbers in kernel memory, dimensionless; stale once the memory grows
   */
  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  /**
   * View of `length` u32 at `address`.
   * @param address address in bytes, a positive multiple of 4
   * @param length number of entries, an integer ≥ 0
   * @returns numbers in kernel memory, dimensionless; stale once the memory grows
   */
  uint32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  /**
   * View of `length` i8 at `address`.
   * @param address address in bytes, positive
   * @param length number of entries, an integer ≥ 0
   * @returns numbers in kernel memory, dimensionless; stale once the memory grows
   */
  int8(address: number, length: number): Int8Array {
    return new Int8Array(this.memory.buffer, address, length);
  }
}
