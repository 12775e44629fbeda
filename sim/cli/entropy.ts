/** @file `atlas entropy`: the number of fixed points against J_D, of correlated couplings and of layers too. */
import { requireInside } from "../../theory/errors.ts";
import { isLayered, theoryEnsemble } from "../experiments/ensemble-kind.ts";
import type { LayeredEnsemble, SymmetricEnsemble } from "../experiments/ensemble-kind.ts";
import { entropyExperiment } from "../experiments/entropy.ts";
import { layeredEntropyExperiment } from "../experiments/layered-entropy.ts";
import { symmetricEntropyExperiment } from "../experiments/symmetric-entropy.ts";
import { parseList } from "../expressions.ts";
import type { CommandContext, CommandDefinition, CommonOptions } from "./command.ts";
import { runExperiment } from "./command.ts";
import {
  depthOption,
  ferromagneticOption,
  parseSelfCouplings,
  parseTheoryFields,
  selfCouplingOption,
  symmetryOption,
} from "./options.ts";
import { rowsOutput } from "./output.ts";
import type { CommandOutput } from "./output.ts";

/** Domains of (P22) and (P24): the entropy of symmetric couplings and of layers vanishes at negative J_D. */
const symmetricDomain = { min: -3, max: 3 };
const layeredDomain = { min: -10, max: 3 };

/** Arguments of a run: texts of J_D and where it runs. */
interface Request {
  readonly couplings: string | undefined;
  readonly common: CommonOptions;
  readonly context: CommandContext;
}

/** `--jd` as numbers in a domain. */
async function parseInside(text: string | undefined, domain: typeof symmetricDomain): Promise<number[]> {
  const values = await parseList("--jd", text ?? "");
  return values.map((value) => requireInside("--jd", value, domain));
}

async function plainEntropy({ couplings, common, context }: Request): Promise<CommandOutput> {
  const selfCouplings = await parseSelfCouplings(couplings);
  const { seed, workers } = common;
  const rows = await runExperiment(entropyExperiment, { selfCouplings }, seed, { workers, context });
  return rowsOutput(rows, ({ selfCoupling, annealed, rs }) => ({
    J_D: selfCoupling,
    annealed,
    "rs entropy": rs?.entropy ?? null,
    "rs overlap": rs?.overlap ?? null,
    residual: rs?.residual ?? null,
    iterations: rs?.iterations ?? null,
  }));
}

async function symmetricEntropy(
  { symmetry }: SymmetricEnsemble,
  { couplings, common, context }: Request,
): Promise<CommandOutput> {
  const selfCouplings = await parseInside(couplings, symmetricDomain);
  const { seed, workers } = common;
  const parameters = { symmetries: [symmetry], selfCouplings };
  const rows = await runExperiment(symmetricEntropyExperiment, parameters, seed, { workers, context });
  return rowsOutput(rows, ({ selfCoupling, annealed, response, residual }) => ({
    J_D: selfCoupling,
    symmetry,
    annealed,
    response,
    residual,
  }));
}

async function layeredEntropy(
  { layers, ferromagneticCoupling }: LayeredEnsemble,
  { couplings, common, context }: Request,
): Promise<CommandOutput> {
  const selfCouplings = await parseInside(couplings, layeredDomain);
  const { seed, workers } = common;
  const parameters = {
    layers: [layers],
    ferromagneticCouplings: [ferromagneticCoupling],
    selfCouplings,
  };
  const rows = await runExperiment(layeredEntropyExperiment, parameters, seed, { workers, context });
  return rowsOutput(rows, ({ selfCoupling, annealed, equivalentSelfCoupling }) => ({
    J_D: selfCoupling,
    layers,
    lambda: ferromagneticCoupling,
    annealed,
    J_eff: equivalentSelfCoupling,
  }));
}

/** Definition of the command. */
export const entropyCommand: CommandDefinition = {
  name: "entropy",
  summary: "entropy of all fixed points: closed form and the replica-symmetric saddle, nats per neuron",
  notes: [
    "Example: atlas entropy --jd 0:0.1:1",
    "With --symmetry: J_D from −3 to 3; response: shift of the stability of a neuron by the reaction of the others.",
    "With --layers: J_D from −10 to 3; J_eff is the self-coupling of one layer with the same entropy.",
  ].join("\n"),
  options: [
    selfCouplingOption("≥ 0 (negative too with --symmetry or --layers, see below)"),
    symmetryOption(),
    depthOption(),
    ferromagneticOption(),
  ],
  async run(texts, common, context) {
    const fields = await parseTheoryFields(texts);
    const request = { couplings: texts.jd, common, context };
    if (Object.keys(fields).length === 0) return plainEntropy(request);
    const ensemble = theoryEnsemble(fields);
    return isLayered(ensemble) ? layeredEntropy(ensemble, request) : symmetricEntropy(ensemble, request);
  },
};
