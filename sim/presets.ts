/** @file What `reproduce` computes: the parameters of every data set, by preset. Pure data. */
import type { AccessibilityParameters } from "./experiments/accessibility.ts";
import type { EntropyParameters } from "./experiments/entropy.ts";
import type { EntropyCheckParameters } from "./experiments/entropy-check.ts";
import type { FocusingEntropyParameters } from "./experiments/focusing-entropy.ts";
import type { FocusingParameters } from "./experiments/focusing-scan.ts";
import type { FranzParisiParameters } from "./experiments/franz-parisi.ts";
import type { LocalEntropyParameters } from "./experiments/local-entropy.ts";
import type { SurroundingsParameters } from "./experiments/surroundings.ts";
import type { ThresholdsParameters } from "./experiments/thresholds.ts";
import { defaultTypicalDistances } from "./experiments/thresholds.ts";
import { paperActivity, quickActivity, standardActivity } from "./activity-presets.ts";
import { paperBeyond, quickBeyond, standardBeyond } from "./beyond-presets.ts";
import { paperGap, quickGap, standardGap } from "./gap-presets.ts";
import { paperHetero, quickHetero, standardHetero } from "./hetero-presets.ts";
import {
  paperLearningProbes,
  quickLearningProbes,
  standardLearningProbes,
} from "./learning-probe-presets.ts";
import { paperLearningBatch, quickLearningBatch, standardLearningBatch } from "./learning-batch-presets.ts";
import { paperLearning, quickLearning, standardLearning } from "./learning-presets.ts";
import type { BeyondReproduction } from "./reproduce-beyond.ts";
import type { LearningReproduction } from "./reproduce-learning.ts";
import { paperSurroundings, quickSurroundings, standardSurroundings } from "./surroundings-presets.ts";

/** Parameters of all data sets of a reproduction. */
export interface ReproductionParameters extends LearningReproduction, BeyondReproduction {
  readonly entropy: EntropyParameters;
  readonly entropyCheck: EntropyCheckParameters;
  /** S*(d) of a dozen J_D, down to small d. */
  readonly curves: LocalEntropyParameters;
  /** S* over (J_D, d). */
  readonly map: LocalEntropyParameters;
  /** Σ and S_I against y at fixed overlap. */
  readonly complexity: LocalEntropyParameters;
  readonly typical: FranzParisiParameters;
  readonly thresholds: ThresholdsParameters;
  readonly accessibility: AccessibilityParameters;
  /** Budgets at which thresholds are read off the same runs. */
  readonly budgets: readonly number[];
  readonly focusing: FocusingParameters;
  readonly focusingEntropy: FocusingEntropyParameters;
  readonly surroundings: SurroundingsParameters;
}

/** The presets, by the time that they take. */
export const presetNames = ["quick", "standard", "paper"] as const;

/** Name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** `count` values from first to last, evenly in value; rounded so that they print short. */
function linear(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) =>
    Number((first + ((last - first) * k) / (count - 1)).toPrecision(10)),
  );
}

/** `count` values from first to last, evenly in the logarithm. */
function logarithmic(first: number, last: number, count: number): number[] {
  return linear(Math.log(first), Math.log(last), count).map((x) => Number(Math.exp(x).toPrecision(6)));
}

/** Distance at which Σ and S_I are drawn against y; the curves along d hold it too, for their point at Σ = 0. */
const complexityDistance = 0.1;

/** Distances that resolve both the narrow clusters (d → 0) and the approach to d = ½. */
function distances(count: number): number[] {
  const small = Math.round(count / 2);
  const grid = [...logarithmic(3e-4, 0.05, small).slice(0, -1), ...linear(0.05, 0.495, count - small)];
  return [...grid, complexityDistance].sort((a, b) => a - b);
}

/** J_a(N) at a budget of 2,000 sweeps is known to grow by about 0.08 when N doubles; scans are centred on it. */
function scan(n: number, samples: number, points: number) {
  const centre = 0.37 + 0.083 * Math.log2(n / 200);
  const half = 0.2;
  return {
    n,
    samples,
    selfCouplings: linear(centre - half, centre + half, points).map((value) =>
      Number(Math.max(0, value).toFixed(3)),
    ),
  };
}

/** Half of the networks are solved near J_D = 0.14 at all sizes; the wider scans reach from none to all. */
const focusingSelfCouplings = {
  wide: linear(0.06, 0.24, 10),
  coarse: linear(0.08, 0.24, 5),
  narrow: linear(0.12, 0.18, 3),
} as const;

/** Schedules that solve as many networks as longer ones do, up to a few in a hundred, in fewer iterations. */
const focusingProtocols = {
  protocols: [{ name: "scoping", lastBond: 1, steps: 101 }, { name: "pseudo-reinforcement" }],
  innerIterations: 10,
} as const;

/** Overlaps of two replicas whose bonds γ by (P28) are visited. */
const focusingOverlaps = [0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96];

const curveSelfCouplings = [0, 0.02, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2, 0.3, 0.5, 0.75, 1];
const typicalSelfCouplings = [0.1, 0.3, 0.5, 1];

const checkSelfCouplings = [0, 0.1, 0.25, 0.5, 0.75, 1, 1.5];

