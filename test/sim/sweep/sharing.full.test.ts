/** @file Three processes share a folder; one of them is killed, another is stopped. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunSummary } from "../../../sim/sweep/local.ts";
import { readStore } from "../../../sim/sweep/store.ts";
import { startChild, until } from "./fixtures/children.ts";
import { expectedResults, linesOf, resultsOf, squares, temporaryFolder } from "./fixtures/sweeps.ts";

const count = 120;
const delay = 100;

test("of three sweeps on one folder, one that is killed and one that is stopped leave the rest to the third", async () => {
  const folder = temporaryFolder();
  const rows = join(folder, "rows");
  const children = [0, 1, 2].map(() => startChild("run-sweep.ts", [folder, String(count), String(delay)]));
  const [killed, stopped, last] = children;
  await until(() => {
    const shards = readdirSync(folder).includes("rows") ? readdirSync(rows) : [];
    return shards.filter((name) => linesOf(join(rows, name)).length >= 3).length === 3;
  });
  killed!.process.kill("SIGKILL");
  stopped!.process.kill("SIGTERM");
  const [, end, { stdout, stderr }] = await Promise.all([killed!.ended, stopped!.ended, last!.ended]);
  expect(end.code).toBe(143);
  expect(stderr).toBe("");
  const { done, skipped, others, failed, left } = JSON.parse(stdout) as RunSummary;
  expect({ total: done + skipped + others, failed, left }).toEqual({ total: count, failed: [], left: 0 });
  expect(others + skipped).toBeGreaterThanOrEqual(6);
  expect(readStore(folder).report).toMatchObject({ duplicates: 0, conflicts: 0, damaged: 0 });
  expect(resultsOf(folder)).toEqual(await expectedResults(squares(count, { delay })));
  expect(readdirSync(join(folder, "leases"))).toEqual([]);
});
