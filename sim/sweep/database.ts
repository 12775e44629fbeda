/**
 * @file A temporary DuckDB in a folder of its own: bounded memory, one thread (so that equal rows give equal bytes), and,
 * once it is sealed, no way from SQL to other files, settings or the network.
 */
import { join } from "node:path";
import type * as DuckDB from "@duckdb/node-api";
import { requireInteger } from "../../theory/errors.ts";
import { StoreError } from "./errors.ts";

/** Options of {@link withDatabase}. */
export interface DatabaseOptions {
  /** MiB (2²⁰ bytes) that DuckDB may hold in memory, an integer, 64 to 2²⁰, default 256; what is more goes to the disk. */
  readonly memoryLimit?: number;
  /** Interrupts what runs; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Where a database is and what for. */
export interface DatabasePlace {
  /** An existing folder that the caller removes; the database and what does not fit in memory go there. */
  readonly folder: string;
  /** What is made with it, for messages, as in `cannot <purpose>`. */
  readonly purpose: string;
}

/** An open database. */
export interface Database {
  /** The module, loaded only where a table is asked for. */
  readonly duckdb: typeof DuckDB;
  readonly connection: DuckDB.DuckDBConnection;
}

const defaultMemoryLimit = 256;
const leastMemoryLimit = 64;
const mostMemoryLimit = 2 ** 20;

/**
 * Runs `use` with a new database and closes it.
 * @param place folder and purpose
 * @param use what is to be done with it
 * @param options see {@link DatabaseOptions}
 * @returns what `use` returned
 * @throws StoreError when DuckDB is not installed, the disk is full or the memory limit does not suffice
 * @throws the reason of the signal when it was raised
 */
export async function withDatabase<R>(
  { folder, purpose }: DatabasePlace,
  use: (database: Database) => Promise<R>,
  { memoryLimit = defaultMemoryLimit, signal }: DatabaseOptions = {},
): Promise<R> {
  requireInteger("memoryLimit", memoryLimit, leastMemoryLimit, mostMemoryLimit);
  signal?.throwIfAborted();
  const duckdb = await loadDuckDB();
  try {
    const instance = await duckdb.DuckDBInstance.create(join(folder, "rows.duckdb"), {
      threads: "1",
      memory_limit: `${memoryLimit}MiB`,
      temp_directory: join(folder, "spill"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener("abort", interrupt);
    try {
      return await use({ duckdb, connection });
    } finally {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
      instance.closeSync();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!isDuckDBError(error)) throw error;
    throw new StoreError(`cannot ${purpose}: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Closes the database to everything outside: SQL can then neither read nor write files, except the paths given, nor
 * change a setting.
 * @param connection connection of the database
 * @param paths files that may still be written (and read)
 */
export async function seal(
  connection: DuckDB.DuckDBConnection,
  paths: readonly string[] = [],
): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(quoteText).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

/** A name in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The message of an error of DuckDB in one line, without the excerpt of the query and the advice that follow it.
 * @param error what a call of DuckDB threw
 */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/no space left on device/i.test(text)) return "no space left on the disk";
  const [message = text] = text.replace(/^Failed to extract statements: /, "").split("\n\n");
  return message.replace(/\s*\n\s*/g, " ").trim();
}

/** True for an error of DuckDB that comes of the machine, not of what it was asked: a full disk, too little memory. */
export function isMachineError(error: unknown): boolean {
  return isDuckDBError(error) && /(IO|Out of Memory|FATAL|INTERNAL) Error:/i.test((error as Error).message);
}

/** Errors of DuckDB are plain ones that begin with their kind: `IO Error: …`, `Out of Memory Error: …`. */
export function isDuckDBError(error: unknown): boolean {
  return error instanceof Error && /^(Failed to|[A-Z][\w/-]*( \w+)* Error:)/.test(error.message);
}

async function loadDuckDB(): Promise<typeof DuckDB> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    const message = "cannot load DuckDB: the package @duckdb/node-api is not installed for this system";
    throw new StoreError(message, { cause: error });
  }
}
