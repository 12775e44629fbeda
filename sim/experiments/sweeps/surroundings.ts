/** @file `surroundings` of sweep files: what lies around fixed points of one kind, a row a sample. */
import { OutOfDomain, requireInside } from "../../../theory/errors.ts";
import { MAX_ENUMERATED } from "../../instance/enumerate.ts";
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import type { ReferenceKind } from "../rows.ts";
import { surroundingsExperiment, type SurroundingsSample } from "../surroundings.ts";
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

const parameters = {
  kind: {
    type: "word",
    words: ["focusing", "dynamics", "enumerated", "planted"],
    description: "how the fixed point is found; planted ones need no search and change the couplings",
  },
  n: {
    type: "integer",
    min: 2,
    max: mostMessageNeurons,
    unit: "neurons",
    description: `number of neurons N, at most ${MAX_ENUMERATED} for kind enumerated`,
  },
  selfCoupling: selfCouplingParameter,
  distance: {
    type: "number",
    min: 0,
    max: 0.5,
    openMin: true,
    default: null,
    description: "normalised Hamming distance of the local entropy, at least 4/N; left out: no local entropy",
  },
} as const;

interface SurroundingsPoint {
  readonly kind: ReferenceKind;
  readonly n: number;
  readonly selfCoupling: number;
  readonly distance: number | null;
}

/** Flips that the least distance must allow; see `entropyAround`. */
const leastFlips = 4;

function template(point: GridPoint, seed: number): Task {
  const { kind, n, selfCoupling, distance } = point as unknown as SurroundingsPoint;
  if (kind === "enumerated" && n > MAX_ENUMERATED)
    throw new OutOfDomain(`n must be at most ${MAX_ENUMERATED} for kind enumerated, got ${n}`);
  if (distance !== null) requireInside("distance", distance, { min: leastFlips / n, max: 0.5 });
  const detailed = distance === null ? 0 : 1;
  const distances = distance === null ? [] : [distance];
  const scan = { n, selfCoupling, kinds: { [kind]: { samples: 1, detailed } }, walkSweeps: 0, distances };
  return surroundingsExperiment.tasks({ scans: [scan] }, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const [distance = null] = (task.parameters as { readonly distances: readonly number[] }).distances;
  return (result as SurroundingsSample[]).map((row) => {
    const around = row.localEntropy.at(0);
    return {
      kind: row.kind,
      n: row.n,
      selfCoupling: row.selfCoupling,
      distance,
      seed: task.seed,
      sample: row.sample,
      status: row.status,
      found: row.status === "ok",
      allowedFlips: row.allowedFlips,
      isolated: row.allowedFlips === null ? null : row.allowedFlips === 0,
      localEntropy: around?.entropy ?? null,
      innerOverlap: around?.innerOverlap ?? null,
      referenceField: around?.field ?? null,
      residual: around?.residual ?? null,
      iterations: around?.iterations ?? null,
    };
  });
}

/** What lies around fixed points. */
export const surroundingsSweep: SweepExperiment = {
  name: "surroundings",
  summary: "what lies around fixed points of a kind: allowed flips and the local entropy at a distance",
  module: surroundingsExperiment.module.href,
  random: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    seedColumn,
    sampleColumn,
    statusColumn,
    column(
      "found",
      "boolean",
      "1",
      "whether a fixed point of the kind was found; without one the rest is null",
    ),
    column("allowedFlips", "integer", "neurons", "neurons whose flip alone leads to another fixed point"),
    column("isolated", "boolean", "1", "whether there is no such neuron"),
    column(
      "localEntropy",
      "number",
      "nats per neuron",
      "Bethe entropy (P19') at the distance; null unless it converged",
    ),
    column("innerOverlap", "number", "1", "overlap of two fixed points at the distance"),
    column(
      "referenceField",
      "number",
      "1",
      "field along the fixed point that holds the others at the distance",
    ),
    column("residual", "number", "1", "largest change of a message in the last iteration"),
    column("iterations", "integer", "iterations", "iterations of belief propagation"),
  ],
  tasks: (point, repeats) => sampleTasks(template(point, repeats.seed), repeats, surroundingsExperiment.cost),
  cost: surroundingsExperiment.cost,
  rows,
};
