/**
 * @file Block-asynchronous sweeps of zero-temperature dynamics: neurons in a fresh random order, cut into blocks; the
 * neurons of a block are updated at once, and the next block sees their flips. Blocks of one neuron are asynchronous
 * dynamics, one block of all neurons is synchronous dynamics.
 */
import type { Network } from "./network.ts";

/** Neurons of a block unless stated: few against networks of interest, enough to keep a GPU busy. */
export const DEFAULT_BLOCK_SIZE = 64;

/** Words that the scratch of a network holds, in groups of 32 as the kernel makes them. */
const SCRATCH_GROUPS = 8;
const GROUP_WORDS = 32;

/** Larger than any number of neurons: a word and an index below it fit into one exact number. */
const INDEX_RANGE = 65_536;

/** What a sweep in blocks needs to know of its run. */
export interface BlockRun {
  /** J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Key of the stream of the updates. */
  readonly key: readonly [number, number];
  /** Neurons of a block, an integer ≥ 1. */
  readonly blockSize: number;
}

/**
 * The order of the neurons in a sweep: by ascending random words, word i of substream `sweep` for neuron i, equal words
 * by index. Unlike a permutation by transpositions it can be found for all neurons at the same time.
 * @internal
 * @param network its scratch for words is overwritten
 * @param key key of the stream of the updates
 * @param sweep number of the sweep, 0..2³²−1
 * @returns a permutation of 0..N−1, uniform up to equal words (probability below N²/2³³)
 * @source ranks of independent uniform words
 */
export function orderByWords(
  { n, kernels, frame }: Network,
  key: readonly [number, number],
  sweep: number,
): Uint32Array {
  const scratch = SCRATCH_GROUPS * GROUP_WORDS;
  const words = kernels.uint32(frame.words, scratch);
  const ranked = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (i % scratch === 0) {
      kernels.functions.philoxWords(frame.words, i / GROUP_WORDS, SCRATCH_GROUPS, ...key, sweep);
    }
    ranked[i] = words[i % scratch]! * INDEX_RANGE + i;
  }
  ranked.sort();
  return Uint32Array.from(ranked, (rank) => rank % INDEX_RANGE);
}

/**
 * One sweep in blocks.
 * @internal
 * @param network state and fields in its kernel memory are updated
 * @param run self-coupling, key and size of a block
 * @param sweep number of the sweep, 0..2³²−1
 * @returns the flips
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i), block by block
 */
export function blockSweep(
  network: Network,
  { selfCoupling, key, blockSize }: BlockRun,
  sweep: number,
): number {
  const { n, kernels, frame } = network;
  const order = orderByWords(network, key, sweep);
  const state = kernels.int8(frame.state, n);
  const fields = kernels.float32(frame.fields, n);
  let flips = 0;
  for (let first = 0; first < n; first += blockSize) {
    const block = order.subarray(first, first + blockSize);
    const flipping = block.filter((i) => state[i]! * fields[i]! + selfCoupling < 0);
    for (const i of flipping) kernels.functions.flip(frame.address, i);
    flips += flipping.length;
  }
  return flips;
}
