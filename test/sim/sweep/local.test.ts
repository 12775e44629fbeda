import { writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreError, WorkerError } from "../../../sim/sweep/errors.ts";
import { readFailures } from "../../../sim/sweep/failures.ts";
import type { Progress } from "../../../sim/sweep/local.ts";
import { runTasks } from "../../../sim/sweep/local.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import type { Task } from "../../../sim/sweep/task.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { OutOfDomain } from "../../../theory/errors.ts";
import {
  expectedResults,
  finished,
  linesOf,
  resultsOf,
  run,
  square,
  squareModule,
  squares,
  temporaryFolder,
} from "./fixtures/sweeps.ts";

describe("running tasks", () => {
  test("stores what runTask returns, on any number of workers", async () => {
    const tasks = squares(12);
    const expected = await expectedResults(tasks);
    for (const workers of [1, 3]) {
      const folder = temporaryFolder();
      expect(await run(folder, { tasks, workers })).toEqual({ ...finished, done: 12 });
      expect(resultsOf(folder)).toEqual(expected);
    }
  });

  test("skips what is stored, and runs a task that is listed twice once", async () => {
    const folder = temporaryFolder();
    const callsFile = join(folder, "calls");
    const tasks = squares(8, { callsFile });
    expect(await run(folder, { tasks: [...tasks.slice(0, 3), ...tasks.slice(0, 3)], workers: 1 })).toEqual({
      ...finished,
      done: 3,
    });
    expect(await run(folder, { tasks, workers: 1 })).toEqual({ ...finished, done: 5, skipped: 3 });
    expect(await run(folder, { tasks })).toEqual({ ...finished, done: 0, skipped: 8 });
    expect(linesOf(callsFile).map(Number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("takes the longest first", async () => {
    const folder = temporaryFolder();
    const callsFile = join(folder, "calls");
    const cost = (task: { parameters: object }) => (task.parameters as { x: number }).x % 4;
    await run(folder, { tasks: squares(6, { callsFile }), workers: 1, cost });
    expect(linesOf(callsFile).map(Number)).toEqual([3, 2, 1, 5, 0, 4]);
  });

  test("reports progress by expected work", async () => {
    const seen: Progress[] = [];
    const tasks = [square({ x: 1 }), square({ x: 2, misbehave: "throw" }), square({ x: 3 })];
    await run(temporaryFolder(), {
      tasks,
      workers: 1,
      cost: (task) => (task === tasks[0] ? 6 : 2),
      onProgress: (progress) => seen.push(progress),
    });
    const common = { total: 3, skipped: 0, others: 0 };
    expect(seen).toEqual([
      { ...common, done: 0, failed: 0, left: 3, fraction: 0 },
      { ...common, done: 1, failed: 0, left: 2, fraction: 0.6 },
      { ...common, done: 1, failed: 1, left: 1, fraction: 0.8 },
      { ...common, done: 2, failed: 1, left: 0, fraction: 1 },
    ]);
  });

  test("stores wall time and the caller's provenance beside the result", async () => {
    const folder = temporaryFolder();
    await run(folder, { tasks: squares(1, { delay: 20 }), provenance: { version: "1.2.3" } });
    const [stored] = [...readStore(folder).results.values()];
    expect(stored!.provenance).toEqual({ version: "1.2.3", seconds: expect.any(Number) as number });
  });

  test("refuses what is not valid before anything runs", async () => {
    const folder = temporaryFolder();
    await expect(run(folder, { tasks: squares(1), workers: 0 })).rejects.toThrow(OutOfDomain);
    await expect(run(folder, { tasks: squares(1), cost: () => NaN })).rejects.toThrow(OutOfDomain);
    const wrong = [
      { attempts: 0 },
      { memoryLimit: 0.5 },
      { timeLimit: 0 },
      { grace: -1 },
      { margin: NaN },
      { poll: 0 },
    ];
    for (const option of wrong) {
      const name = Object.keys(option)[0]!;
      await expect(run(folder, { tasks: squares(1), ...option })).rejects.toThrow(`${name} must be`);
    }
    await expect(run(folder, { tasks: [...squares(1), square({ x: NaN })] })).rejects.toThrow(
      "parameters.x must be a finite number",
    );
    expect(resultsOf(folder)).toEqual([]);
  });
});

describe("a task that fails", () => {
  test("does not stop the others, is named with message and stack, and is tried again next time", async () => {
    const folder = temporaryFolder();
    const failing = [
      square({ x: 100, misbehave: "throw" }),
      square({ x: 101, misbehave: "throw-text" }),
      square({ x: 102, misbehave: "nan" }),
      square({ x: 103, misbehave: "not-json" }),
    ];
    const summary = await run(folder, { tasks: [...failing, ...squares(6)], workers: 1 });
    expect(summary).toMatchObject({ done: 6, skipped: 0, left: 0, aborted: false });
    expect(summary.failed).toMatchObject(
      [
        "x = 100 is out of the question",
        "plain text",
        "result.square must be a finite number, got NaN",
        "result.square must be plain JSON, got function",
      ].map((message, i) => {
        return { key: taskKey(failing[i]!), task: failing[i], kind: "threw", message, attempts: 1 };
      }),
    );
    expect(summary.failed[0]!.stack).toContain("square-task.ts");
    expect(readFailures(folder)).toEqual(expect.arrayContaining([...summary.failed]));
    const again = await run(folder, { tasks: failing.slice(0, 1), workers: 1 });
    expect(again.failed).toEqual(summary.failed.slice(0, 1));
  });

  test("because its worker died once is run again", async () => {
    const folder = temporaryFolder();
    const parameters = { x: 9, misbehave: "die-once", cureFile: join(folder, "died") } as const;
    expect(await run(folder, { tasks: [square(parameters), ...squares(4)] })).toEqual({
      ...finished,
      done: 5,
    });
  });

  test.each([1, 2])("because its workers die is given up after two, of %i workers", async (workers) => {
    const folder = temporaryFolder();
    const callsFile = join(folder, "calls");
    const tasks = [square({ x: 9, misbehave: "die", callsFile }), ...squares(6)];
    const summary = await run(folder, { tasks, workers });
    expect(summary).toMatchObject({ done: 6, left: 0, aborted: false });
    expect(summary.failed).toEqual([
      {
        key: taskKey(tasks[0]!),
        task: tasks[0],
        kind: "died",
        message: "the worker died: worker exited with code: 3",
        stack: "",
        attempts: 2,
      },
    ]);
    expect(linesOf(callsFile)).toEqual(["9", "9"]);
  });
});

describe("a run whose wall time is limited", () => {
  test("abandons what is running before the end", async () => {
    const store = memoryStore();
    const tasks = [...squares(2), square({ x: 9, misbehave: "loop-in-wasm" })];
    let end = Infinity;
    const summary = await runTasks({
      tasks,
      store,
      worker: squareModule,
      workers: 1,
      cost: (task) => (task === tasks[2] ? 0.1 : 0.2),
      timeLeft: () => end - performance.now() / 1000,
      margin: 2,
      onProgress: ({ done }) => {
        if (done === 2) end = performance.now() / 1000 + 2.3;
      },
    });
    expect(summary).toEqual({ ...finished, done: 2, left: 1, stoppedBy: "time", aborted: true });
    // Well within the margin, and not at once.
    const left = end - performance.now() / 1000;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(2);
  });

  test("starts nothing that is expected to take longer, by the times measured so far", async () => {
    const store = memoryStore();
    const tasks = [square({ x: 0 }), square({ x: 1, delay: 100 }), square({ x: 2, delay: 1 })];
    const costs = new Map([
      [tasks[0], 1000],
      [tasks[1], 10],
      [tasks[2], 1],
    ]);
    const options = {
      tasks,
      store,
      worker: squareModule,
      workers: 1,
      cost: (task: Task) => costs.get(task as never) ?? 0,
    };
    // Costs are seconds until something is measured: the first would take longer than the 100 s that are left. After
    // the second, whose ten units took a tenth of a second, it is expected to take ten seconds.
    const patient = await runTasks({ ...options, timeLeft: () => 105 });
    expect(patient).toEqual({ ...finished, done: 3 });
    const hasty = await runTasks({ ...options, store: memoryStore(), timeLeft: () => 9 });
    expect(hasty).toMatchObject({ done: 1, left: 2, stoppedBy: "time", aborted: true });
    const none = await runTasks({ ...options, store: memoryStore(), timeLeft: () => 5 });
    expect(none).toEqual({ ...finished, done: 0, left: 3, stoppedBy: "time", aborted: true });
  });
});

describe("a module that is no task module", () => {
  test.each([
    ["does not exist", new URL("./fixtures/nowhere.ts", import.meta.url), "cannot load"],
    ["exports no runTask", new URL("./fixtures/no-task.ts", import.meta.url), "exports no runTask"],
  ])("stops the run: %s", async (_, worker, message) => {
    const failure = run(temporaryFolder(), { tasks: squares(4), worker, workers: 1 });
    await expect(failure).rejects.toThrow(WorkerError);
    await expect(failure).rejects.toThrow(message);
  });
});

describe("a run that is stopped", () => {
  const stopped = { ...finished, stoppedBy: "signal", aborted: true };

  test("by its signal keeps what was finished and abandons what is running, endless loops included", async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const tasks = [square({ x: 50, misbehave: "loop-forever" }), ...squares(4)];
    const onProgress = ({ done }: Progress) => {
      if (done === 4) stop.abort();
    };
    const summary = await run(folder, { tasks, signal: stop.signal, onProgress });
    expect(summary).toEqual({ ...stopped, done: 4, left: 1 });
    expect(resultsOf(folder)).toHaveLength(4);
    expect(readStore(folder).report.torn).toBe(0);
  });

  test("lets running tasks finish within the grace, and starts no others", async () => {
    const stop = new AbortController();
    const tasks = [square({ x: 50, delay: 200 }), ...squares(9, { delay: 30 })];
    const onProgress = ({ done }: Progress) => {
      if (done === 1) stop.abort();
    };
    const summary = await run(temporaryFolder(), { tasks, signal: stop.signal, grace: 20, onProgress });
    // The next task had started when the first was stored.
    expect(summary).toEqual({ ...stopped, done: 3, left: 7 });
  });

  test("by the end of its grace abandons what is running", async () => {
    const stop = new AbortController();
    const tasks = [square({ x: 1 }), square({ x: 2, misbehave: "loop-forever" })];
    const onProgress = ({ done }: Progress) => {
      if (done === 1) stop.abort();
    };
    const options = { tasks, workers: 1, signal: stop.signal, grace: 0.1, onProgress };
    expect(await run(temporaryFolder(), options)).toEqual({ ...stopped, done: 1, left: 1 });
  });

  test("by its first failure, when told to fail fast", async () => {
    const folder = temporaryFolder();
    const tasks = [square({ x: 7, misbehave: "throw" }), ...squares(3)];
    const summary = await run(folder, { tasks, workers: 1, failFast: true });
    expect(summary).toMatchObject({ done: 0, left: 3, stoppedBy: "failure", aborted: true });
    expect(summary.failed.map(({ key }) => key)).toEqual([taskKey(tasks[0]!)]);
    expect(resultsOf(folder)).toEqual([]);
  });

  test("before its start runs nothing", async () => {
    const summary = await run(temporaryFolder(), { tasks: squares(3), signal: AbortSignal.abort() });
    expect(summary).toEqual({ ...stopped, done: 0, left: 3 });
  });

  test("by a full disk throws and keeps what was written", async () => {
    const folder = temporaryFolder();
    let lines = 0;
    const write = (file: number, bytes: Uint8Array): number => {
      if (++lines > 3) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return writeSync(file, bytes);
    };
    const store = openStore(folder, { write });
    const running = runTasks({ tasks: squares(10), store, worker: squareModule, workers: 2 });
    await expect(running).rejects.toThrow(StoreError);
    expect(() => store.close()).toThrow("no space left on the disk");
    expect(resultsOf(folder)).toHaveLength(3);
    expect(await run(folder, { tasks: squares(10) })).toEqual({ ...finished, done: 7, skipped: 3 });
  });
});
