/**
 * @file One random network: couplings J_ij ~ N(0, 1/N), i ≠ j, all independent, held in kernel memory. The
 * self-coupling J_D is not part of it: one network serves any number of J_D.
 */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import { createFrame, type Frame } from "../kernels/frame.ts";
import type { Kernels } from "../kernels/memory.ts";
import type { RandomWords, Stream } from "../random.ts";

/** Largest N whose couplings fit into 4 GiB beside everything else. */
export const MAX_NEURONS = 32_000;

/** A network in the memory of a set of kernels. */
export interface Network {
  /** Number of neurons N, an integer, 2..32,000. */
  readonly n: number;
  /** Kernels in whose memory the network lies. */
  readonly kernels: Kernels;
  /**
   * Where couplings, state and fields lie in `kernels`.
   * @internal
   */
  readonly frame: Frame;
}

/** What a network is made of. */
export interface NetworkInput {
  /** Number of neurons N, an integer, 2..32,000. */
  readonly n: number;
  /** Kernels in whose memory the network is laid out; it takes 4 N² bytes there. */
  readonly kernels: Kernels;
}

/** Memory for a network of n neurons, or that of `into`, whose couplings are to be overwritten. */
function reserve({ n, kernels }: NetworkInput, into: Network | undefined): Network {
  requireInteger("n", n, 2, MAX_NEURONS);
  if (into === undefined) return { n, kernels, frame: createFrame(kernels, n) };
  if (into.n !== n || into.kernels !== kernels) {
    throw new OutOfDomain(`into must be a network of n = ${n} in the same kernels, got n = ${into.n}`);
  }
  return into;
}

/**
 * Draws the couplings of a network: J_ij ~ N(0, 1/N) for i ≠ j, f32. Column j (all J_ij at fixed j) depends on the
 * stream's key and on j alone, not on what was drawn from the stream before.
 * @param input size and kernels; see {@link NetworkInput}
 * @param couplings stream of the couplings, e.g. `stream(seed, "couplings", n, sample)`
 * @param options into: a network whose memory is used again; its couplings are overwritten
 * @throws OutOfDomain if n is not an integer from 2 to 32,000, or memory does not suffice
 * @source model of (P1)
 */
export function sampleNetwork(
  input: NetworkInput,
  couplings: Stream,
  { into }: { readonly into?: Network } = {},
): Network {
  const network = reserve(input, into);
  const { n, kernels, frame } = network;
  kernels.functions.gaussianFill(frame.address, ...couplings.key, 1 / Math.sqrt(n), 0, n);
  return network;
}

/**
 * A network with given couplings.
 * @param input size and kernels; see {@link NetworkInput}
 * @param couplingOf J_ij of neurons i ≠ j, 0..N−1, in standard deviations 1/√N; rounded to f32
 * @throws OutOfDomain if n is out of range or a coupling is not finite
 * @source model of (P1) with given J_ij
 */
export function networkOf(input: NetworkInput, couplingOf: (i: number, j: number) => number): Network {
  const network = reserve(input, undefined);
  const { n, kernels, frame } = network;
  const columns = kernels.float32(frame.couplings, n * frame.stride).fill(0);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) if (i !== j) columns[j * frame.stride + i] = couplingOf(i, j);
  }
  if (!columns.every(Number.isFinite)) throw new OutOfDomain("couplings must be finite numbers");
  return network;
}

/**
 * The same couplings with a state and fields of one's own: for workers that share one memory.
 * @param couplings address in bytes of the couplings, `network.frame.couplings` of the other worker, positive
 * @param input number of neurons; kernels on the memory that holds the couplings, with an arena of their own
 * @throws OutOfDomain if n is not an integer from 2 to 32,000
 * @source convention of this package: threads on one network share its couplings
 */
export function attachNetwork({ n, kernels }: NetworkInput, couplings: number): Network {
  requireInteger("n", n, 2, MAX_NEURONS);
  return { n, kernels, frame: createFrame(kernels, n, couplings) };
}

/**
 * Column j of the couplings, J_ij for i = 0..N−1 (J_jj as 0): a view, stale once kernel memory grows.
 * @param network the network
 * @param j index of the column, an integer, 0..N−1
 * @returns N couplings, in standard deviations of the local field
 * @throws OutOfDomain if j is anything else
 * @source model of (P1)
 */
export function couplingColumn({ n, kernels, frame }: Network, j: number): Float32Array {
  requireInteger("j", j, 0, n - 1);
  return kernels.float32(frame.couplings + 4 * j * frame.stride, n);
}

/**
 * A uniform random state.
 * @param n number of neurons, an integer, 1..32,000
 * @param words random words, one for 32 neurons
 * @returns s_i = ±1
 * @throws OutOfDomain if n is anything else
 * @source uniform law on {−1, 1}^N
 */
export function randomState(n: number, words: RandomWords): Int8Array {
  requireInteger("n", n, 1, MAX_NEURONS);
  const state = new Int8Array(n);
  let word = 0;
  for (let i = 0; i < n; i++) {
    word = i % 32 === 0 ? words.nextUint32() : word >>> 1;
    state[i] = (word & 1) === 1 ? 1 : -1;
  }
  return state;
}

/**
 * Puts a state into kernel memory; the fields there are not touched.
 * @param network the network whose state in kernel memory is overwritten
 * @param state N entries ±1
 * @throws OutOfDomain unless it holds N entries ±1
 * @source convention of this package: states are ±1 in Int8Array
 */
export function writeState({ n, kernels, frame }: Network, state: Int8Array): void {
  if (state.length !== n || !state.every((s) => s === 1 || s === -1)) {
    throw new OutOfDomain(`state must hold n = ${n} entries, each 1 or -1, got length ${state.length}`);
  }
  kernels.int8(frame.state, n).set(state);
}

/**
 * Neurons of the state now in kernel memory that are unstable, s_i h_i + J_D < 0, all fields summed afresh in f64.
 * Leaves the fields in `frame.exactFields`.
 * @param network its state in kernel memory is looked at
 * @param selfCoupling J_D ≥ 0, in standard deviations of the local field
 * @returns indices 0..N−1, ascending
 * @source (P1)
 */
export function unstableNeurons({ n, kernels, frame }: Network, selfCoupling: number): number[] {
  kernels.functions.exactFields(frame.address);
  const state = kernels.int8(frame.state, n);
  const fields = kernels.float64(frame.exactFields, n);
  const unstable: number[] = [];
  for (let i = 0; i < n; i++) if (state[i]! * fields[i]! + selfCoupling < 0) unstable.push(i);
  return unstable;
}

/**
 * Local fields h_i = Σ_{j≠i} J_ij s_j of a state, summed in f64 over the f32 couplings.
 * @param network the state in its kernel memory is overwritten
 * @param state N entries ±1
 * @returns N numbers, in standard deviations of the local field
 * @throws OutOfDomain unless the state holds N entries ±1
 * @source (P1)
 */
export function localFields(network: Network, state: Int8Array): Float64Array {
  const { n, kernels, frame } = network;
  writeState(network, state);
  kernels.functions.exactFields(frame.address);
  return kernels.float64(frame.exactFields, n).slice();
}
