/** @file Free entropy of y real replicas (P9)-(P13) against outside solvers, exact sums and identities. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annealedEntropy } from "../../theory/entropy.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { integerReplicaFreeEntropy } from "../../theory/integer-replicas.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { pairEntropy } from "../../theory/pairs.ts";
import { bruteForce, independentSolver } from "./one-rsb-reference.ts";

// fc.double is uniform in the bits of a number, not in the number.
const unit = fc.integer({ min: 0, max: 1_000_000_000 }).map((k) => k / 1_000_000_000);
const anySelfCoupling = fc.oneof(
  fc.constant(0),
  unit.map((u) => 3 * u),
);
const anyDistance = unit.map((u) => Math.min(0.495, Math.max(3e-4, 3e-4 * (0.495 / 3e-4) ** u)));

describe("against solvers outside this package", () => {
  test.each(independentSolver)(
    "J_D = $selfCoupling, q = $overlap, y = $y to 1e-8",
    ({ selfCoupling, overlap, y, ...expected }) => {
      const solution = replicatedFreeEntropy({ selfCoupling, overlap, y });
      for (const key of ["phi", "localEntropy", "complexity", "conjugateOverlap"] as const)
        expect(Math.abs(solution[key] - expected[key]), key).toBeLessThan(1e-8);
    },
  );

  test.each(bruteForce)(
    "brute force at J_D = $selfCoupling, d = $distance, y = $y to 1e-12 (relative above 1)",
    ({ selfCoupling, distance, y, phi, localEntropy, conjugateOverlap }) => {
      const solution = replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y });
      expect(Math.abs(solution.phi - phi)).toBeLessThan(1e-12 * Math.max(1, Math.abs(phi)));
      expect(Math.abs(solution.localEntropy - localEntropy)).toBeLessThan(1e-12);
      expect(Math.abs(solution.conjugateOverlap - conjugateOverlap)).toBeLessThan(1e-11);
    },
  );
});

describe("identities", () => {
  test("y = 1 gives the annealed entropy (P2) for every q, to 1e-13", () => {
    fc.assert(
      fc.property(anySelfCoupling, anyDistance, (selfCoupling, distance) => {
        const { phi } = replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y: 1 });
        expect(Math.abs(phi - annealedEntropy(selfCoupling))).toBeLessThan(1e-13);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("y = 1 + 1e-6 differs from it by 1e-6 S_I, to second order", () => {
    for (const [selfCoupling, overlap] of [
      [0, 0.5],
      [0.3, 0.01],
      [1, 0.9994],
    ] as const) {
      const { phi, localEntropy } = replicatedFreeEntropy({ selfCoupling, overlap, y: 1 + 1e-6 });
      expect(Math.abs(phi - annealedEntropy(selfCoupling) - 1e-6 * localEntropy)).toBeLessThan(1e-11);
    }
  });

  test("y = 2 gives the pair entropy (P6), to 1e-11", () => {
    fc.assert(
      fc.property(anySelfCoupling, anyDistance, (selfCoupling, distance) => {
        const overlap = 1 - 2 * distance;
        const { phi } = replicatedFreeEntropy({ selfCoupling, overlap, y: 2 });
        expect(Math.abs(phi - pairEntropy(selfCoupling, overlap))).toBeLessThan(1e-11);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  test("integer y up to 30 gives the exact sum (P13), to 1e-10", () => {
    fc.assert(
      fc.property(
        anySelfCoupling,
        anyDistance,
        fc.integer({ min: 2, max: 30 }),
        (selfCoupling, distance, replicas) => {
          const overlap = 1 - 2 * distance;
          const exact = integerReplicaFreeEntropy({ selfCoupling, overlap, replicas });
          const solution = replicatedFreeEntropy({ selfCoupling, overlap, y: replicas });
          expect(Math.abs(solution.phi - exact.phi)).toBeLessThan(1e-10);
          expect(Math.abs(solution.conjugateOverlap - exact.conjugateOverlap)).toBeLessThan(1e-9);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  test("the exact sum (P13) itself: y = 2 is the pair entropy (P6), to 1e-12", () => {
    for (const overlap of [0.01, 0.4, 0.9, 0.9994])
      for (const selfCoupling of [0, 0.2, 3]) {
        const { phi } = integerReplicaFreeEntropy({ selfCoupling, overlap, replicas: 2 });
        expect(Math.abs(phi - pairEntropy(selfCoupling, overlap))).toBeLessThan(1e-12);
      }
  });

  test("S_I = ∂φ/∂y at fixed q, by central differences, to 1e-8", () => {
    for (const [selfCoupling, overlap, y] of [
      [0, 0.3, 2.5],
      [0.05, 0.98, 4.2],
      [0.5, 0.9994, 40],
      [2, 0.05, 700],
    ] as const) {
      const step = 1e-4 * y;
      const above = replicatedFreeEntropy({ selfCoupling, overlap, y: y + step }).phi;
      const below = replicatedFreeEntropy({ selfCoupling, overlap, y: y - step }).phi;
      const { phi, localEntropy, complexity } = replicatedFreeEntropy({ selfCoupling, overlap, y });
      expect(Math.abs((above - below) / (2 * step) - localEntropy)).toBeLessThan(1e-8);
      expect(Math.abs(phi - y * localEntropy - complexity)).toBeLessThan(1e-9);
    }
  });

  test("the largest J_D leaves free spins: S_I stays below the entropy of a ball, S₂(d)", () => {
    const distance = 0.05;
    const { localEntropy } = replicatedFreeEntropy({ selfCoupling: 3, overlap: 1 - 2 * distance, y: 2000 });
    const ball = -distance * Math.log(distance) - (1 - distance) * Math.log1p(-distance);
    expect(localEntropy).toBeGreaterThan(0.1);
    expect(localEntropy).toBeLessThan(ball);
  });
});

describe("quality of a result", () => {
  test("residual and error estimate are within the tolerance, and more resolution changes less than the errors", () => {
    const point = { selfCoupling: 0.1, overlap: 0.99, y: 25 };
    const solution = replicatedFreeEntropy(point);
    const finer = replicatedFreeEntropy(point, { resolution: 2 });
    expect(solution.residual).toBeLessThan(1e-12);
    expect(Math.abs(solution.phi - finer.phi)).toBeLessThan(solution.error + finer.error);
    expect(Math.abs(solution.complexity - finer.complexity)).toBeLessThan(solution.error + finer.error);
  });

  test("the error estimate of a coarse rule covers its distance to a fine one", () => {
    for (const y of [1.5, 6, 90, 2500]) {
      const point = { selfCoupling: 0.2, overlap: 0.9, y };
      const coarse = replicatedFreeEntropy(point, { resolution: 0.5, tolerance: 1e-3 });
      const fine = replicatedFreeEntropy(point, { resolution: 2 });
      expect(Math.abs(coarse.phi - fine.phi)).toBeLessThan(coarse.error + fine.error);
      expect(Math.abs(coarse.localEntropy - fine.localEntropy)).toBeLessThan(coarse.error + fine.error);
      expect(Math.abs(coarse.complexity - fine.complexity)).toBeLessThan(coarse.error + fine.error);
    }
  });

  test("a tolerance that cannot be met is refused with the input in the message", () => {
    const point = { selfCoupling: 0.2, overlap: 0.9, y: 3 };
    expect(() => replicatedFreeEntropy(point, { tolerance: 1e-20 })).toThrow(NotConverged);
    expect(() => replicatedFreeEntropy(point, { tolerance: 1e-20 })).toThrow(/selfCoupling 0.2.*y 3/);
  });

  test.each([
    [{ selfCoupling: -0.1, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: NaN, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: 3.1, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: 0.5, overlap: 0.005, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: 0.9999, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: NaN, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: 0.99 }, /y must be/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: 5001 }, /y must be/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: Infinity }, /y must be/],
  ])("%o is outside the domain", (point, message) => {
    expect(() => replicatedFreeEntropy(point)).toThrow(OutOfDomain);
    expect(() => replicatedFreeEntropy(point)).toThrow(message);
  });

  test("bad options and a bad number of replicas are refused", () => {
    const point = { selfCoupling: 0.5, overlap: 0.5, y: 2 };
    expect(() => replicatedFreeEntropy(point, { resolution: 0 })).toThrow(OutOfDomain);
    expect(() => replicatedFreeEntropy(point, { tolerance: NaN })).toThrow(OutOfDomain);
    expect(() => integerReplicaFreeEntropy({ ...point, replicas: 2.5 })).toThrow(OutOfDomain);
    expect(() => integerReplicaFreeEntropy({ ...point, replicas: 1 })).toThrow(OutOfDomain);
  });
});
