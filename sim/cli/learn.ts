/** @file `atlas learn`: trains a network, or one of its baselines, on Entangled MNIST. */
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import type { Checkpoint, TimedEpoch } from "../checkpoint.ts";
import { entangledSets } from "../experiments/learning-data.ts";
import type { LearningRow } from "../experiments/learning-rows.ts";
import type { BaselineEpoch } from "../learning/baseline.ts";
import { trainPerceptron } from "../learning/perceptron.ts";
import { trainSignMlp } from "../learning/sign-mlp.ts";
import type { LearningBackend } from "../learning/backend.ts";
import { deviceBackend, wasmBackend } from "../learning/backend.ts";
import type { TrainingSets } from "../learning/train.ts";
import { trainEpochs } from "../learning/train.ts";
import type { Json } from "../sweep/json.ts";
import { digest } from "../sweep/task.ts";
import { chooseBackend } from "./backend.ts";
import type { CommandContext, CommandDefinition } from "./command.ts";
import type { LearnFolder } from "./learn-folder.ts";
import { openLearnFolder } from "./learn-folder.ts";
import type { LearnSettings, MlpSettings, NetworkSettings, PerceptronSettings } from "./learn-options.ts";
import { learnOptions, namingOptions, parseLearn } from "./learn-options.ts";
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

/** An epoch that is done; a baseline has some of the numbers only. */
type DoneEpoch = BaselineEpoch & Partial<TimedEpoch> & Pick<TimedEpoch, "seconds">;

/** How a run is done. */
interface Running {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly display: LearnDisplay;
  readonly folder: LearnFolder | undefined;
  readonly report: CommandContext["report"];
  readonly backend: LearningBackend;
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
    "On a GPU (--backend webgpu) weights differ in their last bits from those of WASM; a run may go on on either.",
    "Example: atlas learn --preset small --hidden 400 --epochs 10 --out results/h400",
  ].join("\n"),
  options: learnOptions,
  async run(texts, common, context) {
    const asked = await parseLearn(texts);
    const { out } = texts;
    if (out === "") throw new OutOfDomain("--out must be a folder, got nothing");
    const { settings, backend, close } = await openPlace(asked, common.workers, context.report);
    let folder: LearnFolder | undefined;
    try {
      folder = out === undefined ? undefined : openLearnFolder(out);
      const rows = await runLearning(settings, { ...common, folder, backend }, context);
      const kept = rows.some(({ status }) => status === "ok");
      if (out !== undefined && context.signal.aborted && kept) {
        context.report(`finished epochs are kept in ${out}: run the same command to go on`);
      }
      return learnOutput(rows, settings, common.seed);
    } finally {
      folder?.close();
      close();
    }
  },
};

/** Where a network learns, and how to leave it. */
interface LearningPlace {
  /** With the backend that was found, and the precision that it has. */
  readonly settings: LearnSettings;
  readonly backend: LearningBackend;
  readonly close: () => void;
}

/** Opens the GPU if one is asked for, and again each time that it was lost. */
async function openPlace(
  settings: LearnSettings,
  workers: number,
  report: CommandContext["report"],
): Promise<LearningPlace> {
  const wasm = { backend: wasmBackend({ workers }), close: () => undefined };
  if (settings.method === "mlp" || settings.method === "perceptron") return { settings, ...wasm };
  const { backend: name, precision: couplingPrecision } = settings;
  let device = await chooseBackend(name, report);
  if (device === null) return { settings: { ...settings, backend: "wasm", precision: "f32" }, ...wasm };
  const reopen = async () => {
    device = await chooseBackend("webgpu", report);
    return device!;
  };
  return {
    settings: { ...settings, backend: "webgpu" },
    backend: deviceBackend(device, { couplingPrecision, reopen }),
    close: () => device?.close(),
  };
}

async function runLearning(
  settings: LearnSettings,
  { seed, folder, backend }: Pick<Running, "seed" | "folder" | "backend">,
  context: CommandContext,
): Promise<EpochRow[]> {
  const { data, trainSamples, testSamples, holdOut } = settings;
  const request = { seed, trainSamples, testSamples, holdOut, ...(data === null ? {} : { data }) };
  const sets = await namingOptions(() => entangledSets(request));
  const display = showLearning({ quiet: !context.progress });
  const { signal, report } = context;
  const running = { seed, display, folder, signal, report, backend };
  const steps =
    settings.method === "mlp" || settings.method === "perceptron"
      ? trainBaseline(settings, sets, running)
      : trainNetwork(settings, sets, running);
  const done: DoneEpoch[] = [];
  let divergence: NotConverged | undefined;
  try {
    for await (const epoch of steps) done.push(epoch);
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error;
    divergence = error;
  } finally {
    display.stop();
  }
  if (divergence !== undefined) report(divergence.message);
  return epochRows(done, settings.epochs, divergence === undefined ? "unstarted" : "not-converged");
}

