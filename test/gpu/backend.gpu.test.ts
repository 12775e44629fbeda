/** @file Training on a GPU that is lost or too small, and `learn` and `hetero` with `--backend webgpu`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LabelledStates } from "../../sim/data/labelled.ts";
import type { ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import { DeviceLost, DeviceMemory } from "../../sim/kernels/webgpu/errors.ts";
import type { HeteroRow } from "../../sim/experiments/learning-rows.ts";
import { deviceBackend } from "../../sim/learning/backend.ts";
import { learningPresets, networkSetup } from "../../sim/learning/presets.ts";
import type { TrainingOptions, TrainingRun, TrainingState } from "../../sim/learning/train.ts";
import { trainEpochs } from "../../sim/learning/train.ts";
import { stream } from "../../sim/random.ts";
import { atlas, atlasJson } from "../sim/cli/harness.ts";
import type { Output } from "../sim/cli/learn-images.ts";
import { sharedImages, temporaryFolder } from "../sim/cli/learn-images.ts";

const words = stream(3, "samples of the test");
const samples = (count: number): LabelledStates => ({
  n: 40,
  count,
  classes: 10,
  states: Int8Array.from({ length: 40 * count }, () => (words.below(2) === 0 ? 1 : -1)),
  labels: Uint8Array.from({ length: count }, () => words.below(10)),
});
const sets = { train: samples(160), test: samples(20) };
const { model, rule } = learningPresets.small;
const run: TrainingRun = {
  ...networkSetup("rule", { inputs: 40, hidden: 50, outputs: 10, ...model }, rule),
  epochs: 3,
  schedule: "constant",
  seed: 5,
};

async function statesOf(options: TrainingOptions): Promise<TrainingState[]> {
  const states: TrainingState[] = [];
  for await (const { state } of trainEpochs(run, sets, options)) states.push(await state());
  return states;
}

/** Trains on GPUs that are destroyed in mid-epoch: the k-th one in the epoch `losses[k]`. */
async function lossy(losses: readonly number[]) {
  const devices: ComputeDevice[] = [await openDevice()];
  const seen: (readonly [string, number])[] = [];
  const reopen = async () => {
    devices.push(await openDevice());
    return devices.at(-1)!;
  };
  const states = statesOf({
    backend: deviceBackend(devices[0]!, { reopen }),
    onProgress: (epoch, share) => {
      if (epoch === losses[devices.length - 1] && share >= 0.3) devices.at(-1)!.gpu.destroy();
    },
    onLoss: (error, epoch) => seen.push([error.name, epoch]),
  });
  try {
    return { states: await states, seen, opened: devices.length };
  } finally {
    devices.forEach((device) => {
      device.close();
    });
  }
}

describe("a GPU that is destroyed in mid-epoch", () => {
  it("is opened again, and the weights are the same, bit by bit", async () => {
    const whole = await lossy([]);
    const found = await lossy([2]);
    expect(whole).toMatchObject({ seen: [], opened: 1 });
    expect(found).toMatchObject({ seen: [["DeviceLost", 2]], opened: 2 });
    expect(found.states).toEqual(whole.states);
  });

  it("twice in one epoch ends the run with DeviceLost", async () => {
    await expect(lossy([2, 2])).rejects.toThrow(DeviceLost);
  });
});

it("says what has no room on the GPU, and how much it needs", async () => {
  const small = await openDevice({ bindingBytes: 4096 });
  const backend = deviceBackend(small, { reopen: () => Promise.reject(new Error("not lost")) });
  const states = statesOf({ backend });
  await expect(states).rejects.toThrow(DeviceMemory);
  await expect(states).rejects.toThrow(/needs \d+ bytes/);
  small.close();
});

describe("atlas learn --backend webgpu", () => {
  const { small } = sharedImages();

  it("learns as WASM does, and a run goes on on either", async () => {
    const out = join(temporaryFolder(), "run");
    const args = [...small(), "--out", out];
    const first = await atlasJson<Output>([...args, "--epochs", "1", "--backend", "webgpu"]);
    expect(first.parameters).toMatchObject({ backend: "webgpu", precision: "f32" });
    await atlasJson<Output>([...args, "--epochs", "2"]);
    const { epochs } = await atlasJson<Output>([...args, "--backend", "webgpu"]);
    const usual = await atlasJson<Output>(small());
    expect(epochs).toHaveLength(3);
    for (const [k, { testAccuracy, trainAccuracy }] of epochs.entries()) {
      // 5 of 150 and of 400 images: roundings may part two runs, and then they part further.
      expect(Math.abs(testAccuracy - usual.epochs[k]!.testAccuracy)).toBeLessThan(5 / 150);
      expect(Math.abs(trainAccuracy - usual.epochs[k]!.trainAccuracy)).toBeLessThan(5 / 400);
    }
    expect(readFileSync(join(out, "epochs.csv"), "utf8").trim().split("\n")).toHaveLength(4);
  });

  it("with half precision is another run", async () => {
    const out = join(temporaryFolder(), "run");
    const args = [...small(), "--epochs", "1", "--backend", "webgpu", "--out", out];
    const { epochs, parameters } = await atlasJson<Output>([...args, "--precision", "f16"]);
    expect(parameters).toMatchObject({ precision: "f16" });
    expect(epochs[0]!.testAccuracy).toBeGreaterThan(0.3);
    const { code, messages } = await atlas(args);
    expect(code).toBe(2);
    expect(messages.at(-1)).toMatch(/holds another run: precision is "f16" there and absent here/);
  });
});

it("atlas hetero --backend webgpu recalls as WASM does", async () => {
  const args = ["hetero", "--layers", "1,2", "--n", "20", "--samples", "1", "--epochs", "10"];
  interface Answer {
    readonly rows: readonly { readonly capacity: number | null }[];
    readonly trials: readonly HeteroRow[];
  }
  const [gpu, wasm] = [
    await atlasJson<Answer>([...args, "--backend", "webgpu"]),
    await atlasJson<Answer>(args),
  ];
  expect(gpu.rows.map(({ capacity }) => capacity)).toEqual(wasm.rows.map(({ capacity }) => capacity));
  gpu.trials.forEach(({ meanOverlap }, k) => {
    expect(meanOverlap).toBeCloseTo(wasm.trials[k]!.meanOverlap, 1);
  });
});
