/** @file Layout of the messages of belief propagation in kernel memory; kernels read it through belief-frame.as.ts. */
import type { Frame } from "./frame.ts";
import type { Kernels } from "./memory.ts";

/** The f64 vectors of a frame, `stride` long, in the order of their pointers. */
const vectors = ["ownMessages", "externalFields", "centreMessages", "totals", "means", "variances"] as const;

/** Columns that the compiled kernels have in work at a time (BLOCK_COLUMNS in belief-frame.as.ts). */
const BLOCK_COLUMNS = 4;

/** f32 per row of what only the compiled kernels use, in the order of its pointers; belief-frame.as.ts says what for. */
const kernelFloats = [
  ["cavityFields", 2],
  ["meanSums", 2],
  ["varianceSums", 2],
  ["oddsScales", 2],
  ["oddsShifts", 2],
  ["rowDerivatives", 26],
  ["rows", 23],
  ["odds", 1],
  ["spilled", 1],
  ["oldMagnetizations", BLOCK_COLUMNS],
  ["directList", 4 * BLOCK_COLUMNS],
  ["directBlocks", 7 * BLOCK_COLUMNS],
] as const;

/** u32 fields of a record: n, stride, couplings, messages, poles, then the pointers above. */
const RECORD_WORDS = 5 + vectors.length + kernelFloats.length;

/** Where messages lie. Pointers are byte offsets, multiples of 64; i counts factors (rows), j neurons. */
export interface BeliefFrame {
  /** Address of this record in kernel memory. */
  readonly address: number;
  readonly n: number;
  /** As in the frame of the network. */
  readonly stride: number;
  /** Couplings of the network, f32, column-major. */
  readonly couplings: number;
  /** u_{i→j}, i ≠ j, f32, column-major like the couplings; diagonal and padding are zero. */
  readonly messages: number;
  /** u_{i→i}. */
  readonly ownMessages: number;
  /** External fields on the neurons. */
  readonly externalFields: number;
  /** φ_j, message from the centre. */
  readonly centreMessages: number;
  /** T_j = external field + Σ_i u_{i→j} + φ_j. */
  readonly totals: number;
  /** μ_i = Σ_k J_ik m_{k→i}. */
  readonly means: number;
  /** V_i = Σ_k J_ik² (1 − m²_{k→i}). */
  readonly variances: number;
}

/**
 * Reserves messages for a network, 8 N² bytes and some 500 N, and sets all of it to zero. Whoever then writes messages or
 * fields calls `beliefTotals` before `beliefIteration`.
 * @param network frame of the network; its couplings are shared
 * @throws OutOfDomain when memory does not suffice
 */
export function createBeliefFrame(kernels: Kernels, { n, stride, couplings }: Frame): BeliefFrame {
  const cleared = (floats: number): number => {
    const start = kernels.allocate(floats * 4);
    kernels.float32(start, floats).fill(0);
    return start;
  };
  const address = cleared(RECORD_WORDS);
  const messages = cleared(n * stride);
  const poles = cleared(n * stride);
  const pointers = vectors.map(() => cleared(2 * stride)) as Vectors;
  const ofKernels = kernelFloats.map(([, floats]) => cleared(floats * stride));
  const record = [n, stride, couplings, messages, poles, ...pointers, ...ofKernels];
  kernels.uint32(address, RECORD_WORDS).set(record);
  const [ownMessages, externalFields, centreMessages, totals, means, variances] = pointers;
  return {
    address,
    n,
    stride,
    couplings,
    messages,
    ownMessages,
    externalFields,
    centreMessages,
    totals,
    means,
    variances,
  };
}

/** Pointers of the vectors. */
type Vectors = [number, number, number, number, number, number];

/** Typed views of messages and couplings; stale once the memory has grown. */
export interface BeliefViews {
  readonly n: number;
  readonly stride: number;
  readonly couplings: Float32Array;
  readonly messages: Float32Array;
  readonly ownMessages: Float64Array;
  readonly externalFields: Float64Array;
  readonly centreMessages: Float64Array;
  readonly totals: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Views of the messages whose frame is at `address`. */
export function viewBeliefs(memory: WebAssembly.Memory, address: number): BeliefViews {
  const record = new Uint32Array(memory.buffer, address, RECORD_WORDS);
  const [n, stride, couplings, messages] = record as unknown as [number, number, number, number];
  const vector = (k: number) => new Float64Array(memory.buffer, record[5 + k]!, n);
  return {
    n,
    stride,
    couplings: new Float32Array(memory.buffer, couplings, n * stride),
    messages: new Float32Array(memory.buffer, messages, n * stride),
    ownMessages: vector(0),
    externalFields: vector(1),
    centreMessages: vector(2),
    totals: vector(3),
    means: vector(4),
    variances: vector(5),
  };
}
