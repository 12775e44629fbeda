/**
 * @file What training needs of a network that learns, wherever it is computed: epochs of the train step (P21), inference,
 * and weights in and out.
 */
import type { NetworkModel, SteeringRule } from "./model.ts";
import type { Samples } from "./samples.ts";
import type { WeightMatrix } from "./weights.ts";

/** What a learner is made of. */
export interface LearnerInput {
  /** The network, of `networkModel`. */
  readonly model: NetworkModel;
  /** How it learns, of `steeringRule`. */
  readonly rule: SteeringRule;
  /** Sets of samples by name; the model says whether they have classes or target patterns. */
  readonly sets: Readonly<Record<string, Samples>>;
  /** Seed of weights, order of samples and partial updates, an integer, 0..2⁵³−1. */
  readonly seed: number;
}

/** Options of an epoch. */
export interface EpochOptions {
  /** Factor on all learning rates, ≥ 0. Default 1. */
  readonly rateFactor?: number;
  /** Called with the share of the epoch that is done. */
  readonly onProgress?: (share: number) => void;
  /** Stops between batches; the epoch is then incomplete. */
  readonly signal?: AbortSignal;
}

/** Shares of (neuron, sample) and of (readout unit, sample) pairs that learned in an epoch; 0 where no rate is above 0. */
export interface EpochUpdates {
  /** Share of (neuron, sample) pairs. */
  readonly hidden: number;
  /** Share of (readout unit, sample) pairs. */
  readonly readout: number;
}

/** Answers to the samples of a set. */
export interface Answers {
  /** Predicted class of each sample, 0..C−1, or overlap of the last layer with its target pattern, −1..1. */
  readonly values: Float32Array;
  /**
   * Sweeps to rest, 1..T + 1, the last one without a flip included; T + 1 where the state still moved after
   * T.
   */
  readonly sweeps: Uint32Array;
}

/**
 * A network that learns. Close it when done.
 * @source (P21)
 */
export interface TrainableNetwork {
  /** The network. */
  readonly model: NetworkModel;
  /** How it learns. */
  readonly rule: SteeringRule;
  /**
   * One epoch over a set in an order of its own.
   * @param set name of the set
   * @param epoch number of the epoch, an integer ≥ 1: order and partial updates depend on it and on the seed alone
   * @param options rate factor, progress and signal; see {@link EpochOptions}
   * @returns shares of updates, or null when the signal stopped the epoch
   * @throws NotConverged when weights have grown beyond f32
   * @throws OutOfDomain on a set, an epoch or a rate factor outside what is documented, and when it is closed
   */
  trainEpoch(set: string, epoch: number, options?: EpochOptions): Promise<EpochUpdates | null>;
  /**
   * Inference on the samples of a set, T sweeps without feedback from s = 0.
   * @param set name of the set
   * @param range first: index of the first sample, ≥ 0, default 0; count: number of samples from there, ≥ 0, default all
   * @throws OutOfDomain on a set or range outside what is there, and when it is closed
   */
  answer(set: string, range?: { readonly first?: number; readonly count?: number }): Promise<Answers>;
  /** Weights of every block (a copy), in the order of `restore`. */
  weights(): Promise<readonly WeightMatrix[]>;
  /** Names of the blocks of `weights`: couplings0.., input0.., feedback0.., readout. */
  weightNames(): readonly string[];
  /**
   * Couplings of a layer, J_ij at i·H + j; the diagonal is zero.
   * @param layer index of the layer, 0..L−1
   * @throws OutOfDomain on any other layer
   */
  couplings(layer: number): Promise<WeightMatrix>;
  /**
   * Puts weights back.
   * @param weights matrices as `weights` returned them
   * @throws OutOfDomain unless they have the number and shapes of `weights`, and when it is closed
   */
  restore(weights: readonly WeightMatrix[]): Promise<void>;
  /** Gives back what it holds; what was asked for and is not done yet fails. Closing twice is fine. */
  close(): Promise<void>;
}
