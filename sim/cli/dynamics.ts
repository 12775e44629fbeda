/** @file `atlas dynamics`: how often zero-temperature dynamics reaches a fixed point. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { accessibilityExperiment, accessibilityRows } from "../experiments/accessibility.ts";
import { MAX_NEURONS } from "../instance/network.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseInteger, parseNumber } from "../expressions.ts";
import { parseSelfCouplings, parseWord, requireRows, selfCouplingOption } from "./options.ts";
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
    "Example: atlas dynamics --n 200 --jd 0.2:0.1:0.6 --samples 100 --max-sweeps 2000",
  ].join("\n"),
  options: [
    new Option("--n <integer>", `number of neurons N, 2 to ${MAX_NEURONS}`).makeOptionMandatory(),
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
  ],
  async run(texts, { seed, workers }, context) {
    const n = await parseInteger("--n", texts.n ?? "", 2, MAX_NEURONS);
    const selfCouplings = await parseSelfCouplings(texts.jd);
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    const budget = await parseInteger("--max-sweeps", texts.maxSweeps ?? "", 1, mostSweeps);
    const update = parseWord("--update", texts.update ?? "", updateOrders);
    const probability = await parseProbability(texts.probability, update);
    requireRows(selfCouplings.length, samples);
    const parameters = { update, budget, scans: [{ n, selfCouplings, samples }], ...probability };
    const raw = await runExperiment(accessibilityExperiment, parameters, seed, { workers, context });
    const rows = accessibilityRows(raw);
    return rowsOutput(rows, (row) => ({
      N: row.n,
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
