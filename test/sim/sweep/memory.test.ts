/** @file The store in memory keeps what a file would keep. */
import { expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

const task = { experiment: "test", version: 1, parameters: { k: 1 }, seed: 0 };

test("the first result of a task stays, −0 becomes 0 as in JSON text, NaN is refused by name", () => {
  const store = memoryStore();
  expect(store.append(task, [-0, 1])).toBe(taskKey(task));
  store.append(task, [2]);
  expect(store.results.get(taskKey(task))?.result).toStrictEqual([0, 1]);
  expect(() => store.append({ ...task, seed: 1 }, { value: NaN })).toThrow(OutOfDomain);
  expect(() => store.append({ ...task, seed: 1 }, { value: NaN })).toThrow(/result\.value/);
  expect(store.results.size).toBe(1);
});
