/**
 * @file One network that is stepped a sweep at a time while its self-coupling may change. As long as it does not, the
 * states are those of `relax` in the order "async" for sample 0 of the same seed, bit for bit.
 */
import { requireInside } from "../../../theory/errors.ts";
import { flipMissed, refreshFields, type RelaxationInput } from "../../instance/dynamics.ts";
import {
  attachNetwork,
  randomState,
  sampleNetwork,
  unstableNeurons,
  writeState,
  type Network,
} from "../../instance/network.ts";
import type { Kernels } from "../../kernels/memory.ts";
import { stream, type Stream } from "../../random.ts";
import { packState } from "./packed.ts";

/** What a live network is made of. */
export interface NetworkParameters {
  /** Number of neurons N, 2..32,000; the couplings take 4 N² bytes. */
  readonly n: number;
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Seed of couplings, initial state and update order, an integer in 0..2⁵³−1. */
  readonly seed: number;
}

/** Random states of a network that are to relax, with memory for them. */
export interface StartsInput {
  /** State and fields in its kernel memory are overwritten; nothing else may use them meanwhile. */
  readonly network: Network;
  /** State, self-coupling and stream of updates of each start. */
  readonly runs: readonly RelaxationInput[];
}

/** Sample whose streams are used: the first one of an experiment with the same seed. */
const SAMPLE = 0;

/** A self-coupling that the dynamics can work with. */
const checkSelfCoupling = (selfCoupling: number): number =>
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });

/** A network with its state in kernel memory, at zero temperature, updated in a fresh random order every sweep. */
export class LiveNetwork {
  /** Number of neurons N. */
  readonly n: number;
  readonly #network: Network;
  readonly #seed: number;
  readonly #order: Stream;
  /** The same couplings with a state of its own, for starts beside the live state; made when first needed. */
  #aside: Network | undefined;
  #selfCoupling: number;
  #sweeps = 0;
  #lastFlips = 0;
  #totalFlips = 0;
  #fixedPointAfter: number | null = null;

  /**
   * Draws couplings and a random initial state.
   * @param kernels kernels in whose memory the network is laid out
   * @throws OutOfDomain on parameters outside what is documented, or when memory does not suffice
   */
  constructor(kernels: Kernels, { n, selfCoupling, seed }: NetworkParameters) {
    this.#selfCoupling = checkSelfCoupling(selfCoupling);
    this.#seed = seed;
    this.#order = stream(seed, "update order", n, SAMPLE);
    this.#network = sampleNetwork({ n, kernels }, stream(seed, "couplings", n, SAMPLE));
    this.n = n;
    writeState(this.#network, randomState(n, stream(seed, "initial state", n, SAMPLE)));
    kernels.functions.initialFields(this.#network.frame.address);
  }

  /** Self-coupling J_D, in standard deviations of the local field. */
  get selfCoupling(): number {
    return this.#selfCoupling;
  }

  /** Changes J_D from the next sweep on; the state stays, and may by this become a fixed point or cease to be one.
   *  @throws OutOfDomain if it is negative or not finite */
  set selfCoupling(selfCoupling: number) {
    this.#selfCoupling = checkSelfCoupling(selfCoupling);
    const stable = this.stabilities().every((stability) => stability >= 0);
    const fixed = stable && unstableNeurons(this.#network, selfCoupling).length === 0;
    this.#fixedPointAfter = fixed ? (this.#fixedPointAfter ?? this.#sweeps) : null;
  }

  /** Sweeps made. */
  get sweeps(): number {
    return this.#sweeps;
  }

  /** Flips of the last sweep, 0..N. */
  get lastFlips(): number {
    return this.#lastFlips;
  }

  /** Flips since the beginning. */
  get totalFlips(): number {
    return this.#totalFlips;
  }

  /** Sweeps after which the present state was known as a fixed point, the flipless one included; null if it is none. */
  get fixedPointAfter(): number | null {
    return this.#fixedPointAfter;
  }

  /** Makes one sweep: each neuron once, s_i ← sgn(h_i + J_D s_i); a fixed point is verified with fields in f64. */
  sweep(): void {
    const { kernels, frame } = this.#network;
    const { functions } = kernels;
    let flips = functions.permutationSweep(
      frame.address,
      this.#selfCoupling,
      ...this.#order.key,
      this.#sweeps,
    );
    this.#sweeps++;
    if (flips > 0) {
      this.#fixedPointAfter = null;
    } else if (this.#fixedPointAfter === null) {
      flips = this.#verify();
    }
    this.#lastFlips = flips;
    this.#totalFlips += flips;
    refreshFields(this.#network, this.#sweeps);
  }

  /** After a flipless sweep: a fixed point unless the f32 fields missed a neuron, which then flips. Returns the flips. */
  #verify(): number {
    const [missed] = unstableNeurons(this.#network, this.#selfCoupling);
    if (missed === undefined) {
      this.#fixedPointAfter = this.#sweeps;
      return 0;
    }
    flipMissed(this.#network, [missed]);
    return 1;
  }

  /** Stabilities s_i h_i + J_D of all neurons, in standard deviations of the local field; unstable below 0. */
  stabilities(): Float64Array {
    const { kernels, frame, n } = this.#network;
    const state = kernels.int8(frame.state, n);
    const fields = kernels.float32(frame.fields, n);
    return Float64Array.from(state, (s, i) => s * fields[i]! + this.#selfCoupling);
  }

  /**
   * Random states of this network at its present J_D, start k with the streams of sample k: start 0 is the state that
   * this network began with. They relax in memory of their own, so that the live state stays as it is.
   * @param count number of starts, ≥ 0
   * @throws OutOfDomain when memory does not suffice
   */
  starts(count: number): StartsInput {
    const { n } = this;
    const { kernels, frame } = this.#network;
    this.#aside ??= attachNetwork({ n, kernels }, frame.couplings);
    const runs = Array.from({ length: count }, (_, k): RelaxationInput => ({
      state: randomState(n, stream(this.#seed, "initial state", n, k)),
      selfCoupling: this.#selfCoupling,
      order: stream(this.#seed, "update order", n, k),
    }));
    return { network: this.#aside, runs };
  }

  /** The present state as bits (packed.ts), into `target` where one is given. */
  packedState(target?: Uint8Array): Uint8Array {
    const { kernels, frame, n } = this.#network;
    return packState(kernels.int8(frame.state, n), target);
  }
}
