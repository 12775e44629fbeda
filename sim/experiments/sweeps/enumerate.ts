/**
 * @file `enumerate` of sweep files: fixed points of small networks counted exactly, a row a task, which sums over
 * consecutive samples. Its tasks are those of `entropy-check`.
 */
import { requireInside } from "../../../theory/errors.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { expectedEnsembleCount } from "../ensemble-expectations.ts";
import { distinguishingFields, type SimulatedFields } from "../ensemble-fields.ts";
import { entropyCheckExperiment, largestEnumerated, type EnumerationSums } from "../entropy-check.ts";
import {
  column,
  ensembleColumns,
  ensembleParameters,
  parameterColumns,
  sampleTasks,
  seedColumn,
  selfCouplingParameter,
  statusColumn,
  theorySelfCoupling,
} from "./columns.ts";

const parameters = {
  n: {
    type: "integer",
    min: 2,
    max: largestEnumerated,
    unit: "neurons",
    description: "number of neurons N of a layer, at most 30 in all layers; time doubles with each",
  },
  selfCoupling: selfCouplingParameter,
  ...ensembleParameters,
} as const;

interface EnumeratePoint extends Required<SimulatedFields> {
  readonly n: number;
  readonly selfCoupling: number;
}

function template(point: GridPoint, seed: number): Task {
  const { n, selfCoupling, ...ensemble } = point as unknown as EnumeratePoint;
  if (Object.keys(distinguishingFields(ensemble)).length > 0)
    requireInside("selfCoupling beyond one asymmetric layer", selfCoupling, {
      min: 0,
      max: theorySelfCoupling.max,
    });
  const input = { sizes: [{ n, ...ensemble, samples: 1 }], selfCouplings: [selfCoupling] };
  return entropyCheckExperiment.tasks(input, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const { firstSample } = task.parameters as { readonly firstSample: number };
  return (result as EnumerationSums[]).map((sums) => ({
    n: sums.n,
    selfCoupling: sums.selfCoupling,
    ...ensembleColumns(sums),
    seed: task.seed,
    firstSample,
    samples: sums.samples,
    status: sums.status,
    fixedPoints: sums.count.sum,
    fixedPointsSquared: sums.count.squares,
    expectedCount: expectedEnsembleCount(sums),
  }));
}

/** Exact enumeration of fixed points. */
export const enumerateSweep: SweepExperiment = {
  name: "enumerate",
  summary: "exact enumeration of fixed points at small N, summed over the samples of a task",
  module: entropyCheckExperiment.module.href,
  random: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    seedColumn,
    column("firstSample", "integer", "1", "number of the first network of the row"),
    column("samples", "integer", "networks", "consecutive networks of the row"),
    statusColumn,
    column("fixedPoints", "integer", "fixed points", "sum over these networks of the number of fixed points"),
    column("fixedPointsSquared", "number", "fixed points²", "sum over these networks of its square"),
    column(
      "expectedCount",
      "number",
      "fixed points",
      "exact mean of the number of one network (P3), (P22), (P26)",
    ),
  ],
  tasks: (point, repeats) => sampleTasks(template(point, repeats.seed), repeats, entropyCheckExperiment.cost),
  cost: entropyCheckExperiment.cost,
  rows,
};
