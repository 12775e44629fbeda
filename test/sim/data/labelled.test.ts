/** @file Parts, classes and noise of labelled samples. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabelledImages, LabelledStates } from "../../../sim/data/labelled.ts";
import {
  classSizes,
  flipBits,
  requireEveryClass,
  selectSamples,
  shufflePixels,
  takeSamples,
} from "../../../sim/data/labelled.ts";
import { stream } from "../../../sim/random.ts";

/** Images whose pixels name their sample and their place: 10·sample + pixel; labels are sample mod 3. */
function numberedImages(count: number, pixels = 4): LabelledImages {
  const images = Uint8Array.from(
    { length: count * pixels },
    (_, k) => 10 * Math.floor(k / pixels) + (k % pixels),
  );
  return { count, pixels, classes: 3, images, labels: Uint8Array.from({ length: count }, (_, k) => k % 3) };
}

const constantStates = (count: number, n: number): LabelledStates => ({
  count,
  n,
  classes: 2,
  states: new Int8Array(count * n).fill(1),
  labels: Uint8Array.from({ length: count }, (_, k) => k % 2),
});

const fractionFlipped = ({ states }: LabelledStates): number =>
  states.reduce((sum, bit) => sum + (bit === -1 ? 1 : 0), 0) / states.length;

describe("parts", () => {
  test("takeSamples: the named rows with their labels, and the source keeps its own", () => {
    const data = numberedImages(6);
    const part = takeSamples(data, 2, 3);
    expect(part).toMatchObject({ count: 3, pixels: 4, classes: 3 });
    expect([...part.images]).toEqual([20, 21, 22, 23, 30, 31, 32, 33, 40, 41, 42, 43]);
    expect([...part.labels]).toEqual([2, 0, 1]);
    part.images.fill(0);
    expect(data.images[8]).toBe(20);
    expect(takeSamples(data, 6, 0).count).toBe(0);
  });

  test("takeSamples of states keeps their type", () => {
    const states = Int8Array.of(1, -1, -1, -1, 1, 1);
    const part = takeSamples({ count: 3, n: 2, classes: 2, states, labels: Uint8Array.of(0, 1, 1) }, 1, 2);
    expect(part).toEqual({
      count: 2,
      n: 2,
      classes: 2,
      states: Int8Array.of(-1, -1, 1, 1),
      labels: Uint8Array.of(1, 1),
    });
  });

  test("selectSamples: every row once at most, whole and with its own label; smaller subsets begin larger ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), fc.nat(), (count, wanted, seed) => {
        const size = wanted % (count + 1);
        const part = selectSamples(numberedImages(count), size, stream(seed, "test"));
        const samples = Array.from({ length: size }, (_, k) => part.images[4 * k]! / 10);
        expect(new Set(samples).size).toBe(size);
        samples.forEach((sample, k) => {
          expect([...part.images.subarray(4 * k, 4 * k + 4)]).toEqual(
            [0, 1, 2, 3].map((p) => 10 * sample + p),
          );
          expect(part.labels[k]).toBe(sample % 3);
        });
        const whole = selectSamples(numberedImages(count), count, stream(seed, "test"));
        expect([...whole.labels.subarray(0, size)]).toEqual([...part.labels]);
      }),
    );
  });

  test("selectSamples: each of 5 samples is first equally often, within 4.5 standard errors of 5000 draws", () => {
    const words = stream(3, "test");
    const counts = new Array<number>(5).fill(0);
    for (let k = 0; k < 5000; k++) counts[selectSamples(numberedImages(5), 1, words).images[0]! / 10]!++;
    for (const count of counts)
      expect(Math.abs(count - 1000)).toBeLessThan(4.5 * Math.sqrt(5000 * 0.2 * 0.8));
  });

  test.each([
    [() => takeSamples(numberedImages(3), 2, 2), /takeSamples: count must be an integer from 0 to 1, got 2/],
    [
      () => takeSamples(numberedImages(3), -1, 2),
      /takeSamples: first must be an integer from 0 to 3, got -1/,
    ],
    [
      () => selectSamples(numberedImages(3), 4, stream(1, "a")),
      /selectSamples: count must be .* 0 to 3, got 4/,
    ],
    [() => selectSamples(numberedImages(3), NaN, stream(1, "a")), /selectSamples: count .* got NaN/],
  ])("a part outside the data is refused (%#)", (take, message) => {
    expect(take).toThrow(message);
  });
});

describe("classes", () => {
  test("sizes, and the empty classes by name", () => {
    const data = { ...numberedImages(5), classes: 5 };
    expect(classSizes(data)).toEqual([2, 2, 1, 0, 0]);
    expect(() => requireEveryClass(data, "training data")).toThrow(
      "training data must hold samples of all 5 classes, got none of classes 3, 4 in 5 samples",
    );
    expect(() => requireEveryClass(takeSamples(numberedImages(5), 0, 2), "part")).toThrow(
      /none of class 2 in 2/,
    );
    expect(() => requireEveryClass(numberedImages(3), "training data")).not.toThrow();
  });
});

describe("flipBits", () => {
  test.each([0.05, 0.3, 0.5])(
    "probability %d: fraction within 4.5 standard errors of 200,000",
    (probability) => {
      const flipped = flipBits(constantStates(2000, 100), probability, stream(7, "flips"));
      const standardError = Math.sqrt((probability * (1 - probability)) / 200_000);
      expect(Math.abs(fractionFlipped(flipped) - probability)).toBeLessThan(4.5 * standardError);
      expect(flipped.labels).toEqual(constantStates(2000, 100).labels);
    },
  );

  test("0 flips nothing, 1 everything; the source stays", () => {
    const data = constantStates(10, 7);
    expect(flipBits(data, 0, stream(1, "flips"))).toEqual(data);
    expect(fractionFlipped(flipBits(data, 1, stream(1, "flips")))).toBe(1);
    expect(fractionFlipped(data)).toBe(0);
  });

  test("bits flipped at 0.1 are among those flipped at 0.2 from the same words", () => {
    const [few, many] = [0.1, 0.2].map((p) => flipBits(constantStates(50, 20), p, stream(2, "flips")).states);
    few!.forEach((bit, k) => {
      if (bit === -1) expect(many![k]).toBe(-1);
    });
    expect(many).not.toEqual(few);
  });

  test.each([-0.1, 1.1, NaN])("probability %d is refused", (bad) => {
    expect(() => flipBits(constantStates(1, 1), bad, stream(1, "a"))).toThrow(
      /flip probability must be in \[0, 1\]/,
    );
  });
});

describe("shufflePixels", () => {
  test("the same permutation in all images, each pixel once", () => {
    const { images, labels } = shufflePixels(numberedImages(5, 9), stream(4, "pixels"));
    const order = [...images.subarray(0, 9)];
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(order).not.toEqual([...order].sort());
    for (let s = 0; s < 5; s++) {
      expect([...images.subarray(9 * s, 9 * s + 9)]).toEqual(order.map((pixel) => 10 * s + pixel));
    }
    expect(labels).toEqual(numberedImages(5).labels);
  });
});
