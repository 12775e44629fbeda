/**
 * @file What surrounds one fixed point of one network: how stable its neurons are, which flips of a single neuron lead
 * to other fixed points, and random walks over fixed points that such flips join.
 *
 * All of it works on fields in f64 over the f32 couplings; sums of these are nearly always exact there.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";
import { couplingColumn, localFields, unstableNeurons, writeState, type Network } from "./network.ts";

/** A state of a network and the self-coupling at which it is looked at. */
export interface StateAt {
  /** N entries ±1. */
  readonly state: Int8Array;
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
}

/** Most steps of a walk. */
const mostSteps = 1e9;

/**
 * Stabilities s_i h_i + J_D, by which neuron i holds its state (P1): all positive at a fixed point.
 * @param network the state in its kernel memory is overwritten
 * @param at the state and its J_D; not changed
 * @returns N numbers, in standard deviations of the local field
 * @throws OutOfDomain on a state or a self-coupling outside what is documented
 */
export function stabilities(network: Network, { state, selfCoupling }: StateAt): Float64Array {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  return localFields(network, state).map((field, i) => state[i]! * field + selfCoupling);
}

/** A fixed point with its local fields, moved along by flips. */
class Position {
  readonly state: Int8Array;
  readonly #fields: Float64Array;
  readonly #selfCoupling: number;
  readonly #columns: readonly Float32Array[];
  readonly #largestCoupling: number;

  /** @throws OutOfDomain unless the state is a fixed point */
  constructor(network: Network, { state, selfCoupling }: StateAt) {
    requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
    this.#fields = localFields(network, state);
    this.state = state.slice();
    this.#selfCoupling = selfCoupling;
    const unstable = this.#stabilities().findIndex((stability) => stability <= 0);
    if (unstable >= 0) {
      throw new OutOfDomain(
        `state must be a fixed point at selfCoupling ${selfCoupling}, neuron ${unstable} is unstable`,
      );
    }
    this.#columns = Array.from(state, (_, j) => couplingColumn(network, j));
    this.#largestCoupling = this.#columns.reduce(
      (largest, column) => column.reduce((sofar, coupling) => Math.max(sofar, Math.abs(coupling)), largest),
      0,
    );
  }

  #stabilities(): Float64Array {
    return this.#fields.map((field, i) => this.state[i]! * field + this.#selfCoupling);
  }

  /**
   * Neurons whose flip leads to another fixed point, ascending. A flip of j leaves its own field as it is, so that j is
   * stable on both sides only if |h_j| < J_D, and takes 2 s_k s_j J_kj from the stability of every other neuron k.
   */
  allowedFlips(): number[] {
    const { state } = this;
    const stability = this.#stabilities();
    // Only these can lose their stability by one flip; the weakest come first, since they forbid most flips.
    const weak = Array.from(stability.keys())
      .filter((k) => stability[k]! <= 2 * this.#largestCoupling)
      .sort((a, b) => stability[a]! - stability[b]!);
    const allowed: number[] = [];
    for (let j = 0; j < state.length; j++) {
      if (!(state[j]! * this.#fields[j]! < this.#selfCoupling)) continue;
      const column = this.#columns[j]!;
      const loss = 2 * state[j]!;
      // Neuron j itself passes: the diagonal of the couplings is 0.
      if (weak.every((k) => stability[k]! > loss * state[k]! * column[k]!)) allowed.push(j);
    }
    return allowed;
  }

  flip(j: number): void {
    this.state[j] = -this.state[j]!;
    const change = 2 * this.state[j]!;
    const column = this.#columns[j]!;
    for (let k = 0; k < column.length; k++) this.#fields[k]! += change * column[k]!;
  }
}

/**
 * Neurons whose flip alone leads from a fixed point to another one: the neighbours of the fixed point in the graph that
 * joins fixed points at Hamming distance 1. Costs N² at most, and much less
 * where most flips are forbidden.
 * @param network the state in its kernel memory is overwritten
 * @param fixedPoint the fixed point and its J_D; not changed
 * @returns indices 0..N−1, ascending
 * @throws OutOfDomain unless the state is a fixed point at J_D ≥ 0
 * @source (P1) at Hamming distance 1
 */
export function allowedFlips(network: Network, fixedPoint: StateAt): number[] {
  return new Position(network, fixedPoint).allowedFlips();
}

/** A random walk over fixed points joined by flips of one neuron. */
export interface FixedPointWalk {
  /** Number of neurons that differ from the start, after 0..steps steps. */
  readonly distances: Uint32Array;
  /** Number of allowed flips of the state reached, after 0..steps steps. */
  readonly allowed: Uint32Array;
  /**
   * Whether the start has no allowed flip: then the walk stays there. No later state is stuck, since the flip back to
   * the one before is allowed.
   */
  readonly stuck: boolean;
  /** Final state; verified to be a fixed point with fields summed afresh. */
  readonly state: Int8Array;
}

/**
 * Walks over fixed points: each step flips a neuron drawn uniformly from the allowed ones ({@link allowedFlips}). After
 * many steps a fixed point of the connected part is met in proportion to its number of allowed flips.
 * @param network the state in its kernel memory is overwritten
 * @param fixedPoint where the walk starts; not changed
 * @param words random words, one or more a step
 * @param options steps: number of steps, an integer, 1..10⁹
 * @throws OutOfDomain unless the start is a fixed point at J_D ≥ 0 and steps is in range
 * @source simple random walk on the graph of {@link allowedFlips}, which is stationary in proportion to the
 *   degree
 */
export function walkFixedPoints(
  network: Network,
  fixedPoint: StateAt,
  words: RandomWords,
  { steps }: { readonly steps: number },
): FixedPointWalk {
  requireInteger("steps", steps, 1, mostSteps);
  const position = new Position(network, fixedPoint);
  const distances = new Uint32Array(steps + 1);
  const allowed = new Uint32Array(steps + 1);
  let candidates = position.allowedFlips();
  const stuck = candidates.length === 0;
  allowed[0] = candidates.length;
  for (let step = 1; step <= steps && !stuck; step++) {
    const neuron = candidates[words.below(candidates.length)]!;
    position.flip(neuron);
    const away = position.state[neuron] !== fixedPoint.state[neuron];
    distances[step] = distances[step - 1]! + (away ? 1 : -1);
    candidates = position.allowedFlips();
    allowed[step] = candidates.length;
  }
  writeState(network, position.state);
  const unstable = unstableNeurons(network, fixedPoint.selfCoupling);
  if (unstable.length > 0)
    throw new Error(`internal: walk ended with unstable neurons ${unstable.join(", ")}`);
  return { distances, allowed, stuck, state: position.state };
}
