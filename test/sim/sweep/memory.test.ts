/** @file The store in memory keeps what a file would keep. */
import { expect, test } from "vitest";
import { OutOfDomain } from "../../../theory/errors.ts";
import { memoryStore } from "../../../sim/sweep/memory.ts";
import { taskKey } from "../../../sim/sweep/task.ts";

const task = { experiment: "test", version: 1, parameters: { k: 1 }, seed: 0 };
const other = { ...task, seed: 1 };

test("the first result of a task stays, −0 becomes 0 as in JSON text, NaN is refused by name", () => {
  const store = memoryStore();
  expect(store.append(task, [-0, 1])).toBe(taskKey(task));
  store.append(task, [2]);
  expect(store.results.get(taskKey(task))?.result).toStrictEqual([0, 1]);
  expect(() => store.append(other, { value: NaN })).toThrow(OutOfDomain);
  expect(() => store.append(other, { value: NaN })).toThrow(/result\.value/);
  expect(() => store.append(other, 1, { seconds: NaN })).toThrow(/provenance\.seconds/);
  expect(store.results.size).toBe(1);
});

test("later changes to a result or a task do not reach what is stored", () => {
  const store = memoryStore();
  const result = { rows: [1] };
  const own = { ...task, parameters: { list: [1] } };
  const key = store.append(own, result);
  result.rows.push(2);
  own.parameters.list.push(2);
  expect(store.results.get(key)).toMatchObject({
    task: { parameters: { list: [1] } },
    result: { rows: [1] },
  });
});

test("every task can be claimed until it is done; a failed one stays undone", () => {
  const store = memoryStore();
  const keys = [taskKey(task), taskKey(other)];
  expect(store.claim(keys)).toEqual(new Set(keys));
  store.append(task, 1);
  const failure = {
    key: keys[1]!,
    task: other,
    kind: "time",
    message: "too long",
    stack: "",
    attempts: 1,
  } as const;
  store.appendFailure(failure);
  store.release(keys);
  store.refresh();
  expect(keys.map((key) => store.has(key))).toEqual([true, false]);
  expect(store.claim(keys)).toEqual(new Set([keys[1]]));
  expect([...store.failures.values()]).toEqual([failure]);
});
