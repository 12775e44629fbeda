/**
 * @file A network that learns on the GPU: epochs of the train step (P21), inference, weights in and out. Same weights at
 * the start, same order of samples and same random words as the WASM learner with the same seed; fields are summed in
 * another order, so that weights differ in the last bits.
 */
import { NotConverged, OutOfDomain, requireInside, requireInteger } from "../../../theory/errors.ts";
import type { ComputeDevice } from "../../kernels/webgpu/device.ts";
import type { PackedSet } from "../../kernels/webgpu/samples.ts";
import { stream } from "../../random.ts";
import { batchesOf } from "../command.ts";
import type { NetworkModel, SteeringRule } from "../model.ts";
import { sweepsOfStep } from "../steering.ts";
import type { Answers, EpochOptions, EpochUpdates, LearnerInput, TrainableNetwork } from "../trainable.ts";
import type { WeightMatrix } from "../weights.ts";
import type { DeviceLearnerOptions, DevicePlan } from "./plan.ts";
import { COUNTS, destroyBatch, openPlan, PARTS } from "./plan.ts";
import { wordSamples } from "./relax.ts";
import { answerStep, prepareFeedback, trainStep } from "./step.ts";
import { destroyWeights, downloadWeights, requireWeights, uploadWeights } from "./weights.ts";

export type { DeviceLearnerOptions } from "./plan.ts";

/**
 * A network that learns on the GPU. Close it when done; the device stays open.
 * @source (P21)
 */
export class DeviceLearner implements TrainableNetwork {
  readonly #plan: DevicePlan;
  /** Ends when all that was asked for so far is done; calls share buffers and take their turns. */
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @internal */
  constructor(plan: DevicePlan) {
    this.#plan = plan;
  }

  /** The network. */
  get model(): NetworkModel {
    return this.#plan.model;
  }

  /** How it learns. */
  get rule(): SteeringRule {
    return this.#plan.rule;
  }

  /**
   * One epoch over a set in an order of its own.
   * @param set name of the set
   * @param epoch number of the epoch, an integer ≥ 1: order and partial updates depend on it and on the seed
   *   alone
   * @param options rate factor, progress and signal; see `EpochOptions`. The signal is heard after each
   *   fiftieth of the epoch, when the next one is on its way
   * @returns shares of updates, or null when the signal stopped the epoch
   * @throws NotConverged when weights have grown beyond f32
   * @throws OutOfDomain on a set, an epoch or a rate factor outside what is documented, and when the learner
   *   is closed
   * @throws DeviceLost when the GPU is gone
   */
  trainEpoch(set: string, epoch: number, options: EpochOptions = {}): Promise<EpochUpdates | null> {
    return this.#inTurn(() => this.#trainEpoch(set, epoch, options));
  }

