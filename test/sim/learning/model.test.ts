/** @file Networks and rules from what is special about them: defaults, and one clear line for every wrong field. */
import { describe, expect, test } from "vitest";
import type { ModelInput, RuleInput } from "../../../sim/learning/model.ts";
import { networkModel, steeringRule, wakingSweeps } from "../../../sim/learning/model.ts";
import { learningPresets, networkSetup } from "../../../sim/learning/presets.ts";
import { OutOfDomain } from "../../../theory/errors.ts";

const sizes = { inputs: 20, hidden: 30, outputs: 10 };

/** The one line of an OutOfDomain. */
function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(OutOfDomain);
    const { message } = error as OutOfDomain;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("nothing was refused");
}

const notStrengths = [-0.1, NaN, Infinity, 1e7];
const notIntegers = [0, 1.5, NaN, Infinity, -3];

const wrongModels: Record<string, Partial<ModelInput>[]> = {
  inputs: [...notIntegers, 65_537].map((inputs) => ({ inputs })),
  hidden: [...notIntegers, 1, 20_001].map((hidden) => ({ hidden })),
  layers: [...notIntegers, 65].map((layers) => ({ layers })),
  outputs: [...notIntegers, 1, 1025].map((outputs) => ({ outputs })),
  selfCoupling: notStrengths.map((selfCoupling) => ({ selfCoupling })),
  layerCoupling: notStrengths.map((layerCoupling) => ({ layerCoupling })),
  skipCoupling: notStrengths.map((skipCoupling) => ({ skipCoupling })),
  couplingStrength: notStrengths.map((couplingStrength) => ({ couplingStrength })),
  symmetry: [-1.01, 1.01, NaN].map((symmetry) => ({ symmetry })),
  inputStrength: notStrengths.map((inputStrength) => ({ inputStrength })),
  feedbackStrength: notStrengths.map((feedbackStrength) => ({ feedbackStrength })),
  inputLayers: [[], [1], [-1], [0.5], [0, 0], [NaN]].map((inputLayers) => ({ inputLayers })),
  feedbackLayers: [{ feedbackLayers: [1] }, { layers: 2, layerCoupling: 1, feedbackLayers: [1, 0] }],
  patterns: [
    { association: "patterns" },
    { association: "patterns", inputs: 30, outputs: 20 },
    { association: "patterns", inputs: 20, outputs: 30 },
  ],
  "layer 1": [{ layers: 2 }, { layers: 3, skipCoupling: 1 }],
  "layer 3": [{ layers: 4, inputLayers: [0, 1, 2] }],
};

const perWeights = ["couplings", "input", "readout"] as const;

const wrongRules: Record<string, RuleInput[]> = {
  sweeps: notIntegers.map((sweeps) => ({ sweeps })),
  margin: [NaN, Infinity, -Infinity, 1e7].map((margin) => ({ margin })),
  readoutMargin: [NaN, Infinity, -1e7].map((readoutMargin) => ({ readoutMargin })),
  updateProbability: [0, -0.5, 1.01, NaN].map((updateProbability) => ({ updateProbability })),
  batchSize: [...notIntegers, 1025].map((batchSize) => ({ batchSize })),
  feedbackRate: notStrengths.map((feedbackRate) => ({ feedbackRate })),
  freePhase: [{ plasticity: "contrastive", freePhase: "none" }, { freePhase: "gone" as never }],
  plasticity: [{ plasticity: "hebbian" as never }],
  contrastive: [{ plasticity: "contrastive", feedback: "learned" }],
  readoutTargets: [{ readoutTargets: "unknown" as never }],
  ...Object.fromEntries(
    perWeights.flatMap((kind) => [
      [`rates.${kind}`, notStrengths.map((rate) => ({ rates: { [kind]: rate } }))],
      [`decays.${kind}`, notStrengths.map((decay) => ({ decays: { [kind]: decay } }))],
    ]),
  ),
};

describe("a wrong field is named in one line", () => {
  test.each(Object.entries(wrongModels))("%s of a model", (name, inputs) => {
    for (const input of inputs) expect(refusal(() => networkModel({ ...sizes, ...input }))).toContain(name);
  });

  test.each(Object.entries(wrongRules))("%s of a rule", (name, inputs) => {
    const model = networkModel(sizes);
    for (const input of inputs) expect(refusal(() => steeringRule(input, model))).toContain(name);
  });

  test("sweeps too few to wake the last layer", () => {
    const model = networkModel({ ...sizes, layers: 4, layerCoupling: 0.5 });
    expect(refusal(() => steeringRule({ sweeps: 3 }, model))).toMatch(/^sweeps must be .* from 4 /);
    expect(steeringRule({ sweeps: 4 }, model).sweeps).toBe(4);
  });

  test("a setup is checked as a whole", () => {
    expect(refusal(() => networkSetup("rule", sizes, { margin: NaN }))).toContain("margin");
    expect(refusal(() => networkSetup("reservoir", { ...sizes, outputs: 1 }, {}))).toContain("outputs");
    expect(refusal(() => networkSetup("random-features", { ...sizes, layers: 2 }, {}))).toContain("layer 1");
  });
});

