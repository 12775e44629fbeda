/** @file Entangled inputs: overlaps against the arcsine law, invariances of the sign, and the projection itself. */
import { describe, expect, test } from "vitest";
import { entangle, standardNormals, writeSigns } from "../../../sim/data/entangled.ts";
import type { LabelledImages, LabelledStates } from "../../../sim/data/labelled.ts";
import { takeSamples } from "../../../sim/data/labelled.ts";
import { readLabelledImages } from "../../../sim/data/mnist.ts";
import { stream } from "../../../sim/random.ts";

function imagesOf(...rows: number[][]): LabelledImages {
  const labels = Uint8Array.from(rows, (_, k) => k % 10);
  return {
    count: rows.length,
    pixels: rows[0]!.length,
    classes: 10,
    images: Uint8Array.from(rows.flat()),
    labels,
  };
}

const row = (data: LabelledStates, sample: number): Int8Array =>
  data.states.subarray(sample * data.n, (sample + 1) * data.n);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

/** ⟨x_k(a) x_k(b)⟩ = 1 − 2θ/π for Gaussian rows of R, θ the angle between the images. */
const arcsineLaw = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  1 - (2 / Math.PI) * Math.acos(Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));

describe("entangle", () => {
  const n = 40_000;
  test.each([
    ["orthogonal", [1, 0, 0], [0, 9, 0], 0],
    ["at 45 degrees", [200, 0, 0], [70, 70, 0], 1 / 2],
    ["at 60 degrees", [5, 5, 0], [0, 5, 5], 1 / 3],
    ["cosine 24/25", [3, 4, 0], [4, 3, 0], 1 - (2 / Math.PI) * Math.acos(24 / 25)],
  ])("two images %s: overlap within 4.5 standard errors of 40,000 bits", (_, a, b, expected) => {
    const data = entangle(imagesOf(a, b), { n, seed: 21 });
    const overlap = dot(row(data, 0), row(data, 1)) / n;
    expect(Math.abs(overlap - expected)).toBeLessThan(4.5 * Math.sqrt((1 - expected ** 2) / n));
  });

  test("MNIST: the overlaps of all 190 pairs of 20 digits, 3000 bits, within 5 standard errors; mean χ² of 1", async () => {
    const images = await readLabelledImages({ part: "test", most: 20 });
    const data = entangle(images, { n: 3000, seed: 22 });
    const deviations: number[] = [];
    for (let a = 0; a < 20; a++) {
      for (let b = 0; b < a; b++) {
        const image = (k: number) => images.images.subarray(784 * k, 784 * (k + 1));
        const expected = arcsineLaw(image(a), image(b));
        const standardError = Math.sqrt((1 - expected ** 2) / 3000);
        deviations.push((dot(row(data, a), row(data, b)) / 3000 - expected) / standardError);
      }
    }
    expect(Math.max(...deviations.map(Math.abs))).toBeLessThan(5);
    // The pairs share images, so that 190 deviations count as about 20 independent ones: 1 ± 4.5 √(2/20).
    const meanSquare = dot(deviations, deviations) / deviations.length;
    expect(Math.abs(meanSquare - 1)).toBeLessThan(4.5 * Math.sqrt(2 / 20));
  });

  test("a common factor of the grey values changes no sign; a black image is +1 everywhere", () => {
    const data = entangle(imagesOf([10, 0, 30, 7], [70, 0, 210, 49], [0, 0, 0, 0]), { n: 501, seed: 23 });
    expect(row(data, 1)).toEqual(row(data, 0));
    expect(row(data, 2)).toEqual(new Int8Array(501).fill(1));
    expect(Math.abs(row(data, 0).reduce((sum, bit) => sum + bit, 0))).toBeLessThan(4.5 * Math.sqrt(501));
  });

  test("is the sign of the plain matrix product, rows and columns in their places", () => {
    const rows = [
      [1, 0, 200],
      [0, 13, 14],
      [255, 255, 255],
    ];
    const data = entangle(imagesOf(...rows), { n: 5, seed: 24 });
    const projection = standardNormals(15, stream(24, "projection", 5));
    rows.forEach((image, sample) => {
      for (let k = 0; k < 5; k++) {
        const field = image.reduce((sum, grey, p) => sum + grey * projection[5 * p + k]!, 0);
        expect(row(data, sample)[k]).toBe(Math.sign(field));
      }
    });
  });

  test("the same seed sees every part through the same projection; another seed or n does not", async () => {
    const images = await readLabelledImages({ part: "test", most: 12 });
    const whole = entangle(images, { seed: 25 });
    expect(whole).toMatchObject({ count: 12, n: 100, classes: 10 });
    expect(whole.labels).toEqual(images.labels);
    expect(entangle(takeSamples(images, 5, 4), { seed: 25 })).toEqual(takeSamples(whole, 5, 4));
    expect(entangle(images, { seed: 26 }).states).not.toEqual(whole.states);
    const odd = entangle(images, { n: 101, seed: 25 });
    expect(odd.states).toHaveLength(12 * 101);
    expect(odd.states.every((bit) => bit === 1 || bit === -1)).toBe(true);
    expect(row(odd, 0).subarray(0, 100)).not.toEqual(row(whole, 0));
  });

  test.each([0, -1, 1.5, NaN, 2 ** 31])("n = %d is refused", (bad) => {
    expect(() => entangle(imagesOf([1, 2]), { n: bad, seed: 1 })).toThrow(
      /entangle: n must be an integer from 1/,
    );
  });
});

