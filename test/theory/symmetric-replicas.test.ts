/** @file Free entropy of y real replicas with correlated couplings (P23) against sums, closed forms and identities. */
import { describe, expect, test } from "vitest";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { hazard, logNormalCdf } from "../../theory/normal.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { findRoot } from "../../theory/solvers.ts";
import { symmetricIntegerReplicas } from "../../theory/symmetric-integer-replicas.ts";
import { symmetricPairEntropy } from "../../theory/symmetric-pairs.ts";
import { symmetricFreeEntropy } from "../../theory/symmetric-replicas.ts";

/** (P22): log 2 − ½ηg² + log Φ(J_D + ηg) with g = g(J_D + ηg). */
function annealed(selfCoupling: number, symmetry: number): number {
  const g = findRoot((value) => value - hazard(selfCoupling + symmetry * value), 0, 5).x;
  return Math.LN2 - 0.5 * symmetry * g * g + logNormalCdf(selfCoupling + symmetry * g);
}

/** Points (J_D, q, η) over the domain; near η = 1 and q = 1 only where the fields are real. */
const points = [
  { selfCoupling: 0, overlap: 0.3, symmetry: 1 },
  { selfCoupling: 0.06, overlap: 0.97, symmetry: 0.5 },
  { selfCoupling: 0.3, overlap: 0.5, symmetry: -0.5 },
  { selfCoupling: 0.5, overlap: 0.9, symmetry: 1 },
  { selfCoupling: -0.1, overlap: 0.8, symmetry: 0.75 },
  { selfCoupling: 0.2, overlap: 0.98, symmetry: -0.25 },
  { selfCoupling: 1, overlap: 0.02, symmetry: 0.9 },
] as const;

describe("identities", () => {
  test.each(points)(
    "y = 1 gives (P22) for every q, to 1e-12: $selfCoupling, $overlap, $symmetry",
    (point) => {
      const { phi, localEntropy, complexity } = symmetricFreeEntropy({ ...point, y: 1 });
      expect(Math.abs(phi - annealed(point.selfCoupling, point.symmetry))).toBeLessThan(1e-12);
      expect(Math.abs(phi - localEntropy - complexity)).toBeLessThan(1e-12);
    },
  );

  test.each(points)("y = 2 gives the pair entropy, to 1e-11: $selfCoupling, $overlap, $symmetry", (point) => {
    const { phi } = symmetricFreeEntropy({ ...point, y: 2 });
    expect(Math.abs(phi - symmetricPairEntropy(point).entropy)).toBeLessThan(1e-11);
  });

  test("η = 0 gives (P9), to 1e-12", () => {
    for (const [selfCoupling, overlap, y] of [
      [0, 0.3, 2.5],
      [0.06, 0.97, 4.7],
      [0.5, 0.99, 300],
    ] as const) {
      const independent = replicatedFreeEntropy({ selfCoupling, overlap, y });
      const solution = symmetricFreeEntropy({ selfCoupling, overlap, y, symmetry: 0 });
      for (const key of ["phi", "localEntropy", "conjugateOverlap"] as const)
        expect(Math.abs(solution[key] - independent[key]), key).toBeLessThan(1e-12);
    }
  });

  test("S_I = ∂φ/∂y at fixed q, by central differences, to 1e-8", () => {
    for (const [point, y] of [
      [points[0], 7.3],
      [points[2], 3.1],
      [points[4], 20],
      [points[5], 5.5],
    ] as const) {
      const step = 1e-4 * y;
      const above = symmetricFreeEntropy({ ...point, y: y + step }).phi;
      const below = symmetricFreeEntropy({ ...point, y: y - step }).phi;
      const { phi, localEntropy, complexity } = symmetricFreeEntropy({ ...point, y });
      expect(Math.abs((above - below) / (2 * step) - localEntropy)).toBeLessThan(1e-8);
      expect(Math.abs(phi - y * localEntropy - complexity)).toBeLessThan(1e-10);
    }
  });

  test("∂φ/∂J_D = y R and ∂φ/∂η = ½y[R² + (y−1)r²], by central differences, to 1e-7", () => {
    const [point, y, step] = [points[5], 3.7, 1e-4] as const;
    const { response, crossResponse } = symmetricFreeEntropy({ ...point, y });
    const differenceBy = (key: "selfCoupling" | "symmetry", at: number) => {
      const [above, below] = [at + step, at - step].map(
        (value) => symmetricFreeEntropy({ ...point, y, [key]: value }).phi,
      );
      return (above - below) / (2 * step);
    };
    expect(Math.abs(differenceBy("selfCoupling", point.selfCoupling) - y * response)).toBeLessThan(1e-7);
    const expected = 0.5 * y * (response ** 2 + (y - 1) * crossResponse ** 2);
    expect(Math.abs(differenceBy("symmetry", point.symmetry) - expected)).toBeLessThan(1e-7);
  });
});

describe("integer y against the exact sum over spins up", () => {
  test.each([
    { ...points[0], y: 3 },
    { ...points[2], y: 5 },
    { ...points[4], y: 4 },
    { selfCoupling: 0.5, overlap: 0.6, symmetry: 0.3, y: 8 },
  ])("$y replicas at $selfCoupling, $overlap, $symmetry to 1e-10", ({ y, ...point }) => {
    const exact = symmetricIntegerReplicas({ ...point, replicas: y });
    const solution = symmetricFreeEntropy({ ...point, y });
    for (const key of ["phi", "conjugateOverlap", "response", "crossResponse"] as const)
      expect(Math.abs(solution[key] - exact[key]), key).toBeLessThan(1e-10);
  });

  test("where the fields are not real the solver says so, and the sum still equals the pair entropy", () => {
    const point = { selfCoupling: -0.3, overlap: 0.98, symmetry: 1 };
    expect(() => symmetricFreeEntropy({ ...point, y: 2 })).toThrow(NotConverged);
    const { phi, conjugateOverlap, crossResponse } = symmetricIntegerReplicas({ ...point, replicas: 2 });
    expect(conjugateOverlap).toBeLessThan(crossResponse ** 2 / point.overlap);
    expect(Math.abs(phi - symmetricPairEntropy(point).entropy)).toBeLessThan(1e-10);
  });
});

test("the exact sum names its input where its saddle is not found", () => {
  const solve = () =>
    symmetricIntegerReplicas({ selfCoupling: -1, overlap: 0.9994, replicas: 2, symmetry: -0.5 });
  expect(solve).toThrow(NotConverged);
  expect(solve).toThrow(/selfCoupling -1, overlap 0.9994, replicas 2, symmetry -0.5/);
});

test("arguments outside the domain are refused by name", () => {
  const point = { selfCoupling: 0.2, overlap: 0.5, y: 3, symmetry: 0.5 };
  expect(() => symmetricFreeEntropy({ ...point, symmetry: -0.6 })).toThrow(OutOfDomain);
  expect(() => symmetricFreeEntropy({ ...point, selfCoupling: NaN })).toThrow(/selfCoupling/);
  expect(() => symmetricFreeEntropy({ ...point, y: 0.5 })).toThrow(/y must/);
  expect(() => symmetricIntegerReplicas({ ...point, replicas: 2.5 })).toThrow(/replicas/);
  expect(() => symmetricIntegerReplicas({ ...point, replicas: 21 })).toThrow(/replicas.*from 2 to 20/);
});
