/** @file `atlas franz-parisi`: what surrounds a typical fixed point. */
import { franzParisiExperiment } from "../experiments/franz-parisi.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import {
  distanceOption,
  parseDistances,
  parseTheorySelfCouplings,
  requireRows,
  selfCouplingOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";

/** Definition of the command. */
export const franzParisiCommand: CommandDefinition = {
  name: "franz-parisi",
  summary: "entropy of fixed points at distance d from a typical one: annealed bound and quenched",
  notes: [
    "Entropies in nats per neuron; negative where a typical fixed point has no neighbours at that distance.",
    "status no-solution: nearer than the end of the quenched saddle (d below 0.008 at J_D = 0, below 0.0003 from 0.67 on).",
    "Example: atlas franz-parisi --jd 0.5 --distance 0.05,0.25",
  ].join("\n"),
  options: [selfCouplingOption("0 to 3"), distanceOption()],
  async run(texts, { seed, workers }, context) {
    const selfCouplings = await parseTheorySelfCouplings(texts.jd);
    const distances = await parseDistances(texts.distance);
    requireRows(selfCouplings.length, distances.length);
    const rows = await runExperiment(franzParisiExperiment, { selfCouplings, distances }, seed, {
      workers,
      context,
    });
    return rowsOutput(rows, (row) => ({
      J_D: row.selfCoupling,
      d: row.distance,
      annealed: row.annealed,
      quenched: row.quenched,
      "inner overlap": row.innerOverlap,
      residual: row.residual,
      error: row.error,
    }));
  },
};
