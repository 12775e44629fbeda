/** @file `atlas sweep experiments`: what a sweep file may ask for. */
import { Option } from "commander";
import { sweepExperiments } from "../../experiments/sweeps/index.ts";
import type { ParameterDefinition, SweepExperiment } from "../../sweep/experiment.ts";
import type { CommandDefinition } from "../command.ts";
import { parseWord } from "../options.ts";
import type { CommandOutput } from "../output.ts";
import { tableOf } from "../output.ts";

/** Domain of a parameter in words. */
function domainOf(definition: ParameterDefinition): string {
  if (definition.type === "word") return definition.words.join(" | ");
  const { type, min, max, openMin = false, openMax = false } = definition;
  const to = max === Infinity ? "" : ` to ${openMax ? "below " : ""}${max}`;
  return `${type}, ${openMin ? "above" : "from"} ${min}${to}`;
}

/** The default in words; an experiment decides on its own what stands for null. */
function defaultOf({ default: value }: ParameterDefinition): string {
  if (value === undefined) return "(must be given)";
  return value === null ? "(none)" : String(value);
}

/** What a parameter goes with, in words; empty where it has a meaning at every point. */
const companyOf = ({ goesWith = {} }: ParameterDefinition): string =>
  Object.entries(goesWith)
    .map(([name, words]) => `; only with ${name} ${words.join(", ")}`)
    .join("");

function describe(experiment: SweepExperiment): CommandOutput {
  const { name, summary, parameters, columns } = experiment;
  const parameterRows = Object.entries(parameters).map(([parameter, definition]) => ({
    parameter,
    domain: domainOf(definition),
    default: defaultOf(definition),
    description: `${definition.description}${companyOf(definition)}`,
  }));
  return {
    json: { name, summary, parameters, columns },
    statuses: [],
    tables: [
      { ...tableOf(parameterRows), title: `${name}: ${summary}`, alignLeft: true },
      {
        ...tableOf(
          columns.map(({ name: column, type, unit, description }) => ({ column, type, unit, description })),
        ),
        alignLeft: true,
      },
    ],
  };
}

const names = Object.keys(sweepExperiments);

/** Definition of the command. */
export const experimentsCommand: CommandDefinition = {
  name: "experiments",
  summary:
    "the experiments that a sweep file may name; with --name its parameters and the columns of its rows",
  without: ["seed", "workers"],
  options: [new Option("--name <experiment>", `one of ${names.join(", ")}`)],
  run(texts): Promise<CommandOutput> {
    if (texts.name !== undefined) {
      const name = parseWord("--name", texts.name, names);
      return Promise.resolve(describe(sweepExperiments[name]!));
    }
    const rows = Object.entries(sweepExperiments).map(([experiment, { summary }]) => ({
      experiment,
      summary,
    }));
    return Promise.resolve({
      json: { experiments: rows },
      statuses: [],
      tables: [{ ...tableOf(rows), alignLeft: true }],
    });
  },
};
