/** @file `focusing` of sweep files: focusing belief propagation, a row a sample. Its tasks are those of `focusing-scan`. */
import { OutOfDomain } from "../../../theory/errors.ts";
import { MOST_REPLICAS } from "../../instance/belief-propagation.ts";
import { protocolNames, type ProtocolName } from "../../instance/protocols.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { focusingExperiment } from "../focusing-scan.ts";
import type { FocusingOptions, FocusingSampleRow } from "../focusing-scan.ts";
import {
  column,
  mostMessageNeurons,
  parameterColumns,
  sampleColumn,
  sampleTasks,
  seedColumn,
  selfCouplingParameter,
  statusColumn,
} from "./columns.ts";

/** Points of a protocol and replicas of scoping where the file says nothing. */
const usualSteps: Readonly<Record<ProtocolName, number>> = {
  scoping: 61,
  "pseudo-reinforcement": 100,
  reinforcement: 200,
};
const usualReplicas = 10;

const parameters = {
  n: {
    type: "integer",
    min: 2,
    max: mostMessageNeurons,
    unit: "neurons",
    description: "number of neurons N",
  },
  selfCoupling: selfCouplingParameter,
  protocol: {
    type: "word",
    words: protocolNames,
    default: "scoping",
    description: "how the replicas are drawn together: the bond grows, bond and replicas, or replicas",
  },
  replicas: {
    type: "number",
    min: 1,
    max: MOST_REPLICAS,
    default: null,
    unit: "replicas",
    goesWith: { protocol: ["scoping"] },
    description: "number of replicas y, 10 where left out",
  },
  steps: {
    type: "integer",
    min: 1,
    max: 1e4,
    default: null,
    unit: "points",
    description: "points of the protocol (scoping 61, pseudo-reinforcement 100, reinforcement 200)",
  },
  innerIterations: {
    type: "integer",
    min: 1,
    max: 1e5,
    default: 20,
    unit: "iterations",
    description: "iterations at most at each point of the protocol",
  },
  damping: {
    type: "number",
    min: 0,
    max: 1,
    openMax: true,
    default: 0.5,
    description: "part of the old message in the new one",
  },
  tolerance: {
    type: "number",
    min: 1e-7,
    max: 1,
    default: 1e-4,
    description: "a point is left when no magnetization changes by more",
  },
} as const;

interface FocusingPoint {
  readonly n: number;
  readonly selfCoupling: number;
  readonly protocol: ProtocolName;
  readonly replicas: number | null;
  readonly steps: number | null;
  readonly innerIterations: number;
  readonly damping: number;
  readonly tolerance: number;
}

function template(point: GridPoint, seed: number): Task {
  const { n, selfCoupling, protocol, replicas, steps, ...iteration } = point as unknown as FocusingPoint;
  if (replicas !== null && protocol !== "scoping")
    throw new OutOfDomain(`replicas goes with protocol scoping, got ${protocol}`);
  if (protocol === "scoping" && steps === 1)
    throw new OutOfDomain("steps of protocol scoping must be 2 or more");
  const length = { steps: steps ?? usualSteps[protocol] };
  const choice =
    protocol === "scoping"
      ? { name: protocol, replicas: replicas ?? usualReplicas, ...length }
      : { name: protocol, ...length };
  const scans = [{ n, selfCouplings: [selfCoupling], samples: 1 }];
  return focusingExperiment.tasks({ scans, protocols: [choice], ...iteration }, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const { protocols, innerIterations, damping, tolerance } = task.parameters as FocusingOptions;
  const [choice] = protocols as readonly { readonly replicas?: number; readonly steps: number }[];
  return (result as FocusingSampleRow[]).map((row) => ({
    n: row.n,
    selfCoupling: row.selfCoupling,
    protocol: row.protocol,
    replicas: choice.replicas ?? null,
    steps: choice.steps,
    innerIterations: innerIterations ?? null,
    damping: damping ?? null,
    tolerance: tolerance ?? null,
    seed: task.seed,
    sample: row.sample,
    status: row.status,
    solved: row.solved,
    iterations: row.iterations,
    lastPoint: row.step,
    unstableNeurons: row.violations,
    overlap: row.overlap,
    distance: row.distance,
    betheEntropy: row.betheEntropy,
  }));
}

/** Focusing belief propagation: does it find a fixed point? */
export const focusingSweep: SweepExperiment = {
  name: "focusing",
  summary: "focusing belief propagation: does it find a fixed point of a sample?",
  module: focusingExperiment.module.href,
  random: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    seedColumn,
    sampleColumn,
    statusColumn,
    column("solved", "boolean", "1", "whether a fixed point was found"),
    column(
      "iterations",
      "integer",
      "iterations",
      "iterations to the fixed point, or to the end of the protocol",
    ),
    column("lastPoint", "integer", "1", "index of the last point of the protocol that was visited, from 0"),
    column("unstableNeurons", "integer", "neurons", "neurons that are not stable at the end"),
    column("overlap", "number", "1", "overlap of two replicas at the end"),
    column("distance", "number", "1", "normalised Hamming distance of a replica from the centre at the end"),
    column(
      "betheEntropy",
      "number",
      "nats per neuron",
      "Bethe entropy of all fixed points; null where plain belief propagation did not converge",
    ),
  ],
  tasks: (point, repeats) => sampleTasks(template(point, repeats.seed), repeats, focusingExperiment.cost),
  cost: focusingExperiment.cost,
  rows,
};
