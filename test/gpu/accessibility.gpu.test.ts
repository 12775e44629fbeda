/** @file Accessibility on the GPU: the samples that WASM runs, with its rows. */
import { afterAll, describe, expect, test } from "vitest";
import type { AccessibilityParameters, SampleRow } from "../../sim/experiments/accessibility.ts";
import { accessibilityExperiment, runTask } from "../../sim/experiments/accessibility.ts";
import { runExperimentOnDevice } from "../../sim/cli/device-run.ts";
import { closeTaskDevice, onTaskDevice } from "../../sim/experiments/task-device.ts";
import { DeviceLost } from "../../sim/kernels/webgpu/errors.ts";
import { taskKey } from "../../sim/sweep/task.ts";

afterAll(closeTaskDevice);

async function run(parameters: AccessibilityParameters): Promise<SampleRow[]> {
  const results = new Map<string, SampleRow[]>();
  for (const task of accessibilityExperiment.tasks(parameters, 7)) {
    results.set(taskKey(task), await runTask(task));
  }
  return accessibilityExperiment.collect(parameters, 7, (task) => results.get(taskKey(task)));
}

const scan = { n: 40, selfCouplings: [0.2, 0.4, 0.6, 1], samples: 10 };

describe("rows are those of WASM: no decision here is as close as the rounding of f32", () => {
  test.each([
    { update: "sync", budget: 60, scans: [scan] },
    { update: "partial", probability: 0.4, budget: 60, scans: [scan] },
    { update: "block", blockSize: 16, budget: 60, scans: [scan, { ...scan, n: 25, samples: 3 }] },
    {
      update: "block",
      blockSize: 32,
      budget: 3,
      scans: [{ ...scan, n: 20, layers: 2, ferromagneticCoupling: 0.5, symmetry: 0.3, samples: 4 }],
    },
  ] as const)("%j", async (parameters) => {
    const found = await run({ ...parameters, backend: "webgpu" });
    expect(found).toEqual(await run(parameters));
    expect(found.some(({ sweeps }) => sweeps.includes(null))).toBe(true);
    expect(found.some(({ sweeps }) => sweeps.some((value) => value !== null))).toBe(true);
  });
});

describe("tasks", () => {
  const parameters: AccessibilityParameters = { update: "sync", budget: 9, scans: [scan] };

  test("name the backend only where it is the GPU, and take several networks together there", () => {
    const onWasm = accessibilityExperiment.tasks(parameters, 1);
    const onDevice = accessibilityExperiment.tasks({ ...parameters, backend: "webgpu" }, 1);
    expect(onWasm.every((task) => !("backend" in task.parameters))).toBe(true);
    expect(onDevice.every((task) => "backend" in task.parameters)).toBe(true);
    const [large] = accessibilityExperiment.tasks(
      { ...parameters, backend: "webgpu", scans: [{ ...scan, n: 4000, samples: 40 }] },
      1,
    );
    expect(large!.parameters).toMatchObject({ samples: 16 });
  });

  test.each(["async", "random"] as const)("refuse %s", async (update) => {
    await expect(run({ ...parameters, update, backend: "webgpu" })).rejects.toThrow(
      `update on a GPU must be sync, partial or block, got ${update}`,
    );
  });

  test("a computation whose GPU is lost begins anew once; a second loss is an error", async () => {
    const seen: object[] = [];
    const losing = (times: number) =>
      onTaskDevice(async (device) => {
        seen.push(device);
        if (seen.length <= times) device.gpu.destroy();
        await device.finish();
        return seen.length;
      });
    expect(await losing(1)).toBe(2);
    expect(seen[0]).not.toBe(seen[1]);
    seen.length = 0;
    await expect(losing(2)).rejects.toThrow(DeviceLost);
    seen.length = 0;
    expect(await losing(0)).toBe(1);
  });
});

describe("a run in one thread", () => {
  const context = (signal: AbortSignal) => ({
    print: () => undefined,
    report: () => undefined,
    progress: false,
    setExitCode: () => undefined,
    signal,
  });

  test("has the rows of its tasks, on a GPU that is open only while it runs", async () => {
    const parameters = { update: "partial", budget: 20, scans: [{ ...scan, samples: 4 }] } as const;
    const place = context(new AbortController().signal);
    const found = await runExperimentOnDevice(
      accessibilityExperiment,
      { ...parameters, backend: "webgpu" },
      7,
      place,
    );
    expect(found).toEqual(await run(parameters));
  });

  test("that is stopped ends in the middle of its task, with rows that say so", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1500);
    // Far more sweeps than can be made while the test runs: coupled like this no run comes to rest.
    const parameters = {
      update: "partial",
      budget: 1e9,
      scans: [{ n: 100, selfCouplings: [0], samples: 2 }],
    };
    const found = await runExperimentOnDevice(
      accessibilityExperiment,
      { ...parameters, update: "partial", backend: "webgpu" },
      7,
      context(stop.signal),
    );
    expect(found.map(({ status }) => status)).toEqual(["unstarted", "unstarted"]);
  });
});