/** Such a run is allowed, and its accuracy low: one should know why. */
function reportNarrowLayer(hidden: number, inputs: number, report: CommandContext["report"]): void {
  if (hidden >= inputs) return;
  report(
    `--hidden ${hidden} is below the ${inputs} inputs: ${hidden} binary neurons cannot hold all that the input carries`,
  );
}

/**
 * What decides the course of a run. Not the folder of the images, but what is in it; the number of epochs only where
 * learning rates depend on it.
 */
function configurationOf(
  settings: NetworkSettings,
  sets: TrainingSets,
  seed: number,
): Checkpoint["configuration"] {
  const { method, epochs, schedule, model, rule, trainSamples, testSamples, holdOut, precision } = settings;
  const configuration = {
    ...{ method, seed, trainSamples, testSamples, holdOut, samples: samplesDigest(sets), schedule },
    ...(schedule === "constant" ? {} : { epochs }),
    ...{ model, rule },
    // The last bits, in which WASM and GPUs differ, are not held against a run; half precision is.
    ...(precision === "f32" ? {} : { precision }),
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

/** Epochs as they are done, those of the folder first. */
async function* trainNetwork(
  settings: NetworkSettings,
  sets: TrainingSets,
  { seed, display, folder, signal, report, backend }: Running,
): AsyncGenerator<DoneEpoch> {
  const { epochs } = settings;
  const configuration = configurationOf(settings, sets, seed);
  const stored = folder?.resume(configuration);
  const rows: TimedEpoch[] = [...(stored?.rows ?? [])];
  if (rows.length > epochs) {
    throw new OutOfDomain(`--epochs must be at least ${rows.length}, the epochs done there, got ${epochs}`);
  }
  if (stored !== undefined) folder?.writeTable(rows);
  yield* rows;
  const done = rows.length;
  if (done === epochs) return;
  reportNarrowLayer(settings.model.hidden, sets.train.n, report);
  const show = (epoch: number, share: number) => {
    const fraction = (epoch - 1 - done + share) / (epochs - done);
    display.update({ epoch, epochs, fraction, testAccuracy: rows.at(-1)?.testAccuracy });
  };
  const steps = trainEpochs({ ...settings, seed }, sets, {
    backend,
    signal,
    onLoss: ({ message }, epoch) => {
      report(`${message}; epoch ${epoch} begins anew from the weights after the one before`);
    },
    onProgress: (epoch, share) => {
      // The whole epoch is shown with its accuracy, once that is known.
      if (share < 1) show(epoch, share);
    },
    ...(stored === undefined ? {} : { from: { epoch: stored.epoch, weights: stored.matrices } }),
  });
  let start = performance.now();
  for await (const { result, state, learner } of steps) {
    const row = { ...result, seconds: (performance.now() - start) / 1000 };
    rows.push(row);
    show(result.epoch, 1);
    if (folder !== undefined) {
      const names = learner.weightNames();
      const matrices = (await state()).weights.map((matrix, k) => ({ name: names[k]!, ...matrix }));
      folder.save({ configuration, epoch: result.epoch, rows, matrices });
    }
    yield row;
    start = performance.now();
  }
}

/** Epochs as they are done. */
async function* trainBaseline(
  settings: PerceptronSettings | MlpSettings,
  sets: TrainingSets,
  { seed, signal, display, report }: Running,
): AsyncGenerator<DoneEpoch> {
  const { epochs } = settings;
  if (settings.method === "mlp") reportNarrowLayer(settings.hidden, sets.train.n, report);
  let start = performance.now();
  for (const result of baselineEpochs(settings, sets, seed)) {
    const seconds = (performance.now() - start) / 1000;
    const { epoch, testAccuracy } = result;
    // Epoch 0 is before any update.
    if (epoch > 0) yield { ...result, seconds };
    display.update({ epoch, epochs, fraction: epoch / epochs, testAccuracy });
    // Signals get their turn: an epoch blocks this thread.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return;
    start = performance.now();
  }
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

/** A row for every epoch: after those that are done one of the given status, then epochs that were not started. */
function epochRows(done: readonly DoneEpoch[], epochs: number, next: EpochRow["status"]): EpochRow[] {
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
      ? { ...unstarted, status: k === done.length ? next : "unstarted", epoch: k + 1 }
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
