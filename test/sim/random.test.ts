/** @file Random streams: published answers of Philox4x32-10, uniformity, independence of names, bad input. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { philox4x32, stream, Stream } from "../../sim/random.ts";

/** Pearson's χ² of observed counts against equal expectation. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** χ² with k − 1 degrees of freedom has mean k − 1 and variance 2(k − 1): deviation in standard errors. */
const chiSquaredDeviation = (counts: readonly number[]): number =>
  (chiSquared(counts) - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));

describe("Philox4x32-10", () => {
  // Known answers of the Random123 distribution (kat_vectors): counter, key, output.
  const all = 0xffffffff;
  test.each([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[all, all, all, all], [all, all], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ] as const)("counter %j, key %j", (counter, key, answer) => {
    const words = philox4x32(counter, key).map((word) => word.toString(16).padStart(8, "0"));
    expect(words.join(" ")).toBe(answer);
  });
});

describe("stream", () => {
  test("words follow the block counter of the stream and of its substreams", () => {
    const { key } = stream(1, "a");
    const plain = new Stream(key);
    const words = Array.from({ length: 8 }, () => plain.nextUint32());
    expect(words).toEqual([...philox4x32([0, 0, 0, 0], key), ...philox4x32([1, 0, 0, 0], key)]);
    const part = plain.substream(7);
    expect(Array.from({ length: 4 }, () => part.nextUint32())).toEqual(philox4x32([0, 0, 7, 1], key));
  });

  test("the same name gives the same words, whatever else was drawn", () => {
    const other = stream(5, "order", 3);
    other.permutation(100);
    const once = stream(5, "couplings", 3, 9);
    const again = stream(5, "couplings", 3, 9);
    for (let k = 0; k < 20; k++) expect(once.nextUint32()).toBe(again.nextUint32());
  });

  test("names that could be run together have different keys", () => {
    const names: (readonly [number, string, ...number[]])[] = [
      [0, ""],
      [1, ""],
      [2 ** 32, ""],
      [2 ** 53 - 1, ""],
      [0, "a"],
      [0, "b"],
      [0, "ab"],
      [0, "a", 0],
      [0, "a", 0, 0],
      [0, "a", 1],
      [0, "a", 2 ** 32],
      [0, "a", 1, 2],
      [0, "a", 2, 1],
    ];
    expect(new Set(names.map((name) => stream(...name).key.join())).size).toBe(names.length);
  });

  test("neighbouring seeds and indices: every key bit changes in half of the cases (4 standard errors of 4000)", () => {
    const pairs = 4000;
    const changes = new Array<number>(64).fill(0);
    for (let k = 0; k < pairs; k++) {
      const [a, b] = [stream(k, "couplings", 3).key, stream(k + 1, "couplings", 3).key];
      for (let bit = 0; bit < 64; bit++) {
        changes[bit]! += ((a[bit >> 5]! ^ b[bit >> 5]!) >>> (bit & 31)) & 1;
      }
    }
    const largest = Math.max(...changes.map((count) => Math.abs(count - pairs / 2)));
    expect(largest).toBeLessThan(4 * Math.sqrt(pairs / 4));
  });

  test.each([-1, 0.5, NaN, Infinity, 2 ** 53])("seed or index %d is refused by name", (bad) => {
    expect(() => stream(bad, "a")).toThrow(/seed must be an integer from 0/);
    expect(() => stream(1, "a", bad)).toThrow(/stream index must be an integer/);
    expect(() => stream(1, "a").substream(bad)).toThrow(/substream index must be an integer/);
  });
});

describe("draws", () => {
  test("uniform: inside (0, 1), mean 1/2 and variance 1/12 within 4 standard errors of 40,000", () => {
    const source = stream(11, "uniform");
    const values = Array.from({ length: 40_000 }, () => source.uniform());
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / values.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / values.length));
  });

  test("below: every value inside the range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.nat(), (n, seed) => {
        const value = stream(seed, "below").below(n);
        return Number.isInteger(value) && value >= 0 && value < n;
      }),
    );
  });

  test("below: equal frequencies for n = 7, and for n = 3·2³⁰, where a third would be biased without rejection", () => {
    const source = stream(12, "below");
    const small = new Array<number>(7).fill(0);
    for (let k = 0; k < 70_000; k++) small[source.below(7)]!++;
    expect(Math.abs(chiSquaredDeviation(small))).toBeLessThan(4);
    // Without rejection, every third value would come twice as often as the others.
    const residues = [0, 0, 0];
    for (let k = 0; k < 30_000; k++) residues[source.below(3 * 2 ** 30) % 3]!++;
    expect(Math.abs(chiSquaredDeviation(residues))).toBeLessThan(4);
  });

  test("permutation: all 24 orders of 4 equally often, χ² within 4 standard errors of 48,000", () => {
    const source = stream(13, "permutation");
    const counts = new Map<string, number>();
    for (let k = 0; k < 48_000; k++) {
      const order = source.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquaredDeviation([...counts.values()]))).toBeLessThan(4);
  });

  test("permutation: each number once; lengths 0 and 1", () => {
    const source = stream(14, "permutation");
    expect(Array.from(source.permutation(0))).toEqual([]);
    expect(Array.from(source.permutation(1))).toEqual([0]);
    const sorted = Array.from(source.permutation(1000)).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from(sorted.keys()));
  });

  test.each([0, -1, 1.5, NaN, 2 ** 32])("below(%d) is refused", (n) => {
    expect(() => stream(1, "a").below(n)).toThrow(/below: n must be an integer from 1/);
  });
});
