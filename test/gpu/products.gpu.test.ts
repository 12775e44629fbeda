/** @file Products and updates of matrices on the GPU against plain sums in f64. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComputeDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import type { CouplingPrecision, DeviceMatrix } from "../../sim/kernels/webgpu/matrix.ts";
import {
  createMatrix,
  downloadMatrix,
  MATRIX_TILE,
  paddedTo,
  uploadMatrix,
} from "../../sim/kernels/webgpu/matrix.ts";
import { openPlasticity } from "../../sim/kernels/webgpu/plasticity.ts";
import type { ProductMethod } from "../../sim/kernels/webgpu/products.ts";
import { openProducts } from "../../sim/kernels/webgpu/products.ts";
import { stream } from "../../sim/random.ts";

let whole: ComputeDevice;
let split: ComputeDevice;

beforeAll(async () => {
  whole = await openDevice();
  // Room for two tiles of rows of at most 256 columns in a binding.
  split = await openDevice({ bindingBytes: 8 * MATRIX_TILE * 256 });
});

afterAll(() => {
  whole.close();
  split.close();
});

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
}

const words = stream(1, "test");
const spin = (): number => (words.nextUint32() % 2 === 0 ? 1 : -1);
/** −1, 0 or 1: sites of neurons, some of which do not learn. */
const site = (): number => (words.nextUint32() % 3) - 1;
const integer = (): number => (words.nextUint32() % 41) - 20;
const real = (): number => words.uniform() - 0.5;
const many = (count: number, draw: () => number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, draw);

/** A buffer [sample][padded column] of the values [sample][column]. */
async function padded(device: ComputeDevice, values: Float32Array, samples: number, columns: number) {
  const stride = paddedTo(columns);
  const all = new Float32Array(samples * stride);
  for (let b = 0; b < samples; b++) all.set(values.subarray(b * columns, (b + 1) * columns), b * stride);
  const buffer = await device.allocate("test", all.byteLength);
  device.upload(buffer, 0, all);
  return buffer;
}

/** Σ_j W_ij x_bj, in f64, [sample][row]. */
function products(weights: Float32Array, x: Float32Array, { rows, columns, samples }: Shape): number[] {
  return Array.from({ length: samples * rows }, (_, k) => {
    const [b, i] = [Math.floor(k / rows), k % rows];
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += weights[i * columns + j]! * x[b * columns + j]!;
    return sum;
  });
}

/** The same on the GPU. */
async function productsOn(
  device: ComputeDevice,
  {
    weights,
    x,
    shape,
    precision,
    method,
  }: {
    weights: Float32Array;
    x: Float32Array;
    shape: Shape;
    precision: CouplingPrecision;
    method: ProductMethod;
  },
): Promise<{ found: number[]; matrix: DeviceMatrix }> {
  const { rows, columns, samples } = shape;
  const kernels = await openProducts(device, { precision, method });
  const matrix = await createMatrix(device, "weights", { rows, columns, precision });
  uploadMatrix(device, matrix, weights);
  const states = await padded(device, x, samples, columns);
  const stride = paddedTo(rows);
  const out = await device.allocate("out", 4 * samples * stride);
  const work = device.record();
  kernels.refreshHalves(work, matrix);
  kernels.signed(work, { matrix, states, statesOffset: 0, samples, out, outOffset: 0, outStride: stride });
  work.submit();
  const all = new Float32Array(await device.read(out, 0, 4 * samples * stride));
  const found = Array.from(
    { length: samples * rows },
    (_, k) => all[Math.floor(k / rows) * stride + (k % rows)]!,
  );
  return { found, matrix };
}

const shapes: Shape[] = [
  { rows: 1, columns: 1, samples: 1 },
  { rows: 65, columns: 63, samples: 16 },
  { rows: 100, columns: 130, samples: 17 },
  { rows: 130, columns: 200, samples: 33 },
  { rows: 70, columns: 256, samples: 100 },
];

