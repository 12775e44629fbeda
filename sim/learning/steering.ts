/**
 * @file The train step (P21) and inference, as one worker does them: relax under input and target, relax without the
 * target, then let every neuron below its margin imprint the final state. Writes weights and answers in kernel memory.
 */
import { IMPRINT_SAMPLES } from "../kernels/plasticity.ts";
import type { BatchSource } from "./batch.ts";
import { classTargets, labelOf, loadBatch, prepareFeedback } from "./batch.ts";
import type { Lane } from "./lane.ts";
import type { SampleBlock } from "./layout.ts";
import { inputStride, layerStride } from "./layout.ts";
import { learnReadout, writeAnswers } from "./readout.ts";
import { learnsHidden } from "./model.ts";
import { clampedPhases, freePhases } from "./phases.ts";
import type { Phase, Relaxation, UpdateWords } from "./relax.ts";
import { relaxBatch } from "./relax.ts";

/** Number of sweeps of a train step, each with its own random words. */
export const sweepsOfStep = ({ sweeps }: { readonly sweeps: number }): number => 2 * sweeps;

/** One train step. */
export interface TrainStep {
  readonly source: BatchSource;
  /** Factor on all learning rates. */
  readonly rateFactor: number;
  readonly words: UpdateWords;
}

/** Trains on one batch; adds the numbers of updates to the counts of this worker. */
export function trainStep(lane: Lane, { source, rateFactor, words }: TrainStep): void {
  const { kernels, plan } = lane;
  const { model, rule, layout } = plan;
  const { samples } = source;
  loadBatch(lane, source);
  if (rule.feedback === "learned") prepareFeedback(lane);
  const clamped = clampedPhases(plan);
  const afterPhase = (phase: number, relaxation: Relaxation): void => {
    if (rule.plasticity === "contrastive" && phase === clamped.length - 1) keepClamped(relaxation);
  };
  const phases = [...clamped, ...freePhases(plan)];
  const relaxation = relaxBatch(lane, { samples, phases, words, afterPhase });
  const counts = kernels.float64(layout.counts + 16 * lane.rank, 2);
  const learning = learnsHidden(rule) ? model.layers : 0;
  for (let l = 0; l < learning; l++) counts[0] = counts[0]! + chooseSites(relaxation, l);
  for (let l = 0; l < learning; l++) {
    const present = { states: relaxation.states(l), samples, rateFactor };
    if (rule.plasticity === "perceptron") learnLayer(lane, l, { ...present, sign: 1, keeps: true });
    else contrastLayer(lane, l, present);
  }
  if (rule.feedback === "learned") learnFeedback(lane, samples, rateFactor);
  const states = relaxation.states(model.layers - 1);
  counts[1] = counts[1]! + learnReadout(lane, { states, samples, rateFactor });
}

/** Address of the sites of a layer. */
function sitesOf({ plan }: Lane, layer: number): number {
  return plan.layout.batch.sites + layer * plan.layout.batch.capacity * layerStride(plan.model);
}

/** Own neurons of a layer that learn, (P21) step 4; returns their number. */
function chooseSites(relaxation: Relaxation, layer: number): number {
  const { lane } = relaxation;
  const stride = layerStride(lane.plan.model);
  let count = 0;
  for (let b = 0; b < relaxation.samples; b++) {
    const sites = sitesOf(lane, layer) + b * stride;
    const state = relaxation.state(layer, b);
    const drive = relaxation.drive(layer, b, "input");
    count += lane.kernels.functions.learningSites(
      relaxation.bind(layer, b),
      sites,
      state,
      relaxation.fields(layer, b),
      drive,
    );
  }
  return count;
}

/** States of a layer that are imprinted. */
interface Imprint {
  readonly states: number;
  readonly samples: number;
  readonly rateFactor: number;
  /** 1 to learn, −1 to unlearn. */
  readonly sign: 1 | -1;
  /** Whether the weights decay. */
  readonly keeps: boolean;
}

/** ΔJ and ΔW_in of a layer from its sites and states. */
function learnLayer(lane: Lane, layer: number, imprint: Imprint): void {
  const { plan, tiles, kernels } = lane;
  const { model, rule, layout } = plan;
  const own = rule.rates.couplings / Math.sqrt(model.hidden);
  if (own > 0) {
    const block = { tiles: tiles.couplings[layer]!, stride: layerStride(model), prefactor: own };
    imprintBlock(lane, layer, { ...imprint, ...block, decay: rule.decays.couplings });
    kernels.functions.clearDiagonal(tiles.couplings[layer]!);
  }
  const k = model.inputLayers.indexOf(layer);
  const prefactor = (rule.rates.input * model.inputStrength) / Math.sqrt(model.inputs);
  if (k >= 0 && prefactor > 0) {
    const block = { tiles: tiles.input[k]!, stride: inputStride(model), prefactor, decay: rule.decays.input };
    imprintBlock(lane, layer, { ...imprint, ...block, states: layout.batch.inputs });
  }
}

