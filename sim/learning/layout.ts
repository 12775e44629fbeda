/**
 * @file Where everything of a learning network lies in kernel memory: weights and batch shared by all workers, scratch of
 * each worker. The layout is plain data, so that it can be sent to workers on the same memory.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import type { Kernels } from "../kernels/memory.ts";
import { BONDS_BYTES } from "../kernels/steering.ts";
import {
  COLUMN_BLOCK,
  paddedColumns,
  paddedRows,
  TILE_ROWS,
  TILES_BYTES,
  tilesScratch,
} from "../kernels/tiles.ts";
import type { NetworkModel, SteeringRule } from "./model.ts";

/** Weights in tiles: `rows` × `stride` f32 with padding, of which `usedRows` × `columns` are weights. */
export interface WeightBlock {
  readonly address: number;
  readonly rows: number;
  readonly stride: number;
  readonly usedRows: number;
  readonly columns: number;
}

/** A set of samples: inputs i8 ±1 (`stride` bytes each) with labels (u16) or target patterns (i8, `targetStride` each). */
export interface SampleBlock {
  readonly count: number;
  readonly inputs: number;
  readonly stride: number;
  readonly targets: number;
  readonly targetStride: number;
  /** Answers of an evaluation: predicted class, or overlap of the last layer with the target; f32. */
  readonly answers: number;
  /** Sweeps to the first one without a flip, T + 1 where there was none; u32. */
  readonly sweeps: number;
}

/** What one worker needs for itself. */
export interface LaneBlock {
  /** Records of tiles and of bonds, one after the other. */
  readonly records: number;
  readonly scratch: number;
  readonly signs: number;
  readonly raised: number;
  readonly lowered: number;
  readonly words: number;
  /** Classes of the samples as ±1 states, i8 [sample][padded class], while feedback weights learn. */
  readonly classes: number;
}

/** The batch that is being relaxed: arrays over [layer][sample][row]. */
export interface BatchBlock {
  /** Most samples at a time. */
  readonly capacity: number;
  readonly inputs: number;
  /** Three sets of states, i8: of the last sweep, of the present one, and free. */
  readonly states: readonly [number, number, number];
  /** States at the end of the clamped phase. */
  readonly clamped: number;
  readonly fields: number;
  /** Fields of the input, and of input and feedback together. */
  readonly drive: number;
  readonly fedDrive: number;
  readonly sites: number;
  /** A sample of zeros. */
  readonly zeros: number;
  readonly outputs: number;
  readonly outputSites: number;
  /** Labels (u16) or target patterns of the batch. */
  readonly targets: number;
}

/** The whole layout. */
export interface LearningLayout {
  readonly couplings: readonly WeightBlock[];
  /** By position in `inputLayers`. */
  readonly input: readonly WeightBlock[];
  /** By position in `feedbackLayers`. */
  readonly feedback: readonly WeightBlock[];
  /** Fields of the feedback of each class, f32 [feedback layer][class][row]. */
  readonly classDrive: number;
  /** Weights of the readout; absent for patterns. */
  readonly readout: WeightBlock | null;
  readonly batch: BatchBlock;
  /** One for each worker, and a last one to look at the network while the workers rest. */
  readonly lanes: readonly LaneBlock[];
  /** Counter and generation of the barrier, i32. */
  readonly barrier: number;
  /** Two f64 counts of each worker since they were last cleared: updates of hidden neurons and of readout units. */
  readonly counts: number;
  /** Samples by name of the set. */
  readonly sets: Readonly<Record<string, SampleBlock>>;
  /** Order of the training samples, u32. */
  readonly order: number;
}

/** Sizes of the sets of samples. */
export type SetSizes = Readonly<Record<string, number>>;

/** What a layout is for. */
export interface LayoutInput {
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
  readonly sets: SetSizes;
  readonly workers: number;
}

/** Samples that an evaluation relaxes together: enough to pay for the tables of a product, few enough for the cache. */
export const EVALUATION_SAMPLES = 64;

/** Workers of one network; more than its tiles would have nothing to do. */
export const MOST_WORKERS = 64;

const f32 = 4;

function weightBlock(kernels: Kernels, usedRows: number, columns: number, stride: number): WeightBlock {
  const rows = paddedRows(usedRows);
  const address = kernels.allocate(rows * stride * f32);
  kernels.float32(address, rows * stride).fill(0);
  return { address, rows, stride, usedRows, columns };
}

