/** @file Where a network learns: by the compiled kernels in the threads of this machine, or on a GPU. */
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { DeviceLost } from "../kernels/webgpu/errors.ts";
import type { CouplingPrecision } from "../kernels/webgpu/matrix.ts";
import type { Learner, LearnerOptions } from "./learner.ts";
import { openLearner } from "./learner.ts";
import type { LearnerInput, TrainableNetwork } from "./trainable.ts";

/** Opens networks that learn. */
export interface LearningBackend {
  /**
   * A network with fresh weights and its samples; on a GPU that was lost, on a new one.
   * @param input network, rule, samples and seed
   * @throws OutOfDomain when samples do not fit the model
   * @throws NoDevice, DeviceMemory, DeviceLost where a GPU is missing, too small or gone
   */
  open(input: LearnerInput): Promise<TrainableNetwork>;
  /** Whether what it holds can be lost in mid-run, so that weights are worth keeping after each epoch. */
  readonly volatile: boolean;
}

/** A learner of this machine as training sees it. */
function trainable(learner: Learner): TrainableNetwork {
  const { model, rule } = learner.plan;
  return {
    model,
    rule,
    trainEpoch: (set, epoch, options) => learner.trainEpoch(set, epoch, options),
    answer: (set, range) => learner.answer(set, range),
    weights: () => Promise.resolve(learner.weights()),
    weightNames: () => learner.weightNames(),
    couplings: (layer) => Promise.resolve(learner.couplings(layer)),
    restore: (weights) => learner.restore(weights),
    close: () => learner.close(),
  };
}

/**
 * Learning by the compiled kernels.
 * @param options workers and kernels; see {@link LearnerOptions}
 * @source (P21)
 */
export const wasmBackend = (options: LearnerOptions = {}): LearningBackend => ({
  open: async (input) => trainable(await openLearner(input, options)),
  volatile: false,
});

/** How a GPU is used for learning. */
export interface DeviceBackendOptions {
  /** Precision in which products read the couplings J; default f32. */
  readonly couplingPrecision?: CouplingPrecision;
  /** Opens the GPU again after it was lost. */
  readonly reopen: () => Promise<ComputeDevice>;
}

/**
 * Learning on a GPU. The GPU stays open when a network is closed, unless it was lost.
 * @param device an open GPU
 * @param options precision, and how to open the GPU again; see {@link DeviceBackendOptions}
 * @source (P21)
 */
export function deviceBackend(
  device: ComputeDevice,
  { couplingPrecision = "f32", reopen }: DeviceBackendOptions,
): LearningBackend {
  let present = device;
  return {
    async open(input) {
      // Nothing of the GPU is loaded for those who do not use it.
      const { openDeviceLearner } = await import("./device/learner.ts");
      try {
        present.requirePresent();
      } catch (error) {
        if (!(error instanceof DeviceLost)) throw error;
        present = await reopen();
      }
      return openDeviceLearner(present, input, { couplingPrecision });
    },
    volatile: true,
  };
}
