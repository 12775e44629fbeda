/** @file Exact enumeration against brute force, the exact finite-N means (P3) and (P6'), ties, limits and bad input. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import { networkOf, couplingColumn, sampleNetwork, type Network } from "../../sim/instance/network.ts";
import { pairHistogram } from "../../sim/instance/pairs.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { createScalarKernels } from "../../sim/kernels/scalar.ts";
import { stream } from "../../sim/random.ts";

const kernels = loadKernels();

/** Simpson's rule with 400 steps. */
function integrate(f: (x: number) => number, from: number, to: number): number {
  const steps = 400;
  let sum = f(from) + f(to);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + (k * (to - from)) / steps);
  return (sum * (to - from)) / steps / 3;
}

const normalCdf = (x: number): number =>
  0.5 + integrate((t) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI), 0, x);

/** Φ₂(a, a; ρ) = Φ(a)² + (1/2π) ∫₀^{arcsin ρ} exp(−a²/(1 + sin θ)) dθ, and the two ends. */
function pairProbability(a: number, rho: number): number {
  if (rho >= 1) return normalCdf(a);
  if (rho <= -1) return Math.max(0, 2 * normalCdf(a) - 1);
  const integrand = (angle: number): number => Math.exp((-a * a) / (1 + Math.sin(angle)));
  return normalCdf(a) ** 2 + integrate(integrand, 0, Math.asin(rho)) / (2 * Math.PI);
}

const binomial = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1);

/** (P3): E[#] = (2Φ(J_D √(N/(N−1))))^N. */
const expectedCount = (n: number, selfCoupling: number): number =>
  (2 * normalCdf(selfCoupling * Math.sqrt(n / (n - 1)))) ** n;

/** (P6'): mean number of ordered pairs at Hamming distance D. */
function expectedPairs(n: number, selfCoupling: number, distance: number): number {
  const a = selfCoupling * Math.sqrt(n / (n - 1));
  const equal = pairProbability(a, 1 - (2 * distance) / (n - 1));
  const opposite = pairProbability(a, -1 + (2 * (distance - 1)) / (n - 1));
  return 2 ** n * binomial(n, distance) * equal ** (n - distance) * opposite ** distance;
}

/** Mean and standard error of the mean. */
function statistics(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** All fixed points by trying every state, as words with s_N = +1, ascending; fields summed as integers of `unit`. */
function bruteForce(network: Network, selfCoupling: number, unit: number): number[] {
  const { n } = network;
  const scaled = (value: number): bigint => BigInt(value / unit);
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => scaled(couplingColumn(network, j)[i]!)),
  );
  const words = Array.from({ length: 2 ** (n - 1) }, (_, k) => k + 2 ** (n - 1));
  return words.filter((word) => {
    const state = Array.from(stateOf(word, n), BigInt);
    return rows.every((row, i) => {
      const field = row.reduce((sum, coupling, j) => sum + (i === j ? 0n : coupling * state[j]!), 0n);
      return state[i]! * field + scaled(selfCoupling) > 0n;
    });
  });
}

const sorted = (words: Uint32Array): number[] => Array.from(words).sort((a, b) => a - b);

