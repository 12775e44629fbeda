/** @file The example that reads an exported table with DuckDB prints what the runs gave. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { SampleRow } from "../../../sim/experiments/accessibility.ts";
import { runTask } from "../../../sim/experiments/accessibility.ts";
import { dynamicsSweep } from "../../../sim/experiments/sweeps/dynamics.ts";
import { exportRows } from "../../../sim/sweep/export.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { cleanReport } from "./fixtures/measurements.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const example = fileURLToPath(new URL("../../../sim/sweep/examples/read-parquet.ts", import.meta.url));

test("sim/sweep/examples/read-parquet.ts: units of the columns, and the share of converged samples of every point", async () => {
  const point = { n: 30, budget: 100, update: "async", probability: null };
  const tasks = [0.1, 1].flatMap((selfCoupling) =>
    dynamicsSweep.tasks({ ...point, selfCoupling }, { samples: 8, samplesPerTask: 2, seed: 1 }),
  );
  const stored = tasks.map((task) => {
    return {
      key: taskKey(task),
      task,
      result: runTask(task as Parameters<typeof runTask>[0]),
      provenance: {},
    };
  });
  const file = join(temporaryFolder(), "rows.parquet");
  await exportRows(
    {
      experiment: dynamicsSweep,
      order: new Map(stored.map(({ key }, position) => [key, position])),
      folder: "/nowhere",
      *results() {
        yield* stored;
        return cleanReport;
      },
    },
    { format: "parquet", file },
  );

  const printed = execFileSync(process.execPath, ["--import", import.meta.resolve("tsx"), example, file]);
  const [columns, answer] = printed.toString().trimEnd().split("\n\n");
  expect(columns!.split("\n").map((line) => line.split("\t")[0])).toEqual(
    dynamicsSweep.columns.map(({ name }) => name),
  );
  expect(columns).toContain("selfCoupling\tstandard deviations of the local field\t");
  const runs = stored.flatMap(({ result }) => result as SampleRow[]);
  const share = (selfCoupling: number): number =>
    runs.filter((run) => run.selfCouplings[0] === selfCoupling && run.sweeps[0] !== null).length / 8;
  const cells = answer!.split("\n").map((line) => line.split("\t").slice(0, 4));
  expect(cells).toEqual([
    ["n", "selfCoupling", "samples", "converged"],
    ["30", "0.1", "8", String(share(0.1))],
    ["30", "1", "8", String(share(1))],
  ]);
});
