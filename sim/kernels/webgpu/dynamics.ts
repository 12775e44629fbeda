/**
 * @file Sweeps of zero-temperature dynamics on the GPU, of many runs on one network at once: all or some neurons at once
 * from a fresh product, or blocks of neurons one after the other. Everything is recorded, nothing waits.
 */
import type { ComputeDevice } from "./device.ts";
import {
  ALIGN_THREADS,
  alignSource,
  blockSource,
  COLUMN_THREADS,
  columnProductSource,
  columnsSource,
  orderSource,
  packSource,
  PRODUCT_RUNS,
  wordsSource,
} from "./dynamics.wgsl.ts";
import type { DeviceMatrix } from "./matrix.ts";
import type { Recorder } from "./recorder.ts";
import { parameters } from "./recorder.ts";
import type { Kernel, KernelSource } from "./source.ts";

export { RUN_BYTES } from "./dynamics.wgsl.ts";

/** Runs on the GPU; buffers have room for a multiple of 64 of them. */
export interface DeviceRuns {
  /** Number of neurons N. */
  readonly n: number;
  /** Floats from run to run: N with padding, a multiple of 64. */
  readonly stride: number;
  /** Number of runs. */
  readonly samples: number;
  /** f32 ±1, and 0 in the padding. */
  readonly states: GPUBuffer;
  /** Local fields, f32. */
  readonly fields: GPUBuffer;
  /** A record of RUN_BYTES for each run: bound as f32 (see {@link flipBound}), number of its order, key. */
  readonly runs: GPUBuffer;
  /** Counters and states as bits, u32. */
  readonly report: GPUBuffer;
}

/** What sweeps in blocks need besides. */
export interface DeviceBlocks {
  /** Columns of the couplings as rows of a matrix, f32. */
  readonly columns: DeviceMatrix;
  /** Neurons of a block. */
  readonly blockSize: number;
  /** Number of different orders of updates. */
  readonly orders: number;
  /** Their keys, two u32 each. */
  readonly keys: GPUBuffer;
  /** Scratch: random words, u32, `stride` for each order. */
  readonly words: GPUBuffer;
  /** Scratch: neurons in their order, u32, `stride` for each order. */
  readonly order: GPUBuffer;
  /** Scratch: flipped neurons, u32, 1 + blockSize for each run. */
  readonly list: GPUBuffer;
}

/** A sweep and where its results go. */
export interface SweepSlot {
  /** Number of the sweep, whose random words it takes, 0..2³²−1. */
  readonly sweep: number;
  /** Place in the report of flips and unstable neurons of each run, in words; they are added to what is there. */
  readonly counters: number;
}

/** The kernels of dynamics. */
export interface DynamicsKernels {
  /**
   * New states of all neurons whose random word is at most `lastWord` (2³² − 1: of all), from the fields as they are;
   * the states as bits go to word `bits` of the report, stride/32 words a run.
   */
  align(work: Recorder, runs: DeviceRuns, slot: SweepSlot & { lastWord: number; bits: number }): void;
  /** A sweep in blocks; the fields must be up to date and stay so. */
  sweepBlocks(work: Recorder, runs: DeviceRuns, blocks: DeviceBlocks, slot: SweepSlot): void;
  /** Fields from states, by columns. */
  product(work: Recorder, runs: DeviceRuns, columns: DeviceMatrix): void;
  /** States as bits to word `bits` of the report. */
  pack(work: Recorder, runs: DeviceRuns, bits: number): void;
}

/** Floats that a thread handles at a time in the kernels on columns. */
const QUAD = 4;

const bits = new DataView(new ArrayBuffer(4));

/**
 * What s_i h_i is compared with, in f32: the smallest f32 that is not below −J_D. For every f32 field the comparison is
 * then the same as s_i h_i + J_D < 0 in exact arithmetic.
 * @param selfCoupling J_D ≥ 0, finite, in standard deviations of the local field
 * @source rounding upwards: no f32 lies between −J_D and the bound
 */
