/** @file Runs of the experiment `learning` behind its three figures, by preset. Pure data. */
import type { LearningParameters, LearningRun } from "./experiments/learning.ts";
import type { Method } from "./experiments/learning-rows.ts";

/** Parameters of the three figures. */
export interface LearningFigureParameters {
  /** Accuracy against H, with the baselines. */
  readonly size: LearningParameters;
  /** Accuracy against J_D. */
  readonly coupling: LearningParameters;
  /** One choice changed at a time, and two layers. */
  readonly ablations: LearningParameters;
}

/** Samples and epochs that runs share. */
type Effort = Pick<LearningRun, "preset" | "hidden" | "epochs" | "testSamples">;

/** Sizes and epochs of each method. */
type SizeRuns = Partial<Record<Method, { readonly hidden: readonly number[]; readonly epochs: number }>>;

function sizes(preset: LearningRun["preset"], methods: SizeRuns): LearningRun[] {
  return Object.entries(methods).flatMap(([method, { hidden, epochs }]) =>
    hidden.map((each): LearningRun => ({
      method: method as Method,
      variant: "baseline",
      preset,
      hidden: each,
      epochs,
    })),
  );
}

/** One H stands for all: the perceptron has none. */
const anySize = [100];

function couplings(effort: Effort, learned: readonly number[], frozen: readonly number[]): LearningRun[] {
  const runs = (method: Method, values: readonly number[]) =>
    values.map((selfCoupling): LearningRun => ({
      ...effort,
      method,
      variant: "self-coupling",
      model: { selfCoupling },
    }));
  return [...runs("rule", learned), ...runs("reservoir", frozen)];
}

type Change = Pick<LearningRun, "model" | "rule">;

/** Changes of one choice; the empty ones are the preset's own, and are computed once. */
const changes: Readonly<Record<string, Change>> = {
  baseline: {},
  "feedback: absent": { rule: { feedback: "absent" } },
  "feedback: frozen": {},
  // Learns as fast as the input weights do.
  "feedback: learned": { rule: { feedback: "learned", feedbackRate: 0.03 } },
  "feedback after clamping: removed": {},
  "feedback after clamping: annealed": { rule: { freePhase: "annealed" } },
  "feedback after clamping: stays": { rule: { freePhase: "none" } },
  "no self-coupling: feedback removed": { model: { selfCoupling: 0 } },
  "no self-coupling: feedback stays": { model: { selfCoupling: 0 }, rule: { freePhase: "none" } },
  "plasticity: perceptron": {},
  "plasticity: contrastive": { rule: { plasticity: "contrastive" } },
  "margin κ: 0": { rule: { margin: 0 } },
  "margin κ: 0.3": { rule: { margin: 0.3 } },
  "margin κ: 0.5": { rule: { margin: 0.5 } },
  "margin κ: 0.9": { rule: { margin: 0.9 } },
  "margin κ: 1.5": { rule: { margin: 1.5 } },
  "initial J: symmetric": { model: { symmetry: 1 } },
  "initial J: asymmetric": {},
  "initial J: antisymmetric": { model: { symmetry: -1 } },
  "readout targets: scaled": {},
  "readout targets: published": { rule: { readoutTargets: "published" } },
  "neurons updated a sweep: all": {},
  "neurons updated a sweep: 80 %": { rule: { updateProbability: 0.8 } },
  "batch: 4": { rule: { batchSize: 4 } },
  "batch: 16": {},
  "batch: 64": { rule: { batchSize: 64 } },
};

/** (J_D, λ) of networks of two layers, with the input to both layers and to the first alone. */
interface LayerGrid {
  readonly both: readonly (readonly [selfCoupling: number, layerCoupling: number])[];
  readonly first: readonly (readonly [selfCoupling: number, layerCoupling: number])[];
}

