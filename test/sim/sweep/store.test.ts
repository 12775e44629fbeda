import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../../sim/sweep/errors.ts";
import { describeReport } from "../../../sim/sweep/read.ts";
import { formatLine, parseLine } from "../../../sim/sweep/row.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { OutOfDomain } from "../../../theory/errors.ts";
import { filledFolder, nothingFound, resultOf, shardPaths, storedXs, tasks } from "./fixtures/stores.ts";
import { linesOf, squares, temporaryFolder } from "./fixtures/sweeps.ts";

describe("a line", () => {
  test("gives back task, result and provenance", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (result, parameters) => {
        const task = { experiment: "any", version: 0, parameters, seed: 1 };
        const stored = { key: taskKey(task), task, result, provenance: { seconds: 0.1 } };
        const line = formatLine(stored);
        expect(line).not.toContain("\n");
        expect(parseLine(line)).toEqual({
          kind: "result",
          stored: JSON.parse(JSON.stringify(stored)) as unknown,
        });
      }),
    );
  });

  test("with any one character changed, lost or doubled is never used", () => {
    const task = tasks[3]!;
    const line = formatLine({ key: taskKey(task), task, result: resultOf(3), provenance: {} });
    for (let at = 0; at < line.length; at++) {
      const flipped = String.fromCharCode(line.charCodeAt(at) ^ 1);
      for (const other of [flipped, "", line[at]! + line[at]!]) {
        expect(parseLine(line.slice(0, at) + other + line.slice(at + 1)).kind).not.toBe("result");
      }
    }
  });
});

describe("a store", () => {
  test("that does not exist reads as empty", () => {
    const { results, report } = readStore(join(temporaryFolder(), "nowhere"));
    expect(results.size).toBe(0);
    expect(report).toEqual(nothingFound);
    expect(describeReport(report)).toBeUndefined();
  });

  test("gives the same results while it is open and when it is read again", () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    store.append(tasks[0]!, { zero: -0, list: [] });
    const open = [...store.results.values()];
    store.close();
    store.close();
    const read = readStore(folder);
    expect([...read.results.values()]).toEqual(open);
    expect(Object.is((open[0]!.result as { zero: number }).zero, 0)).toBe(true);
    expect(read.report).toEqual(nothingFound);
  });

  test("keeps the first result of a task", () => {
    const { folder } = filledFolder();
    const store = openStore(folder);
    const key = store.append(tasks[1]!, { square: "another" });
    store.close();
    expect(readStore(folder).results.get(key)?.result).toEqual(resultOf(1));
    expect(readStore(folder).report.duplicates).toBe(0);
  });

  test("refuses results that JSON would change, and stays usable", () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    expect(() => store.append(tasks[0]!, { square: NaN })).toThrow(OutOfDomain);
    expect(() => store.append(tasks[0]!, undefined)).toThrow(OutOfDomain);
    expect(() => store.append(tasks[0]!, 1, { at: new Date(0) })).toThrow(OutOfDomain);
    store.append(tasks[1]!, 1);
    store.close();
    expect(storedXs(folder)).toEqual([1]);
    expect(() => store.append(tasks[2]!, 1)).toThrow(/the store is closed/);
  });

  test("reads files longer than one reading step, lines across the steps included", () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    // 40 lines of about 70 kB: reading goes by 1 MiB.
    const long = (x: number) => `é${String(x)}`.repeat(25_000);
    for (const task of squares(40)) store.append(task, long(task.parameters.x));
    store.close();
    const { results, report } = readStore(folder);
    expect(report).toEqual(nothingFound);
    for (const task of squares(40)) {
      expect(results.get(taskKey(task))?.result === long(task.parameters.x)).toBe(true);
    }
  });
});

