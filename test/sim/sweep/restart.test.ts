/** @file Sweeps in processes of their own: ended from outside and started again, and several at once on one folder. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunSummary } from "../../../sim/sweep/local.ts";
import { readStore } from "../../../sim/sweep/store.ts";
import type { Child } from "./fixtures/children.ts";
import { startChild, until } from "./fixtures/children.ts";
import {
  expectedResults,
  finished,
  linesOf,
  resultsOf,
  squares,
  temporaryFolder,
} from "./fixtures/sweeps.ts";

/** Long enough that a process is still at work when it is to be stopped or disturbed. */
const delay = 100;

function startSweep(folder: string, count: number): Child {
  return startChild("run-sweep.ts", [folder, String(count), String(delay)]);
}

/** Lines of each shard. */
function shardLengths(folder: string): number[] {
  const rows = join(folder, "rows");
  try {
    return readdirSync(rows).map((name) => linesOf(join(rows, name)).length);
  } catch {
    return [];
  }
}

/** Waits until so many processes have stored so many results each. */
function stored(folder: string, processes: number, count: number): Promise<void> {
  return until(() => shardLengths(folder).filter((length) => length >= count).length >= processes);
}

async function summaryOf(child: Child): Promise<RunSummary> {
  const { stdout, stderr } = await child.ended;
  expect(stderr).toBe("");
  return JSON.parse(stdout) as RunSummary;
}

test("a sweep that is ended by SIGTERM, then by SIGKILL, gives the results of an undisturbed one when started again", async () => {
  const count = 30;
  const folder = temporaryFolder();
  const first = startSweep(folder, count);
  await stored(folder, 1, 3);
  first.process.kill("SIGTERM");
  const end = await first.ended;
  const kept = resultsOf(folder).length;
  expect(kept).toBeGreaterThanOrEqual(3);
  expect(end.code).toBe(143);
  const stopped = { ...finished, stoppedBy: "signal", aborted: true };
  expect(JSON.parse(end.stdout)).toEqual({ ...stopped, done: kept, left: count - kept });
  expect(readStore(folder).report.torn).toBe(0);

  const second = startSweep(folder, count);
  await stored(folder, 2, 3);
  second.process.kill("SIGKILL");
  await second.ended;
  const more = resultsOf(folder).length;
  expect(more).toBeGreaterThanOrEqual(kept + 3);
  expect(more).toBeLessThan(count);

  const last = await summaryOf(startSweep(folder, count));
  expect(last).toEqual({ ...finished, done: count - more, skipped: more });
  expect(resultsOf(folder)).toEqual(await expectedResults(squares(count, { delay })));
  expect(readdirSync(join(folder, "leases"))).toEqual([]);
});

test("two sweeps on one folder share the work: each task runs once, and both end with all of them done", async () => {
  const count = 40;
  const folder = temporaryFolder();
  const children = [startSweep(folder, count), startSweep(folder, count)];
  const summaries = await Promise.all(children.map(summaryOf));
  for (const { done, skipped, others } of summaries) expect(done + skipped + others).toBe(count);
  expect(summaries.reduce((sum, { done }) => sum + done, 0)).toBe(count);
  expect(Math.min(...summaries.map(({ done }) => done))).toBeGreaterThan(0);
  expect(shardLengths(folder).reduce((sum, length) => sum + length)).toBe(count);
  expect(readStore(folder).report).toMatchObject({ duplicates: 0, conflicts: 0, damaged: 0, torn: 0 });
});
