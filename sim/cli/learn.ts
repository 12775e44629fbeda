/** @file `atlas learn`: trains a network, or one of its baselines, on Entangled MNIST. */
import { OutOfDomain } from "../../theory/errors.ts";
import type { Checkpoint, TimedEpoch } from "../checkpoint.ts";
import { entangledSets } from "../experiments/learning-data.ts";
import type { LearningRow } from "../experiments/learning-rows.ts";
import type { BaselineEpoch } from "../learning/baseline.ts";
import { trainPerceptron } from "../learning/perceptron.ts";
import { trainSignMlp } from "../learning/sign-mlp.ts";
import type { TrainingSets } from "../learning/train.ts";
import { trainEpochs } from "../learning/train.ts";
import type { Json } from "../sweep/json.ts";
import { digest } from "../sweep/task.ts";
import type { CommandContext, CommandDefinition, CommonOptions } from "./command.ts";
import type { LearnFolder } from "./learn-folder.ts";
import { openLearnFolder } from "./learn-folder.ts";
import type { LearnSettings, MlpSettings, NetworkSettings, PerceptronSettings } from "./learn-options.ts";
import { learnOptions, parseLearn } from "./learn-options.ts";
import type { LearnDisplay } from "./learn-progress.ts";
import { showLearning } from "./learn-progress.ts";
import type { CommandOutput } from "./output.ts";
import { tableOf } from "./output.ts";

/** An epoch as it is printed; null where the method has no such number, or the run did not get there. */
type EpochRow = Pick<
  LearningRow,
  | "status"
  | "epoch"
  | "trainAccuracy"
  | "testAccuracy"
  | "hiddenUpdates"
  | "readoutUpdates"
  | "meanSweeps"
  | "settled"
  | "symmetry"
> & { readonly seconds: number | null };

/** How a run is done. */
interface Running {
  readonly seed: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly display: LearnDisplay;
  readonly folder: LearnFolder | undefined;
}

/** Definition of the command. */
export const learnCommand: CommandDefinition = {
  name: "learn",
  summary: "train a network on Entangled MNIST by steering its fixed points (P21), or a baseline",
  notes: [
    "Options that are not given are those of the preset. small: H = 300, 6,000 images, 20 epochs, a few seconds;",
    "large: H = 400, 60,000 images; tuned: H = 1600, 60,000 images, settings chosen on training images held out.",
    "random-features and reservoir learn W_out only; mlp (sign units, backpropagation) and perceptron keep no",
    "checkpoints: they take --hidden (mlp), --batch, --rate-readout (perceptron) and samples, but not --out.",
    "A run with --out that was stopped or killed goes on after its last complete epoch and gives the same weights",
    "as one that was not; with --schedule constant, a larger --epochs prolongs it. Training accuracy is that of the",
    "first 10,000 training samples. Do not choose settings on test images: use --hold-out 10000.",
    "Example: atlas learn --preset small --hidden 400 --epochs 10 --out results/h400",
  ].join("\n"),
  options: learnOptions,
  async run(texts, common, context) {
    const settings = await parseLearn(texts);
    const { out } = texts;
    if (out === "") throw new OutOfDomain("--out must be a folder, got nothing");
    const folder = out === undefined ? undefined : openLearnFolder(out);
    try {
      const rows = await runLearning(settings, folder, common, context);
      if (out !== undefined && context.signal.aborted) {
        context.report(`finished epochs are kept in ${out}: run the same command to go on`);
      }
      return learnOutput(rows, settings, common.seed);
    } finally {
      folder?.close();
    }
  },
};

async function runLearning(
  settings: LearnSettings,
  folder: LearnFolder | undefined,
  { seed, workers }: CommonOptions,
  context: CommandContext,
): Promise<EpochRow[]> {
  const { data, trainSamples, testSamples, holdOut } = settings;
  const sets = await entangledSets({
    seed,
    trainSamples,
    testSamples,
    holdOut,
    ...(data === null ? {} : { data }),
  });
  const display = showLearning({ quiet: !context.progress });
  const running = { seed, workers, display, folder, signal: context.signal };
  try {
    return settings.method === "mlp" || settings.method === "perceptron"
      ? await trainBaseline(settings, sets, running)
      : await trainNetwork(settings, sets, running);
  } finally {
    display.stop();
  }
}

/**
 * What decides the course of a run. Not the folder of the images, but what is in it; the number of epochs only where
 * learning rates depend on it.
 */
function configurationOf(
  { method, epochs, schedule, model, rule, trainSamples, testSamples, holdOut }: NetworkSettings,
  sets: TrainingSets,
  seed: number,
): Checkpoint["configuration"] {
  const configuration = {
    ...{ method, seed, trainSamples, testSamples, holdOut, samples: samplesDigest(sets), schedule },
    ...(schedule === "constant" ? {} : { epochs }),
    ...{ model, rule },
  };
  // Through text: what is compared is what a checkpoint gives back.
  return JSON.parse(JSON.stringify(configuration)) as { [name: string]: Json };
}

