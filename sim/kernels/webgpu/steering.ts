/**
 * @file Steering on the GPU: one synchronous sweep of all layers and samples, and the choice of neurons that learn. Twins:
 * `alignStates`, `learningSites` and `philoxWords` (steering.ts, philox.ts); arrays are f32 over [layer][sample][row].
 */
import type { ComputeDevice } from "./device.ts";
import type { Parameter, Recorder } from "./recorder.ts";
import { parameters } from "./recorder.ts";
import { alignSource, sitesSource, STEERING_ROWS, STEERING_THREADS } from "./steering.wgsl.ts";

/** What is particular to a layer. */
export interface DeviceLayer {
  /** Sweep, from 1, that wakes it. */
  readonly waking: number;
  /** Its place among the layers that see the input, −1 for none. */
  readonly input: number;
  /** Its place among the layers that see the feedback, −1 for none. */
  readonly feedback: number;
  /** A neuron learns when s_i f_i is at most this. */
  readonly margin: number;
}

/** Bytes of a layer's record. */
const LAYER_BYTES = 16;

/** Brings records of layers to the GPU. */
export async function uploadLayers(
  device: ComputeDevice,
  layers: readonly DeviceLayer[],
): Promise<GPUBuffer> {
  const buffer = await device.allocate("layers", LAYER_BYTES * layers.length);
  const view = new DataView(new ArrayBuffer(LAYER_BYTES * layers.length));
  layers.forEach(({ waking, input, feedback, margin }, l) => {
    [waking, input + 1, feedback + 1].forEach((value, k) => {
      view.setUint32(LAYER_BYTES * l + 4 * k, value, true);
    });
    view.setFloat32(LAYER_BYTES * l + 12, margin, true);
  });
  device.upload(buffer, 0, view);
  return buffer;
}

/** Sizes and bonds of a network whose layers are all steered together. */
export interface SteeredLayers {
  readonly layers: number;
  /** Records of `uploadLayers`. */
  readonly table: GPUBuffer;
  /** Neurons of a layer. */
  readonly neurons: number;
  /** Floats from one sample to the next: neurons with padding, a multiple of 64. */
  readonly stride: number;
  /** Samples of a layer in arrays over [layer][sample][row]. */
  readonly capacity: number;
  /** J_D, λ between neighbouring layers, μ between layers two apart. */
  readonly selfCoupling: number;
  readonly layerCoupling: number;
  readonly skipCoupling: number;
}

/** Arrays that a layer's fields come from. */
export interface FieldArrays {
  readonly states: GPUBuffer;
  /** J s without self-coupling. */
  readonly fields: GPUBuffer;
  /** Fields of the input over [input layer][sample][row]. */
  readonly drive: GPUBuffer;
}

/** Random words of a sweep where only a part of the neurons is updated. */
export interface DeviceWords {
  /** A neuron is updated when its word is below this, 0..2³²−1. */
  readonly threshold: number;
  readonly key: readonly [number, number];
  /** Substream of sweep 0 of the first `samples` samples, and its distance to that of the next ones. */
  readonly substream: number;
  readonly substreamStep: number;
  /** Samples that share a substream, and words from one sample to the next (a multiple of 4). */
  readonly samples: number;
  readonly stride: number;
}

/** One sweep. */
export interface Sweep extends FieldArrays {
  readonly samples: number;
  /** Sweeps made before this one since the state was zero. */
  readonly done: number;
  /** New states, in a buffer of their own. */
  readonly next: GPUBuffer;
  /** Factor of the feedback; 0 for none. */
  readonly gain: number;
  /** Fields of the feedback, rows of `stride`: sample b takes row place·feedbackRows + feedbackRow[b]. */
  readonly feedback: GPUBuffer;
  readonly feedbackRows: number;
  readonly feedbackRow: GPUBuffer;
  /**
   * First the number of the last sweep with a flip of each sample, `capacity` of them, then flags of sweeps, which
   * hold 1 until anything flips in them.
   */
  readonly flags: GPUBuffer;
  /** Index in `flags` of this sweep, and of one that says that nothing moves any more; 0 for none. */
  readonly flag: number;
  readonly restFlag: number;
  /** Null when all neurons are updated. */
  readonly words: DeviceWords | null;
}

/** A choice of neurons that learn. */
export interface SiteChoice extends FieldArrays {
  readonly samples: number;
  /** Sweeps made since the state was zero: all layers are awake. */
  readonly done: number;
  /** s_i where neuron i learns, 0 elsewhere. */
  readonly sites: GPUBuffer;
  readonly counts: GPUBuffer;
  /** Index in `counts` of the number that grows by that of neurons that learn. */
  readonly place: number;
}

/** The steering kernels. */
export interface Steering {
  /** Records a sweep of all layers that are awake. */
  align(work: Recorder, network: SteeredLayers, sweep: Sweep): void;
  /** Records the choice of the neurons that learn, in all layers. */
  chooseSites(work: Recorder, network: SteeredLayers, choice: SiteChoice): void;
}

/** What a sweep has and a choice of sites has not. */
type Particulars = Omit<
  Sweep,
  keyof FieldArrays | "samples" | "next" | "feedback" | "feedbackRow" | "flags"
> & {
  readonly place: number;
};

/** The struct of parameters in steering.wgsl.ts. */
function packed(network: SteeredLayers, run: Particulars): ArrayBuffer {
  const { words } = run;
  const u32 = (value: number): Parameter => ({ u32: value });
  const f32 = (value: number): Parameter => ({ f32: value });
  return parameters([
    u32(network.stride / STEERING_ROWS),
    u32(network.neurons),
    u32(network.capacity),
    u32(network.layers),
    f32(network.selfCoupling),
    f32(network.layerCoupling),
    f32(network.skipCoupling),
    f32(run.gain),
    ...[run.done, run.feedbackRows, run.place, 0].map(u32),
    ...[run.flag, run.restFlag, Number(words !== null), words?.threshold ?? 0].map(u32),
    ...[words?.key[0] ?? 0, words?.key[1] ?? 0, words?.substream ?? 0, words?.substreamStep ?? 0].map(u32),
    ...[words?.samples ?? 1, (words?.stride ?? 0) / STEERING_ROWS].map(u32),
  ]);
}

/** Nothing of a sweep, for the choice of sites. */
const atRest = { gain: 0, feedbackRows: 0, flag: 0, restFlag: 0, words: null } as const;

/**
 * Compiles the steering kernels.
 * @param device the GPU
 * @source (P21) steps 2 to 4
 */
export async function openSteering(device: ComputeDevice): Promise<Steering> {
  const align = await device.kernel(alignSource);
  const choose = await device.kernel(sitesSource);
  const across = (stride: number): number => Math.ceil(stride / (STEERING_ROWS * STEERING_THREADS));
  return {
    align(work, network, sweep) {
      const { states, fields, drive, feedback, feedbackRow, next, flags, samples } = sweep;
      work.dispatch(align, {
        buffers: [network.table, states, fields, drive, feedback, feedbackRow, next, flags],
        parameters: packed(network, { ...sweep, place: 0 }),
        groups: [across(network.stride), samples, network.layers],
      });
    },
    chooseSites(work, network, choice) {
      const { states, fields, drive, sites, counts, samples } = choice;
      work.dispatch(choose, {
        buffers: [network.table, states, fields, drive, sites, counts],
        parameters: packed(network, { ...atRest, ...choice }),
        groups: [across(network.stride), samples, network.layers],
      });
    },
  };
}
