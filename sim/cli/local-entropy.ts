/** @file `atlas local-entropy`: the densest clusters at a distance, or the 1RSB point at given y. */
import { Option } from "commander";
import { requireInside } from "../../theory/errors.ts";
import { layeredDomain } from "../../theory/layered-replicas.ts";
import { ensembleLocalEntropyExperiment } from "../experiments/ensemble-local-entropy.ts";
import { localEntropyExperiment } from "../experiments/local-entropy.ts";
import type { LocalEntropyRow } from "../experiments/rows.ts";
import { parseClusterEnsemble, parseClusterSelfCouplings, requireReplicas } from "./cluster-ensemble.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseList } from "../expressions.ts";
import {
  depthOption,
  distanceOption,
  ensembleCells,
  ferromagneticOption,
  parseDistances,
  parseTheorySelfCouplings,
  requireRows,
  selfCouplingOption,
  symmetryOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";

const cellsOf = (row: LocalEntropyRow) => ({
  J_D: row.selfCoupling,
  d: row.distance,
  y: row.y,
  q̂: row.qhat,
  S: row.localEntropy,
  Σ: row.complexity,
  residual: row.residual,
  error: row.error,
});

/** Definition of the command. */
export const localEntropyCommand: CommandDefinition = {
  name: "local-entropy",
  summary: "entropy inside the densest clusters of fixed points with mutual distance d (1RSB, complexity 0)",
  notes: [
    "S: local entropy, nats per neuron; negative where no such cluster exists. Σ: complexity. q̂: conjugate overlap.",
    "status no-solution: no y in this range has complexity 0.",
    "With --symmetry (−0.5 to 1): J_D from −1 to 3. With --layers (up to 12, or infinite) and --lambda (0 to 3): J_D from",
    `−3 to 3; --y takes integers up to ${layeredDomain.replicas.max} there and gives φ (in the JSON) alone.`,
    "Example: atlas local-entropy --jd 0.05,0.2 --distance 0.01,0.1",
  ].join("\n"),
  options: [
    selfCouplingOption("0 to 3 (negative too with --symmetry or --layers, see below)"),
    distanceOption(),
    new Option(
      "--y <list>",
      "numbers of real replicas y, 1 to 5000: answers at these y instead of at complexity 0",
    ),
    symmetryOption("−0.5"),
    depthOption("any", layeredDomain.layers.max),
    ferromagneticOption(layeredDomain.ferromagneticCoupling.max),
  ],
  async run(texts, { seed, workers }, context) {
    const ensemble = await parseClusterEnsemble(texts);
    const selfCouplings =
      ensemble === null
        ? await parseTheorySelfCouplings(texts.jd)
        : await parseClusterSelfCouplings(texts.jd, ensemble);
    const distances = await parseDistances(texts.distance);
    const ys = texts.y === undefined ? undefined : await parseList("--y", texts.y);
    ys?.forEach((y) => requireInside("--y", y, { min: 1, max: 5000 }));
    requireRows(selfCouplings.length, distances.length, ys?.length ?? 1);
    const parameters = { selfCouplings, distances, ...(ys === undefined ? {} : { ys }) };
    const place = { workers, context };
    if (ensemble === null)
      return rowsOutput(await runExperiment(localEntropyExperiment, parameters, seed, place), cellsOf);
    requireReplicas(ys ?? [], ensemble);
    const asked = { ensembles: [ensemble], ...parameters };
    const rows = await runExperiment(ensembleLocalEntropyExperiment, asked, seed, place);
    return rowsOutput(rows, (row) => ({ ...ensembleCells(row), ...cellsOf(row) }));
  },
};
