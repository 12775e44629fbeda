/** @file A sweep of 2,000 tasks that is killed twenty times, with kill -9 at random moments, against an undisturbed one. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { stream } from "../../../sim/random.ts";
import { canonicalJson } from "../../../sim/sweep/json.ts";
import type { RunSummary } from "../../../sim/sweep/local.ts";
import { runTasks } from "../../../sim/sweep/local.ts";
import { openStore, readStore } from "../../../sim/sweep/store.ts";
import { startChild } from "./fixtures/children.ts";
import { dynamicsTasks, dynamicsWork } from "./fixtures/dynamics-tasks.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const kills = 20;
/** A process is killed after 0 to this many rows: all in all after about half of the tasks. */
const mostRows = 100;
/** …and so many milliseconds later at most: between rows, while one is written, while tasks are claimed. */
const mostDelay = 40;
/** Processes that are killed before their first row get as many milliseconds: the start takes about a second. */
const mostStart = 2500;

/** The results as one text: canonical JSON, a line a task, sorted. */
function merged(folder: string): string {
  const lines = [...readStore(folder).results.values()].map(({ key, task, result }) => {
    return `${canonicalJson({ key, task, result })}\n`;
  });
  return lines.sort().join("");
}

/** Number of line ends in all shards. */
function rowCount(folder: string): number {
  const rows = join(folder, "rows");
  try {
    return readdirSync(rows).reduce((sum, name) => {
      return sum + readFileSync(join(rows, name), "latin1").split("\n").length - 1;
    }, 0);
  } catch {
    return 0;
  }
}

test("2,000 tasks of dynamics, killed 20 times and resumed, give the results of an undisturbed run, byte for byte", async () => {
  const undisturbed = temporaryFolder();
  const store = openStore(undisturbed, { keep: "keys" });
  const whole = await runTasks({ tasks: dynamicsTasks, store, workers: 2, ...dynamicsWork });
  store.close();
  expect(whole).toMatchObject({ done: 2000, failed: [], left: 0 });

  const folder = temporaryFolder();
  const random = stream(1, "kill");
  let kept = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = startChild("run-dynamics.ts", [folder]);
    const target = kept + random.below(mostRows + 1);
    const delay = random.below(target === kept || random.below(10) === 0 ? mostStart : mostDelay);
    while (rowCount(folder) < target) await pause(10);
    await pause(delay);
    child.process.kill("SIGKILL");
    expect((await child.ended).signal).toBe("SIGKILL");
    const { size } = readStore(folder).results;
    expect(size).toBeGreaterThanOrEqual(Math.max(kept, target));
    kept = size;
  }
  expect(kept).toBeLessThan(2000);

  const last = await startChild("run-dynamics.ts", [folder]).ended;
  const summary = JSON.parse(last.stdout) as RunSummary;
  expect(summary).toMatchObject({ done: 2000 - kept, skipped: kept, others: 0, failed: [], left: 0 });
  const { report } = readStore(folder);
  expect(report).toMatchObject({ damaged: 0, foreign: 0, duplicates: 0, conflicts: 0 });
  expect(report.torn).toBeLessThanOrEqual(kills);
  expect(merged(folder)).toBe(merged(undisturbed));
  expect(readdirSync(join(folder, "leases"))).toEqual([]);
});
