/**
 * @file A network that learns, with its samples and its workers: epochs of the train step (P21), inference, a look at
 * the states that samples are steered to, and weights in and out. The same seed gives the same weights on any number of
 * workers.
 */
import { NotConverged, OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import { loadKernels } from "../kernels/load.ts";
import type { Kernels } from "../kernels/memory.ts";
import { stream } from "../random.ts";
import { loadBatch } from "./batch.ts";
import { batchesOf } from "./command.ts";
import type { Crew } from "./crew.ts";
import { startCrew } from "./crew.ts";
import type { Lane, LearningPlan } from "./lane.ts";
import { openLane } from "./lane.ts";
import type { SampleBlock } from "./layout.ts";
import { createLearningLayout, MOST_WORKERS } from "./layout.ts";
import { networkModel, requireWord, steeringRule } from "./model.ts";
import type { Phase } from "./relax.ts";
import { relaxBatch } from "./relax.ts";
import { countOf, loadSamples, requireSamples } from "./samples.ts";
import type { Answers, EpochOptions, EpochUpdates, LearnerInput } from "./trainable.ts";
import type { WeightMatrix } from "./weights.ts";
import { drawWeights, readMatrix, requireMatrix, weightBlocks, writeMatrix } from "./weights.ts";

export type { Samples } from "./samples.ts";
export type { Answers, EpochOptions, EpochUpdates, LearnerInput } from "./trainable.ts";

/** Where a learner works. */
export interface LearnerOptions {
  /** Worker threads, 1..64; one means this thread, which is then busy during a command. Default 1. */
  readonly workers?: number;
  /** Kernels with a memory of their own; shared memory for more than one worker. Default: compiled ones. */
  readonly kernels?: Kernels;
}

/** States that samples are steered to. */
export interface SteeredStates {
  /** By phase and layer: states ±1 at the end of the phase, sample after sample; 0 where the input has not come yet. */
  readonly states: readonly (readonly Int8Array[])[];
  /** By phase: sweeps to rest, sweeps of the phase + 1 where the state still moved. */
  readonly sweeps: readonly Uint32Array[];
}

/** Parts of an epoch after which progress is shown and signals are heard. */
const PARTS = 50;

/**
 * A network that learns. Close it when done: it may hold threads.
 * @source (P21)
 */
export class Learner {
  /** @internal */
  readonly plan: LearningPlan;
  readonly kernels: Kernels;
  readonly #crew: Crew;
  readonly #inspector: Lane;
  /** Ends when all that was asked for so far is done; calls share memory and take their turns. */
  #queue: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #closed = false;

  /** @internal */
  constructor(kernels: Kernels, plan: LearningPlan) {
    this.kernels = kernels;
    this.plan = plan;
    this.#crew = startCrew(kernels, plan);
    this.#inspector = openLane(kernels, { ...plan, workers: 1 }, 0, plan.layout.lanes[plan.workers]);
  }

  /**
   * One epoch over a set in an order of its own.
   * @param set name of the set
   * @param epoch number of the epoch, an integer ≥ 1: order and partial updates depend on it and on the seed
   *   alone
   * @param options rate factor, progress and signal; see {@link EpochOptions}
   * @returns shares of updates, or null when the signal stopped the epoch
   * @throws NotConverged when weights have grown beyond f32
   * @throws OutOfDomain on a set, an epoch or a rate factor outside what is documented, and when the learner
   *   is closed
   */
  trainEpoch(set: string, epoch: number, options: EpochOptions = {}): Promise<EpochUpdates | null> {
    return this.#inTurn(() => this.#trainEpoch(set, epoch, options));
  }

  async #trainEpoch(
    set: string,
    epoch: number,
    { rateFactor = 1, onProgress, signal }: EpochOptions,
  ): Promise<EpochUpdates | null> {
    const { model, rule, layout, seed } = this.plan;
    const { count } = this.#set(set);
    requireInteger("epoch", epoch, 1, Number.MAX_SAFE_INTEGER);
    requireInside("rateFactor", rateFactor, { min: 0, max: Infinity, openMax: true });
    this.kernels.uint32(layout.order, count).set(stream(seed, "epoch order", epoch).permutation(count));
    const { key } = stream(seed, "partial updates", epoch);
    const counts = this.kernels.float64(layout.counts, 2 * this.plan.workers).fill(0);
    const batches = batchesOf(count, rule.batchSize);
    const parts = Math.min(batches, PARTS);
    await this.#crew.run({ kind: "feedback" });
    for (let part = 0; part < parts; part++) {
      if (signal?.aborted === true) return null;
      const firstBatch = Math.floor((part * batches) / parts);
      const lastBatch = Math.floor(((part + 1) * batches) / parts);
      await this.#crew.run({ kind: "train", set, firstBatch, lastBatch, rateFactor, key });
      onProgress?.((part + 1) / parts);
    }
    this.#requireFinite(epoch);
    const sum = (which: number): number =>
      counts.filter((_, k) => k % 2 === which).reduce((total, value) => total + value, 0);
    const outputs = layout.readout === null ? 1 : model.outputs;
    return { hidden: sum(0) / (count * model.hidden * model.layers), readout: sum(1) / (count * outputs) };
  }

  /**
   * Inference on the samples of a set, T sweeps without feedback from s = 0.
   * @param set name of the set
   * @param range first: index of the first sample, ≥ 0, default 0; count: number of samples from there, ≥ 0,
   *   default all
   * @returns answer and sweeps of each sample
   * @throws OutOfDomain on a set or range outside what is there, and when the learner is closed
   */
  answer(set: string, range: { readonly first?: number; readonly count?: number } = {}): Promise<Answers> {
    return this.#inTurn(() => this.#answer(set, range));
  }

  async #answer(
    set: string,
    { first = 0, count }: { readonly first?: number; readonly count?: number },
  ): Promise<Answers> {
    const block = this.#set(set);
    const samples = count ?? block.count - first;
    requireInteger("first", first, 0, block.count);
    requireInteger("count", samples, 0, block.count - first);
    const { key } = stream(this.plan.seed, "partial updates of inference");
    await this.#crew.run({ kind: "answer", set, first, count: samples, key });
    return {
      values: this.kernels.float32(block.answers + 4 * first, samples).slice(),
      sweeps: this.kernels.uint32(block.sweeps + 4 * first, samples).slice(),
    };
  }

  /**
   * Relaxes consecutive samples through phases of one's own and returns the states at the end of each.
   * @param set name of the set; with feedback, its labels or patterns are the targets
   * @param range first: index of the first sample, ≥ 0; count: number of samples from there, 1..64
   * @param phases drives with their sweeps, one after the other
   * @returns states at the end of each phase
   * @throws OutOfDomain on a set, range or phase outside what is documented, and when the learner is closed
   *   or busy
   */
  steer(
    set: string,
    { first, count }: { readonly first: number; readonly count: number },
    phases: readonly Phase[],
  ): SteeredStates {
    const lane = this.#inspector;
    if (this.#closed || this.#pending > 0) {
      throw new OutOfDomain(`steer needs a learner at rest, this one is ${this.#closed ? "closed" : "busy"}`);
    }
    const block = this.#set(set);
    requireInteger("first", first, 0, block.count - 1);
    requireInteger("count", count, 1, Math.min(lane.plan.layout.batch.capacity, block.count - first));
    loadBatch(lane, { set: block, first, samples: count, shuffled: false });
    const states: Int8Array[][] = [];
    const sweeps: Uint32Array[] = [];
    for (const { drive, sweeps: each } of phases) {
      requireWord("drive", drive, ["input", "fed", "annealed"]);
      requireInteger("sweeps of a phase", each, 0, 1e6);
    }
    const { key } = stream(this.plan.seed, "partial updates of inference");
    relaxBatch(lane, {
      samples: count,
      phases,
      words: { key, first: 0 },
      afterPhase: (phase, relaxation) => {
        const { hidden, layers } = this.plan.model;
        states.push(
          Array.from({ length: layers }, (_, l) => {
            const out = new Int8Array(count * hidden);
            for (let b = 0; b < count; b++)
              out.set(this.kernels.int8(relaxation.state(l, b), hidden), b * hidden);
            return out;
          }),
        );
        sweeps.push(relaxation.stopped.map((at) => at || phases[phase]!.sweeps + 1));
      },
    });
    return { states, sweeps };
  }

  /** Weights of every block, in the order of `restore`. */
  weights(): readonly WeightMatrix[] {
    return weightBlocks(this.plan).map(([, block]) => readMatrix(this.kernels, block));
  }

  /** Names of the blocks of `weights`: couplings0.., input0.., feedback0.., readout. */
  weightNames(): readonly string[] {
    return weightBlocks(this.plan).map(([name]) => name);
  }

  /**
   * Couplings of a layer, J_ij at i·H + j; the diagonal is zero.
   * @param layer index of the layer, 0..L−1
   * @returns H × H couplings
   * @throws OutOfDomain on any other layer
   */
  couplings(layer: number): WeightMatrix {
    requireInteger("layer", layer, 0, this.plan.model.layers - 1);
    return readMatrix(this.kernels, this.plan.layout.couplings[layer]!);
  }

  /**
   * Puts weights back.
   * @param weights matrices as `weights` returned them
   * @throws OutOfDomain unless they have the number and shapes of `weights`
   * @throws OutOfDomain unless they have the number and shapes of `weights`, and when the learner is closed
   */
  restore(weights: readonly WeightMatrix[]): Promise<void> {
    return this.#inTurn(async () => {
      const blocks = weightBlocks(this.plan);
      if (weights.length !== blocks.length) {
        throw new OutOfDomain(`weights must be ${blocks.length} matrices, got ${weights.length}`);
      }
      blocks.forEach(([name, block], k) => {
        requireMatrix(name, block, weights[k]!);
      });
      blocks.forEach(([, block], k) => {
        writeMatrix(this.kernels, block, weights[k]!);
      });
      await this.#crew.run({ kind: "feedback" });
    });
  }

  /** The fields of the feedback follow the weights: needed before `steer` with feedback. */
  prepareFeedback(): Promise<void> {
    return this.#inTurn(() => this.#crew.run({ kind: "feedback" }));
  }

  /** Ends the worker threads, at once; what was asked for and is not done yet fails. Closing twice is fine. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#crew.close();
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#closed) return Promise.reject(new OutOfDomain("the learner must be open, it was closed"));
    this.#pending++;
    const done = this.#queue.then(work).finally(() => {
      this.#pending--;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #requireFinite(epoch: number): void {
    for (const [name, block] of weightBlocks(this.plan)) {
      const weights = this.kernels.float32(block.address, block.rows * block.stride);
      if (weights.every(Number.isFinite)) continue;
      throw new NotConverged(
        `weights ${name} are no longer finite after epoch ${epoch}: smaller rates or decays are needed`,
      );
    }
  }

  #set(name: string): SampleBlock {
    const { sets } = this.plan.layout;
    const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
    if (set === undefined) {
      const names = Object.keys(sets).join(", ");
      throw new OutOfDomain(`set must be one of ${names}, got "${name}"`);
    }
    return set;
  }
}

/**
 * A network with fresh weights and its samples.
 * @param input network, rule, samples and seed; see {@link LearnerInput}
 * @param options workers and kernels; see {@link LearnerOptions}
 * @returns the learner; call `close` when done
 * @throws OutOfDomain when samples do not fit the model, or all of it does not fit into 4 GiB
 * @throws NoTypeScript when workers are to run TypeScript sources and tsx is not installed
 * @source (P21)
 */
export async function openLearner(
  { model, rule, sets, seed }: LearnerInput,
  { workers = 1, kernels = loadKernels({ shared: workers > 1 }) }: LearnerOptions = {},
): Promise<Learner> {
  const complete = networkModel(model);
  const checked = steeringRule(rule, complete);
  requireInteger("workers", workers, 1, MOST_WORKERS);
  if (workers > 1 && !(kernels.memory.buffer instanceof SharedArrayBuffer)) {
    throw new OutOfDomain(`kernels must be on shared memory for ${workers} workers`);
  }
  for (const [name, samples] of Object.entries(sets)) requireSamples(name, samples, complete);
  const sizes = Object.fromEntries(Object.entries(sets).map(([name, samples]) => [name, countOf(samples)]));
  const layout = createLearningLayout(kernels, { model: complete, rule: checked, sets: sizes, workers });
  for (const [name, samples] of Object.entries(sets)) loadSamples(kernels, layout.sets[name]!, samples);
  const plan = { model: complete, rule: checked, layout, workers, seed };
  drawWeights(kernels, plan);
  const learner = new Learner(kernels, plan);
  await learner.prepareFeedback();
  return learner;
}
