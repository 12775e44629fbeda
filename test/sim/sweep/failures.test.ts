/** @file Failures are kept with their keys, and read back whatever happened to their files. */
import { appendFileSync, existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import type { FailedTask } from "../../../sim/sweep/failures.ts";
import { formatFailure, readFailureLog, readFailures } from "../../../sim/sweep/failures.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { linesOf, squares, temporaryFolder } from "./fixtures/sweeps.ts";

const tasks = squares(3);

function failureOf(x: number, change: Partial<FailedTask> = {}): FailedTask {
  const task = tasks[x]!;
  const stack = `RangeError: x = ${x}\n    at runTask (square-task.ts:24:37)`;
  return { key: taskKey(task), task, kind: "threw", message: `x = ${x}`, stack, attempts: 1, ...change };
}

/** A folder to which a process of its own wrote each list of failures. */
function folderWith(...series: FailedTask[][]): string {
  const folder = temporaryFolder();
  for (const failures of series) {
    const store = openStore(folder);
    for (const failure of failures) store.appendFailure(failure);
    store.close();
  }
  return folder;
}

describe("failures", () => {
  test("come back with their stacks, the last of each task", () => {
    const last = failureOf(0, {
      kind: "died",
      message: "the worker ended with exit code 3",
      stack: "",
      attempts: 2,
    });
    const folder = folderWith([failureOf(0), failureOf(1), last]);
    expect(readFailures(folder)).toEqual([last, failureOf(1)]);
    expect(readFailureLog(folder).damaged).toBe(0);
    expect(readStore(folder).results.size).toBe(0);
  });

  test("of several processes count by the age of their files", () => {
    const folder = folderWith([failureOf(0)]);
    const [first] = readdirSync(join(folder, "failures"));
    const store = openStore(folder);
    store.appendFailure(failureOf(0, { kind: "time" }));
    store.close();
    for (const [age, kind] of [
      [10, "time"],
      [-10, "threw"],
    ] as const) {
      const time = Date.now() / 1000 - age;
      utimesSync(join(folder, "failures", first!), time, time);
      expect(readFailures(folder).map((failure) => failure.kind)).toEqual([kind]);
    }
  });

  test("in damaged lines are counted, a torn last line is not", () => {
    const folder = folderWith([failureOf(0), failureOf(1)]);
    const path = join(folder, "failures", readdirSync(join(folder, "failures"))[0]!);
    const [line] = linesOf(path);
    const changed = line!.replace('"attempts":1', '"attempts":2');
    appendFileSync(path, `${changed}\nnot JSON\n{"some":"log"}\n${line!.slice(0, 40)}`);
    expect(readFailureLog(folder)).toEqual({ failures: [failureOf(0), failureOf(1)], damaged: 3 });
  });

  test("make no folder until there are some, and none in a folder that was removed", () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    expect(existsSync(join(folder, "failures"))).toBe(false);
    rmSync(folder, { recursive: true });
    expect(() => store.appendFailure(failureOf(0))).toThrow(StoreError);
    expect(existsSync(folder)).toBe(false);
    expect(readFailures(folder)).toEqual([]);
    store.close();
  });

  test("are one line each, whatever is in the message", () => {
    expect(formatFailure(failureOf(1, { message: "a\nb\u2028\ud800", stack: "\n\n" }))).not.toContain("\n");
  });
});