describe("standardNormals", () => {
  test("moments and tail of 200,000 within 4.5 standard errors", () => {
    const count = 200_000;
    const normals = standardNormals(count, stream(31, "normals"));
    const mean = (f: (x: number) => number) => normals.reduce((sum, x) => sum + f(x), 0) / count;
    // Variances of x, x², x³, x⁴ under N(0, 1): 1, 2, 15, 96; P(x > 2) = 0.0227501319.
    expect(Math.abs(mean((x) => x))).toBeLessThan(4.5 / Math.sqrt(count));
    expect(Math.abs(mean((x) => x ** 2) - 1)).toBeLessThan(4.5 * Math.sqrt(2 / count));
    expect(Math.abs(mean((x) => x ** 3))).toBeLessThan(4.5 * Math.sqrt(15 / count));
    expect(Math.abs(mean((x) => x ** 4) - 3)).toBeLessThan(4.5 * Math.sqrt(96 / count));
    const tail = 0.0227501319;
    expect(Math.abs(mean((x) => (x > 2 ? 1 : 0)) - tail)).toBeLessThan(
      4.5 * Math.sqrt((tail * (1 - tail)) / count),
    );
  });

  test("partners of a pair are uncorrelated, also in their squares (4.5 standard errors of 100,000)", () => {
    const normals = standardNormals(200_000, stream(32, "normals"));
    const firsts = normals.filter((_, k) => k % 2 === 0);
    const seconds = normals.filter((_, k) => k % 2 === 1);
    expect(Math.abs(dot(firsts, seconds)) / 100_000).toBeLessThan(4.5 / Math.sqrt(100_000));
    const squares = firsts.reduce((sum, x, k) => sum + (x * x - 1) * (seconds[k]! ** 2 - 1), 0);
    expect(Math.abs(squares) / 100_000).toBeLessThan(4.5 * Math.sqrt(4 / 100_000));
  });

  test("an odd count is the beginning of the even one", () => {
    const even = standardNormals(8, stream(33, "normals"));
    expect(standardNormals(7, stream(33, "normals"))).toEqual(even.subarray(0, 7));
    expect(standardNormals(0, stream(33, "normals"))).toHaveLength(0);
  });
});

test("writeSigns: both zeros are +1", () => {
  const signs = new Int8Array(4);
  writeSigns(Float64Array.of(0, -0, -1e-300, 2), signs);
  expect([...signs]).toEqual([1, 1, -1, 1]);
});
