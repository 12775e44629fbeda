/** @file Runs the tasks of a sweep on the worker threads of this machine and stores their results as they come. */
import { availableParallelism } from "node:os";
import { requireInside, requireInteger } from "../../theory/errors.ts";
import { WorkerError } from "./errors.ts";
import type { Outcome, TaskPool } from "./pool.ts";
import { startPool } from "./pool.ts";
import type { ResultSink } from "./memory.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** Options of {@link runTasks}. */
export interface RunOptions<T extends Task = Task> {
  /** What to do; a task that is listed twice runs once. */
  readonly tasks: readonly T[];
  /** Open store, in a folder or in memory, that takes the results; tasks that it holds are skipped. */
  readonly store: ResultSink;
  /** URL of the module that exports `runTask(task)`, as in its own `import.meta.url`. */
  readonly worker: string | URL;
  /** Number of worker threads, an integer, 1..1024; default one for each core. */
  readonly workers?: number;
  /** Expected work of a task in any unit, ≥ 0; the longest run first, so that cores end together. Default equal. */
  readonly cost?: (task: T) => number;
  /** Called at the start and after every task. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run: what is running is abandoned, what was finished is stored. */
  readonly signal?: AbortSignal;
  /** Plain JSON object stored beside each result, together with its wall time in `seconds`. */
  readonly provenance?: object;
}

/** How far a run is; done + skipped + failed + left = total. */
export interface Progress {
  /** Number of different tasks. */
  readonly total: number;
  /** Tasks run and stored. */
  readonly done: number;
  /** Tasks that the store held at the start. */
  readonly skipped: number;
  /** Number of tasks that failed. */
  readonly failed: number;
  /** Tasks not finished: waiting or running. */
  readonly left: number;
  /** Share of the expected work of this start that is finished, from 0 to 1. */
  readonly fraction: number;
}

/** A task that threw, or whose worker died twice. It is not stored, so the next start tries it again. */
export interface FailedTask {
  /** Key of the task in the store. */
  readonly key: string;
  /** The task. */
  readonly task: Task;
  /** What it threw, one line. */
  readonly message: string;
  /** Stack in the worker, empty when there is none. */
  readonly stack: string;
}

/** How a run ended; done + skipped + failed.length + left is the number of different tasks. */
export interface RunSummary {
  /** Number of tasks run and stored. */
  readonly done: number;
  /** Number of tasks that the store held at the start. */
  readonly skipped: number;
  /** In the order of the task list. */
  readonly failed: readonly FailedTask[];
  /** Number of tasks not finished. */
  readonly left: number;
  /** True when the signal stopped the run before its end. */
  readonly aborted: boolean;
}

/** More threads than any one machine of today has cores. */
const mostWorkers = 1024;

/** A worker may die of another program's hunger for memory; a task whose worker dies twice is taken to be the cause. */
const mostAttempts = 2;

interface Job {
  readonly key: string;
  readonly task: Task;
  readonly cost: number;
}

type RunContext = Pick<RunOptions, "store" | "onProgress" | "signal" | "provenance">;

/**
 * Runs all tasks that are not in the store. Results do not depend on the number of workers or on the order in which
 * they finish. A failing task does not stop the others.
 * @param options see {@link RunOptions}
 * @returns counts and failures; the results are in the store
 * @throws OutOfDomain when a task, a cost or the number of workers is not valid; nothing has run then
 * @throws StoreError when results can no longer be written; those written before stay
 * @throws WorkerError when the module cannot be loaded or exports no `runTask`
 * @source contract of this project: a task's result depends on the task alone
 */
export async function runTasks<T extends Task>(options: RunOptions<T>): Promise<RunSummary> {
  const { store, worker, signal, onProgress, workers = availableParallelism() } = options;
  requireInteger("workers", workers, 1, mostWorkers);
  const jobs = distinctJobs(options);
  const waiting = jobs.filter(({ key }) => !store.results.has(key)).sort((a, b) => b.cost - a.cost);
  const run = new Run(waiting, jobs.length, options);
  onProgress?.(run.progress());
  if (waiting.length > 0 && signal?.aborted !== true) {
    const lanes = Math.min(workers, waiting.length);
    await run.finish(startPool(String(worker), lanes), lanes);
  }
  return run.summary(jobs);
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

/** The state of one call of {@link runTasks}. */
class Run {
  readonly #queue: Job[];
  readonly #total: number;
  readonly #skipped: number;
  readonly #work: number;
  readonly #options: RunContext;
  readonly #failed = new Map<string, FailedTask>();
  #done = 0;
  #finishedWork = 0;
  #stopped = false;

  constructor(waiting: Job[], total: number, options: RunContext) {
    this.#queue = waiting;
    this.#total = total;
    this.#skipped = total - waiting.length;
    this.#work = waiting.reduce((sum, { cost }) => sum + cost, 0);
    this.#options = options;
  }

  progress(): Progress {
    const counts = {
      total: this.#total,
      done: this.#done,
      skipped: this.#skipped,
      failed: this.#failed.size,
    };
    const left = counts.total - counts.done - counts.skipped - counts.failed;
    const fraction = left === 0 ? 1 : this.#work === 0 ? 0 : Math.min(this.#finishedWork / this.#work, 1);
    return { ...counts, left, fraction };
  }

  summary(jobs: readonly Job[]): RunSummary {
    const { done, skipped, left } = this.progress();
    const failed = jobs.flatMap(({ key }) => this.#failed.get(key) ?? []);
    return { done, skipped, failed, left, aborted: left > 0 };
  }

  /** Works through the queue with as many lanes as workers, each waiting for its task before it takes the next. */
  async finish(pool: TaskPool, lanes: number): Promise<void> {
    const { signal } = this.#options;
    const stop = () => {
      this.#stopped = true;
      void pool.stop();
    };
    signal?.addEventListener("abort", stop, { once: true });
    const running = Array.from({ length: lanes }, () => this.#lane(pool));
    try {
      await Promise.all(running);
    } finally {
      signal?.removeEventListener("abort", stop);
      stop();
      // Nothing may be written once the caller goes on to close the store.
      await Promise.allSettled([...running, pool.stop()]);
    }
  }

  async #lane(pool: TaskPool): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      let outcome: Outcome | undefined;
      for (let attempts = 0; attempts < mostAttempts && !this.#stopped; attempts++) {
        outcome = await pool.run(job.task);
        if (outcome.kind !== "died") break;
      }
      if (outcome !== undefined && !(this.#stopped && outcome.kind === "died")) this.#settle(job, outcome);
    }
  }

  #next(): Job | undefined {
    return this.#stopped ? undefined : this.#queue.shift();
  }

  #settle({ key, task, cost }: Job, outcome: Outcome): void {
    const { store, onProgress, provenance } = this.#options;
    if (outcome.kind === "unloadable") throw new WorkerError(outcome.message);
    if (outcome.kind === "result") {
      store.append(task, outcome.result, { ...provenance, seconds: outcome.seconds });
      this.#done++;
    } else {
      const stack = outcome.kind === "failed" ? outcome.stack : "";
      this.#failed.set(key, { key, task, message: outcome.message, stack });
    }
    this.#finishedWork += cost;
    onProgress?.(this.progress());
  }
}
