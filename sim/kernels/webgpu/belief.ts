/**
 * @file Belief propagation (P18)-(P20) on the GPU: messages and moments of several runs on one network, and the work of an
 * iteration. Messages are f32; they and their sums stay on the GPU. Twin: sim/kernels/belief.ts.
 *
 * After one iteration from the same messages |u − u_twin| is at most about 1e−5·max(1, |u|) while total fields are within
 * ±10; beyond, u is steep in V_i and in the totals, whose rounding to f32 then shows.
 * Larger ones are known to 1e−7 of their size, V_{i\j} to twice that error, and u differs by what follows from it where it
 * is steep in V: a few 1e−4 of max(1, |u|) at fields of 40, where few neurons of a row still move.
 */
import type { BeliefBuffers, BeliefPanel, BeliefQuanta, CouplingColumns } from "./belief-buffers.ts";
import {
  destroyPanels,
  MOMENT_BYTES,
  MOST_RECORDS,
  NEURON_BYTES,
  quantaOf,
  reserveBuffers,
  reservePanels,
} from "./belief-buffers.ts";
import { CHUNK_COLUMNS, Control, CONTROL_WORDS } from "./belief-common.wgsl.ts";
import { momentsSource, partialsSource, recordSource } from "./belief-moments.wgsl.ts";
import { edgesSource, totalsSource, updateSource } from "./belief.wgsl.ts";
import type { ComputeDevice } from "./device.ts";
import { MATRIX_TILE, paddedTo } from "./matrix.ts";
import { parameters, type Recorder } from "./recorder.ts";
import type { Kernel } from "./source.ts";

/** Columns that are prepared and sent at a time. */
const UPLOAD_COLUMNS = 64;

/** Point of a protocol: y replicas bound to a centre by γ (P20). */
export interface BeliefPoint {
  readonly replicas: number;
  readonly bond: number;
}

/** How iterations go. */
export interface BeliefIteration extends BeliefPoint {
  /** Share of the old message, in [0, 1). */
  readonly damping: number;
  /** A run stops after an iteration that changed no magnetization by more; 0 for never. */
  readonly residual: number;
  /** Whether a run stops when the signs of its total fields are a fixed point, in f32. */
  readonly stopWhenStable: boolean;
}

/** What an iteration of a run ended with. */
export interface BeliefRecord {
  /** Neurons that break s_i h_i + J_D > 0, s the signs of the total fields; h from exact sums of couplings in f32. */
  readonly violations: number;
  /** Largest change of a magnetization. */
  readonly residual: number;
}

/** Neurons of a run as the messages say; N numbers each. */
export interface BeliefState {
  readonly totals: Float64Array;
  readonly ownMessages: Float64Array;
  readonly centreMessages: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Σ_i [log 2cosh(T_j − u_{i→j}) − log 2cosh T_j], i ≠ j. */
  readonly edges: Float64Array;
}

const kernelSources = {
  totals: totalsSource,
  update: updateSource,
  partials: partialsSource,
  moments: momentsSource,
  record: recordSource,
  edges: edgesSource,
};
type Kernels = Readonly<Record<keyof typeof kernelSources, Kernel>>;

/**
 * Messages of several runs on one network. Destroy when done.
 * @source (P18)–(P20)
 */
export class DeviceBeliefs {
  readonly n: number;
  /** Number of runs, 1..MOST_RUNS. */
  readonly runs: number;
  readonly #device: ComputeDevice;
  readonly #kernels: Kernels;
  readonly #panels: readonly BeliefPanel[];
  readonly #buffers: BeliefBuffers;
  readonly #quanta: BeliefQuanta;
  readonly #stride: number;

  /** @internal */
  constructor(
    device: ComputeDevice,
    { n, runs, quanta }: { n: number; runs: number; quanta: BeliefQuanta },
    {
      kernels,
      panels,
      buffers,
    }: { kernels: Kernels; panels: readonly BeliefPanel[]; buffers: BeliefBuffers },
  ) {
    this.n = n;
    this.runs = runs;
    this.#device = device;
    this.#kernels = kernels;
    this.#panels = panels;
    this.#buffers = buffers;
    this.#quanta = quanta;
    this.#stride = paddedTo(n);
  }

