/** @file Rows of the experiments on learning: what is stored, printed and drawn. Types only. */
import type { RowStatus } from "./rows.ts";

export type { RowStatus } from "./rows.ts";

/** How the hidden layer comes about: learned by steering, drawn at random, or trained by backpropagation. */
export type Method = "rule" | "random-features" | "reservoir" | "mlp" | "perceptron";

/** A network after an epoch. Null where a run did not get there, or its method has no such thing. */
export interface LearningRow {
  readonly status: RowStatus;
  readonly method: Method;
  /** Name of the run among those that are compared, `group: case` in ablations, e.g. `feedback: absent`. */
  readonly variant: string;
  /** Neurons H of a layer; 0 for the perceptron. */
  readonly hidden: number;
  readonly layers: number;
  readonly selfCoupling: number;
  /** Ferromagnetic coupling λ between layers. */
  readonly layerCoupling: number;
  readonly trainSamples: number;
  readonly seed: number;
  /** From 1; the last one in a row that stands for a run without a result. */
  readonly epoch: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
  /** Share of (neuron, sample) pairs that learned in the epoch. */
  readonly hiddenUpdates: number | null;
  /** Share of (readout unit, sample) pairs that learned in the epoch. */
  readonly readoutUpdates: number | null;
  /** Sweeps of inference on test samples up to the first one without a flip; T + 1 where there was none. */
  readonly meanSweeps: number | null;
  /** Share of test samples at rest after T sweeps. */
  readonly settled: number | null;
  /** Σ J_ij J_ji / Σ J_ij² of the first layer after the epoch. */
  readonly symmetry: number | null;
}

/** A network after an epoch of learning in batches of a size. */
export interface LearningBatchRow extends LearningRow {
  /** Preset that rule and data are of. */
  readonly preset: string;
  /** Samples B of a batch. */
  readonly batchSize: number;
  /** Factor on the learning rates of the preset: 1, or √(B/16). */
  readonly rateFactor: number;
  /** Epoch after which batch sizes are compared; runs with large batches go on for longer. */
  readonly comparedEpochs: number;
}

/** Hetero-association of P random pairs by one network. */
export interface HeteroRow {
  readonly status: RowStatus;
  readonly layers: number;
  readonly n: number;
  /** Number of pairs P. */
  readonly pairs: number;
  readonly seed: number;
  /** P/N. */
  readonly load: number;
  /** Epochs to full recall. */
  readonly epochs: number | null;
  /** Share of pairs recalled. */
  readonly recalled: number;
  readonly meanOverlap: number;
}

/** Largest number of pairs recalled at one size. */
export interface HeteroCapacityRow {
  readonly status: RowStatus;
  readonly layers: number;
  readonly n: number;
  readonly capacity: number | null;
  readonly standardError: number | null;
  readonly criterion: string;
  readonly samples: number;
}

/** Slope of the capacity against N at one depth. */
export interface HeteroSlopeRow {
  readonly status: RowStatus;
  readonly layers: number;
  readonly slope: number | null;
  readonly standardError: number | null;
  readonly intercept: number | null;
}

/** Overlaps of the fixed points of different samples in one layer. */
export interface RepresentationRow {
  readonly status: RowStatus;
  readonly hidden: number;
  readonly layers: number;
  readonly layer: number;
  readonly epoch: number;
  readonly seed: number;
  /** Mean overlap of two samples of the same class. */
  readonly within: number;
  /** Mean overlap of two samples of different classes. */
  readonly between: number;
  /** 10 × 10 mean overlaps of fixed points of different samples, by class. */
  readonly matrix: number[][];
  /** Mean normalised Hamming distance of clamped and free final states. */
  readonly clampedFreeDistance: number;
  /** Mean overlap of the inputs of two samples of the same class. */
  readonly inputWithin: number;
  /** Mean overlap of the inputs of two samples of different classes. */
  readonly inputBetween: number;
}

/** Sweeps to rest under one kind of target or input. */
export interface EquilibrationRow {
  readonly status: RowStatus;
  readonly hidden: number;
  readonly seed: number;
  /**
   * `right target`, `wrong target`, `random target`, `no target`, `flipped bits 0.1`, `flipped bits 0.3`,
   * `shuffled pixels` or `uniform noise`.
   */
  readonly kind: string;
  /** Samples by sweeps to rest: index 0 is one sweep, the last one those not at rest. */
  readonly sweeps: number[];
  readonly mean: number;
  /** Area under the ROC curve of sweeps as a score against in-distribution samples without target. */
  readonly auc: number | null;
  /** Points of the ROC curve: share of in-distribution samples above each threshold. */
  readonly rocFalse: number[];
  /** Points of the ROC curve: share of samples of this kind above each threshold. */
  readonly rocTrue: number[];
}

/** Accuracy on test inputs whose bits were flipped. */
export interface ShiftRow {
  readonly status: RowStatus;
  readonly method: Method;
  readonly hidden: number;
  readonly seed: number;
  readonly flipProbability: number;
  readonly accuracy: number;
}
