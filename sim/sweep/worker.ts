/**
 * @file The worker of a sweep: loads the module named in each request (once) and calls its `runTask`. Whatever the task
 * throws goes back as an answer, so that a rejected request always means a dead worker.
 */
import { performance } from "node:perf_hooks";
import { requireJson } from "./json.ts";
import type { Task } from "./task.ts";

/** What the pool sends to a worker. */
export interface WorkerRequest {
  /** URL of the module that exports {@link TaskModule}. */
  readonly module: string;
  readonly task: Task;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly kind: "result"; readonly result: unknown; readonly seconds: number }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string }
  | { readonly kind: "unloadable"; readonly message: string };

/** What a module must export to be run by a sweep. */
export interface TaskModule {
  /** Runs one task; the result is plain JSON and depends on the task alone. */
  runTask(task: Task): unknown;
}

/**
 * Runs one task.
 * @param request module and task
 * @returns the result with its wall time in seconds, or what went wrong; never rejects
 */
export default async function answer({ module, task }: WorkerRequest): Promise<WorkerAnswer> {
  let loaded: Partial<TaskModule>;
  try {
    loaded = (await import(module)) as Partial<TaskModule>;
  } catch (error) {
    return { kind: "unloadable", message: `cannot load ${module}: ${messageOf(error)}` };
  }
  if (typeof loaded.runTask !== "function")
    return { kind: "unloadable", message: `${module} exports no runTask` };
  try {
    const start = performance.now();
    const result = requireJson(await loaded.runTask(task), "result");
    return { kind: "result", result, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    return { kind: "failed", message: messageOf(error), stack };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
