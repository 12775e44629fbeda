/** @file Why tasks failed: `FOLDER/failures/*.jsonl`, one checksummed JSON line for each task that was given up. */
import { closeSync, fstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "./errors.ts";
import { requireJson } from "./json.ts";
import { linesOf, openRegular } from "./lines.ts";
import { checkedObject, withChecksum } from "./row.ts";
import { shardNames } from "./shards.ts";
import type { Task } from "./task.ts";

/**
 * How a task failed: it `threw`, its worker `died` (process.exit, a crash, killed from outside), or it was ended because
 * it took more `time` or `memory` than it was allowed.
 */
export type FailureKind = "threw" | "died" | "time" | "memory";

/** A task that was given up. Its result is not stored, so the next start tries it again. */
export interface FailedTask {
  /** Key of the task in the store. */
  readonly key: string;
  /** The task. */
  readonly task: Task;
  /** How it failed. */
  readonly kind: FailureKind;
  /** What it threw or how it ended, one line. */
  readonly message: string;
  /** Stack in the worker, empty when there is none. */
  readonly stack: string;
  /** Number of times that it was tried in this run, an integer ≥ 1. */
  readonly attempts: number;
}

/** Folder of the failures of a sweep. */
export function failuresFolder(folder: string): string {
  return join(folder, "failures");
}

/**
 * The line of a failure, without its line end; its checksum is that of a line of results.
 * @throws OutOfDomain when the task is not plain JSON
 */
export function formatFailure({ key, task, kind, message, stack, attempts }: FailedTask): string {
  requireJson(task, "task");
  return withChecksum(JSON.stringify({ key, task, kind, message, stack, attempts }));
}

/** Failures of a sweep as they were found. */
export interface FailureLog {
  /** The last failure of each task, whether or not the task has succeeded since. */
  readonly failures: readonly FailedTask[];
  /** Lines that are not what was written, or no failures. */
  readonly damaged: number;
}

/**
 * Failures of a folder: of each task the last one. A task may have succeeded since: then its result is in the store.
 * Files that were changed later count as later, which clocks of several machines may get wrong.
 * @param folder folder of the sweep; one that does not exist has none
 * @throws StoreError when a file is there but cannot be read
 * @source file format of this project: one checksummed JSON line a failure, written once
 */
export function readFailureLog(folder: string): FailureLog {
  const failures = new Map<string, FailedTask>();
  let damaged = 0;
  for (const path of pathsByAge(failuresFolder(folder))) {
    for (const failure of failuresOf(path)) {
      if (failure === undefined) damaged++;
      else failures.set(failure.key, failure);
    }
  }
  return { failures: [...failures.values()], damaged };
}

/**
 * Failures of {@link readFailureLog}.
 * @throws StoreError when a file is there but cannot be read
 * @source as {@link readFailureLog}
 */
export function readFailures(folder: string): readonly FailedTask[] {
  return readFailureLog(folder).failures;
}

function pathsByAge(folder: string): string[] {
  const paths = shardNames(folder).map((name) => join(folder, name));
  const timed = paths.map((path) => ({ path, time: attempt("read", path, () => statSync(path).mtimeMs) }));
  return timed.sort((a, b) => a.time - b.time).map(({ path }) => path);
}

/** Failures of a file, undefined for a line that is none; a torn end is left out, as it is everyday after a kill. */
function* failuresOf(path: string): Generator<FailedTask | undefined> {
  const file = openRegular(path);
  try {
    const end = attempt("read", path, () => fstatSync(file).size);
    for (const { bytes, finished } of linesOf(file, { path, start: 0, end })) {
      const value = checkedObject(bytes);
      if (value !== undefined && isFailure(value)) {
        const { key, task, kind, message, stack, attempts } = value;
        yield { key, task, kind, message, stack, attempts };
      } else if (finished) yield undefined;
    }
  } finally {
    closeSync(file);
  }
}

function isFailure(value: object): value is FailedTask {
  const { key, task, kind, message, stack, attempts } = value as Partial<FailedTask>;
  const texts = [key, kind, message, stack].every((text) => typeof text === "string");
  return texts && typeof attempts === "number" && typeof task === "object";
}
