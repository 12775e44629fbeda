/** @file What the worker does with many starts between the other requests of the page. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { NetworkDriver } from "../../../sim/explorer/network/driver.ts";
import { LiveNetwork, type NetworkParameters } from "../../../sim/explorer/network/live-network.ts";
import type { NetworkReport } from "../../../sim/explorer/network/protocol.ts";
import type { StartsGpu } from "../../../sim/explorer/network/starts.ts";
import { relax } from "../../../sim/instance/dynamics.ts";
import { loadKernels } from "../../../sim/kernels/load.ts";

let reports: NetworkReport[];
let tasks: (() => void)[];
let created: number;
let clock: number;
let gpu: StartsGpu | null;
let driver: NetworkDriver;

beforeEach(() => {
  [reports, tasks, created, clock, gpu] = [[], [], 0, 0, null];
  driver = new NetworkDriver({
    create: (parameters) => {
      created++;
      return new LiveNetwork(loadKernels(), parameters);
    },
    post: (report) => reports.push(report),
    now: () => (clock += 10),
    schedule: (task) => tasks.push(task),
    openGpu: () => Promise.resolve(gpu),
    timeout: () => new AbortController().signal,
  });
});

/** Lets promises go on, then a waiting task; returns whether there was one. */
async function turn(): Promise<boolean> {
  await new Promise(setImmediate);
  const task = tasks.shift();
  task?.();
  await new Promise(setImmediate);
  return task !== undefined;
}

/** Lets the timer run until nothing is left to do; the reports since the last call. */
async function newReports(): Promise<NetworkReport[]> {
  while (await turn());
  return reports.splice(0);
}

const create = (generation: number, parameters: Partial<NetworkParameters> = {}): void =>
  driver.receive({ type: "create", generation, n: 50, selfCoupling: 0.5, seed: 1, ...parameters });
const drawn = (): void => driver.receive({ type: "drawn" });
const starts = (attempt: number): void => driver.receive({ type: "starts", attempt });
const typesOf = (list: readonly NetworkReport[]): string[] => [...new Set(list.map(({ type }) => type))];

/** A GPU that works until the test says so. */
function waitingGpu(): StartsGpu & { readonly closed: () => boolean; readonly finish: () => void } {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  let closed = false;
  return {
    name: "Test GPU",
    relax: async (network, runs, options) => {
      await new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
      return runs.map((start) => relax(network, start, options));
    },
    close: () => (closed = true),
    closed: () => closed,
    finish: () => {
      if (closed) settle!.reject(new Error("the GPU was closed"));
      else settle!.resolve();
    },
  };
}

describe("starts", () => {
  test("give one result with their number; the live network waits, and its states stay those of single sweeps", async () => {
    const network = new LiveNetwork(loadKernels(), { n: 50, selfCoupling: 0, seed: 1 });
    create(1, { selfCoupling: 0 });
    await newReports();
    driver.receive({ type: "run", sweepsPerFrame: 1 });
    starts(7);
    drawn();
    const found = await newReports();
    expect(typesOf(found)).toEqual(["starts-progress", "starts-result", "frame"]);
    expect(found.at(-2)).toMatchObject({ type: "starts-result", attempt: 7, total: 64, budget: 300 });
    network.sweep();
    expect(found.at(-1)).toMatchObject({ sweeps: 1, states: network.packedState() });
  });

  test("wait for the screen as frames do, and a step among them for their end", async () => {
    create(1);
    await newReports();
    starts(1);
    driver.receive({ type: "step" });
    expect(await newReports()).toEqual([]);
    drawn();
    expect(typesOf(await newReports())).toEqual(["starts-progress", "starts-result", "frame"]);
  });

  test("tell the GPU and have the outcome of the processor where it gives the same", async () => {
    create(1);
    await newReports();
    drawn();
    starts(1);
    const onProcessor = (await newReports()).at(-1)!;
    const played = waitingGpu();
    gpu = played;
    starts(2);
    expect(await newReports()).toEqual([
      {
        ...{ type: "starts-progress", attempt: 2, total: 64, done: 0 },
        place: { on: "gpu", name: "Test GPU" },
      },
    ]);
    played.finish();
    const [onGpu] = await newReports();
    if (onGpu?.type !== "starts-result" || onProcessor.type !== "starts-result") throw new Error("no result");
    expect(onProcessor.atRest).toBeGreaterThan(0);
    expect(onGpu).toEqual({
      ...onProcessor,
      ...{ attempt: 2, milliseconds: onGpu.milliseconds, place: { on: "gpu", name: "Test GPU" } },
    });
  });
});

describe("are given up without a result", () => {
  const cancellations: [string, () => void, object][] = [
    ["another J_D", () => driver.receive({ type: "couple", selfCoupling: 0.9 }), { selfCoupling: 0.9 }],
    ["another network", () => create(2, { n: 70 }), { n: 70, generation: 2 }],
  ];

  test.each(cancellations)("on the processor: %s", async (_, cancel, frame) => {
    create(1);
    await newReports();
    drawn();
    starts(1);
    for (let turns = 0; turns < 4; turns++) await turn();
    reports.splice(0);
    cancel();
    const found = await newReports();
    expect(found).toMatchObject([{ type: "frame", sweeps: 0, ...frame }]);
  });

  test.each(cancellations)(
    "on a GPU, whose end is awaited before the memory changes: %s",
    async (_, cancel, frame) => {
      const played = waitingGpu();
      gpu = played;
      create(1);
      await newReports();
      drawn();
      starts(1);
      await newReports();
      cancel();
      expect(await newReports()).toEqual([]);
      expect([played.closed(), created]).toEqual([true, 1]);
      played.finish();
      expect(await newReports()).toMatchObject([{ type: "frame", sweeps: 0, ...frame }]);
    },
  );

  test.each(cancellations)("before they begin: %s", async (_, cancel) => {
    create(1);
    await newReports();
    starts(1);
    cancel();
    drawn();
    expect(typesOf(await newReports())).toEqual(["frame"]);
  });

  test("newer starts, which begin anew", async () => {
    create(1);
    await newReports();
    drawn();
    starts(1);
    for (let turns = 0; turns < 4; turns++) await turn();
    starts(2);
    const results = (await newReports()).filter(({ type }) => type === "starts-result");
    expect(results).toMatchObject([{ attempt: 2 }]);
  });

  test("no network", async () => {
    starts(1);
    expect(await newReports()).toEqual([]);
  });
});

test("an error among the starts ends the network in one line", async () => {
  create(1);
  await newReports();
  drawn();
  const failing = vi.spyOn(LiveNetwork.prototype, "starts").mockImplementation(() => {
    throw new Error("no room");
  });
  starts(1);
  expect(await newReports()).toEqual([{ type: "failed", generation: 1, text: "no room" }]);
  failing.mockRestore();
  create(2);
  drawn();
  expect(await newReports()).toMatchObject([{ type: "frame", generation: 2 }]);
});
