/** @file Layout of a network in kernel memory; the kernels read it through frame.as.ts, field by field the same. */
import type { Kernels } from "./memory.ts";

/** Rows of a column are padded to a multiple of this: the number of f32 that `flip` handles at a time. */
const ROW_BLOCK = 16;

/** Length of the scratch for random words (WORDS in frame.as.ts). */
const WORDS = 256;

/** Number of u32 fields of a frame. */
const FRAME_WORDS = 8;

/** Where a network lies. Pointers are byte offsets, multiples of 64. */
export interface Frame {
  /** Address of this record in kernel memory. */
  readonly address: number;
  /** Number of neurons N. */
  readonly n: number;
  /** Floats from one column of J to the next: N rounded up to a multiple of 16; rows N and on are zero. */
  readonly stride: number;
  /** Couplings, f32, column-major: J_ij at index j·stride + i; the diagonal is stored as zero. */
  readonly couplings: number;
  /** State s_i = ±1, i8, N. */
  readonly state: number;
  /** Local fields h_i, f32, `stride` of them. */
  readonly fields: number;
  /** Local fields in f64, `stride` of them. */
  readonly exactFields: number;
  /** Scratch: order of updates or list of flipped neurons, u32, N. */
  readonly order: number;
  /** Scratch: random words, u32, 256. */
  readonly words: number;
}

/** Bytes from one column to the next for N neurons, divided by four. */
export const strideOf = (n: number): number => Math.ceil(n / ROW_BLOCK) * ROW_BLOCK;

/**
 * Reserves memory for a network of n neurons and writes its frame. Contents are not cleared.
 * @param couplings address of couplings that are already there, to work on them with a state of one's own
 * @throws OutOfDomain when memory does not suffice (4 GiB: N ≤ 32,700)
 */
export function createFrame(kernels: Kernels, n: number, couplings?: number): Frame {
  const stride = strideOf(n);
  const address = kernels.allocate(FRAME_WORDS * 4);
  const state = kernels.allocate(n);
  const fields = kernels.allocate(stride * 4);
  const exactFields = kernels.allocate(stride * 8);
  const order = kernels.allocate(n * 4);
  const words = kernels.allocate(WORDS * 4);
  const columns = couplings ?? kernels.allocate(n * stride * 4);
  kernels.uint32(address, FRAME_WORDS).set([n, stride, columns, state, fields, exactFields, order, words]);
  return { address, n, stride, couplings: columns, state, fields, exactFields, order, words };
}

/** Reads the frame at `address`. */
export function readFrame(memory: WebAssembly.Memory, address: number): Frame {
  const record = new Uint32Array(memory.buffer, address, FRAME_WORDS);
  const [n, stride, couplings, state, fields, exactFields, order, words] = record;
  return {
    address,
    n: n!,
    stride: stride!,
    couplings: couplings!,
    state: state!,
    fields: fields!,
    exactFields: exactFields!,
    order: order!,
    words: words!,
  };
}

/** Typed views of the arrays of a network; stale once the memory has grown. */
export interface FrameViews {
  readonly n: number;
  readonly stride: number;
  readonly couplings: Float32Array;
  readonly state: Int8Array;
  readonly fields: Float32Array;
  readonly exactFields: Float64Array;
  readonly order: Uint32Array;
}

/** Views of the network whose frame is at `address`. */
export function viewFrame(memory: WebAssembly.Memory, address: number): FrameViews {
  const frame = readFrame(memory, address);
  const { n, stride } = frame;
  return {
    n,
    stride,
    couplings: new Float32Array(memory.buffer, frame.couplings, n * stride),
    state: new Int8Array(memory.buffer, frame.state, n),
    fields: new Float32Array(memory.buffer, frame.fields, stride),
    exactFields: new Float64Array(memory.buffer, frame.exactFields, stride),
    order: new Uint32Array(memory.buffer, frame.order, n),
  };
}
