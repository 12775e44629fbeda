/**
 * @file What a set of kernels can do, whether compiled (wasm.ts) or scalar (scalar.ts). Pointers are byte offsets into
 * the memory of the set; `frame` points to a network laid out by frame.ts, `enumeration` to one laid out by
 * enumerate.ts. Keys are the two words of `Stream.key`.
 */

/** The kernels; compiled and scalar ones write the same bits. */
export interface KernelFunctions {
  /** Words 32·firstGroup and on of a substream, 32·groups of them, u32, to `out`. */
  philoxWords(
    out: number,
    firstGroup: number,
    groups: number,
    key0: number,
    key1: number,
    substream: number,
  ): void;
  /** Couplings J_ij ~ N(0, scale²), i ≠ j, in columns j = first..last−1; column j depends on (key, j) alone. */
  gaussianFill(frame: number, key0: number, key1: number, scale: number, first: number, last: number): void;
  /** Local fields h = J s in f32 from couplings and state. */
  initialFields(frame: number): void;
  /** Local fields in f64 from couplings and state, into `exactFields`. */
  exactFields(frame: number): void;
  /** s_j ← −s_j and h_i ← h_i + 2 s_j J_ij for all i. */
  flip(frame: number, neuron: number): void;
  /** One sweep in the order of a fresh random permutation drawn from substream `sweep`; returns the flips. */
  permutationSweep(frame: number, selfCoupling: number, key0: number, key1: number, sweep: number): number;
  /** N independent picks of a neuron drawn from substream `sweep`; returns the flips. */
  randomSweep(frame: number, selfCoupling: number, key0: number, key1: number, sweep: number): number;
  /** All neurons at once, each with probability threshold/2³²; returns the flips. */
  parallelSweep(
    frame: number,
    selfCoupling: number,
    threshold: number,
    key0: number,
    key1: number,
    sweep: number,
  ): number;
  /** Fixed points with s_N = +1 among the states of Gray index first..last−1; returns how many it wrote to `found`. */
  enumerate(
    enumeration: number,
    selfCoupling: number,
    driftBound: number,
    first: number,
    last: number,
  ): number;
}
