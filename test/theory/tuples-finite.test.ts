/** @file Mean number of tuples at finite N: the pair formula, a sum over all tuples of states, and the limit N → ∞. */
import { describe, expect, test } from "vitest";
import { centralProbability } from "../../theory/entropy.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { integerReplicaFreeEntropy } from "../../theory/integer-replicas.ts";
import { normalCdf } from "../../theory/normal.ts";
import { orthantProbability } from "../../theory/normal-orthants.ts";
import { expectedPairs } from "../../theory/pairs.ts";
import { expectedTuples } from "../../theory/tuples-finite.ts";

const bit = (word: number, i: number): number => ((word >> i) & 1 ? 1 : -1);
const flipsBetween = (one: number, other: number): number => {
  let count = 0;
  for (let word = one ^ other; word !== 0; word >>= 1) count += word & 1;
  return count;
};

/** Σ over all ordered tuples of states at mutual distance D of the product over neurons, each with its own correlations. */
function sumOverStates(n: number, selfCoupling: number, replicas: number, distance: number): number {
  const h = selfCoupling * Math.sqrt(n / (n - 1));
  const known = new Map<string, number>();
  const stable = (states: readonly number[], i: number): number => {
    const spins = states.map((word) => bit(word, i));
    const key = spins.map((spin) => spin * spins[0]).join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const correlations = states.map((one, a) =>
      states.map((other, b) => {
        let sum = 0;
        for (let j = 0; j < n; j++) if (j !== i) sum += bit(one, j) * bit(other, j);
        return (spins[a] * spins[b] * sum) / (n - 1);
      }),
    );
    const value = orthantProbability(h, correlations);
    known.set(key, value);
    return value;
  };
  const extend = (states: readonly number[]): number => {
    if (states.length === replicas)
      return Array.from({ length: n }, (_, i) => stable(states, i)).reduce((product, p) => product * p, 1);
    let sum = 0;
    for (let word = 0; word < 2 ** n; word++)
      if (states.every((other) => flipsBetween(word, other) === distance)) sum += extend([...states, word]);
    return sum;
  };
  // The couplings are even in sign, neuron by neuron: every first state gives the same.
  return 2 ** n * extend([0]);
}

describe("mean number of tuples", () => {
  test("pairs: (P6') within 1e-11, in the logarithm, at 5 sizes, 6 J_D and all distances", () => {
    for (const n of [2, 3, 10, 22, 301])
      for (const selfCoupling of [0, 0.01, 0.06, 0.3, 1, 3])
        for (let distance = 1; distance <= n; distance += Math.ceil(n / 30)) {
          const { logMean } = expectedTuples({ n, selfCoupling, replicas: 2, distance });
          const exact = expectedPairs({ n, selfCoupling, distance }).logMean;
          if (exact === -Infinity) expect(logMean).toBe(exact);
          else expect(Math.abs(logMean - exact), `N = ${n}, D = ${distance}`).toBeLessThan(1e-11);
        }
  });

  test.each([
    [5, 0.4, 3, 2],
    [6, 0.1, 3, 4],
    [7, 0.3, 4, 4],
    [8, 0.2, 4, 2],
  ])(
    "N = %d, J_D = %d, m = %d, D = %d: the sum over all tuples of states, within 1e-10",
    (n, j, m, distance) => {
      const { mean } = expectedTuples({ n, selfCoupling: j, replicas: m, distance });
      expect(Math.abs(mean / sumOverStates(n, j, m, distance) - 1)).toBeLessThan(1e-10);
    },
  );

  test("no three states lie an odd distance apart, nor beyond two thirds of N", () => {
    for (const replicas of [3, 4])
      for (const distance of [3, 7, 14, 20])
        expect(expectedTuples({ n: 20, selfCoupling: 0.5, replicas, distance })).toEqual({
          mean: 0,
          logMean: -Infinity,
        });
  });

  test("four states two flips apart in pairs of two: sums to zero at J_D = 0, positive beyond", () => {
    // The pattern two against two has u₁ + u₂ + u₃ + u₄ = 0 at D = 2.
    const at = (h: number) =>
      orthantProbability(
        h,
        [1, 1, -1, -1].map((one, _, all) => all.map((other) => (one * other * 18 - 1) / 21)),
      );
    expect(at(0)).toBeLessThan(1e-12);
    expect(at(0.3)).toBeGreaterThan(1e-4);
    expect(at(8)).toBeCloseTo(normalCdf(8), 12);
  });
});

