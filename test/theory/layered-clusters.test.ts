/** @file Densest clusters of layered networks: against one layer at non-integer y, conditions of the root, bad input. */
import { describe, expect, test } from "vitest";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { densestLayeredClusters, layeredLocalEntropyCurve } from "../../theory/layered-clusters.ts";
import { layeredFreeEntropy } from "../../theory/layered-replicas.ts";
import { interpolant } from "../../theory/layered-interpolation.ts";
import { densestClusters } from "../../theory/local-entropy.ts";

describe("polynomial through points", () => {
  test("returns a cubic and its derivative", () => {
    const cubic = (x: number) => 2 - x + 3 * x ** 3;
    const nodes = [0, 2, -1, 0.5];
    const { value, derivative } = interpolant(nodes, nodes.map(cubic))(1.7);
    expect(value).toBeCloseTo(cubic(1.7), 12);
    expect(derivative).toBeCloseTo(-1 + 9 * 1.7 ** 2, 12);
  });
});

describe("without bonds", () => {
  /** One layer has S* at real y, by integrals that share nothing with the sums over integers. */
  test.each([
    [0.06, 0.0146, 1e-9],
    [0.06, 0.1, 1e-9],
    [0.05, 0.3, 1e-9],
    [0.5, 0.2, 1e-6],
  ])(
    "J_D = %d, d = %d: S* of one layer to %d, within the stated error or 1e-10",
    (selfCoupling, distance, bound) => {
      const exact = densestClusters({ selfCoupling, distance });
      for (const layers of [1, 2] as const) {
        const found = densestLayeredClusters({ layers, ferromagneticCoupling: 0, selfCoupling, distance });
        if (exact.status !== "ok" || found.status !== "ok") throw new Error("no clusters");
        const difference = Math.abs(found.localEntropy - exact.localEntropy);
        expect(difference).toBeLessThan(bound);
        expect(difference).toBeLessThan(found.error + 1e-10);
        expect(Math.abs(found.y / exact.y - 1)).toBeLessThan(0.002);
      }
    },
  );
});

describe("with bonds", () => {
  const point = { layers: 2, ferromagneticCoupling: 0.5, selfCoupling: -0.03, distance: 0.03 } as const;

  test("S* is below φ/y of every integer y, and φ/y is flat there", () => {
    const found = densestLayeredClusters(point);
    if (found.status !== "ok") throw new Error("no clusters");
    const share = (replicas: number) =>
      layeredFreeEntropy({ ...point, overlap: 1 - 2 * point.distance, replicas }).phi / replicas;
    for (const replicas of [1, 2, 3, 4, 5, 6, 9]) expect(found.localEntropy).toBeLessThan(share(replicas));
    expect(found.y).toBeGreaterThan(3);
    expect(found.y).toBeLessThan(5);
    expect(share(4) - found.localEntropy).toBeLessThan(1e-3);
    expect(Math.abs(found.complexity)).toBeLessThan(1e-9);
    expect(found.error).toBeLessThan(1e-7);
    expect(found.residual).toBeLessThan(1e-9);
    expect(found.phi).toBeCloseTo(found.y * found.localEntropy, 14);
  });

  test("fewer integers y move S* within its error", () => {
    const few = densestLayeredClusters(point, { mostReplicas: 10 });
    const many = densestLayeredClusters(point, { mostReplicas: 24 });
    if (few.status !== "ok" || many.status !== "ok") throw new Error("no clusters");
    expect(Math.abs(few.localEntropy - many.localEntropy)).toBeLessThan(few.error + many.error);
  });

  test("a curve keeps the order of its distances and says where there is no solution", () => {
    const network = { layers: 2, ferromagneticCoupling: 1, selfCoupling: 0.1 } as const;
    const curve = layeredLocalEntropyCurve(network, [0.1, 0.001], { mostReplicas: 8 });
    expect(curve.map(({ distance }) => distance)).toEqual([0.1, 0.001]);
    expect(curve[1]!.status).toBe("no-solution");
  });
});

test("where sums underflow a point of a curve fails alone", () => {
  const network = { layers: 2, ferromagneticCoupling: 0.01, selfCoupling: -3 } as const;
  const curve = layeredLocalEntropyCurve(network, [3e-4, 0.1]);
  expect(curve.map(({ status }) => status)).toEqual(["not-converged", "no-solution"]);
  expect(() => densestLayeredClusters({ ...network, distance: 3e-4 })).toThrow(NotConverged);
});

describe("bad input", () => {
  const point = { layers: 2, ferromagneticCoupling: 0.5, selfCoupling: 0, distance: 0.1 } as const;
  test.each([
    { distance: 1e-4 },
    { distance: 0.5 },
    { distance: NaN },
    { layers: 1.5 },
    { ferromagneticCoupling: 4 },
    { selfCoupling: -4 },
  ])("is refused: %o", (change) => {
    expect(() => densestLayeredClusters({ ...point, ...change })).toThrow(OutOfDomain);
    expect(() => layeredLocalEntropyCurve({ ...point, ...change }, [change.distance ?? 0.1])).toThrow(
      OutOfDomain,
    );
  });

  test.each([7, 25, 9.5, NaN])("mostReplicas %d is refused", (mostReplicas) => {
    expect(() => densestLayeredClusters(point, { mostReplicas })).toThrow(OutOfDomain);
  });
});
