/**
 * @file Presets of the learning rule on Entangled MNIST, as data, and the baselines that share its network: random
 * features and reservoir.
 */
import type { ModelInput, NetworkModel, RuleInput, SteeringRule } from "./model.ts";
import { networkModel, steeringRule } from "./model.ts";

/** How learning rates change over the epochs: not at all, or falling to zero in a line or a half cosine. */
export type RateSchedule = "constant" | "linear" | "cosine";

/** Everything but sizes that a run needs. */
export interface LearningPreset {
  /** Number of samples of the training set, an integer ≥ 1. */
  readonly trainSamples: number;
  /** Number of samples of the test set, an integer ≥ 1. */
  readonly testSamples: number;
  /** Neurons H of a layer, 2..20,000. */
  readonly hidden: number;
  /** Number of epochs, an integer ≥ 0. */
  readonly epochs: number;
  /** How the learning rates change over the epochs. */
  readonly schedule: RateSchedule;
  /** What distinguishes the network from the default one. */
  readonly model: Partial<NetworkModel>;
  /** What distinguishes the rule from the default one. */
  readonly rule: RuleInput;
}

/**
 * `small` and `large` are published settings (arXiv 2509.05041 and its code): 6,000 images for quick tests, 60,000 for
 * the main figure. `tuned` was chosen on the last 10,000 training images, held out: larger rates that fall to zero,
 * smaller margins, no decay of the readout, more sweeps.
 */
export const learningPresets = {
  small: {
    trainSamples: 6000,
    testSamples: 3000,
    hidden: 300,
    epochs: 20,
    schedule: "constant",
    model: { selfCoupling: 0.5, inputStrength: 5, feedbackStrength: 0.5 },
    rule: {
      sweeps: 7,
      margin: 0.5,
      readoutMargin: 3,
      rates: { couplings: 0.01, input: 0.03, readout: 0.1 },
      decays: { couplings: 0.005, input: 0, readout: 0.005 },
    },
  },
  large: {
    trainSamples: 60_000,
    testSamples: 10_000,
    hidden: 400,
    epochs: 20,
    schedule: "constant",
    model: { selfCoupling: 0.5, inputStrength: 5, feedbackStrength: 0.9 },
    rule: {
      sweeps: 5,
      margin: 0.9,
      readoutMargin: 3,
      rates: { couplings: 0.005, input: 0.03, readout: 0.1 },
      decays: { couplings: 0.005, input: 0, readout: 0.005 },
    },
  },
  tuned: {
    trainSamples: 60_000,
    testSamples: 10_000,
    hidden: 1600,
    epochs: 20,
    schedule: "linear",
    model: { selfCoupling: 0.5, inputStrength: 5, feedbackStrength: 0.9 },
    rule: {
      sweeps: 8,
      margin: 0.7,
      readoutMargin: 1.5,
      rates: { couplings: 0.02, input: 0.1, readout: 0.2 },
      decays: { couplings: 0.005, input: 0, readout: 0 },
    },
  },
} as const satisfies Record<string, LearningPreset>;

/** Name of a preset. */
export type PresetName = keyof typeof learningPresets;

/** What is trained: the rule on the whole network, or only the readout of a network that stays as it is. */
export type NetworkMethod = "rule" | "random-features" | "reservoir";

/** A network and the rule it learns by. */
export interface NetworkSetup {
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
}

/**
 * Network and rule of a method. Random features: no couplings, only W_out learns, one sweep. Reservoir: random couplings
 * that stay as they are, only W_out learns, no feedback.
 * @param method what is trained
 * @param model sizes, and what distinguishes the network from the default one; see {@link NetworkModel}
 * @param rule what distinguishes the rule from the default one; see {@link SteeringRule}
 * @throws OutOfDomain naming a field outside of its domain
 * @source (P21); baselines of arXiv 2509.05041
 */
export function networkSetup(method: NetworkMethod, model: ModelInput, rule: RuleInput): NetworkSetup {
  const frozen: RuleInput = {
    ...rule,
    feedback: "absent",
    freePhase: "none",
    rates: { ...rule.rates, couplings: 0, input: 0 },
  };
  switch (method) {
    case "rule": {
      const complete = networkModel(model);
      return { model: complete, rule: steeringRule(rule, complete) };
    }
    case "random-features": {
      const complete = networkModel({ ...model, couplingStrength: 0, selfCoupling: 0 });
      return { model: complete, rule: steeringRule({ ...frozen, sweeps: 1 }, complete) };
    }
    case "reservoir": {
      const complete = networkModel(model);
      return { model: complete, rule: steeringRule(frozen, complete) };
    }
    default:
      return method satisfies never;
  }
}
