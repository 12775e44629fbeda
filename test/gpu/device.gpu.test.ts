import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import { DeviceLost, DeviceMemory, NoDevice } from "../../sim/kernels/webgpu/errors.ts";
import {
  createMatrix,
  destroyMatrix,
  downloadMatrix,
  MATRIX_TILE,
  uploadMatrix,
} from "../../sim/kernels/webgpu/matrix.ts";
import { parameters } from "../../sim/kernels/webgpu/recorder.ts";
import type { KernelSource } from "../../sim/kernels/webgpu/source.ts";

/** values ← factor·values + summand for the first `count`. */
const scale: KernelSource = {
  label: "scale",
  parameterBytes: 16,
  bindings: ["write"],
  code: `
struct Parameters { count: u32, factor: f32, summand: f32 }
@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < p.count) { values[id.x] = p.factor * values[id.x] + p.summand; }
}`,
};

let device: ComputeDevice;

beforeAll(async () => {
  device = await openDevice();
});

afterAll(() => {
  device.close();
});

describe("ComputeDevice", () => {
  it("runs kernels one after the other, each on what the last one left, over many submissions", async () => {
    const values = await device.allocate("values", 4 * 100);
    const kernel = await device.kernel(scale);
    const work = device.record();
    // 1500 dispatches are more than one submission holds; x ← x + 1 each.
    for (let k = 0; k < 1500; k++) {
      const run = parameters([{ u32: 100 }, { f32: 1 }, { f32: 1 }]);
      work.dispatch(kernel, { buffers: [values], parameters: run, groups: [2, 1, 1] });
    }
    work.dispatch(kernel, {
      buffers: [values],
      parameters: parameters([{ u32: 50 }, { f32: 2 }, { f32: 0 }]),
      groups: [2, 1, 1],
    });
    work.submit();
    const found = new Float32Array(await device.read(values, 0, 400));
    expect([found[0], found[49], found[50], found[99]]).toEqual([3000, 3000, 1500, 1500]);
  });

  it("takes the size of a dispatch from a buffer, zero for none", async () => {
    const values = await device.allocate("values", 16);
    const sizes = await device.allocate("sizes", 32, true);
    device.upload(sizes, 0, new Uint32Array([0, 1, 1, 0, 1, 1, 1, 0]));
    const kernel = await device.kernel(scale);
    const work = device.record();
    for (const offset of [0, 16]) {
      const run = parameters([{ u32: 4 }, { f32: 1 }, { f32: 5 }]);
      work.dispatch(kernel, { buffers: [values], parameters: run, groups: { buffer: sizes, offset } });
    }
    work.submit();
    expect([...new Float32Array(await device.read(values, 0, 16))]).toEqual([5, 5, 5, 5]);
  });

  it("copies and clears in the order of the work", async () => {
    const [a, b] = [await device.allocate("a", 16), await device.allocate("b", 16)];
    device.upload(a, 0, new Float32Array([1, 2, 3, 4]));
    const work = device.record();
    work.copy(a, 4, b, 0, 12);
    work.clear(a, 8);
    work.submit();
    expect([...new Float32Array(await device.read(b, 0, 16))]).toEqual([2, 3, 4, 0]);
    expect([...new Float32Array(await device.read(a, 0, 16))]).toEqual([1, 2, 0, 0]);
  });

  it("says how much a buffer needs that is too large", async () => {
    await expect(device.allocate("couplings", 1e15)).rejects.toThrow(DeviceMemory);
    await expect(device.allocate("couplings", 1e15)).rejects.toThrow(
      /couplings needs 1000000000000000 bytes/,
    );
    const small = await openDevice({ bindingBytes: 4096 });
    await expect(small.allocate("order", 8192)).rejects.toThrow(
      "order needs 8192 bytes in one piece on the GPU, 4096 allowed",
    );
    small.close();
  });

  it("reports wrong WGSL with the compiler's words", async () => {
    await expect(device.kernel({ ...scale, label: "wrong", code: "fn main( {" })).rejects.toThrow(
      /expected|wrong/,
    );
  });

  it("reports a device that is gone, in what waits and in what comes after", async () => {
    const gone = await openDevice();
    const values = await gone.allocate("values", 16);
    gone.gpu.destroy();
    await expect(gone.read(values, 0, 16)).rejects.toThrow(DeviceLost);
    await expect(gone.allocate("more", 16)).rejects.toThrow(/the GPU was lost/);
  });

  it("names what is missing where an adapter is asked for that is not there", async () => {
    await expect(openDevice({ dawn: "adapter=no such adapter" })).rejects.toThrow(NoDevice);
  });
});

describe("matrices", () => {
  it.each([Infinity, 4 * MATRIX_TILE * 192])(
    "come back as they went, in panels of at most %d bytes",
    async (most) => {
      const limited = await openDevice({ bindingBytes: Math.min(most, device.bindingBytes) });
      const [rows, columns] = [150, 130];
      const values = Float32Array.from({ length: rows * columns }, (_, k) => Math.sin(k));
      const matrix = await createMatrix(limited, "couplings", { rows, columns });
      uploadMatrix(limited, matrix, values);
      expect(matrix.panels).toHaveLength(most === Infinity ? 1 : 3);
      expect(await downloadMatrix(limited, matrix)).toEqual(values);
      destroyMatrix(matrix);
      limited.close();
    },
  );

  it("need room for one tile of rows", async () => {
    const tiny = await openDevice({ bindingBytes: 4096 });
    await expect(createMatrix(tiny, "couplings", { rows: 10, columns: 100 })).rejects.toThrow(
      "couplings needs 32768 bytes in one piece on the GPU, 4096 allowed",
    );
    tiny.close();
  });
});
