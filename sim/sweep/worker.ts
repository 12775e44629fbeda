/**
 * @file The worker of a sweep: loads the module named in each request (once) and calls its `runTask`. Whatever the task
 * throws goes back as an answer, so that a rejected request always means a dead worker.
 */
import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";
import { requireJson } from "./json.ts";
import { importModule } from "./modules.ts";
import type { Task } from "./task.ts";

/** What the pool sends to a worker. */
export interface WorkerRequest {
  /** URL of the module that exports {@link TaskModule}. */
  readonly module: string;
  readonly task: Task;
  /** Asks for a {@link WorkerNotice} with this number. */
  readonly number?: number;
}

/** Tells the pool that the module is loaded and a task begins: from now on its time counts. */
export interface WorkerNotice {
  /** Number of the request. */
  readonly begun: number;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly kind: "result"; readonly result: unknown; readonly seconds: number }
  | { readonly kind: "threw"; readonly message: string; readonly stack: string }
  | { readonly kind: "unloadable"; readonly message: string };

/** What a module must export to be run by a sweep. */
export interface TaskModule {
  /** Runs one task; the result is plain JSON and depends on the task alone. */
  runTask(task: Task): unknown;
}

/** Modules by URL. An import of one that is loaded already takes half a millisecond where TypeScript has to be looked for. */
const modules = new Map<string, Partial<TaskModule>>();

/**
 * Runs one task.
 * @param request module and task
 * @returns the result with its wall time in seconds, or what went wrong; never rejects
 */
export default async function answer({ module, task, number }: WorkerRequest): Promise<WorkerAnswer> {
  let loaded: Partial<TaskModule>;
  try {
    loaded = modules.get(module) ?? ((await importModule(module)) as Partial<TaskModule>);
    modules.set(module, loaded);
  } catch (error) {
    return { kind: "unloadable", message: `cannot load ${module}: ${messageOf(error)}` };
  }
  if (typeof loaded.runTask !== "function")
    return { kind: "unloadable", message: `${module} exports no runTask` };
  if (number !== undefined) parentPort?.postMessage({ begun: number } satisfies WorkerNotice);
  try {
    const start = performance.now();
    const result = requireJson(await loaded.runTask(task), "result");
    return { kind: "result", result, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    return { kind: "threw", message: messageOf(error), stack };
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s*\n\s*/g, " ");
}
