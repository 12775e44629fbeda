/** @file Densest clusters and thresholds with correlated couplings (P23): minimum over y, slopes, η = 0, gap closing. */
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { densestClusters } from "../../theory/local-entropy.ts";
import { densestSymmetricClusters, symmetricLocalEntropyCurve } from "../../theory/symmetric-clusters.ts";
import type { SymmetricClusterPoint } from "../../theory/symmetric-clusters.ts";
import { symmetricFreeEntropy } from "../../theory/symmetric-replicas.ts";
import { symmetricGapClosing, symmetricMonotone } from "../../theory/symmetric-thresholds.ts";
import { minimizeScalar } from "./minimize.ts";

function solved(point: SymmetricClusterPoint) {
  const result = densestSymmetricClusters(point);
  if (result.status !== "ok") throw new Error(result.reason);
  return result;
}

const points = [
  { selfCoupling: 0.3, distance: 0.1, symmetry: -0.5 },
  { selfCoupling: 0.2, distance: 0.02, symmetry: -0.25 },
  { selfCoupling: 0, distance: 0.05, symmetry: 0.5 },
  { selfCoupling: 0.1, distance: 0.2, symmetry: 1 },
] as const;

describe("densest clusters", () => {
  test.each(points)(
    "S* is the minimum of φ/y over y, to 1e-10: $selfCoupling, $distance, $symmetry",
    (point) => {
      const { y, localEntropy, error, residual } = solved(point);
      const overlap = 1 - 2 * point.distance;
      const perReplica = (logY: number) =>
        symmetricFreeEntropy({ ...point, overlap, y: Math.exp(logY) }).phi / Math.exp(logY);
      const minimum = minimizeScalar(perReplica, Math.log(0.6 * y), Math.log(1.5 * y), { tolerance: 1e-3 });
      expect(minimum.value - localEntropy).toBeGreaterThan(-1e-12);
      expect(Math.abs(perReplica(Math.log(y)) - localEntropy)).toBeLessThan(1e-10);
      expect(Math.abs(Math.exp(minimum.x) / y - 1)).toBeLessThan(1e-2);
      expect(Math.max(error, residual)).toBeLessThan(1e-9);
    },
  );

  test.each(points)(
    "dS*/dq and ∂S*/∂J_D by differences, to 1e-7: $selfCoupling, $distance, $symmetry",
    (point) => {
      const { slope, selfCouplingSlope } = solved(point);
      const [byDistance, byCoupling] = [1e-4 * point.distance, 1e-5];
      const at = (change: Partial<SymmetricClusterPoint>) => solved({ ...point, ...change }).localEntropy;
      const rise =
        at({ distance: point.distance - byDistance }) - at({ distance: point.distance + byDistance });
      expect(Math.abs(rise / (4 * byDistance) - slope)).toBeLessThan(1e-7);
      const gain =
        at({ selfCoupling: point.selfCoupling + byCoupling }) -
        at({ selfCoupling: point.selfCoupling - byCoupling });
      expect(Math.abs(gain / (2 * byCoupling) - selfCouplingSlope)).toBeLessThan(1e-7);
    },
  );

  test("η = 0 gives the clusters of independent couplings, to 1e-11", () => {
    for (const [selfCoupling, distance] of [
      [0.06, 0.016],
      [0.5, 0.3],
    ] as const) {
      const independent = densestClusters({ selfCoupling, distance });
      if (independent.status !== "ok") throw new Error(independent.reason);
      const { localEntropy, slope, y } = solved({ selfCoupling, distance, symmetry: 0 });
      expect(Math.abs(localEntropy - independent.localEntropy)).toBeLessThan(1e-11);
      expect(Math.abs(slope - independent.slope)).toBeLessThan(1e-9);
      expect(Math.abs(y / independent.y - 1)).toBeLessThan(1e-8);
    }
  });

  test("a curve returns the distances in their order, each as if solved alone, and says where there is no solution", () => {
    const network = { selfCoupling: -0.1, symmetry: 1 };
    const distances = [0.1, 0.0004, 0.03];
    const curve = symmetricLocalEntropyCurve(network, distances);
    expect(curve.map(({ distance }) => distance)).toEqual(distances);
    expect(curve[1]).toMatchObject({
      status: "no-solution",
      reason: expect.stringContaining("real fields") as string,
    });
    for (const k of [0, 2]) {
      const alone = solved({ ...network, distance: distances[k]! });
      const point = curve[k]!;
      expect(point.status === "ok" && Math.abs(point.localEntropy - alone.localEntropy)).toBeLessThan(1e-11);
    }
  });

  test("arguments outside the domain are refused", () => {
    expect(() => densestSymmetricClusters({ selfCoupling: 0.1, distance: 0.1, symmetry: 1.1 })).toThrow(
      OutOfDomain,
    );
    expect(() => densestSymmetricClusters({ selfCoupling: 0.1, distance: 0.5, symmetry: 1 })).toThrow(
      /distance/,
    );
    expect(() => symmetricGapClosing(-0.7)).toThrow(/symmetry/);
  });
});

describe("thresholds", () => {
  test("there is no window between narrow and wide clusters at η = 0.5 and 1: S* > 0 at J_D = 0, rising", () => {
    for (const symmetry of [0.5, 1]) {
      expect(symmetricGapClosing(symmetry).status).toBe("no-solution");
      expect(symmetricMonotone(symmetry).status).toBe("no-solution");
      const curve = symmetricLocalEntropyCurve(
        { selfCoupling: 0, symmetry },
        [0.3, 0.1, 0.03, 0.01, 0.003, 0.001],
      );
      const values = curve.map((point) => (point.status === "ok" ? point.localEntropy : NaN));
      expect(values.at(-1)).toBeGreaterThan(0);
      expect(values.every((value, k) => k === 0 || value < values[k - 1]!)).toBe(true);
    }
  });
});
