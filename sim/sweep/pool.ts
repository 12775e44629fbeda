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
  /**
   * Longest that a worker may take to start and to load its module, in seconds; default two minutes, or the time limit
   * of a task where that is longer.
   */
  readonly startLimit?: number;
}

/** Loading takes seconds, and many times as long from the network disk of a busy cluster; without end it never may. */
const usualStartLimit = 120;

/**
 * Starts a pool.
 * @param module URL of the module with `runTask`, as in its own `import.meta.url`
 * @param options see {@link PoolOptions}
 * @throws WorkerError when it runs from sources and tsx is not installed
 */
export function startPool(module: string, options: PoolOptions): TaskPool {
  const { workers, timeLimit, memoryLimit, startLimit = Math.max(usualStartLimit, timeLimit ?? 0) } = options;
  const pool = new Piscina<WorkerRequest, WorkerAnswer>({
    ...startOf(),
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
  const timer = new TaskTimer(pool, { module, startLimit, timeLimit: timeLimit ?? Infinity });
  const run = (task: Task) =>
    new Promise<Outcome>((resolve) => {
      const timed = timer.start();
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

/** What a {@link TaskTimer} limits, times in seconds. */
interface TimeLimits {
  readonly module: string;
  readonly startLimit: number;
  /** Of a task, Infinity for none. */
  readonly timeLimit: number;
}

/** Aborts the tasks that take too long; their time starts when the worker says so, after its own start. */
class TaskTimer {
  readonly #limits: TimeLimits;
  readonly #begins = new Map<number, () => void>();
  #count = 0;
  /** True when some worker has loaded the module, so that it can be loaded. */
  #isLoadable = false;

  constructor(pool: Piscina<WorkerRequest, WorkerAnswer>, limits: TimeLimits) {
    this.#limits = limits;
    pool.on("message", ({ begun }: WorkerNotice) => {
      this.#isLoadable = true;
      this.#begins.get(begun)?.();
    });
  }

  /** Undefined for a task without limit whose module is known to load: there is nothing to measure. */
  start(): TimedTask | undefined {
    const { startLimit, timeLimit } = this.#limits;
    if (this.#isLoadable && timeLimit === Infinity) return undefined;
    const number = this.#count++;
    const abort = new AbortController();
    let expired: Outcome | undefined;
    const endAfter = (seconds: number, outcome: () => Outcome) =>
      setTimeout(() => {
        expired = outcome();
        abort.abort();
      }, seconds * 1000);
    let timeout: NodeJS.Timeout | undefined = endAfter(startLimit, () => this.#notStarted());
    this.#begins.set(number, () => {
      clearTimeout(timeout);
      const message = `the task took longer than its time limit of ${timeLimit} s`;
      timeout =
        timeLimit === Infinity
          ? undefined
          : endAfter(timeLimit, () => ({ kind: "time", message, stack: "" }));
    });
    return {
      number,
      signal: abort.signal,
      expiry: () => expired,
      stop: () => {
        clearTimeout(timeout);
        this.#begins.delete(number);
      },
    };
  }

  /** A module that no worker could load within the limit will not load for the next task either. */
  #notStarted(): Outcome {
    const { module, startLimit } = this.#limits;
    if (!this.#isLoadable)
      return { kind: "unloadable", message: `cannot load ${module}: it is not loaded after ${startLimit} s` };
    return { kind: "time", message: `the worker did not start within ${startLimit} s`, stack: "" };
  }
}

function startOf(): ThreadStart {
  try {
    return threadStart(import.meta.url, "worker");
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
