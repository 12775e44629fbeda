/** @file Thresholds with correlated couplings (P23): their conditions, η = 0, and how they move with η. */
import { describe, expect, test } from "vitest";
import { densestSymmetricClusters, symmetricLocalEntropyCurve } from "../../theory/symmetric-clusters.ts";
import type { SymmetricClusterPoint } from "../../theory/symmetric-clusters.ts";
import { symmetricFreeEntropy } from "../../theory/symmetric-replicas.ts";
import { symmetricGapClosing, symmetricMonotone } from "../../theory/symmetric-thresholds.ts";

function solved(point: SymmetricClusterPoint) {
  const result = densestSymmetricClusters(point);
  if (result.status !== "ok") throw new Error(result.reason);
  return result;
}

function found(threshold: ReturnType<typeof symmetricGapClosing>) {
  if (threshold.status !== "ok") throw new Error(threshold.reason);
  return threshold;
}

describe("J_gap", () => {
  test("J_gap(−0.25): φ = S_I = 0 and the slope vanishes where the curve touches zero, to 1e-8", () => {
    const gap = found(symmetricGapClosing(-0.25));
    const { selfCoupling, distance, y, symmetry } = gap;
    const free = symmetricFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y, symmetry });
    expect(Math.abs(free.phi)).toBeLessThan(1e-9);
    expect(Math.abs(free.localEntropy)).toBeLessThan(1e-9);
    const at = (factor: number) =>
      solved({ selfCoupling, distance: distance * factor, symmetry }).localEntropy;
    expect(Math.min(at(0.97), at(1.03))).toBeGreaterThan(1e-8);
    expect(gap.error).toBeLessThan(1e-7);
  });

  test("η = 0 gives 0.06009920188 to 1e-10", () => {
    expect(Math.abs(found(symmetricGapClosing(0)).selfCoupling - 0.06009920188)).toBeLessThan(1e-10);
  });

  test("it falls with η, below zero from η = 0.25 on, and is gone at 0.32", () => {
    const values = [-0.5, 0.15, 0.25].map((symmetry) => found(symmetricGapClosing(symmetry)).selfCoupling);
    expect(values[0]! > values[1]! && values[1]! > 0 && values[2]! < 0).toBe(true);
    expect(symmetricGapClosing(0.32).status).toBe("no-solution");
  });
});

describe("J_mono", () => {
  test("η = 0 gives 0.07310769897 to 1e-10", () => {
    expect(Math.abs(found(symmetricMonotone(0)).selfCoupling - 0.07310769897)).toBeLessThan(1e-10);
  });

  test("η = −0.5: a decreasing stretch 10⁻³ below it and none above", () => {
    const { selfCoupling, symmetry } = found(symmetricMonotone(-0.5));
    const distances = Array.from({ length: 60 }, (_, k) => 5e-4 * 400 ** (k / 59));
    const decreases = (change: number) => {
      const curve = symmetricLocalEntropyCurve({ selfCoupling: selfCoupling + change, symmetry }, distances);
      const values = curve.flatMap((point) => (point.status === "ok" ? [point.localEntropy] : []));
      return values.some((value, k) => k > 0 && value < values[k - 1]!);
    };
    expect(decreases(-1e-3)).toBe(true);
    expect(decreases(1e-4)).toBe(false);
  });
});
