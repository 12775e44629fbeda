import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { StoreError } from "../../../../sim/sweep/errors.ts";
import type { Job } from "../../../../sim/sweep/slurm/chunks.ts";
import { chunkText, packChunks, readChunk } from "../../../../sim/sweep/slurm/chunks.ts";
import { OutOfDomain } from "../../../../theory/errors.ts";
import { temporaryFolder } from "../fixtures/sweeps.ts";

const jobsOf = (costs: readonly number[]): Job[] => costs.map((cost, k) => ({ key: `key-${k}`, cost }));

const costList = (maxLength: number) =>
  fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 1, 1e-300)), {
    maxLength,
  });

test("every task is in one chunk, no chunk is empty, and no order of the tasks changes the chunks", () => {
  fc.assert(
    fc.property(
      costList(60),
      fc.integer({ min: 1, max: 70 }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 1000 }),
      (costs, most, seconds, turn) => {
        const jobs = jobsOf(costs);
        const chunks = packChunks(jobs, { most, seconds });
        expect(chunks.flat().sort()).toEqual(jobs.map(({ key }) => key).sort());
        expect(chunks.length).toBeLessThanOrEqual(most);
        expect(chunks.every((keys) => keys.length > 0)).toBe(true);
        const turned = jobs.map((_, k) => jobs[(k + turn) % jobs.length]!).reverse();
        expect(packChunks(turned, { most, seconds })).toEqual(chunks);
      },
    ),
  );
});

test("the costliest chunk costs at most 4/3 − 1/(3 chunks) of the best packing, found by enumeration", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 2, max: 3 }),
      (costs, most) => {
        const jobs = jobsOf(costs);
        const cost = new Map(jobs.map((job) => [job.key, job.cost]));
        const chunks = packChunks(jobs, { most, seconds: 1e-9 });
        const ours = Math.max(...chunks.map((keys) => keys.reduce((sum, key) => sum + cost.get(key)!, 0)));
        expect(ours).toBeLessThanOrEqual(bestPacking(costs, most) * (4 / 3 - 1 / (3 * most)) + 1e-9);
      },
    ),
  );
});

/** Least cost of the costliest of some chunks, over all ways to fill them. */
function bestPacking(costs: readonly number[], chunks: number): number {
  let best = Infinity;
  for (let way = 0; way < chunks ** costs.length; way++) {
    const loads = new Array<number>(chunks).fill(0);
    costs.forEach((cost, k) => (loads[Math.floor(way / chunks ** k) % chunks]! += cost));
    best = Math.min(best, Math.max(...loads));
  }
  return best;
}

test("there are as many chunks as the work asks for, at most as many as allowed or as there are tasks", () => {
  const jobs = jobsOf(new Array<number>(100).fill(10));
  expect(packChunks(jobs, { most: 1000, seconds: 100 })).toHaveLength(10);
  expect(packChunks(jobs, { most: 1000, seconds: 101 })).toHaveLength(10);
  expect(packChunks(jobs, { most: 7, seconds: 100 })).toHaveLength(7);
  expect(packChunks(jobs, { most: 1000, seconds: 1 })).toHaveLength(100);
  expect(packChunks(jobs, { most: 1000, seconds: Infinity })).toHaveLength(1);
  expect(packChunks([], { most: 10, seconds: 1 })).toEqual([]);
  expect(packChunks(jobsOf([0, 0, 0]), { most: 10, seconds: 1 })).toHaveLength(1);
});

test("a chunk begins with its longest task", () => {
  expect(packChunks(jobsOf([1, 9, 5, 2]), { most: 2, seconds: 1 })).toEqual([
    ["key-1"],
    ["key-2", "key-3", "key-0"],
  ]);
});

test.each([
  [[-1], {}],
  [[NaN], {}],
  [[Infinity], {}],
  [[1], { most: 0 }],
  [[1], { most: 1.5 }],
  [[1], { seconds: 0 }],
  [[1], { seconds: NaN }],
])("costs %j with %j are refused", (costs, limits) => {
  expect(() => packChunks(jobsOf(costs), { most: 1, seconds: 1, ...limits })).toThrow(OutOfDomain);
});

test("a chunk's file reads as its keys; a torn or foreign one is refused with its path", () => {
  const path = join(temporaryFolder(), "chunk-0.keys");
  const keys = ["0".repeat(32), "0123456789abcdef0123456789abcdef"];
  writeFileSync(path, chunkText(keys));
  expect(readChunk(path)).toEqual(keys);
  writeFileSync(path, chunkText(keys).slice(0, -5));
  expect(() => readChunk(path)).toThrow(new StoreError(`cannot read ${path}: its last line is torn`));
  writeFileSync(path, `${keys[0]}\r\n`);
  expect(() => readChunk(path)).toThrow(
    new StoreError(`cannot read ${path}: line 1 is not the key of a task`),
  );
  expect(() => readChunk(`${path}.none`)).toThrow(StoreError);
});