  async #trainEpoch(
    name: string,
    epoch: number,
    { rateFactor = 1, onProgress, signal }: EpochOptions,
  ): Promise<EpochUpdates | null> {
    const { device, model, rule, seed, order, counts } = this.#plan;
    const set = this.#set(name);
    requireInteger("epoch", epoch, 1, Number.MAX_SAFE_INTEGER);
    requireInside("rateFactor", rateFactor, { min: 0, max: Infinity, openMax: true });
    device.upload(order, 0, stream(seed, "epoch order", epoch).permutation(set.count) as Words);
    const { key } = stream(seed, "partial updates", epoch);
    const batches = batchesOf(set.count, rule.batchSize);
    const parts = Math.min(batches, PARTS);
    const work = device.record();
    work.clear(counts);
    prepareFeedback(this.#plan, work);
    let before: Promise<unknown> = Promise.resolve();
    for (let part = 0; part < parts; part++) {
      if (signal?.aborted === true) return null;
      this.#requireOpen();
      const lastBatch = Math.floor(((part + 1) * batches) / parts);
      for (let batch = Math.floor((part * batches) / parts); batch < lastBatch; batch++) {
        const first = batch * rule.batchSize;
        const samples = Math.min(rule.batchSize, set.count - first);
        const words = { key, first: batch * sweepsOfStep(rule), step: 0 };
        const place = { set, first, samples, shuffled: true };
        trainStep(this.#plan, work, { place, rateFactor, words, part });
      }
      work.submit();
      // The GPU works on this part while the next one is recorded: what is awaited is the part before.
      const done = device.read(counts, 0, 4);
      done.catch(() => undefined);
      await before;
      if (part > 0) onProgress?.(part / parts);
      before = done;
    }
    await before;
    onProgress?.(1);
    const [hidden, readout] = await this.#updates(epoch, parts);
    const outputs = model.association === "classes" ? model.outputs : 1;
    return {
      hidden: hidden / (set.count * model.hidden * model.layers),
      readout: readout / (set.count * outputs),
    };
  }

  /** Numbers of neurons and of readout units that learned; refuses weights that are not finite. */
  async #updates(epoch: number, parts: number): Promise<readonly [number, number]> {
    const { device, counts, samples, weights } = this.#plan;
    const work = device.record();
    weights.all.forEach(({ matrix }, k) => {
      if (matrix !== null) samples.markInfinite(work, matrix, counts, COUNTS * PARTS + k);
    });
    work.submit();
    const found = new Uint32Array(await device.read(counts, 0, 4 * (COUNTS * PARTS + weights.all.length)));
    const wrong = weights.all.find((_, k) => found[COUNTS * PARTS + k] === 1);
    if (wrong !== undefined) {
      throw new NotConverged(
        `weights ${wrong.name} are no longer finite after epoch ${epoch}: smaller rates or decays are needed`,
      );
    }
    const sum = (which: number): number =>
      found.subarray(0, COUNTS * parts).reduce((total, n, k) => total + (k % COUNTS === which ? n : 0), 0);
    return [sum(0), sum(1)];
  }

  /**
   * Inference on the samples of a set, T sweeps without feedback from s = 0.
   * @param set name of the set
   * @param range first: index of the first sample, ≥ 0, default 0; count: number of samples from there, ≥ 0,
   *   default all
   * @returns answer and sweeps of each sample
   * @throws OutOfDomain on a set or range outside what is there, and when the learner is closed
   * @throws DeviceLost when the GPU is gone
   */
  answer(set: string, range: { readonly first?: number; readonly count?: number } = {}): Promise<Answers> {
    return this.#inTurn(() => this.#answer(set, range));
  }

  async #answer(
    name: string,
    { first = 0, count }: { readonly first?: number; readonly count?: number },
  ): Promise<Answers> {
    const { device, model, rule, seed, batch, answers, sweeps } = this.#plan;
    const set = this.#set(name);
    const samples = count ?? set.count - first;
    requireInteger("first", first, 0, set.count);
    requireInteger("count", samples, 0, set.count - first);
    if (samples === 0) return { values: new Float32Array(0), sweeps: new Uint32Array(0) };
    const { key } = stream(seed, "partial updates of inference");
    const shared = wordSamples(this.#plan);
    const most = Math.floor(batch.capacity / shared) * shared;
    const work = device.record();
    for (let done = 0; done < samples; done += most) {
      const at = first + done;
      const place = { set, first: at, samples: Math.min(most, samples - done), shuffled: false };
      const words = { key, first: Math.floor(at / shared) * rule.sweeps, step: rule.sweeps };
      answerStep(this.#plan, work, { place, words, answer: done });
    }
    work.submit();
    const values = new Float32Array(await device.read(answers, 0, 4 * samples));
    const at = new Uint32Array(await device.read(sweeps, 0, 4 * samples));
    return {
      values: model.association === "classes" ? values : values.map((sum) => sum / model.hidden),
      // A sweep without a flip is not rest where only a part of the neurons is updated.
      sweeps: rule.updateProbability === 1 ? at : at.fill(rule.sweeps + 1),
    };
  }

  /** Weights of every block, in the order of `restore`. */
  weights(): Promise<readonly WeightMatrix[]> {
    return this.#inTurn(async () => {
      const matrices: WeightMatrix[] = [];
      for (const block of this.#plan.weights.all) {
        matrices.push(await downloadWeights(this.#plan.device, block));
      }
      return matrices;
    });
  }

  /** Names of the blocks of `weights`: couplings0.., input0.., feedback0.., readout. */
  weightNames(): readonly string[] {
    return this.#plan.weights.all.map(({ name }) => name);
  }

  /**
   * Couplings of a layer, J_ij at i·H + j; the diagonal is zero.
   * @param layer index of the layer, 0..L−1
   * @returns H × H couplings
   * @throws OutOfDomain on any other layer
   */
  couplings(layer: number): Promise<WeightMatrix> {
    return this.#inTurn(() => {
      requireInteger("layer", layer, 0, this.model.layers - 1);
      return downloadWeights(this.#plan.device, this.#plan.weights.all[layer]!);
    });
  }

  /**
   * Puts weights back.
   * @param weights matrices as `weights` returned them
   * @throws OutOfDomain unless they have the number and shapes of `weights`, and when the learner is closed
   */
  restore(weights: readonly WeightMatrix[]): Promise<void> {
    return this.#inTurn(() => {
      requireWeights(this.#plan.weights, weights);
      uploadWeights(this.#plan.device, this.#plan.products, this.#plan.weights, weights);
      return Promise.resolve();
    });
  }

  /** Frees what it holds on the GPU when work under way is done, which then fails. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue;
    const { weights, batch, layers, sets, order, counts, answers, sweeps } = this.#plan;
    destroyWeights(weights);
    destroyBatch(batch);
    const packed = Object.values(sets).flatMap(({ inputs, targets }) => [inputs, targets]);
    for (const buffer of [layers.table, order, counts, answers, sweeps, ...packed]) buffer.destroy();
  }

  #requireOpen(): void {
    if (this.#closed) throw new OutOfDomain("the learner must be open, it was closed");
  }

  async #inTurn<R>(work: () => Promise<R>): Promise<R> {
    this.#requireOpen();
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #set(name: string): PackedSet {
    const { sets } = this.#plan;
    const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
    if (set === undefined) {
      throw new OutOfDomain(`set must be one of ${Object.keys(sets).join(", ")}, got "${name}"`);
    }
    return set;
  }
}

/** Words in a buffer of their own, as uploads want them. */
type Words = Uint32Array<ArrayBuffer>;

/**
 * A network with fresh weights and its samples, on the GPU.
 * @param device the GPU
 * @param input network, rule, samples and seed; see `LearnerInput`
 * @param options precision; see {@link DeviceLearnerOptions}
 * @returns the learner; call `close` when done
 * @throws OutOfDomain when samples do not fit the model
 * @throws DeviceMemory when the GPU has no room for all of it
 * @source (P21)
 */
export async function openDeviceLearner(
  device: ComputeDevice,
  input: LearnerInput,
  options: DeviceLearnerOptions = {},
): Promise<DeviceLearner> {
  return new DeviceLearner(await openPlan(device, input, options));
}
