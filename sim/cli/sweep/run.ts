/** @file `atlas sweep run`: runs the tasks of a sweep that are not done yet, on the workers of this machine. */
import { hostname } from "node:os";
import { Option } from "commander";
import { OutOfDomain } from "../../../theory/errors.ts";
import type { SweepDefinition } from "../../sweep/definition.ts";
import { showProgress } from "../../sweep/progress.ts";
import { describeReport } from "../../sweep/read.ts";
import type { SweepSummary } from "../../sweep/run.ts";
import { runSweep } from "../../sweep/run.ts";
import { readChunk } from "../../sweep/slurm/chunks.ts";
import { marginSeconds } from "../../sweep/slurm/settings.ts";
import { wallTimeLeft } from "../../sweep/slurm/wall-time.ts";
import { openStore } from "../../sweep/store.ts";
import type { CommandContext, CommandDefinition, CommonOptions } from "../command.ts";
import type { CommandOutput } from "../output.ts";
import { tableOf } from "../output.ts";
import { version } from "../version.ts";
import { estimatesTable } from "./estimates.ts";
import type { SweepPlace, SweepState, Texts } from "./place.ts";
import { fileArgument, isAdaptive, outOption, readSweepPlace, sweepState } from "./place.ts";

/** More failures than these are told as a number; `atlas sweep status --failures` shows all with their tracebacks. */
const failuresTold = 5;

/**
 * Keys of `--chunk FILE`, one a line.
 * @throws OutOfDomain when the file cannot be read or holds anything else
 */
function keysOfChunk(path: string | undefined): ReadonlySet<string> | undefined {
  if (path === undefined) return undefined;
  try {
    return new Set(readChunk(path));
  } catch (error) {
    throw new OutOfDomain(`--chunk: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How a run ended, and what an adaptive sweep has found by then. */
interface Ending {
  readonly summary: SweepSummary;
  readonly estimates: SweepState["estimates"];
}

/** Settings of a sweep file that the executor takes as they are, those that are given. */
function limitsOf({ run = {}, slurm }: SweepDefinition) {
  const { timeLimit, memoryLimit, attempts, grace } = run;
  return {
    failFast: run.onFailure === "stop",
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(grace === undefined ? {} : { grace }),
    ...(slurm === undefined ? {} : { margin: marginSeconds(slurm) }),
  };
}

/** Runs the sweep and shows its progress; what went wrong is told on stderr. */
async function runPlace(
  { sweep, folder, file }: SweepPlace,
  texts: Texts,
  { workers }: CommonOptions,
  context: CommandContext,
): Promise<Ending> {
  const { experiment, source, definition } = sweep;
  const only = keysOfChunk(texts.chunk);
  const timeLeft = await wallTimeLeft(process.env);
  const display = showProgress({ label: experiment.name, quiet: !context.progress });
  const store = openStore(folder, { keep: isAdaptive(sweep) ? "results" : "keys" });
  try {
    const damage = describeReport(store.report);
    if (damage !== undefined) context.report(`${damage}; their tasks run again`);
    const summary = await runSweep({
      ...limitsOf(definition),
      experiment,
      source,
      store,
      workers: texts.workers === undefined ? (definition.run?.workers ?? workers) : workers,
      onProgress: display.update,
      signal: context.signal,
      provenance: { host: hostname(), programVersion: version },
      ...(only === undefined ? {} : { only }),
      ...(timeLeft === undefined ? {} : { timeLeft }),
    });
    display.stop();
    for (const { key, message } of summary.failed.slice(0, failuresTold))
      context.report(`task ${key} failed: ${message}`);
    if (summary.failed.length > 0)
      context.report(
        `${summary.failed.length} failed; tracebacks: atlas sweep status ${file} --out ${folder} --failures`,
      );
    if (summary.stoppedBy !== null && summary.stoppedBy !== "signal")
      context.report(
        summary.stoppedBy === "time"
          ? "stopped: the wall time left is too short for the tasks that are left"
          : "stopped at the first failure, as the sweep file asks",
      );
    const { estimates } = isAdaptive(sweep) ? sweepState(sweep, store.results) : { estimates: undefined };
    return { summary, estimates };
  } finally {
    display.stop();
    store.close();
  }
}

/** Definition of the command. */
export const runCommand: CommandDefinition = {
  name: "run",
  summary: "run the tasks that are not done yet; stop it at any moment, start it again to go on",
  notes: [
    "Several processes, also on several machines that share the folder, share the work.",
    "Settings of the run (time and memory limits, what happens on failure) stand in the sweep file under `run`.",
  ].join("\n"),
  argument: fileArgument,
  without: ["seed"],
  options: [
    outOption(),
    new Option("--chunk <file>", "run only the tasks whose keys stand in this file, one a line"),
  ],
  async run(texts, common, context): Promise<CommandOutput> {
    const place = await readSweepPlace(texts);
    const { summary, estimates } = await runPlace(place, texts, common, context);
    const { tasks, done, skipped, others, left, complete } = summary;
    const failed = summary.failed.length;
    const counts = { tasks, done, skipped, others, failed, left };
    return {
      json: {
        out: place.folder,
        ...counts,
        complete: complete && failed + left === 0,
        failures: summary.failed.map(({ key, kind, message }) => ({ key, kind, message })),
        ...(estimates === undefined ? {} : { estimates }),
      },
      statuses: [
        ...(failed + left > 0 ? (["unstarted"] as const) : []),
        ...(estimates ?? []).map(({ status }) => status),
      ],
      stopped: `stopped; what is done is kept in ${place.folder}: run the same command to go on`,
      tables: [tableOf([counts]), ...(estimates === undefined ? [] : [estimatesTable(estimates)])],
    };
  },
};