function laneBlock(kernels: Kernels, model: NetworkModel, capacity: number, stride: number): LaneBlock {
  return {
    records: kernels.allocate(recordCount(model) * Math.max(TILES_BYTES, BONDS_BYTES)),
    scratch: kernels.allocate(tilesScratch(capacity)),
    signs: kernels.allocate(2 * stride),
    raised: kernels.allocate(4 * stride),
    lowered: kernels.allocate(4 * stride),
    words: kernels.allocate(4 * stride),
    classes: kernels.allocate(model.association === "classes" ? capacity * paddedColumns(model.outputs) : 0),
  };
}

/** Number of records of a worker: tiles of every block of weights, bonds of every layer. */
export const recordCount = ({ layers, inputLayers, feedbackLayers }: NetworkModel): number =>
  2 * layers + inputLayers.length + feedbackLayers.length + 1;

/** Bytes from one input to the next. */
export const inputStride = ({ inputs }: NetworkModel): number => paddedColumns(inputs);

/** Bytes or floats from one sample to the next in the arrays of a layer. */
export const layerStride = ({ hidden }: NetworkModel): number => paddedRows(hidden);

function batchBlock(kernels: Kernels, { model, rule }: LayoutInput): BatchBlock {
  const capacity = Math.max(rule.batchSize, EVALUATION_SAMPLES);
  const rows = layerStride(model);
  const cells = model.layers * capacity * rows;
  const outputRows = paddedRows(model.association === "classes" ? model.outputs : 1);
  const zeroed = (bytes: number): number => {
    const address = kernels.allocate(bytes);
    kernels.int8(address, bytes).fill(0);
    return address;
  };
  return {
    capacity,
    inputs: zeroed(capacity * inputStride(model)),
    states: [zeroed(cells), zeroed(cells), zeroed(cells)],
    clamped: zeroed(cells),
    fields: zeroed(cells * f32),
    drive: zeroed(cells * f32),
    fedDrive: zeroed(cells * f32),
    sites: zeroed(cells),
    zeros: zeroed(rows),
    outputs: zeroed(capacity * outputRows * f32),
    outputSites: zeroed(2 * capacity * outputRows),
    targets: zeroed(capacity * (model.association === "patterns" ? rows : 2)),
  };
}

function sampleBlock(kernels: Kernels, model: NetworkModel, count: number): SampleBlock {
  const stride = inputStride(model);
  const targetStride = model.association === "patterns" ? layerStride(model) : 2;
  return {
    count,
    stride,
    targetStride,
    inputs: kernels.allocate(count * stride),
    targets: kernels.allocate(count * targetStride),
    answers: kernels.allocate(4 * count),
    sweeps: kernels.allocate(4 * count),
  };
}

/** Lays out a learning network in the memory of the kernels; weights and batch are zero. */
function layOut(kernels: Kernels, input: LayoutInput): LearningLayout {
  const { model, sets, workers } = input;
  const { hidden, inputs, outputs, layers, association } = model;
  const rows = layerStride(model);
  const classes = association === "classes";
  const columns = classes ? paddedColumns(outputs) : COLUMN_BLOCK;
  const batch = batchBlock(kernels, input);
  const widest = Math.max(rows, inputStride(model), columns, TILE_ROWS);
  return {
    couplings: Array.from({ length: layers }, () => weightBlock(kernels, hidden, hidden, rows)),
    input: model.inputLayers.map(() => weightBlock(kernels, hidden, inputs, inputStride(model))),
    feedback: model.feedbackLayers.map(() => weightBlock(kernels, hidden, classes ? outputs : 0, columns)),
    classDrive: kernels.allocate(model.feedbackLayers.length * (classes ? outputs : 0) * rows * f32),
    readout: classes ? weightBlock(kernels, outputs, hidden, rows) : null,
    batch,
    lanes: Array.from({ length: workers + 1 }, () => laneBlock(kernels, model, batch.capacity, widest)),
    barrier: kernels.allocate(8),
    counts: kernels.allocate((workers + 1) * 16),
    sets: Object.fromEntries(
      Object.entries(sets).map(([name, count]) => [name, sampleBlock(kernels, model, count)]),
    ),
    order: kernels.allocate(4 * Math.max(0, ...Object.values(sets))),
  };
}

/**
 * Lays out a learning network in the memory of the kernels; weights and batch are zero.
 * @throws OutOfDomain when it does not fit into 4 GiB
 */
export function createLearningLayout(kernels: Kernels, input: LayoutInput): LearningLayout {
  try {
    const layout = layOut(kernels, input);
    kernels.uint32(layout.barrier, 2).fill(0);
    kernels.float64(layout.counts, 2 * (input.workers + 1)).fill(0);
    return layout;
  } catch (error) {
    if (!(error instanceof OutOfDomain)) throw error;
    const { hidden, layers } = input.model;
    throw new OutOfDomain(`hidden = ${hidden}, layers = ${layers} with these samples: ${error.message}`);
  }
}
