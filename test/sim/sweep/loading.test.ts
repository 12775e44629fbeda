/** @file A module of tasks that never finishes loading ends the run, whether or not its tasks have a time limit. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { WorkerError } from "../../../sim/sweep/errors.ts";
import { Run } from "../../../sim/sweep/lanes.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { startPool } from "../../../sim/sweep/pool.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { squares, temporaryFolder } from "./fixtures/sweeps.ts";

test.each([
  ["loops", "for (;;);", {}],
  ["waits", "await new Promise(() => {});", { timeLimit: 60 }],
])("a module that %s while it is loaded: one error, and no task failed", async (_, text, limits) => {
  const path = join(temporaryFolder(), "module.mjs");
  writeFileSync(path, `${text}\nexport const runTask = () => 1;\n`);
  const jobs = squares(5).map((task) => ({ key: taskKey(task), task, cost: 1 }));
  const run = new Run(jobs, jobs.length, 2, { store: memoryStore() });
  const url = pathToFileURL(path).href;
  const running = run.finish(startPool(url, { workers: 2, startLimit: 0.5, ...limits }));
  await expect(running).rejects.toThrow(new WorkerError(`cannot load ${url}: it is not loaded after 0.5 s`));
  expect(run.progress()).toMatchObject({ done: 0, failed: 0, left: 5 });
});
