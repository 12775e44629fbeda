/**
 * @file What a GPU can do at most, measured: multiply-adds of f32 in registers, and bytes that a plain copy reads and writes.
 * The speeds of kernels are stated as fractions of these.
 */
import type { ComputeDevice } from "../sim/kernels/webgpu/device.ts";
import { parameters } from "../sim/kernels/webgpu/recorder.ts";
import type { Recorder } from "../sim/kernels/webgpu/recorder.ts";
import type { KernelSource } from "../sim/kernels/webgpu/source.ts";
import { median } from "./measure.ts";

/** A timing lasts at least this long, in seconds: many times what it costs to submit work and to wait for it. */
const LEAST_SECONDS = 0.2;

/** Most runs in one timing: short ones come to their time with fewer, and none may fill the queue. */
const MOST_RUNS = 4096;

/** Timings, of which the middle one counts. */
const TIMINGS = 3;

/**
 * Seconds of one run of what `record` records, without the cost of submitting it: many runs are submitted together.
 * @param record adds one run to the work
 */
export async function deviceSeconds(
  device: ComputeDevice,
  record: (work: Recorder) => void,
): Promise<number> {
  const timing = async (runs: number): Promise<number> => {
    const work = device.record();
    const start = performance.now();
    for (let k = 0; k < runs; k++) record(work);
    work.submit();
    await device.finish();
    return (performance.now() - start) / 1000;
  };
  await timing(1);
  let runs = 1;
  let seconds = await timing(runs);
  while (seconds < LEAST_SECONDS && runs < MOST_RUNS) {
    // At least twice as many: the first timings are mostly submission.
    runs = Math.min(MOST_RUNS, Math.ceil(runs * Math.max(2, LEAST_SECONDS / seconds)));
    seconds = await timing(runs);
  }
  const all = [seconds];
  while (all.length < TIMINGS) all.push(await timing(runs));
  return median(all) / runs;
}

/** Multiply-adds of one number in a loop, and numbers of a thread: 4 vec4, enough that none waits for the one before it. */
const UNROLLED = 8;
const NUMBERS = 16;

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** Registers only; x ← 0.999 x + c stays finite, and what comes out is written so that nothing can be left out. */
const multiplySource: KernelSource = {
  label: "multiply-adds",
  parameterBytes: 16,
  bindings: ["write"],
  code: `
struct Parameters { loops: u32, unused: u32, factor: f32, added: f32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(p.factor);
  let added = vec4f(p.added);
  ${range(4)
    .map((k) => `var x${k} = vec4f(f32(id.x + ${k}u));`)
    .join(" ")}
  for (var k = 0u; k < p.loops; k++) {
    ${range(UNROLLED)
      .map(() => range(4).map((k) => `x${k} = fma(x${k}, factor, added);`))
      .flat()
      .join("\n    ")}
  }
  out[id.x] = dot(x0 + x1 + x2 + x3, vec4f(1));
}`,
};

/** Four vec4 a thread, neighbouring threads side by side. */
const copySource: KernelSource = {
  label: "copy",
  parameterBytes: 16,
  bindings: ["read", "write"],
  code: `
struct Parameters { unused: u32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(256) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = 1024u * group.x + lane;
  for (var k = first; k < first + 1024u; k += 256u) { out[k] = source[k]; }
}`,
};

/** Bytes that a workgroup copies. */
const COPY_BLOCK = 16 * 1024;

/** Workgroups and loops of the multiply-adds, and bytes of the copy: far beyond any cache of a GPU. */
const gpuAmounts = { groups: 8192, loops: 256, bytes: 256 * 2 ** 20 };

/** For a GPU on paper. */
const softwareAmounts = { groups: 16, loops: 64, bytes: 16 * 2 ** 20 };

/** Most that a GPU does in a second. */
export interface DeviceLimits {
  /** Additions and multiplications of f32. */
  readonly operations: number;
  /** Bytes read and written by a copy. */
  readonly bytes: number;
}

/** Measures both limits. */
export async function measureLimits(device: ComputeDevice): Promise<DeviceLimits> {
  const { groups, loops, bytes } = device.software ? softwareAmounts : gpuAmounts;
  const sums = await device.allocate("sums", 4 * 256 * groups);
  const multiply = await device.kernel(multiplySource);
  const values = parameters([{ u32: loops }, { u32: 0 }, { f32: 0.999 }, { f32: 0.001 }]);
  const multiplySeconds = await deviceSeconds(device, (work) => {
    work.dispatch(multiply, { buffers: [sums], parameters: values, groups: [groups, 1, 1] });
  });
  sums.destroy();

  const blocks = Math.floor(Math.min(bytes, device.bindingBytes) / COPY_BLOCK);
  const [from, to] = [
    await device.allocate("source", blocks * COPY_BLOCK),
    await device.allocate("copy", blocks * COPY_BLOCK),
  ];
  const copy = await device.kernel(copySource);
  const copySeconds = await deviceSeconds(device, (work) => {
    work.dispatch(copy, {
      buffers: [from, to],
      parameters: parameters([{ u32: 0 }]),
      groups: [blocks, 1, 1],
    });
  });
  from.destroy();
  to.destroy();
  return {
    operations: (2 * NUMBERS * UNROLLED * loops * 256 * groups) / multiplySeconds,
    bytes: (2 * blocks * COPY_BLOCK) / copySeconds,
  };
}
