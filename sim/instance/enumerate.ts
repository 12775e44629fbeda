/** @file All fixed points of one small network, exactly, and the overlap histogram of their pairs. */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { createEnumerationFrame, REFRESH_STEPS } from "../kernels/enumerate.ts";
import { couplingColumn, type Network } from "./network.ts";

/** Largest N that can be enumerated: 2²⁹ states are visited. */
export const MAX_ENUMERATED = 30;

/** States visited by one kernel call; room for as many words is reserved. */
const CHUNK_STATES = 65536;

/** The fixed points of one network at one J_D. */
export interface FixedPoints {
  /** Number of neurons N, 2..30. */
  readonly n: number;
  /**
   * Number of fixed points, an integer ≥ 0; even, since a state and its negative are fixed points together.
   */
  readonly count: number;
  /** One uint32 word for each pair (s, −s), `count`/2 of them: bit i is set where s_i = +1, and s_N = +1. */
  readonly words: Uint32Array;
}

/**
 * Largest error of a field after REFRESH_STEPS updates: each addition errs by at most 2⁻⁵³ of the largest field, and
 * twice that bound covers the rounding of s_i h_i + J_D. (Sums of f32 couplings in f64 are nearly always exact.)
 */
function driftBound(columns: readonly Float32Array[], selfCoupling: number): number {
  const rowSums = columns[0]!.map((_, i) => columns.reduce((sum, column) => sum + Math.abs(column[i]!), 0));
  const largestField = rowSums.reduce((largest, sum) => Math.max(largest, sum), 0);
  return 2 * (REFRESH_STEPS + columns.length) * 2 ** -53 * (3 * largestField + selfCoupling);
}

/**
 * All states with s_i h_i + J_D > 0 for every i (P1), by Gray code over the 2^(N−1) states with s_N = +1, in f64.
 * @param network N ≤ 30; its state and fields are left alone
 * @param selfCoupling J_D ≥ 0, in standard deviations of the local field
 * @returns number and words of the fixed points
 * @throws OutOfDomain if N > 30 or J_D is negative or not finite
 */
export function findFixedPoints(network: Network, selfCoupling: number): FixedPoints {
  const { n, kernels } = network;
  requireInteger("n", n, 2, MAX_ENUMERATED);
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  const columns = Array.from({ length: n }, (_, j) => couplingColumn(network, j).slice());
  const bound = driftBound(columns, selfCoupling);
  const states = 2 ** (n - 1);
  const mark = kernels.mark();
  const frame = createEnumerationFrame(kernels, n, (i, j) => columns[j]![i]!, Math.min(states, CHUNK_STATES));
  const chunks: Uint32Array[] = [];
  for (let first = 0; first < states; first += CHUNK_STATES) {
    const last = Math.min(first + CHUNK_STATES, states);
    const found = kernels.functions.enumerate(frame.address, selfCoupling, bound, first, last);
    if (found > 0) chunks.push(kernels.uint32(frame.found, found).slice());
  }
  kernels.release(mark);
  const words = joined(chunks);
  return { n, count: 2 * words.length, words };
}

/** The chunks one after the other. */
function joined(chunks: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let start = 0;
  for (const chunk of chunks) {
    whole.set(chunk, start);
    start += chunk.length;
  }
  return whole;
}

/**
 * The state of a word: s_i = +1 where bit i is set, −1 elsewhere.
 * @param word bits of a state, one of `FixedPoints.words`, any uint32
 * @param n number of neurons N, 2..30
 * @returns N entries ±1
 * @source Gray code words of {@link findFixedPoints}
 */
export const stateOf = (word: number, n: number): Int8Array =>
  Int8Array.from({ length: n }, (_, i) => (((word >>> i) & 1) === 1 ? 1 : -1));