describe.each([
  ["wide", "whole"],
  ["narrow", "whole"],
  ["plain", "whole"],
  ["tiled", "split"],
  ["wide", "split"],
  ["plain", "split"],
] as const)("products, %s, matrices %s", (method, kind) => {
  const device = () => (kind === "whole" ? whole : split);

  it.each(shapes)("are exact with integers: $rows × $columns, $samples samples", async (shape) => {
    const weights = many(shape.rows * shape.columns, integer);
    const x = many(shape.samples * shape.columns, spin);
    for (const precision of ["f32", "f16"] as const) {
      const { found, matrix } = await productsOn(device(), { weights, x, shape, precision, method });
      const tiles = Math.ceil(shape.rows / MATRIX_TILE);
      const tilesOfPanel = kind === "whole" ? tiles : Math.floor(512 / paddedTo(shape.columns));
      expect(matrix.panels).toHaveLength(Math.ceil(tiles / tilesOfPanel));
      expect(found).toEqual(products(weights, x, shape));
    }
  });

  it.each(shapes)("agree to 3e-6 of their scale: $rows × $columns, $samples samples", async (shape) => {
    const weights = many(shape.rows * shape.columns, real);
    const x = many(shape.samples * shape.columns, spin);
    const { found } = await productsOn(device(), { weights, x, shape, precision: "f32", method });
    const scale = Math.sqrt(shape.columns / 12);
    products(weights, x, shape).forEach((expected, k) => {
      expect(Math.abs(found[k]! - expected)).toBeLessThan(3e-6 * Math.max(scale, 1));
    });
  });
});

describe("products", () => {
  it("in half precision are those of weights rounded to 11 bits", async () => {
    const shape = { rows: 66, columns: 70, samples: 3 };
    const weights = many(shape.rows * shape.columns, real);
    const x = many(shape.samples * shape.columns, spin);
    const { found } = await productsOn(whole, { weights, x, shape, precision: "f16", method: "plain" });
    const exact = products(weights, x, shape);
    const errors = found.map((value, k) => Math.abs(value - exact[k]!));
    // Each of 70 weights of at most ½ is off by at most 2⁻¹² of it.
    expect(Math.max(...errors)).toBeLessThan(70 * 0.5 * 2 ** -12);
    expect(Math.max(...errors)).toBeGreaterThan(1e-6);
  });

  it("of long rows keep 1e-5 of the field's scale", async () => {
    const methods = ["wide", "narrow", "plain"] as const;
    for (const [samples, method] of [2, 40].flatMap((b) => methods.map((each) => [b, each] as const))) {
      const shape = { rows: 3, columns: 6400, samples };
      const weights = many(shape.rows * shape.columns, real);
      const x = many(samples * shape.columns, spin);
      const { found } = await productsOn(whole, { weights, x, shape, precision: "f32", method });
      const errors = products(weights, x, shape).map((value, k) => Math.abs(value - found[k]!));
      expect(Math.max(...errors) / Math.sqrt(6400 / 12)).toBeLessThan(1e-5);
    }
  });

  it("of a block of rows leave the others alone, and a flag stops them", async () => {
    const shape = { rows: 200, columns: 50, samples: 5 };
    const weights = many(shape.rows * shape.columns, integer);
    const x = many(shape.samples * shape.columns, spin);
    const exact = products(weights, x, shape);
    const devices = [
      [whole, "tiled"],
      [split, "tiled"],
      [split, "plain"],
    ] as const;
    for (const [device, method] of devices) {
      const kernels = await openProducts(device, { method });
      const matrix = await createMatrix(device, "weights", shape);
      uploadMatrix(device, matrix, weights);
      const states = await padded(device, x, shape.samples, shape.columns);
      const out = await device.allocate("out", 4 * 5 * 256);
      const flags = await device.allocate("flags", 16);
      device.upload(flags, 0, new Uint32Array([0, 1]));
      const product = {
        matrix,
        states,
        statesOffset: 0,
        samples: 5,
        out,
        outOffset: 0,
        outStride: 256,
        skip: flags,
      };
      const work = device.record();
      kernels.signed(work, { ...product, firstRow: 64, rows: 64, skipOffset: 0 });
      kernels.signed(work, { ...product, skipOffset: 4 });
      work.submit();
      const found = new Float32Array(await device.read(out, 0, 4 * 5 * 256));
      for (let b = 0; b < 5; b++) {
        for (let i = 0; i < 200; i++) {
          expect(found[b * 256 + i]).toBe(i >= 64 && i < 128 ? exact[b * 200 + i] : 0);
        }
      }
    }
  });

  it("refuse rows that are no whole tiles", async () => {
    const kernels = await openProducts(whole);
    const matrix = await createMatrix(whole, "weights", { rows: 64, columns: 64 });
    const buffer = await whole.allocate("x", 4 * 64);
    const product = {
      matrix,
      states: buffer,
      statesOffset: 0,
      samples: 1,
      out: buffer,
      outOffset: 0,
      outStride: 64,
    };
    expect(() => {
      kernels.signed(whole.record(), { ...product, firstRow: 10 });
    }).toThrow("firstRow must be a multiple of 64, got 10");
  });
});

