/** @file Merging shards: one sorted, valid shard and one table, equal bytes for equal results, whatever the shards were. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { StoreError } from "../../../sim/sweep/errors.ts";
import { mergeRows } from "../../../sim/sweep/merge.ts";
import { storedResults } from "../../../sim/sweep/read.ts";
import type { StoredResult } from "../../../sim/sweep/row.ts";
import { formatLine } from "../../../sim/sweep/row.ts";
import type { RowSource } from "../../../sim/sweep/table.ts";
import { measurements, sourceOf, storedMeasurement, valueRow } from "./fixtures/measurements.ts";
import { smallDisk } from "./fixtures/mounts.ts";
import { linesOf, temporaryFolder } from "./fixtures/sweeps.ts";

/** A folder with one shard for each list of results. */
function folderOf(...shards: readonly (readonly StoredResult[])[]): RowSource {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "rows"));
  shards.forEach((results, k) => {
    const lines = results.map((stored) => `${formatLine(stored)}\n`);
    writeFileSync(join(folder, "rows", `${k}.jsonl`), lines.join(""));
  });
  const { experiment, order } = sourceOf([], 500);
  return { experiment, order, folder };
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

const stored = Array.from({ length: 400 }, (_, k) =>
  storedMeasurement(k, [valueRow(Math.sqrt(k)), valueRow(null)], { seconds: k, host: "a" }),
);
const again = stored.map((result) => ({ ...result, provenance: { seconds: 7, host: "b" } }));
const names = ["results.jsonl", "rows.parquet"] as const;

test("the files depend on the results alone: shards, order, duplicates, times and hosts make no difference", async () => {
  const one = folderOf(stored);
  const three = folderOf(again.slice(200).toReversed(), [], again.slice(0, 250));
  const summary = await mergeRows(one, undefined, { program: "test 1" });
  expect(summary).toMatchObject({ rows: 800, tasks: 400, others: 0, report: { duplicates: 0 } });
  const other = await mergeRows(three, undefined, { program: "test 1" });
  expect(other).toMatchObject({ rows: 800, tasks: 400, others: 0, report: { duplicates: 50 } });
  for (const name of names)
    expect(digestOf(join(one.folder, "merged", name))).toBe(digestOf(join(three.folder, "merged", name)));
  expect(readdirSync(join(one.folder, "merged")).sort()).toEqual(names);
});

test("the merged results are one line a task in the order of the keys, and themselves a shard", async () => {
  const source = folderOf(stored.slice(0, 300), stored.slice(100));
  const { results } = await mergeRows(source);
  const keys = linesOf(results).map((line) => (JSON.parse(line) as StoredResult).key);
  expect(keys).toEqual(stored.map(({ key }) => key).sort());
  const copy = folderOf();
  writeFileSync(join(copy.folder, "rows", "merged.jsonl"), readFileSync(results));
  const back = [...storedResults(copy.folder)];
  expect(back.map(({ key }) => key)).toEqual(keys);
  expect(new Map(back.map(({ key, result }) => [key, result]))).toEqual(
    new Map(stored.map(({ key, result }) => [key, result])),
  );
  expect(new Set(back.map(({ provenance }) => JSON.stringify(provenance)))).toEqual(new Set(["{}"]));
});

test("with provenance the lines are those of the shards", async () => {
  const source = folderOf(stored);
  const { results } = await mergeRows(source, undefined, { withProvenance: true });
  const lines = linesOf(join(source.folder, "rows", "0.jsonl"));
  expect(linesOf(results).toSorted()).toEqual(lines.toSorted());
});

test("tasks of another sweep are counted and left out", async () => {
  const source = { ...folderOf(stored), order: new Map([[stored[5]!.key, 0]]) };
  const summary = await mergeRows(source);
  expect(summary).toMatchObject({ rows: 2, tasks: 1, others: 399 });
  expect(linesOf(summary.results)).toHaveLength(1);
});

test("a folder without results gives an empty file and a table without rows", async () => {
  const source = { experiment: measurements, order: new Map<string, number>(), folder: temporaryFolder() };
  expect(await mergeRows(source)).toMatchObject({ rows: 0, tasks: 0 });
  expect(readFileSync(join(source.folder, "merged", "results.jsonl"), "utf8")).toBe("");
});

test("a full disk leaves the older files, and no draft", async (context) => {
  const { folder } = smallDisk(context, "1m");
  for (const name of names) writeFileSync(join(folder, name), "older");
  const many = Array.from({ length: 20_000 }, (_, k) => storedMeasurement(k, [valueRow(k)]));
  const failing = mergeRows(sourceOf(many, many.length), folder);
  const error: unknown = await failing.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreError);
  expect((error as Error).message).toMatch(/^cannot write [^\n]+: no space left on the disk$/);
  expect(readdirSync(folder).sort()).toEqual(names);
  for (const name of names) expect(readFileSync(join(folder, name), "utf8")).toBe("older");
});

test("a target that links to a shard is refused, and the shard stays", async () => {
  const source = folderOf(stored);
  const shard = join(source.folder, "rows", "0.jsonl");
  const before = digestOf(shard);
  mkdirSync(join(source.folder, "merged"));
  symlinkSync(shard, join(source.folder, "merged", "results.jsonl"));
  await expect(mergeRows(source)).rejects.toThrow(OutOfDomain);
  await expect(mergeRows(source, join(source.folder, "rows"))).rejects.toThrow(/rows, whose files are not/);
  expect(digestOf(shard)).toBe(before);
});

test("targets that link to files in two folders are written there, and stay links", async () => {
  const source = folderOf(stored);
  const [merged, ...places] = ["merged", "a", "b"].map((name) => join(source.folder, name));
  for (const place of [merged!, ...places]) mkdirSync(place);
  names.forEach((name, k) => {
    writeFileSync(join(places[k]!, name), "older");
    symlinkSync(join(places[k]!, name), join(merged!, name));
  });
  const plain = folderOf(stored);
  await mergeRows(source);
  await mergeRows(plain);
  names.forEach((name, k) => {
    expect(lstatSync(join(merged!, name)).isSymbolicLink()).toBe(true);
    expect(readdirSync(places[k]!)).toEqual([name]);
    expect(digestOf(join(places[k]!, name))).toBe(digestOf(join(plain.folder, "merged", name)));
  });
});

test("a folder that cannot be made: one line that names it", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(mergeRows(folderOf(stored), join(file, "merged"))).rejects.toThrow(
    /^cannot make the folder [^\n]+$/,
  );
});
