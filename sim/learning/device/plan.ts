/** @file What a learner on the GPU works with: kernels, weights, samples, and the arrays of a batch. */
import { loadKernels } from "../../kernels/load.ts";
import type { Kernels } from "../../kernels/memory.ts";
import type { ComputeDevice } from "../../kernels/webgpu/device.ts";
import type { CouplingPrecision } from "../../kernels/webgpu/matrix.ts";
import { MATRIX_TILE, paddedTo } from "../../kernels/webgpu/matrix.ts";
import type { Plasticity } from "../../kernels/webgpu/plasticity.ts";
import { openPlasticity } from "../../kernels/webgpu/plasticity.ts";
import type { Products } from "../../kernels/webgpu/products.ts";
import { openProducts } from "../../kernels/webgpu/products.ts";
import type { PackedSet, SampleKernels } from "../../kernels/webgpu/samples.ts";
import { openSampleKernels, packSpins } from "../../kernels/webgpu/samples.ts";
import type { SteeredLayers, Steering } from "../../kernels/webgpu/steering.ts";
import { openSteering, uploadLayers } from "../../kernels/webgpu/steering.ts";
import { classTargets } from "../batch.ts";
import { marginOf } from "../lane.ts";
import type { NetworkModel, SteeringRule } from "../model.ts";
import { networkModel, steeringRule, wakingSweeps } from "../model.ts";
import type { Samples } from "../samples.ts";
import { countOf, requireSamples } from "../samples.ts";
import type { LearnerInput } from "../trainable.ts";
import type { DeviceWeights } from "./weights.ts";
import { createWeights, initialWeights, uploadWeights } from "./weights.ts";

/** How a learner uses the GPU. */
export interface DeviceLearnerOptions {
  /** In which precision products read the couplings J; they learn in f32 all the same. Default f32. */
  readonly couplingPrecision?: CouplingPrecision;
  /** Kernels to draw the initial weights with; default compiled ones. */
  readonly kernels?: Kernels;
}

/** Parts of an epoch after which progress is shown and signals are heard. */
export const PARTS = 50;

/** Words of `counts` of each part: neurons and readout units that learned. */
export const COUNTS = 2;

/** Arrays of a batch, over [layer][sample][row] where not said otherwise. */
export interface DeviceBatch {
  /** Samples of a layer, with padding. */
  readonly capacity: number;
  /** f32 [sample][padded input]. */
  readonly inputs: GPUBuffer;
  /** f32 [sample][padded unit]. */
  readonly targets: GPUBuffer;
  readonly source: GPUBuffer;
  readonly flags: GPUBuffer;
  readonly states: readonly [GPUBuffer, GPUBuffer];
  readonly fields: GPUBuffer;
  /** [input layer][sample][row]. */
  readonly drive: GPUBuffer;
  readonly sites: GPUBuffer;
  /** States at the end of the clamped phase, where plasticity is contrastive; else a stub. */
  readonly clamped: GPUBuffer;
  /** Scores of the readout and what it learns, [sample][padded unit]. */
  readonly scores: GPUBuffer;
  readonly readoutSites: GPUBuffer;
  /** Targets of each class [class][padded unit], and the fields of their feedback [feedback layer][class][row]. */
  readonly classTargets: GPUBuffer;
  readonly classFields: GPUBuffer;
}

/** Everything that a step needs. */
export interface DevicePlan {
  readonly device: ComputeDevice;
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
  readonly seed: number;
  readonly products: Products;
  readonly plasticity: Plasticity;
  readonly steering: Steering;
  readonly samples: SampleKernels;
  readonly weights: DeviceWeights;
  readonly layers: SteeredLayers;
  /** Sweep that wakes each layer. */
  readonly waking: readonly number[];
  readonly batch: DeviceBatch;
  readonly sets: Readonly<Record<string, PackedSet>>;
  /** Order of the training samples, u32. */
  readonly order: GPUBuffer;
  /** `COUNTS` u32 for each part of an epoch, then a mark for each block of weights that is not finite. */
  readonly counts: GPUBuffer;
  /** Answers, f32, and sweeps to rest, u32, of the samples of an evaluation. */
  readonly answers: GPUBuffer;
  readonly sweeps: GPUBuffer;
}

/** Evaluations relax this many samples together, and fewer where arrays would be larger than this many bytes. */
const EVALUATION_SAMPLES = 1024;
const EVALUATION_BYTES = 2 ** 27;

/**
 * Samples that the arrays of a batch hold: those of a train step, and for evaluations more of them.
 * @param most samples of the largest set
 * @param bindingBytes most bytes of an array
 */
function capacityOf(
  { model, rule }: Pick<DevicePlan, "model" | "rule">,
  most: number,
  bindingBytes: number,
): number {
  const bytes = 4 * paddedTo(model.hidden) * model.layers;
  const fit = Math.floor(Math.min(EVALUATION_BYTES, bindingBytes) / bytes / MATRIX_TILE) * MATRIX_TILE;
  return paddedTo(Math.max(rule.batchSize, Math.min(EVALUATION_SAMPLES, most, fit)));
}

/** Brings a set of samples to the GPU. */
async function uploadSet(device: ComputeDevice, name: string, samples: Samples): Promise<PackedSet> {
  const labelled = "labels" in samples;
  const inputs = packSpins(labelled ? samples.states : samples.inputs, samples.n);
  const targets = labelled ? Uint32Array.from(samples.labels) : packSpins(samples.targets, samples.n);
  const set = {
    count: labelled ? samples.count : samples.pairs,
    inputs: await device.allocate(`inputs of set ${name}`, inputs.byteLength),
    targets: await device.allocate(`targets of set ${name}`, targets.byteLength),
  };
  device.upload(set.inputs, 0, inputs);
  device.upload(set.targets, 0, targets);
  return set;
}

