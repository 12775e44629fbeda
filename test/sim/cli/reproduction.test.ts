/** @file `atlas reproduce` and `atlas figure` without the Plotly library: refused before anything is computed. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { atlas, shardsOf } from "./harness.ts";

/** Text of the library as the file system gives it; null where the file is missing. */
const disk = vi.hoisted(() => ({ plotly: null as string | null }));

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof promises>();
  const readFile = async (...args: Parameters<typeof original.readFile>) => {
    if (!String(args[0]).endsWith("plotly.min.js")) return original.readFile(...args);
    if (disk.plotly === null) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return disk.plotly;
  };
  return { ...original, readFile };
});

const folder = mkdtempSync(join(tmpdir(), "atlas reproduction "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  disk.plotly = null;
});

test.each([
  ["reproduce", ["reproduce", "--only", "local-entropy"]],
  ["figure", ["figure", "local-entropy", "--format", "html"]],
])("%s says so in one line and makes no folder of results", async (name, args) => {
  const out = join(folder, name);
  const { code, stdout, messages } = await atlas([...args, "--out", out]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(messages).toEqual([expect.stringMatching(/Plotly library is missing.*run "npm run build"$/)]);
  expect(existsSync(out)).toBe(false);
});

test("rows of an earlier run are kept, and used again once the library is there", async () => {
  const out = join(folder, "kept");
  const args = ["figure", "local-entropy", "--format", "html", "--out", out];
  disk.plotly = "/* the library */";
  expect((await atlas(args)).code).toBe(0);
  const shards = shardsOf(out);
  disk.plotly = null;
  expect((await atlas(["reproduce", "--only", "local-entropy", "--out", out])).code).toBe(1);
  expect(shardsOf(out)).toEqual(shards);
  disk.plotly = "/* the library */";
  expect((await atlas(args)).code).toBe(0);
  expect(shardsOf(out)).toEqual(shards);
}, 60_000);
