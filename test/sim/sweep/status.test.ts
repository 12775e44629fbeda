/** @file Counts of a sweep's tasks, against folders whose contents are known. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FailedTask } from "../../../sim/sweep/failures.ts";
import { formatFailure } from "../../../sim/sweep/failures.ts";
import { openLeases } from "../../../sim/sweep/leases.ts";
import { newOwnerId } from "../../../sim/sweep/owner.ts";
import { formatLine } from "../../../sim/sweep/row.ts";
import { sweepStatus } from "../../../sim/sweep/status.ts";
import { taskKey } from "../../../sim/sweep/task.ts";
import { cleanReport, measurement, storedMeasurement, valueRow } from "./fixtures/measurements.ts";
import { temporaryFolder } from "./fixtures/sweeps.ts";

const planned = new Set(Array.from({ length: 10 }, (_, k) => taskKey(measurement(k))));
const keyOf = (k: number): string => taskKey(measurement(k));
const lineOf = (k: number): string => `${formatLine(storedMeasurement(k, [valueRow(k)], { seconds: 1 }))}\n`;

function failureOf(k: number): FailedTask {
  const how = { kind: "threw", message: "no", stack: "Error: no\n    at here", attempts: 1 } as const;
  return { key: keyOf(k), task: measurement(k), ...how };
}

/** A folder with shards and failures of the given texts. */
function folderOf(shards: readonly string[], failures: readonly FailedTask[] = []): string {
  const folder = temporaryFolder();
  for (const name of ["rows", "failures"]) mkdirSync(join(folder, name));
  shards.forEach((text, k) => writeFileSync(join(folder, "rows", `${k}.jsonl`), text));
  const lines = failures.map((failure) => `${formatFailure(failure)}\n`);
  writeFileSync(join(folder, "failures", "0.jsonl"), lines.join(""));
  return folder;
}

const nothing = {
  done: 0,
  running: 0,
  failed: 0,
  others: 0,
  owners: 0,
  shards: 0,
  report: cleanReport,
  failures: [],
};

test("a folder that does not exist holds nothing", () => {
  const folder = join(temporaryFolder(), "missing");
  expect(sweepStatus({ folder, keys: planned })).toEqual({ ...nothing, tasks: 10, left: 10 });
});

test("tasks are done, failed or left; those of another sweep are others; lines that are not used are counted", () => {
  const damaged = lineOf(2).replace('"k":2', '"k":3');
  const folder = folderOf(
    [lineOf(0) + lineOf(1) + damaged + lineOf(99), lineOf(1) + lineOf(3) + lineOf(4).slice(0, 30)],
    [failureOf(1), failureOf(5), failureOf(99), failureOf(6)],
  );
  const status = sweepStatus({ folder, keys: planned });
  expect(status).toMatchObject({
    tasks: 10,
    done: 3,
    running: 0,
    failed: 2,
    left: 5,
    others: 1,
    owners: 0,
    shards: 2,
  });
  expect(status.failures).toEqual([failureOf(5), failureOf(6)]);
  expect(status.report).toMatchObject({ damaged: 1, foreign: 0, torn: 1, duplicates: 1, conflicts: 0 });
});

test("claimed tasks are running, also when they failed before; a finished one counts as done all the same", () => {
  const folder = folderOf([lineOf(0)], [failureOf(1), failureOf(2)]);
  const leases = openLeases(folder, newOwnerId());
  try {
    leases.claim([keyOf(0), keyOf(1), keyOf(3), keyOf(98)]);
    const status = sweepStatus({ folder, keys: planned });
    expect(status).toMatchObject({ tasks: 10, done: 1, running: 2, failed: 1, left: 6, owners: 1 });
    expect(status.failures).toEqual([failureOf(2)]);
  } finally {
    leases.close();
  }
  expect(sweepStatus({ folder, keys: planned })).toMatchObject({ running: 0, failed: 2, left: 7, owners: 0 });
});
