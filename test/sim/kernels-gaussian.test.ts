/** @file Gaussian couplings: accuracy of the polynomials, distribution, tail, independence of columns. */
import { describe, expect, test } from "vitest";
import { createFrame } from "../../sim/kernels/frame.ts";
import { boxMuller } from "../../sim/kernels/gaussian.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";

const WORD_RANGE = 2 ** 32;

/** Columns first..last−1 of an n × n fill with unit variance, diagonal left out; column by column. */
function normals(n: number, seed: number, first = 0, last = n): Float64Array[] {
  const kernels = loadKernels();
  const frame = createFrame(kernels, n);
  kernels.functions.gaussianFill(frame.address, ...stream(seed, "gaussian").key, 1, first, last);
  return Array.from({ length: last - first }, (_, k) => {
    const column = kernels.float32(frame.couplings + 4 * (first + k) * frame.stride, n);
    return Float64Array.from(column).filter((_, i) => i !== first + k);
  });
}

/** Φ(x) by Simpson's rule from 0; error below 1e−9 for |x| ≤ 8. */
function normalCdf(x: number): number {
  const steps = 200;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * density((k * x) / steps);
  return 0.5 + (sum * x) / steps / 3;
}

describe("Box–Muller with own polynomials", () => {
  test("absolute error below 1e−10 against Math.log, sqrt, sin, cos, over 20,000 word pairs and the extreme ones", () => {
    const words = stream(31, "words");
    const extremes = [
      0,
      1,
      2,
      2 ** 29 - 1,
      2 ** 29,
      2 ** 30,
      2 ** 31 - 1,
      2 ** 31,
      WORD_RANGE - 2,
      WORD_RANGE - 1,
    ];
    const pairs = extremes.flatMap((w) => extremes.map((v) => [w, v] as const));
    for (let k = 0; k < 20_000; k++) pairs.push([words.nextUint32(), words.nextUint32()]);
    const errors = pairs.map(([w, v]) => {
      const radius = Math.sqrt(-2 * Math.log((w + 0.5) / WORD_RANGE));
      const angle = (2 * Math.PI * ((v << 2) / 4 + 0.5)) / WORD_RANGE;
      const turned = [Math.cos(angle), Math.sin(angle)];
      if ((v >>> 30) & 1) turned.reverse();
      const sign = v >>> 31 ? -1 : 1;
      const [x, y] = boxMuller(w, v, 1);
      return Math.hypot(x - sign * radius * turned[0]!, y - sign * radius * turned[1]!);
    });
    expect(errors.reduce((largest, error) => Math.max(largest, error))).toBeLessThan(1e-10);
  });

  test("the angle words cover the circle evenly: each of 64 sectors equally often on a grid of 2¹⁶ words", () => {
    const sectors = new Array<number>(64).fill(0);
    for (let k = 0; k < 65536; k++) {
      const [x, y] = boxMuller(WORD_RANGE / 2, k * 65536 + 32768, 1);
      sectors[Math.floor((Math.atan2(y, x) / (2 * Math.PI) + 1) * 64) % 64]!++;
    }
    for (const count of sectors) expect(Math.abs(count - 1024)).toBeLessThanOrEqual(1);
  });
});

describe("distribution of 640,000 normals", () => {
  const n = 800;
  const columns = normals(n, 32);
  const values = columns.flatMap((column) => Array.from(column));
  const size = values.length;
  const meanOf = (power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / size;

  // Moments of a normal: E x^{2k} = (2k − 1)!!; the variance of the estimate is E x^{2p} − (E x^p)².
  test.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10170],
  ])("moment %d is %d within 4 standard errors", (power, moment, variance) => {
    expect(Math.abs(meanOf(power) - moment)).toBeLessThan(4 * Math.sqrt(variance / size));
  });

  test("Kolmogorov–Smirnov distance below 2.2/√size (probability 1e−4)", () => {
    const sorted = values.toSorted((a, b) => a - b);
    let distance = 0;
    for (let k = 0; k < size; k += 64) {
      distance = Math.max(distance, Math.abs(normalCdf(sorted[k]!) - (k + 0.5) / size));
    }
    expect(distance).toBeLessThan(2.2 / Math.sqrt(size));
  });

  test.each([2, 3, 4])("number beyond ±%d within 4 standard errors of each tail", (limit) => {
    const expected = size * normalCdf(-limit);
    for (const sign of [1, -1]) {
      const beyond = values.filter((x) => sign * x > limit).length;
      expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  test("neighbours within a column, and equal rows of neighbouring columns, are uncorrelated (4 standard errors)", () => {
    let along = 0;
    let across = 0;
    for (let j = 0; j + 1 < n; j++) {
      for (let i = 0; i + 1 < n - 1; i++) {
        along += columns[j]![i]! * columns[j]![i + 1]!;
        across += columns[j]![i]! * columns[j + 1]![i]!;
      }
    }
    expect(Math.abs(along)).toBeLessThan(4 * n);
    expect(Math.abs(across)).toBeLessThan(4 * n);
  });
});

test("a column does not depend on which others are filled with it", () => {
  const whole = normals(100, 33);
  expect(normals(100, 33, 40, 60)).toEqual(whole.slice(40, 60));
});

test("diagonal and padding are zero", () => {
  const kernels = loadKernels();
  const n = 37;
  const frame = createFrame(kernels, n);
  kernels.float32(frame.couplings, n * frame.stride).fill(7);
  kernels.functions.gaussianFill(frame.address, 1, 2, 1, 0, n);
  const couplings = kernels.float32(frame.couplings, n * frame.stride);
  couplings.forEach((coupling, k) => {
    const [i, j] = [k % frame.stride, Math.floor(k / frame.stride)];
    if (i === j || i >= n) expect(coupling).toBe(0);
    else expect(coupling === 0 || coupling === 7).toBe(false);
  });
});
