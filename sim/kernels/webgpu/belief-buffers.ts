/**
 * @file Where messages of belief propagation lie on the GPU: panels of columns of couplings and messages, and vectors of the
 * neurons of each run.
 */
import { VARIANCE_FLOOR } from "../belief.ts";
import { CHUNK_COLUMNS, CONTROL_WORDS } from "./belief-common.wgsl.ts";
import type { ComputeDevice } from "./device.ts";
import { DeviceMemory } from "./errors.ts";
import { MATRIX_TILE, paddedTo } from "./matrix.ts";

/** Most iterations between two looks of the host. */
export const MOST_RECORDS = 32;

/** Whole parts use up to this many bits, so that sums and a share more fit into i32. */
const WHOLE_BITS = 30;

/** J_D beyond this many times the largest field changes nothing in f32: Φ(7) is 1. */
const LARGEST_SELF_COUPLING = 8;

/** Bytes of a neuron, of its moments (or a partial sum of them), and of a partial sum of fields of signs. */
export const NEURON_BYTES = 16;
export const MOMENT_BYTES = 16;
const SIGN_BYTES = 8;

/** A network as the GPU is given it. */
export interface CouplingColumns {
  /** Number of neurons N. */
  readonly n: number;
  /** J_ij of one j, i = 0..N−1; zero at i = j. */
  readonly column: (j: number) => Float32Array;
}

/** Columns of couplings and messages in buffers of their own. */
export interface BeliefPanel {
  readonly firstColumn: number;
  /** Columns with padding, a multiple of MATRIX_TILE. */
  readonly columns: number;
  /** Those that are neurons. */
  readonly own: number;
  readonly couplings: GPUBuffer;
  readonly messages: GPUBuffer;
}

/** Units of the whole parts; powers of two. */
export interface BeliefQuanta {
  readonly mean: number;
  readonly variance: number;
  /** J_D beyond which it changes nothing. */
  readonly mostSelfCoupling: number;
}

const bufferNames = [
  "control",
  "neurons",
  "moments",
  "partials",
  "partialSigns",
  "records",
  "edges",
] as const;
export type BeliefBuffers = Readonly<Record<(typeof bufferNames)[number], GPUBuffer>>;

/** Bytes of the two sets of messages of `runs` runs on n neurons, and of the couplings. */
export const beliefBytes = (n: number, runs: number): number => 4 * (2 * runs + 1) * paddedTo(n) ** 2;

export function quantaOf({ n, column }: CouplingColumns): BeliefQuanta {
  const sizes = new Float64Array(n);
  const squares = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const couplings = column(j);
    for (let i = 0; i < n; i++) {
      sizes[i]! += Math.abs(couplings[i]!);
      squares[i]! += couplings[i]! * couplings[i]!;
    }
  }
  const largest = sizes.reduce((a, b) => Math.max(a, b), Math.sqrt(VARIANCE_FLOOR));
  const mostSelfCoupling = LARGEST_SELF_COUPLING * largest;
  const unit = (bound: number) => 2 ** (Math.ceil(Math.log2(bound)) - WHOLE_BITS);
  // J_D, a field, and a coupling twice: on top of it, and with the field without it.
  const mean = unit(mostSelfCoupling + 3 * largest);
  const variance = unit(2 * squares.reduce((a, b) => Math.max(a, b), VARIANCE_FLOOR));
  return { mean, variance, mostSelfCoupling };
}

export async function reservePanels(device: ComputeDevice, n: number, runs: number): Promise<BeliefPanel[]> {
  const stride = paddedTo(n);
  const bytes = 8 * runs * stride;
  const most = Math.floor(device.bindingBytes / (bytes * MATRIX_TILE)) * MATRIX_TILE;
  if (most === 0) {
    throw new DeviceMemory(
      `messages need ${bytes * MATRIX_TILE} bytes in one piece on the GPU, ${device.bindingBytes} allowed`,
    );
  }
  const panels: BeliefPanel[] = [];
  try {
    for (let firstColumn = 0; firstColumn < n; firstColumn += most) {
      const columns = Math.min(most, paddedTo(n - firstColumn));
      const couplings = await device.allocate("couplings", 4 * columns * stride);
      const own = Math.min(columns, n - firstColumn);
      const panel = { firstColumn, columns, own, couplings };
      try {
        panels.push({ ...panel, messages: await device.allocate("messages", columns * bytes) });
      } catch (error) {
        couplings.destroy();
        throw error;
      }
    }
  } catch (error) {
    destroyPanels(panels);
    throw error;
  }
  return panels;
}

export function destroyPanels(panels: readonly BeliefPanel[]): void {
  for (const { couplings, messages } of panels) {
    couplings.destroy();
    messages.destroy();
  }
}

export async function reserveBuffers(device: ComputeDevice, n: number, runs: number): Promise<BeliefBuffers> {
  const stride = paddedTo(n);
  const partials = runs * Math.ceil(n / CHUNK_COLUMNS) * stride;
  const bytes = {
    control: 4 * CONTROL_WORDS * runs,
    neurons: 2 * NEURON_BYTES * runs * stride,
    moments: MOMENT_BYTES * runs * stride,
    partials: MOMENT_BYTES * partials,
    partialSigns: SIGN_BYTES * partials,
    records: 8 * MOST_RECORDS * runs,
    edges: 4 * runs * stride,
  };
  const made: Partial<Record<keyof BeliefBuffers, GPUBuffer>> = {};
  try {
    for (const name of bufferNames) made[name] = await device.allocate(`beliefs: ${name}`, bytes[name]);
  } catch (error) {
    for (const buffer of Object.values(made)) buffer.destroy();
    throw error;
  }
  return made as BeliefBuffers;
}
