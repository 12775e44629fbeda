/** @file `atlas enumerate`: all fixed points of small networks, against the exact finite-N means. */
import { Option } from "commander";
import { requireInside } from "../../theory/errors.ts";
import { entropyCheckExperiment, entropyCheckRows, largestEnumerated } from "../experiments/entropy-check.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseInteger, parseNumber } from "../expressions.ts";
import {
  depthOption,
  ensembleCells,
  ferromagneticOption,
  largestTheorySelfCoupling,
  parseDrawnEnsemble,
  symmetryOption,
} from "./options.ts";
import { tableOf } from "./output.ts";

/** Beyond it a standard error below 10⁻³ of the spread gets no better for a wait that nobody has. */
const mostSamples = 1e7;

/** Definition of the command. */
export const enumerateCommand: CommandDefinition = {
  name: "enumerate",
  summary: "exact enumeration of fixed points at small N, beside their exact mean number and mean pairs",
  notes: [
    `N from 2 to ${largestEnumerated}; time doubles with every neuron (about 0.1 s a sample at N = 24).`,
    "pairs: ordered pairs by overlap, each fixed point with itself and with its negative included.",
    "With --symmetry or --layers, which do not go together, J_D is at most 3; no exact mean of pairs is known in layers.",
    "Example: atlas enumerate --n 14 --jd 0.5 --samples 500",
    "         atlas enumerate --n 14 --jd 0 --samples 500 --symmetry 1",
    "         atlas enumerate --n 7 --jd 0.5 --samples 500 --layers 2 --lambda 0.5",
  ].join("\n"),
  options: [
    new Option(
      "--n <integer>",
      `number of neurons N of a layer, 2 to ${largestEnumerated} in all layers`,
    ).makeOptionMandatory(),
    new Option("--jd <number>", "self-coupling J_D ≥ 0, one value").makeOptionMandatory(),
    new Option("--samples <integer>", "networks, at most 10 million").makeOptionMandatory(),
    symmetryOption(),
    depthOption("finite"),
    ferromagneticOption(),
  ],
  async run(texts, { seed, workers }, context) {
    const n = await parseInteger("--n", texts.n ?? "", 2, largestEnumerated);
    const selfCoupling = await parseNumber("--jd", texts.jd ?? "");
    requireInside("--jd", selfCoupling, { min: 0, max: Infinity, openMax: true });
    const samples = await parseInteger("--samples", texts.samples ?? "", 1, mostSamples);
    const ensemble = await parseDrawnEnsemble(texts, n, largestEnumerated);
    if (Object.keys(ensemble).length > 0)
      requireInside("--jd", selfCoupling, { min: 0, max: largestTheorySelfCoupling });
    const parameters = { sizes: [{ n, ...ensemble, samples }], selfCouplings: [selfCoupling] };
    const sums = await runExperiment(entropyCheckExperiment, parameters, seed, { workers, context });
    const [row] = entropyCheckRows(sums);
    const { meanCount, standardError, expectedCount, pairs, status } = row;
    return {
      json: { n, ...ensemble, samples: row.samples, meanCount, standardError, expectedCount, pairs, status },
      statuses: [status],
      tables: [
        tableOf([
          {
            N: n,
            ...ensembleCells(ensemble),
            samples: row.samples,
            "mean count": meanCount,
            "standard error": standardError,
            expected: expectedCount,
            "z-score": row.zScore,
          },
        ]),
        {
          title: "ordered pairs",
          ...tableOf(
            pairs.map((bin) => ({
              overlap: bin.overlap,
              mean: bin.mean,
              "standard error": bin.standardError,
              expected: bin.expected,
              "z-score": bin.zScore,
            })),
          ),
        },
      ],
    };
  },
};