  /** @internal Sends columns, one after the other: `fill` writes column j. */
  sendCouplings(fill: (j: number, column: Float32Array) => void): void {
    this.#send(fill, ({ couplings }, offset, data) => {
      this.#device.upload(couplings, offset, data);
    });
  }

  /**
   * Starts all runs from the same messages, not yet iterating.
   * @param selfCouplings J_D ≥ 0 of each run
   * @param fill writes u_{i→j} of one j, i = 0..N−1 (zero at i = j), called for j = 0, 1, ...; returns u_{j→j}
   */
  start(selfCouplings: readonly number[], fill: (j: number, column: Float32Array) => number): void {
    const { n, runs } = this;
    const stride = this.#stride;
    const neurons = new Float32Array(4 * stride);
    const send = (j: number, column: Float32Array) => {
      neurons[4 * j + 1] = fill(j, column);
    };
    this.#send(send, ({ messages, columns }, offset, data) => {
      for (let run = 0; run < runs; run++) {
        this.#device.upload(messages, 4 * run * columns * stride + offset, data);
      }
    });
    for (let run = 0; run < runs; run++) {
      this.#device.upload(this.#buffers.neurons, NEURON_BYTES * run * stride, neurons.subarray(0, 4 * n));
    }
    const control = new ArrayBuffer(4 * CONTROL_WORDS * runs);
    const wholes = new Int32Array(control);
    const rests = new Float32Array(control);
    selfCouplings.forEach((selfCoupling, run) => {
      const { mean, mostSelfCoupling } = this.#quanta;
      const used = Math.min(selfCoupling, mostSelfCoupling);
      const whole = Math.round(used / mean);
      wholes[run * CONTROL_WORDS + Control.selfWhole] = whole;
      rests[run * CONTROL_WORDS + Control.selfRest] = used - whole * mean;
    });
    this.#device.upload(this.#buffers.control, 0, wholes);
  }

  /** Sets which runs iterate from here on, and forgets their records. */
  activate(runs: Iterable<number>): void {
    const active = new Set(runs);
    for (let run = 0; run < this.runs; run++) {
      const at = 4 * CONTROL_WORDS * run;
      const { control } = this.#buffers;
      this.#device.upload(control, at + 4 * Control.active, Uint32Array.of(Number(active.has(run))));
      this.#device.upload(control, at + 4 * Control.records, Uint32Array.of(0));
    }
  }

  /** Records work: totals and moments of the messages as they are, of the runs that iterate. */
  prepare(work: Recorder, point: BeliefPoint): void {
    const { control, neurons } = this.#buffers;
    for (const panel of this.#panels) {
      this.#dispatch(work, "totals", {
        panel,
        values: { point },
        buffers: [panel.messages, control, neurons],
        groups: [panel.own, 1, this.runs],
      });
    }
    this.#moments(work, false);
  }

  /** Records work: one iteration of the runs that iterate; at most MOST_RECORDS between two calls of `activate`. */
  iterate(work: Recorder, { damping, residual, stopWhenStable, ...point }: BeliefIteration): void {
    const { control, neurons, moments, records } = this.#buffers;
    for (const panel of this.#panels) {
      this.#dispatch(work, "update", {
        panel,
        values: { point, number: damping },
        buffers: [panel.couplings, panel.messages, control, moments, neurons],
        groups: [panel.own, 1, this.runs],
      });
    }
    this.#moments(work, true);
    this.#dispatch(work, "record", {
      values: { number: residual, compare: stopWhenStable },
      buffers: [control, records],
      groups: [1, 1, 1],
    });
  }

  /** What the runs recorded since `activate`, one list for each. */
  async records(): Promise<BeliefRecord[][]> {
    const { control, records } = this.#buffers;
    const { runs } = this;
    const counts = new Uint32Array(await this.#device.read(control, 0, 4 * CONTROL_WORDS * runs));
    const bytes = await this.#device.read(records, 0, 8 * MOST_RECORDS * runs);
    const violations = new Uint32Array(bytes);
    const residuals = new Float32Array(bytes);
    return Array.from({ length: runs }, (_, run) =>
      Array.from({ length: counts[run * CONTROL_WORDS + Control.records]! }, (_none, k) => {
        const at = 2 * (run * MOST_RECORDS + k);
        return { violations: violations[at]!, residual: residuals[at + 1]! };
      }),
    );
  }

  /** Total fields T_j of a run. */
  async totals(run: number): Promise<Float64Array> {
    const neurons = await this.#neurons(run);
    return Float64Array.from({ length: this.n }, (_, j) => neurons[4 * j]!);
  }

  /** All vectors of all runs. */
  async states(): Promise<BeliefState[]> {
    const { control, neurons, edges } = this.#buffers;
    const work = this.#device.record();
    for (const panel of this.#panels) {
      this.#dispatch(work, "edges", {
        panel,
        values: {},
        buffers: [panel.messages, control, neurons, edges],
        groups: [panel.own, 1, this.runs],
      });
    }
    work.submit();
    const states: BeliefState[] = [];
    for (let run = 0; run < this.runs; run++) states.push(await this.#state(run));
    return states;
  }

  /** Messages u_{i→j} of a run, column after column without padding; for tests and small networks. */
  async messages(run: number): Promise<Float32Array> {
    const { n } = this;
    const stride = this.#stride;
    const set = await this.#set(run);
    const all = new Float32Array(n * n);
    for (const { messages, firstColumn, columns, own } of this.#panels) {
      const offset = 4 * (set * this.runs + run) * columns * stride;
      const padded = new Float32Array(await this.#device.read(messages, offset, 4 * own * stride));
      for (let c = 0; c < own; c++) {
        all.set(padded.subarray(c * stride, c * stride + n), (firstColumn + c) * n);
      }
    }
    return all;
  }

  /** Frees everything on the GPU. */
  destroy(): void {
    destroyPanels(this.#panels);
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }

  #moments(work: Recorder, compare: boolean): void {
    const { control, neurons, partials, partialSigns, moments } = this.#buffers;
    for (const panel of this.#panels) {
      this.#dispatch(work, "partials", {
        panel,
        values: { compare },
        buffers: [panel.couplings, panel.messages, control, neurons, partials, partialSigns],
        groups: [this.#stride / MATRIX_TILE, Math.ceil(panel.own / CHUNK_COLUMNS), this.runs],
      });
    }
    this.#dispatch(work, "moments", {
      values: { compare },
      buffers: [control, neurons, partials, partialSigns, moments],
      groups: [this.#stride / MATRIX_TILE, this.runs, 1],
    });
  }

  #dispatch(work: Recorder, name: keyof Kernels, { panel, values, buffers, groups }: BeliefDispatch): void {
    const { point = { replicas: 1, bond: 0 }, compare = false, number = 0 } = values;
    const { mean, variance } = this.#quanta;
    const words = parameters([
      { u32: this.n },
      { u32: this.#stride },
      { u32: this.runs },
      { u32: Math.ceil(this.n / CHUNK_COLUMNS) },
      { u32: panel?.firstColumn ?? 0 },
      { u32: panel?.columns ?? 0 },
      { u32: Number(compare) },
      { u32: MOST_RECORDS },
      { f32: mean },
      { f32: 1 / mean },
      { f32: variance },
      { f32: 1 / variance },
      { f32: point.replicas - 1 },
      { f32: Math.min(point.bond, ENDLESS_BOND) },
      { f32: Math.tanh(point.bond) },
      { f32: number },
    ]);
    work.dispatch(this.#kernels[name], { buffers, parameters: words, groups });
  }

  #send(
    fill: (j: number, column: Float32Array) => void,
    write: (panel: BeliefPanel, offset: number, data: Float32Array<ArrayBuffer>) => void,
  ): void {
    const stride = this.#stride;
    for (const panel of this.#panels) {
      for (let first = 0; first < panel.own; first += UPLOAD_COLUMNS) {
        const count = Math.min(UPLOAD_COLUMNS, panel.own - first);
        const block = new Float32Array(count * stride);
        for (let c = 0; c < count; c++) {
          fill(panel.firstColumn + first + c, block.subarray(c * stride, c * stride + this.n));
        }
        write(panel, 4 * first * stride, block);
      }
    }
  }

  /** In which of its two sets a run is. */
  async #set(run: number): Promise<number> {
    const at = 4 * (run * CONTROL_WORDS + Control.steps);
    return new Uint32Array(await this.#device.read(this.#buffers.control, at, 4))[0]! & 1;
  }

  async #neurons(run: number): Promise<Float32Array> {
    const set = await this.#set(run);
    const at = NEURON_BYTES * (set * this.runs + run) * this.#stride;
    return new Float32Array(await this.#device.read(this.#buffers.neurons, at, NEURON_BYTES * this.n));
  }

  async #state(run: number): Promise<BeliefState> {
    const { n } = this;
    const neurons = await this.#neurons(run);
    const offset = run * this.#stride;
    const bytes = await this.#device.read(this.#buffers.moments, MOMENT_BYTES * offset, MOMENT_BYTES * n);
    const wholes = new Int32Array(bytes);
    const rests = new Float32Array(bytes);
    const edges = new Float32Array(await this.#device.read(this.#buffers.edges, 4 * offset, 4 * n));
    const vector = (value: (j: number) => number) => Float64Array.from({ length: n }, (_, j) => value(j));
    const { mean, variance } = this.#quanta;
    return {
      totals: vector((j) => neurons[4 * j]!),
      ownMessages: vector((j) => neurons[4 * j + 1]!),
      centreMessages: vector((j) => neurons[4 * j + 2]!),
      means: vector((j) => mean * wholes[4 * j]! + rests[4 * j + 1]!),
      variances: vector((j) => variance * wholes[4 * j + 2]! + rests[4 * j + 3]!),
      edges: Float64Array.from(edges),
    };
  }
}

