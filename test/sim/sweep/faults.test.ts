/**
 * @file Faults of every kind, injected: each ends in a clear report, and a later run completes the results. Processes
 * that are killed are in restart.test.ts.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { stream } from "../../../sim/random.ts";
import { StoreError, WorkerError } from "../../../sim/sweep/errors.ts";
import { readFailures } from "../../../sim/sweep/failures.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { bindMount, smallDisk } from "./fixtures/mounts.ts";
import {
  expectedResults,
  finished,
  resultsOf,
  run,
  square,
  squares,
  temporaryFolder,
} from "./fixtures/sweeps.ts";

test("workers that throw, throw later, exit, fill their memory or hang: told apart, kept, and done when cured", async () => {
  const folder = temporaryFolder();
  const cureFile = join(folder, "cured");
  const kinds = {
    throw: ["threw", "x = 100 is out of the question"],
    "throw-later": ["died", "the worker died: x = 101 comes too late"],
    die: ["died", "the worker died: worker exited with code: 3"],
    "fill-memory": ["memory", "the worker used up its memory limit of 64 MiB"],
    "loop-in-wasm": ["time", "the task took longer than its time limit of 5 s"],
  } as const;
  const words = Object.keys(kinds) as (keyof typeof kinds)[];
  const bad = words.map((misbehave, i) => square({ x: 100 + i, misbehave, cureFile }));
  const tasks = [...bad, ...squares(10)];
  const { failed, ...counts } = await run(folder, { tasks, timeLimit: 5, memoryLimit: 64, attempts: 1 });
  expect(counts).toEqual({ done: 10, skipped: 0, others: 0, left: 0, stoppedBy: null, aborted: false });
  expect(failed.map(({ key, kind, message, attempts }) => [key, kind, message, attempts])).toEqual(
    words.map((word, i) => [taskKey(bad[i]!), ...kinds[word], 1]),
  );
  // The stack is that of the worker, or none.
  const stacks = failed.map(({ stack }) => stack.includes("square-task.ts"));
  expect(stacks).toEqual([true, true, false, false, false]);
  expect(failed.slice(2).map(({ stack }) => stack)).toEqual(["", "", ""]);
  expect(new Set(readFailures(folder))).toEqual(new Set(failed));

  writeFileSync(cureFile, "");
  expect(await run(folder, { tasks, workers: 1 })).toEqual({ ...finished, done: bad.length, skipped: 10 });
  expect(resultsOf(folder)).toEqual(await expectedResults(tasks));
});

test("a task that hangs is not tried again, and its lane goes on with a new worker", async () => {
  const folder = temporaryFolder();
  const tasks = [square({ x: 50, misbehave: "loop-in-wasm" }), ...squares(3)];
  const summary = await run(folder, { tasks, workers: 1, timeLimit: 0.3, attempts: 5 });
  expect(summary).toMatchObject({ done: 3, left: 0 });
  expect(summary.failed.map(({ kind, attempts }) => [kind, attempts])).toEqual([["time", 1]]);
});

test("a memory limit that no worker can start with stops the run and says so", async () => {
  const running = run(temporaryFolder(), { tasks: squares(4), memoryLimit: 1 });
  await expect(running).rejects.toThrow(WorkerError);
  await expect(running).rejects.toThrow(/workers cannot start: .*memory/);
});

test("a disk that is full: the run ends in one line, whole rows stay, and goes on when there is room", async (context) => {
  // Rows of 20 kB: 250 claims, a page of the disk each, fit beside a hundred of them.
  const { folder, remount } = smallDisk(context, "3m");
  const tasks = squares(300, { text: 5000 });
  const running = run(folder, { tasks, workers: 1 });
  await expect(running).rejects.toThrow(StoreError);
  await expect(running).rejects.toThrow(/^cannot write .*: no space left on the disk$/);
  const kept = resultsOf(folder).length;
  expect(kept).toBeGreaterThan(10);
  expect(kept).toBeLessThan(300);
  expect(readStore(folder).report).toMatchObject({ damaged: 0, torn: 0 });
  remount("size=20m");
  expect(await run(folder, { tasks, workers: 1 })).toEqual({ ...finished, done: 300 - kept, skipped: kept });
  expect(resultsOf(folder)).toEqual(await expectedResults(tasks));
});

test("a folder that cannot be written: refused before anything runs", async (context) => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(() => openStore(join(file, "sweep"))).toThrow(StoreError);
  expect(() => openStore(join(file, "sweep"))).toThrow(/^cannot make the folder .*file/);

  const { folder, remount } = bindMount(context);
  await run(folder, { tasks: squares(3), workers: 1 });
  remount("ro");
  expect(() => openStore(folder)).toThrow(StoreError);
  expect(() => openStore(folder)).toThrow(/read-only/);
  // What is there can be read all the same.
  expect(resultsOf(folder)).toHaveLength(3);
  remount("rw");
  expect(await run(folder, { tasks: squares(5), workers: 1 })).toEqual({ ...finished, done: 2, skipped: 3 });
});

test("random bytes in the middle of a shard: counted, never used, and the tasks of the lost lines run again", async () => {
  const folder = temporaryFolder();
  const tasks = squares(20);
  await run(folder, { tasks, workers: 1 });
  const expected = resultsOf(folder);
  const [shard] = readdirSync(join(folder, "rows"));
  const path = join(folder, "rows", shard!);
  const bytes = readFileSync(path);
  const random = stream(6, "damage");
  const from = Math.floor(bytes.length / 2);
  for (let k = 0; k < 500; k++) bytes[from + k] = random.below(256);
  writeFileSync(path, bytes);

  const kept = resultsOf(folder).length;
  expect(kept).toBeLessThan(20);
  expect(kept).toBeGreaterThan(10);
  const { damaged, files } = readStore(folder).report;
  expect(damaged).toBeGreaterThan(0);
  expect(files).toEqual([path]);
  expect(await run(folder, { tasks, workers: 1 })).toEqual({ ...finished, done: 20 - kept, skipped: kept });
  expect(resultsOf(folder)).toEqual(expected);
});

test("a clock that goes back, an hour with every task: nothing is lost, times stay positive", async () => {
  const folder = temporaryFolder();
  const tasks = squares(12, { delay: 5 });
  vi.useFakeTimers({ toFake: ["Date"], now: 1e12 });
  try {
    const onProgress = (): void => void vi.setSystemTime(Date.now() - 3_600_000);
    expect(await run(folder, { tasks, workers: 1, onProgress })).toEqual({ ...finished, done: 12 });
  } finally {
    vi.useRealTimers();
  }
  expect(resultsOf(folder)).toEqual(await expectedResults(tasks));
  for (const { provenance } of readStore(folder).results.values()) {
    expect((provenance as { seconds: number }).seconds).toBeGreaterThan(0);
  }
});
