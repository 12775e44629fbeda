/** @file Entropy of layered networks (P24)-(P26): sums over columns, limits, enumeration of small networks. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleEnsemble } from "../../sim/instance/ensemble.ts";
import { findFixedPoints, stateOf } from "../../sim/instance/enumerate.ts";
import { loadKernels } from "../../sim/kernels/load.ts";
import { stream } from "../../sim/random.ts";
import { annealedEntropy, expectedCount } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { expectedLayeredCount, layeredEntropy, logExpectedLayeredCount } from "../../theory/layered.ts";
import type { Depth } from "../../theory/layered.ts";
import { columnSum, expectedPairsOfTwo } from "./layered-reference.ts";

const entropy = (layers: Depth, ferromagneticCoupling: number, selfCoupling: number) =>
  layeredEntropy({ layers, ferromagneticCoupling, selfCoupling });

describe("entropy of layered networks (P24), (P26)", () => {
  test.each([
    [2, 0.068414255],
    [3, 0.077412379],
    [10, 0.093414408],
    ["infinite", 0.100212547],
  ] as const)("J_D = 0, λ = 0.5, %s layers: %d (mpmath)", (layers, exact) => {
    expect(entropy(layers, 0.5, 0).entropy).toBeCloseTo(exact, 9);
  });

  test("strong bonds at J_D = 0 leave log((1 + √2)/2) without end", () => {
    const limit = Math.log((1 + Math.SQRT2) / 2);
    expect(entropy("infinite", 8, 0).entropy).toBeCloseTo(limit, 14);
    expect(entropy("infinite", 1e6, 0).entropy).toBeCloseTo(limit, 14);
    expect(entropy(2, 40, 0).entropy).toBeCloseTo(Math.LN2 / 2, 14);
  });

  test("is the sum over all columns of spins, one by one, to 1e-12", () => {
    for (const layers of [2, 3, 4, 7]) {
      for (const [ferromagneticCoupling, selfCoupling] of [
        [0.3, 0.2],
        [1.7, 0],
        [0.8, 2.5],
        [0.6, -0.4],
      ] as const) {
        const point = { layers, ferromagneticCoupling, selfCoupling };
        expect(Math.abs(layeredEntropy(point).entropy - Math.log(columnSum(point)) / layers)).toBeLessThan(
          1e-12,
        );
      }
    }
  });

  test("the chain without end is what each further layer adds", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (bond, selfCoupling) => {
          const whole = (layers: number) => layers * entropy(layers, bond, selfCoupling).entropy;
          expect(
            Math.abs(whole(101) - whole(100) - entropy("infinite", bond, selfCoupling).entropy),
          ).toBeLessThan(1e-12);
        },
      ),
      { seed: 5, numRuns: 50 },
    );
  });

  test("without bonds, and with one layer, is that of one layer", () => {
    for (const layers of [1, 2, 9, "infinite"] as const)
      expect(entropy(layers, 0, 0.7)).toEqual({
        entropy: expect.closeTo(annealedEntropy(0.7), 14) as number,
        equivalentSelfCoupling: 0.7,
      });
    expect(entropy(1, 2, 0.7).entropy).toBeCloseTo(annealedEntropy(0.7), 14);
  });

  test("one layer at J_D = 0 has entropy 0 exactly, and J_D √(2/π) next to it", () => {
    expect(entropy(1, 0, 0).entropy).toBe(0);
    expect(entropy(1, 0, -1e-12).entropy / (-1e-12 * Math.sqrt(2 / Math.PI))).toBeCloseTo(1, 10);
    expect(entropy(2, 0, -0.999999).entropy).toBeCloseTo(entropy(2, 0, -1.000001).entropy, 5);
  });

  test("a million layers neither underflow nor lose digits", () => {
    const { entropy: deep } = entropy(1e6, 1.3, 0.2);
    expect(Math.abs(deep - entropy("infinite", 1.3, 0.2).entropy)).toBeLessThan(2e-6);
  });
});

describe("equivalent self-coupling (P25)", () => {
  test("J_eff = 0.24198373 at J_D = 0, λ = 1 (mpmath)", () => {
    expect(entropy("infinite", 1, 0).equivalentSelfCoupling).toBeCloseTo(0.24198373, 8);
  });

  test("one layer with J_eff has the same entropy; bonds raise it at small J_D and lower it at large", () => {
    for (const layers of [2, 5, "infinite"] as const) {
      for (const selfCoupling of [0, 0.1, 1, 2]) {
        const found = entropy(layers, 0.5, selfCoupling);
        expect(annealedEntropy(found.equivalentSelfCoupling)).toBeCloseTo(found.entropy, 13);
        expect(found.equivalentSelfCoupling > selfCoupling).toBe(selfCoupling < 0.5);
      }
    }
  });

  test("is negative where the mean number of fixed points decays", () => {
    const { entropy: sum, equivalentSelfCoupling } = entropy("infinite", 0.5, -1);
    expect(sum).toBeLessThan(0);
    expect(equivalentSelfCoupling).toBeLessThan(0);
  });
});

describe("finite layered networks", () => {
  test("mean number is the product over columns with arguments √(N/(N−1)) (P26)", () => {
    const point = { layers: 3, ferromagneticCoupling: 0.4, selfCoupling: 0.3 };
    const exact = columnSum(point, Math.sqrt(5 / 4)) ** 5;
    expect(Math.abs(expectedLayeredCount({ n: 5, ...point }) / exact - 1)).toBeLessThan(1e-12);
    expect(logExpectedLayeredCount({ n: 1e9, ...point }) / 3e9).toBeCloseTo(layeredEntropy(point).entropy, 9);
  });

  test("without bonds layers multiply (P3)", () => {
    const point = { n: 12, layers: 4, ferromagneticCoupling: 0, selfCoupling: 0.3 };
    expect(expectedLayeredCount(point) / expectedCount(12, 0.3) ** 4).toBeCloseTo(1, 12);
  });

  test.each([
    { n: 6, layers: 2, ferromagneticCoupling: 0.5, selfCoupling: 0.1, samples: 3000 },
    { n: 5, layers: 3, ferromagneticCoupling: 1, selfCoupling: 0, samples: 1000 },
    { n: 4, layers: 4, ferromagneticCoupling: 0.3, selfCoupling: 0.6, samples: 600 },
  ])(
    "enumeration of $samples networks, N = $n, L = $layers, λ = $ferromagneticCoupling: within 4 SE",
    (point) => {
      const { n, layers, ferromagneticCoupling, selfCoupling, samples } = point;
      const kernels = loadKernels();
      const ensemble = { n, layers, ferromagneticCoupling };
      let into = sampleEnsemble({ ensemble, kernels }, stream(7, "layered count", 0));
      const counts = Array.from({ length: samples }, (_, k) => {
        into = sampleEnsemble({ ensemble, kernels }, stream(7, "layered count", k), { into });
        return findFixedPoints(into, selfCoupling).count;
      });
      const mean = counts.reduce((sum, count) => sum + count, 0) / samples;
      const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (samples - 1);
      const standardError = Math.sqrt(variance / samples);
      const expected = expectedLayeredCount(point);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
      expect(standardError).toBeLessThan(0.05 * expected);
    },
  );

  test("pairs of two layers at (D₁, D₂): 2000 networks of 2 × 5 neurons within 4.5 SE of the sum over columns", () => {
    // The sum over classes of columns that theory/layered-replicas.ts has at y = 2 in the limit of many neurons.
    const [n, samples] = [5, 2000];
    const bonds = { ferromagneticCoupling: 0.4, selfCoupling: 0.3 };
    const kernels = loadKernels();
    const ensemble = { n, layers: 2, ferromagneticCoupling: 0.4 };
    let into = sampleEnsemble({ ensemble, kernels }, stream(8, "layered pairs", 0));
    const sums = new Float64Array(36);
    const squares = new Float64Array(36);
    for (let sample = 0; sample < samples; sample++) {
      into = sampleEnsemble({ ensemble, kernels }, stream(8, "layered pairs", sample), { into });
      const { words } = findFixedPoints(into, bonds.selfCoupling);
      const states = [...words].flatMap((word) => {
        const state = stateOf(word, 2 * n);
        return [state, state.map((spin) => -spin)];
      });
      const histogram = new Float64Array(36);
      const differing = (a: Int8Array, b: Int8Array, layer: number) => {
        let count = 0;
        for (let i = layer * n; i < (layer + 1) * n; i++) if (a[i] !== b[i]) count++;
        return count;
      };
      for (const a of states)
        for (const b of states) histogram[6 * differing(a, b, 0) + differing(a, b, 1)]!++;
      histogram.forEach((count, k) => {
        sums[k]! += count / samples;
        squares[k]! += count ** 2 / samples;
      });
    }
    for (let first = 0; first <= n; first++) {
      for (let second = 0; second <= n; second++) {
        const k = 6 * first + second;
        const standardError = Math.sqrt((squares[k]! - sums[k]! ** 2) / (samples - 1));
        const expected = expectedPairsOfTwo(n, bonds, [first, second]);
        expect(Math.abs(sums[k]! - expected)).toBeLessThan(4.5 * standardError);
      }
    }
  });
});

describe("bad input", () => {
  test.each([
    { layers: 0, ferromagneticCoupling: 0.5, selfCoupling: 0 },
    { layers: 2.5, ferromagneticCoupling: 0.5, selfCoupling: 0 },
    { layers: 2e6, ferromagneticCoupling: 0.5, selfCoupling: 0 },
    { layers: 2, ferromagneticCoupling: -0.1, selfCoupling: 0 },
    { layers: 2, ferromagneticCoupling: Infinity, selfCoupling: 0 },
    { layers: 2, ferromagneticCoupling: NaN, selfCoupling: 0 },
    { layers: 2, ferromagneticCoupling: 0.5, selfCoupling: 3.1 },
    { layers: "infinite", ferromagneticCoupling: 0.5, selfCoupling: NaN },
  ] as const)("is refused: %o", (point) => {
    expect(() => layeredEntropy(point)).toThrow(OutOfDomain);
  });

  test("a count needs two neurons a layer", () => {
    const point = { n: 1, layers: 2, ferromagneticCoupling: 0.5, selfCoupling: 0 };
    expect(() => expectedLayeredCount(point)).toThrow(OutOfDomain);
  });
});
