/** @file Merges the shards of a sweep into one: `FOLDER/merged/results.jsonl`, sorted by key, and `rows.parquet`. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseOptions } from "./database.ts";
import { withDatabase } from "./database.ts";
import type { Draft } from "./draft.ts";
import { writeWhole } from "./draft.ts";
import { attempt } from "./errors.ts";
import type { TableOrigin } from "./export.ts";
import { copyTable, metadataOf, sweepFolders } from "./export.ts";
import { makeFolder } from "./folder.ts";
import { formatLine } from "./row.ts";
import type { LoadedRows, RowSource } from "./table.ts";
import { loadRows } from "./table.ts";

/** Options of {@link mergeRows}. */
export interface MergeOptions extends DatabaseOptions, TableOrigin {
  /** Keeps wall times, hosts and versions in both files; they differ between runs of one sweep. */
  readonly withProvenance?: boolean;
}

/** What was merged. */
export interface MergeSummary extends Omit<LoadedRows, "columns"> {
  /** Number of rows of the table. */
  readonly rows: number;
  /** Path of the results: one checksummed line a task, sorted by key; itself a valid shard. */
  readonly results: string;
  /** Path of the Parquet file. */
  readonly table: string;
}

/** Bytes that wait in memory before they are written. */
const bufferLength = 1 << 20;

/**
 * Writes all results of a sweep into one file and their rows into one table. The shards stay. The same results give
 * the same bytes, in whatever order and shards they were computed.
 * @param source plan and results; results of other tasks are left out and counted
 * @param folder where the two files go; made if needed. Default `merged` in the folder of the sweep
 * @param options see {@link MergeOptions}
 * @returns counts, paths, and what was found in the shards
 * @throws OutOfDomain when a row is not what its experiment says, or a file would replace one of the sweep
 * @throws StoreError when the shards cannot be read or a file cannot be written; older files then stay as they were
 * @source file format of this project: one checksummed JSON line a result; Parquet as {@link exportRows}
 */
export async function mergeRows(
  source: RowSource,
  folder: string = join(source.folder, "merged"),
  { program, ...options }: MergeOptions = {},
): Promise<MergeSummary> {
  makeFolder(folder);
  const [results, table] = [join(folder, "results.jsonl"), join(folder, "rows.parquet")] as const;
  const write = async ({
    folder: draftFolder,
    paths: [linesPath, tablePath],
  }: Draft): Promise<MergeSummary> => {
    const lines = lineSorter(join(draftFolder, "unsorted.jsonl"));
    try {
      const { rows, tasks, others, report } = await withDatabase(
        { folder: draftFolder, purpose: `write ${table}` },
        async (database) => {
          const loaded = await loadRows(database, source, {
            ...options,
            onResult: (stored) =>
              lines.add(
                stored.key,
                formatLine(options.withProvenance ? stored : { ...stored, provenance: {} }),
              ),
          });
          const metadata = metadataOf(source, loaded.columns, { program });
          const rows = await copyTable(database, {
            table: "rows",
            path: tablePath!,
            format: "parquet",
            metadata,
          });
          return { ...loaded, rows };
        },
        options,
      );
      lines.writeSorted(linesPath!);
      return { rows, tasks, others, report, results, table };
    } finally {
      lines.close();
    }
  };
  return writeWhole([results, table], write, { keep: sweepFolders(source.folder) });
}

interface LineSorter {
  add(key: string, line: string): void;
  writeSorted(path: string): void;
  close(): void;
}

/** Sorts lines by key on the disk: only keys and positions are in memory. */
function lineSorter(path: string): LineSorter {
  const file = attempt("write", path, () => openSync(path, "wx+"));
  const unsorted = bufferedWriter(path, file);
  const places: { key: string; start: number; length: number }[] = [];
  let end = 0;
  return {
    add(key, line) {
      const bytes = Buffer.from(`${line}\n`);
      places.push({ key, start: end, length: bytes.length });
      end += bytes.length;
      unsorted.write(bytes);
    },
    writeSorted(target) {
      unsorted.flush();
      const output = attempt("write", target, () => openSync(target, "wx"));
      try {
        const sorted = bufferedWriter(target, output);
        for (const { start, length } of places.sort((a, b) => (a.key < b.key ? -1 : 1))) {
          const bytes = Buffer.allocUnsafe(length);
          attempt("read", path, () => readSync(file, bytes, 0, length, start));
          sorted.write(bytes);
        }
        sorted.flush();
      } finally {
        closeSync(output);
      }
    },
    close() {
      closeSync(file);
    },
  };
}

/** Collects what is written to an open file into calls of a sensible size. */
function bufferedWriter(path: string, file: number): { write(bytes: Buffer): void; flush(): void } {
  let parts: Buffer[] = [];
  let waiting = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(parts);
    [parts, waiting] = [[], 0];
    attempt("write", path, () => {
      for (let taken = 0; taken < bytes.length;) taken += writeSync(file, bytes, taken);
    });
  };
  return {
    write(bytes) {
      parts.push(bytes);
      waiting += bytes.length;
      if (waiting >= bufferLength) flush();
    },
    flush,
  };
}