describe("a model", () => {
  test("needs only sizes: input to the first layer, feedback to the last", () => {
    const model = networkModel({ ...sizes, layers: 3, layerCoupling: 1 });
    expect(model).toMatchObject({ inputLayers: [0], feedbackLayers: [2], selfCoupling: 0.5, symmetry: 0 });
    expect(networkModel({ ...sizes, hidden: 2, inputs: 500 }).hidden).toBe(2);
    expect(networkModel({ ...sizes, feedbackLayers: [] }).feedbackLayers).toEqual([]);
  });

  test.each([
    { layers: 1, sweeps: [1] },
    { layers: 4, layerCoupling: 1, sweeps: [1, 2, 3, 4] },
    { layers: 4, layerCoupling: 1, inputLayers: [3], sweeps: [4, 3, 2, 1] },
    { layers: 5, layerCoupling: 1, skipCoupling: 1, sweeps: [1, 2, 2, 3, 3] },
    { layers: 5, skipCoupling: 1, inputLayers: [0, 3], sweeps: [1, 2, 2, 1, 3] },
    { layers: 3, layerCoupling: 1, inputLayers: [0, 1, 2], sweeps: [1, 1, 1] },
  ])("the input reaches the layers at sweeps $sweeps", ({ sweeps, ...special }) => {
    expect(wakingSweeps(networkModel({ ...sizes, ...special }))).toEqual(sweeps);
  });

  test("rates and decays that are not given are those of the default rule", () => {
    const rule = steeringRule({ rates: { input: 0.5 }, decays: { readout: 0 } }, networkModel(sizes));
    expect(rule.rates).toEqual({ couplings: 0.005, input: 0.5, readout: 0.1 });
    expect(rule.decays).toEqual({ couplings: 0.005, input: 0, readout: 0 });
  });
});

describe("presets", () => {
  // The table of the publication: samples, J_D, T, λ_in, λ_back, κ, κ_out, η_J, η_in, η_W, decays, B, epochs.
  test.each([
    { name: "small", samples: [6000, 3000], lambda: 0.5, sweeps: 7, margin: 0.5, rate: 0.01 },
    { name: "large", samples: [60_000, 10_000], lambda: 0.9, sweeps: 5, margin: 0.9, rate: 0.005 },
  ] as const)("$name has the published settings", ({ name, samples, lambda, sweeps, margin, rate }) => {
    const preset = learningPresets[name];
    expect([preset.trainSamples, preset.testSamples, preset.epochs]).toEqual([...samples, 20]);
    const { model, rule } = networkSetup("rule", { ...sizes, ...preset.model }, preset.rule);
    expect(model).toMatchObject({ selfCoupling: 0.5, inputStrength: 5, feedbackStrength: lambda });
    expect(rule).toMatchObject({
      sweeps,
      margin,
      readoutMargin: 3,
      rates: { couplings: rate, input: 0.03, readout: 0.1 },
      decays: { couplings: 0.005, input: 0, readout: 0.005 },
      batchSize: 16,
      updateProbability: 1,
      freePhase: "removed",
      feedback: "frozen",
      plasticity: "perceptron",
      readoutTargets: "scaled",
    });
  });

  test("random features have no couplings and one sweep, a reservoir has both; only the readout learns", () => {
    const features = networkSetup("random-features", { ...sizes, inputStrength: 3 }, { margin: 2 });
    expect(features.model).toMatchObject({ couplingStrength: 0, selfCoupling: 0, inputStrength: 3 });
    expect(features.rule).toMatchObject({ sweeps: 1, feedback: "absent", freePhase: "none" });
    const reservoir = networkSetup("reservoir", sizes, { sweeps: 7 });
    expect(reservoir.model).toMatchObject({ couplingStrength: 1, selfCoupling: 0.5 });
    expect(reservoir.rule).toMatchObject({ sweeps: 7, feedback: "absent" });
    for (const { rule } of [features, reservoir]) {
      expect(rule.rates).toEqual({ couplings: 0, input: 0, readout: 0.1 });
    }
  });
});
