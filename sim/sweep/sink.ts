/** @file What a run needs of a store, in a folder or in memory: what is done, what is whose, and a place to add. */
import type { FailedTask } from "./failures.ts";
import type { StoredResult } from "./row.ts";
import type { Task } from "./task.ts";

/** Takes the results of a run that several processes may share. */
export interface ResultSink {
  /** True when the result of a task is known to be stored; see {@link ResultSink.refresh} for those of others. */
  has(key: string): boolean;
  /**
   * Stores the result of a task; one that is stored already stays as it is.
   * @param task the task
   * @param result plain JSON; the same whenever the task runs
   * @param provenance plain JSON object of what may differ between runs (wall time in `seconds`, host)
   * @returns the task's key
   * @throws OutOfDomain when task, result or provenance are not plain JSON
   * @throws StoreError when the result cannot be written
   */
  append(task: Task, result: unknown, provenance?: object): string;
  /**
   * Keeps why a task failed, its stack included, under its key. The task stays undone.
   * @throws StoreError when it cannot be written
   */
  appendFailure(failure: FailedTask): void;
  /**
   * Reserves tasks for this process. Those found done meanwhile are not returned: `has` is true for them afterwards.
   * @returns of these keys those that this process now holds and that are not done
   * @throws StoreError when the store cannot be read or written
   */
  claim(keys: readonly string[]): ReadonlySet<string>;
  /** Gives back tasks that will not run here after all (failed, abandoned); those appended are given back by the store. */
  release(keys: Iterable<string>): void;
  /**
   * Reads what other processes have appended.
   * @throws StoreError when the store cannot be read
   */
  refresh(): void;
}

/** A sink whose results can be asked for. */
export interface ReadableSink extends ResultSink {
  /** Results by task key, those appended included. */
  readonly results: ReadonlyMap<string, StoredResult>;
}
