/** @file The table `rows` of a sweep: flat rows of its results in the order of the plan, streamed into DuckDB. */
import { setImmediate } from "node:timers/promises";
import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { OutOfDomain } from "../../theory/errors.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { quoteName } from "./database.ts";
import type { Column, ColumnType, FlatRow, Scalar, SweepExperiment } from "./experiment.ts";
import type { ReadReport } from "./read.ts";
import { storedResults } from "./read.ts";
import type { StoredResult } from "./row.ts";

/** Where rows come from. */
export interface RowSource {
  readonly experiment: SweepExperiment;
  /** Keys of the tasks of the sweep to their positions in its plan; results of other tasks are left out and counted. */
  readonly order: ReadonlyMap<string, number>;
  /** Folder of the sweep. */
  readonly folder: string;
  /** Reads the results, each task once; default: those in the shards of the folder. */
  readonly results?: () => Iterator<StoredResult, ReadReport>;
}

/** Options of {@link loadRows}. */
export interface LoadOptions extends DatabaseOptions {
  /** Adds the columns `seconds`, `host` and `programVersion`, which differ between runs of one sweep. */
  readonly withProvenance?: boolean;
  /** Called with every result of the plan, in the order in which they are read. */
  readonly onResult?: (stored: StoredResult) => void;
}

/** What was loaded. */
export interface LoadedRows {
  /** Columns of the table. */
  readonly columns: readonly Column[];
  /** Number of tasks whose rows are in the table. */
  readonly tasks: number;
  /** Number of results of tasks that are not of this plan; they are left out. */
  readonly others: number;
  /** What was found in the shards. */
  readonly report: ReadReport;
}

/** What a run records beside a result. */
const provenanceColumns: readonly Column[] = [
  { name: "seconds", type: "number", unit: "s", description: "wall time of the row's task" },
  { name: "host", type: "text", unit: "name", description: "machine that ran the task" },
  {
    name: "programVersion",
    type: "text",
    unit: "version",
    description: "version of fixed-point-atlas that ran it",
  },
];

const sqlTypes = {
  integer: "BIGINT",
  number: "DOUBLE",
  text: "VARCHAR",
  boolean: "BOOLEAN",
} as const satisfies Record<ColumnType, string>;

/** Rows that go to DuckDB at once: the length of its vectors, the most that one chunk takes. */
const chunkRows = 2048;

/** Chunks after which DuckDB is made to take what was appended, so that little of it waits in memory. */
const chunksPerFlush = 8;

/**
 * Columns of the table of an experiment.
 * @param experiment the experiment
 * @param withProvenance true to add those of provenance
 */
export function tableColumns(experiment: SweepExperiment, withProvenance = false): readonly Column[] {
  return withProvenance ? [...experiment.columns, ...provenanceColumns] : experiment.columns;
}

/**
 * Makes the table `rows` in an empty database: the rows of all results of the plan, in the order of the plan and,
 * within a task, of the experiment, whatever order the shards have. Results are read one after another; memory does not
 * grow with them, except for their keys.
 * @param database an empty database
 * @param source plan and results
 * @param options see {@link LoadOptions}
 * @returns columns and counts
 * @throws OutOfDomain when a row has not exactly the columns of the experiment, or a value not their type
 * @throws StoreError when the shards cannot be read
 */
