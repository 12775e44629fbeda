/** @file Writes the rows of a sweep, or a query over them, to one CSV or Parquet file. */
import { OutOfDomain } from "../../theory/errors.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { quoteName, quoteText, seal, withDatabase } from "./database.ts";
import { writeWhole } from "./draft.ts";
import type { Column } from "./experiment.ts";
import { explained, requireSelect } from "./query.ts";
import type { LoadedRows, RowSource } from "./table.ts";
import { failuresFolder } from "./failures.ts";
import { leasesFolder } from "./lease-files.ts";
import { rowsFolder } from "./shards.ts";
import { submissionsFolder } from "./slurm/record.ts";
import { loadRows } from "./table.ts";

/** Formats of tables. */
export const exportFormats = ["csv", "parquet"] as const;

/** Format of a table. */
export type ExportFormat = (typeof exportFormats)[number];

/** What the metadata of a Parquet file may name. */
export interface TableOrigin {
  /** Program and its version, for the metadata of Parquet files. */
  readonly program?: string;
}

/** Options of {@link exportRows}. */
export interface ExportOptions extends DatabaseOptions, TableOrigin {
  readonly format: ExportFormat;
  /**
   * Path of the file; its folder must exist. An older regular file, or the one that a link leads to, is replaced when
   * the new one is complete. What belongs to the sweep (its shards, failures, leases and submissions) cannot be replaced.
   */
  readonly file: string;
  /** Paths of more files and folders that must not be replaced: the sweep file. */
  readonly keep?: readonly string[];
  /** One SELECT over the table `rows`, to write in place of that table. */
  readonly sql?: string;
  /** Adds the columns `seconds`, `host` and `programVersion`, which differ between runs of one sweep. */
  readonly withProvenance?: boolean;
}

/** What was written. */
export interface ExportSummary extends Omit<LoadedRows, "columns"> {
  /** Number of rows in the file. */
  readonly rows: number;
  /** Names of the columns in the file. */
  readonly columns: readonly string[];
}

/**
 * What a table must not be written into: the folders that hold the state of a sweep.
 * @param folder folder of the sweep
 */
export function sweepFolders(folder: string): readonly string[] {
  return [rowsFolder, failuresFolder, leasesFolder, submissionsFolder].map((place) => place(folder));
}

/** Rows of one row group of a Parquet file, DuckDB's own default, stated here since equal files depend on it. */
const rowGroupSize = 122_880;

/**
 * Writes the rows of a sweep to a file: in the order of the plan, numbers with the digits that give the same f64 back,
 * what could not be had as empty cell (CSV) or null (Parquet). The same results give the same bytes, in whatever order
 * and shards they were computed. DuckDB sorts and writes; its memory is bounded.
 * @param source plan and results; results of other tasks are left out and counted
 * @param options see {@link ExportOptions}
 * @returns counts of rows and tasks, and what was found in the shards
 * @throws OutOfDomain when the query is not one valid SELECT or touches files, a row is not what its experiment says, or
 * the file is one to be kept
 * @throws StoreError when the shards cannot be read or the file cannot be written (it is a folder, a device or a pipe,
 * say); an older file then stays as it was
 * @source CSV as in RFC 4180, Parquet format 1; written by DuckDB
 */
export async function exportRows(source: RowSource, options: ExportOptions): Promise<ExportSummary> {
  const { format, file, sql, program, keep = [], ...loadOptions } = options;
  if (!exportFormats.includes(format))
    throw new OutOfDomain(`format must be one of ${exportFormats.join(", ")}, got ${String(format)}`);
  return writeWhole(
    [file],
    ({ folder, paths: [path] }) =>
      withDatabase(
        { folder, purpose: `write ${file}` },
        async (database) => {
          const loaded = await loadRows(database, source, loadOptions);
          await seal(database.connection, [path!]);
          const query = sql === undefined ? undefined : await answerView(database, sql);
          const metadata = metadataOf(source, sql === undefined ? loaded.columns : undefined, { program });
          const rows = await explained(() =>
            copyTable(database, { table: query?.name ?? "rows", path: path!, format, metadata }),
          );
          const columns = query?.columns ?? loaded.columns.map(({ name }) => name);
          return { ...loaded, rows, columns };
        },
        loadOptions,
      ),
    { keep: [...keep, ...sweepFolders(source.folder)] },
  );
}

/** What {@link copyTable} writes where. */
export interface CopyRequest {
  /** Name of a table or view. */
  readonly table: string;
  readonly path: string;
  readonly format: ExportFormat;
  /** Metadata of a Parquet file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes a table of the database to a file.
 * @returns number of rows
 */
export async function copyTable(
  { connection }: Database,
  { table, path, format, metadata }: CopyRequest,
): Promise<number> {
  const members = Object.entries(metadata).map(([name, value]) => `${quoteName(name)}: ${quoteText(value)}`);
  const settings =
    format === "csv"
      ? "FORMAT csv, HEADER true"
      : `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize}, KV_METADATA {${members.join(", ")}}`;
  const result = await connection.run(`COPY (FROM ${quoteName(table)}) TO ${quoteText(path)} (${settings})`);
  return result.rowsChanged;
}

/**
 * Metadata of a Parquet file: experiment, program, and the columns with their units as JSON text.
 * @param source where the rows come from
 * @param columns columns of the experiment; undefined for those of a query, which have no stated units
 * @param origin program that writes
 */
export function metadataOf(
  { experiment }: RowSource,
  columns: readonly Column[] | undefined,
  { program }: TableOrigin,
): Readonly<Record<string, string>> {
  return {
    experiment: experiment.name,
    summary: experiment.summary,
    ...(columns === undefined ? {} : { columns: JSON.stringify(columns) }),
    ...(program === undefined ? {} : { program }),
  };
}

/** Makes the query a view, which lets its text end in a semicolon or a comment. */
async function answerView(
  database: Database,
  sql: string,
): Promise<{ name: string; columns: readonly string[] }> {
  const name = "answer";
  await requireSelect(database, sql);
  return explained(async () => {
    await database.connection.run(`CREATE TEMP VIEW ${name} AS ${sql}`);
    const result = await database.connection.run(`SELECT * FROM ${name} LIMIT 0`);
    return { name, columns: result.columnNames() };
  });
}
