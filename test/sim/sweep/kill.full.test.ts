/** @file `atlas sweep run` with 2,000 tasks, killed twenty times, with kill -9 at random moments, against an undisturbed one. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { stream } from "../../../sim/random.ts";
import { readStore } from "../../../sim/sweep/store.ts";
import { atlasJson } from "../cli/harness.ts";
import { startChild } from "./fixtures/children.ts";
import { linesOf, temporaryFolder } from "./fixtures/sweeps.ts";

const kills = 20;
/** A process is killed after 0 to this many rows: all in all after about half of the tasks. */
const mostRows = 100;
/** …and so many milliseconds later at most: between rows, while one is written, while tasks are claimed. */
const mostDelay = 40;
/** Processes that are killed before their first row get as many milliseconds: the start takes about a second. */
const mostStart = 2500;

/** 50 tasks of three networks, about 10 ms, at each N and J_D. */
const sweep = `
experiment: dynamics
grid: { n: [100, 200, 300, 400], selfCoupling: 0.3:0.02:0.48 }
budget: 1000
samples: 150
samplesPerTask: 3
run: { workers: 2 }
`;

const counts = { tasks: 2000, others: 0, failed: 0, left: 0 };

/** Number of line ends in all shards. */
function rowCount(folder: string): number {
  const rows = join(folder, "rows");
  try {
    return readdirSync(rows).reduce((sum, name) => sum + linesOf(join(rows, name)).length, 0);
  } catch {
    return 0;
  }
}

test("2,000 tasks of dynamics, killed 20 times and resumed, give the files of an undisturbed run, byte for byte", async () => {
  const [place, undisturbed, folder] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const file = join(place, "sweep.yaml");
  writeFileSync(file, sweep);
  expect(await atlasJson(["sweep", "run", file, "--out", undisturbed])).toMatchObject({
    ...counts,
    done: 2000,
  });

  const run = () => startChild("../../../../sim/cli.ts", ["sweep", "run", file, "--out", folder, "--json"]);
  const random = stream(1, "kill");
  let kept = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = run();
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

  const { code, stdout } = await run().ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ...counts, done: 2000 - kept, skipped: kept, complete: true });
  const { report } = readStore(folder);
  expect(report).toMatchObject({ damaged: 0, foreign: 0, duplicates: 0, conflicts: 0 });
  expect(report.torn).toBeLessThanOrEqual(kills);
  expect(readdirSync(join(folder, "leases"))).toEqual([]);
  for (const target of [undisturbed, folder]) await atlasJson(["sweep", "merge", file, "--out", target]);
  for (const name of ["results.jsonl", "rows.parquet"]) {
    const [there, here] = [undisturbed, folder].map((target) => readFileSync(join(target, "merged", name)));
    expect(here!.equals(there!)).toBe(true);
  }
});
