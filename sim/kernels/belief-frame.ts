/** @file Layout of the messages of belief propagation in kernel memory; kernels read it through belief-frame.as.ts. */
import type { Frame } from "./frame.ts";
import type { Kernels } from "./memory.ts";

/** The f64 vectors of a frame, in the order of their pointers. */
const vectors = ["ownMessages", "externalFields", "centreMessages", "totals", "means", "variances"] as const;

/** The f64 vectors that only the compiled kernels use, in the order of their pointers (belief-frame.as.ts). */
const kernelVectors = ["alignedFields", "cavityFields", "meanSums", "varianceSums"] as const;

/** f32 per row of the scratch areas that follow, in the order of their pointers; 17 of a row block, DIRECT_VECTORS. */
const scratchFloats = {
  rows: 17,
  magnetizations: 1,
  meanShares: 1,
  varianceShares: 1,
  directRows: 1,
  directTerms: 7,
};

/** u32 fields of a record: n, stride, couplings, messages, then the pointers above. */
const RECORD_WORDS = 4 + vectors.length + kernelVectors.length + Object.keys(scratchFloats).length;

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
 * Reserves messages for a network, 4 N² bytes and some vectors, and sets all of it to zero. Whoever then writes
 * messages or fields calls `beliefTotals` before `beliefIteration`.
 * @param network frame of the network; its couplings are shared
 * @throws OutOfDomain when memory does not suffice
 */
export function createBeliefFrame(kernels: Kernels, { n, stride, couplings }: Frame): BeliefFrame {
  const address = kernels.allocate(RECORD_WORDS * 4);
  const messages = kernels.allocate(n * stride * 4);
  const cleared = (bytes: number): number => {
    const start = kernels.allocate(bytes);
    kernels.float64(start, bytes / 8).fill(0);
    return start;
  };
  const pointers = vectors.map(() => cleared(stride * 8));
  const hidden = [
    ...kernelVectors.map(() => cleared(stride * 8)),
    ...Object.values(scratchFloats).map((floats) => cleared(stride * 4 * floats)),
  ];
  kernels.uint32(address, RECORD_WORDS).set([n, stride, couplings, messages, ...pointers, ...hidden]);
  kernels.float32(messages, n * stride).fill(0);
  const [ownMessages, externalFields, centreMessages, totals, means, variances] = pointers as Vectors;
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
  const vector = (k: number) => new Float64Array(memory.buffer, record[4 + k]!, n);
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
