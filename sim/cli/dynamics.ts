/** @file `atlas dynamics`: how often zero-temperature dynamics reaches a fixed point. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import type { AccessibilityParameters } from "../experiments/accessibility.ts";
import { accessibilityExperiment, accessibilityRows } from "../experiments/accessibility.ts";
import { DEFAULT_BLOCK_SIZE } from "../instance/blocks.ts";
import { MAX_NEURONS } from "../instance/network.ts";
import type { BackendName } from "./backend.ts";
import { backendNames, backendOption, chooseBackend } from "./backend.ts";
import type { CommandContext, CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseInteger, parseNumber } from "../expressions.ts";
import {
  depthOption,
  ensembleCells,
  ferromagneticOption,
  parseDrawnEnsemble,
  parseSelfCouplings,
  parseWord,
  requireRows,
  selfCouplingOption,
  symmetryOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";

const updateOrders = ["async", "random", "sync", "partial", "block"] as const;

/** Those in which neurons are updated together, as a GPU does. */
const deviceOrders: readonly string[] = ["sync", "partial", "block"];

/** Bounds on what one call may ask for. */
const mostSamples = 1e6;
const mostSweeps = 1e9;

/** Definition of the command. */
export const dynamicsCommand: CommandDefinition = {
  name: "dynamics",
  summary: "zero-temperature dynamics: samples that reach a fixed point within a budget of sweeps",
  notes: [
    "async: every sweep is a fresh random permutation; random: N independent picks a sweep;",
    "sync: all neurons at once; partial: each neuron with probability --probability, those chosen at once;",
    "block: a fresh random order, cut into blocks of --block-size neurons that are updated at once, block after block.",
    "On a GPU (sync, partial, block) all J_D of a network run at the same time.",
    "With --layers all layers are one network of N times L neurons, and a sweep goes over all of them.",
    "Example: atlas dynamics --n 200 --jd 0.2:0.1:0.6 --samples 100 --max-sweeps 2000",
    "         atlas dynamics --n 200 --jd 0:0.1:0.4 --samples 100 --max-sweeps 2000 --symmetry 0.5",
    "         atlas dynamics --n 6400 --jd 0.2:0.05:0.6 --samples 8 --max-sweeps 2000 --update block --backend auto",
    "         atlas dynamics --n 200 --jd 0.2:0.1:0.8 --samples 50 --max-sweeps 2000 --layers 2 --lambda 0.5",
  ].join("\n"),
  options: [
    new Option(
      "--n <integer>",
      `number of neurons N of a layer, 2 to ${MAX_NEURONS} in all layers`,
    ).makeOptionMandatory(),
    selfCouplingOption("≥ 0"),
    new Option(
      "--samples <integer>",
      "networks, at most a million; each serves all J_D",
    ).makeOptionMandatory(),
    new Option("--max-sweeps <integer>", "budget of sweeps").makeOptionMandatory(),
    new Option("--update <order>", `order of updates: ${updateOrders.join(", ")}`).default("async"),
    new Option(
      "--probability <number>",
      "probability of an update, only with --update partial (default: 0.5)",
    ),
    new Option(
      "--block-size <integer>",
      `neurons of a block, only with --update block (default: ${DEFAULT_BLOCK_SIZE})`,
    ),
    backendOption(),
    symmetryOption(),
    depthOption("finite"),
    ferromagneticOption(),
  ],
  async run(texts, { seed, workers }, context) {
    const n = await parseInteger("--n", texts.n ?? "", 2, MAX_NEURONS);
    const selfCouplings = await parseSelfCouplings(texts.jd);
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    const budget = await parseInteger("--max-sweeps", texts.maxSweeps ?? "", 1, mostSweeps);
    const update = parseWord("--update", texts.update ?? "", updateOrders);
    const probability = await parseProbability(texts.probability, update);
    const blockSize = await parseBlockSize(texts.blockSize, update);
    const ensemble = await parseDrawnEnsemble(texts, n, MAX_NEURONS);
    requireRows(selfCouplings.length, samples);
    const scans = [{ n, ...ensemble, selfCouplings, samples }];
    const backend = await parseBackend(texts.backend, update, context);
    const parameters = { update, budget, scans, ...probability, ...blockSize, ...backend };
    const raw =
      backend.backend === undefined
        ? await runExperiment(accessibilityExperiment, parameters, seed, { workers, context })
        : await runOnDevice(parameters, seed, context);
    const rows = accessibilityRows(raw).map((row) => ({ ...row, ...ensemble }));
    return rowsOutput(rows, (row) => ({
      N: row.n,
      ...ensembleCells(ensemble),
      J_D: row.selfCoupling,
      samples: row.samples,
      converged: row.converged,
      "median sweeps": row.medianSweeps,
      "flips per neuron": row.flipsPerNeuron,
    }));
  },
};

/** Loaded only when a GPU is asked for. */
async function runOnDevice(parameters: AccessibilityParameters, seed: number, context: CommandContext) {
  const { runExperimentOnDevice } = await import("./device-run.ts");
  return runExperimentOnDevice(accessibilityExperiment, parameters, seed, context);
}

async function parseProbability(text: string | undefined, update: string): Promise<{ probability?: number }> {
  if (update !== "partial") {
    if (text === undefined) return {};
    throw new OutOfDomain(`--probability goes with --update partial, got --update ${update}`);
  }
  const probability = await parseNumber("--probability", text ?? "0.5");
  return { probability: requireInside("--probability", probability, { min: 0, max: 1, openMin: true }) };
}

async function parseBlockSize(text: string | undefined, update: string): Promise<{ blockSize?: number }> {
  if (update !== "block") {
    if (text === undefined) return {};
    throw new OutOfDomain(`--block-size goes with --update block, got --update ${update}`);
  }
  return text === undefined ? {} : { blockSize: await parseInteger("--block-size", text, 1, MAX_NEURONS) };
}

/**
 * Where to run; the GPU that is found is closed again, since tasks open their own.
 * @throws NoDevice when a GPU is asked for and there is none
 */
async function parseBackend(
  text: string | undefined,
  update: string,
  { report }: CommandContext,
): Promise<{ backend?: "webgpu" }> {
  const name: BackendName = parseWord("--backend", text ?? "wasm", backendNames);
  if (name === "wasm") return {};
  if (!deviceOrders.includes(update)) {
    const pairing = `goes with --update ${deviceOrders.join(", ")}, got --update ${update}`;
    if (name === "webgpu") throw new OutOfDomain(`--backend webgpu ${pairing}`);
    report(`computing on the processor: a GPU ${pairing}`);
    return {};
  }
  const device = await chooseBackend(name, report);
  device?.close();
  return device === null ? {} : { backend: "webgpu" };
}
