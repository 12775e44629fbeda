/** @file Runs the tasks of a sweep on the worker threads of this machine and stores their results as they come. */
import { availableParallelism } from "node:os";
import { requireInside, requireInteger } from "../../theory/errors.ts";
import type { FailedTask } from "./failures.ts";
import type { Job } from "./jobs.ts";
import type { RunControl, StopReason } from "./lanes.ts";
import { Run } from "./lanes.ts";
import { startPool } from "./pool.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

export type { Progress, StopReason } from "./lanes.ts";

/** Options of {@link runTasks}. */
export interface RunOptions<T extends Task = Task> extends RunControl {
  /** What to do; a task that is listed twice runs once. */
  readonly tasks: readonly T[];
  /** URL of the module that exports `runTask(task)`, as in its own `import.meta.url`. */
  readonly worker: string | URL;
  /** Number of worker threads, an integer, 1..1024; default one for each core. */
  readonly workers?: number;
  /**
   * Expected work of a task, ≥ 0; the longest run first, so that cores end together. In any unit: the run measures how
   * long a unit takes. Until then `timeLeft` takes it for seconds. Default equal.
   */
  readonly cost?: (task: T) => number;
  /**
   * Longest time of a task in seconds, above 0, at most 2·10⁶; its worker is then ended, whatever it is doing, and the
   * task is not tried again. Default without end.
   */
  readonly timeLimit?: number;
  /**
   * Largest heap of a worker's JavaScript in MiB, an integer, 1..2²⁴; buffers, typed arrays and WebAssembly memory do
   * not count. Default that of Node.
   */
  readonly memoryLimit?: number;
}

/** How a run ended; done + skipped + others + failed.length + left is the number of different tasks. */
export interface RunSummary {
  /** Number of tasks run and stored. */
  readonly done: number;
  /** Number of tasks that the store held at the start. */
  readonly skipped: number;
  /** Number of tasks that other processes stored during the run. */
  readonly others: number;
  /** In the order of the task list. */
  readonly failed: readonly FailedTask[];
  /** Number of tasks not finished. */
  readonly left: number;
  /** Why tasks are left, null when none is. */
  readonly stoppedBy: StopReason | null;
  /** True when tasks are left. */
  readonly aborted: boolean;
}

/** More threads than any one machine of today has cores. */
const mostWorkers = 1024;
const mostAttempts = 100;

/** Timers take no longer times: 23 days in seconds. */
const longestTime = 2e6;

/** More memory than any one machine of today has: 16 TiB, in MiB. */
const largestHeap = 2 ** 24;

/**
 * Runs all tasks that are not in the store; those that other processes are running are left to them. Ends when every
 * task is done, here or elsewhere, has failed, or is left because the run was stopped. Results depend neither on the
 * number of workers and processes nor on the order in which they finish.
 * @param options see {@link RunOptions}
 * @returns counts and failures; the results are in the store
 * @throws OutOfDomain when a task, a cost or another option is not valid; nothing has run then
 * @throws StoreError when the store can no longer be read or written; what was written before stays
 * @throws WorkerError when the workers cannot start, or the module cannot be loaded or exports no `runTask`
 * @source contract of this project: a task's result depends on the task alone
 */
export async function runTasks<T extends Task>(options: RunOptions<T>): Promise<RunSummary> {
  requireValid(options);
  const { store, worker, signal, workers = availableParallelism(), timeLimit, memoryLimit } = options;
  const jobs = distinctJobs(options);
  store.refresh();
  const waiting = jobs.filter(({ key }) => !store.has(key));
  const lanes = Math.min(workers, waiting.length);
  const run = new Run(waiting, jobs.length, lanes, options);
  options.onProgress?.(run.progress());
  if (lanes > 0 && signal?.aborted !== true) {
    await run.finish(
      startPool(String(worker), {
        workers: lanes,
        ...(timeLimit === undefined ? {} : { timeLimit }),
        ...(memoryLimit === undefined ? {} : { memoryLimit }),
      }),
    );
  }
  const { done, skipped, others, left } = run.progress();
  const failed = jobs.flatMap(({ key }) => run.failed.get(key) ?? []);
  return { done, skipped, others, failed, left, stoppedBy: run.stoppedBy, aborted: left > 0 };
}

function requireValid<T extends Task>(options: RunOptions<T>): void {
  const {
    workers = 1,
    attempts = 1,
    memoryLimit = 1,
    timeLimit = 1,
    poll = 1,
    grace = 0,
    margin = 0,
  } = options;
  requireInteger("workers", workers, 1, mostWorkers);
  requireInteger("attempts", attempts, 1, mostAttempts);
  requireInteger("memoryLimit", memoryLimit, 1, largestHeap);
  requireInside("timeLimit", timeLimit, { min: 0, openMin: true, max: longestTime });
  requireInside("poll", poll, { min: 0, openMin: true, max: longestTime });
  requireInside("grace", grace, { min: 0, max: longestTime });
  requireInside("margin", margin, { min: 0, max: longestTime });
}

function distinctJobs<T extends Task>({ tasks, cost = () => 1 }: RunOptions<T>): Job[] {
  const jobs = new Map<string, Job>();
  for (const task of tasks) {
    const key = taskKey(task);
    if (jobs.has(key)) continue;
    const expected = requireInside("cost", cost(task), { min: 0, max: Number.MAX_VALUE });
    jobs.set(key, { key, task, cost: expected });
  }
  return [...jobs.values()];
}
