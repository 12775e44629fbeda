/** @file `atlas sweep merge`: all shards of a sweep as one file of results and one table. */
import { mergeRows } from "../../sweep/merge.ts";
import { Option } from "commander";
import type { CommandDefinition } from "../command.ts";
import type { CommandOutput } from "../output.ts";
import { programName } from "../version.ts";
import { fileArgument, outOption, readSweepPlace } from "./place.ts";
import { currentState, reportGaps, rowSource, stoppable } from "./rows.ts";

/** Definition of the command. */
export const mergeCommand: CommandDefinition = {
  name: "merge",
  summary:
    "write all results into DIR/merged: results.jsonl (one line a task, sorted by key) and rows.parquet",
  notes: "The shards in DIR/rows stay. Equal sweeps give equal files. results.jsonl is itself a valid shard.",
  argument: fileArgument,
  without: ["seed", "workers"],
  options: [
    outOption(),
    new Option(
      "--with-provenance",
      "keep wall times, host names and program version, which differ between runs",
    ),
  ],
  async run(texts, _common, context): Promise<CommandOutput> {
    const place = await readSweepPlace(texts);
    const state = currentState(place);
    const { rows, tasks, others, report, results, table } = await stoppable(context, () =>
      mergeRows(rowSource(place, state), undefined, {
        program: programName,
        signal: context.signal,
        withProvenance: texts.withProvenance !== undefined,
      }),
    );
    reportGaps(context, { planned: state.tasks.length, tasks, others, report });
    return {
      json: { tasks, rows, left: state.tasks.length - tasks, results, table },
      statuses: [],
      tables: [{ columns: [`${rows} rows of ${tasks} tasks`], rows: [[results], [table]], alignLeft: true }],
    };
  },
};