describe("where an orthant has no volume or little", () => {
  test("N = 3, D = 2: two stabilities are opposite, 48 P^3 of triples and 48 P^3 of quadruples", () => {
    // Every two members agree on one neuron; J_12 = −J_12 there: P = P(−h < u < h) Φ(h) and P(−h < u < h)².
    for (const selfCoupling of [1e-9, 1e-3, 0.3, 3]) {
      const h = selfCoupling * Math.sqrt(1.5);
      const [below, between] = [normalCdf(h), centralProbability(h)];
      const at = (replicas: number) => expectedTuples({ n: 3, selfCoupling, replicas, distance: 2 }).logMean;
      expect(at(3)).toBeCloseTo(Math.log(48) + 3 * Math.log(between * below), 11);
      expect(at(4)).toBeCloseTo(Math.log(48) + 6 * Math.log(between), 11);
    }
  });

  test("N = 3, D = 2, J_D = 0.3: means over 4·10⁶ networks (numpy), within 4 standard errors", () => {
    const at = (replicas: number) => expectedTuples({ n: 3, selfCoupling: 0.3, replicas, distance: 2 }).mean;
    expect(Math.abs(at(3) - 0.302592)).toBeLessThan(4 * 0.001062);
    expect(Math.abs(at(4) - 0.027108)).toBeLessThan(4 * 0.00057);
  });

  test("J_D = 0: none where the stabilities of a neuron add up to zero", () => {
    for (const [n, replicas, distance] of [
      [3, 3, 2],
      [3, 4, 2],
      [4, 4, 2],
    ])
      expect(expectedTuples({ n, selfCoupling: 0, replicas, distance }).mean).toBe(0);
    // Beside tuples with such a neuron there are others here.
    expect(expectedTuples({ n: 7, selfCoupling: 0, replicas: 4, distance: 4 }).mean).toBeGreaterThan(0);
    expect(expectedTuples({ n: 12, selfCoupling: 0, replicas: 4, distance: 2 }).mean).toBeGreaterThan(0);
  });

  test("refused where a probability above zero is too small to be known", () => {
    const at = (selfCoupling: number) => expectedTuples({ n: 4, selfCoupling, replicas: 4, distance: 2 });
    expect(() => at(1e-9)).toThrow(NotConverged);
    expect(() => at(1e-3)).toThrow(/selfCoupling 0.001/);
    // Every pattern has the same P ∼ h³ of four stabilities that add up to zero, and each neuron one factor P.
    expect(at(0.01).logMean - at(0.005).logMean).toBeCloseTo(12 * Math.LN2, 3);
  });
});

describe("N → ∞", () => {
  /** φ from log E + (m(m−1)/4) log N at N = 200·2^k, with its powers of 1/N taken out one after the other. */
  function extrapolated(selfCoupling: number, distance: number, replicas: number): number {
    const sizes = [0, 1, 2, 3, 4].map((k) => 200 * 2 ** k);
    const values = sizes.map((n) => {
      const flips = Math.round(distance * n);
      const { logMean } = expectedTuples({ n, selfCoupling, replicas, distance: flips });
      // Stirling: the counts of each pattern obey m(m−1)/2 conditions, each of which costs √N.
      return logMean + ((replicas * (replicas - 1)) / 4) * Math.log(n);
    });
    let table = values.slice(1).map((value, k) => (value - values[k]) / sizes[k]);
    for (let power = 2; table.length > 1; power++)
      table = table.slice(1).map((value, k) => (2 ** power * value - table[k]) / (2 ** power - 1));
    return table[0];
  }

  test.each([
    [0.05, 0.1, 2],
    [0.05, 0.1, 3],
    [0.05, 0.1, 4],
    [0.3, 0.2, 3],
    [0.3, 0.2, 4],
  ])("J_D = %d, d = %d, m = %d: φ(m, q) of (P13) within 1e-9", (selfCoupling, distance, replicas) => {
    const { phi } = integerReplicaFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, replicas });
    expect(Math.abs(extrapolated(selfCoupling, distance, replicas) - phi)).toBeLessThan(1e-9);
  });
});

describe("domain", () => {
  const good = { n: 10, selfCoupling: 0.3, replicas: 3, distance: 4 };
  test.each([
    ["n", { n: 1 }],
    ["n", { n: 10.5 }],
    ["selfCoupling", { selfCoupling: -0.1 }],
    ["selfCoupling", { selfCoupling: NaN }],
    ["replicas", { replicas: 5 }],
    ["replicas", { replicas: 1 }],
    ["distance", { distance: 0 }],
    ["distance", { distance: 11 }],
  ])("%s: %j is refused", (name, change) => {
    expect(() => expectedTuples({ ...good, ...change })).toThrow(OutOfDomain);
    expect(() => expectedTuples({ ...good, ...change })).toThrow(name);
  });
});
