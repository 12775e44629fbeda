/** @file What every command shares: common options, output, progress, exit codes and the run of an experiment. */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import type { Option } from "commander";
import type { Experiment } from "../experiments/experiment.ts";
import { runTasks } from "../sweep/local.ts";
import type { ReadableSink } from "../sweep/memory.ts";
import { memoryStore } from "../sweep/memory.ts";
import { showProgress } from "../sweep/progress.ts";
import { taskKey } from "../sweep/task.ts";
import { parseInteger } from "../expressions.ts";
import type { CommandOutput } from "./output.ts";
import { exitCodeOf, formatOutput } from "./output.ts";
import { version } from "./version.ts";

/** The outside world of a command; tests put their own in its place. */
export interface CommandContext {
  /** Writes results. */
  readonly print: (text: string) => void;
  /** Writes one line of a message or a log. */
  readonly report: (line: string) => void;
  /** Whether runs show their progress on stderr. */
  readonly progress: boolean;
  /** Aborted at SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Called with the exit code when a command has printed its result. */
  readonly setExitCode: (code: number) => void;
}

/** Options of every command, validated. */
export interface CommonOptions {
  readonly seed: number;
  readonly workers: number;
}

/** Some tasks failed for a reason that no row can express. */
export class TasksFailed extends Error {
  override readonly name = "TasksFailed";
}

/** A command to be: its name, its options and what it computes. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Text after the options: an example, what the rows mean. */
  readonly notes?: string;
  /** What stands before the options, if anything; its text is among those of the options. */
  readonly argument?: { readonly name: string; readonly description: string };
  readonly options: readonly Option[];
  /** Common options that mean nothing here: seeds stand in a sweep file, and a look at a folder needs no workers. */
  readonly without?: readonly ("seed" | "workers")[];
  /** Gets the raw texts of its options by name, and the validated common ones. */
  readonly run: (
    texts: Readonly<Record<string, string | undefined>>,
    common: CommonOptions,
    context: CommandContext,
  ) => Promise<CommandOutput>;
}

/** Largest seed: 2⁵³ − 1. */
const largestSeed = Number.MAX_SAFE_INTEGER;
const mostWorkers = 256;

type OptionTexts = Record<string, string | undefined> & { json?: boolean };

/** The command as commander knows it. */
export function makeCommand(definition: CommandDefinition, context: CommandContext): Command {
  const command = new Command(definition.name).description(definition.summary);
  const { argument } = definition;
  if (argument !== undefined) command.argument(`<${argument.name}>`, argument.description);
  for (const option of definition.options) command.addOption(option);
  const { without = [] } = definition;
  command.option("--json", "print one JSON object on stdout and nothing else");
  if (!without.includes("seed")) command.option("--seed <integer>", "seed of everything random", "1");
  if (!without.includes("workers"))
    command.option("--workers <integer>", "worker threads (default: one for each core)");
  command.version(version).allowExcessArguments(false);
  if (definition.notes !== undefined) command.addHelpText("after", `\n${definition.notes}`);
  return command.action(async () => {
    const given = argument === undefined ? {} : { [argument.name]: command.args[0] };
    const texts = { ...command.opts<OptionTexts>(), ...given };
    const common = {
      seed: await parseInteger("--seed", texts.seed ?? "1", 0, largestSeed),
      workers:
        texts.workers === undefined
          ? availableParallelism()
          : await parseInteger("--workers", texts.workers, 1, mostWorkers),
    };
    const output = await definition.run(texts, common, context);
    context.print(formatOutput(output, texts.json === true));
    if (context.signal.aborted)
      context.report(output.stopped ?? "stopped before the end: rows marked unstarted are incomplete");
    context.setExitCode(exitCodeOf(output.statuses));
  });
}

/** Where and how {@link runExperiment} runs. */
export interface RunPlace {
  readonly workers: number;
  readonly context: CommandContext;
  /** Keeps results for later runs; without it they live in memory. */
  readonly store?: ReadableSink;
  /** Stored beside each result: what may differ between runs. */
  readonly provenance?: object;
}

/**
 * Runs all tasks of an experiment on the worker pool and collects its rows; a stopped run gives rows `unstarted`.
 * @throws TasksFailed when a task threw; results of the others are in the store
 */
export async function runExperiment<Parameters, Row>(
  experiment: Experiment<Parameters, Row>,
  parameters: Parameters,
  seed: number,
  { workers, context, store = memoryStore(), provenance = {} }: RunPlace,
): Promise<Row[]> {
  const display = showProgress({ label: experiment.name, quiet: !context.progress });
  try {
    const summary = await runTasks({
      tasks: experiment.tasks(parameters, seed),
      store,
      worker: experiment.module,
      workers,
      cost: (task) => experiment.cost(task),
      onProgress: display.update,
      signal: context.signal,
      provenance,
    });
    const [failure] = summary.failed;
    if (failure !== undefined) {
      const { done, skipped, others, failed } = summary;
      const ended = done + skipped + others + failed.length;
      throw new TasksFailed(
        `${failed.length} of ${ended} tasks of ${experiment.name} failed: ${failure.message}`,
      );
    }
  } finally {
    display.stop();
  }
  return experiment.collect(parameters, seed, (task) => store.results.get(taskKey(task))?.result);
}