export async function loadRows(
  database: Database,
  source: RowSource,
  { withProvenance = false, onResult, signal }: LoadOptions = {},
): Promise<LoadedRows> {
  const { connection } = database;
  const columns = tableColumns(source.experiment, withProvenance);
  const definitions = columns.map(({ name, type }) => `${quoteName(name)} ${sqlTypes[type]}`);
  // Never committed: the database is thrown away, and a commit would only write everything once more.
  await connection.run("BEGIN");
  await connection.run(
    `CREATE TABLE unordered ("task position" BIGINT, "row of task" BIGINT, ${definitions.join(", ")})`,
  );
  const append = await appender(database, columns);
  const results = source.results?.() ?? storedResults(source.folder);
  let [tasks, others] = [0, 0];
  let next = results.next();
  for (; next.done !== true; next = results.next()) {
    const position = source.order.get(next.value.key);
    if (position === undefined) {
      others++;
      continue;
    }
    tasks++;
    onResult?.(next.value);
    const provenance = withProvenance ? provenanceOf(next.value.provenance) : {};
    const isFull = append.rows(position, next.value, rowsOf(source.experiment, next.value), provenance);
    if (isFull) {
      // Lets signals and other work of the process through.
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  append.close();
  await connection.run(
    `CREATE TABLE rows AS SELECT * EXCLUDE ("task position", "row of task") FROM unordered ORDER BY "task position", "row of task"`,
  );
  await connection.run("DROP TABLE unordered");
  return { columns, tasks, others, report: next.value };
}

/**
 * Rows of a result.
 * @throws OutOfDomain naming the task when the experiment cannot make rows of it
 */
export function rowsOf(experiment: SweepExperiment, { key, task, result }: StoredResult): FlatRow[] {
  try {
    return experiment.rows(task, result);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new OutOfDomain(`the result of task ${key} makes no rows of ${experiment.name}: ${message}`);
  }
}

/** Values of the provenance columns; null where a run recorded none or something else. */
function provenanceOf(provenance: object): FlatRow {
  const recorded = provenance as Readonly<Record<string, unknown>>;
  const entries = provenanceColumns.map(({ name, type }): [string, Scalar] => {
    const value = recorded[name];
    return [name, typeof value === (type === "number" ? "number" : "string") ? (value as Scalar) : null];
  });
  return Object.fromEntries(entries);
}

interface RowAppender {
  /** Adds the rows of a task; true when a chunk went to DuckDB. */
  rows(position: number, stored: StoredResult, rows: readonly FlatRow[], provenance: FlatRow): boolean;
  close(): void;
}

async function appender({ duckdb, connection }: Database, columns: readonly Column[]): Promise<RowAppender> {
  const types: Record<ColumnType, DuckDBType> = {
    integer: duckdb.BIGINT,
    number: duckdb.DOUBLE,
    text: duckdb.VARCHAR,
    boolean: duckdb.BOOLEAN,
  };
  const chunkTypes = [duckdb.BIGINT, duckdb.BIGINT, ...columns.map(({ type }) => types[type])];
  const names = new Set(columns.map(({ name }) => name));
  const target = await connection.createAppender("unordered");
  let values: DuckDBValue[][] = chunkTypes.map(() => []);
  let [count, chunks] = [0, 0];
  const writeChunk = (): void => {
    const chunk = duckdb.DuckDBDataChunk.create(chunkTypes, count);
    values.forEach((column, k) => chunk.setColumnValues(k, column));
    target.appendDataChunk(chunk);
    if (++chunks % chunksPerFlush === 0) target.flushSync();
    values = chunkTypes.map(() => []);
    count = 0;
  };
  return {
    rows(position, { key }, rows, provenance) {
      let isFull = false;
      rows.forEach((row, k) => {
        const complete = { ...row, ...provenance };
        const unknown = Object.keys(complete).find((name) => !names.has(name));
        if (unknown !== undefined)
          throw new OutOfDomain(`task ${key}: the experiment has no column ${unknown}`);
        values[0]!.push(BigInt(position));
        values[1]!.push(BigInt(k));
        columns.forEach((column, c) =>
          values[c + 2]!.push(databaseValue(column, complete[column.name], key)),
        );
        if (++count < chunkRows) return;
        writeChunk();
        isFull = true;
      });
      return isFull;
    },
    close() {
      if (count > 0) writeChunk();
      target.closeSync();
    },
  };
}

/** The value for DuckDB; throws OutOfDomain when it is not of the column's type. */
function databaseValue({ name, type }: Column, value: Scalar | undefined, key: string): DuckDBValue {
  if (value === null) return null;
  switch (type) {
    case "integer":
      if (Number.isSafeInteger(value)) return BigInt(value as number);
      break;
    case "number":
      if (Number.isFinite(value)) return value as number;
      break;
    case "text":
      if (typeof value === "string") return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    default:
      throw new OutOfDomain(`column ${name}: no type ${String(type satisfies never)}`);
  }
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  throw new OutOfDomain(`task ${key}: column ${name} must be ${type} or null, got ${got}`);
}
