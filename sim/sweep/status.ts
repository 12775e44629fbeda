/** @file How far a sweep is: counts of its tasks, from the keys in its shards, the claims and the failures. */
import type { FailedTask } from "./failures.ts";
import { readFailures } from "./failures.ts";
import { readLeases } from "./lease-report.ts";
import type { ReadReport } from "./read.ts";
import { storedKeys } from "./read.ts";
import { rowsFolder, shardNames } from "./shards.ts";

/** Where to look, for {@link sweepStatus}. */
export interface StatusRequest {
  readonly folder: string;
  /** Keys of the tasks of the sweep, each once. */
  readonly keys: ReadonlySet<string> | ReadonlyMap<string, unknown>;
}

/** How far a sweep is; done + running + failed + left = tasks. */
export interface SweepStatus {
  /** Number of tasks of the sweep. */
  readonly tasks: number;
  /** Tasks whose results are stored. */
  readonly done: number;
  /** Tasks not done that some process has claimed; a process that was killed may be among them for half a minute. */
  readonly running: number;
  /** Tasks neither done nor claimed that were given up; the next start tries them again. */
  readonly failed: number;
  /** All other tasks. */
  readonly left: number;
  /** Results of tasks that are not of this sweep, from another sweep file in the same folder. */
  readonly others: number;
  /** Number of processes that have their heartbeat in the folder. */
  readonly owners: number;
  /** Files of results, one for each process that has finished a task. */
  readonly shards: number;
  /** Damaged, foreign, torn, duplicate and conflicting lines. */
  readonly report: ReadReport;
  /** Those counted in `failed`, with their messages and stacks. */
  readonly failures: readonly FailedTask[];
}

/**
 * Counts the tasks of a sweep without changing anything; other processes may be running it.
 * @param request folder and keys
 * @returns the counts
 * @throws StoreError when the folder cannot be read; one that does not exist holds nothing
 * @source folder of this project: shards, claims and failures by the keys of their tasks
 */
export function sweepStatus({ folder, keys }: StatusRequest): SweepStatus {
  // Claims first: a task that is finished in between is then counted as done, and never as neither.
  const { owners, claimed } = readLeases(folder);
  const stored = storedKeys(folder);
  const done = [...stored.keys.keys()].filter((key) => keys.has(key)).length;
  const isOpen = (key: string): boolean => keys.has(key) && !stored.keys.has(key);
  const running = [...claimed].filter(isOpen).length;
  const failures = readFailures(folder).filter(({ key }) => isOpen(key) && !claimed.has(key));
  const failed = failures.length;
  return {
    tasks: keys.size,
    done,
    running,
    failed,
    left: keys.size - done - running - failed,
    others: stored.keys.size - done,
    owners,
    shards: shardNames(rowsFolder(folder)).length,
    report: stored.report,
    failures,
  };
}