/** A bond that the kernels take for γ = ∞; f32 has no parameter ∞ that drivers may not optimize away. */
const ENDLESS_BOND = 2e30;

interface BeliefDispatch {
  readonly panel?: BeliefPanel;
  readonly values: { readonly point?: BeliefPoint; readonly compare?: boolean; readonly number?: number };
  readonly buffers: readonly GPUBuffer[];
  readonly groups: readonly [number, number, number];
}

/**
 * Reserves messages for runs on a network and sends its couplings; `start` gives the messages.
 * @param couplings the network; read once
 * @param runs number of runs, an integer, 1..MOST_RUNS
 * @throws DeviceMemory when the GPU has no room; DeviceLost when it is gone
 * @source (P18)–(P20)
 */
export async function createDeviceBeliefs(
  device: ComputeDevice,
  couplings: CouplingColumns,
  runs: number,
): Promise<DeviceBeliefs> {
  const { n, column } = couplings;
  const panels = await reservePanels(device, n, runs);
  try {
    const made = { panels, kernels: await compile(device), buffers: await reserveBuffers(device, n, runs) };
    const beliefs = new DeviceBeliefs(device, { n, runs, quanta: quantaOf(couplings) }, made);
    beliefs.sendCouplings((j, into) => {
      into.set(column(j));
    });
    return beliefs;
  } catch (error) {
    destroyPanels(panels);
    throw error;
  }
}

async function compile(device: ComputeDevice): Promise<Kernels> {
  const names = Object.keys(kernelSources) as (keyof Kernels)[];
  const compiled = names.map(async (name) => [name, await device.kernel(kernelSources[name])] as const);
  return Object.fromEntries(await Promise.all(compiled)) as Kernels;
}