interface BlockImprint extends Imprint {
  readonly tiles: number;
  /** Bytes from one sample to the next in the states. */
  readonly stride: number;
  /** Learning rate with its scale, before 1/√B. */
  readonly prefactor: number;
  readonly decay: number;
}

/** Imprints states of a batch on one block of weights, 16 samples at a time. */
function imprintBlock(lane: Lane, layer: number, imprint: BlockImprint): void {
  const { tiles, stride, states, samples, decay, sign, keeps } = imprint;
  const { functions } = lane.kernels;
  const prefactor = imprint.rateFactor * imprint.prefactor;
  const rate = (sign * prefactor) / Math.sqrt(samples);
  for (let b = 0; b < samples; b += IMPRINT_SAMPLES) {
    const part = Math.min(IMPRINT_SAMPLES, samples - b);
    const keep = keeps && b === 0 ? 1 - prefactor * decay : 1;
    functions.columnSigns(tiles, states + b * stride, part);
    functions.imprint(tiles, sitesOf(lane, layer) + b * layerStride(lane.plan.model), part, rate, keep);
  }
}

/** Keeps the states at the end of the clamped phase: own rows; those of the others are there after the next barrier. */
function keepClamped(relaxation: Relaxation): void {
  const { lane, samples } = relaxation;
  const { model, layout } = lane.plan;
  for (let l = 0; l < model.layers; l++) {
    for (let b = 0; b < samples; b++) {
      const to = layout.batch.clamped + (l * layout.batch.capacity + b) * layerStride(model);
      copyOwn(lane, relaxation.state(l, b), to);
    }
  }
}

/** Copies the own rows of a state; padding becomes zero. */
function copyOwn({ kernels, plan, firstRow, lastRow }: Lane, from: number, to: number): void {
  const own = lastRow - firstRow;
  const copy = kernels.int8(to + firstRow, own);
  copy.set(kernels.int8(from + firstRow, own));
  copy.fill(0, Math.max(0, plan.model.hidden - firstRow));
}

/** Contrastive Hebbian update of a layer: imprints the clamped states, unlearns the free ones. */
function contrastLayer(lane: Lane, layer: number, present: Omit<Imprint, "sign" | "keeps">): void {
  const { model, layout } = lane.plan;
  const stride = layerStride(model);
  const clamped = layout.batch.clamped + layer * layout.batch.capacity * stride;
  const imprintAll = (states: number, sign: 1 | -1): void => {
    for (let b = 0; b < present.samples; b++) {
      copyOwn(lane, states + b * stride, sitesOf(lane, layer) + b * stride);
    }
    learnLayer(lane, layer, { ...present, states, sign, keeps: sign === 1 });
  };
  imprintAll(clamped, 1);
  imprintAll(present.states, -1);
}

/**
 * ΔW_back,ic = rate Σ_b u_ib ŷ_cb with rate = η λ_back/√(C B). Two passes, as ŷ = mean + half·y with y = ±1: one over
 * the signs y, one over ones.
 */
function learnFeedback(lane: Lane, samples: number, rateFactor: number): void {
  const { kernels, plan, tiles } = lane;
  const { model, rule, layout } = plan;
  if (model.association !== "classes") return;
  const stride = layout.feedback[0]?.stride ?? 0;
  const { right, other } = classTargets(model.outputs);
  const prefactor = (rule.feedbackRate * model.feedbackStrength) / Math.sqrt(model.outputs);
  const passes = [
    { scale: (right - other) / 2, sign: (b: number, c: number) => (labelOf(lane, b) === c ? 1 : -1) },
    { scale: (right + other) / 2, sign: () => 1 },
  ];
  const { classes } = lane.block;
  for (const { scale, sign } of passes) {
    const states = kernels.int8(classes, samples * stride);
    for (let b = 0; b < samples; b++) {
      for (let c = 0; c < stride; c++) states[b * stride + c] = sign(b, c);
    }
    model.feedbackLayers.forEach((layer, k) => {
      const block = { tiles: tiles.feedback[k]!, stride, prefactor: prefactor * scale, decay: 0 };
      const imprint = { states: classes, samples, rateFactor, sign: 1, keeps: false } as const;
      imprintBlock(lane, layer, { ...imprint, ...block });
    });
  }
}

/** Consecutive samples of a set. */
export interface SampleRange {
  readonly set: SampleBlock;
  readonly first: number;
  readonly count: number;
}

/** Inference, T sweeps without feedback, on samples of a set; answers and sweeps go into the set. */
export function answerSamples(lane: Lane, { set, first, count }: SampleRange, key: UpdateWords["key"]): void {
  const { rule, layout } = lane.plan;
  const { capacity } = layout.batch;
  for (let at = first; at < first + count; at += capacity) {
    const samples = Math.min(capacity, first + count - at);
    loadBatch(lane, { set, first: at, samples, shuffled: false });
    const words = { key, first: Math.floor(at / capacity) * rule.sweeps };
    const phases: Phase[] = [{ drive: "input", sweeps: rule.sweeps }];
    writeAnswers(lane, relaxBatch(lane, { samples, phases, words }), { set, first: at });
  }
}
