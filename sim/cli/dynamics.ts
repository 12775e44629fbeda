/** @file `atlas dynamics`: how often zero-temperature dynamics reaches a fixed point. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { accessibilityExperiment, accessibilityRows } from "../experiments/accessibility.ts";
import { MAX_NEURONS } from "../instance/network.ts";
import type { CommandDefinition } from "./command.ts";
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

const updateOrders = ["async", "random", "sync", "partial"] as const;

/** Bounds on what one call may ask for. */
const mostSamples = 1e6;
const mostSweeps = 1e9;

/** Definition of the command. */
export const dynamicsCommand: CommandDefinition = {
  name: "dynamics",
  summary: "zero-temperature dynamics: samples that reach a fixed point within a budget of sweeps",
  notes: [
    "async: every sweep is a fresh random permutation; random: N independent picks a sweep;",
    "sync: all neurons at once; partial: each neuron with probability --probability, those chosen at once.",
    "With --layers all layers are one network of N times L neurons, and a sweep goes over all of them.",
    "Example: atlas dynamics --n 200 --jd 0.2:0.1:0.6 --samples 100 --max-sweeps 2000",
    "         atlas dynamics --n 200 --jd 0:0.1:0.4 --samples 100 --max-sweeps 2000 --symmetry 0.5",
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
    const ensemble = await parseDrawnEnsemble(texts, n, MAX_NEURONS);
    requireRows(selfCouplings.length, samples);
    const scans = [{ n, ...ensemble, selfCouplings, samples }];
    const parameters = { update, budget, scans, ...probability };
    const raw = await runExperiment(accessibilityExperiment, parameters, seed, { workers, context });
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

async function parseProbability(text: string | undefined, update: string): Promise<{ probability?: number }> {
  if (update !== "partial") {
    if (text === undefined) return {};
    throw new OutOfDomain(`--probability goes with --update partial, got --update ${update}`);
  }
  const probability = await parseNumber("--probability", text ?? "0.5");
  return { probability: requireInside("--probability", probability, { min: 0, max: 1, openMin: true }) };
}
