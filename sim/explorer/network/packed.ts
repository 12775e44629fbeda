/** @file States of a network as bits, one a neuron, for the way from the worker to the page. No page in here. */
import { OutOfDomain, requireInteger } from "../../../theory/errors.ts";

/** Bits of a byte. */
const BYTE_BITS = 8;

/** Number of set bits of each byte. */
const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
});

/**
 * Bytes of a packed state.
 * @param n number of neurons, an integer of at least 1
 * @throws OutOfDomain if n is anything else
 */
export const packedLength = (n: number): number =>
  Math.ceil(requireInteger("n", n, 1, Number.MAX_SAFE_INTEGER) / BYTE_BITS);

/**
 * Packs a state: bit i mod 8 of byte ⌊i/8⌋ is set where s_i = +1; the bits behind neuron N−1 are 0.
 * @param state s_i = ±1, N ≥ 1 of them
 * @param target where the bytes go, `packedLength(N)` of them; a new array by default
 * @returns `target`
 * @throws OutOfDomain if the state is empty or the target has another length
 */
export function packState(
  state: Int8Array,
  target: Uint8Array = new Uint8Array(packedLength(state.length)),
): Uint8Array {
  if (target.length !== packedLength(state.length)) {
    throw new OutOfDomain(`target must hold ${packedLength(state.length)} bytes, got ${target.length}`);
  }
  target.fill(0);
  for (let i = 0; i < state.length; i++) {
    if (state[i]! > 0) target[i >>> 3]! |= 1 << (i & 7);
  }
  return target;
}

/** Whether neuron i (an integer, 0..N−1) of a packed state is up, s_i = +1. */
export const isUp = (packed: Uint8Array, i: number): boolean => ((packed[i >>> 3]! >>> (i & 7)) & 1) === 1;

/**
 * Number of neurons whose states differ, 0..N.
 * @throws OutOfDomain unless both packed states have the same length
 */
export function countDifferences(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) {
    throw new OutOfDomain(`packed states must have one length, got ${one.length} and ${other.length}`);
  }
  let differences = 0;
  for (let k = 0; k < one.length; k++) differences += bitCounts[one[k]! ^ other[k]!]!;
  return differences;
}

/**
 * Overlap q = (1/N) Σ_i s_i s'_i of two states, dimensionless, in [−1, 1]: q = 1 − 2·differences/N.
 * @param n number of neurons N of both
 * @throws OutOfDomain unless both hold n neurons
 */
export function overlapOf(one: Uint8Array, other: Uint8Array, n: number): number {
  if (one.length !== packedLength(n)) {
    throw new OutOfDomain(`a packed state of n = ${n} has ${packedLength(n)} bytes, got ${one.length}`);
  }
  return 1 - (2 * countDifferences(one, other)) / n;
}
