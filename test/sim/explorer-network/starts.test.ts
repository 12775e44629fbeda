/** @file Many starts on a processor and on a GPU that the test plays: results, progress, failures and their end. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { LiveNetwork, type StartsInput } from "../../../sim/explorer/network/live-network.ts";
import type { StartsPlace } from "../../../sim/explorer/network/protocol.ts";
import { relaxStarts, type StartsGpu } from "../../../sim/explorer/network/starts.ts";
import { relax, type Relaxation } from "../../../sim/instance/dynamics.ts";
import { localFields } from "../../../sim/instance/network.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";

let clock: number;
/** Milliseconds that pass at each look at the clock. */
let pace: number;
let told: [done: number, place: StartsPlace][];
let controller: AbortController;
/** When the time of the GPU is over. */
let late: AbortController;
/** Called before each task. */
let onTask: (tasks: number) => void;
let taskCount: number;

beforeEach(() => {
  [clock, pace, told, taskCount] = [0, 10, [], 0];
  controller = new AbortController();
  late = new AbortController();
  onTask = () => undefined;
});

const startsOf = (count: number, n = 100, selfCoupling = 0.5): StartsInput =>
  new LiveNetwork(loadKernels(), { n, selfCoupling, seed: 3 }).starts(count);

const run = (input: StartsInput, openGpu: () => Promise<StartsGpu | null> = () => Promise.resolve(null)) =>
  relaxStarts(
    input,
    {
      now: () => (clock += pace),
      schedule: (task) => {
        setTimeout(() => {
          onTask(++taskCount);
          task();
        });
      },
      openGpu,
      timeout: () => late.signal,
    },
    { signal: controller.signal, onProgress: (done, place) => told.push([done, place]) },
  );

const relaxation = (outcome: Relaxation["outcome"], sweeps: number): Relaxation => ({
  ...{ outcome, converged: outcome === "fixed-point", sweeps, flips: 5, period: null },
  state: new Int8Array(100).fill(1),
});

/** A GPU of which the results are given. */
const gpuWith = (results: () => Promise<Relaxation[]>) => ({
  name: "Test GPU",
  relax: vi.fn<StartsGpu["relax"]>(results),
  close: vi.fn(),
});

const processor = { on: "processor", failure: null };

describe("on the processor", () => {
  test("counts the starts that end where f64 fields leave every neuron stable", async () => {
    const input = startsOf(24, 100, 0.3);
    const outcome = await run(input);
    const ends = input.runs.map((start) =>
      relax(input.network, start, { update: "block", blockSize: 13, budget: 300 }),
    );
    const rested = ends.filter(({ state }) =>
      localFields(input.network, state).every((field, i) => state[i]! * field + 0.3 >= 0),
    );
    const sorted = rested.map(({ sweeps }) => sweeps).sort((a, b) => a - b);
    expect(rested.length).toBeGreaterThan(2);
    expect(rested.length).toBeLessThan(24);
    const half = (sorted.length - 1) / 2;
    const median = (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
    expect(outcome).toMatchObject({ atRest: rested.length, medianSweeps: median, place: processor });
  });

  test("takes a few in each task, and tells how far it is from time to time", async () => {
    pace = 9;
    const outcome = await run(startsOf(64, 30, 5));
    expect(outcome).toMatchObject({ atRest: 64, medianSweeps: 1, milliseconds: clock - pace });
    const counts = told.map(([done]) => done);
    expect(counts[0]).toBe(0);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts.length).toBeLessThan(taskCount);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(taskCount).toBeGreaterThan(10);
    expect(taskCount).toBeLessThan(64);
  });

  test("has no median where nothing comes to rest", async () => {
    expect(await run(startsOf(2, 300, 0))).toMatchObject({ atRest: 0, medianSweeps: null });
  });

  test("ends in the task after the signal, without a result", async () => {
    pace = 1000;
    onTask = (tasks) => {
      if (tasks === 3) controller.abort();
    };
    expect(await run(startsOf(64, 30, 5))).toBeNull();
    expect(taskCount).toBe(3);
    expect(told.at(-1)![0]).toBe(2);
  });
});

describe("on a GPU", () => {
  test("all go at once, in blocks of at most 64 and at least eight of them", async () => {
    const results = [...[9, 4, 7, 30].map((k) => relaxation("fixed-point", k)), relaxation("budget", 300)];
    const gpu = gpuWith(() => Promise.resolve(results));
    const input = startsOf(5);
    const outcome = await run(input, () => Promise.resolve(gpu));
    const place = { on: "gpu", name: "Test GPU" };
    expect(outcome).toMatchObject({ atRest: 4, medianSweeps: 8, place });
    expect(told).toEqual([[0, place]]);
    expect(gpu.relax).toHaveBeenCalledExactlyOnceWith(input.network, input.runs, {
      ...{ update: "block", budget: 300, blockSize: 13 },
    });
    expect(gpu.close).toHaveBeenCalled();
    await run(startsOf(1, 1000), () => Promise.resolve(gpu));
    expect(gpu.relax.mock.lastCall![2].blockSize).toBe(64);
    expect(taskCount).toBe(0);
  });

  test("that is lost gives way to the processor, with the reason in one line", async () => {
    const gpu = gpuWith(() => Promise.reject(new Error("the GPU was lost.\nmore")));
    const input = startsOf(6);
    const outcome = await run(input, () => Promise.resolve(gpu));
    const place = { on: "processor", failure: "the GPU was lost" };
    expect(outcome).toEqual({ ...(await run(input)), milliseconds: outcome!.milliseconds, place });
    expect(told.slice(0, 2)).toEqual([
      [0, { on: "gpu", name: "Test GPU" }],
      [0, place],
    ]);
    expect(gpu.close).toHaveBeenCalled();
  });

  test("that does not open gives way too", async () => {
    const outcome = await run(startsOf(2), () => Promise.reject(new Error("blocked")));
    expect(outcome?.place).toEqual({ on: "processor", failure: "blocked" });
  });

  test("that takes too long is closed and gives way too", async () => {
    let fail: (error: Error) => void = () => undefined;
    const gpu = gpuWith(() => new Promise((_, reject) => (fail = reject)));
    gpu.close.mockImplementation(() => {
      fail(new Error("the GPU was closed"));
    });
    const outcome = run(startsOf(2), () => Promise.resolve(gpu));
    await vi.waitFor(() => {
      expect(gpu.relax).toHaveBeenCalled();
    });
    late.abort();
    expect((await outcome)?.place).toEqual({ on: "processor", failure: "it took longer than 20 s" });
  });

  test("is closed at the signal, and what comes of that is no failure", async () => {
    let fail: (error: Error) => void = () => undefined;
    const gpu = gpuWith(() => new Promise((_, reject) => (fail = reject)));
    gpu.close.mockImplementation(() => {
      fail(new Error("the GPU was closed"));
    });
    const outcome = run(startsOf(2), () => Promise.resolve(gpu));
    await vi.waitFor(() => {
      expect(gpu.relax).toHaveBeenCalled();
    });
    controller.abort();
    expect(await outcome).toBeNull();
    expect([taskCount, told.length]).toEqual([0, 1]);
  });

  test("that opens after the signal is closed without work", async () => {
    const gpu = gpuWith(() => Promise.resolve([]));
    const outcome = run(startsOf(2), () => Promise.resolve(gpu));
    controller.abort();
    expect(await outcome).toBeNull();
    expect(gpu.relax).not.toHaveBeenCalled();
    expect(gpu.close).toHaveBeenCalled();
  });
});
