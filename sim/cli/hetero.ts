/** @file `atlas hetero`: how many random pairs of patterns layers of neurons associate, and how that grows with N. */
import { Option } from "commander";
import { requireInside, type Interval } from "../../theory/errors.ts";
import { defaultHeteroSettings, heteroExperiment, heteroSetup } from "../experiments/hetero.ts";
import type { HeteroSettings } from "../experiments/hetero.ts";
import {
  criterionText,
  heteroCapacities,
  heteroSlopes,
  recallCriteria,
} from "../experiments/hetero-capacity.ts";
import { backendNames, backendOption, chooseBackend } from "./backend.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { runExperimentOnDevice } from "./device-run.ts";
import { parseInteger, parseIntegerList, parseNumber } from "../expressions.ts";
import { parseWord, requireRows } from "./options.ts";
import { tableOf } from "./output.ts";

type Texts = Readonly<Record<string, string | undefined>>;

/** Bounds on what one call may ask for: the time of a search grows with L N³. */
const mostLayers = 64;
const mostNeurons = 4096;
const mostSamples = 1e4;
const mostEpochs = 1e5;
const largest = 1e3;

const strength: Interval = { min: 0, max: largest };
const positive: Interval = { min: 0, max: largest, openMin: true };

/** Settings that are plain numbers: option, field, domain and help. */
const numbers = [
  ["lambda", "layerCoupling", positive, "ferromagnetic coupling λ > 0 between layers"],
  ["jd", "selfCoupling", strength, "self-coupling J_D ≥ 0"],
  ["coupling", "couplingStrength", strength, "initial couplings ~ g N(0, 1/N), g ≥ 0"],
  ["input", "inputStrength", strength, "field λ_in ≥ 0 of the input"],
  ["feedback", "feedbackStrength", strength, "field λ_back ≥ 0 of the target"],
  ["rate", "rate", strength, "learning rate η_J ≥ 0"],
  ["input-rate", "inputRate", strength, "learning rate η_in ≥ 0 of the input weights"],
  ["decay", "decay", strength, "weight decay δ ≥ 0"],
] as const satisfies readonly (readonly [string, keyof HeteroSettings, Interval, string])[];

const freePhases = ["none", "removed", "annealed"] as const;

/** Definition of the command. */
export const heteroCommand: CommandDefinition = {
  name: "hetero",
  summary: "hetero-association: largest number of random pairs that layers of neurons recall",
  notes: [
    "P pairs are learned by steering (P21) for at most --epochs epochs; recall is inference from s = 0 with the input alone.",
    `criteria: ${recallCriteria.map((name) => `${name}: ${criterionText(name)}`).join("; ")}.`,
    "Example: atlas hetero --layers 1:1:7 --n 50,100,200 --samples 3",
  ].join("\n"),
  options: [
    new Option("--layers <list>", `numbers of layers L, 1 to ${mostLayers}`).makeOptionMandatory(),
    new Option("--n <list>", `numbers of neurons N of a layer, 2 to ${mostNeurons}`).makeOptionMandatory(),
    new Option("--samples <integer>", "networks at each (L, N)").default("3"),
    new Option("--criterion <name>", `one of ${recallCriteria.join(", ")}`).default(recallCriteria[0]!),
    new Option("--epochs <integer>", "epochs after which a number of pairs is given up").default("60"),
    ...numbers.map(
      ([option, field, , help]) =>
        new Option(`--${option} <number>`, `${help} (default: ${defaultHeteroSettings[field]})`),
    ),
    new Option("--margin <number>", "margin κ (default: by depth, 0.45 + 2/(L − 1)², 2.45 for L = 1)"),
    new Option(
      "--sweeps <integer>",
      `sweeps of a phase for each layer, 1 to 1000 (default: ${defaultHeteroSettings.sweepsPerLayer})`,
    ),
    new Option("--batch <integer>", `pairs of a batch (default: ${defaultHeteroSettings.batchSize})`),
    new Option(
      "--free-phase <name>",
      `what follows the clamped phase: ${freePhases.join(", ")} (default: ${defaultHeteroSettings.freePhase})`,
    ),
    backendOption(),
  ],
  async run(texts, { seed, workers }, context) {
    const layers = [...new Set(await parseIntegerList("--layers", texts.layers ?? "", 1, mostLayers))];
    const sizes = [...new Set(await parseIntegerList("--n", texts.n ?? "", 2, mostNeurons))];
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    requireRows(layers.length, sizes.length, samples);
    const criterion = parseWord("--criterion", texts.criterion ?? "", recallCriteria);
    const epochs = await parseInteger("--epochs", texts.epochs ?? "", 1, mostEpochs);
    const settings = await parseSettings(texts);
    for (const depth of layers) heteroSetup({ layers: depth, n: sizes[0]! }, settings);
    const parameters = { layers, sizes, samples, criterion, epochs, settings };
    const backend = parseWord("--backend", texts.backend ?? "wasm", backendNames);
    const device = await chooseBackend(backend, context.report);
    // The tasks open it themselves, and again where it was lost.
    device?.close();
    const trials =
      device === null
        ? await runExperiment(heteroExperiment, parameters, seed, { workers, context })
        : await runExperimentOnDevice(heteroExperiment, { ...parameters, backend: "webgpu" }, seed, context);
    const rows = heteroCapacities(trials, criterion);
    const slopes = heteroSlopes(rows);
    return {
      json: { rows, slopes, trials },
      statuses: [...rows, ...slopes].map(({ status }) => status),
      tables: [
        tableOf(
          rows.map((row) => ({
            L: row.layers,
            N: row.n,
            capacity: row.capacity,
            "standard error": row.standardError,
            samples: row.samples,
            status: row.status,
          })),
        ),
        tableOf(
          slopes.map((row) => ({
            L: row.layers,
            slope: row.slope,
            "standard error": row.standardError,
            intercept: row.intercept,
            status: row.status,
          })),
        ),
      ],
    };
  },
};

/** Defaults, changed by the options that were given. */
async function parseSettings(texts: Texts): Promise<HeteroSettings> {
  const inside = async (option: string, text: string, interval: Interval): Promise<number> =>
    requireInside(`--${option}`, await parseNumber(`--${option}`, text), interval);
  const changed: Partial<Record<keyof HeteroSettings, number>> = {};
  for (const [option, field, interval] of numbers) {
    const text = texts[camelCase(option)];
    if (text !== undefined) changed[field] = await inside(option, text, interval);
  }
  const { margin, sweeps, batch, freePhase = defaultHeteroSettings.freePhase } = texts;
  if (margin !== undefined) changed.margin = await inside("margin", margin, { min: -largest, max: largest });
  if (sweeps !== undefined) changed.sweepsPerLayer = await parseInteger("--sweeps", sweeps, 1, 1000);
  if (batch !== undefined) changed.batchSize = await parseInteger("--batch", batch, 1, 1024);
  return {
    ...defaultHeteroSettings,
    ...changed,
    freePhase: parseWord("--free-phase", freePhase, freePhases),
  } as HeteroSettings;
}

/** Name under which commander keeps the value of an option. */
const camelCase = (option: string): string =>
  option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