describe.each([
  ["tiled", "whole"],
  ["plain", "whole"],
  ["tiled", "split"],
] as const)("updates, %s, matrices %s", (method, kind) => {
  const shape = { rows: 130, columns: 100 };

  async function update(samples: number, precision: CouplingPrecision, zeroDiagonal: boolean) {
    const device = kind === "whole" ? whole : split;
    const { rows, columns } = shape;
    const weights = many(rows * columns, real);
    const [u, s] = [many(samples * rows, site), many(samples * columns, spin)];
    const matrix = await createMatrix(device, "weights", { ...shape, precision });
    uploadMatrix(device, matrix, weights);
    const { imprint } = await openPlasticity(device, { precision, method });
    const [rate, keep] = [0.01, 0.875];
    const work = device.record();
    imprint(work, {
      ...{ matrix, samples, rate, keep, zeroDiagonal },
      ...{ sites: await padded(device, u, samples, rows), sitesOffset: 0, sitesStride: paddedTo(rows) },
      ...{ states: await padded(device, s, samples, columns), statesOffset: 0 },
    });
    work.submit();
    const expected = Array.from(weights, (weight, k) => {
      const [i, j] = [Math.floor(k / columns), k % columns];
      if (zeroDiagonal && i === j) return 0;
      let sum = 0;
      for (let b = 0; b < samples; b++) sum += u[b * rows + i]! * s[b * columns + j]!;
      return keep * weight + Math.fround(rate) * sum;
    });
    return { found: await downloadMatrix(device, matrix), expected, matrix, device };
  }

  it.each([1, 16, 17, 100])("sum over %d samples, decay and clear the diagonal", async (samples) => {
    for (const zeroDiagonal of [true, false]) {
      const { found, expected } = await update(samples, "f32", zeroDiagonal);
      // Two roundings to f32 of numbers below 2.
      expected.forEach((value, k) => {
        expect(Math.abs(found[k]! - value)).toBeLessThan(2.5e-7);
      });
    }
  });

  it("leave padding at zero and halves up to date", async () => {
    const { matrix, device } = await update(20, "f16", true);
    for (const { values, halves, rows, firstRow } of matrix.panels) {
      const full = new Float32Array(await device.read(values, 0, 4 * rows * matrix.stride));
      const half = new Uint16Array(await device.read(halves!, 0, 2 * rows * matrix.stride));
      full.forEach((value, k) => {
        const [i, j] = [firstRow + Math.floor(k / matrix.stride), k % matrix.stride];
        if (i >= shape.rows || j >= shape.columns) expect(value).toBe(0);
        expect(Math.abs(halfToNumber(half[k]!) - value)).toBeLessThanOrEqual(
          2 ** -11 * Math.abs(value) + 2 ** -25,
        );
      });
    }
  });
});

/** Value of a number of half precision (IEEE 754 binary16). */
function halfToNumber(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
