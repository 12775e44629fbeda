/** @file The sweep files under sim/sweep/examples: each is valid, and of the size that it says. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { sweepExperiments } from "../../../sim/experiments/sweeps/index.ts";
import { adaptiveSource } from "../../../sim/experiments/adaptive.ts";
import { loadSweep } from "../../../sim/sweep/file.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

const folder = fileURLToPath(new URL("../../../sim/sweep/examples/", import.meta.url));

/** Points, tasks and core hours at most of each file. */
const sizes: Readonly<Record<string, readonly [points: number, tasks: number, hours: number]>> = {
  "dynamics-small.yaml": [30, 300, 0.003],
  "dynamics-phase-diagram.yaml": [216, 9756, 3],
  "focusing.yaml": [117, 2052, 2],
  "local-entropy-map.yaml": [567, 567, 0.01],
  "learning.yaml": [8, 40, 0.1],
  "hetero.ts": [12, 36, 0.1],
};

/** Programs that read results, and the example whose tasks depend on results. */
const others = ["adaptive-threshold.yaml", "read-parquet.ts"];

test("all files are known here", () => {
  const known = [...Object.keys(sizes), ...others];
  expect(readdirSync(folder).filter((name) => !known.includes(name))).toEqual([]);
});

test.each(Object.entries(sizes))(
  "%s expands to tasks of its own keys",
  async (name, [points, tasks, hours]) => {
    const sweep = await loadSweep(`${folder}${name}`, { experiments: sweepExperiments, adaptiveSource });
    const round = sweep.source.next(() => undefined);
    expect(round.complete).toBe(true);
    expect([sweep.points.length, round.tasks.length]).toEqual([points, tasks]);
    expect(new Set(round.tasks.map(taskKey)).size).toBe(tasks);
    const seconds = round.tasks.reduce((sum, task) => sum + sweep.experiment.cost(task), 0);
    expect(seconds / 3600).toBeLessThan(hours);
  },
);

test("adaptive-threshold.yaml searches J_D at three sizes, and begins with samples at some values of it", async () => {
  const sweep = await loadSweep(`${folder}adaptive-threshold.yaml`, {
    experiments: sweepExperiments,
    adaptiveSource,
  });
  expect(sweep.points.map(({ n, selfCoupling }) => [n, selfCoupling])).toEqual([
    [100, undefined],
    [200, undefined],
    [400, undefined],
  ]);
  const { tasks, complete } = sweep.source.next(() => undefined);
  expect(complete).toBe(false);
  expect(tasks.length).toBeGreaterThan(2);
  const sizesAsked = tasks.map(({ parameters }) => (parameters as { readonly n: number }).n);
  expect([...new Set(sizesAsked)]).toEqual([100, 200, 400]);
});
