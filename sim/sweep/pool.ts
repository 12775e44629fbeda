/** @file The worker pool of a sweep: piscina, started for TypeScript sources or for the built JavaScript. */
import { Piscina } from "piscina";
import { errorCode } from "../file-system.ts";
import { NoTypeScript, threadStart, type ThreadStart } from "../threads.ts";
import { WorkerError } from "./errors.ts";
import type { Task } from "./task.ts";
import type { WorkerAnswer, WorkerNotice, WorkerRequest } from "./worker.ts";

/**
 * How a task ended: with an answer of its worker, or without: the worker `died` (`process.exit`, a crash), used up its
 * `memory`, or was ended because its `time` was over.
 */
export type Outcome =
  | WorkerAnswer
  | { readonly kind: "died" | "memory" | "time"; readonly message: string; readonly stack: string };

/** A pool of workers that run the tasks of one module. */
export interface TaskPool {
  /** Runs one task; never rejects. */
  run(task: Task): Promise<Outcome>;
  /** Stops all workers at once, whatever they are doing; tasks that were running count as died. */
  stop(): Promise<void>;
}

/** Options of {@link startPool}. */
export interface PoolOptions {
  /** Number of worker threads, at least 1; no more tasks than that may run at once. */
  readonly workers: number;
  /** Longest time of a task in seconds; default without end. */
  readonly timeLimit?: number;
  /** Largest heap of a worker's JavaScript in MiB; default that of Node. Buffers and WebAssembly memory do not count. */
  readonly memoryLimit?: number;
}

/** Longest that a worker may take to start and to load its module, in seconds, where tasks have a time limit. */
const startLimit = 120;

/**
 * Starts a pool.
 * @param module URL of the module with `runTask`, as in its own `import.meta.url`
 * @param options see {@link PoolOptions}
 * @throws WorkerError when the module is TypeScript and tsx is not installed
 */
export function startPool(module: string, options: PoolOptions): TaskPool {
  const { workers, timeLimit, memoryLimit } = options;
  const pool = new Piscina<WorkerRequest, WorkerAnswer>({
    ...startOf(module),
    minThreads: workers,
    maxThreads: workers,
    recordTiming: false,
    ...(memoryLimit === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryLimit } }),
  });
  const giveUps = new Set<(outcome: Outcome) => void>();
  // Workers that die between tasks are replaced. Those that cannot even start are not, and a task would wait forever.
  pool.on("error", (error: Error) => {
    if (pool.threads.length > 0) return;
    for (const giveUp of giveUps)
      giveUp({ kind: "unloadable", message: `workers cannot start: ${error.message}` });
  });
  const timer = timeLimit === undefined ? undefined : new TaskTimer(pool, timeLimit);
  const run = (task: Task) =>
    new Promise<Outcome>((resolve) => {
      const timed = timer?.start();
      const settle = (outcome: Outcome) => {
        timed?.stop();
        giveUps.delete(settle);
        resolve(outcome);
      };
      giveUps.add(settle);
      const request = { module, task, ...(timed === undefined ? {} : { number: timed.number }) };
      const { signal } = timed ?? {};
      pool
        .run(request, signal === undefined ? {} : { signal })
        .then(settle, (error: unknown) => settle(timed?.expiry() ?? endOf(error, memoryLimit)));
    });
  let stopped: Promise<void> | undefined;
  return { run, stop: () => (stopped ??= pool.destroy()) };
}

/** The clock of one task. */
interface TimedTask {
  readonly number: number;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** How the task ended if its time was over. */
  expiry(): Outcome | undefined;
  stop(): void;
}

/** Aborts the tasks that take too long; their time starts when the worker says so, after its own start. */
class TaskTimer {
  readonly #limit: number;
  readonly #begins = new Map<number, () => void>();
  #count = 0;

  constructor(pool: Piscina<WorkerRequest, WorkerAnswer>, limit: number) {
    this.#limit = limit;
    pool.on("message", ({ begun }: WorkerNotice) => this.#begins.get(begun)?.());
  }

  start(): TimedTask {
    const number = this.#count++;
    const abort = new AbortController();
    const abortAfter = (seconds: number, message: string) =>
      setTimeout(() => abort.abort(message), seconds * 1000);
    let timeout = abortAfter(startLimit, `the worker did not start within ${startLimit} s`);
    this.#begins.set(number, () => {
      clearTimeout(timeout);
      timeout = abortAfter(this.#limit, `the task took longer than its time limit of ${this.#limit} s`);
    });
    const { signal } = abort;
    return {
      number,
      signal,
      expiry: () =>
        signal.aborted ? { kind: "time", message: String(signal.reason), stack: "" } : undefined,
      stop: () => {
        clearTimeout(timeout);
        this.#begins.delete(number);
      },
    };
  }
}

function startOf(module: string): ThreadStart {
  try {
    return threadStart(import.meta.url, "worker", [module]);
  } catch (error) {
    if (error instanceof NoTypeScript) throw new WorkerError(error.message, { cause: error });
    throw error;
  }
}

/** What a rejected request means: tasks that throw are answered, so the worker is gone. */
function endOf(error: unknown, memoryLimit: number | undefined): Outcome {
  if (errorCode(error) === "ERR_WORKER_OUT_OF_MEMORY") {
    const limit = memoryLimit === undefined ? "" : ` of ${memoryLimit} MiB`;
    return { kind: "memory", message: `the worker used up its memory limit${limit}`, stack: "" };
  }
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  // An error that nothing caught in the worker comes with the worker's stack; an exit only with that of the pool.
  const exited = message.startsWith("worker exited");
  return { kind: "died", message: `the worker died: ${message}`, stack: exited ? "" : stack };
}
