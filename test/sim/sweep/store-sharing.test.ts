/** @file Several stores on one folder, and folders that an earlier version left. */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readLeases } from "../../../sim/sweep/lease-report.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { filledFolder, nothingFound, resultOf, tasks } from "./fixtures/stores.ts";
import { squares, temporaryFolder } from "./fixtures/sweeps.ts";

describe("two stores on one folder", () => {
  const keys = tasks.map(taskKey);

  test("share the tasks, and see what the other has done", () => {
    const folder = temporaryFolder();
    const first = openStore(folder);
    const second = openStore(folder, { keep: "keys" });
    expect(first.claim(keys.slice(0, 2))).toEqual(new Set(keys.slice(0, 2)));
    expect(second.claim(keys)).toEqual(new Set(keys.slice(2)));
    first.append(tasks[0]!, resultOf(0));
    second.append(tasks[4]!, resultOf(4));
    second.release([keys[3]!]);
    expect(first.claim(keys)).toEqual(new Set([keys[1], keys[3]]));
    expect(first.has(keys[4]!)).toBe(true);
    expect(first.results.get(keys[4]!)?.result).toEqual(resultOf(4));
    second.refresh();
    expect(second.has(keys[0]!)).toBe(true);
    first.close();
    second.close();
    expect(readStore(folder).report).toEqual(nothingFound);
  });

  test("do not claim what the other has finished and given back a moment ago", () => {
    const folder = temporaryFolder();
    const first = openStore(folder);
    for (const last of ["there", "gone"]) {
      const second = openStore(folder);
      const task = squares(last === "there" ? 6 : 7).at(-1)!;
      second.claim([taskKey(task)]);
      second.append(task, resultOf(1));
      second.sync();
      if (last === "gone") second.close();
      expect(first.claim([taskKey(task), keys[0]!])).toEqual(new Set([keys[0]]));
      expect(first.has(taskKey(task))).toBe(true);
      first.release(keys);
      second.close();
    }
    first.close();
  });

  test("keep the claim of a task until its row is forced to the disk", () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    store.claim(keys);
    store.append(tasks[0]!, resultOf(0));
    store.release(keys);
    expect(readLeases(folder).claimed).toEqual(new Set([keys[0]]));
    store.sync();
    expect(readLeases(folder).claimed.size).toBe(0);
    store.close();
    expect(() => store.claim(keys)).toThrow(/the store is closed/);
  });

  test("open what a process of an earlier version left: rows.jsonl and the lock of a dead process", () => {
    const { folder, path } = filledFolder();
    renameSync(path, join(folder, "rows", "rows.jsonl"));
    writeFileSync(join(folder, "sweep.lock"), '{"pid":1,"host":"elsewhere","startTime":null,"token":"x"}\n');
    const store = openStore(folder);
    expect(store.size).toBe(5);
    store.close();
  });
});
