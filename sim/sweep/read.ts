/** @file Reading the results of a sweep without changing anything; it may be running. */
import type { StoredResult } from "./row.ts";
import { storedOf } from "./row.ts";
import type { NewLine, ReadReport } from "./shards.ts";
import { ShardReader, rowsFolder, shardNames } from "./shards.ts";

export type { ReadReport } from "./shards.ts";

/**
 * The results of a folder, each task once, one at a time: what is held in memory are the keys.
 * @param folder folder of the sweep; one that does not exist holds nothing
 * @returns the results in the order of the names of the shards and of their lines; at the end the report of what was
 * left out
 * @throws StoreError when a file is there but cannot be read
 * @source file format of this project: one checksummed JSON line a result, written once
 */
export function* storedResults(folder: string): Generator<StoredResult, ReadReport> {
  const lines = linesOfFolder(folder);
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done === true) return next.value.report;
    yield storedOf(next.value.line);
  }
}

/** Keys of the stored tasks of a folder. */
export interface StoredKeys {
  /** A map for its `has`, `size` and `keys`; its values mean nothing. */
  readonly keys: ReadonlyMap<string, unknown>;
  /** What was left out. */
  readonly report: ReadReport;
}

/**
 * Keys of the results of a folder, for counting them: checksums are verified, results not parsed.
 * @param folder folder of the sweep; one that does not exist holds nothing
 * @throws StoreError when a file is there but cannot be read
 * @source as {@link storedResults}
 */
export function storedKeys(folder: string): StoredKeys {
  const lines = linesOfFolder(folder);
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done === true) return { keys: next.value.keys, report: next.value.report };
  }
}

/**
 * One line on what is wrong with a store, for stderr.
 * @returns undefined when there is nothing to say: torn last lines and equal duplicates are everyday matters
 */
export function describeReport({ damaged, foreign, conflicts, files }: ReadReport): string | undefined {
  const counts = Object.entries({ damaged, foreign, conflicting: conflicts }).filter(
    ([, count]) => count > 0,
  );
  if (counts.length === 0) return undefined;
  const parts = counts.map(([kind, count]) => `${count} ${kind} ${count === 1 ? "line" : "lines"}`);
  return `${files.join(", ")}: ${parts.join(", ")} left out`;
}

function* linesOfFolder(folder: string): Generator<NewLine, ShardReader> {
  const rows = rowsFolder(folder);
  const reader = new ShardReader(rows);
  for (const name of shardNames(rows)) yield* reader.read(name);
  return reader;
}
