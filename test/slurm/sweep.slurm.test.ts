/** @file Sweeps on a real Slurm of one node: equal rows, and nothing lost when tasks are cancelled, nodes drained or time is over. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancel, setNode, startCluster } from "./fixtures/cluster.ts";
import type { FirstEnd } from "./fixtures/sweeps.ts";
import { TestSweep, newFolder, removeFolders, slowExperiment } from "./fixtures/sweeps.ts";

const { problem, stop } = startCluster();
if (problem !== undefined) process.stderr.write(`skipped: ${problem}\n`);
afterAll(() => {
  stop();
  removeFolders();
});

/** A sweep of tasks of some seconds each, so many core seconds to an array task. */
function slowSweep(tasks: number, seconds: number, slurm: object): TestSweep {
  const grid = { x: `0:1:${tasks - 1}`, seconds };
  return new TestSweep(join(newFolder(), "slow"), { experiment: slowExperiment, grid, slurm });
}

/** The squares that a sweep of so many tasks has stored when it is done. */
const squares = (tasks: number): string[] =>
  Array.from({ length: tasks }, (_, x) => `"result":{"square":${x * x}}`).sort();

/** The results that a sweep has stored. */
const stored = (sweep: TestSweep): string[] =>
  sweep
    .lines()
    .map((line) => /"result":\{.*?\}/.exec(line)![0])
    .sort();

describe.skipIf(problem !== undefined)("on a Slurm of one node", () => {
  let short: { readonly time: TestSweep; readonly signal: TestSweep };
  let shortEnds: Promise<{ time: FirstEnd; signal: FirstEnd }>;

  /**
   * Fourteen tasks of three seconds do not fit into a minute less the margin. Slurm signals up to half a minute too
   * early, so that the first sweep stops by itself, 28 s after the start, and the second one at Slurm's signal. These
   * go on beside the other tests.
   */
  beforeAll(() => {
    short = {
      time: slowSweep(14, 3, { time: 1, chunkSeconds: 60, margin: 32, options: ["--signal=B:TERM@1"] }),
      signal: slowSweep(14, 3, { time: 1, chunkSeconds: 60, margin: 2, options: ["--signal=B:TERM@20"] }),
    };
    shortEnds = Promise.all([short.time.complete(), short.signal.complete()]).then(([time, signal]) => ({
      time,
      signal,
    }));
    // A failure is told by the test that waits for them.
    shortEnds.catch(() => undefined);
  });

  test("a sweep of 2,000 tasks gives the same rows as a local run, byte for byte", async () => {
    const definition = {
      experiment: "dynamics",
      grid: { n: [100, 200, 300, 400], selfCoupling: "0.3:0.02:0.48" },
      budget: 1000,
      samples: 150,
      samplesPerTask: 3,
      slurm: {
        arrayTasks: 4,
        chunkSeconds: 1e-6,
        time: 5,
        setup: ["export UNUSED=1"],
        options: ["--nice=1"],
      },
    };
    const local = new TestSweep(join(newFolder(), "local"), definition);
    expect(local.atlas("run", "--workers", "2")).toMatchObject({ done: 2000, complete: true });
    const sweep = new TestSweep(join(newFolder(), "sweep"), definition);
    expect(sweep.atlas("submit", "--slurm")).toMatchObject({ submitted: 2000, queued: 0, arrayTasks: 4 });
    const chunks = await sweep.ended();
    expect(chunks.map(({ missing, reason }) => ({ missing, reason }))).toEqual(
      new Array(4).fill({ missing: 0, reason: "COMPLETED" }),
    );
    expect(sweep.lines()).toHaveLength(2000);
    expect(sweep.lines()).toEqual(local.lines());
    expect(sweep.csv()).toEqual(local.csv());
    expect(sweep.leases()).toEqual([]);
    expect(sweep.atlas("submit", "--slurm")).toMatchObject({ submitted: 0, arrayTasks: 0, job: null });
    expect(sweep.atlas("status")).toMatchObject({ tasks: 2000, done: 2000, complete: true, queue: [] });
  });

  test("a cancelled array task loses nothing; a further submission takes only what it left", async () => {
    const sweep = slowSweep(12, 1, { chunkSeconds: 6 });
    const { submission } = await sweep.submit();
    await sweep.until(() => sweep.done().size >= 3);
    cancel(`${submission?.job}_0`);
    const [cancelled, other] = (await sweep.ended()) as [unknown, unknown];
    expect(other).toMatchObject({ missing: 0, reason: "COMPLETED" });
    expect(cancelled).toMatchObject({ reason: expect.stringContaining("CANCELLED") });
    const { missing } = cancelled as { missing: number };
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThan(6);

    expect(await sweep.submit()).toMatchObject({ tasks: missing, queued: 0, submission: { number: 2 } });
    await sweep.ended();
    expect(stored(sweep)).toEqual(squares(12));
    expect(sweep.leases()).toEqual([]);
  });

  test("a node drained in mid-run finishes what it runs; the rest waits, and is not submitted again", async () => {
    const sweep = slowSweep(9, 1, { chunkSeconds: 3, concurrent: 1 });
    await sweep.submit();
    await sweep.until((chunks) => chunks[0]!.state === "running");
    setNode("drain");
    await sweep.until((chunks) => chunks[0]!.state === "ended");
    const chunks = await sweep.chunks();
    expect(chunks.map(({ state, missing }) => [state, missing])).toEqual([
      ["ended", 0],
      ["pending", 3],
      ["pending", 3],
    ]);
    expect(await sweep.submit()).toMatchObject({ submission: undefined, tasks: 0, queued: 6 });
    setNode("resume");
    await sweep.ended();
    expect(stored(sweep)).toEqual(squares(9));
  });

  test.each([
    ["by itself", "time", "1:0"],
    ["at Slurm's signal", "signal", "143:0"],
  ] as const)(
    "a wall time shorter than the work ends in order, %s; further submissions complete it",
    async (_, name, exitCode) => {
      const { chunk, done, resubmitted, ...end } = (await shortEnds)[name];
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(14);
      expect(chunk).toMatchObject({ missing: 14 - done, reason: "FAILED (NonZeroExitCode)" });
      expect(end).toEqual({ exitCode, leases: [] });
      expect(resubmitted[0]).toBe(14 - done);
      expect(stored(short[name])).toEqual(squares(14));
    },
  );

  test("when the node fails, its array tasks are queued again and go on where they were", async () => {
    const sweep = slowSweep(8, 1, { chunkSeconds: 8 });
    await sweep.submit();
    await sweep.until(() => sweep.done().size >= 2);
    setNode("down");
    const before = sweep.done();
    const [chunk] = await sweep.until(([task]) => task!.state === "pending");
    expect(await sweep.submit()).toMatchObject({ tasks: 0, queued: 8 - before.size });
    await sweep.ended();
    expect(stored(sweep)).toEqual(squares(8));
    const log = sweep.log(chunk!);
    expect(log).toContain("DUE TO NODE FAILURE");
    // The log goes on with the second run: its last line begins with the numbers of tasks, done and skipped ones.
    const [done, skipped] = /^ *8 +(\d+) +(\d+) .*\n$/m
      .exec(log.slice(log.trimEnd().lastIndexOf("\n") + 1))!
      .slice(1);
    expect(Number(skipped)).toBeGreaterThanOrEqual(before.size);
    expect(Number(done) + Number(skipped)).toBe(8);
  });
});
