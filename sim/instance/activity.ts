/**
 * @file Activity of one network: the flips of every sweep under `random` updates, whether or not a fixed point is reached.
 * Each of the N picks of a sweep is independent, so for N → ∞ the updates of a neuron are those of a clock of rate one.
 */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { refreshFields, type RelaxationInput } from "./dynamics.ts";
import { writeState, type Network } from "./network.ts";

/** Most sweeps of a record. */
const mostSweeps = 1e6;

/**
 * Flips of every sweep of zero-temperature dynamics with N independent picks a sweep, for a given number of sweeps.
 * @param network couplings; state and fields in its kernel memory are overwritten
 * @param input state, self-coupling and stream of the updates; see {@link RelaxationInput}
 * @param options sweeps: number of sweeps, an integer, 1..10⁶
 * @returns flips of sweep 1, 2, …, numbers of neurons; zeros from a fixed point on
 * @throws OutOfDomain on a self-coupling below 0, or sweeps or a state outside what is documented
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export function flipsOfSweeps(
  network: Network,
  { state, selfCoupling, order }: RelaxationInput,
  { sweeps }: { readonly sweeps: number },
): number[] {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  requireInteger("sweeps", sweeps, 1, mostSweeps);
  writeState(network, state);
  const { kernels, frame } = network;
  kernels.functions.initialFields(frame.address);
  return Array.from({ length: sweeps }, (_, sweep) => {
    const flips = kernels.functions.randomSweep(frame.address, selfCoupling, ...order.key, sweep);
    refreshFields(network, sweep + 1);
    return flips;
  });
}
