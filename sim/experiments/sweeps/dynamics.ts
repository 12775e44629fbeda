/** @file `dynamics` of sweep files: zero-temperature dynamics, a row a sample. Its tasks are those of `accessibility`. */
import { OutOfDomain } from "../../../theory/errors.ts";
import { MAX_NEURONS } from "../../instance/network.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { accessibilityExperiment, type SampleRow } from "../accessibility.ts";
import type { SimulatedFields } from "../ensemble-fields.ts";
import type { UpdateOrder } from "../rows.ts";
import {
  column,
  ensembleColumns,
  ensembleParameters,
  parameterColumns,
  sampleColumn,
  sampleTasks,
  seedColumn,
  selfCouplingParameter,
  statusColumn,
} from "./columns.ts";

const usualProbability = 0.5;

const parameters = {
  n: {
    type: "integer",
    min: 2,
    max: MAX_NEURONS,
    unit: "neurons",
    description: "number of neurons N of a layer",
  },
  selfCoupling: selfCouplingParameter,
  budget: { type: "integer", min: 1, max: 1e9, unit: "sweeps", description: "sweeps allowed" },
  update: {
    type: "word",
    words: ["async", "random", "sync", "partial"],
    default: "async",
    description: "order of updates: fresh permutations, N random picks, all at once, or some at once",
  },
  probability: {
    type: "number",
    min: 0,
    max: 1,
    openMin: true,
    default: null,
    goesWith: { update: ["partial"] },
    description: "probability of an update, 0.5 where left out",
  },
  ...ensembleParameters,
} as const;

interface DynamicsPoint extends Required<SimulatedFields> {
  readonly n: number;
  readonly selfCoupling: number;
  readonly budget: number;
  readonly update: UpdateOrder;
  readonly probability: number | null;
}

/** One J_D a task: the networks and initial states are the same at every J_D all the same. */
function template(point: GridPoint, seed: number): Task {
  const { n, selfCoupling, budget, update, probability, ...ensemble } = point as unknown as DynamicsPoint;
  if (probability !== null && update !== "partial")
    throw new OutOfDomain(`probability goes with update partial, got ${update}`);
  const scans = [{ n, ...ensemble, selfCouplings: [selfCoupling], samples: 1 }];
  const partial = update === "partial" ? { probability: probability ?? usualProbability } : {};
  return accessibilityExperiment.tasks({ scans, update, budget, ...partial }, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const { probability = null } = task.parameters as { readonly probability?: number };
  return (result as SampleRow[]).map((row) => ({
    n: row.n,
    selfCoupling: row.selfCouplings[0],
    budget: row.budget,
    update: row.update,
    probability,
    ...ensembleColumns(row),
    seed: task.seed,
    sample: row.sample,
    status: row.status,
    converged: row.sweeps[0] !== null,
    sweeps: row.sweeps[0],
    flipsPerNeuron: row.flips[0] / (row.n * (row.layers ?? 1)),
  }));
}

/** Zero-temperature dynamics: does it reach a fixed point within the budget? */
export const dynamicsSweep: SweepExperiment = {
  name: "dynamics",
  summary: "zero-temperature dynamics: does a sample reach a fixed point within a budget of sweeps?",
  module: accessibilityExperiment.module.href,
  random: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    seedColumn,
    sampleColumn,
    statusColumn,
    column("converged", "boolean", "1", "whether a fixed point was reached within the budget"),
    column("sweeps", "integer", "sweeps", "sweeps to the fixed point; null where none was reached"),
    column("flipsPerNeuron", "number", "flips per neuron", "flips of the run over the neurons of all layers"),
  ],
  tasks: (point, repeats) =>
    sampleTasks(template(point, repeats.seed), repeats, accessibilityExperiment.cost),
  cost: accessibilityExperiment.cost,
  rows,
};
