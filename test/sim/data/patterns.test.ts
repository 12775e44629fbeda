/** @file Artificial tasks: their defining correlations, against closed forms. */
import { describe, expect, test } from "vitest";
import type { LabelledStates } from "../../../sim/data/labelled.ts";
import { classSizes } from "../../../sim/data/labelled.ts";
import { hiddenManifold, parityTask, prototypes, randomPairs } from "../../../sim/data/patterns.ts";

const row = ({ states, n }: LabelledStates, sample: number): Int8Array =>
  states.subarray(sample * n, (sample + 1) * n);

const overlap = (a: Int8Array, b: Int8Array): number =>
  a.reduce((sum, bit, k) => sum + bit * b[k]!, 0) / a.length;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const standardErrorOf = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1));

const distinctRows = (data: LabelledStates): Map<string, number> =>
  new Map(Array.from({ length: data.count }, (_, k) => [row(data, k).join(), data.labels[k]!]));

describe("randomPairs", () => {
  test("±1 without bias, inputs and targets independent (4.5 standard errors of 101 × 999 bits)", () => {
    const { inputs, targets } = randomPairs({ n: 101, pairs: 999, seed: 1 });
    expect([inputs.length, targets.length]).toEqual([101 * 999, 101 * 999]);
    for (const bits of [inputs, targets]) {
      expect(new Set(bits)).toEqual(new Set([1, -1]));
      expect(Math.abs(overlap(bits, new Int8Array(bits.length).fill(1)))).toBeLessThan(
        4.5 / Math.sqrt(bits.length),
      );
    }
    expect(Math.abs(overlap(inputs, targets))).toBeLessThan(4.5 / Math.sqrt(inputs.length));
    // Neighbouring bits and rows: the 32 bits of one word must not repeat.
    for (const lag of [1, 32, 101]) {
      expect(Math.abs(overlap(inputs.slice(lag), inputs))).toBeLessThan(4.5 / Math.sqrt(inputs.length));
    }
  });

  test("a pair does not depend on the number of pairs; another seed gives others", () => {
    const many = randomPairs({ n: 13, pairs: 20, seed: 2 });
    const few = randomPairs({ n: 13, pairs: 7, seed: 2 });
    expect(few.inputs).toEqual(many.inputs.subarray(0, 7 * 13));
    expect(few.targets).toEqual(many.targets.subarray(0, 7 * 13));
    expect(randomPairs({ n: 13, pairs: 7, seed: 3 }).inputs).not.toEqual(few.inputs);
  });
});

describe("prototypes", () => {
  test("without noise: one state a class, the states uncorrelated; sizes differ by one at most", () => {
    const data = prototypes({ n: 1001, classes: 6, samples: 100, flipProbability: 0, seed: 4 });
    expect(data).toMatchObject({ count: 100, n: 1001, classes: 6 });
    expect(distinctRows(data).size).toBe(6);
    expect([...classSizes(data)].sort()).toEqual([16, 16, 17, 17, 17, 17]);
    expect([...data.labels]).not.toEqual([...data.labels].sort());
    for (let k = 0; k < 100; k++) {
      const q = overlap(row(data, 0), row(data, k));
      if (data.labels[k] === data.labels[0]) expect(q).toBe(1);
      else expect(Math.abs(q)).toBeLessThan(4.5 / Math.sqrt(1001));
    }
  });

  test("mean overlap of two samples of a class is (1 − 2p)², within 4.5 standard errors", () => {
    const n = 20_001;
    const data = prototypes({ n, classes: 2, samples: 8, flipProbability: 0.2, seed: 5 });
    const expected = (1 - 2 * 0.2) ** 2;
    for (let k = 1; k < 8; k++) {
      const target = data.labels[k] === data.labels[0] ? expected : 0;
      const deviation = Math.abs(overlap(row(data, 0), row(data, k)) - target);
      expect(deviation).toBeLessThan(4.5 * Math.sqrt((1 - target ** 2) / n));
    }
  });

  test("the prototypes stay when samples or noise change", () => {
    const clean = prototypes({ n: 40, classes: 3, samples: 30, flipProbability: 0, seed: 6 });
    const fewer = prototypes({ n: 40, classes: 3, samples: 12, flipProbability: 0, seed: 6 });
    const asPairs = (data: LabelledStates) => [...distinctRows(data)].sort();
    expect(asPairs(fewer)).toEqual(asPairs(clean));
    expect(prototypes({ n: 40, classes: 3, samples: 30, seed: 6 }).labels).toEqual(clean.labels);
  });
});

