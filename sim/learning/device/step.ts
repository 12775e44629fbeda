/**
 * @file The train step (P21) and inference on the GPU: what sim/learning/steering.ts and readout.ts do, recorded as work.
 * Nothing here waits.
 */
import { paddedTo } from "../../kernels/webgpu/matrix.ts";
import type { DeviceMatrix } from "../../kernels/webgpu/matrix.ts";
import type { Recorder } from "../../kernels/webgpu/recorder.ts";
import type { PackedSet } from "../../kernels/webgpu/samples.ts";
import { classTargets } from "../batch.ts";
import { learnsHidden } from "../model.ts";
import { clampedPhases, freePhases } from "../phases.ts";
import { readoutTargets } from "../readout.ts";
import { COUNTS } from "./plan.ts";
import type { DevicePlan } from "./plan.ts";
import type { BatchWords } from "./relax.ts";
import { relaxOnDevice } from "./relax.ts";

/** Samples of a set: consecutive ones, or places in the order. */
export interface BatchPlace {
  readonly set: PackedSet;
  readonly first: number;
  readonly samples: number;
  readonly shuffled: boolean;
}

/** One train step. */
export interface DeviceStep {
  readonly place: BatchPlace;
  /** Factor on all learning rates. */
  readonly rateFactor: number;
  readonly words: BatchWords;
  /** Part of the epoch, whose counts grow. */
  readonly part: number;
}

/** Records the loading of a batch, and the fields of its inputs. */
function loadBatch(plan: DevicePlan, work: Recorder, { set, first, samples, shuffled }: BatchPlace): void {
  const { model, rule, batch, order, weights, layers, products } = plan;
  plan.samples.load(work, {
    ...{ set, inputs: model.inputs, outputs: model.outputs, first, samples, shuffled, order },
    classes: model.association === "classes" ? classTargets(model.outputs) : null,
    sweeps: 2 * rule.sweeps,
    into: batch,
  });
  weights.input.forEach((matrix, k) => {
    products.signed(work, {
      ...{ matrix, samples, states: batch.inputs, statesOffset: 0 },
      ...{ out: batch.drive, outOffset: k * batch.capacity * layers.stride, outStride: layers.stride },
    });
  });
}

/** Records the fields of the feedback of each class: Σ_c W_back,ic ŷ_c. */
export function prepareFeedback(
  { model, weights, batch, layers, products }: DevicePlan,
  work: Recorder,
): void {
  weights.feedback.forEach((matrix, k) => {
    products.signed(work, {
      ...{ matrix, samples: model.outputs, states: batch.classTargets, statesOffset: 0 },
      ...{ out: batch.classFields, outOffset: k * model.outputs * layers.stride, outStride: layers.stride },
    });
  });
}

/** Records training on one batch. */
export function trainStep(plan: DevicePlan, work: Recorder, step: DeviceStep): void {
  const { model, rule, batch, layers } = plan;
  const { samples } = step.place;
  loadBatch(plan, work, step.place);
  if (rule.feedback === "learned") prepareFeedback(plan, work);
  const clamped = clampedPhases(plan);
  const bytes = 4 * layers.layers * batch.capacity * layers.stride;
  const contrasts = rule.plasticity === "contrastive";
  const { states, done } = relaxOnDevice(plan, work, {
    ...{ samples, words: step.words, phases: [...clamped, ...freePhases(plan)] },
    finalFields: learnsHidden(rule),
    afterPhase: (phase, present) => {
      if (contrasts && phase === clamped.length - 1) work.copy(present, 0, batch.clamped, 0, bytes);
    },
  });
  if (learnsHidden(rule)) {
    const { fields, drive, sites } = batch;
    plan.steering.chooseSites(work, layers, {
      ...{ samples, done, states, fields, drive, sites },
      ...{ counts: plan.counts, place: COUNTS * step.part },
    });
    for (let l = 0; l < model.layers; l++) {
      const present = { samples, rateFactor: step.rateFactor };
      if (contrasts) {
        learnLayer(plan, work, l, { ...present, sites: batch.clamped, states: batch.clamped, sign: 1 });
        learnLayer(plan, work, l, { ...present, sites: states, states, sign: -1 });
      } else learnLayer(plan, work, l, { ...present, sites, states, sign: 1 });
    }
  }
  if (rule.feedback === "learned") learnFeedback(plan, work, step);
  learnReadout(plan, work, states, step);
}

/** What a layer learns from. */
interface LayerImprint {
  readonly sites: GPUBuffer;
  readonly states: GPUBuffer;
  readonly samples: number;
  readonly rateFactor: number;
  /** 1 to learn, with decay; −1 to unlearn, without. */
  readonly sign: 1 | -1;
}

