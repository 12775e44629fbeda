/** @file Thread of the sweep benchmark: runs tasks in a bare loop over `runTask`, without pool, store or leases. */
import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";
import { runTask } from "../sim/experiments/accessibility.ts";
import type { Task } from "../sim/sweep/task.ts";

/** A first message gives tasks to warm up with, the second the tasks to be timed; each is answered with the seconds taken. */
parentPort?.on("message", (tasks: readonly Task[]) => {
  const start = performance.now();
  for (const task of tasks) runTask(task);
  parentPort?.postMessage((performance.now() - start) / 1000);
});
