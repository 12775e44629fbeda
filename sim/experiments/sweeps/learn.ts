/** @file `learn` of sweep files: accuracy of the learning rule and of the baselines, a row an epoch. */
import { OutOfDomain } from "../../../theory/errors.ts";
import type { NetworkModel, SteeringRule } from "../../learning/model.ts";
import { learningPresets, type PresetName } from "../../learning/presets.ts";
import type { FlatRow, GridPoint, Scalar, SweepExperiment } from "../../sweep/experiment.ts";
import type { Task } from "../../sweep/task.ts";
import type { LearningData } from "../learning-data.ts";
import { learningExperiment, type LearningResult, type LearningRun } from "../learning.ts";
import {
  column,
  parameterColumns,
  runSeedColumn,
  runSeeds,
  statusColumn,
  type ParametersWithUnits,
} from "./columns.ts";

const largest = 1e6;

/** Parameters that a preset has a value for. */
const ofPreset = { default: null } as const;

/** Methods with a hidden layer, and those among them whose neurons have couplings and dynamics. */
const withHidden = { method: ["rule", "random-features", "reservoir", "mlp"] } as const;
const withNetwork = { method: ["rule", "random-features", "reservoir"] } as const;

const strength = (description: string) =>
  ({ type: "number", min: 0, max: largest, ...ofPreset, description }) as const;

const count = (max: number, unit: string, description: string, min = 1) =>
  ({ type: "integer", min, max, unit, ...ofPreset, description }) as const;

const words = (list: readonly string[], description: string) =>
  ({ type: "word", words: list, ...ofPreset, description }) as const;

/** What makes the network and the rule: baselines without couplings do without. */
const networkParameters = {
  schedule: words(["constant", "linear", "cosine"], "learning rates over the epochs"),
  layers: count(64, "layers", "layers L"),
  selfCoupling: strength("self-coupling J_D ≥ 0"),
  layerCoupling: strength("ferromagnetic coupling λ ≥ 0 between layers; above 0 for L > 1"),
  inputStrength: strength("strength λ_in ≥ 0 of the input"),
  feedbackStrength: strength("strength λ_back ≥ 0 of the feedback"),
  sweeps: count(1e5, "sweeps", "sweeps T of a phase and of inference"),
  margin: { ...strength("margin κ of the hidden neurons"), min: -largest },
  feedback: words(["frozen", "learned", "absent"], "weights of the feedback"),
  freePhase: words(["removed", "annealed", "none"], "how feedback ends"),
  updateProbability: {
    ...strength("probability that a neuron is updated in a sweep"),
    max: 1,
    openMin: true,
  },
  batchSize: count(1024, "samples", "samples of an update"),
  rateCouplings: strength("learning rate η_J ≥ 0 of the couplings"),
  rateInput: strength("learning rate η_in ≥ 0 of the input weights"),
  rateReadout: strength("learning rate η_W ≥ 0 of the readout"),
} as const;

const parameters: ParametersWithUnits = {
  method: {
    type: "word",
    words: ["rule", "random-features", "reservoir", "mlp", "perceptron"],
    default: "rule",
    description: "how the hidden layer comes about",
  },
  preset: {
    type: "word",
    words: Object.keys(learningPresets),
    default: "small",
    description: "settings to start from: those of all parameters below that are left out",
  },
  data: {
    type: "word",
    words: ["entangled", "prototypes", "parity", "hidden-manifold"],
    default: "entangled",
    description: "what is learned: Entangled MNIST or an artificial task",
  },
  inputs: {
    type: "integer",
    min: 2,
    max: 65_536,
    default: 100,
    unit: "bits",
    description: "number of input bits",
  },
  hidden: {
    ...count(20_000, "neurons", "neurons H of a layer; null for the perceptron", 2),
    goesWith: withHidden,
  },
  epochs: count(1e5, "epochs", "passes through the training samples"),
  trainSamples: count(1e7, "samples", "training samples"),
  testSamples: count(1e7, "samples", "test samples"),
  ...Object.fromEntries(
    Object.entries(networkParameters).map(([name, definition]) => [
      name,
      { ...definition, goesWith: withNetwork },
    ]),
  ),
};

/** Which field of a run a parameter sets; the others are read one by one. */
const modelFields = ["layers", "selfCoupling", "layerCoupling", "inputStrength", "feedbackStrength"] as const;
const ruleFields = ["sweeps", "margin", "feedback", "freePhase", "updateProbability", "batchSize"] as const;
const rateFields = { rateCouplings: "couplings", rateInput: "input", rateReadout: "readout" } as const;
const runFields = ["hidden", "epochs", "trainSamples", "testSamples", "schedule"] as const;

/** The fields that are given. */
function given(point: GridPoint, fields: readonly string[]): Record<string, Scalar> {
  return Object.fromEntries(fields.flatMap((name) => (point[name] === null ? [] : [[name, point[name]]])));
}

