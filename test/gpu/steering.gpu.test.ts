/**
 * @file Steering kernels on the GPU against the compiled ones: with integers in all fields every sum is exact, so that
 * states, learning sites and their numbers must be the same.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadKernels } from "../../sim/kernels/load.ts";
import { BONDS_BYTES, writeBonds } from "../../sim/kernels/steering.ts";
import type { ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import { paddedTo } from "../../sim/kernels/webgpu/matrix.ts";
import type { DeviceWords, SteeredLayers, Steering } from "../../sim/kernels/webgpu/steering.ts";
import { openSteering, uploadLayers } from "../../sim/kernels/webgpu/steering.ts";
import { stream } from "../../sim/random.ts";

let device: ComputeDevice;
let steering: Steering;

beforeAll(async () => {
  device = await openDevice();
  steering = await openSteering(device);
});

afterAll(() => {
  device.close();
});

/** Sizes: three layers, five samples of which arrays hold eight, an odd number of neurons. */
const [layers, samples, capacity, neurons] = [3, 5, 8, 77];
const stride = paddedTo(neurons);
/** Rows of the compiled kernels. */
const rows = Math.ceil(neurons / 32) * 32;
const bonds = { selfCoupling: 2, layerCoupling: 3, skipCoupling: 1 };
const margins = [1, 4, 2];
const feedbackRows = 4;
const feedbackRow = [3, 0, 2, 2, 1];

/** Integers −7..7 in an array over [layer][sample][row], 0 in padding; every seventh is a 0. */
function integers(name: string, blocks = layers * capacity): Float32Array<ArrayBuffer> {
  const words = stream(11, name);
  const values = new Float32Array(blocks * stride);
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < neurons; i++) values[block * stride + i] = words.below(15) - 7;
  }
  return values;
}

const spins = (name: string): Float32Array<ArrayBuffer> => {
  const values = integers(name);
  for (let k = 0; k < values.length; k++) if (k % stride < neurons) values[k] = values[k]! >= 0 ? 1 : -1;
  return values;
};

const arrays = {
  states: spins("states"),
  fields: integers("fields"),
  drive: integers("drive", capacity),
  feedback: integers("feedback", 2 * feedbackRows),
};

/** Layer 0 sees the input, layers 1 and 2 the feedback; they wake in sweeps 1, 2 and 3. */
const network = async (): Promise<SteeredLayers> => ({
  ...{ layers, neurons, stride, capacity, ...bonds },
  table: await uploadLayers(
    device,
    margins.map((margin, l) => ({ waking: l + 1, input: l === 0 ? 0 : -1, feedback: l - 1, margin })),
  ),
});

async function put(label: string, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) {
  const buffer = await device.allocate(label, values.byteLength);
  device.upload(buffer, 0, values);
  return buffer;
}

const uploaded = async () => ({
  states: await put("states", arrays.states),
  fields: await put("fields", arrays.fields),
  drive: await put("drive", arrays.drive),
});

/** The same layer and sample for the compiled kernels; calls back with the addresses. */
function compiled(
  { done, gain, words }: { readonly done: number; readonly gain: number; readonly words: DeviceWords | null },
  use: (at: {
    readonly layer: number;
    readonly sample: number;
    readonly record: number;
    readonly state: number;
    readonly fields: number;
    readonly drive: number;
    readonly out: number;
    readonly kernels: ReturnType<typeof loadKernels>;
  }) => void,
): void {
  const kernels = loadKernels();
  const record = kernels.allocate(BONDS_BYTES);
  const [fields, drive, random] = [4, 4, 4].map((bytes) => kernels.allocate(bytes * rows)) as number[];
  const [zeros, out] = [kernels.allocate(rows), kernels.allocate(rows)];
  const states = Array.from({ length: layers }, () => kernels.allocate(rows));
  const awake = (layer: number): boolean => done >= layer + 1;
  for (let sample = 0; sample < samples; sample++) {
    const part = (values: Float32Array, layer: number) =>
      values.subarray((layer * capacity + sample) * stride, (layer * capacity + sample) * stride + rows);
    const stateOf = (layer: number) => (awake(layer) ? (states[layer] ?? zeros) : zeros);
    kernels.int8(zeros, rows).fill(0);
    states.forEach((at, layer) => {
      kernels.int8(at, rows).set(part(arrays.states, layer));
    });
    for (let layer = 0; layer < layers; layer++) {
      if (done + 1 < layer + 1) continue;
      const own = kernels.float32(fields!, rows).fill(0);
      if (awake(layer)) own.set(part(arrays.fields, layer));
      const external = kernels.float32(drive!, rows).fill(0);
      if (layer === 0) external.set(part(arrays.drive, 0));
      const row = (layer - 1) * feedbackRows + feedbackRow[sample]!;
      if (layer > 0) {
        for (let i = 0; i < neurons; i++) external[i]! += gain * arrays.feedback[row * stride + i]!;
      }
      const partial = words !== null && awake(layer);
      if (partial) {
        const { key, substream, substreamStep } = words;
        const slot = layer * words.samples + (sample % words.samples);
        const from = substream + Math.floor(sample / words.samples) * substreamStep + done;
        kernels.functions.philoxWords(random!, (slot * rows) / 32, rows / 32, ...key, from);
      }
      writeBonds(kernels.memory, record, {
        ...{ below: stateOf(layer - 1), above: stateOf(layer + 1) },
        ...{ secondBelow: stateOf(layer - 2), secondAbove: stateOf(layer + 2) },
        ...bonds,
        ...{ margin: margins[layer]!, neurons, firstRow: 0, lastRow: rows },
        ...{ words: partial ? random! : 0, threshold: words?.threshold ?? 0 },
      });
      use({ layer, sample, record, state: stateOf(layer), fields: fields!, drive: drive!, out, kernels });
    }
  }
}

