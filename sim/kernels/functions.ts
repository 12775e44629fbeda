/**
 * @file What a set of kernels can do, whether compiled (wasm.ts) or scalar (scalar.ts). Pointers are byte offsets into
 * the memory of the set; `frame` points to a network laid out by frame.ts, `enumeration` to one laid out by
 * enumerate.ts, `beliefs` to messages laid out by belief-frame.ts. Keys are the two words of `Stream.key`.
 */

/** The kernels; compiled and scalar ones write the same bits, except those of beliefs, which agree to a bound (belief.ts). */
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
  /**
   * Totals T_j, messages φ_j of the centre, means and variances from the messages as they are.
   * @param beliefs a frame of belief-frame.ts
   * @param replicas y ≥ 1 replicas (P20); 1 for plain belief propagation
   * @param bond γ in [0, ∞], between a replica and the centre
   */
  beliefTotals(beliefs: number, replicas: number, bond: number): void;
  /**
   * One iteration of (P18)-(P20): all messages u ← (1 − damping)·u_new + damping·u, then totals, means and variances.
   * Needs the totals, means and variances of the messages it starts from, as it leaves them itself: whoever writes
   * messages or fields calls `beliefTotals` first.
   * @returns largest change of a magnetization m_{j→i}
   */
  beliefIteration(
    beliefs: number,
    selfCoupling: number,
    replicas: number,
    bond: number,
    damping: number,
  ): number;
}
