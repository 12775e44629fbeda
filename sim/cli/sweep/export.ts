/** @file `atlas sweep export`: the rows of a sweep as CSV or Parquet, means with intervals, or the answer to a query. */
import { extname, isAbsolute } from "node:path";
import { Option } from "commander";
import { OutOfDomain } from "../../../theory/errors.ts";
import { aggregateRows } from "../../experiments/aggregate.ts";
import type { Column, FlatRow, SweepExperiment } from "../../sweep/experiment.ts";
import type { ExportFormat } from "../../sweep/export.ts";
import { exportFormats, exportRows } from "../../sweep/export.ts";
import { queryRows } from "../../sweep/query.ts";
import { plannedRows } from "../../sweep/planned-rows.ts";
import type { CommandContext, CommandDefinition } from "../command.ts";
import { parseWord } from "../options.ts";
import type { CommandOutput } from "../output.ts";
import { tableOf } from "../output.ts";
import { programName } from "../version.ts";
import type { SweepPlace, Texts } from "./place.ts";
import { fileArgument, outOption, readSweepPlace } from "./place.ts";
import { currentState, reportGaps, rowSource, stoppable } from "./rows.ts";

/** Seed of the bootstrap behind the intervals of means: an interval is the same whenever it is asked for. */
const bootstrapSeed = 1;

/** `--format`, or what the ending of `--file` says. */
function parseFormat({ format, file = "" }: Texts): ExportFormat {
  if (format !== undefined) return parseWord("--format", format, exportFormats);
  const ending = exportFormats.find((name) => extname(file) === `.${name}`);
  if (ending === undefined)
    throw new OutOfDomain(`--file ${file} ends neither in .csv nor in .parquet: give --format`);
  return ending;
}

/** What the user wrote of a sweep: its file, and the module of an experiment of one's own. */
function filesOf({ file, sweep }: SweepPlace): readonly string[] {
  const { experiment } = sweep.definition;
  return isAbsolute(experiment) ? [file, experiment] : [file];
}

async function writeFile(place: SweepPlace, texts: Texts, context: CommandContext): Promise<CommandOutput> {
  const file = texts.file ?? "";
  if (file === "") throw new OutOfDomain("--file must name the file to write (or ask with --sql or --by)");
  const format = parseFormat(texts);
  const state = currentState(place);
  const { rows, columns, tasks, others, report } = await exportRows(rowSource(place, state), {
    format,
    file,
    keep: filesOf(place),
    program: programName,
    signal: context.signal,
    withProvenance: texts.withProvenance !== undefined,
    ...(texts.sql === undefined ? {} : { sql: texts.sql }),
  });
  reportGaps(context, { planned: state.tasks.length, tasks, others, report });
  return {
    json: { file, format, rows, columns, tasks, left: state.tasks.length - tasks },
    statuses: [],
    tables: [{ columns: [`${rows} rows of ${tasks} tasks in ${file}`], rows: [] }],
  };
}

async function answerQuery(
  place: SweepPlace,
  sql: string,
  texts: Texts,
  context: CommandContext,
): Promise<CommandOutput> {
  const state = currentState(place);
  const { columns, rows, truncated, tasks, report } = await queryRows(rowSource(place, state), sql, {
    signal: context.signal,
    withProvenance: texts.withProvenance !== undefined,
  });
  reportGaps(context, { planned: state.tasks.length, tasks, report });
  if (truncated) context.report(`the answer has more than these ${rows.length} rows: write it with --file`);
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell)));
  return {
    json: { columns, rows, truncated },
    statuses: [],
    tables: [{ columns, rows: cells }],
  };
}

/** Names of columns that number the repeats of a point. */
const repeatColumns = ["seed", "sample"];

/**
 * Columns that number what is drawn independently.
 * @throws OutOfDomain for an experiment whose rows are no samples: theory, and sums over samples
 */
function sampleUnit({ name, random, columns }: SweepExperiment): string[] {
  const unit = columns.map((column) => column.name).filter((column) => repeatColumns.includes(column));
  if (!random || unit.length === 0 || columns.some((column) => column.name === "samples"))
    throw new OutOfDomain(
      `--by takes independent samples together, and rows of ${name} are none: ask with --sql`,
    );
  return unit;
}

/** What `--by` summarises: numbers and truth values that the experiment found, not what it was given. */
function measuredColumns({ columns, parameters }: SweepExperiment, by: readonly string[]): Column[] {
  const given = new Set([...Object.keys(parameters), ...repeatColumns, ...by]);
  return columns.filter(({ name, type }) => type !== "text" && !given.has(name));
}

function aggregate(place: SweepPlace, text: string, context: CommandContext): CommandOutput {
  const { experiment } = place.sweep;
  const by = text.split(",").map((name) =>
    parseWord(
      "--by",
      name.trim(),
      experiment.columns.map((column) => column.name),
    ),
  );
  const state = currentState(place);
  const { rows, tasks, others, report } = plannedRows(rowSource(place, state));
  const aggregated = aggregateRows(rows, {
    by,
    columns: measuredColumns(experiment, by),
    unit: sampleUnit(experiment),
    seed: bootstrapSeed,
  });
  reportGaps(context, { planned: state.tasks.length, tasks, others, report });
  return {
    json: { rows: aggregated },
    statuses: [],
    tables: [tableOf(aggregated.map(textsOf))],
  };
}

/** A row with truth values as words. */
const textsOf = (row: FlatRow): Record<string, number | string | null> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  );

/** Definition of the command. */
export const exportCommand: CommandDefinition = {
  name: "export",
  summary: "write the rows as CSV or Parquet, in the order of the sweep; or print a query or means over them",
  notes: [
    "Equal sweeps give equal files, whatever machines ran them and however often they were stopped.",
    '--sql is one SELECT of DuckDB over the table rows: --sql "SELECT n, count(*) FROM rows GROUP BY n"',
    "--by gives a row for each group: shares with Wilson intervals, means with bootstrap intervals (95 %); a group must",
    "not hold one sample twice (one network at several J_D, say), since its rows are not independent.",
  ].join("\n"),
  argument: fileArgument,
  without: ["seed", "workers"],
  options: [
    outOption(),
    new Option("--file <file>", "file to write"),
    new Option("--format <name>", `one of ${exportFormats.join(", ")} (default: by the ending of --file)`),
    new Option("--sql <query>", "one SELECT over the table rows; printed, or written to --file"),
    new Option("--by <columns>", "columns to group by, separated by commas; prints means with intervals"),
    new Option(
      "--with-provenance",
      "add wall times, host names and program version, which differ between runs",
    ),
  ],
  async run(texts, _common, context): Promise<CommandOutput> {
    if (texts.by !== undefined) {
      const other = (["file", "format", "sql", "withProvenance"] as const).find(
        (name) => texts[name] !== undefined,
      );
      if (other !== undefined)
        throw new OutOfDomain(`--by prints its rows and goes with no other option than --out`);
    }
    const place = await readSweepPlace(texts);
    if (texts.by !== undefined) return aggregate(place, texts.by, context);
    return stoppable(context, () =>
      texts.sql !== undefined && texts.file === undefined
        ? answerQuery(place, texts.sql, texts, context)
        : writeFile(place, texts, context),
    );
  },
};