/** Records of the layers for the steering kernels. */
async function steeredLayers(
  device: ComputeDevice,
  { model, rule }: Pick<DevicePlan, "model" | "rule">,
  capacity: number,
): Promise<SteeredLayers> {
  const waking = wakingSweeps(model);
  const records = waking.map((sweep, l) => ({
    waking: sweep,
    input: model.inputLayers.indexOf(l),
    feedback: model.feedbackLayers.indexOf(l),
    margin: marginOf(model, rule, l),
  }));
  const { layers, hidden: neurons, selfCoupling, layerCoupling, skipCoupling } = model;
  const table = await uploadLayers(device, records);
  const stride = paddedTo(neurons);
  return { layers, table, neurons, stride, capacity, selfCoupling, layerCoupling, skipCoupling };
}

/** Reserves the arrays of a batch of `capacity` samples. */
async function createBatch(
  device: ComputeDevice,
  { model, rule }: Pick<DevicePlan, "model" | "rule">,
  capacity: number,
): Promise<DeviceBatch> {
  const stride = paddedTo(model.hidden);
  const units = paddedTo(model.outputs);
  const classes = model.association === "classes" ? model.outputs : 0;
  const array = (label: string, floats: number) => device.allocate(label, 4 * floats);
  const layers = (label: string, count = model.layers) => array(label, count * capacity * stride);
  return {
    capacity,
    inputs: await array("inputs of a batch", capacity * paddedTo(model.inputs)),
    targets: await array("targets of a batch", capacity * units),
    source: await array("labels of a batch", capacity),
    flags: await array("flags of sweeps", capacity + 2 * rule.sweeps),
    states: [await layers("states"), await layers("next states")],
    fields: await layers("fields"),
    drive: await layers("fields of the input", model.inputLayers.length),
    sites: await layers("learning sites"),
    clamped: await layers("clamped states", rule.plasticity === "contrastive" ? undefined : 0),
    scores: await array("scores", classes === 0 ? 0 : capacity * units),
    readoutSites: await array("readout sites", classes === 0 ? 0 : capacity * units),
    classTargets: await array("targets of classes", paddedTo(classes) * units),
    classFields: await array("fields of the feedback", model.feedbackLayers.length * classes * stride),
  };
}

/** Frees the arrays of a batch. */
export function destroyBatch(batch: DeviceBatch): void {
  for (const buffer of Object.values(batch).flat()) if (typeof buffer === "object") buffer.destroy();
}

/** Compiles all kernels of a learner, for couplings of a precision. */
async function openKernels(
  device: ComputeDevice,
  precision: CouplingPrecision,
): Promise<Pick<DevicePlan, "products" | "plasticity" | "steering" | "samples">> {
  return {
    products: await openProducts(device, { precision }),
    plasticity: await openPlasticity(device, { precision }),
    steering: await openSteering(device),
    samples: await openSampleKernels(device),
  };
}

/** Targets of each class, for `prepareFeedback`. */
function uploadClassTargets({ device, model, batch }: DevicePlan): void {
  if (model.association !== "classes") return;
  const units = paddedTo(model.outputs);
  const { right, other } = classTargets(model.outputs);
  const targets = new Float32Array(model.outputs * units);
  for (let target = 0; target < model.outputs; target++) {
    for (let c = 0; c < model.outputs; c++) targets[target * units + c] = c === target ? right : other;
  }
  device.upload(batch.classTargets, 0, targets);
}

/**
 * Everything of a learner on the GPU, with fresh weights.
 * @throws OutOfDomain when samples do not fit the model
 * @throws DeviceMemory when the GPU has no room for all of it
 */
export async function openPlan(
  device: ComputeDevice,
  input: LearnerInput,
  { couplingPrecision = "f32", kernels = loadKernels() }: DeviceLearnerOptions,
): Promise<DevicePlan> {
  const { seed } = input;
  const model = networkModel(input.model);
  const rule = steeringRule(input.rule, model);
  for (const [name, samples] of Object.entries(input.sets)) requireSamples(name, samples, model);
  const most = Math.max(1, ...Object.values(input.sets).map(countOf));
  const initial = initialWeights(kernels, { model, rule, seed });
  const weights = await createWeights(device, initial, couplingPrecision);
  const capacity = capacityOf({ model, rule }, most, device.bindingBytes);
  const sets: Record<string, PackedSet> = {};
  for (const [name, samples] of Object.entries(input.sets))
    sets[name] = await uploadSet(device, name, samples);
  const plan: DevicePlan = {
    ...{ device, model, rule, seed, weights, sets, waking: wakingSweeps(model) },
    ...(await openKernels(device, couplingPrecision)),
    layers: await steeredLayers(device, { model, rule }, capacity),
    batch: await createBatch(device, { model, rule }, capacity),
    order: await device.allocate("order of the samples", 4 * most),
    counts: await device.allocate("counts", 4 * (COUNTS * PARTS + weights.all.length)),
    answers: await device.allocate("answers", 4 * most),
    sweeps: await device.allocate("sweeps to rest", 4 * most),
  };
  uploadClassTargets(plan);
  const matrices = initial.map(([, matrix]) => matrix);
  uploadWeights(device, plan.products, weights, matrices);
  return plan;
}
