/** @file `atlas sweep status`: how far a sweep is, what failed, and what its jobs on a cluster do. */
import { Option } from "commander";
import type { FailedTask } from "../../sweep/failures.ts";
import { describeReport, storedKeys } from "../../sweep/read.ts";
import type { ChunkState } from "../../sweep/slurm/queue.ts";
import { queueStates } from "../../sweep/slurm/queue.ts";
import { submissions } from "../../sweep/slurm/record.ts";
import { sweepStatus } from "../../sweep/status.ts";
import type { CommandDefinition } from "../command.ts";
import type { CommandOutput, TextTable } from "../output.ts";
import { tableOf } from "../output.ts";
import { estimatesTable } from "./estimates.ts";
import { fileArgument, outOption, readSweepPlace } from "./place.ts";
import { currentState, rowSource } from "./rows.ts";

/** Failures with their parameters and tracebacks, one below the other. */
function failureTables(failures: readonly FailedTask[]): TextTable[] {
  return failures.map(({ key, task, kind, message, stack, attempts }) => ({
    title: `task ${key} (${kind}, tried ${attempts === 1 ? "once" : `${attempts} times`})`,
    columns: [JSON.stringify(task)],
    rows: (stack === "" ? message : stack).split("\n").map((line) => [line]),
    alignLeft: true,
  }));
}

/** What the queue says, one row for each chunk that still lacks tasks. */
function queueTable(chunks: readonly ChunkState[]): TextTable[] {
  if (chunks.length === 0) return [];
  const rows = chunks.map(({ submission, chunk, state, reason, tasks, missing }) => ({
    submission,
    "array task": chunk,
    state,
    tasks,
    missing,
    "Slurm says": reason,
  }));
  return [{ ...tableOf(rows), title: "array tasks that lack tasks of the sweep" }];
}

/** Definition of the command. */
export const statusCommand: CommandDefinition = {
  name: "status",
  summary: "count the tasks that are done, running, failed and left; changes nothing",
  argument: fileArgument,
  without: ["seed", "workers"],
  options: [outOption(), new Option("--failures", "show why tasks failed, with their tracebacks")],
  async run(texts, _common, context): Promise<CommandOutput> {
    const place = await readSweepPlace(texts);
    const state = currentState(place);
    const { order } = rowSource(place, state);
    const { report, failures, ...counts } = sweepStatus({ folder: place.folder, keys: order });
    const damage = describeReport(report);
    if (damage !== undefined) context.report(damage);
    const sent = submissions(place.folder);
    const { keys } = sent.length === 0 ? { keys: new Map() } : storedKeys(place.folder);
    const { chunks, notes } = await queueStates(sent, { done: (key) => keys.has(key) });
    for (const note of notes) context.report(note);
    const queue = chunks.filter(({ missing }) => missing > 0);
    const { estimates } = state;
    const shown = texts.failures === undefined ? [] : failures;
    return {
      json: {
        out: place.folder,
        ...counts,
        complete: state.complete && counts.done === counts.tasks,
        report,
        failures:
          texts.failures === undefined
            ? failures.map(({ key, kind, message }) => ({ key, kind, message }))
            : failures,
        queue,
        ...(estimates === undefined ? {} : { estimates }),
      },
      statuses: [],
      tables: [
        tableOf([counts]),
        ...(estimates === undefined ? [] : [estimatesTable(estimates)]),
        ...queueTable(queue),
        ...failureTables(shown),
      ],
    };
  },
};