const quick: ReproductionParameters = {
  entropy: { selfCouplings: linear(0, 3, 61) },
  entropyCheck: {
    sizes: [
      { n: 10, samples: 10_000 },
      { n: 14, samples: 4000 },
      { n: 18, samples: 1000 },
    ],
    selfCouplings: [0.1, 0.25, 0.5, 0.75, 1, 1.5],
  },
  curves: { selfCouplings: curveSelfCouplings, distances: distances(80) },
  map: { selfCouplings: linear(0, 0.4, 41), distances: distances(61) },
  complexity: {
    selfCouplings: [0.05, 0.2, 0.5],
    distances: [complexityDistance],
    ys: logarithmic(1, 200, 40),
  },
  typical: { selfCouplings: typicalSelfCouplings, distances: distances(40) },
  thresholds: { typicalDistances: defaultTypicalDistances },
  accessibility: {
    update: "async",
    budget: 2000,
    scans: [scan(200, 200, 11), scan(400, 100, 11), scan(800, 40, 9), scan(1600, 32, 9)],
  },
  budgets: [250, 500, 1000, 2000],
  focusing: {
    ...focusingProtocols,
    scans: [
      { n: 100, samples: 28, selfCouplings: focusingSelfCouplings.coarse },
      { n: 200, samples: 12, selfCouplings: focusingSelfCouplings.coarse },
      { n: 400, samples: 4, selfCouplings: focusingSelfCouplings.coarse },
    ],
  },
  focusingEntropy: {
    sizes: [
      { n: 100, samples: 4 },
      { n: 200, samples: 3 },
    ],
    selfCouplings: [0.2, 0.5],
    replicas: [3, 10, 30],
    overlaps: focusingOverlaps,
  },
  surroundings: { scans: quickSurroundings },
  learning: quickLearning,
  learningBatch: quickLearningBatch,
  learningProbes: quickLearningProbes,
  hetero: quickHetero,
  beyond: quickBeyond,
  gap: quickGap,
  activity: quickActivity,
};

const standard: ReproductionParameters = {
  ...quick,
  entropyCheck: {
    sizes: [
      { n: 8, samples: 20_000 },
      { n: 12, samples: 10_000 },
      { n: 16, samples: 4000 },
      { n: 20, samples: 1000 },
    ],
    selfCouplings: checkSelfCouplings,
  },
  map: { selfCouplings: linear(0, 0.4, 81), distances: distances(121) },
  typical: { selfCouplings: typicalSelfCouplings, distances: distances(80) },
  accessibility: {
    update: "async",
    budget: 2000,
    scans: [200, 400, 800, 1600].map((n) => scan(n, 200, 17)).concat(scan(3200, 60, 13)),
  },
  focusing: {
    ...focusingProtocols,
    scans: [
      { n: 100, samples: 100, selfCouplings: focusingSelfCouplings.wide },
      { n: 200, samples: 24, selfCouplings: focusingSelfCouplings.wide },
      { n: 400, samples: 10, selfCouplings: focusingSelfCouplings.wide },
      { n: 800, samples: 8, selfCouplings: focusingSelfCouplings.narrow },
      { n: 1600, samples: 4, selfCouplings: focusingSelfCouplings.narrow },
    ],
  },
  focusingEntropy: {
    sizes: [
      { n: 100, samples: 24 },
      { n: 200, samples: 16 },
      { n: 400, samples: 8 },
    ],
    selfCouplings: [0.2, 0.5],
    replicas: [3, 10, 30],
    overlaps: focusingOverlaps,
  },
  surroundings: { scans: standardSurroundings },
  learning: standardLearning,
  learningBatch: standardLearningBatch,
  learningProbes: standardLearningProbes,
  hetero: standardHetero,
  beyond: standardBeyond,
  gap: standardGap,
  activity: standardActivity,
};

const paper: ReproductionParameters = {
  ...standard,
  entropyCheck: {
    sizes: [
      { n: 8, samples: 100_000 },
      { n: 12, samples: 40_000 },
      { n: 16, samples: 20_000 },
      { n: 20, samples: 5000 },
      { n: 24, samples: 500 },
    ],
    selfCouplings: checkSelfCouplings,
  },
  accessibility: {
    update: "async",
    budget: 8000,
    scans: [200, 400, 800, 1600, 3200, 6400].map((n) => scan(n, 400, 21)),
  },
  budgets: [500, 1000, 2000, 4000, 8000],
  focusing: {
    ...focusingProtocols,
    scans: [
      { n: 100, samples: 1000, selfCouplings: focusingSelfCouplings.wide },
      { n: 200, samples: 400, selfCouplings: focusingSelfCouplings.wide },
      { n: 400, samples: 200, selfCouplings: focusingSelfCouplings.wide },
      { n: 800, samples: 60, selfCouplings: focusingSelfCouplings.wide },
      { n: 1600, samples: 30, selfCouplings: focusingSelfCouplings.coarse },
      { n: 3200, samples: 12, selfCouplings: focusingSelfCouplings.coarse },
    ],
  },
  focusingEntropy: {
    sizes: [
      { n: 100, samples: 100 },
      { n: 200, samples: 60 },
      { n: 400, samples: 40 },
      { n: 800, samples: 24 },
      { n: 1600, samples: 8 },
    ],
    selfCouplings: [0.2, 0.5],
    replicas: [3, 10, 30],
    overlaps: focusingOverlaps,
  },
  surroundings: { scans: paperSurroundings },
  learning: paperLearning,
  learningBatch: paperLearningBatch,
  learningProbes: paperLearningProbes,
  hetero: paperHetero,
  beyond: paperBeyond,
  gap: paperGap,
  activity: paperActivity,
};

/** Parameters of each preset. */
export const presets: Readonly<Record<PresetName, ReproductionParameters>> = { quick, standard, paper };