describe("a torn last line", () => {
  test("is left alone wherever it was torn, and its task runs again into another shard", () => {
    const { folder, path } = filledFolder();
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (const cut of [lastStart + 1, lastStart + 40, whole.length - 2]) {
      const torn = whole.subarray(0, cut);
      writeFileSync(path, torn);
      expect(readStore(folder).report).toEqual({ ...nothingFound, torn: 1 });

      const store = openStore(folder);
      expect(store.size).toBe(4);
      expect(store.claim(tasks.map(taskKey))).toEqual(new Set([taskKey(tasks[4]!)]));
      store.append(tasks[4]!, resultOf(4), { seconds: 0.5 });
      store.close();
      expect(readFileSync(path).equals(torn)).toBe(true);
      expect(shardPaths(folder)).toHaveLength(2);
      expect(storedXs(folder).sort()).toEqual([0, 1, 2, 3, 4]);
      rmSync(shardPaths(folder).find((other) => other !== path)!);
    }
  });

  test("that lacks its line end only is used", () => {
    const { folder, path } = filledFolder();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 1));
    expect(storedXs(folder)).toEqual([0, 1, 2, 3, 4]);
    expect(readStore(folder).report).toEqual(nothingFound);
  });

  test("that is no line of a store is counted", () => {
    const { folder, path } = filledFolder();
    appendFileSync(path, '{"some":"log"}');
    expect(readStore(folder).report).toEqual({ ...nothingFound, foreign: 1, files: [path] });
  });
});

