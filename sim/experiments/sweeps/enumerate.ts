/**
 * @file `enumerate` of sweep files: fixed points of small networks counted exactly, a row a task, which sums over
 * consecutive samples. Its tasks are those of `entropy-check`.
 */
import { expectedCount } from "../../../theory/entropy.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { entropyCheckExperiment, largestEnumerated, type EnumerationSums } from "../entropy-check.ts";
import {
  column,
  parameterColumns,
  sampleTasks,
  seedColumn,
  selfCouplingParameter,
  statusColumn,
} from "./columns.ts";

const parameters = {
  n: {
    type: "integer",
    min: 2,
    max: largestEnumerated,
    unit: "neurons",
    description: "number of neurons N; time doubles with each",
  },
  selfCoupling: selfCouplingParameter,
} as const;

function template(point: GridPoint, seed: number): Task {
  const { n, selfCoupling } = point as unknown as { readonly n: number; readonly selfCoupling: number };
  const input = { sizes: [{ n, samples: 1 }], selfCouplings: [selfCoupling] };
  return entropyCheckExperiment.tasks(input, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const { firstSample } = task.parameters as { readonly firstSample: number };
  return (result as EnumerationSums[]).map(({ n, selfCoupling, samples, count, status }) => ({
    n,
    selfCoupling,
    seed: task.seed,
    firstSample,
    samples,
    status,
    fixedPoints: count.sum,
    fixedPointsSquared: count.squares,
    expectedCount: expectedCount(n, selfCoupling),
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
    column("expectedCount", "number", "fixed points", "exact mean of the number of one network (P3)"),
  ],
  tasks: (point, repeats) => sampleTasks(template(point, repeats.seed), repeats, entropyCheckExperiment.cost),
  cost: entropyCheckExperiment.cost,
  rows,
};
