/** @file SQL over the rows of a sweep: one SELECT that sees the table `rows` and nothing else of the machine. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { isDuckDBError, isMachineError, reasonOf, seal, withDatabase } from "./database.ts";
import { temporaryUntilEnding } from "./draft.ts";
import { attempt } from "./errors.ts";
import type { Scalar } from "./experiment.ts";
import type { ReadReport } from "./read.ts";
import type { RowSource } from "./table.ts";
import { loadRows } from "./table.ts";

/** Options of {@link queryRows}. */
export interface QueryOptions extends DatabaseOptions {
  /** Adds the columns `seconds`, `host` and `programVersion` to the table. */
  readonly withProvenance?: boolean;
  /** Most rows to return, an integer, 1 to 10⁶, default 10,000. */
  readonly mostRows?: number;
}

/** Answer to a query. */
export interface QueryResult {
  readonly columns: readonly string[];
  /** At most `mostRows` rows. */
  readonly rows: readonly (readonly Scalar[])[];
  /** True when the query has more rows than were returned. */
  readonly truncated: boolean;
  /** Number of tasks whose rows the query saw. */
  readonly tasks: number;
  /** What was found in the shards. */
  readonly report: ReadReport;
}

/** Rows are answers for people and pipes; whole tables are exported to a file. */
const defaultMostRows = 10_000;
const largestMostRows = 1e6;

/**
 * Answers one SELECT over the table `rows` of a sweep. The query can read no file, change no setting and write nothing.
 * @param source plan and results
 * @param sql the query, in DuckDB's SQL
 * @param options see {@link QueryOptions}
 * @returns names of the columns and the rows; integers beyond 2⁵³, not-a-number, infinities and values that are neither
 * numbers, texts nor truth values come as text
 * @throws OutOfDomain when the query is not one valid SELECT, tries to touch files, or fails; one line
 * @throws StoreError when the shards cannot be read or temporary files cannot be written
 * @source SQL as DuckDB understands it
 */
export async function queryRows(
  source: RowSource,
  sql: string,
  { withProvenance = false, mostRows = defaultMostRows, ...options }: QueryOptions = {},
): Promise<QueryResult> {
  requireInteger("mostRows", mostRows, 1, largestMostRows);
  const { folder, remove } = attempt("write", tmpdir(), () =>
    temporaryUntilEnding(() => mkdtempSync(join(tmpdir(), "atlas-query-"))),
  );
  try {
    return await withDatabase(
      { folder, purpose: "answer the query" },
      async (database) => {
        const { tasks, report } = await loadRows(database, source, { withProvenance, ...options });
        await seal(database.connection);
        await requireSelect(database, sql);
        return { ...(await answer(database, sql, mostRows)), tasks, report };
      },
      options,
    );
  } finally {
    remove();
  }
}

/**
 * Checks that a text is exactly one SELECT that the sealed database can run.
 * @param database a sealed database
 * @param sql the text
 * @throws OutOfDomain when it is not; one line that says why
 */
export async function requireSelect({ duckdb, connection }: Database, sql: string): Promise<void> {
  await explained(async () => {
    const statements = await connection.extractStatements(sql).catch((error: unknown) => {
      // A text without a statement (white space, a comment) ends in an error of the binding, not of DuckDB.
      if (isDuckDBError(error)) throw error;
    });
    if (statements?.count !== 1)
      throw new OutOfDomain(`sql must be one SELECT, got ${statements?.count ?? 0} statements`);
    const prepared = await statements.prepare(0);
    const { statementType, parameterCount } = prepared;
    prepared.destroySync();
    if (statementType !== duckdb.StatementType.SELECT)
      throw new OutOfDomain(`sql must be a SELECT, got ${duckdb.StatementType[statementType] ?? "another"}`);
    if (await hasPragma(connection, sql))
      throw new OutOfDomain("sql must be a SELECT, got PRAGMA: its function pragma_…() can be selected from");
    if (parameterCount > 0) throw new OutOfDomain("sql must have no parameters such as ? or $1");
  });
}

/** DuckDB calls a PRAGMA that answers rows a SELECT; the body of a view it cannot be. */
async function hasPragma(connection: DuckDBConnection, sql: string): Promise<boolean> {
  if (!/pragma/i.test(sql)) return false;
  return connection.extractStatements(`CREATE VIEW body AS ${sql}`).then(
    () => false,
    () => true,
  );
}

/**
 * Runs a step of a query; what DuckDB says of it becomes one line.
 * @throws OutOfDomain in place of an error of DuckDB, unless it comes of the machine
 */
export async function explained<R>(step: () => Promise<R>): Promise<R> {
  try {
    return await step();
  } catch (error) {
    if (!isDuckDBError(error) || isMachineError(error)) throw error;
    throw new OutOfDomain(`sql: ${reasonOf(error)}`, { cause: error });
  }
}

async function answer(
  { connection }: Database,
  sql: string,
  mostRows: number,
): Promise<Pick<QueryResult, "columns" | "rows" | "truncated">> {
  return explained(async () => {
    const result = await connection.stream(sql);
    const rows: Scalar[][] = [];
    for await (const chunk of result.yieldRows()) {
      for (const row of chunk) {
        if (rows.length === mostRows) return { columns: result.columnNames(), rows, truncated: true };
        rows.push(row.map(scalar));
      }
    }
    return { columns: result.columnNames(), rows, truncated: false };
  });
}

/** A value as JSON can hold it without loss. */
function scalar(value: DuckDBValue): Scalar {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  return String(value);
}