describe("parityTask", () => {
  const [n, samples, flipProbability] = [51, 20_000, 0.1];
  const data = parityTask({ n, samples, flipProbability, seed: 7 });
  const parity = (sample: number): number => 1 - 2 * data.labels[sample]!;

  test("no bit knows the label (4.5 standard errors of 20,000); classes are equal", () => {
    for (let i = 0; i < n; i++) {
      const values = Array.from({ length: samples }, (_, s) => row(data, s)[i]! * parity(s));
      expect(Math.abs(mean(values))).toBeLessThan(4.5 / Math.sqrt(samples));
    }
    expect(classSizes(data)).toEqual([10_000, 10_000]);
  });

  test("a product of one bit of each group knows it: |correlation| (1 − 2p)²; of one group: none", () => {
    const correlation = (i: number, j: number) =>
      Math.abs(
        mean(Array.from({ length: samples }, (_, s) => row(data, s)[i]! * row(data, s)[j]! * parity(s))),
      );
    const expected = (1 - 2 * flipProbability) ** 2;
    const tolerance = 4.5 / Math.sqrt(samples);
    // 26 bits show the first hidden bit, 25 the second.
    for (const [i, j] of [
      [0, 50],
      [25, 26],
      [12, 40],
    ] as const) {
      expect(Math.abs(correlation(i, j) - expected)).toBeLessThan(tolerance);
    }
    for (const [i, j] of [
      [0, 25],
      [26, 50],
    ] as const)
      expect(correlation(i, j)).toBeLessThan(tolerance);
  });

  test("without noise there are four states, and a state and its negative share a label: not linearly separable", () => {
    const clean = distinctRows(parityTask({ n: 9, samples: 40, flipProbability: 0, seed: 8 }));
    expect(clean.size).toBe(4);
    expect([...clean.values()].sort()).toEqual([0, 0, 1, 1]);
    // w·x + b and −w·x + b would both have the sign of the class, hence b as well, for both classes.
    for (const [state, label] of clean) {
      const negative = state
        .split(",")
        .map((bit) => -Number(bit))
        .join();
      expect(clean.get(negative)).toBe(label);
    }
  });
});

describe("hiddenManifold", () => {
  // q = 1 − 2θ/π plus noise 1/√n, θ the angle of two latents: E[q²] = 1/n + (1 − 1/n) E[(1 − 2θ/π)²], with
  // E = 1 (D = 1), 1/3 (θ uniform, D = 2), ∫ (1 − 2θ/π)² sin θ dθ / 2 = 1 − 8/π² (D = 3).
  test.each([
    [1, 1],
    [2, 1 / 3],
    [3, 1 - 8 / Math.PI ** 2],
  ])("D = %d: mean squared overlap %d, within 4.5 standard errors of 400 seeds", (latent, square) => {
    const n = 41;
    const means = Array.from({ length: 400 }, (_, seed) => {
      const data = hiddenManifold({ n, latent, samples: 10, seed });
      return mean([0, 2, 4, 6, 8].map((k) => overlap(row(data, k), row(data, k + 1)) ** 2));
    });
    const deviation = Math.abs(mean(means) - (1 / n + (1 - 1 / n) * square));
    expect(deviation).toBeLessThan(4.5 * standardErrorOf(means) + Number.EPSILON);
  });

  test("D = 1: two opposite states with one label each", () => {
    const data = distinctRows(hiddenManifold({ n: 15, latent: 1, samples: 60, seed: 9 }));
    expect(data.size).toBe(2);
    expect([...data.values()].sort()).toEqual([0, 1]);
  });

  test("two classes are equally large (4.5 standard errors of 20,000) and a Hebbian readout of 500 samples finds them", () => {
    const data = hiddenManifold({ n: 300, latent: 4, samples: 20_000, seed: 10 });
    expect(Math.abs(classSizes(data)[0]! - 10_000)).toBeLessThan(4.5 * Math.sqrt(20_000 / 4));
    const weights = new Float64Array(300);
    const parity = (sample: number): number => 1 - 2 * data.labels[sample]!;
    for (let s = 0; s < 500; s++) row(data, s).forEach((bit, i) => (weights[i]! += bit * parity(s)));
    const right = Array.from({ length: 2000 }, (_, k) => {
      const field = row(data, 500 + k).reduce((sum, bit, i) => sum + bit * weights[i]!, 0);
      return field * parity(500 + k) > 0 ? 1 : 0;
    });
    expect(mean(right)).toBeGreaterThan(0.9);
  });

  test("more classes: the label goes with the direction of the latent, whatever the number of samples", () => {
    const data = hiddenManifold({ n: 64, latent: 5, samples: 200, classes: 7, seed: 11 });
    expect(classSizes(data).filter((size) => size > 0).length).toBeGreaterThan(3);
    const fewer = hiddenManifold({ n: 64, latent: 5, samples: 20, classes: 7, seed: 11 });
    expect(fewer.states).toEqual(data.states.subarray(0, 20 * 64));
    expect(fewer.labels).toEqual(data.labels.subarray(0, 20));
  });
});

test.each([
  [() => randomPairs({ n: 0, pairs: 1, seed: 1 }), /randomPairs: n must be an integer from 1/],
  [() => randomPairs({ n: 2, pairs: NaN, seed: 1 }), /randomPairs: pairs must be an integer/],
  [() => randomPairs({ n: 2 ** 20, pairs: 2 ** 20, seed: 1 }), /randomPairs: n × pairs must be in/],
  [() => randomPairs({ n: 2, pairs: 2, seed: -1 }), /seed must be an integer/],
  [
    () => prototypes({ n: 4, classes: 1, samples: 4, seed: 1 }),
    /prototypes: classes must be an integer from 2 to 256/,
  ],
  [
    () => prototypes({ n: 4, classes: 2, samples: 4, flipProbability: 2, seed: 1 }),
    /flip probability must be in/,
  ],
  [() => parityTask({ n: 1, samples: 4, seed: 1 }), /parityTask: n must be an integer from 2/],
  [() => parityTask({ n: 4, samples: 0, seed: 1 }), /parityTask: samples must be an integer from 1/],
  [
    () => hiddenManifold({ n: 4, latent: 0, samples: 4, seed: 1 }),
    /hiddenManifold: latent must be an integer from 1/,
  ],
  [
    () => hiddenManifold({ n: 4, latent: 2, samples: 4, classes: 1, seed: 1 }),
    /hiddenManifold: classes must be/,
  ],
])("bad input is refused by name (%#)", (make, message) => {
  expect(make).toThrow(message);
});
