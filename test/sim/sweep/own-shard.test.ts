/** @file A shard that somebody cuts, moves or replaces while its process writes it: rows that are lost are no success. */
import { appendFileSync, copyFileSync, readdirSync, renameSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import type { ResultStore } from "../../../sim/sweep/store.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { expectedResults, finished, resultsOf, run, squares, temporaryFolder } from "./fixtures/sweeps.ts";

const tasks = squares(4);

/** A store with the results of all tasks, forced to the disk, and the path of its shard. */
function filled(): { folder: string; path: string; store: ResultStore } {
  const folder = temporaryFolder();
  const store = openStore(folder);
  for (const task of tasks) store.append(task, task.parameters.x);
  store.sync();
  const [name] = readdirSync(join(folder, "rows"));
  return { folder, store, path: join(folder, "rows", name!) };
}

const changes: [string, (path: string) => void][] = [
  ["emptied", (path) => truncateSync(path)],
  ["cut within a line", (path) => truncateSync(path, statSync(path).size - 20)],
  ["made longer", (path) => appendFileSync(path, "x\n")],
  ["moved", (path) => renameSync(path, `${path}.moved`)],
  ["moved with its folder", (path) => renameSync(join(path, ".."), join(path, "..", "..", "moved"))],
  [
    "replaced by a copy",
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
  ],
];

describe.each(changes)("a shard that was %s", (_, change) => {
  test("is an error that names it, at every sync from then on and at the end", () => {
    const { path, store } = filled();
    change(path);
    const message =
      `cannot write ${path}: the file was changed, moved or replaced while it was in use; ` +
      "what it lost runs again at the next start";
    expect(() => store.sync()).toThrow(new StoreError(message));
    expect(() => store.append(squares(5)[4]!, 4)).toThrow(message);
    expect(() => store.close()).toThrow(message);
  });

  test("is an error at the end, also when everything was forced to the disk before", () => {
    const { path, store } = filled();
    change(path);
    expect(() => store.close()).toThrow(StoreError);
    expect(() => store.close()).not.toThrow();
  });
});

test("a write that fails on a shard that was cut does not fill it up with zeros", () => {
  const folder = temporaryFolder();
  let isFull = false;
  const write = (_: number, bytes: Uint8Array): number => {
    if (isFull) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    appendFileSync(join(folder, "rows", readdirSync(join(folder, "rows"))[0]!), bytes);
    return bytes.length;
  };
  const store = openStore(folder, { write });
  store.append(tasks[0]!, 0);
  const path = join(folder, "rows", readdirSync(join(folder, "rows"))[0]!);
  truncateSync(path);
  isFull = true;
  expect(() => store.append(tasks[1]!, 1)).toThrow("no space left on the disk");
  expect(statSync(path).size).toBe(0);
  expect(() => store.close()).toThrow("no space left on the disk");
});

test("a run whose shard is cut ends in that error, and the next one does what was lost", async () => {
  const folder = temporaryFolder();
  const rows = join(folder, "rows");
  const running = run(folder, {
    tasks,
    workers: 1,
    onProgress: ({ done }) => {
      if (done === tasks.length) truncateSync(join(rows, readdirSync(rows)[0]!));
    },
  });
  await expect(running).rejects.toThrow(/^cannot write .*: the file was changed, moved or replaced/);
  expect(readStore(folder).results.size).toBe(0);
  expect(await run(folder, { tasks, workers: 1 })).toEqual({ ...finished, done: tasks.length });
  expect(resultsOf(folder)).toEqual(await expectedResults(tasks));
});
