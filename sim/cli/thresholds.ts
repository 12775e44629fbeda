/** @file `atlas thresholds`: the self-couplings at which the geometry of fixed points changes. */
import { Option } from "commander";
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { layeredDomain } from "../../theory/layered-replicas.ts";
import type { TheoryEnsemble } from "../experiments/ensemble-kind.ts";
import { ensembleThresholdsExperiment } from "../experiments/ensemble-thresholds.ts";
import { defaultTypicalDistances, thresholdsExperiment } from "../experiments/thresholds.ts";
import { parseClusterEnsemble } from "./cluster-ensemble.ts";
import type { CommandContext, CommandDefinition, CommonOptions } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseList } from "../expressions.ts";
import { depthOption, ferromagneticOption, symmetryOption } from "./options.ts";
import type { CommandOutput } from "./output.ts";
import { tableOf } from "./output.ts";

/** What stands for a threshold that was not found. */
const missing = { selfCoupling: null, distance: null, error: null };

/** Distances of J_FP where none are given. */
const usualDistances = defaultTypicalDistances.join(",");

/** Arguments of every run. */
interface Request {
  readonly common: CommonOptions;
  readonly context: CommandContext;
}

/** J_gap, J_mono and J_FP of one asymmetric layer. */
async function plainThresholds(distances: string, { common, context }: Request): Promise<CommandOutput> {
  const typicalDistances = await parseList("--distance", distances);
  typicalDistances.forEach((d) => requireInside("--distance", d, { min: 3e-4, max: 0.495 }));
  const rows = await runExperiment(thresholdsExperiment, { typicalDistances }, common.seed, {
    workers: common.workers,
    context,
  });
  const [gapClosing, monotone] = rows.map(({ status, point }) => ({ ...missing, ...point, status }));
  const typical = rows.slice(2).map(({ status, part, point }) => {
    const distance = part.threshold === "typical" ? part.distance : null;
    return { distance, selfCoupling: point?.selfCoupling ?? null, error: point?.error ?? null, status };
  });
  return {
    json: { gapClosing: { y: null, ...gapClosing }, monotone, typical },
    statuses: rows.map(({ status }) => status),
    tables: [
      tableOf(
        rows.map(({ part, point, status }) => ({
          threshold: { "gap-closing": "J_gap", monotone: "J_mono", typical: "J_FP" }[part.threshold],
          J_D: point?.selfCoupling ?? null,
          d: point?.distance ?? null,
          y: point?.y ?? null,
          error: point?.error ?? null,
          status,
        })),
      ),
    ],
  };
}

/** J_gap, J_mono and the J_D without fixed points, of correlated couplings or of layers. */
async function ensembleThresholds(
  ensemble: TheoryEnsemble,
  { common, context }: Request,
): Promise<CommandOutput> {
  const rows = await runExperiment(ensembleThresholdsExperiment, { ensembles: [ensemble] }, common.seed, {
    workers: common.workers,
    context,
  });
  const [gapClosing, monotone, vanishing] = rows.map(({ status, point }) => ({
    ...missing,
    ...point,
    status,
  }));
  const { selfCoupling, error, status } = vanishing;
  return {
    json: {
      ...ensemble,
      gapClosing: { y: null, ...gapClosing },
      monotone,
      vanishing: { selfCoupling, error, status },
    },
    statuses: rows.map((row) => row.status),
    tables: [
      tableOf(
        rows.map(({ threshold, point, status: found }) => ({
          threshold: { "gap-closing": "J_gap", monotone: "J_mono", vanishing: "S = 0" }[threshold],
          J_D: point?.selfCoupling ?? null,
          d: point?.distance ?? null,
          y: point?.y ?? null,
          error: point?.error ?? null,
          status: found,
        })),
      ),
    ],
  };
}

/** Definition of the command. */
export const thresholdsCommand: CommandDefinition = {
  name: "thresholds",
  summary: "critical self-couplings: J_gap (the overlap gap closes), J_mono and J_FP(d)",
  notes: [
    "J_gap: smallest J_D at which the densest clusters exist at every distance.",
    "J_mono: smallest J_D at which their entropy grows with distance throughout.",
    "J_FP(d): smallest J_D at which typical fixed points have neighbours at all distances beyond d.",
    "With --symmetry or --layers: J_gap, J_mono and, instead of J_FP, the J_D at which the entropy of all vanishes.",
  ].join("\n"),
  options: [
    new Option("--distance <list>", "distances d of J_FP, 0.0003 to 0.495").default(usualDistances),
    symmetryOption("−0.5"),
    depthOption("any", layeredDomain.layers.max),
    ferromagneticOption(layeredDomain.ferromagneticCoupling.max),
  ],
  async run(texts, common, context) {
    const ensemble = await parseClusterEnsemble(texts);
    const request = { common, context };
    if (ensemble === null) return plainThresholds(texts.distance ?? "", request);
    if (texts.distance !== usualDistances)
      throw new OutOfDomain("--distance is for J_FP, which is known without --symmetry and --layers only");
    return ensembleThresholds(ensemble, request);
  },
};
