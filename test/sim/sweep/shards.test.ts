/** @file Shards that grow, tear, shrink or are replaced while they are read. */
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import { storedKeys, storedResults } from "../../../sim/sweep/read.ts";
import { formatLine } from "../../../sim/sweep/row.ts";
import { ShardReader, ShardReplaced } from "../../../sim/sweep/shards.ts";
import { openStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { squares, temporaryFolder } from "./fixtures/sweeps.ts";

const tasks = squares(6);
const keys = tasks.map(taskKey);
const nothingFound = { damaged: 0, foreign: 0, torn: 0, duplicates: 0, conflicts: 0, files: [] };

/** The line of task x, with its line end. */
function lineOf(x: number, result: unknown = { square: x * x, text: "Σ" }): string {
  const task = tasks[x]!;
  return `${formatLine({ key: taskKey(task), task, result, provenance: { seconds: x } })}\n`;
}

/** A folder of a sweep with the shard `a.jsonl`. */
function folderWith(content: string): { folder: string; path: string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "rows"));
  const path = join(folder, "rows", "a.jsonl");
  writeFileSync(path, content);
  return { folder, path };
}

/** Keys that a shard has gained, as the numbers of their tasks. */
function gained(reader: ShardReader, name = "a.jsonl"): number[] {
  return Array.from(reader.read(name), ({ key }) => keys.indexOf(key));
}

describe("a growing shard", () => {
  test("is read from where it ended, whatever was torn there", () => {
    const { folder, path } = folderWith("");
    const reader = new ShardReader(join(folder, "rows"));
    expect(gained(reader)).toEqual([]);
    appendFileSync(path, lineOf(0) + lineOf(1));
    expect(gained(reader)).toEqual([0, 1]);
    expect(gained(reader)).toEqual([]);

    appendFileSync(path, lineOf(2).slice(0, 30));
    expect(gained(reader)).toEqual([]);
    expect(reader.report.torn).toBe(1);
    appendFileSync(path, lineOf(2).slice(30, -1));
    expect(gained(reader)).toEqual([2]);
    expect(gained(reader)).toEqual([]);
    appendFileSync(path, `\n${lineOf(3)}`);
    expect(gained(reader)).toEqual([3]);
    expect(reader.report).toEqual(nothingFound);
  });

  test("gives in steps of any length what it gives at once", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.nat(5).map((x) => lineOf(x)),
        fc.nat(5).map((x) => lineOf(x, "another")),
        fc.constantFrom('{"some":"log"}\n', "\n", "\0\0", lineOf(1).slice(10), lineOf(2).slice(0, 40)),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(300), { minLength: 1, maxLength: 30 }), (parts, steps) => {
        const bytes = Buffer.from(parts.join(""));
        const { folder, path } = folderWith("");
        const reader = new ShardReader(join(folder, "rows"));
        const found: number[] = [];
        for (let from = 0, i = 0; from < bytes.length; i++) {
          const step = 1 + steps[i % steps.length]!;
          appendFileSync(path, bytes.subarray(from, from + step));
          from += step;
          try {
            found.push(...gained(reader));
          } catch (error) {
            // A whole line without its end may turn out to be a part of a damaged one.
            expect(error).toBeInstanceOf(ShardReplaced);
            return;
          }
        }
        const atOnce = [...storedResults(folder)].map(({ key }) => keys.indexOf(key));
        expect(found).toEqual(atOnce);
        expect(reader.report).toEqual(storedKeys(folder).report);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a shard that is not what it was", () => {
  const changes: [string, (path: string) => void][] = [
    ["shrank", (path) => truncateSync(path, lineOf(0).length)],
    ["was written anew, shorter", (path) => writeFileSync(path, lineOf(5))],
    ["was written anew, longer", (path) => writeFileSync(path, [3, 4, 5].map((x) => lineOf(x)).join(""))],
    [
      "was replaced by one of the same length",
      (path) => {
        writeFileSync(`${path}.new`, lineOf(3) + lineOf(4));
        renameSync(`${path}.new`, path);
      },
    ],
    ["was removed", (path) => rmSync(path)],
  ];

  test.each(changes)("because it %s is read again from the start", (_, change) => {
    const { folder, path } = folderWith(lineOf(0) + lineOf(1));
    const store = openStore(folder);
    expect(store.size).toBe(2);
    const own = store.append(tasks[2]!, "own");
    change(path);
    store.refresh();
    const { keys: inFiles, report } = storedKeys(folder);
    expect([...store.results.keys()].sort()).toEqual([...inFiles.keys()].sort());
    expect(store.size).toBe(inFiles.size);
    expect(store.has(own)).toBe(true);
    expect(store.report).toEqual(report);

    store.append(tasks[3]!, "own too");
    store.refresh();
    expect(store.has(keys[3]!)).toBe(true);
    expect(store.report).toEqual(report);
    store.close();
  });

  test("is not one that was copied to its place and grew", () => {
    const { folder, path } = folderWith(lineOf(0));
    const reader = new ShardReader(join(folder, "rows"));
    expect(gained(reader)).toEqual([0]);
    writeFileSync(`${path}.new`, lineOf(0) + lineOf(1));
    renameSync(`${path}.new`, path);
    expect(gained(reader)).toEqual([1]);
  });
});

test("random bytes in the middle of a shard cost the lines that they hit", () => {
  const { folder, path } = folderWith([0, 1, 2, 3].map((x) => lineOf(x)).join(""));
  const bytes = readFileSync(path);
  const from = Buffer.byteLength(lineOf(0)) + 40;
  // Bytes of all kinds but line ends, from an arithmetic sequence with a period of 251.
  for (let i = 0; i < 60; i++) bytes[from + i] = 11 + ((i * 97) % 240);
  writeFileSync(path, bytes);
  const store = openStore(folder);
  expect(store.report).toEqual({ ...nothingFound, damaged: 1, files: [path] });
  expect(store.claim(keys.slice(0, 4))).toEqual(new Set([keys[1]]));
  store.append(tasks[1]!, { square: 1, text: "Σ" });
  store.close();
  expect(storedKeys(folder).keys.size).toBe(4);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test("a line whose task is not in canonical form, of an earlier version or another program, is used", () => {
  // Key and checksum by sha256sum: of the task with sorted members, and of the line without its checksum.
  const parameters = { x: 1, result: [1], delay: 0 };
  const line =
    '{"key":"26a6b6ad6a5f4c51ee45f4eb47789769","task":{"seed":5,"parameters":{"x":1,"result":[1],"delay":0},' +
    '"version":1,"experiment":"square"},"result":1,"provenance":{},"checksum":"8b86e32c141fbae8"}';
  const task = { seed: 5, parameters, version: 1, experiment: "square" };
  const today = formatLine({ key: taskKey(task), task, result: 1, provenance: {} });
  expect(today).not.toBe(line);
  const { folder } = folderWith(`${line}\n${today}\n`);
  expect(storedKeys(folder).report).toEqual({ ...nothingFound, duplicates: 1 });
  expect([...storedResults(folder)].map((stored) => stored.task)).toEqual([task]);
});

test("a shard that vanishes between listing and reading is an error of the store, in one line", () => {
  const reader = new ShardReader(join(temporaryFolder(), "rows"));
  expect(() => [...reader.read("gone.jsonl")]).toThrow(StoreError);
});
