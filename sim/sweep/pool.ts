/** @file The worker pool of a sweep: piscina, started for TypeScript sources or for the built JavaScript. */
import { Piscina } from "piscina";
import { NoTypeScript, threadStart, type ThreadStart } from "../threads.ts";
import { WorkerError } from "./errors.ts";
import type { Task } from "./task.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker.ts";

/** How a task ended: with an answer of its worker, or with the death of the worker (out of memory, `process.exit`). */
export type Outcome = WorkerAnswer | { readonly kind: "died"; readonly message: string };

/** A pool of workers that run the tasks of one module. */
export interface TaskPool {
  /** Runs one task; rejects only with WorkerError, when no worker can be started any more. */
  run(task: Task): Promise<Outcome>;
  /** Stops all workers at once, whatever they are doing; tasks that were running count as died. */
  stop(): Promise<void>;
}

/**
 * Starts a pool.
 * @param module URL of the module with `runTask`, as in its own `import.meta.url`
 * @param workers number of worker threads, at least 1; no more tasks than that may run at once
 * @throws WorkerError when the module is TypeScript and tsx is not installed
 */
export function startPool(module: string, workers: number): TaskPool {
  const pool = new Piscina<WorkerRequest, WorkerAnswer>({
    ...startOf(module),
    minThreads: workers,
    maxThreads: workers,
  });
  const giveUps = new Set<(error: WorkerError) => void>();
  // Workers that die between tasks are replaced. Those that cannot even start are not, and a task would wait forever.
  pool.on("error", (error: Error) => {
    if (pool.threads.length > 0) return;
    for (const giveUp of giveUps) giveUp(new WorkerError(`workers cannot start: ${error.message}`));
  });
  const run = (task: Task) =>
    new Promise<Outcome>((resolve, reject) => {
      giveUps.add(reject);
      const settle = (outcome: Outcome) => {
        giveUps.delete(reject);
        resolve(outcome);
      };
      pool.run({ module, task }).then(settle, (error: unknown) => settle(asDeath(error)));
    });
  let stopped: Promise<void> | undefined;
  return { run, stop: () => (stopped ??= pool.destroy()) };
}

function startOf(module: string): ThreadStart {
  try {
    return threadStart(import.meta.url, "worker", [module]);
  } catch (error) {
    if (error instanceof NoTypeScript) throw new WorkerError(error.message, { cause: error });
    throw error;
  }
}

function asDeath(error: unknown): Outcome {
  return {
    kind: "died",
    message: `the worker died: ${error instanceof Error ? error.message : String(error)}`,
  };
}
