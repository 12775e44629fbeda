/** @file Tuples among fixed points: all ordered tuples one by one, all states of a network, and the histogram of pairs. */
import { describe, expect, test } from "vitest";
import { findFixedPoints, stateOf, type FixedPoints } from "../../sim/instance/enumerate.ts";
import { sampleNetwork } from "../../sim/instance/network.ts";
import { pairHistogram } from "../../sim/instance/pairs.ts";
import { countTuples } from "../../sim/instance/tuples.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";
import { OutOfDomain } from "../../theory/errors.ts";

/** Every state is a fixed point. */
const everyState = (n: number): FixedPoints => ({
  n,
  count: 2 ** n,
  words: Uint32Array.from({ length: 2 ** (n - 1) }, (_, k) => 2 ** (n - 1) + k),
});

const kernels = createScalarKernels();

function sampled(n: number, selfCoupling: number, sample: number): FixedPoints {
  const mark = kernels.mark();
  const found = findFixedPoints(
    sampleNetwork({ n, kernels }, stream(5, "couplings", n, sample)),
    selfCoupling,
  );
  kernels.release(mark);
  return found;
}

/** Ordered tuples of each length, by the states themselves. */
function oneByOne({ n, words }: FixedPoints, flips: number): number[] {
  const half = Array.from(words, (word) => Array.from(stateOf(word, n)));
  const states = [...half, ...half.map((state) => state.map((spin) => -spin))];
  const apart = states.map((a) => states.map((b) => a.filter((spin, i) => spin !== b[i]).length === flips));
  const counts = [0, 0, 0];
  const extend = (members: readonly number[]): void => {
    if (members.length > 1) counts[members.length - 2]++;
    if (members.length === 4) return;
    states.forEach((_, k) => {
      if (members.every((member) => apart[member][k])) extend([...members, k]);
    });
  };
  states.forEach((_, k) => extend([k]));
  return counts;
}

describe("counts", () => {
  test("all ordered tuples one by one, 4 networks of N = 7 to 9, every distance", () => {
    let quadruples = 0;
    for (const [n, sample] of [
      [7, 0],
      [7, 1],
      [8, 0],
      [9, 0],
    ] as const) {
      const points = sampled(n, 0.8, sample);
      for (let flips = 1; flips <= n; flips++) {
        const counts = countTuples(points, flips);
        expect(Object.values(counts), `N = ${n}, D = ${flips}`).toEqual(oneByOne(points, flips));
        quadruples += counts.quadruples;
      }
    }
    expect(quadruples).toBeGreaterThan(0);
  });

  test("all states of N = 8: multinomial numbers of patterns", () => {
    const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));
    const multinomial = (...counts: number[]): number =>
      counts.reduce((ratio, count) => ratio / factorial(count), factorial(8));
    const half = 2;
    expect(countTuples(everyState(8), 2 * half)).toEqual({
      pairs: 2 ** 8 * multinomial(4, 4),
      triples: 2 ** 8 * multinomial(2, 2, 2, 2),
      // Odd members and two against two share D/2 = 2: (0, 2), (1, 1), (2, 0); the last leaves no neuron that agrees.
      quadruples:
        2 ** 8 * (multinomial(2, 2, 2, 2) + multinomial(1, 1, 1, 1, 1, 1, 1, 1) + multinomial(0, 2, 2, 2, 2)),
    });
  });

  test("pairs as in the histogram, N = 16", () => {
    const points = sampled(16, 0.4, 0);
    const histogram = pairHistogram(points);
    for (let flips = 1; flips <= 16; flips++) expect(countTuples(points, flips).pairs).toBe(histogram[flips]);
  });

  test("none without fixed points", () => {
    const none = { n: 9, count: 0, words: new Uint32Array(0) };
    expect(countTuples(none, 4)).toEqual({ pairs: 0, triples: 0, quadruples: 0 });
  });

  test("more fixed points than 65,536, negatives included, are refused", () => {
    const points = { n: 22, count: 65_538, words: new Uint32Array(32_769) };
    expect(() => countTuples(points, 11)).toThrow(OutOfDomain);
    expect(() => countTuples(points, 11)).toThrow(/65536.*65538/);
  });

  test("other sizes and distances are refused", () => {
    const none = { count: 0, words: new Uint32Array(0) };
    expect(() => countTuples({ n: 23, ...none }, 4)).toThrow(OutOfDomain);
    expect(() => countTuples({ n: 9, ...none }, 0)).toThrow(OutOfDomain);
    expect(() => countTuples({ n: 9, ...none }, 10)).toThrow(OutOfDomain);
  });
});