function runOf(point: GridPoint): LearningRun {
  const rates = Object.fromEntries(
    Object.entries(given(point, Object.keys(rateFields))).map(([name, value]) => [
      rateFields[name as keyof typeof rateFields],
      value,
    ]),
  );
  const model = given(point, modelFields);
  const rule = { ...given(point, ruleFields), ...(Object.keys(rates).length > 0 ? { rates } : {}) };
  return {
    method: point.method as LearningRun["method"],
    variant: "sweep",
    preset: point.preset as PresetName,
    data: { task: point.data as LearningData["task"], n: point.inputs as number },
    ...given(point, runFields),
    ...(Object.keys(model).length > 0 ? { model } : {}),
    ...(Object.keys(rule).length > 0 ? { rule } : {}),
  };
}

function requireOwnParameters(point: GridPoint): void {
  const { method } = point;
  const stray = Object.entries(parameters).find(
    ([name, { goesWith }]) => point[name] !== null && goesWith?.method.includes(String(method)) === false,
  )?.[0];
  if (stray !== undefined) throw new OutOfDomain(`${stray} has no meaning for method ${String(method)}`);
  const [layers, coupling] = [point.layers ?? 1, point.layerCoupling ?? 0] as [number, number];
  if (layers > 1 && coupling === 0)
    throw new OutOfDomain(`layers = ${layers} needs layerCoupling above 0: the input reaches one layer only`);
}

function tasksOf(point: GridPoint, seed: number): Task[] {
  requireOwnParameters(point);
  return learningExperiment
    .tasks({ runs: [runOf(point)], seeds: 1 }, seed)
    .map((task) => ({ ...task, parameters: { ...task.parameters, preset: point.preset } }));
}

/** What a task holds beside the settings of a network, which baselines lack. */
interface LearnPart {
  readonly method: LearningRun["method"];
  readonly preset: PresetName;
  readonly data: LearningData;
  readonly epochs: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly hidden?: number;
  readonly schedule?: string;
  readonly model?: NetworkModel;
  readonly rule?: SteeringRule;
}

/** Values of the parameters, defaults of the preset included. */
function settingsOf(part: LearnPart): Record<string, Scalar> {
  const { method, preset, data, epochs, trainSamples, testSamples, model, rule } = part;
  const hidden = model?.hidden ?? part.hidden ?? 0;
  return {
    method,
    preset,
    data: data.task,
    inputs: data.n ?? null,
    hidden: hidden === 0 ? null : hidden,
    epochs,
    trainSamples,
    testSamples,
    schedule: part.schedule ?? null,
    ...Object.fromEntries(modelFields.map((name) => [name, model?.[name] ?? null])),
    ...Object.fromEntries(ruleFields.map((name) => [name, rule?.[name] ?? null])),
    ...Object.fromEntries(
      Object.entries(rateFields).map(([name, field]) => [name, rule?.rates[field] ?? null]),
    ),
  };
}

function rows(task: Task, result: unknown): FlatRow[] {
  const settings = settingsOf(task.parameters as LearnPart);
  return (result as LearningResult[]).map((row) => ({
    ...settings,
    seed: task.seed,
    epoch: row.epoch,
    status: row.status,
    trainAccuracy: row.trainAccuracy,
    testAccuracy: row.testAccuracy,
    hiddenUpdates: row.hiddenUpdates,
    readoutUpdates: row.readoutUpdates,
    meanSweeps: row.meanSweeps,
    settled: row.settled,
    symmetry: row.symmetry,
  }));
}

/** Learning by steering, beside its baselines. */
export const learnSweep: SweepExperiment = {
  name: "learn",
  summary: "learning by steering (P21) and its baselines: accuracy epoch after epoch",
  module: learningExperiment.module.href,
  random: true,
  consecutiveSeeds: true,
  parameters,
  columns: [
    ...parameterColumns(parameters),
    runSeedColumn,
    column(
      "epoch",
      "integer",
      "1",
      "from 1; a run whose weights grow beyond all bounds ends before the last",
    ),
    statusColumn,
    column("trainAccuracy", "number", "1", "share of training samples that are answered right"),
    column("testAccuracy", "number", "1", "share of test samples that are answered right"),
    column("hiddenUpdates", "number", "1", "share of (neuron, sample) pairs that learned in the epoch"),
    column(
      "readoutUpdates",
      "number",
      "1",
      "share of (readout unit, sample) pairs that learned in the epoch",
    ),
    column("meanSweeps", "number", "sweeps", "sweeps of inference to the first one without a flip"),
    column("settled", "number", "1", "share of test samples at rest after T sweeps"),
    column("symmetry", "number", "1", "Σ J_ij J_ji / Σ J_ij² of the first layer after the epoch"),
  ],
  tasks: (point, repeats) => runSeeds(repeats).flatMap((seed) => tasksOf(point, seed)),
  cost: learningExperiment.cost,
  rows,
};
