/** @file Entropy of fixed points: closed form, exact finite-N mean and the replica-symmetric saddle. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import {
  annealedEntropy,
  centralProbability,
  expectedCount,
  logExpectedCount,
  replicaSymmetricEntropy,
  replicaSymmetricFunctional,
} from "../../theory/entropy.ts";
import { gaussianTrapezoid } from "../../theory/gaussian-trapezoid.ts";
import { findRoot } from "../../theory/solvers.ts";

/** log(1 + erf(J/√2)), mpmath with 40 digits. */
const annealedTable = [
  [1e-12, 7.978845608025471e-13],
  [1e-5, 7.97881377707637e-6],
  [0.01, 0.007947051002829839],
  [0.3, 0.2117370189714641],
  [0.999, 0.5201056163594128],
  [1.001, 0.5206808163998639],
  [2, 0.6701342712309818],
  [6, 0.6931471795733577],
  [20, 0.6931471805599453],
] as const;

describe("annealed entropy (P2)", () => {
  test.each(annealedTable)("relative error below 1e-15 at J_D = %d", (selfCoupling, exact) => {
    expect(Math.abs(annealedEntropy(selfCoupling) / exact - 1)).toBeLessThan(1e-15);
  });

  test("is 0 without self-coupling and grows with it", () => {
    expect(annealedEntropy(0)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5, noNaN: true }), (selfCoupling) => {
        expect(annealedEntropy(selfCoupling + 0.01)).toBeGreaterThan(annealedEntropy(selfCoupling));
      }),
    );
  });

  test("the series and the complement of the central probability meet at x = 1", () => {
    expect(centralProbability(1 + 1e-13) - centralProbability(1)).toBeCloseTo(0, 12);
    expect(centralProbability(1)).toBeCloseTo(0.6826894921370859, 15);
  });

  test.each([-1e-300, NaN, Infinity, -Infinity])("refuses J_D = %d", (selfCoupling) => {
    expect(() => annealedEntropy(selfCoupling)).toThrow(OutOfDomain);
    expect(() => expectedCount(10, selfCoupling)).toThrow(OutOfDomain);
    expect(() => replicaSymmetricEntropy(selfCoupling)).toThrow(OutOfDomain);
  });
});

describe("mean number of fixed points at finite N (P3)", () => {
  test("N = 2: two independent fields, each state stable with probability Φ(J_D √2)²", () => {
    // Φ(0.5 √2) = 0.7602499389065233 (mpmath).
    expect(expectedCount(2, 0.5)).toBeCloseTo(4 * 0.7602499389065233 ** 2, 14);
  });

  test("is 1 at J_D = 0 for every N, and 2^N when every state is stable", () => {
    expect(expectedCount(17, 0)).toBe(1);
    expect(expectedCount(17, 50) / 2 ** 17).toBeCloseTo(1, 13);
  });

  test("the entropy is its rate as N grows", () => {
    expect(logExpectedCount(1e9, 0.3) / 1e9).toBeCloseTo(annealedEntropy(0.3), 9);
    expect(logExpectedCount(1e9, 0.3)).toBeLessThan(Infinity);
  });

  test.each([1, 2.5, NaN, -3])("refuses N = %d", (n) => {
    expect(() => expectedCount(n, 0.3)).toThrow(OutOfDomain);
  });
});

describe("replica-symmetric saddle (P4)", () => {
  /** (J_D, q, q̂, value) from a dense 2-D sum with scipy's log_ndtr (step 0.004, 4751² points). */
  test.each([
    [0.3, 0.6, 1.7, 0.33379990545727295],
    [1, 0.2, 0.1, 0.5264758036949919],
    [0.3, 0.97, 9, 0.9597644554921781],
  ])("functional at J_D = %d, q = %d, q̂ = %d to 1e-11", (selfCoupling, overlap, conjugateOverlap, exact) => {
    const { value } = replicaSymmetricFunctional(selfCoupling, { overlap, conjugateOverlap });
    expect(Math.abs(value - exact)).toBeLessThan(1e-11);
  });

  test("stationarity conditions are the derivatives of the functional (central differences)", () => {
    const step = 1e-4;
    for (const [selfCoupling, q, qHat] of [
      [0, 0.3, 0.4],
      [0.3, 0.6, 1.7],
      [1, 0.2, 0.1],
      [2, 0.85, 3],
    ]) {
      const at = (overlap: number, conjugateOverlap: number) =>
        replicaSymmetricFunctional(selfCoupling, { overlap, conjugateOverlap });
      const { overlap, conjugateOverlap } = at(q, qHat);
      const alongConjugate = (at(q, qHat + step).value - at(q, qHat - step).value) / (2 * step);
      const alongOverlap = (at(q + step, qHat).value - at(q - step, qHat).value) / (2 * step);
      expect(alongConjugate).toBeCloseTo(0.5 * (q - overlap), 7);
      expect(alongOverlap).toBeCloseTo(0.5 * (qHat - conjugateOverlap), 6);
    }
  });

  test.each([0, 1e-9, 0.05, 0.3, 0.5, 1, 2, 5, 50])(
    "is q = 0 with the annealed entropy at J_D = %d",
    (jd) => {
      const saddle = replicaSymmetricEntropy(jd, { starts: [0, 0.02, 0.3, 0.7, 0.95] });
      expect(Math.abs(saddle.entropy - annealedEntropy(jd))).toBeLessThan(1e-14);
      expect(saddle.overlap).toBeLessThan(1e-13);
      expect(saddle.conjugateOverlap).toBeLessThan(1e-13);
      expect(saddle.residual).toBeLessThanOrEqual(1e-15);
    },
  );

  test("with q̂ eliminated the functional has its minimum, not its maximum, at q = 0", () => {
    const eliminated = (selfCoupling: number, overlap: number) => {
      const at = (conjugateOverlap: number) =>
        replicaSymmetricFunctional(selfCoupling, { overlap, conjugateOverlap });
      return at(findRoot((conjugateOverlap) => at(conjugateOverlap).overlap - overlap, 0, 1).x).value;
    };
    expect(eliminated(0.3, 0.05)).toBeGreaterThan(annealedEntropy(0.3));
    expect(eliminated(0.3, 0.1)).toBeGreaterThan(eliminated(0.3, 0.05));
  });

  test("refuses instead of returning an unconverged number", () => {
    expect(() => replicaSymmetricEntropy(0.3, { maxIterations: 3 })).toThrow(NotConverged);
    expect(() => replicaSymmetricEntropy(0.3, { starts: [1] })).toThrow(OutOfDomain);
    expect(() => replicaSymmetricEntropy(0.3, { starts: [] })).toThrow(OutOfDomain);
  });
});

describe("trapezoid rule for the Gaussian measure", () => {
  test.each([0.5, 0.3, 0.01, Infinity])("moments and E cos(3z) = e^{-9/2} at resolution %d", (resolution) => {
    const { nodes, weights } = gaussianTrapezoid(resolution);
    const mean = (f: (z: number) => number) => nodes.reduce((sum, z, k) => sum + weights[k] * f(z), 0);
    expect(mean(() => 1)).toBeCloseTo(1, 14);
    expect(mean((z) => z)).toBeCloseTo(0, 14);
    expect(mean((z) => z ** 4)).toBeCloseTo(3, 13);
    expect(mean((z) => Math.cos(3 * z))).toBeCloseTo(Math.exp(-4.5), 14);
  });

  test("refuses a resolution of zero or NaN", () => {
    expect(() => gaussianTrapezoid(0)).toThrow(OutOfDomain);
    expect(() => gaussianTrapezoid(NaN)).toThrow(OutOfDomain);
  });
});