const words: DeviceWords = {
  ...{ threshold: Math.floor(0.6 * 2 ** 32), key: [0xdeadbeef, 0x12345678], substream: 70 },
  // Two samples share a substream: the five take three.
  ...{ substreamStep: 10, samples: 2, stride: rows },
};

describe("a sweep", () => {
  it.each([
    ["from zero", 0, 0, null],
    ["with a layer that wakes", 1, 1, null],
    ["of all layers, with the feedback", 3, 1, null],
    ["with half of the feedback", 3, 0.5, null],
    ["of a part of the neurons", 3, 1, words],
    ["of a part of the neurons, with layers that wake", 1, 0, words],
  ] as const)("%s gives the states of the compiled kernel, and says which samples moved", async (...args) => {
    const [, done, gain, partial] = args;
    const next = await device.allocate("next", arrays.states.byteLength);
    const flags = await put("flags", Uint32Array.from([...Array<number>(capacity).fill(0), 1, 1]));
    const work = device.record();
    steering.align(work, await network(), {
      ...(await uploaded()),
      ...{ samples, done, next, gain, feedbackRows, flags, words: partial },
      feedback: await put("feedback", arrays.feedback),
      feedbackRow: await put("rows", Uint32Array.from(feedbackRow)),
      ...{ flag: capacity + 1, restFlag: 0 },
    });
    work.submit();
    const found = new Float32Array(await device.read(next, 0, 4 * arrays.states.length));
    const expected = new Float32Array(arrays.states.length);
    const moved = new Uint32Array(capacity);
    compiled({ done, gain, words: partial }, ({ layer, sample, kernels, ...at }) => {
      kernels.functions.alignStates(at.record, at.out, at.state, at.fields, at.drive);
      const before = kernels.int8(at.state, neurons);
      const after = kernels.int8(at.out, neurons);
      expected.set(after, (layer * capacity + sample) * stride);
      if (after.some((s, i) => s !== before[i])) moved[sample] = done + 1;
    });
    expect(found).toEqual(expected);
    const flagged = new Uint32Array(await device.read(flags, 0, 4 * (capacity + 2)));
    expect(flagged.subarray(0, capacity)).toEqual(moved);
    expect([...flagged.subarray(capacity)]).toEqual([1, moved.some((at) => at > 0) ? 0 : 1]);
  });

  it("is left out where nothing moved before it, and made where something did", async () => {
    for (const [restFlag, runs] of [
      [capacity, false],
      [capacity + 1, true],
    ] as const) {
      const next = await device.allocate("next", arrays.states.byteLength);
      const flags = await put("flags", Uint32Array.from([...Array<number>(capacity).fill(0), 1, 0, 1]));
      const work = device.record();
      steering.align(work, await network(), {
        ...(await uploaded()),
        ...{ samples, done: 3, next, gain: 0, feedbackRows, flags, words: null },
        feedback: await put("feedback", arrays.feedback),
        feedbackRow: await put("rows", Uint32Array.from(feedbackRow)),
        ...{ flag: capacity + 2, restFlag },
      });
      work.submit();
      const found = new Float32Array(await device.read(next, 0, 4 * arrays.states.length));
      expect(found.some((s) => s !== 0)).toBe(runs);
      const flag = new Uint32Array(await device.read(flags, 4 * (capacity + 2), 4))[0];
      expect(flag).toBe(runs ? 0 : 1);
    }
  });
});

describe("learning sites", () => {
  it("are those of the compiled kernel, in number too", async () => {
    const counts = await put("counts", Uint32Array.of(0, 1000));
    const sites = await device.allocate("sites", arrays.states.byteLength);
    const work = device.record();
    const choice = { samples, done: 3, sites, counts, place: 1 };
    steering.chooseSites(work, await network(), { ...(await uploaded()), ...choice });
    work.submit();
    const found = new Float32Array(await device.read(sites, 0, 4 * arrays.states.length));
    const expected = new Float32Array(arrays.states.length);
    let count = 0;
    compiled({ done: 3, gain: 0, words: null }, ({ layer, sample, kernels, ...at }) => {
      count += kernels.functions.learningSites(at.record, at.out, at.state, at.fields, at.drive);
      expected.set(kernels.int8(at.out, neurons), (layer * capacity + sample) * stride);
    });
    expect(found).toEqual(expected);
    expect([...new Uint32Array(await device.read(counts, 0, 8))]).toEqual([0, 1000 + count]);
    // All of the cases are there: some neurons learn, and some lie on their margin.
    expect(count).toBeGreaterThan(300);
    expect(count).toBeLessThan(samples * layers * neurons - 300);
  });
});
