/**
 * @file Zero-temperature dynamics of many states of one network at once, on the GPU, with the outcomes of `relax`. The GPU
 * sweeps in f32; whatever it takes for a fixed point is verified here in f64, and a run that is none goes on here.
 */
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { CycleDetector } from "./cycles.ts";
import type { DeviceBatch, DeviceUpdate, RoundReport } from "./device-batch.ts";
import { mostRuns, openBatch } from "./device-batch.ts";
import type { Relaxation, RelaxationInput, RelaxationOptions } from "./dynamics.ts";
import { continueRelaxation, relaxationOptions } from "./dynamics.ts";
import type { Network } from "./network.ts";
import { unstableNeurons, writeState } from "./network.ts";

/** How runs on the GPU go: as {@link RelaxationOptions}, in an order in which neurons are updated together. */
export interface DeviceRelaxationOptions extends RelaxationOptions {
  /** Order of updates; default "sync". */
  readonly update?: DeviceUpdate["update"];
}

type Settings = Required<RelaxationOptions> & DeviceUpdate;

/** Sweeps of the first round; later rounds have a quarter of the sweeps made so far. */
const FIRST_ROUND = 8;
const ROUND_SHARE = 0.25;

/** A run in progress. */
class DeviceRun {
  readonly index: number;
  readonly input: RelaxationInput;
  readonly #cycles: CycleDetector | undefined;
  /** The present state as bits; before the first round there are none. */
  #bits: Int8Array | undefined;
  #flips = 0;

  constructor(index: number, input: RelaxationInput, { update }: Settings) {
    this.index = index;
    this.input = input;
    this.#cycles = update === "sync" ? new CycleDetector() : undefined;
  }

  /** The run from its present state on. */
  get present(): RelaxationInput {
    const bits = this.#bits;
    if (bits === undefined) return this.input;
    const state = new Int8Array(this.input.state.length);
    for (let i = 0; i < state.length; i++) state[i] = (bits[i >> 3]! >> (i & 7)) & 1 ? 1 : -1;
    return { ...this.input, state };
  }

  /** Takes in a round, whose runs are numbered; returns how the run ended in it, if it did. */
  follow(round: Round, number: number): Relaxation | undefined {
    const { network, settings, first, sweeps, report } = round;
    for (let k = 0; k < sweeps; k++) {
      this.#flips += report.flips(k, number);
      // After such a sweep nothing moves any more: the state may be that of any later sweep.
      if (report.flips(k, number) === 0 && report.unstable(k, number) === 0) {
        this.#bits = report.bits(k, number);
        return this.#settle(network, settings, first + k);
      }
      if (this.#cycles === undefined) continue;
      this.#bits = report.bits(k, number);
      const period = this.#cycles.visit(this.#bits);
      if (period !== undefined) return this.end("cycle", first + k + 1, period);
    }
    this.#bits = report.bits(sweeps - 1, number);
    return undefined;
  }

  end(outcome: Relaxation["outcome"], sweeps: number, period: number | null = null): Relaxation {
    const converged = outcome === "fixed-point";
    return { outcome, converged, sweeps, flips: this.#flips, period, state: this.present.state.slice() };
  }

  /** A state that is at rest in f32; where f64 says that it is not, the run goes on with fields that follow it. */
  #settle(network: Network, settings: Settings, sweep: number): Relaxation {
    writeState(network, this.present.state);
    if (unstableNeurons(network, this.input.selfCoupling).length === 0) {
      return this.end("fixed-point", sweep + 1);
    }
    return continueRelaxation(network, this.present, settings, { sweeps: sweep, flips: this.#flips });
  }
}

/** A round that is over. */
interface Round {
  readonly network: Network;
  readonly settings: Settings;
  /** Number of its first sweep. */
  readonly first: number;
  readonly sweeps: number;
  readonly report: RoundReport;
}

/** Runs until all have ended; the results in the order of the runs. */
async function finishRuns(
  network: Network,
  batch: DeviceBatch,
  runs: readonly RelaxationInput[],
  settings: Settings,
): Promise<Relaxation[]> {
  const results: Relaxation[] = [];
  const { budget } = settings;
  let active = runs.map((input, index) => new DeviceRun(index, input, settings));
  let loaded = 0;
  for (let first = 0; first < budget && active.length > 0;) {
    if (active.length !== loaded) batch.load(active.map(({ present }) => present));
    loaded = active.length;
    const wanted = Math.max(FIRST_ROUND, Math.floor(first * ROUND_SHARE));
    const sweeps = Math.min(wanted, batch.mostSweeps, budget - first);
    const round = { network, settings, first, sweeps, report: await batch.round(first, sweeps) };
    active = active.filter((run, number) => {
      const ended = run.follow(round, number);
      if (ended !== undefined) results[run.index] = ended;
      return ended === undefined;
    });
    first += sweeps;
  }
  for (const run of active) results[run.index] = run.end("budget", budget);
  return results;
}

function requireRuns({ n }: Network, runs: readonly RelaxationInput[]): void {
  for (const { state, selfCoupling } of runs) {
    requireInside("selfCoupling", selfCoupling, { min: 0, max: Number.MAX_VALUE });
    if (state.length !== n || !state.every((s) => s === 1 || s === -1)) {
      throw new OutOfDomain(`state must hold n = ${n} entries, each 1 or -1, got length ${state.length}`);
    }
  }
}

/**
 * Runs zero-temperature dynamics from many states of one network at once, on the GPU. Sweeps, flips, outcome and state
 * are those of `relax` with the same input, up to decisions as close as the rounding of f32 fields: identical wherever
 * sums of couplings are exact in f32.
 * @param device the GPU
 * @param network couplings; state and fields in its kernel memory are overwritten, and must not be used while this runs
 * @param runs states, each with its own self-coupling and stream of updates
 * @param options order of updates ("sync", "partial" or "block") and budget
 * @returns one result for each run, in their order; fixed points are verified in f64, cycles as `relax` finds them
 * @throws OutOfDomain on a self-coupling, state or option outside what `relax` takes
 * @throws DeviceMemory when the GPU has no room; DeviceLost when it is gone
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export async function relaxOnDevice(
  device: ComputeDevice,
  network: Network,
  runs: readonly RelaxationInput[],
  { update = "sync", ...options }: DeviceRelaxationOptions = {},
): Promise<Relaxation[]> {
  const settings = { ...relaxationOptions(options), update };
  if (!["sync", "partial", "block"].includes(update)) {
    throw new OutOfDomain(`update on a GPU must be sync, partial or block, got ${String(update)}`);
  }
  requireRuns(network, runs);
  const size = mostRuns(device, network.n);
  const results: Relaxation[] = [];
  for (let first = 0; first < runs.length; first += size) {
    const part = runs.slice(first, first + size);
    const batch = await openBatch(device, network, part, settings);
    try {
      results.push(...(await finishRuns(network, batch, part, settings)));
    } finally {
      batch.close();
    }
  }
  return results;
}
