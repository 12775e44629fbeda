/**
 * @file `focusing-entropy` of sweep files: fixed points of focusing belief propagation along a walk over overlaps, beside
 * theory at the overlaps found; a row a point of the walk.
 */
import { OutOfDomain } from "../../../theory/errors.ts";
import { centredDomain } from "../../../theory/centred.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { focusingEntropyExperiment } from "../focusing-entropy.ts";
import type { FocusingEntropyRow } from "../rows.ts";
import {
  column,
  mostMessageNeurons,
  parameterColumns,
  sampleColumn,
  sampleTasks,
  seedColumn,
  statusColumn,
  theorySelfCoupling,
} from "./columns.ts";

const overlap = (usual: number, description: string) =>
  ({ type: "number", ...centredDomain.overlap, default: usual, description }) as const;

const parameters = {
  n: {
    type: "integer",
    min: 2,
    max: mostMessageNeurons,
    unit: "neurons",
    description: "number of neurons N",
  },
  selfCoupling: theorySelfCoupling,
  replicas: { type: "number", ...centredDomain.y, unit: "replicas", description: "number of replicas y" },
  lowestOverlap: overlap(0.1, "overlap of two replicas in theory at the weakest bond of the walk"),
  highestOverlap: overlap(0.9, "overlap of two replicas in theory at the strongest bond of the walk"),
  overlaps: {
    type: "integer",
    min: 1,
    max: 1000,
    default: 9,
    unit: "points",
    description: "points of the walk, evenly spaced in these overlaps; one: at lowestOverlap",
  },
  maxIterations: {
    type: "integer",
    min: 1,
    max: 1e6,
    default: 2000,
    unit: "iterations",
    description: "iterations at most at each point",
  },
} as const;

interface WalkGridPoint {
  readonly n: number;
  readonly selfCoupling: number;
  readonly replicas: number;
  readonly lowestOverlap: number;
  readonly highestOverlap: number;
  readonly overlaps: number;
  readonly maxIterations: number;
}

function template(point: GridPoint, seed: number): Task {
  const { n, selfCoupling, replicas, maxIterations, ...walk } = point as unknown as WalkGridPoint;
  const { lowestOverlap: low, highestOverlap: high, overlaps: count } = walk;
  if (count > 1 && low >= high)
    throw new OutOfDomain(`lowestOverlap must be below highestOverlap, got ${low} and ${high}`);
  // The last one is not computed, which might round it out of its domain.
  const overlaps = Array.from({ length: count }, (_, k) =>
    k > 0 && k === count - 1 ? high : low + ((high - low) * k) / Math.max(1, count - 1),
  );
  const input = {
    sizes: [{ n, samples: 1 }],
    selfCouplings: [selfCoupling],
    replicas: [replicas],
    overlaps,
    maxIterations,
  };
  const task = focusingEntropyExperiment.tasks(input, seed)[0];
  return { ...task, parameters: { ...task.parameters, highestOverlap: high } };
}

function rows(task: Task, result: unknown): FlatRow[] {
  const { overlaps, highestOverlap, maxIterations } = task.parameters as {
    readonly overlaps: readonly number[];
    readonly highestOverlap: number;
    readonly maxIterations: number;
  };
  return (result as FocusingEntropyRow[]).map((row) => ({
    n: row.n,
    selfCoupling: row.selfCoupling,
    replicas: row.replicas,
    lowestOverlap: overlaps[0],
    highestOverlap,
    overlaps: overlaps.length,
    maxIterations,
    seed: task.seed,
    sample: row.sample,
    status: row.status,
    bond: row.bond,
    iterations: row.iterations,
    residual: row.residual,
    overlap: row.overlap,
    squaredMagnetization: row.squaredMagnetization,
    centreOverlap: row.centreOverlap,
    localEntropy: row.localEntropy,
    centredEntropy: row.centredEntropy,
    centredComplexity: row.centredComplexity,
    uncentredEntropy: row.uncentredEntropy,
  }));
}

const nats = "nats per neuron";

/** Local entropy on single networks beside theory. */
export const focusingEntropySweep: SweepExperiment = {
  name: "focusing-entropy",
  summary: "local entropy at fixed points of focusing belief propagation, beside theory at their overlap",
  module: focusingEntropyExperiment.module.href,
  random: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    seedColumn,
    sampleColumn,
    statusColumn,
    column("bond", "number", "1", "bond γ of a replica to the centre"),
    column("iterations", "integer", "iterations", "iterations at this bond"),
    column("residual", "number", "1", "largest change of a magnetization in the last iteration"),
    column("overlap", "number", "1", "overlap of two replicas that was found"),
    column("squaredMagnetization", "number", "1", "mean squared magnetization"),
    column("centreOverlap", "number", "1", "overlap of a replica with the centre"),
    column("localEntropy", "number", nats, "local entropy of the network"),
    column(
      "centredEntropy",
      "number",
      nats,
      "local entropy of replicas around a centre (P28) at the overlap found",
    ),
    column("centredComplexity", "number", nats, "entropy of centres there; negative where there are none"),
    column("uncentredEntropy", "number", nats, "local entropy of replicas alone (P9) at the overlap found"),
  ],
  tasks: (point, repeats) =>
    sampleTasks(template(point, repeats.seed), repeats, focusingEntropyExperiment.cost),
  cost: focusingEntropyExperiment.cost,
  rows,
};
