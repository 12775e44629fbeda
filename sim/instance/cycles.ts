/** @file Finds out when a deterministic sequence of states repeats. */

/** Offset basis and prime of the 32-bit FNV-1a hash; a second multiplier makes a second, independent half. */
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SECOND_MULTIPLIER = 0x85ebca6b;

/** Bits of the second hash that fit beside 32 bits into an exact integer. */
const SECOND_BITS = 21;

/** A 53-bit hash of a state. */
function hashState(state: Int8Array): number {
  let first = FNV_BASIS;
  let second = 0;
  for (const s of state) {
    first = Math.imul(first ^ s, FNV_PRIME);
    second = Math.imul(second ^ (s + 2), SECOND_MULTIPLIER);
    second ^= second >>> 15;
  }
  return (first >>> 0) * 2 ** SECOND_BITS + (second >>> (32 - SECOND_BITS));
}

/** Detects the period of a sequence of states by their hashes, and confirms it on the states themselves. */
export class CycleDetector {
  readonly #firstVisit = new Map<number, number>();
  #visits = 0;
  #suspicion: { readonly state: Int8Array; readonly period: number; readonly due: number } | undefined;

  /**
   * Takes the next state.
   * @returns the period, once a state with a known hash has come back unchanged after that many visits more
   */
  visit(state: Int8Array): number | undefined {
    const visit = this.#visits++;
    if (this.#suspicion !== undefined) {
      const { state: known, period, due } = this.#suspicion;
      if (visit < due) return undefined;
      this.#suspicion = undefined;
      if (known.every((s, i) => s === state[i])) return period;
    }
    const hash = hashState(state);
    const earlier = this.#firstVisit.get(hash);
    if (earlier === undefined) {
      this.#firstVisit.set(hash, visit);
    } else {
      const period = visit - earlier;
      this.#suspicion = { state: state.slice(), period, due: visit + period };
    }
    return undefined;
  }
}
