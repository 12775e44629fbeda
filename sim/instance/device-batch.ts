/**
 * @file Runs of one network on the GPU: couplings, states and what sweeps need, filled and swept in rounds. After a round
 * come back flips and unstable neurons of every sweep, and states as bits: of every sweep where cycles are looked for,
 * of the last one otherwise.
 */
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import type { DeviceBlocks, DeviceRuns, DynamicsKernels } from "../kernels/webgpu/dynamics.ts";
import { flipBound, openDynamics, RUN_BYTES } from "../kernels/webgpu/dynamics.ts";
import type { DeviceMatrix } from "../kernels/webgpu/matrix.ts";
import { createMatrix, destroyMatrix, MATRIX_TILE, paddedTo } from "../kernels/webgpu/matrix.ts";
import type { Products } from "../kernels/webgpu/products.ts";
import { openProducts } from "../kernels/webgpu/products.ts";
import { uploadCouplings } from "./device-couplings.ts";
import type { RelaxationInput } from "./dynamics.ts";
import type { Network } from "./network.ts";

/** Bits of a word. */
const WORD_BITS = 32;

/** Number of words that keys are drawn from: all of them take part in a sweep. */
const WORD_RANGE = 4294967296;

/** Most bytes of states that one round brings back. */
const MOST_REPORT_BYTES = 16 * 2 ** 20;

/** More runs than that keep no GPU busier. */
const MOST_RUNS = 1024;

/** Most sweeps of a round, and most coupling products: a GPU that shows a desktop too is not blocked for long. */
const MOST_SWEEPS = 64;
const MOST_PRODUCTS = 1e12;

/** How neurons are updated on the GPU. */
export interface DeviceUpdate {
  readonly update: "sync" | "partial" | "block";
  readonly probability: number;
  readonly blockSize: number;
}

/** What came back from a round; sweeps are counted from its first one, runs in the order in which they were loaded. */
export interface RoundReport {
  /** Flips of a run in a sweep. */
  flips(sweep: number, run: number): number;
  /** Neurons that were unstable when the sweep looked at them. */
  unstable(sweep: number, run: number): number;
  /** State of a run after a sweep as bits; after the round, unless cycles are looked for. */
  bits(sweep: number, run: number): Int8Array;
}

/** What a {@link DeviceBatch} works with. */
interface BatchParts {
  readonly couplings: DeviceMatrix;
  readonly kernels: DynamicsKernels;
  readonly products: Products;
  readonly buffers: Omit<DeviceRuns, "samples">;
  /** Only where neurons are updated in blocks. */
  readonly blocks: DeviceBlocks | undefined;
  /** Numbers of the orders of updates by their keys. */
  readonly orderNumbers: ReadonlyMap<string, number>;
  /** Frees all of it. */
  readonly free: () => void;
}

/** Runs on the GPU; free them with `close`. */
export class DeviceBatch {
  readonly #device: ComputeDevice;
  readonly #update: DeviceUpdate;
  readonly #couplings: DeviceMatrix;
  readonly #kernels: DynamicsKernels;
  readonly #products: Products;
  readonly #buffers: Omit<DeviceRuns, "samples">;
  readonly #blocks: DeviceBlocks | undefined;
  readonly #orderNumbers: ReadonlyMap<string, number>;
  readonly #free: () => void;
  #samples = 0;

  /** @internal see {@link openBatch} */
  constructor(device: ComputeDevice, update: DeviceUpdate, parts: BatchParts) {
    this.#device = device;
    this.#update = update;
    this.#couplings = parts.couplings;
    this.#kernels = parts.kernels;
    this.#products = parts.products;
    this.#buffers = parts.buffers;
    this.#blocks = parts.blocks;
    this.#orderNumbers = parts.orderNumbers;
    this.#free = parts.free;
  }

  /** Puts runs, with their present states, in the place of those before; at most as many as there is room for. */
  load(runs: readonly RelaxationInput[]): void {
    const { stride, states, runs: records } = this.#buffers;
    const values = new Float32Array(runs.length * stride);
    const words = new DataView(new ArrayBuffer(runs.length * RUN_BYTES));
    runs.forEach(({ state, selfCoupling, order }, b) => {
      values.set(state, b * stride);
      words.setFloat32(b * RUN_BYTES, flipBound(selfCoupling), true);
      const number = this.#orderNumbers.get(order.key.join()) ?? 0;
      [number, ...order.key].forEach((word, k) => words.setUint32(b * RUN_BYTES + 4 * (k + 1), word, true));
    });
    this.#device.upload(states, 0, values);
    this.#device.upload(records, 0, words);
    this.#samples = runs.length;
  }