describe("against brute force in exact integers", () => {
  test.each([2, 3, 4, 5, 6, 7, 8, 9, 10])("N = %d, Gaussian couplings (multiples of 2⁻⁷⁰)", (n) => {
    for (const selfCoupling of [0, 0.25, 0.75, 2]) {
      const network = sampleNetwork({ n, kernels }, stream(71, "couplings", n));
      const exact = bruteForce(network, selfCoupling, 2 ** -70);
      const found = findFixedPoints(network, selfCoupling);
      expect(sorted(found.words)).toEqual(exact);
      expect(found.count).toBe(2 * exact.length);
    }
  });

  test("couplings and J_D that are multiples of 1/2: ties are everywhere, and are no fixed points", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(10_000), fc.nat(4), (n, seed, twiceSelfCoupling) => {
        const words = stream(seed, "half integers");
        const mark = kernels.mark();
        const network = networkOf({ n, kernels }, () => (words.below(5) - 2) / 2);
        const found = sorted(findFixedPoints(network, twiceSelfCoupling / 2).words);
        const exact = bruteForce(network, twiceSelfCoupling / 2, 0.5);
        kernels.release(mark);
        expect(found).toEqual(exact);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("couplings over twelve decades: fields that drift and states at the border come out exactly", () => {
    for (let seed = 0; seed < 6; seed++) {
      const words = stream(seed, "wide couplings");
      const network = networkOf(
        { n: 10, kernels },
        () => (words.uniform() - 0.5) * 10 ** (-12 * words.uniform()),
      );
      expect(sorted(findFixedPoints(network, 1e-6).words)).toEqual(bruteForce(network, 1e-6, 2 ** -110));
    }
  });
});

describe("mean number of fixed points is (P3) within 4 standard errors", () => {
  const selfCouplings = [0, 0.1, 0.3, 0.5, 0.8, 1.2];
  test.each([
    [2, 4000],
    [3, 4000],
    [8, 2000],
    [11, 1000],
    [14, 400],
    [17, 100],
    [20, 24],
  ])("N = %d, %d samples, J_D = 0, 0.1, 0.3, 0.5, 0.8, 1.2", (n, samples) => {
    const network = sampleNetwork({ n, kernels }, stream(72, "couplings"));
    const counts = selfCouplings.map(() => [] as number[]);
    for (let k = 0; k < samples; k++) {
      sampleNetwork({ n, kernels }, stream(72, "couplings", n, k), { into: network });
      selfCouplings.forEach((selfCoupling, m) =>
        counts[m]!.push(findFixedPoints(network, selfCoupling).count),
      );
    }
    selfCouplings.forEach((selfCoupling, m) => {
      const { mean, error } = statistics(counts[m]!);
      expect(Math.abs(mean - expectedCount(n, selfCoupling)) / error).toBeLessThan(4);
    });
  });
});

describe("pairs", () => {
  test("the closed form (P6') gives its stated values at N = 10, J_D = 0.3", () => {
    expect(expectedPairs(10, 0.3, 1)).toBeCloseTo(7.23685, 5);
    expect(expectedPairs(10, 0.3, 2)).toBeCloseTo(9.09975, 5);
    expect(expectedPairs(10, 0.3, 5)).toBeCloseTo(13.6496, 5);
    expect(expectedPairs(10, 0.3, 0)).toBeCloseTo(expectedCount(10, 0.3), 9);
  });

  test.each([
    [10, 0.3, 4000],
    [9, 0, 4000],
    [12, 0.7, 800],
  ])(
    "N = %d, J_D = %d, %d samples: mean histogram is (P6') within 4 standard errors",
    (n, selfCoupling, samples) => {
      const network = sampleNetwork({ n, kernels }, stream(73, "couplings"));
      const histograms = Array.from({ length: samples }, (_, k) => {
        sampleNetwork({ n, kernels }, stream(73, "couplings", n, k), { into: network });
        return pairHistogram(findFixedPoints(network, selfCoupling));
      });
      for (let distance = 0; distance <= n; distance++) {
        const { mean, error } = statistics(histograms.map((histogram) => histogram[distance]!));
        const deviation = Math.abs(mean - expectedPairs(n, selfCoupling, distance));
        expect(deviation).toBeLessThanOrEqual(4 * error);
      }
    },
  );

  test("both ways of counting agree with all pairs of whole states", () => {
    for (const [n, selfCoupling] of [
      [2, 1],
      [5, 0.5],
      [9, 0.8],
      [13, 0.6],
    ] as const) {
      const network = sampleNetwork({ n, kernels }, stream(74, "couplings", n));
      const fixedPoints = findFixedPoints(network, selfCoupling);
      const half = Array.from(fixedPoints.words, (word) => Array.from(stateOf(word, n)));
      const whole = half.flatMap((state) => [state, state.map((s) => -s)]);
      const expected = new Float64Array(n + 1);
      for (const a of whole) for (const b of whole) expected[a.filter((s, i) => s !== b[i]).length]!++;
      expect(pairHistogram(fixedPoints, { method: "all-pairs" })).toEqual(expected);
      expect(pairHistogram(fixedPoints, { method: "walsh-hadamard" })).toEqual(expected);
      expect(pairHistogram(fixedPoints)).toEqual(expected);
    }
  });

  test("both ways agree on random sets of any size, N up to 16", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 16 }),
        fc.nat(10_000),
        fc.double({ min: 0, max: 1 }),
        (n, seed, density) => {
          const source = stream(seed, "set");
          const all = Array.from({ length: 2 ** (n - 1) }, (_, k) => k + 2 ** (n - 1));
          const words = Uint32Array.from(all.filter(() => source.uniform() < density ** 4));
          const set = { n, count: 2 * words.length, words };
          const one = pairHistogram(set, { method: "all-pairs" });
          const other = pairHistogram(set, { method: "walsh-hadamard" });
          return one.every((count, distance) => count === other[distance]);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  test("no fixed points: zeros; all states: 2^N C(N, D), by the transform at N = 20", () => {
    expect(pairHistogram({ n: 4, count: 0, words: new Uint32Array(0) })).toEqual(new Float64Array(5));
    const n = 20;
    const network = sampleNetwork({ n, kernels }, stream(75, "couplings"));
    const everything = findFixedPoints(network, 100);
    expect(everything.count).toBe(2 ** n);
    const histogram = pairHistogram(everything);
    for (let d = 0; d <= n; d++) expect(histogram[d]).toBe(2 ** n * Math.round(binomial(n, d)));
  });
});

test("compiled and scalar kernels: same words", () => {
  const [a, b] = [kernels, createScalarKernels()].map((set) =>
    findFixedPoints(sampleNetwork({ n: 15, kernels: set }, stream(76, "couplings")), 0.7),
  );
  expect(a!.count).toBeGreaterThan(0);
  expect(a).toEqual(b);
});

test("words and states: s_i = +1 where bit i is set", () => {
  expect(Array.from(stateOf(0b1011, 5))).toEqual([1, 1, -1, 1, -1]);
});

describe("bad input gets one line that names it", () => {
  const network = sampleNetwork({ n: 4, kernels }, stream(77, "couplings"));

  test("N = 31", () => {
    const large = sampleNetwork({ n: 31, kernels }, stream(77, "couplings"));
    expect(() => findFixedPoints(large, 0.5)).toThrow(/^n must be an integer from 2 to 30, got 31/);
  });

  test.each([-1, NaN, Infinity])("selfCoupling = %d", (selfCoupling) => {
    expect(() => findFixedPoints(network, selfCoupling)).toThrow(/^selfCoupling must be in/);
  });

  test("the transform at N = 28", () => {
    const set = { n: 28, count: 2, words: Uint32Array.of(2 ** 27) };
    expect(() => pairHistogram(set, { method: "walsh-hadamard" })).toThrow(/walsh-hadamard needs n ≤ 27/);
    expect(pairHistogram(set)[28]).toBe(2);
  });
});