/** 128 bits that stand for all inputs and labels. */
function samplesDigest({ train, test }: TrainingSets): string {
  const parts = [train, test].flatMap(({ states, labels }) => [
    digest(new Uint8Array(states.buffer, states.byteOffset, states.byteLength), 64),
    digest(labels, 64),
  ]);
  return digest(parts.join(), 32);
}

async function trainNetwork(
  settings: NetworkSettings,
  sets: TrainingSets,
  { seed, workers, display, folder, signal }: Running,
): Promise<EpochRow[]> {
  const { epochs } = settings;
  const configuration = configurationOf(settings, sets, seed);
  const stored = folder?.resume(configuration);
  const rows: TimedEpoch[] = [...(stored?.rows ?? [])];
  if (rows.length > epochs) {
    throw new OutOfDomain(`--epochs must be at least ${rows.length}, the epochs done there, got ${epochs}`);
  }
  if (stored !== undefined) folder?.writeTable(rows);
  const done = rows.length;
  if (done === epochs) return epochRows(rows, epochs);
  const show = (epoch: number, share: number) => {
    const fraction = (epoch - 1 - done + share) / (epochs - done);
    display.update({ epoch, epochs, fraction, testAccuracy: rows.at(-1)?.testAccuracy });
  };
  const steps = trainEpochs({ ...settings, seed }, sets, {
    workers,
    signal,
    onProgress: (epoch, share) => {
      // The whole epoch is shown with its accuracy, once that is known.
      if (share < 1) show(epoch, share);
    },
    ...(stored === undefined ? {} : { from: { epoch: stored.epoch, weights: stored.matrices } }),
  });
  let start = performance.now();
  for await (const { result, state, learner } of steps) {
    rows.push({ ...result, seconds: (performance.now() - start) / 1000 });
    show(result.epoch, 1);
    if (folder !== undefined) {
      const names = learner.weightNames();
      const matrices = state().weights.map((matrix, k) => ({ name: names[k]!, ...matrix }));
      folder.save({ configuration, epoch: result.epoch, rows, matrices });
    }
    start = performance.now();
  }
  return epochRows(rows, epochs);
}

async function trainBaseline(
  settings: PerceptronSettings | MlpSettings,
  sets: TrainingSets,
  { seed, signal, display }: Running,
): Promise<EpochRow[]> {
  const { epochs } = settings;
  const rows: (BaselineEpoch & { readonly seconds: number })[] = [];
  let start = performance.now();
  for (const result of baselineEpochs(settings, sets, seed)) {
    const seconds = (performance.now() - start) / 1000;
    const { epoch, testAccuracy } = result;
    // Epoch 0 is before any update.
    if (epoch > 0) rows.push({ ...result, seconds });
    display.update({ epoch, epochs, fraction: epoch / epochs, testAccuracy });
    // Signals get their turn: an epoch blocks this thread.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) break;
    start = performance.now();
  }
  return epochRows(rows, epochs);
}

function baselineEpochs(
  settings: PerceptronSettings | MlpSettings,
  sets: TrainingSets,
  seed: number,
): Generator<BaselineEpoch> {
  const { epochs, batchSize, learningRate } = settings;
  const common = { epochs, batchSize, learningRate };
  if (settings.method === "mlp") {
    const { hidden, steepness } = settings;
    return trainSignMlp({ ...sets, seed }, { ...common, hidden, steepness });
  }
  const { margin, decay } = settings;
  return trainPerceptron({ ...sets, seed }, { ...common, margin, decay });
}

/** A row for every epoch, those that a stopped run did not reach included. */
function epochRows(
  done: readonly (BaselineEpoch & Partial<TimedEpoch> & { readonly seconds: number })[],
  epochs: number,
): EpochRow[] {
  const unstarted: EpochRow = {
    status: "unstarted",
    epoch: 0,
    trainAccuracy: null,
    testAccuracy: null,
    hiddenUpdates: null,
    readoutUpdates: null,
    meanSweeps: null,
    settled: null,
    symmetry: null,
    seconds: null,
  };
  return Array.from({ length: epochs }, (_, k) => {
    const row = done[k];
    return row === undefined
      ? { ...unstarted, epoch: k + 1 }
      : { ...unstarted, ...row, status: "ok" as const };
  });
}

function learnOutput(rows: readonly EpochRow[], settings: LearnSettings, seed: number): CommandOutput {
  const percent = (share: number | null) => (share === null ? null : Number((100 * share).toFixed(2)));
  const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)));
  const table = tableOf(
    rows.map((row) => ({
      epoch: row.epoch,
      "train %": percent(row.trainAccuracy),
      [settings.holdOut > 0 ? "held out %" : "test %"]: percent(row.testAccuracy),
      "hidden updates %": percent(row.hiddenUpdates),
      "readout updates %": percent(row.readoutUpdates),
      "mean sweeps": rounded(row.meanSweeps),
      "settled %": percent(row.settled),
      symmetry: rounded(row.symmetry),
      seconds: rounded(row.seconds),
      status: row.status,
    })),
  );
  return {
    json: { epochs: rows, parameters: { ...settings, seed } },
    tables: [table],
    statuses: rows.map(({ status }) => status),
  };
}