export function flipBound(selfCoupling: number): number {
  const nearest = Math.fround(-selfCoupling);
  if (nearest >= -selfCoupling) return nearest;
  bits.setFloat32(0, nearest);
  // The next f32 towards zero of a negative one.
  bits.setUint32(0, bits.getUint32(0) - 1);
  return bits.getFloat32(0);
}

/** Parameters that are all u32. */
const unsigned = (...values: number[]): ArrayBuffer => parameters(values.map((u32) => ({ u32 })));

const groupsOf = (count: number, threads: number): number => Math.ceil(count / threads);

/**
 * Compiles the kernels of dynamics.
 * @param device the GPU
 * @source zero-temperature dynamics of (P1), s_i ← sgn(h_i + J_D s_i)
 */
export async function openDynamics(device: ComputeDevice): Promise<DynamicsKernels> {
  const compile = (source: KernelSource): Promise<Kernel> => device.kernel(source);
  const [alignKernel, wordsKernel, orderKernel, blockKernel, columnsKernel, productKernel, packKernel] =
    await Promise.all([
      compile(alignSource),
      compile(wordsSource),
      compile(orderSource),
      compile(blockSource),
      compile(columnsSource),
      compile(columnProductSource),
      compile(packSource),
    ]);

  const draw = (work: Recorder, { n, stride }: DeviceRuns, blocks: DeviceBlocks, sweep: number): void => {
    const { keys, words, order, orders } = blocks;
    work.dispatch(wordsKernel, {
      buffers: [keys, words],
      parameters: unsigned(stride / QUAD, sweep),
      groups: [groupsOf(stride / QUAD, 64), orders, 1],
    });
    work.dispatch(orderKernel, {
      buffers: [words, order],
      parameters: unsigned(n, stride),
      groups: [groupsOf(n, ALIGN_THREADS), orders, 1],
    });
  };

  return {
    align(work, { n, stride, samples, states, fields, runs, report }, { sweep, lastWord, ...places }) {
      work.dispatch(alignKernel, {
        buffers: [states, fields, runs, report],
        parameters: unsigned(n, stride, sweep, lastWord, places.counters, places.bits),
        groups: [groupsOf(n, ALIGN_THREADS), samples, 1],
      });
    },
    sweepBlocks(work, batch, blocks, { sweep, counters }) {
      const { n, stride, samples, states, fields, runs, report } = batch;
      const { columns, blockSize, order, list } = blocks;
      const listStride = 1 + blockSize;
      draw(work, batch, blocks, sweep);
      for (let first = 0; first < n; first += blockSize) {
        const last = Math.min(n, first + blockSize);
        work.dispatch(blockKernel, {
          buffers: [states, fields, runs, order, list, report],
          parameters: unsigned(stride, first, last, listStride, counters),
          groups: [samples, 1, 1],
        });
        for (const panel of columns.panels) {
          work.dispatch(columnsKernel, {
            buffers: [fields, panel.values, list],
            parameters: unsigned(stride / QUAD, listStride, panel.firstRow, panel.rows),
            groups: [groupsOf(stride / QUAD, COLUMN_THREADS), samples, 1],
          });
        }
      }
    },
    product(work, { stride, samples, states, fields }, columns) {
      for (const panel of columns.panels) {
        work.dispatch(productKernel, {
          buffers: [fields, panel.values, states],
          parameters: unsigned(stride / QUAD, panel.firstRow, panel.rows),
          groups: [groupsOf(stride / QUAD, COLUMN_THREADS), groupsOf(samples, PRODUCT_RUNS), 1],
        });
      }
    },
    pack(work, { stride, samples, states, report }, at) {
      work.dispatch(packKernel, {
        buffers: [states, report],
        parameters: unsigned(stride / 32, at),
        groups: [groupsOf(stride / 32, 64), samples, 1],
      });
    },
  };
}
