/**
 * @file Experiment `learning`: accuracy epoch after epoch of the learning rule (P21) and its variants, of random
 * features and reservoir, and of the baselines. A task is one run from one seed, with all its settings written out;
 * runs that differ only in what they are called are one task.
 */
import { NotConverged, OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { BaselineEpoch } from "../learning/baseline.ts";
import type { NetworkModel, RuleInput, SteeringRule } from "../learning/model.ts";
import { trainPerceptron } from "../learning/perceptron.ts";
import { learningPresets, networkSetup } from "../learning/presets.ts";
import type { LearningPreset, NetworkMethod, PresetName, RateSchedule } from "../learning/presets.ts";
import { trainSignMlp } from "../learning/sign-mlp.ts";
import { trainEpochs } from "../learning/train.ts";
import type { TrainingEpoch, TrainingSets } from "../learning/train.ts";
import type { Task } from "../sweep/task.ts";
import type { Experiment } from "./experiment.ts";
import { dataShape, trainingSets } from "./learning-data.ts";
import type { LearningData } from "./learning-data.ts";
import type { LearningRow, Method } from "./learning-rows.ts";

/** A run: a preset and what is different from it. */
export interface LearningRun {
  readonly method: Method;
  /** What the run is called in its rows; it changes no number. */
  readonly variant: string;
  readonly preset: PresetName;
  /** Default: Entangled MNIST with 100 bits. */
  readonly data?: LearningData;
  /** Neurons of a layer, or units of the multilayer perceptron. */
  readonly hidden?: number;
  readonly trainSamples?: number;
  readonly testSamples?: number;
  /** ≥ 1. */
  readonly epochs?: number;
  /** Of networks; the baselines of backpropagation have one of their own. */
  readonly schedule?: RateSchedule;
  /** Of networks only, as `rule`. */
  readonly model?: Partial<NetworkModel>;
  readonly rule?: RuleInput;
}

/** Runs, each repeated from the seeds s, s + 1, ... of the experiment. */
export interface LearningParameters {
  readonly runs: readonly LearningRun[];
  /** Number of seeds, ≥ 1. */
  readonly seeds: number;
}

interface PartCommon {
  readonly data: LearningData;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly epochs: number;
}

/** A run of a network, complete. */
interface NetworkPart extends PartCommon {
  readonly method: NetworkMethod;
  readonly schedule: RateSchedule;
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
}

/** A run without recurrent network; `hidden` is 0 for the perceptron. */
interface BaselinePart extends PartCommon {
  readonly method: "mlp" | "perceptron";
  readonly hidden: number;
}

type LearningPart = NetworkPart | BaselinePart;

/** What a task stores: a row without the name of the run. */
export type LearningResult = Omit<LearningRow, "variant">;

const entangled: LearningData = { task: "entangled" };

/** The most that typos need. */
const most = { epochs: 1_000_000, seeds: 10_000, samples: 10_000_000, units: 1_000_000 };

function baselinePart(run: LearningRun, method: BaselinePart["method"], hidden: number, common: PartCommon) {
  for (const field of ["model", "rule", "schedule"] as const) {
    if (run[field] !== undefined) throw new OutOfDomain(`${field} has no meaning for method ${method}`);
  }
  requireInteger("hidden", hidden, 1, most.units);
  return { method, hidden: method === "mlp" ? hidden : 0, ...common };
}

/** All settings of a run. @throws OutOfDomain naming the first one outside of its domain */
function partOf(run: LearningRun): LearningPart {
  const preset: LearningPreset = learningPresets[run.preset];
  const { method, data = entangled } = run;
  const { hidden, trainSamples, testSamples, epochs, schedule } = { ...preset, ...run };
  const common = { data, trainSamples, testSamples, epochs };
  requireInteger("epochs", epochs, 1, most.epochs);
  requireInteger("trainSamples", trainSamples, 1, most.samples);
  requireInteger("testSamples", testSamples, 1, most.samples);
  if (method === "mlp" || method === "perceptron") return baselinePart(run, method, hidden, common);
  const { inputs, classes: outputs } = dataShape(data);
  const model = { ...preset.model, ...run.model, inputs, hidden, outputs };
  const rule = {
    ...preset.rule,
    ...run.rule,
    rates: { ...preset.rule.rates, ...run.rule?.rates },
    decays: { ...preset.rule.decays, ...run.rule?.decays },
  };
  return { method, schedule, ...networkSetup(method, model, rule), ...common };
}

const taskOf = (part: LearningPart, seed: number): Task => ({
  experiment: "learning",
  version: 1,
  parameters: part,
  seed,
});

/** Runs with their tasks, seed after seed. */
function placed({ runs, seeds }: LearningParameters, seed: number) {
  requireInteger("seeds", seeds, 1, most.seeds);
  const parts = runs.map((run) => ({ variant: run.variant, part: partOf(run) }));
  return Array.from({ length: seeds }, (_, k) =>
    parts.map(({ variant, part }) => ({ variant, part, task: taskOf(part, seed + k) })),
  ).flat();
}

/** What all rows of a task share. */
function rowHead(part: LearningPart, seed: number) {
  const { method, trainSamples, epochs } = part;
  const network =
    "model" in part
      ? part.model
      : { hidden: part.hidden, layers: part.hidden > 0 ? 1 : 0, selfCoupling: 0, layerCoupling: 0 };
  const { hidden, layers, selfCoupling, layerCoupling } = network;
  return { method, hidden, layers, selfCoupling, layerCoupling, trainSamples, seed, epochs };
}

/** The row of the last epoch of a run that has no results. */
function emptyRow(part: LearningPart, seed: number, status: LearningRow["status"]): LearningResult {
  return {
    status,
    ...rowHead(part, seed),
    epoch: part.epochs,
    trainAccuracy: null,
    testAccuracy: null,
    hiddenUpdates: null,
    readoutUpdates: null,
    meanSweeps: null,
    settled: null,
    symmetry: null,
  };
}

async function* networkEpochs(
  part: NetworkPart,
  sets: TrainingSets,
  seed: number,
): AsyncGenerator<TrainingEpoch> {
  const { model, rule, epochs, schedule } = part;
  for await (const { result } of trainEpochs({ model, rule, epochs, schedule, seed }, sets)) {
    yield result;
  }
}

function baselineEpochs(part: BaselinePart, sets: TrainingSets, seed: number): Generator<BaselineEpoch> {
  const { method, hidden, epochs } = part;
  const data = { ...sets, seed };
  return method === "mlp" ? trainSignMlp(data, { hidden, epochs }) : trainPerceptron(data, { epochs });
}

/**
 * Rows of one task, one an epoch.
 * @throws DataError when the files of the images are missing or damaged
 * @throws OutOfDomain when there are not as many samples
 */
export async function runTask(task: Task): Promise<LearningResult[]> {
  const part = task.parameters as LearningPart;
  const { seed } = task;
  const { trainSamples, testSamples } = part;
  const sets = await trainingSets(part.data, { seed, trainSamples, testSamples });
  const rows: LearningResult[] = [];
  const unknown = emptyRow(part, seed, "ok");
  try {
    const epochs = "model" in part ? networkEpochs(part, sets, seed) : baselineEpochs(part, sets, seed);
    for await (const found of epochs) if (found.epoch > 0) rows.push({ ...unknown, ...found });
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error;
    rows.push(emptyRow(part, seed, "not-converged"));
  }
  return rows;
}

/**
 * Seconds of one core that a sample takes, fitted to runs on Entangled MNIST: base + neuron·H + coupling·H² to learn,
 * for each layer, and `answering` times that to be judged.
 */
const secondsPerSample = {
  rule: { base: 6e-6, neuron: 2e-8, coupling: 1.5e-10, answering: 0.25 },
  reservoir: { base: 2e-6, neuron: 5e-9, coupling: 7.5e-11, answering: 1 },
  "random-features": { base: 2e-6, neuron: 5e-9, coupling: 5.5e-11, answering: 1 },
  mlp: { base: 1.6e-5, neuron: 3.1e-7, coupling: 0, answering: 0.4 },
  perceptron: { base: 3e-6, neuron: 0, coupling: 0, answering: 0.5 },
} as const satisfies Record<Method, object>;

/** Layers cost more than one by one: they come to rest later. */
const layerExponent = 1.3;

/** Seconds to choose and project a sample, shared by the runs of a worker from the same samples. */
const secondsToPrepare = 5e-6;

/** Training samples that are judged after an epoch at most. */
const mostJudged = 10_000;

function seconds(part: LearningPart): number {
  const { trainSamples, testSamples, epochs } = part;
  const { base, neuron, coupling, answering } = secondsPerSample[part.method];
  const { hidden, layers } = "model" in part ? part.model : { hidden: part.hidden, layers: 1 };
  const each = layers ** layerExponent * (base + neuron * hidden + coupling * hidden ** 2);
  const judged = testSamples + Math.min(trainSamples, mostJudged);
  return (
    secondsToPrepare * (trainSamples + testSamples) + epochs * each * (trainSamples + answering * judged)
  );
}

/** The experiment. Run k from seed s + k stands under the same key whatever the first seed is. */
export const learningExperiment: Experiment<LearningParameters, LearningRow> = {
  name: "learning",
  module: new URL(import.meta.url),
  tasks: (parameters, seed) => placed(parameters, seed).map(({ task }) => task),
  cost: (task) => seconds(task.parameters as LearningPart),
  collect: (parameters, seed, resultOf) =>
    placed(parameters, seed).flatMap(({ variant, part, task }) => {
      const found = resultOf(task) as LearningResult[] | undefined;
      return (found ?? [emptyRow(part, task.seed, "unstarted")]).map((row) => ({ ...row, variant }));
    }),
};
