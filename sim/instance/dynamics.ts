/**
 * @file Zero-temperature dynamics of one network: sweeps s_i ← sgn(h_i + J_D s_i) until a fixed point, a cycle or the
 * end of the budget.
 *
 * A neuron flips if and only if s_i h_i + J_D < 0; at a tie it stays. Sweeps work on f32 fields, whose rounding errors
 * (10⁻⁶ to 10⁻⁵) can decide a step that is as close as that; in chaotic runs of very many sweeps the trajectory then parts
 * from that of exact arithmetic. Fixed points do not depend on it: before a state is called one, all fields are summed
 * afresh in f64, and no neuron may be unstable with those.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import type { Stream } from "../random.ts";
import { CycleDetector } from "./cycles.ts";
import { unstableNeurons, writeState, type Network } from "./network.ts";

/**
 * Order of updates: "async" a fresh random permutation every sweep; "random" N independent picks a sweep; "sync" all
 * neurons at once; "partial" each neuron with a given probability, those chosen at once.
 */
export type UpdateOrder = "async" | "random" | "sync" | "partial";

/** Where a run starts. */
export interface RelaxationInput {
  /** Initial state, N entries ±1; not changed. */
  readonly state: Int8Array;
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Stream of the update order; sweep t draws from its substream t. Not used by "sync". */
  readonly order: Stream;
}

/** How a run goes. */
export interface RelaxationOptions {
  /** Order of updates; default "async". */
  readonly update?: UpdateOrder;
  /** Most sweeps, 1..2³²−1; default 2000. */
  readonly budget?: number;
  /** "partial" only: probability in (0, 1] that a neuron takes part in a sweep; default 0.5. */
  readonly probability?: number;
}

/** How a run ended. */
export interface Relaxation {
  readonly outcome: "fixed-point" | "cycle" | "budget";
  /** Whether the outcome is a fixed point. */
  readonly converged: boolean;
  /** Sweeps made; at a fixed point the last, flipless one included. */
  readonly sweeps: number;
  /** Flips made. */
  readonly flips: number;
  /** Length of the cycle in sweeps; null unless the outcome is "cycle", which only "sync" can have. */
  readonly period: number | null;
  /** Final state. */
  readonly state: Int8Array;
}

/** 2³²: the range of the random word that decides whether a neuron takes part. */
const WORD_RANGE = 4294967296;

/** Sweeps after which f32 fields are summed afresh: rounding errors stay below 10⁻⁴ at a cost below 1 % of a run. */
const REFRESH_SWEEPS = 1024;

/**
 * Sums the f32 fields afresh where that is due, so that whoever sweeps a network stays on the trajectory of {@link relax}.
 * @internal
 * @param network with its state in kernel memory
 * @param sweeps number of sweeps made so far, ≥ 1
 * @source rounding of f32 sums: refreshed every 1024 sweeps
 */
export function refreshFields({ kernels, frame }: Network, sweeps: number): void {
  if (sweeps % REFRESH_SWEEPS === 0) kernels.functions.initialFields(frame.address);
}

/**
 * Flips neurons that the f32 fields missed, after {@link unstableNeurons} has left fresh f64 fields.
 * @internal
 * @param network with its state in kernel memory
 * @param missed indices of neurons, each in 0..N−1
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export function flipMissed({ kernels, frame }: Network, missed: readonly number[]): void {
  kernels.float32(frame.fields, frame.stride).set(kernels.float64(frame.exactFields, frame.stride));
  for (const neuron of missed) kernels.functions.flip(frame.address, neuron);
}

/** A run in progress: the network with the state in kernel memory. */
interface Run {
  readonly network: Network;
  readonly selfCoupling: number;
  readonly key: readonly [number, number];
  readonly update: UpdateOrder;
  readonly probability: number;
}

/** One sweep; returns the flips. */
function sweepOnce({ network, selfCoupling, key, update, probability }: Run, sweep: number): number {
  const { functions } = network.kernels;
  const { address } = network.frame;
  switch (update) {
    case "async":
      return functions.permutationSweep(address, selfCoupling, ...key, sweep);
    case "random":
      return functions.randomSweep(address, selfCoupling, ...key, sweep);
    case "sync":
      return functions.parallelSweep(address, selfCoupling, WORD_RANGE, ...key, sweep);
    case "partial":
      return functions.parallelSweep(address, selfCoupling, probability * WORD_RANGE, ...key, sweep);
    default:
      update satisfies never;
      throw new OutOfDomain(`update must be async, random, sync or partial, got ${String(update)}`);
  }
}

/** Whether every neuron is stable with the f32 fields: after a flipless sweep of "random" or "partial" it may not be. */
function seemsStable({ network, selfCoupling }: Run): boolean {
  const { n, kernels, frame } = network;
  const state = kernels.int8(frame.state, n);
  const fields = kernels.float32(frame.fields, n);
  return state.every((s, i) => s * fields[i]! + selfCoupling >= 0);
}

/**
 * Flips what the f32 fields missed, after fresh f64 fields showed unstable neurons: the first one where neurons are
 * updated in turn, all of them where they are updated at once. Returns the flips.
 */
function correct({ network, update }: Run, unstable: readonly number[]): number {
  const missed = update === "async" || update === "random" ? unstable.slice(0, 1) : unstable;
  flipMissed(network, missed);
  return missed.length;
}

/**
 * Runs zero-temperature dynamics from a state.
 * @param network couplings; state and fields in its kernel memory are overwritten
 * @param input state, self-coupling and stream of the updates; see {@link RelaxationInput}
 * @param options order of updates and budget; see {@link RelaxationOptions}
 * @returns outcome, sweeps, flips and the final state. A fixed point is verified in f64; a cycle by coming back to the
 *   same state after `period` more sweeps. A tie s_i h_i + J_D = 0 (probability zero) counts as stable.
 * @throws OutOfDomain on a self-coupling below 0, a budget, probability or state outside what is documented
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export function relax(
  network: Network,
  { state, selfCoupling, order }: RelaxationInput,
  { update = "async", budget = 2000, probability = 0.5 }: RelaxationOptions = {},
): Relaxation {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  requireInside("probability", probability, { min: 0, max: 1, openMin: true });
  requireInteger("budget", budget, 1, WORD_RANGE - 1);
  writeState(network, state);
  const { n, kernels, frame } = network;
  kernels.functions.initialFields(frame.address);

  const run: Run = { network, selfCoupling, key: order.key, update, probability };
  const cycles = update === "sync" ? new CycleDetector() : undefined;
  const view = kernels.int8(frame.state, n);
  let flips = 0;
  const end = (outcome: Relaxation["outcome"], sweeps: number, period: number | null = null): Relaxation => ({
    outcome,
    converged: outcome === "fixed-point",
    sweeps,
    flips,
    period,
    state: view.slice(),
  });

  for (let sweep = 0; sweep < budget; sweep++) {
    const flipped = sweepOnce(run, sweep);
    flips += flipped;
    if (flipped === 0 && seemsStable(run)) {
      const unstable = unstableNeurons(network, selfCoupling);
      if (unstable.length === 0) return end("fixed-point", sweep + 1);
      flips += correct(run, unstable);
    }
    const period = cycles?.visit(view);
    if (period !== undefined) return end("cycle", sweep + 1, period);
    refreshFields(network, sweep + 1);
  }
  return end("budget", budget);
}
