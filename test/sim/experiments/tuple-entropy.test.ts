/** @file The experiment on lines of exclusion: its rows are those of the theory, and failures show as such. */
import { describe, expect, test } from "vitest";
import { runTask, tupleEntropyExperiment } from "../../../sim/experiments/tuple-entropy.ts";
import { taskKey, type Task } from "../../../sim/sweep/task.ts";
import { clusterBoundary, tupleBoundary, tupleThreshold } from "../../../theory/tuples.ts";

const parameters = { replicas: [2, 4], distances: [0.01, 0.05, 0.4] };

describe("rows", () => {
  const tasks = tupleEntropyExperiment.tasks(parameters, 7);
  const results = new Map(tasks.map((task) => [taskKey(task), runTask(task)]));
  const rows = tupleEntropyExperiment.collect(parameters, 7, (task: Task) => results.get(taskKey(task)));

  test("one a number of members, the last of clusters, whatever the seed", () => {
    expect(rows.map(({ replicas, status }) => [replicas, status])).toEqual([
      [2, "ok"],
      [4, "ok"],
      [null, "ok"],
    ]);
    expect(tasks.map(({ seed }) => seed)).toEqual([0, 0, 0]);
  });

  test("points and highest points of the theory", () => {
    for (const { replicas, line, highest } of rows) {
      for (const { distance, selfCoupling, y } of line) {
        const exact =
          replicas === null
            ? clusterBoundary(distance)
            : { y: replicas, selfCoupling: tupleBoundary({ replicas, distance }) };
        expect(Math.abs(selfCoupling! - exact.selfCoupling)).toBeLessThan(2e-9);
        expect(y).toBeCloseTo(exact.y, 5);
      }
      // J_gap of the reference values of (P15); J_m as in the theory's own tests.
      const threshold = replicas === null ? 0.06009920188 : tupleThreshold(replicas).selfCoupling;
      expect(highest!.selfCoupling).toBeCloseTo(threshold, 10);
    }
  });
});

test("tasks that did not run leave rows without points", () => {
  const rows = tupleEntropyExperiment.collect(parameters, 1, () => undefined);
  expect(rows.map(({ status, line, highest }) => [status, line.length, highest])).toEqual(
    Array.from({ length: 3 }, () => ["unstarted", 0, null]),
  );
});
