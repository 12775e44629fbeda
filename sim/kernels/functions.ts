/**
 * @file What a set of kernels can do, whether compiled (wasm.ts) or scalar (scalar.ts). Pointers are byte offsets into
 * the memory of the set; `frame` points to a network laid out by frame.ts, `enumeration` to one laid out by
 * enumerate.ts, `beliefs` to messages laid out by belief-frame.ts, `tiles` and `bonds` to records of tiles.ts and
 * steering.ts. Keys are the two words of `Stream.key`.
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
  /**
   * out_b = W s_b for each sample, in the tiles of the record; what was there is overwritten.
   * @param tiles record of `writeTiles` (tiles.ts)
   * @param out f32, sample b at b·rows
   * @param states i8 ±1, sample b at b·stride
   */
  signedProduct(tiles: number, out: number, states: number, samples: number): void;
  /** fields ← fields + 2(Σ_raised W_·j − Σ_lowered W_·j) of one sample, from the lists of `collectFlips`. */
  addFlipped(tiles: number, fields: number, raisedCount: number, loweredCount: number): void;
  /** Lists (ascending, in the record) of the states that rose and fell; returns raised + 2¹⁶·lowered. */
  collectFlips(tiles: number, previous: number, next: number): number;
  /**
   * New states sgn f of the rows of the record (steering.ts).
   * @param bonds record of `writeBonds`
   */
  alignStates(bonds: number, next: number, state: number, fields: number, drive: number): void;
  /** sites ← s_i where s_i f_i ≤ margin and i < neurons, else 0; returns how many are not 0. */
  learningSites(bonds: number, sites: number, state: number, fields: number, drive: number): number;
  /** Signs of the states of at most 16 samples by column, into the record, for `imprint`. */
  columnSigns(tiles: number, states: number, samples: number): void;
  /**
   * W_ij ← W_ij·keep + rate·Σ_b sites_ib s_jb (plasticity.ts) in the tiles and columns of the record.
   * @param sites i8 in −1..1, sample b at b·rows; the samples of the last `columnSigns`
   */
  imprint(tiles: number, sites: number, samples: number, rate: number, keep: number): void;
  /** W_ii ← 0 in the tiles of the record. */
  clearDiagonal(tiles: number): void;
}
