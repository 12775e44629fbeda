/** @file What the experiments of the registry share: common parameters and columns, and tasks over ranges of samples. */
import { requireInteger } from "../../../theory/errors.ts";
import { MAX_FERROMAGNETIC_COUPLING, MAX_LAYERS, type Ensemble } from "../../instance/ensemble.ts";
import type { Column, ParameterDefinition, Repeats } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import type { SimulatedFields } from "../ensemble-fields.ts";
import { sampleRanges } from "../experiment.ts";

/** Parameters by name, each with the unit of its column. */
export type ParametersWithUnits = Readonly<Record<string, ParameterDefinition & { readonly unit?: string }>>;

/** Columns of parameters, in their order; a pure number has the unit 1. */
export function parameterColumns(parameters: ParametersWithUnits): Column[] {
  return Object.entries(parameters).map(([name, { type, unit = "1", description }]) => ({
    name,
    type: type === "word" ? "text" : type,
    unit,
    description,
  }));
}

/** A column of pure numbers or counts. */
export const column = (name: string, type: Column["type"], unit: string, description: string): Column => ({
  name,
  type,
  unit,
  description,
});

/** J_D without upper bound. */
export const selfCouplingParameter = {
  type: "number",
  min: 0,
  max: Infinity,
  openMax: true,
  unit: "standard deviations of the local field",
  description: "self-coupling J_D ≥ 0",
} as const;

/** Which networks are drawn: one asymmetric layer where the sweep file says nothing. */
export const ensembleParameters = {
  symmetry: {
    type: "number",
    min: -1,
    max: 1,
    default: 0,
    description: "symmetry η of the couplings of a layer, E[J_ij J_ji] = η/N",
  },
  layers: {
    type: "integer",
    min: 1,
    max: MAX_LAYERS,
    unit: "layers",
    default: 1,
    description: "layers of n neurons in a chain with open ends",
  },
  ferromagneticCoupling: {
    type: "number",
    min: 0,
    max: MAX_FERROMAGNETIC_COUPLING,
    unit: "standard deviations of the local field",
    default: 0,
    description: "ferromagnetic coupling λ between the same neuron of neighbouring layers; 0 for one layer",
  },
} as const;

/** Columns of {@link ensembleParameters} for a row of an ensemble. */
export const ensembleColumns = (fields: SimulatedFields): Required<Omit<Ensemble, "n">> => ({
  symmetry: fields.symmetry ?? 0,
  layers: fields.layers ?? 1,
  ferromagneticCoupling: fields.ferromagneticCoupling ?? 0,
});

/** N where messages run between all neurons: couplings and messages, 12 N² bytes, share 4 GiB. */
export const mostMessageNeurons = 18_000;

/** J_D where the 1RSB and Franz–Parisi saddles are solved. */
export const theorySelfCoupling = {
  ...selfCouplingParameter,
  max: 3,
  openMax: false,
  description: "self-coupling J_D, 0 to 3",
} as const;

/** Distances at which these saddles are solved. */
export const theoryDistance = {
  type: "number",
  min: 3e-4,
  max: 0.495,
  description: "normalised Hamming distance d = (1 − q)/2, 0.0003 to 0.495",
} as const;

export const seedColumn = column("seed", "integer", "1", "seed of everything random");
export const sampleColumn = column(
  "sample",
  "integer",
  "1",
  "number of the network; the same for all other parameters but n",
);
export const statusColumn = column("status", "text", "1", "ok, not-converged or no-solution");

/** Tasks of about this many seconds: worth a hand-over, short enough to lose little when a run is stopped. */
const secondsPerTask = 0.5;
const mostSamplesPerTask = 1000;

const withSamples = (task: Task, firstSample: number, samples: number): Task => ({
  ...task,
  parameters: { ...task.parameters, firstSample, samples },
});

/**
 * The task of one sample, spread over all samples of a point.
 * @param template task whose parameters hold `firstSample` and `samples`
 * @param repeats samples, and how many a task takes
 * @param cost expected seconds of a task
 */
export function sampleTasks(
  template: Task,
  { samples, samplesPerTask, firstSample = 0 }: Repeats,
  cost: (task: Task) => number,
): Task[] {
  const worthwhile = Math.floor(secondsPerTask / cost(withSamples(template, 0, 1)));
  const size = samplesPerTask ?? Math.min(mostSamplesPerTask, Math.max(1, worthwhile));
  return sampleRanges(samples, size).map((range) =>
    withSamples(template, firstSample + range.firstSample, range.samples),
  );
}

/** Seed column of experiments with `consecutiveSeeds`. */
export const runSeedColumn = column(
  "seed",
  "integer",
  "1",
  "seed of the run: sample k of seed s in the sweep file is the run of seed s + k",
);

/**
 * Seeds of runs that differ by nothing but their seed: run k of seed s is that of seed s + k.
 * @throws OutOfDomain when the last of them is above 2⁵³ − 1
 */
export function runSeeds({ samples, firstSample = 0, seed }: Repeats): number[] {
  // Summed from the small end: beyond 2⁵³ sums are rounded.
  requireInteger("seed of the last sample", seed + (firstSample + samples - 1), 0, Number.MAX_SAFE_INTEGER);
  return Array.from({ length: samples }, (_, k) => seed + (firstSample + k));
}
