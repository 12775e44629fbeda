/** @file Parameters of `representations`, `equilibration` and `shift` by preset: what is looked at in trained networks. Pure data. */
import type { EquilibrationParameters } from "./experiments/equilibration.ts";
import type { ProbedTraining } from "./experiments/probed-training.ts";
import type { RepresentationsParameters } from "./experiments/representations.ts";
import type { ShiftParameters } from "./experiments/shift.ts";
import { learningPresets } from "./learning/presets.ts";
import type { LearningPreset, PresetName } from "./learning/presets.ts";

/** Bits of Entangled MNIST, and its classes. */
const shape = { inputs: 100, outputs: 10 } as const;

/** Ferromagnetic coupling λ between layers: weaker ones leave the second layer without the input. */
const layerCoupling = 3;

/** Feedback λ_back that moves the state: that of the presets changes hardly any neuron of a trained network. */
const strongFeedback = 5;

/** Training of a preset with other sizes. */
function training(
  name: PresetName,
  changes: Pick<ProbedTraining, "trainSamples" | "testSamples" | "epochs"> & { readonly hidden: number },
): ProbedTraining {
  const { schedule, model, rule }: LearningPreset = learningPresets[name];
  const { hidden, ...sizes } = changes;
  return { ...sizes, schedule, model: { ...model, ...shape, hidden }, rule };
}

const withFeedback = (plain: ProbedTraining): ProbedTraining => ({
  ...plain,
  model: { ...plain.model, feedbackStrength: strongFeedback },
});

/** One layer with the feedback of the preset and with strong feedback, and two layers. */
function networks(plain: ProbedTraining, lookAt: readonly number[], samplesPerClass: number) {
  const { model, ...shared } = plain;
  const strong = withFeedback(plain).model;
  return {
    models: [model, strong, { ...strong, layers: 2, layerCoupling }],
    looks: { ...shared, lookAt, samplesPerClass },
  };
}

/** Feedback of the preset and strong feedback. */
const bothFeedbacks = (plain: ProbedTraining): ProbedTraining[] => [plain, withFeedback(plain)];

/** All methods without and with noise in training. */
const shifted = {
  methods: ["rule", "random-features", "reservoir"],
  trainingFlips: [0, 0.1],
  flipProbabilities: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3],
} as const satisfies Partial<ShiftParameters>;

/** Ten times the sweeps of a train step: more make no difference to those that still move. */
const probe = { sweeps: 50, flipProbabilities: [0.1, 0.3] } as const;

/** Parameters of the three experiments. */
export interface LearningProbeParameters {
  readonly representations: RepresentationsParameters;
  readonly equilibration: EquilibrationParameters;
  readonly shift: ShiftParameters;
}

const quickSizes = { hidden: 200, trainSamples: 6000, testSamples: 1000, epochs: 6 } as const;
const standardSizes = { hidden: 300, trainSamples: 6000, testSamples: 3000, epochs: 20 } as const;
const paperSizes = { hidden: 400, trainSamples: 60_000, testSamples: 10_000, epochs: 10 } as const;

/** About 10 s of one core each. */
export const quickLearningProbes: LearningProbeParameters = {
  representations: { seeds: 2, ...networks(training("small", quickSizes), [0, 1, 2, 4, 6], 20) },
  equilibration: { seeds: 2, trainings: bothFeedbacks(training("small", quickSizes)), probe },
  shift: {
    seeds: 2,
    training: training("small", quickSizes),
    ...shifted,
    flipProbabilities: [0, 0.1, 0.2, 0.3],
  },
};

/** Up to 4 min of one core each. */
export const standardLearningProbes: LearningProbeParameters = {
  representations: { seeds: 4, ...networks(training("small", standardSizes), [0, 1, 2, 5, 10, 20], 50) },
  equilibration: { seeds: 8, trainings: bothFeedbacks(training("small", standardSizes)), probe },
  shift: { seeds: 6, training: training("small", standardSizes), ...shifted },
};

/** About half an hour of one core each. */
export const paperLearningProbes: LearningProbeParameters = {
  representations: { seeds: 4, ...networks(training("large", paperSizes), [0, 1, 2, 5, 10], 100) },
  equilibration: { seeds: 8, trainings: bothFeedbacks(training("large", paperSizes)), probe },
  shift: { seeds: 5, training: training("large", paperSizes), ...shifted },
};
