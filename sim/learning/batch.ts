/** @file A batch in kernel memory: its inputs and targets, and the fields that they exert. */
import { tileIndex } from "../kernels/tiles.ts";
import type { Lane } from "./lane.ts";
import type { SampleBlock, WeightBlock } from "./layout.ts";
import { layerStride } from "./layout.ts";

/** Samples of a set: consecutive ones, or those listed in the order of the layout. */
export interface BatchSource {
  readonly set: SampleBlock;
  readonly first: number;
  readonly samples: number;
  /** Whether `first` counts places in `layout.order` instead of samples. */
  readonly shuffled: boolean;
}

/** Loads inputs and targets of a batch (each worker its share of the samples), then the fields of the input. */
export function loadBatch(lane: Lane, { set, first, samples, shuffled }: BatchSource): void {
  const { kernels, plan, rank } = lane;
  const { batch, order } = plan.layout;
  const places = kernels.uint32(order + 4 * first, shuffled ? samples : 0);
  const copy = (to: number, from: number, length: number): void => {
    kernels.int8(to, length).set(kernels.int8(from, length));
  };
  // The others may still be reading the last batch.
  lane.wait();
  for (let b = rank; b < samples; b += plan.workers) {
    const sample = shuffled ? places[b]! : first + b;
    copy(batch.inputs + b * set.stride, set.inputs + sample * set.stride, set.stride);
    copy(batch.targets + b * set.targetStride, set.targets + sample * set.targetStride, set.targetStride);
  }
  lane.wait();
  plan.model.inputLayers.forEach((layer, k) => {
    const drive = batch.drive + 4 * layer * batch.capacity * layerStride(plan.model);
    kernels.functions.signedProduct(lane.tiles.input[k]!, drive, batch.inputs, samples);
  });
}

/** Label of a sample of the batch. */
export function labelOf({ kernels, plan }: Lane, sample: number): number {
  return new Uint16Array(kernels.memory.buffer, plan.layout.batch.targets + 2 * sample, 1)[0]!;
}

/** What the readout counts as for the right class and for the others: √C/2 and −½. */
export const classTargets = (classes: number): { readonly right: number; readonly other: number } => ({
  right: Math.sqrt(classes) / 2,
  other: -0.5,
});

/** Fields of the feedback of each class, own rows: Σ_c W_back,ic ŷ_c. */
export function prepareFeedback({ kernels, plan, firstRow, lastRow }: Lane): void {
  const { model, layout } = plan;
  if (model.association !== "classes") return;
  const own = lastRow - firstRow;
  const { right, other } = classTargets(model.outputs);
  layout.feedback.forEach((block, k) => {
    for (let target = 0; target < model.outputs; target++) {
      const at = (k * model.outputs + target) * layerStride(model) + firstRow;
      const drive = kernels.float32(layout.classDrive + 4 * at, own).fill(0);
      for (let c = 0; c < model.outputs; c++) {
        addColumn(kernels.float32(block.address, block.rows * block.stride), block, {
          column: c,
          factor: c === target ? right : other,
          firstRow,
          into: drive,
        });
      }
    }
  });
}

interface ColumnSum {
  readonly column: number;
  readonly factor: number;
  readonly firstRow: number;
  readonly into: Float32Array;
}

/** into ← into + factor·(a column of the weights, from firstRow on), rounded to f32 after product and sum. */
function addColumn(
  weights: Float32Array,
  { stride }: WeightBlock,
  { column, factor, firstRow, into }: ColumnSum,
): void {
  const factor32 = Math.fround(factor);
  for (let i = 0; i < into.length; i++) {
    into[i] = into[i]! + Math.fround(factor32 * weights[tileIndex(firstRow + i, column, stride)]!);
  }
}

/** fedDrive ← drive + gain·feedback for the k-th feedback layer, own rows of all samples, each sum rounded to f32. */
export function addFeedback(lane: Lane, samples: number, k: number, gain: number): void {
  const { kernels, plan, firstRow, lastRow } = lane;
  const { model, layout } = plan;
  const { batch } = layout;
  const rows = layerStride(model);
  const own = lastRow - firstRow;
  const strength = Math.fround(gain * model.feedbackStrength);
  for (let b = 0; b < samples; b++) {
    const at = 4 * ((model.feedbackLayers[k]! * batch.capacity + b) * rows + firstRow);
    const drive = kernels.float32(batch.drive + at, own);
    const fed = kernels.float32(batch.fedDrive + at, own);
    if (model.association === "classes") {
      const first = (k * model.outputs + labelOf(lane, b)) * rows + firstRow;
      const feedback = kernels.float32(layout.classDrive + 4 * first, own);
      const gain32 = Math.fround(gain);
      for (let i = 0; i < own; i++) fed[i] = drive[i]! + Math.fround(gain32 * feedback[i]!);
    } else {
      const target = kernels.int8(batch.targets + b * rows + firstRow, own);
      for (let i = 0; i < own; i++) fed[i] = drive[i]! + Math.fround(strength * target[i]!);
    }
  }
}
