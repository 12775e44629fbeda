/** @file What the tests of learning share: small networks on artificial samples, and weights to compare. */
import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { prototypes, randomPairs } from "../../../sim/data/patterns.ts";
import type { Learner, LearnerOptions, Samples } from "../../../sim/learning/learner.ts";
import { openLearner } from "../../../sim/learning/learner.ts";
import type { ModelInput, RuleInput } from "../../../sim/learning/model.ts";
import { networkModel, steeringRule } from "../../../sim/learning/model.ts";

/** What a learner of a test is made of. */
export interface Setup {
  readonly model: ModelInput;
  readonly rule?: RuleInput;
  readonly sets: Readonly<Record<string, Samples>>;
  readonly seed?: number;
}

/** A learner that is closed when the test ends. */
export async function learnerOf(
  { model, rule = {}, sets, seed = 1 }: Setup,
  options: LearnerOptions = {},
): Promise<Learner> {
  const complete = networkModel(model);
  const input = { model: complete, rule: steeringRule(rule, complete), sets, seed };
  const learner = await openLearner(input, options);
  onTestFinished(() => learner.close());
  return learner;
}

/** Noisy prototypes that no small network learns at once. */
export const noisySamples = (n: number, samples: number, seed: number, classes = 10): LabelledStates =>
  prototypes({ n, classes, samples, flipProbability: 0.25, seed });

/** Digest of all weights: the same only where every f32 has the same bits, −0 and 0 told apart. */
export function weightBits(learner: Learner): string {
  const hash = createHash("sha256");
  for (const { values } of learner.weights()) hash.update(values);
  return hash.digest("hex");
}

/** Rates so large that weights change by much more than rounding in a batch. */
export const strongRates = { couplings: 0.1, input: 0.1, readout: 0.3 };

/** A network of 30 inputs and ten classes; sets `train` and `test`. The last of three batches has 8 samples. */
export function setup(hidden: number, model: Partial<ModelInput>, rule: RuleInput, samples = 40): Setup {
  const sizes = { inputs: 30, hidden, outputs: 10, inputStrength: 1.5 };
  return {
    model: { ...sizes, ...model },
    rule: { rates: strongRates, ...rule },
    sets: { train: noisySamples(30, samples, 2), test: noisySamples(30, 70, 2) },
    seed: 5,
  };
}

/** Hetero-association of 70 neurons. */
export const patternSetup: Setup = {
  model: { inputs: 70, hidden: 70, outputs: 70, association: "patterns", layers: 2, layerCoupling: 1 },
  rule: { rates: strongRates, plasticity: "contrastive", freePhase: "annealed" },
  sets: {
    train: randomPairs({ n: 70, pairs: 40, seed: 3 }),
    test: randomPairs({ n: 70, pairs: 40, seed: 3 }),
  },
  seed: 5,
};
