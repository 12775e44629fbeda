/**
 * @file Histogram of the Hamming distances between all pairs of fixed points of one network. Two ways with the same
 * exact result: all pairs one by one, or the XOR autocorrelation of the set by a fast Walsh–Hadamard transform.
 *
 * Both work on the words with s_N = +1, half of the set; the negatives follow, since a pair at distance D comes with
 * one at distance N − D.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import type { FixedPoints } from "./enumerate.ts";

/** How the pairs are counted; "cheaper" chooses by cost. */
export type PairMethod = "cheaper" | "all-pairs" | "walsh-hadamard";

/** Largest N for the transform: then sums of squared coefficients stay below 2⁵³, and are exact. */
const MAX_TRANSFORM_N = 27;

/** Length below which the transform is a plain loop: 16 KiB, half of a usual first-level cache. */
const LOOP_LENGTH = 4096;

/** Number of bits set. */
function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  count = (count + (count >>> 4)) & 0x0f0f0f0f;
  return Math.imul(count, 0x01010101) >>> 24;
}

/** Ordered pairs of the half set by Hamming distance 0..N−1, one by one. */
function countAllPairs(words: Uint32Array, n: number): Float64Array {
  const histogram = new Float64Array(n);
  for (let a = 1; a < words.length; a++) {
    const word = words[a]!;
    for (let b = 0; b < a; b++) histogram[bitCount(word ^ words[b]!)]! += 2;
  }
  histogram[0] = words.length;
  return histogram;
}

/** Sums and differences of two halves, in place. */
function butterflies(low: Int32Array, high: Int32Array): void {
  for (let k = 0; k < low.length; k++) {
    const a = low[k]!;
    const b = high[k]!;
    low[k] = a + b;
    high[k] = a - b;
  }
}

/**
 * Walsh–Hadamard transform in place: f̂(y) = Σ_x (−1)^{x·y} f(x); the length is a power of two. Recursive, so that all
 * levels below the size of a cache are finished before the data leaves it.
 */
function transform(values: Int32Array): void {
  const half = values.length / 2;
  if (values.length > LOOP_LENGTH) {
    const low = values.subarray(0, half);
    const high = values.subarray(half);
    butterflies(low, high);
    transform(low);
    transform(high);
    return;
  }
  for (let width = half; width >= 1; width /= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      for (let k = start; k < start + width; k++) {
        const a = values[k]!;
        const b = values[k + width]!;
        values[k] = a + b;
        values[k + width] = a - b;
      }
    }
  }
}

/** Krawtchouk polynomials K_D(w) = [t^D] (1−t)^w (1+t)^(bits−w), exact; row w, column D. */
function krawtchouk(bits: number): bigint[][] {
  const timesOneAnd = (sign: bigint, row: readonly bigint[]): bigint[] =>
    Array.from({ length: row.length + 1 }, (_, d) => (row[d] ?? 0n) + sign * (row[d - 1] ?? 0n));
  return Array.from({ length: bits + 1 }, (_, weight) => {
    let row = [1n];
    for (let k = 0; k < bits; k++) row = timesOneAnd(k < weight ? -1n : 1n, row);
    return row;
  });
}

/**
 * The same by transform. With f the indicator of the set on N−1 bits, the number of ordered pairs at distance D is
 * 2^−(N−1) Σ_w K_D(w) Σ_{|y|=w} f̂(y)² (MacWilliams): one transform, and no inverse.
 */
function countByTransform(words: Uint32Array, n: number): Float64Array {
  const bits = n - 1;
  const values = new Int32Array(2 ** bits);
  for (const word of words) values[word & (values.length - 1)] = 1;
  transform(values);
  const power = new Float64Array(n);
  for (let y = 0; y < values.length; y++) power[bitCount(y)]! += values[y]! * values[y]!;
  const exactPower = Array.from(power, BigInt);
  const kernel = krawtchouk(bits);
  return Float64Array.from({ length: n }, (_, distance) => {
    const sum = exactPower.reduce((total, value, weight) => total + kernel[weight]![distance]! * value, 0n);
    return Number(sum >> BigInt(bits));
  });
}

/** The method with the lower estimated cost: a butterfly and a pair take about the same time (2.7 ns). */
function cheaperMethod(words: Uint32Array, n: number): PairMethod {
  const pairs = (words.length * (words.length - 1)) / 2;
  const butterflies = ((n - 1) * 2 ** (n - 1)) / 2;
  return n <= MAX_TRANSFORM_N && butterflies < pairs ? "walsh-hadamard" : "all-pairs";
}

/**
 * Number of ordered pairs of fixed points at each Hamming distance; a state with itself and with its negative included.
 * @param fixedPoints all fixed points of a network, from `findFixedPoints`
 * @param options method: how pairs are counted, see {@link PairMethod}; "walsh-hadamard" needs N ≤ 27 and
 *   2^(N+1) bytes; default "cheaper"
 * @returns N + 1 counts, by distance D = 0..N (overlap 1 − 2D/N); exact integers
 * @throws OutOfDomain if the transform is asked for with N > 27
 * @source finite-N counterpart of (P6'); the autocorrelation of a set of words by the Walsh–Hadamard
 *   transform
 */
export function pairHistogram(
  { n, words }: FixedPoints,
  { method = "cheaper" }: { readonly method?: PairMethod } = {},
): Float64Array {
  const chosen = method === "cheaper" ? cheaperMethod(words, n) : method;
  if (chosen === "walsh-hadamard" && n > MAX_TRANSFORM_N) {
    throw new OutOfDomain(`walsh-hadamard needs n ≤ ${MAX_TRANSFORM_N}, got ${n}`);
  }
  const half = chosen === "walsh-hadamard" ? countByTransform(words, n) : countAllPairs(words, n);
  // Of (±a, ±b), two pairs lie at the distance D of (a, b), and two at N − D.
  return Float64Array.from({ length: n + 1 }, (_, d) => 2 * ((half[d] ?? 0) + (half[n - d] ?? 0)));
}
