/** @file The readout: scores W_out s of the last layer, their perceptron update (P21), and the answers of an evaluation. */
import { IMPRINT_SAMPLES } from "../kernels/plasticity.ts";
import { classTargets, labelOf } from "./batch.ts";
import type { Lane } from "./lane.ts";
import type { SampleBlock } from "./layout.ts";
import { layerStride } from "./layout.ts";
import type { Relaxation } from "./relax.ts";

/** Scores of the samples of the batch, f32 [sample][padded unit]; only the worker that owns the readout has them. */
function scores(
  lane: Lane,
  { samples, states }: Pick<Relaxation, "samples"> & { readonly states: number },
): Float32Array {
  const { kernels, plan, tiles } = lane;
  const { readout, batch } = plan.layout;
  kernels.functions.signedProduct(tiles.readout, batch.outputs, states, samples);
  return kernels.float32(batch.outputs, samples * readout!.rows);
}

/** What the readout learns by. */
export interface ReadoutStep {
  /** Address of the states of the last layer. */
  readonly states: number;
  readonly samples: number;
  /** Factor on the learning rate. */
  readonly rateFactor: number;
}

/**
 * Updates the readout: unit c learns from a sample when ŷ_c (W_out s)_c ≤ κ_out.
 * @returns number of (unit, sample) pairs that learned; 0 in workers that do not own the readout
 */
export function learnReadout(lane: Lane, { states, samples, rateFactor }: ReadoutStep): number {
  const { kernels, plan, tiles } = lane;
  const { model, rule, layout } = plan;
  if (tiles.readout === 0 || layout.readout === null) return 0;
  const { rows } = layout.readout;
  const fields = scores(lane, { states, samples });
  const { right, other } = readoutTargets(model.outputs, rule.readoutTargets);
  const { outputSites } = layout.batch;
  const rightSites = kernels.int8(outputSites, samples * rows).fill(0);
  const otherSites = kernels.int8(outputSites + samples * rows, samples * rows).fill(0);
  let updates = 0;
  for (let b = 0; b < samples; b++) {
    const label = labelOf(lane, b);
    for (let c = 0; c < model.outputs; c++) {
      const at = b * rows + c;
      if ((c === label ? right : other) * fields[at]! > rule.readoutMargin) continue;
      if (c === label) rightSites[at] = 1;
      else otherSites[at] = -1;
      updates++;
    }
  }
  const prefactor = (rateFactor * rule.rates.readout) / Math.sqrt(model.hidden);
  const rate = prefactor / Math.sqrt(samples);
  const keep = 1 - prefactor * rule.decays.readout;
  for (let b = 0; b < samples; b += IMPRINT_SAMPLES) {
    const part = Math.min(IMPRINT_SAMPLES, samples - b);
    const { functions } = kernels;
    functions.columnSigns(tiles.readout, states + b * layerStride(model), part);
    functions.imprint(tiles.readout, outputSites + b * rows, part, rate * right, b === 0 ? keep : 1);
    functions.imprint(tiles.readout, outputSites + (samples + b) * rows, part, -rate * other, 1);
  }
  return updates;
}

/** Targets in the update: those of the feedback, or rescaled once more, C/4 and −√C/4. */
export function readoutTargets(classes: number, convention: "scaled" | "published") {
  const { right, other } = classTargets(classes);
  if (convention === "scaled") return { right, other };
  return { right: classes / 4, other: -Math.sqrt(classes) / 4 };
}

/** Where the answers of an evaluation go. */
export interface AnswerPlace {
  readonly set: SampleBlock;
  /** First sample of the batch in the set. */
  readonly first: number;
}

/** Writes predicted classes, or overlaps with the target patterns, of a relaxed batch into the set of samples. */
export function writeAnswers(lane: Lane, relaxation: Relaxation, { set, first }: AnswerPlace): void {
  const { kernels, plan } = lane;
  const { model } = plan;
  if (lane.rank !== plan.workers - 1) return;
  const { samples } = relaxation;
  const answers = kernels.float32(set.answers + 4 * first, samples);
  const states = relaxation.states(model.layers - 1);
  if (model.association === "classes") {
    const fields = scores(lane, { samples, states });
    const { rows } = plan.layout.readout!;
    for (let b = 0; b < samples; b++)
      answers[b] = largest(fields.subarray(b * rows, b * rows + model.outputs));
  } else {
    const stride = layerStride(model);
    for (let b = 0; b < samples; b++) {
      const state = kernels.int8(states + b * stride, model.hidden);
      const target = kernels.int8(plan.layout.batch.targets + b * stride, model.hidden);
      answers[b] = state.reduce((sum, s, i) => sum + s * target[i]!, 0) / model.hidden;
    }
  }
  const sweeps = kernels.uint32(set.sweeps + 4 * first, samples);
  for (let b = 0; b < samples; b++) sweeps[b] = relaxation.stopped[b]! || plan.rule.sweeps + 1;
}

/** Index of the largest value, the first one at a tie. */
function largest(values: Float32Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c]! > values[best]!) best = c;
  return best;
}