/** ΔJ and ΔW_in of a layer from its sites and states. */
function learnLayer(plan: DevicePlan, work: Recorder, layer: number, imprint: LayerImprint): void {
  const { model, rule, weights, batch, layers, plasticity } = plan;
  const { sites, states, samples, rateFactor, sign } = imprint;
  const offset = layer * batch.capacity * layers.stride;
  const learn = (matrix: DeviceMatrix, { prefactor: own, decay, ...from }: BlockImprint): void => {
    const prefactor = rateFactor * own;
    plasticity.imprint(work, {
      ...{ matrix, sites, sitesOffset: offset, sitesStride: layers.stride, samples, ...from },
      rate: (sign * prefactor) / Math.sqrt(samples),
      keep: sign === 1 ? 1 - prefactor * decay : 1,
    });
  };
  const couplings = rule.rates.couplings / Math.sqrt(model.hidden);
  if (couplings > 0) {
    const own = { prefactor: couplings, decay: rule.decays.couplings, zeroDiagonal: true };
    learn(weights.couplings[layer]!, { ...own, states, statesOffset: offset });
  }
  const k = model.inputLayers.indexOf(layer);
  const input = (rule.rates.input * model.inputStrength) / Math.sqrt(model.inputs);
  if (k >= 0 && input > 0) {
    const own = { prefactor: input, decay: rule.decays.input, zeroDiagonal: false };
    learn(weights.input[k]!, { ...own, states: batch.inputs, statesOffset: 0 });
  }
}

/** What one block of weights learns. */
interface BlockImprint {
  /** Learning rate with its scale, before 1/√B. */
  readonly prefactor: number;
  readonly decay: number;
  readonly zeroDiagonal: boolean;
  readonly states: GPUBuffer;
  readonly statesOffset: number;
}

/** ΔW_back,ic = rate Σ_b u_ib ŷ_cb with rate = η λ_back/√(C B). */
function learnFeedback(plan: DevicePlan, work: Recorder, { place, rateFactor }: DeviceStep): void {
  const { model, rule, weights, batch, layers, plasticity } = plan;
  const prefactor = (rule.feedbackRate * model.feedbackStrength) / Math.sqrt(model.outputs);
  weights.feedback.forEach((matrix, k) => {
    const sitesOffset = model.feedbackLayers[k]! * batch.capacity * layers.stride;
    plasticity.imprint(work, {
      ...{ matrix, sites: batch.sites, sitesOffset, sitesStride: layers.stride },
      ...{ states: batch.targets, statesOffset: 0, samples: place.samples },
      ...{ rate: (rateFactor * prefactor) / Math.sqrt(place.samples), keep: 1, zeroDiagonal: false },
    });
  });
}

/** Scores of the samples of the batch: W_out times the states of the last layer. */
function score({ model, weights, batch, layers, products }: DevicePlan, work: Recorder, run: Scored): void {
  products.signed(work, {
    ...{ matrix: weights.readout!, samples: run.samples, states: run.states },
    statesOffset: (model.layers - 1) * batch.capacity * layers.stride,
    ...{ out: batch.scores, outOffset: 0, outStride: paddedTo(model.outputs) },
  });
}

interface Scored {
  readonly samples: number;
  readonly states: GPUBuffer;
}

/** ΔW_out,cj = rate Σ_b ŷ_cb s_jb over the samples where ŷ_c (W_out s)_c ≤ κ_out. */
function learnReadout(plan: DevicePlan, work: Recorder, states: GPUBuffer, step: DeviceStep): void {
  const { model, rule, weights, batch, layers, plasticity } = plan;
  if (weights.readout === null) return;
  const { samples } = step.place;
  score(plan, work, { samples, states });
  const targets = readoutTargets(model.outputs, rule.readoutTargets);
  plan.samples.readoutSites(work, {
    ...{ outputs: model.outputs, samples, margin: rule.readoutMargin },
    ...{ targets, scores: batch.scores, labels: batch.source, sites: batch.readoutSites },
    ...{ counts: plan.counts, place: COUNTS * step.part + 1 },
  });
  const prefactor = (step.rateFactor * rule.rates.readout) / Math.sqrt(model.hidden);
  plasticity.imprint(work, {
    ...{ matrix: weights.readout, sites: batch.readoutSites, sitesOffset: 0 },
    ...{ sitesStride: paddedTo(model.outputs), states, samples },
    statesOffset: (model.layers - 1) * batch.capacity * layers.stride,
    rate: prefactor / Math.sqrt(samples),
    keep: 1 - prefactor * rule.decays.readout,
    zeroDiagonal: false,
  });
}

/** Records inference on consecutive samples of a set, at most the capacity; answers begin at `answer`. */
export function answerStep(
  plan: DevicePlan,
  work: Recorder,
  {
    place,
    words,
    answer,
  }: { readonly place: BatchPlace; readonly words: BatchWords; readonly answer: number },
): void {
  const { model, rule, batch, layers, answers, sweeps } = plan;
  const { samples } = place;
  loadBatch(plan, work, place);
  const phases = [{ drive: "input", sweeps: rule.sweeps }] as const;
  const { states } = relaxOnDevice(plan, work, { samples, phases, words, finalFields: false });
  const into = { samples, first: answer, flags: batch.flags, answers, sweeps };
  if (model.association === "classes") {
    score(plan, work, { samples, states });
    plan.samples.predictClasses(work, { ...into, outputs: model.outputs, scores: batch.scores });
    return;
  }
  const statesOffset = (model.layers - 1) * batch.capacity * layers.stride;
  const { targets } = batch;
  plan.samples.overlaps(work, { ...into, stride: layers.stride, states, statesOffset, targets });
}
