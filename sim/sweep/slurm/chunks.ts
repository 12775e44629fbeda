/** @file Cutting work into chunks, one an array task, and the files that hold their task keys. */
import { readFileSync } from "node:fs";
import { requireInside, requireInteger } from "../../../theory/errors.ts";
import { StoreError, attempt } from "../errors.ts";

/** A task to be packed. */
export interface Job {
  /** Key of the task, see `taskKey`. */
  readonly key: string;
  /** Expected core seconds, ≥ 0. */
  readonly cost: number;
}

/** How {@link packChunks} is to cut. */
export interface ChunkLimits {
  /** Most chunks, an integer ≥ 1. Where it binds, chunks are longer than `seconds`. */
  readonly most: number;
  /** Core seconds that a chunk is to have, > 0. */
  readonly seconds: number;
}

interface Chunk {
  readonly keys: string[];
  readonly index: number;
  load: number;
}

/**
 * Cuts tasks into chunks of about equal cost: the longest task first, each into the lightest chunk so far. The
 * costliest chunk then costs at most 4/3 of what the best packing into as many chunks would have.
 * @param jobs tasks with different keys, in any order
 * @param limits see {@link ChunkLimits}
 * @returns the keys of each chunk, the longest task first; no chunk is empty; the same whatever the order of `jobs`
 * @throws OutOfDomain on a cost that is negative or not finite, or limits outside their domain
 * @source R. L. Graham, SIAM J. Appl. Math. 17, 416 (1969): longest first, bound 4/3 − 1/(3 chunks)
 */
export function packChunks(jobs: readonly Job[], { most, seconds }: ChunkLimits): string[][] {
  requireInteger("most", most, 1, Number.MAX_SAFE_INTEGER);
  requireInside("seconds", seconds, { min: 0, max: Infinity, openMin: true });
  for (const { cost } of jobs) requireInside("cost", cost, { min: 0, max: Number.MAX_VALUE });
  const work = jobs.reduce((sum, { cost }) => sum + cost, 0);
  const count = Math.min(Math.max(1, Math.ceil(work / seconds)), most, jobs.length);
  const chunks = Array.from({ length: count }, (_, index): Chunk => ({ keys: [], index, load: 0 }));
  const heap = [...chunks];
  for (const { key, cost } of [...jobs].sort(longestFirst)) {
    const lightest = heap[0]!;
    lightest.keys.push(key);
    lightest.load += cost;
    sinkFirst(heap);
  }
  return chunks.map(({ keys }) => keys);
}

function longestFirst(a: Job, b: Job): number {
  return b.cost - a.cost || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** Tasks without cost count by their number; equal chunks are taken in their order. */
function isLighter(a: Chunk, b: Chunk): boolean {
  return (a.load - b.load || a.keys.length - b.keys.length || a.index - b.index) < 0;
}

/** Restores the heap, lightest chunk first, after the first chunk has grown. */
function sinkFirst(heap: Chunk[]): void {
  for (let place = 0; ;) {
    const left = 2 * place + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isLighter(heap[right]!, heap[left]!) ? right : left;
    if (!isLighter(heap[child]!, heap[place]!)) return;
    [heap[place], heap[child]] = [heap[child]!, heap[place]!];
    place = child;
  }
}

/**
 * Text of the file of a chunk: one key a line.
 * @param keys keys of its tasks
 */
export function chunkText(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join("");
}

/**
 * Reads the file of a chunk.
 * @param path the file
 * @returns keys of its tasks, the longest task first
 * @throws StoreError when it cannot be read, or is not what {@link chunkText} wrote
 */
export function readChunk(path: string): string[] {
  const text = attempt("read", path, () => readFileSync(path, "utf8"));
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new StoreError(`cannot read ${path}: its last line is torn`);
  const wrong = lines.findIndex((line) => !/^[0-9a-f]{32}$/.test(line));
  if (wrong >= 0) throw new StoreError(`cannot read ${path}: line ${wrong + 1} is not the key of a task`);
  return lines;
}
