/**
 * @file Seeded random streams: counter-based Philox4x32-10 (Salmon et al., SC 2011), named by purpose and index.
 * A stream is a 64-bit key, a pure function of (seed, purpose, indices), and a block counter, so that sample k of a
 * scan draws the same numbers whatever runs beside it. The kernels hold the same generator and give the same bits.
 *
 * Counter words: (block low, block high, substream, family); family 0 is the stream itself, family 1 its substreams.
 */
import { requireInteger } from "../theory/errors.ts";

/** Multipliers and Weyl increments of Philox4x32, as published. */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** 2³²: the number of values of one random word. */
const WORD_RANGE = 4294967296;

/** Fourth counter word of a substream; 0 belongs to the stream itself, so the two never share a block. */
export const SUBSTREAM_FAMILY = 1;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/** Four unsigned 32-bit words: a Philox counter or output block. */
export type Block = readonly [number, number, number, number];

/**
 * One block of Philox4x32-10: a bijection of the 128-bit counter for every 64-bit key.
 * @param counter four unsigned 32-bit words
 * @param key two unsigned 32-bit words
 * @returns four uniform unsigned 32-bit words
 */
export function philox4x32(counter: Block, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * A sequence of random words; each draw advances it.
 * @source Philox 4×32-10 (Salmon, Moraes, Dror & Shaw, SC 2011)
 */
export class RandomWords {
  readonly #key: readonly [number, number];
  readonly #substream: number;
  readonly #family: number;
  #nextBlock = 0;
  #words: Block = [0, 0, 0, 0];
  #used = 4;

  /**
   * @param key 64-bit key as two unsigned 32-bit words
   * @param substream third counter word, 0..2³²−1
   * @param family fourth counter word
   */
  constructor(key: readonly [number, number], substream: number, family: number) {
    this.#key = key;
    this.#substream = substream;
    this.#family = family;
  }

  /**
   * The next word of the sequence.
   * @returns an integer uniform on 0..2³²−1, dimensionless
   */
  nextUint32(): number {
    if (this.#used === 4) {
      const high = Math.floor(this.#nextBlock / WORD_RANGE);
      this.#words = philox4x32([this.#nextBlock >>> 0, high, this.#substream, this.#family], this.#key);
      this.#nextBlock++;
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /**
   * A number uniform on an interval; takes two words.
   * @returns dimensionless, in the open interval (0, 1): one of the midpoints (k + ½)·2⁻⁵²
   */
  uniform(): number {
    const high = this.nextUint32() >>> 6;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low + 0.5) * 2 ** -52;
  }

  /**
   * An integer uniform on 0..n−1, without bias: Lemire's multiplication with rejection (ACM TOMACS 29, 2019).
   * @param n number of values, an integer, 1..2³²−1
   * @returns an index 0..n−1
   * @throws OutOfDomain if n is anything else
   */
  below(n: number): number {
    requireInteger("below: n", n, 1, WORD_RANGE - 1);
    const rejected = WORD_RANGE % n;
    for (;;) {
      const word = this.nextUint32();
      if (Math.imul(word, n) >>> 0 >= rejected) return multiplyHigh(word, n);
    }
  }

  /**
   * A uniform random permutation of 0..n−1 (Fisher–Yates from the inside out: the identity is never written first).
   * @param n number of entries, an integer, 0..2³²−1
   * @returns the indices 0..n−1 in random order
   * @throws OutOfDomain if n is anything else
   */
  permutation(n: number): Uint32Array {
    requireInteger("permutation: n", n, 0, WORD_RANGE - 1);
    const order = new Uint32Array(n);
    for (let i = 1; i < n; i++) {
      const j = this.below(i + 1);
      order[i] = order[j]!;
      order[j] = i;
    }
    return order;
  }
}

/**
 * A random stream with its key, which kernels take, and substreams that can be drawn in any order.
 * @source Philox 4×32-10 (Salmon, Moraes, Dror & Shaw, SC 2011), keyed by a name
 */
export class Stream extends RandomWords {
  /** 64-bit key as two unsigned 32-bit words, low word first. */
  readonly key: readonly [number, number];

  /** @param key 64-bit key as two unsigned 32-bit words, low word first */
  constructor(key: readonly [number, number]) {
    super(key, 0, 0);
    this.key = key;
  }

  /**
   * Part `index` of this stream, independent of the stream itself and of all other parts: column j of the couplings,
   * or sweep t of a run, wherever and in whatever order it is drawn.
   * @param index index of the part, an integer, 0..2³²−1
   * @throws OutOfDomain if index is anything else
   */
  substream(index: number): RandomWords {
    requireInteger("substream index", index, 0, WORD_RANGE - 1);
    return new RandomWords(this.key, index, SUBSTREAM_FAMILY);
  }
}

/** An integer below 2⁵³ as two 32-bit words, low word first. */
function wordsOf(name: string, value: number): readonly [number, number] {
  requireInteger(name, value, 0, Number.MAX_SAFE_INTEGER);
  return [value >>> 0, Math.floor(value / WORD_RANGE)];
}

/**
 * The stream of random numbers that belongs to (seed, purpose, indices).
 * The key is a hash of all three: each word of the name is, in turn, the key of a Philox permutation of a 128-bit
 * state, whose first half is the result. Lengths are part of the name, so different names never run together.
 * @param seed seed, an integer, 0..2⁵³−1
 * @param purpose what the numbers are for, e.g. "couplings"
 * @param indices indices of what the numbers are for, integers, 0..2⁵³−1, e.g. N and the number of the sample
 * @returns a new stream at its beginning
 * @throws OutOfDomain if the seed or an index is anything else
 * @source Philox 4×32-10 (Salmon, Moraes, Dror & Shaw, SC 2011), as generator and as hash
 */
export function stream(seed: number, purpose: string, ...indices: number[]): Stream {
  const codes = Array.from(purpose, (letter) => letter.codePointAt(0)!);
  const name = [
    ...wordsOf("seed", seed),
    codes.length,
    ...codes,
    indices.length,
    ...indices.flatMap((index) => wordsOf("stream index", index)),
  ];
  let state: Block = [0, 0, 0, 0];
  name.forEach((word, position) => {
    state = philox4x32(state, [word, position]);
  });
  return new Stream([state[0], state[1]]);
}
