/** @file `atlas entropy`: the number of fixed points against J_D. */
import { entropyExperiment } from "../experiments/entropy.ts";
import type { CommandDefinition } from "./command.ts";
import { runExperiment } from "./command.ts";
import { parseSelfCouplings, selfCouplingOption } from "./options.ts";
import { rowsOutput } from "./output.ts";

/** Definition of the command. */
export const entropyCommand: CommandDefinition = {
  name: "entropy",
  summary: "entropy of all fixed points: closed form and the replica-symmetric saddle, nats per neuron",
  notes: "Example: atlas entropy --jd 0:0.1:1",
  options: [selfCouplingOption("≥ 0")],
  async run(texts, { seed, workers }, context) {
    const selfCouplings = await parseSelfCouplings(texts.jd);
    const rows = await runExperiment(entropyExperiment, { selfCouplings }, seed, { workers, context });
    return rowsOutput(rows, ({ selfCoupling, annealed, rs }) => ({
      J_D: selfCoupling,
      annealed,
      "rs entropy": rs?.entropy ?? null,
      "rs overlap": rs?.overlap ?? null,
      residual: rs?.residual ?? null,
      iterations: rs?.iterations ?? null,
    }));
  },
};
