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
import { blockSweep, DEFAULT_BLOCK_SIZE } from "./blocks.ts";
import { CycleDetector } from "./cycles.ts";
import { MAX_NEURONS, unstableNeurons, writeState, type Network } from "./network.ts";

/**
 * Order of updates: "async" a fresh random permutation every sweep; "random" N independent picks a sweep; "sync" all
 * neurons at once; "partial" each neuron with a given probability, those chosen at once; "block" a fresh random
 * permutation every sweep, cut into blocks that are updated one after the other, the neurons of a block at once.
 */
export type UpdateOrder = "async" | "random" | "sync" | "partial" | "block";

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
  /** "block" only: neurons of a block, an integer, 1..32,000; the last block may be smaller; default 64. */
  readonly blockSize?: number;
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
  readonly blockSize: number;
}

/** One sweep; returns the flips. */
function sweepOnce(run: Run, sweep: number): number {
  const { network, selfCoupling, key, update, probability } = run;
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
    case "block":
      return blockSweep(network, run, sweep);
    default:
      update satisfies never;
      throw new OutOfDomain(`update must be async, random, sync, partial or block, got ${String(update)}`);
  }
}

/** Whether every neuron is stable with the f32 fields: after a flipless sweep of "random" or "partial" it may not be. */
function seemsStable({ network, selfCoupling }: Run): boolean {
  const { n, kernels, frame } = network;
  const state = kernels.int8(frame.state, n);
  const fields = kernels.float32(frame.fields, n);
  return state.every((s, i) => s * fields[i]! + selfCoupling >= 0);
}

/** How many neurons are updated at once. */
function together({ update, blockSize }: Run): number {
  if (update === "block") return blockSize;
  return update === "async" || update === "random" ? 1 : Infinity;
}

/**
 * Flips what the f32 fields missed, after fresh f64 fields showed unstable neurons: as many as are updated at once.
 * Returns the flips.
 */
function correct(run: Run, unstable: readonly number[]): number {
  const { network } = run;
  const missed = unstable.slice(0, together(run));
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
export function relax(network: Network, input: RelaxationInput, options: RelaxationOptions = {}): Relaxation {
  return continueRelaxation(network, input, options, { sweeps: 0, flips: 0 });
}

/**
 * Checks what {@link relax} takes, and fills in what is left out.
 * @internal
 * @param options order of updates, budget, probability and size of blocks
 * @throws OutOfDomain on an option outside what is documented
 * @source {@link RelaxationOptions}
 */
export function relaxationOptions({
  update = "async",
  budget = 2000,
  probability = 0.5,
  blockSize = DEFAULT_BLOCK_SIZE,
}: RelaxationOptions): Required<RelaxationOptions> {
  requireInside("probability", probability, { min: 0, max: 1, openMin: true });
  requireInteger("blockSize", blockSize, 1, MAX_NEURONS);
  requireInteger("budget", budget, 1, WORD_RANGE - 1);
  return { update, budget, probability, blockSize };
}

/** What a run has behind it. */
export interface Begun {
  /** Sweeps made, an integer ≥ 0, below the budget. */
  readonly sweeps: number;
  /** Flips made, an integer ≥ 0. */
  readonly flips: number;
}

/**
 * Goes on with a run that began elsewhere; states before its present one are not looked for in cycles.
 * @internal
 * @param network as for {@link relax}
 * @param input the present state, self-coupling and stream of the updates
 * @param options as for {@link relax}; the budget counts the sweeps before
 * @param begun what was done before; sweeps and flips of the result count on from there
 * @throws OutOfDomain as {@link relax}
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export function continueRelaxation(
  network: Network,
  { state, selfCoupling, order }: RelaxationInput,
  options: RelaxationOptions,
  begun: Begun,
): Relaxation {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
  const { update, budget, probability, blockSize } = relaxationOptions(options);
  writeState(network, state);
  const { n, kernels, frame } = network;
  kernels.functions.initialFields(frame.address);

  const run: Run = { network, selfCoupling, key: order.key, update, probability, blockSize };
  const cycles = update === "sync" ? new CycleDetector() : undefined;
  const view = kernels.int8(frame.state, n);
  let { flips } = begun;
  const end = (outcome: Relaxation["outcome"], sweeps: number, period: number | null = null): Relaxation => ({
    outcome,
    converged: outcome === "fixed-point",
    sweeps,
    flips,
    period,
    state: view.slice(),
  });

  for (let sweep = begun.sweeps; sweep < budget; sweep++) {
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
