/** @file `atlas thresholds`: the self-couplings at which the geometry of fixed points changes. */
import { Option } from "commander";
import { requireInside } from "../../theory/errors.ts";
import { defaultTypicalDistances, thresholdsExperiment } from "../experiments/thresholds.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseList } from "../expressions.ts";
import { tableOf } from "./output.ts";

/** What stands for a threshold that was not found. */
const missing = { selfCoupling: null, distance: null, error: null };

/** Definition of the command. */
export const thresholdsCommand: CommandDefinition = {
  name: "thresholds",
  summary: "critical self-couplings: J_gap (the overlap gap closes), J_mono and J_FP(d)",
  notes: [
    "J_gap: smallest J_D at which the densest clusters exist at every distance.",
    "J_mono: smallest J_D at which their entropy grows with distance throughout.",
    "J_FP(d): smallest J_D at which typical fixed points have neighbours at all distances beyond d.",
  ].join("\n"),
  options: [
    new Option("--distance <list>", "distances d of J_FP, 0.0003 to 0.495").default(
      defaultTypicalDistances.join(","),
    ),
  ],
  async run(texts, { seed, workers }, context) {
    const typicalDistances = await parseList("--distance", texts.distance ?? "");
    typicalDistances.forEach((d) => requireInside("--distance", d, { min: 3e-4, max: 0.495 }));
    const rows = await runExperiment(thresholdsExperiment, { typicalDistances }, seed, { workers, context });
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
  },
};
