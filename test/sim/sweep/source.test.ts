/** @file The source of a sweep without feedback. */
import { expect, test } from "vitest";
import { fixedSource } from "../../../sim/sweep/source.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

test("a fixed source knows all its tasks from the start, whatever the results are", () => {
  const tasks = [1, 2].map((seed) => ({ experiment: "a", version: 1, parameters: {}, seed }));
  const keys = tasks.map(taskKey);
  const source = fixedSource(new Map(tasks.map((task, k) => [keys[k]!, task])));
  const unasked = () => {
    throw new Error("asked for a result");
  };
  expect(source.next(unasked)).toEqual({ tasks, keys, complete: true });
  expect(source.next(unasked)).toEqual({ tasks, keys, complete: true });
});
