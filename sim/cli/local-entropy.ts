/** @file `atlas local-entropy`: the densest clusters at a distance, or the 1RSB point at given y. */
import { Option } from "commander";
import { requireInside } from "../../theory/errors.ts";
import { localEntropyExperiment } from "../experiments/local-entropy.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseList } from "../expressions.ts";
import {
  distanceOption,
  parseDistances,
  parseTheorySelfCouplings,
  requireRows,
  selfCouplingOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";

/** Definition of the command. */
export const localEntropyCommand: CommandDefinition = {
  name: "local-entropy",
  summary: "entropy inside the densest clusters of fixed points with mutual distance d (1RSB, complexity 0)",
  notes: [
    "S: local entropy, nats per neuron; negative where no such cluster exists. Σ: complexity. q̂: conjugate overlap.",
    "status no-solution: no y in this range has complexity 0.",
    "Example: atlas local-entropy --jd 0.05,0.2 --distance 0.01,0.1",
  ].join("\n"),
  options: [
    selfCouplingOption("0 to 3"),
    distanceOption(),
    new Option(
      "--y <list>",
      "numbers of real replicas y, 1 to 5000: answers at these y instead of at complexity 0",
    ),
  ],
  async run(texts, { seed, workers }, context) {
    const selfCouplings = await parseTheorySelfCouplings(texts.jd);
    const distances = await parseDistances(texts.distance);
    const ys = texts.y === undefined ? undefined : await parseList("--y", texts.y);
    ys?.forEach((y) => requireInside("--y", y, { min: 1, max: 5000 }));
    requireRows(selfCouplings.length, distances.length, ys?.length ?? 1);
    const parameters = { selfCouplings, distances, ...(ys === undefined ? {} : { ys }) };
    const rows = await runExperiment(localEntropyExperiment, parameters, seed, { workers, context });
    return rowsOutput(rows, (row) => ({
      J_D: row.selfCoupling,
      d: row.distance,
      y: row.y,
      q̂: row.qhat,
      S: row.localEntropy,
      Σ: row.complexity,
      residual: row.residual,
      error: row.error,
    }));
  },
};
