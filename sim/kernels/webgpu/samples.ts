/**
 * @file Samples on the GPU: sets packed to bits, batches taken from them, what the readout learns and answers, and the
 * check that weights are finite.
 */
import type { ComputeDevice } from "./device.ts";
import type { DeviceMatrix } from "./matrix.ts";
import { paddedTo } from "./matrix.ts";
import type { Recorder } from "./recorder.ts";
import { parameters } from "./recorder.ts";
import {
  classesSource,
  FINITE_GROUPS,
  finiteSource,
  loadSource,
  overlapsSource,
  readoutSitesSource,
  SAMPLE_THREADS,
} from "./samples.wgsl.ts";

/** Bits of a word. */
const WORD_BITS = 32;

/** Words of a sample of `n` spins. */
const wordsOf = (n: number): number => Math.ceil(n / WORD_BITS);

/** Spins ±1, `n` a sample, as bits: 1 for +1, each sample from a word of its own on. */
export function packSpins(spins: Int8Array, n: number): Uint32Array<ArrayBuffer> {
  const count = spins.length / n;
  const words = wordsOf(n);
  const packed = new Uint32Array(count * words);
  for (let b = 0; b < count; b++) {
    for (let k = 0; k < n; k++) {
      if (spins[b * n + k]! > 0) packed[b * words + (k >>> 5)]! |= 1 << (k & 31);
    }
  }
  return packed;
}

/** A set of samples on the GPU. */
export interface PackedSet {
  readonly count: number;
  /** Inputs, of `packSpins`. */
  readonly inputs: GPUBuffer;
  /** Labels, u32, or target patterns, of `packSpins`. */
  readonly targets: GPUBuffer;
}

/** What a batch is written to, columns with padding, which becomes zero. */
export interface BatchArrays {
  /** Samples with padding. */
  readonly capacity: number;
  readonly inputs: GPUBuffer;
  /** Values of the readout units (see `LoadRun`), or target patterns ±1, f32 [sample][padded unit]. */
  readonly targets: GPUBuffer;
  /** Label of each sample, or its place in the batch for patterns. */
  readonly source: GPUBuffer;
  /** `capacity` zeros, then `sweeps` ones. */
  readonly flags: GPUBuffer;
}

/** A batch that is taken from a set. */
export interface LoadRun {
  readonly set: PackedSet;
  /** Input units, and readout units or target neurons. */
  readonly inputs: number;
  readonly outputs: number;
  /** What units count as for the right class and for the others; null for patterns. */
  readonly classes: { readonly right: number; readonly other: number } | null;
  readonly first: number;
  readonly samples: number;
  /** Sample indices by place, u32, where `first` counts places; else samples are consecutive. */
  readonly order: GPUBuffer;
  readonly shuffled: boolean;
  readonly sweeps: number;
  readonly into: BatchArrays;
}

/** What the readout learns from a batch. */
export interface ReadoutSites {
  readonly outputs: number;
  readonly samples: number;
  /** What units should be for the right class and for the others: in the condition and in the update. */
  readonly targets: { readonly right: number; readonly other: number };
  readonly margin: number;
  readonly scores: GPUBuffer;
  readonly labels: GPUBuffer;
  readonly sites: GPUBuffer;
  readonly counts: GPUBuffer;
  readonly place: number;
}

/** Where answers go: from sample `first` on. */
export interface AnswerRun {
  readonly samples: number;
  readonly first: number;
  readonly flags: GPUBuffer;
  readonly answers: GPUBuffer;
  readonly sweeps: GPUBuffer;
}

/** The kernels around a batch. */
export interface SampleKernels {
  /** Records the loading of a batch. */
  load(work: Recorder, run: LoadRun): void;
  /** Records the choice of readout units that learn. */
  readoutSites(work: Recorder, run: ReadoutSites): void;
  /** Records the classes with the largest scores. */
  predictClasses(
    work: Recorder,
    run: AnswerRun & { readonly outputs: number; readonly scores: GPUBuffer },
  ): void;
  /** Records the sums of state times target pattern. */
  overlaps(
    work: Recorder,
    run: AnswerRun & {
      readonly stride: number;
      readonly states: GPUBuffer;
      /** First float of the layer that is read. */
      readonly statesOffset: number;
      readonly targets: GPUBuffer;
    },
  ): void;
  /** Records a check: the mark at index `place` becomes 1 if any weight is infinite or not a number. */
  markInfinite(work: Recorder, matrix: DeviceMatrix, marks: GPUBuffer, place: number): void;
}

/**
 * Compiles the kernels around a batch.
 * @param device the GPU
 * @source (P21)
 */
export async function openSampleKernels(device: ComputeDevice): Promise<SampleKernels> {
  const load = await device.kernel(loadSource);
  const sites = await device.kernel(readoutSitesSource);
  const classes = await device.kernel(classesSource);
  const overlap = await device.kernel(overlapsSource);
  const finite = await device.kernel(finiteSource);
  const u32 = (...values: readonly number[]) => values.map((value) => ({ u32: value }));
  const f32 = (...values: readonly number[]) => values.map((value) => ({ f32: value }));
  const groupsOf = (columns: number): number => Math.ceil(columns / SAMPLE_THREADS);
  return {
    load(work, { set, inputs, outputs, classes: values, first, samples, order, shuffled, sweeps, into }) {
      const [inputStride, targetStride] = [paddedTo(inputs), paddedTo(outputs)];
      const targetWords = values === null ? wordsOf(outputs) : 1;
      work.dispatch(load, {
        buffers: [set.inputs, set.targets, order, into.inputs, into.targets, into.source, into.flags],
        parameters: parameters([
          ...u32(inputs, inputStride, wordsOf(inputs), first, outputs, targetStride, targetWords),
          ...u32(Number(shuffled), Number(values !== null), into.capacity, into.capacity + sweeps),
          ...f32(values?.right ?? 0, values?.other ?? 0),
        ]),
        groups: [groupsOf(Math.max(inputStride, targetStride)), samples, 1],
      });
    },
    readoutSites(work, { outputs, samples, targets, margin, place, ...run }) {
      const stride = paddedTo(outputs);
      work.dispatch(sites, {
        buffers: [run.scores, run.labels, run.sites, run.counts],
        parameters: parameters([
          ...u32(outputs, stride, place),
          ...f32(targets.right, targets.other, margin),
        ]),
        groups: [groupsOf(stride), samples, 1],
      });
    },
    predictClasses(work, { outputs, samples, first, scores, flags, answers, sweeps }) {
      work.dispatch(classes, {
        buffers: [scores, flags, answers, sweeps],
        parameters: parameters(u32(outputs, paddedTo(outputs), samples, first)),
        groups: [groupsOf(samples), 1, 1],
      });
    },
    overlaps(work, { samples, stride, statesOffset, first, states, targets, flags, answers, sweeps }) {
      work.dispatch(overlap, {
        buffers: [states, targets, flags, answers, sweeps],
        parameters: parameters(u32(stride, statesOffset, first)),
        groups: [samples, 1, 1],
      });
    },
    markInfinite(work, { panels, stride }, marks, place) {
      for (const { values, rows } of panels) {
        work.dispatch(finite, {
          buffers: [values, marks],
          parameters: parameters(u32(rows * stride, place)),
          groups: [FINITE_GROUPS, 1, 1],
        });
      }
    },
  };
}
