/** @file `atlas sweep`: commands on a sweep file and the folder of its results. */
import { Command } from "commander";
import type { CommandContext, CommandDefinition } from "../command.ts";
import { makeCommand } from "../command.ts";
import { experimentsCommand } from "./experiments.ts";
import { exportCommand } from "./export.ts";
import { mergeCommand } from "./merge.ts";
import { runCommand } from "./run.ts";
import { statusCommand } from "./status.ts";
import { submitCommand } from "./submit.ts";

const commands: readonly CommandDefinition[] = [
  runCommand,
  statusCommand,
  exportCommand,
  mergeCommand,
  submitCommand,
  experimentsCommand,
];

const notes = [
  "A sweep is a file (YAML or TypeScript) that names an experiment, a grid of its parameters, samples and seeds.",
  "It may be stopped and started at any moment, run by several processes and machines on one folder at once, and sent to",
  "a cluster: a task that is done is never run again. docs/sweeps.md explains files and folders.",
  "Example: atlas sweep run sim/sweep/examples/dynamics-small.yaml --out results/sweeps/dynamics-small",
].join("\n");

/** The command with its subcommands, as commander knows it. */
export function makeSweepCommand(context: CommandContext): Command {
  const group = new Command("sweep")
    .description("many tasks from one file: run, resume, submit to Slurm, export as one table")
    .addHelpText("after", `\n${notes}`);
  for (const definition of commands) group.addCommand(makeCommand(definition, context));
  return group;
}
