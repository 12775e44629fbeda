/** @file Training on a backend that fails: what is lost with a GPU, what is kept, and when a run gives up. */
import { describe, expect, test } from "vitest";
import { DeviceLost, DeviceMemory, NoDevice } from "../../../sim/kernels/webgpu/errors.ts";
import type { ComputeDevice } from "../../../sim/kernels/webgpu/device.ts";
import { chooseBackend } from "../../../sim/cli/backend.ts";
import type { LearningBackend } from "../../../sim/learning/backend.ts";
import { wasmBackend } from "../../../sim/learning/backend.ts";
import { learningPresets, networkSetup } from "../../../sim/learning/presets.ts";
import type { TrainingOptions, TrainingRun, TrainingState } from "../../../sim/learning/train.ts";
import { trainEpochs } from "../../../sim/learning/train.ts";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { stream } from "../../../sim/random.ts";

const words = stream(3, "samples of the test");
const samples = (count: number): LabelledStates => ({
  n: 40,
  count,
  classes: 10,
  states: Int8Array.from({ length: 40 * count }, () => (words.below(2) === 0 ? 1 : -1)),
  labels: Uint8Array.from({ length: count }, () => words.below(10)),
});
const sets = { train: samples(64), test: samples(20) };

function runOf(epochs: number): TrainingRun {
  const { model, rule } = learningPresets.small;
  const setup = networkSetup("rule", { inputs: 40, hidden: 50, outputs: 10, ...model }, rule);
  return { ...setup, epochs, schedule: "linear", seed: 5 };
}

/** WASM that is lost, like a GPU, in the middle of the epochs given, one after the other. */
function losing(epochs: number[]): LearningBackend & { opened: number } {
  const whole = wasmBackend();
  const backend = {
    volatile: true,
    opened: 0,
    async open(input: Parameters<LearningBackend["open"]>[0]) {
      backend.opened++;
      const network = await whole.open(input);
      return {
        ...network,
        async trainEpoch(...[set, epoch, options]: Parameters<typeof network.trainEpoch>) {
          if (epoch !== epochs[0]) return network.trainEpoch(set, epoch, options);
          epochs.shift();
          // Half of the epoch has changed the weights when the rest is lost.
          const stop = new AbortController();
          const onProgress = (share: number) => {
            if (share >= 0.5) stop.abort();
          };
          await network.trainEpoch(set, epoch, { ...options, onProgress, signal: stop.signal });
          throw new DeviceLost("the GPU was lost (test)");
        },
      };
    },
  };
  return backend;
}

async function statesOf(epochs: number, options: TrainingOptions): Promise<TrainingState[]> {
  const states: TrainingState[] = [];
  for await (const { state } of trainEpochs(runOf(epochs), sets, options)) states.push(await state());
  return states;
}

describe("a GPU that is lost", () => {
  test.each([[[1]], [[3]], [[1, 2, 4]]])(
    "in epochs %j: the same weights as if it had not been",
    async (lost) => {
      const losses: number[] = [];
      const backend = losing([...lost]);
      const onLoss: TrainingOptions["onLoss"] = (_, epoch) => losses.push(epoch);
      const states = await statesOf(4, { backend, onLoss });
      expect(states).toEqual(await statesOf(4, {}));
      expect(losses).toEqual(lost);
      expect(backend.opened).toBe(1 + lost.length);
    },
  );

  test("a run that goes on from a state keeps it through a loss", async () => {
    const whole = await statesOf(3, {});
    const from = whole[1]!;
    expect(await statesOf(3, { backend: losing([3]), from })).toEqual([whole[2]]);
  });

  test("twice in one epoch ends the run with that error, earlier epochs given out", async () => {
    const seen: number[] = [];
    const run = async () => {
      for await (const { result } of trainEpochs(runOf(4), sets, { backend: losing([2, 2]) })) {
        seen.push(result.epoch);
      }
    };
    await expect(run()).rejects.toThrow(DeviceLost);
    expect(seen).toEqual([1]);
  });

  test("other failures end the run at once", async () => {
    const open = () => Promise.reject(new DeviceMemory("couplings needs 4 bytes on the GPU"));
    await expect(statesOf(1, { backend: { volatile: true, open } })).rejects.toThrow(DeviceMemory);
  });
});

describe("the choice of a backend", () => {
  const device = (software: boolean) => {
    const made = { software, description: software ? "SwiftShader" : "a GPU", closed: false };
    return { ...made, close: () => (made.closed = true), made } as unknown as ComputeDevice & {
      made: typeof made;
    };
  };
  const none = () => Promise.reject(new NoDevice("no GPU found"));

  test("wasm asks for no GPU", async () => {
    expect(await chooseBackend("wasm", expect.unreachable, none)).toBeNull();
  });

  test("webgpu takes what there is, and fails with what to do where there is nothing", async () => {
    const lines: string[] = [];
    const slow = device(true);
    expect(
      await chooseBackend(
        "webgpu",
        (line) => lines.push(line),
        () => Promise.resolve(slow),
      ),
    ).toBe(slow);
    expect(lines).toEqual([
      "computing on SwiftShader, which is no GPU but computes on the processor: expect it to be slow",
    ]);
    await expect(chooseBackend("webgpu", expect.unreachable, none)).rejects.toThrow(NoDevice);
  });

  test("auto takes a GPU, and else says in one line why it computes on the processor", async () => {
    const lines: string[] = [];
    const report = (line: string) => lines.push(line);
    const fast = device(false);
    expect(await chooseBackend("auto", report, () => Promise.resolve(fast))).toBe(fast);
    const slow = device(true);
    expect(await chooseBackend("auto", report, () => Promise.resolve(slow))).toBeNull();
    expect(slow.made.closed).toBe(true);
    expect(await chooseBackend("auto", report, none)).toBeNull();
    expect(lines).toEqual([
      "computing on a GPU",
      "computing on the processor: SwiftShader is no GPU but computes there too, only slower",
      "computing on the processor: no GPU found",
    ]);
    await expect(chooseBackend("auto", report, () => Promise.reject(new Error("driver")))).rejects.toThrow(
      "driver",
    );
  });
});
