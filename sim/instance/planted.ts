/**
 * @file A network with a planted typical fixed point: couplings drawn under the condition that a given state is one.
 * As quenched and annealed entropy agree (P5), around the planted state such a network is like a random network around
 * one of its own fixed points chosen uniformly, at sizes far beyond enumeration.
 */
import { requireInside } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";
import { localFields, type Network } from "./network.ts";

/** A normal number by Box and Muller. */
const normal = (words: RandomWords): number =>
  Math.sqrt(-2 * Math.log(words.uniform())) * Math.cos(2 * Math.PI * words.uniform());

/** A normal number of the given standard deviation under the condition that it exceeds −selfCoupling ≤ 0. */
function truncatedNormal(words: RandomWords, deviation: number, selfCoupling: number): number {
  for (;;) {
    const value = deviation * normal(words);
    if (value + selfCoupling > 0) return value;
  }
}

/**
 * Turns a random network into one drawn under the condition that `state` is a fixed point at J_D (P1). Row i is Gaussian,
 * so that its part along the state, s_i h_i, is drawn afresh from its law cut off at −J_D and the rest is kept.
 * @param network couplings as drawn by `sampleNetwork`; changed
 * @param reference the state, N entries ±1, that becomes a fixed point, and the self-coupling J_D ≥ 0, in standard
 *   deviations of the local field
 * @param words random words
 * @throws OutOfDomain on a state or a self-coupling outside what is documented
 * @source (P1); Gaussian law of row i conditioned on s_i h_i > −J_D
 */
export function plantFixedPoint(
  network: Network,
  { state, selfCoupling }: { readonly state: Int8Array; readonly selfCoupling: number },
  words: RandomWords,
): void {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  const { n, kernels, frame } = network;
  const deviation = Math.sqrt((n - 1) / n);
  const shifts = localFields(network, state).map((field, i) => {
    const aligned = truncatedNormal(words, deviation, selfCoupling);
    return (state[i]! * aligned - field) / (n - 1);
  });
  for (let j = 0; j < n; j++) {
    const column = kernels.float32(frame.couplings + 4 * j * frame.stride, n);
    for (let i = 0; i < n; i++) if (i !== j) column[i] = column[i]! + shifts[i]! * state[j]!;
  }
}
