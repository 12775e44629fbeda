/** @file `hetero` of sweep files: capacity of hetero-association, a row a network. */
import type { FlatRow, GridPoint, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import { defaultHeteroSettings, heteroExperiment, heteroMargin, heteroSetup } from "../hetero.ts";
import type { HeteroSettings } from "../hetero.ts";
import { heteroCapacities, recallCriteria, type RecallCriterion } from "../hetero-capacity.ts";
import type { HeteroRow } from "../learning-rows.ts";
import { column, parameterColumns, runSeedColumn, runSeeds, statusColumn } from "./columns.ts";

const largest = 1e3;

/** A setting with the default of the experiment. */
const strength = (name: keyof HeteroSettings, description: string, openMin = false) => ({
  type: "number" as const,
  min: 0,
  max: largest,
  openMin,
  default: defaultHeteroSettings[name],
  description,
});

const settings = {
  layerCoupling: strength("layerCoupling", "ferromagnetic coupling λ > 0 between layers", true),
  selfCoupling: strength("selfCoupling", "self-coupling J_D ≥ 0"),
  couplingStrength: strength("couplingStrength", "initial couplings ~ g N(0, 1/N), g ≥ 0"),
  inputStrength: strength("inputStrength", "field λ_in ≥ 0 of the input"),
  feedbackStrength: strength("feedbackStrength", "field λ_back ≥ 0 of the target"),
  margin: {
    type: "number",
    min: -largest,
    max: largest,
    default: null,
    description: "margin κ; left out: by depth, 0.45 + 2/(L − 1)², 2.45 for one layer",
  },
  rate: strength("rate", "learning rate η_J ≥ 0"),
  inputRate: strength("inputRate", "learning rate η_in ≥ 0 of the input weights"),
  decay: strength("decay", "weight decay δ ≥ 0"),
  sweepsPerLayer: {
    type: "integer",
    min: 1,
    max: 1000,
    default: defaultHeteroSettings.sweepsPerLayer,
    unit: "sweeps",
    description: "sweeps of a phase and of recall, for each layer",
  },
  batchSize: {
    type: "integer",
    min: 1,
    max: 1024,
    default: defaultHeteroSettings.batchSize,
    unit: "pairs",
    description: "pairs of a batch",
  },
  freePhase: {
    type: "word",
    words: ["none", "removed", "annealed"],
    default: defaultHeteroSettings.freePhase,
    description: "what follows the clamped phase",
  },
} as const;

const parameters = {
  layers: { type: "integer", min: 1, max: 64, unit: "layers", description: "number of layers L" },
  n: {
    type: "integer",
    min: 2,
    max: 4096,
    unit: "neurons",
    description: "number of neurons N of a layer; time grows as L N³",
  },
  criterion: {
    type: "word",
    words: recallCriteria,
    default: recallCriteria[0],
    description: "what counts as recalled",
  },
  epochs: {
    type: "integer",
    min: 1,
    max: 1e5,
    default: 60,
    unit: "epochs",
    description: "epochs after which a number of pairs is given up",
  },
  ...settings,
} as const;

interface HeteroPoint extends HeteroSettings {
  readonly layers: number;
  readonly n: number;
  readonly criterion: RecallCriterion;
  readonly epochs: number;
}

function taskOf(point: GridPoint, seed: number): Task {
  const { layers, n, criterion, epochs, ...chosen } = point as unknown as HeteroPoint;
  heteroSetup({ layers, n }, chosen);
  const input = { layers: [layers], sizes: [n], samples: 1, criterion, epochs, settings: chosen };
  return heteroExperiment.tasks(input, seed)[0];
}

function rows(task: Task, result: unknown): FlatRow[] {
  const part = task.parameters as {
    readonly criterion: RecallCriterion;
    readonly epochs: number;
    readonly settings: HeteroSettings;
  };
  const { criterion, epochs, settings: chosen } = part;
  const tried = result as HeteroRow[];
  return heteroCapacities(tried, criterion).map(({ status, layers, n, capacity }) => ({
    layers,
    n,
    criterion,
    epochs,
    ...chosen,
    margin: chosen.margin ?? heteroMargin(layers),
    seed: task.seed,
    status,
    capacity,
    load: capacity === null ? null : capacity / n,
    trials: tried.length,
  }));
}

/** Hetero-association of random pairs. */
export const heteroSweep: SweepExperiment = {
  name: "hetero",
  summary: "hetero-association: largest number of random pairs that layers of neurons recall",
  module: heteroExperiment.module.href,
  random: true,
  consecutiveSeeds: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    runSeedColumn,
    statusColumn,
    column("capacity", "integer", "pairs", "largest number of pairs that was recalled"),
    column("load", "number", "pairs per neuron", "capacity over N"),
    column("trials", "integer", "1", "numbers of pairs that were tried"),
  ],
  tasks: (point, repeats) => runSeeds(repeats).map((seed) => taskOf(point, seed)),
  cost: heteroExperiment.cost,
  rows,
};