function ablations(effort: Effort, { both, first }: LayerGrid): LearningRun[] {
  const two = (group: string, pairs: LayerGrid["both"], inputLayers: readonly number[]) =>
    pairs.map(([selfCoupling, layerCoupling]): LearningRun => ({
      ...effort,
      method: "rule",
      variant: `${group}: J_D = ${selfCoupling}, λ = ${layerCoupling}`,
      model: { layers: 2, selfCoupling, layerCoupling, inputLayers },
    }));
  return [
    ...Object.entries(changes).map(([variant, change]): LearningRun => ({
      ...effort,
      method: "rule",
      variant,
      ...change,
    })),
    ...two("input to both", both, [0, 1]),
    ...two("input to first", first, [0]),
  ];
}

const pairs = (selfCouplings: readonly number[], layerCouplings: readonly number[]) =>
  selfCouplings.flatMap((selfCoupling) => layerCouplings.map((bond) => [selfCoupling, bond] as const));

/** About 85 s of one core. */
export const quickLearning: LearningFigureParameters = {
  size: {
    runs: sizes("small", {
      rule: { hidden: [100, 200, 400], epochs: 10 },
      "random-features": { hidden: [100, 200, 400], epochs: 10 },
      reservoir: { hidden: [100, 200, 400], epochs: 10 },
      mlp: { hidden: [100, 400], epochs: 2 },
      perceptron: { hidden: anySize, epochs: 10 },
    }),
    seeds: 2,
  },
  coupling: {
    runs: couplings(
      { preset: "small", hidden: 100, epochs: 10 },
      [0, 0.1, 0.2, 0.5, 1, 2, 4],
      [0, 0.5, 1, 4],
    ),
    seeds: 2,
  },
  ablations: {
    runs: ablations(
      { preset: "small", hidden: 100, epochs: 5 },
      { both: pairs([0, 0.5], [0, 1]), first: pairs([0, 0.5], [1]) },
    ),
    seeds: 2,
  },
};

const sizesTo800 = [100, 200, 400, 800];
const selfCouplings = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 4];
const layerGrid: LayerGrid = {
  both: pairs([0, 0.25, 0.5, 1], [0, 0.25, 0.5, 1]),
  first: pairs([0, 0.5, 1], [0.5, 1, 2]),
};

/** About 35 min of one core; all 60,000 images for the accuracy against H. */
export const standardLearning: LearningFigureParameters = {
  size: {
    runs: sizes("large", {
      rule: { hidden: sizesTo800, epochs: 10 },
      "random-features": { hidden: sizesTo800, epochs: 10 },
      reservoir: { hidden: sizesTo800, epochs: 10 },
      mlp: { hidden: sizesTo800, epochs: 5 },
      perceptron: { hidden: anySize, epochs: 10 },
    }),
    seeds: 3,
  },
  coupling: {
    runs: couplings({ preset: "small", hidden: 200, epochs: 20 }, selfCouplings, selfCouplings),
    seeds: 3,
  },
  ablations: { runs: ablations({ preset: "small", hidden: 200, epochs: 20 }, layerGrid), seeds: 3 },
};

const sizesTo6400 = [100, 200, 400, 800, 1600, 3200, 6400];

/** All 60,000 images: about two days of one core, nearly all of it at the two largest H. */
export const paperLearning: LearningFigureParameters = {
  size: {
    runs: sizes("large", {
      rule: { hidden: sizesTo6400, epochs: 40 },
      "random-features": { hidden: sizesTo6400, epochs: 40 },
      reservoir: { hidden: sizesTo6400, epochs: 40 },
      mlp: { hidden: sizesTo6400, epochs: 20 },
      perceptron: { hidden: anySize, epochs: 40 },
    }),
    seeds: 3,
  },
  coupling: {
    runs: couplings({ preset: "large", hidden: 400, epochs: 20 }, selfCouplings, selfCouplings),
    seeds: 5,
  },
  ablations: { runs: ablations({ preset: "large", hidden: 400, epochs: 20 }, layerGrid), seeds: 5 },
};