  /** Most sweeps that a round of the loaded runs should have, at least 1. */
  get mostSweeps(): number {
    const { n, stride } = this.#buffers;
    const byProducts = MOST_PRODUCTS / (this.#samples * n * n);
    const byReport = this.#reportRoom() / (this.#samples * (2 + stride / WORD_BITS));
    return Math.max(1, Math.min(MOST_SWEEPS, Math.floor(byProducts), Math.floor(byReport)));
  }

  /**
   * Makes sweeps of all loaded runs.
   * @param first number of the first sweep, whose random words it takes
   * @param sweeps how many, from 1 to `mostSweeps`
   */
  async round(first: number, sweeps: number): Promise<RoundReport> {
    const device = this.#device;
    const samples = this.#samples;
    const batch = { ...this.#buffers, samples };
    const { report, stride } = batch;
    const runWords = stride / WORD_BITS;
    const everySweep = this.#update.update === "sync";
    const bitsStart = 2 * sweeps * samples;
    const bitsOf = (sweep: number): number => bitsStart + (everySweep ? sweep * samples * runWords : 0);
    const words = bitsOf(sweeps - 1) + samples * runWords;

    const work = device.record();
    work.clear(report, 0, 4 * bitsStart);
    if (this.#blocks !== undefined) this.#kernels.product(work, batch, this.#blocks.columns);
    for (let k = 0; k < sweeps; k++) {
      this.#sweep(work, batch, { sweep: first + k, counters: 2 * k * samples, bits: bitsOf(k) });
    }
    if (this.#blocks !== undefined) this.#kernels.pack(work, batch, bitsStart);
    work.submit();

    const found = await device.read(report, 0, 4 * words);
    const counters = new Uint32Array(found, 0, bitsStart);
    return {
      flips: (sweep, run) => counters[2 * (sweep * samples + run)]!,
      unstable: (sweep, run) => counters[2 * (sweep * samples + run) + 1]!,
      bits: (sweep, run) => new Int8Array(found, 4 * (bitsOf(sweep) + run * runWords), 4 * runWords),
    };
  }

  /** Frees everything. */
  close(): void {
    this.#free();
  }

  #reportRoom(): number {
    return this.#buffers.report.size / 4;
  }

  #sweep(
    work: ReturnType<ComputeDevice["record"]>,
    batch: DeviceRuns,
    slot: { readonly sweep: number; readonly counters: number; readonly bits: number },
  ): void {
    if (this.#blocks !== undefined) {
      this.#kernels.sweepBlocks(work, batch, this.#blocks, slot);
      return;
    }
    const { stride, samples, states, fields } = batch;
    this.#products.signed(work, {
      matrix: this.#couplings,
      states,
      statesOffset: 0,
      samples,
      out: fields,
      outOffset: 0,
      outStride: stride,
    });
    const probability = this.#update.update === "partial" ? this.#update.probability : 1;
    this.#kernels.align(work, batch, { ...slot, lastWord: Math.ceil(probability * WORD_RANGE) - 1 });
  }
}

/** Reserves a buffer that is freed with the others. */
type Allocate = (label: string, bytes: number) => Promise<GPUBuffer>;

/** Scratch of sweeps in blocks for the orders of some runs. */
async function allocateBlocks(
  allocate: Allocate,
  columns: DeviceMatrix,
  { blockSize, capacity, orders }: { blockSize: number; capacity: number; orders: number },
): Promise<DeviceBlocks> {
  const { stride } = columns;
  const size = Math.min(blockSize, columns.rows);
  return {
    columns,
    blockSize: size,
    orders,
    keys: await allocate("keys of the updates", 8 * orders),
    words: await allocate("words of the updates", 4 * stride * orders),
    order: await allocate("orders of the updates", 4 * stride * orders),
    list: await allocate("lists of flips", 4 * (1 + size) * capacity),
  };
}

/**
 * Most runs that a GPU holds at once: what fits into one binding, and no more than keep a large one busy.
 * @param device the GPU
 * @param n number of neurons
 */
export function mostRuns(device: ComputeDevice, n: number): number {
  // Lists of flips have one number more than states.
  const rows = Math.floor(device.bindingBytes / (4 * (1 + paddedTo(n))));
  return Math.max(MATRIX_TILE, Math.min(MOST_RUNS, Math.floor(rows / MATRIX_TILE) * MATRIX_TILE));
}

/** Bytes of the report of a round: of many sweeps where that is not too much. */
function reportBytes(device: ComputeDevice, runs: number, stride: number): number {
  const sweep = 4 * runs * (2 + stride / WORD_BITS);
  const wanted = Math.max(sweep, Math.min(MOST_REPORT_BYTES, MOST_SWEEPS * sweep));
  return Math.min(wanted, device.bindingBytes);
}

/**
 * Reserves room on the GPU for runs on a network and writes its couplings.
 * @param device the GPU
 * @param network its couplings
 * @param runs all that will be loaded, at most {@link mostRuns}
 * @param update how neurons are updated
 * @throws DeviceMemory when the GPU has no room for it
 */
export async function openBatch(
  device: ComputeDevice,
  network: Network,
  runs: readonly RelaxationInput[],
  update: DeviceUpdate,
): Promise<DeviceBatch> {
  const { n } = network;
  const inBlocks = update.update === "block";
  const [kernels, products] = await Promise.all([openDynamics(device), openProducts(device)]);
  const couplings = await createMatrix(device, "couplings", { rows: n, columns: n });
  const held: GPUBuffer[] = [];
  const free = (): void => {
    destroyMatrix(couplings);
    for (const buffer of held) buffer.destroy();
  };
  const allocate: Allocate = async (label, bytes) => {
    const buffer = await device.allocate(label, bytes);
    held.push(buffer);
    return buffer;
  };
  try {
    uploadCouplings(device, network, couplings, inBlocks);
    const { stride } = couplings;
    const capacity = paddedTo(runs.length);
    const keys = [...new Map(runs.map(({ order: { key } }) => [key.join(), key])).values()];
    const orders = keys.length;
    const buffers = {
      n,
      stride,
      states: await allocate("states", 4 * stride * capacity),
      fields: await allocate("fields", 4 * stride * capacity),
      runs: await allocate("runs", RUN_BYTES * capacity),
      report: await allocate("report of a round", reportBytes(device, runs.length, stride)),
    };
    const { blockSize } = update;
    const blocks = inBlocks
      ? await allocateBlocks(allocate, couplings, { blockSize, capacity, orders })
      : undefined;
    if (blocks !== undefined) device.upload(blocks.keys, 0, Uint32Array.from(keys.flat()));
    const orderNumbers = new Map(keys.map((key, k) => [key.join(), k]));
    return new DeviceBatch(device, update, {
      couplings,
      kernels,
      products,
      buffers,
      blocks,
      orderNumbers,
      free,
    });
  } catch (error) {
    free();
    throw error;
  }
}