describe("lines that are not what was written", () => {
  test("are counted, never used and never lost", () => {
    const { folder, path } = filledFolder();
    const lines = linesOf(path);
    lines[1] = lines[1]!.replace('"square":1', '"square":2');
    lines[2] = lines[2]!.slice(0, 50);
    lines.splice(4, 0, '{"some":"log"}', "not JSON", "\0\0\0\0", "[1,2]");
    const text = `${lines.join("\n")}\n`;
    writeFileSync(path, text);

    const store = openStore(folder);
    expect(store.report).toEqual({ ...nothingFound, damaged: 5, foreign: 1, files: [path] });
    expect(describeReport(store.report)).toBe(`${path}: 5 damaged lines, 1 foreign line left out`);
    expect(storedXs(folder)).toEqual([0, 3, 4]);
    store.append(tasks[1]!, resultOf(1));
    store.close();
    expect(storedXs(folder).sort()).toEqual([0, 1, 3, 4]);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("include whole lines under another task's key", () => {
    const { folder, path } = filledFolder();
    const forged = { key: taskKey(tasks[0]!), task: { ...tasks[0]!, seed: 6 }, result: 1, provenance: {} };
    writeFileSync(path, `${formatLine(forged)}\n`);
    expect(readStore(folder).report).toEqual({ ...nothingFound, foreign: 1, files: [path] });
  });

  test("do not hide behind duplicates, which collapse by key", () => {
    const { folder, path } = filledFolder();
    const first = linesOf(path)[0]!;
    const task = tasks[1]!;
    const other = formatLine({ key: taskKey(task), task, result: { square: -1 }, provenance: {} });
    appendFileSync(path, `${first}\n${other}\n`);
    const { results, report } = readStore(folder);
    expect(report).toEqual({ ...nothingFound, duplicates: 1, conflicts: 1, files: [path] });
    expect(describeReport(report)).toBe(`${path}: 1 conflicting line left out`);
    expect(results.get(taskKey(task))?.result).toEqual(resultOf(1));
  });

  test("of other writers' files count as well", () => {
    const { folder, path } = filledFolder();
    copyFileSync(path, join(folder, "rows", "another.jsonl"));
    expect(readStore(folder).report).toEqual({ ...nothingFound, duplicates: 5 });
  });
});

describe("a store that keeps keys only", () => {
  test("knows what is done and refuses to give results", () => {
    const { folder } = filledFolder();
    const store = openStore(folder, { keep: "keys" });
    expect(store.size).toBe(5);
    expect(store.has(taskKey(tasks[2]!))).toBe(true);
    const [sixth] = squares(6).slice(5);
    expect(store.has(store.append(sixth!, resultOf(5)))).toBe(true);
    expect(() => store.results).toThrow(
      new StoreError(`the results of ${folder} are not in memory: the store was opened for keys only`),
    );
    store.close();
    const { keys, report } = readStore(folder, { keep: "keys" });
    expect([...keys.keys()].sort()).toEqual(squares(6).map(taskKey).sort());
    expect(report).toEqual(nothingFound);
  });

  test("counts as one that keeps results does, whatever is in the folder", () => {
    const { folder, path } = filledFolder();
    const lines = linesOf(path);
    const other = formatLine({
      key: taskKey(tasks[1]!),
      task: tasks[1]!,
      result: { square: -1 },
      provenance: {},
    });
    const reordered = formatLine({
      key: taskKey(tasks[2]!),
      task: tasks[2]!,
      result: Object.fromEntries(Object.entries(resultOf(2)).reverse()),
      provenance: {},
    });
    const forged = formatLine({ key: taskKey(tasks[0]!), task: tasks[1]!, result: 1, provenance: {} });
    const mixed = [
      lines[0]!,
      "x",
      other,
      forged,
      reordered,
      "{}",
      lines[1]!.slice(3),
      lines[4]!.slice(0, 20),
    ];
    writeFileSync(join(folder, "rows", "zz.jsonl"), mixed.join("\n"));
    const found = { damaged: 2, foreign: 2, torn: 1, duplicates: 2, conflicts: 1 };
    const files = [join(folder, "rows", "zz.jsonl")];
    expect(readStore(folder).report).toEqual({ ...found, files });
    expect(readStore(folder, { keep: "keys" }).report).toEqual({ ...found, files });
  });
});

describe("a disk or folder that cannot be written", () => {
  test.skipIf(process.platform === "win32")(
    "a folder removed in mid-run is an error, not a silent loss",
    () => {
      const folder = temporaryFolder();
      const store = openStore(folder);
      store.append(tasks[0]!, 1);
      rmSync(folder, { recursive: true });
      expect(() => store.append(tasks[1]!, 2)).toThrow(StoreError);
      expect(() => store.append(tasks[2]!, 3)).toThrow(/rows.*[0-9a-f]{16}\.jsonl: the file was removed/);
      expect(() => store.close()).toThrow(StoreError);
    },
  );

  /** Takes `free` bytes and then fails like a full disk: first by taking less than it was given. */
  function fullDisk(free: number): (file: number, bytes: Uint8Array) => number {
    let left = free;
    return (file, bytes) => {
      if (left === 0)
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      const count = writeSync(file, bytes.subarray(0, left));
      left -= count;
      return count;
    };
  }

  test("when full, keeps whole lines, says so in one line, and takes up the work when there is room", () => {
    const folder = temporaryFolder();
    const store = openStore(folder, { write: fullDisk(500) });
    const write = () => tasks.forEach((task) => store.append(task, resultOf(task.parameters.x)));
    expect(write).toThrow(/no space left on the disk/);
    const message = `cannot write ${shardPaths(folder)[0]!}: no space left on the disk`;
    expect(write).toThrow(new StoreError(message));
    expect(() => store.append(tasks[4]!, resultOf(4))).toThrow(new StoreError(message));
    expect(() => store.close()).toThrow(new StoreError(message));
    const kept = storedXs(folder).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(5);
    expect(readStore(folder).report).toEqual(nothingFound);

    const again = openStore(folder);
    for (const task of tasks) again.append(task, resultOf(task.parameters.x));
    again.close();
    expect(storedXs(folder).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test("refuses a path through a file", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    const inside = join(folder, "file", "out");
    expect(() => openStore(inside)).toThrow(
      new StoreError(`cannot make the folder ${join(inside, "rows")}: a part of the path is not a folder`),
    );
    expect(() => openStore(join(folder, "file"))).toThrow(StoreError);
    writeFileSync(join(folder, "rows"), "");
    expect(() => openStore(folder)).toThrow(
      new StoreError(`cannot make the folder ${join(folder, "rows")}: it exists and is not a folder`),
    );
  });

  test("makes all folders of a path, absolute or not", () => {
    const folder = temporaryFolder();
    openStore(join(folder, "a", "b", "c")).close();
    openStore(relative(process.cwd(), join(folder, "d", "e")) + sep).close();
    expect(readdirSync(join(folder, "a", "b", "c"))).toContain("rows");
    expect(readdirSync(join(folder, "d", "e"))).toContain("rows");
  });

  test.runIf(existsSync("/proc/self"))("refuses a folder that takes no new names", () => {
    expect(() => openStore("/proc/self/out")).toThrow(StoreError);
  });

  test("refuses a folder in place of a shard", () => {
    const folder = temporaryFolder();
    const path = join(folder, "rows", "rows.jsonl");
    mkdirSync(path, { recursive: true });
    expect(() => openStore(folder)).toThrow(new StoreError(`cannot read ${path}: it is not a regular file`));
    expect(() => readStore(folder)).toThrow(StoreError);
  });

  // Permissions do not hold root back.
  test.skipIf(process.getuid?.() === 0)("refuses a folder without permission", () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(() => openStore(folder)).toThrow(
      new StoreError(`cannot make the folder ${join(folder, "rows")}: permission denied`),
    );
  });
});
