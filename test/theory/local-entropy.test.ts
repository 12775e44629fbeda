/** @file The densest clusters at a distance (P14), (P14') and curves of them. */
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { densestClusters, localEntropyCurve } from "../../theory/local-entropy.ts";
import type { ClusterOptions, ClusterPoint, DensestClusters } from "../../theory/local-entropy.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { minimizeScalar } from "./minimize.ts";
import { vanishingComplexity } from "./one-rsb-reference.ts";

function solved(point: ClusterPoint, options: ClusterOptions = {}): DensestClusters {
  const result = densestClusters(point, options);
  if (result.status !== "ok") throw new Error(result.reason);
  return result;
}

/** From y* = 2.4 to 4,700, from a deep gap to the ball. */
const samplePoints: readonly ClusterPoint[] = [
  { selfCoupling: 0, distance: 0.02 },
  { selfCoupling: 0, distance: 0.495 },
  { selfCoupling: 0.05, distance: 3e-4 },
  { selfCoupling: 0.073, distance: 0.0056 },
  { selfCoupling: 0.2, distance: 0.3 },
  { selfCoupling: 0.8, distance: 0.0024 },
  { selfCoupling: 1, distance: 0.15 },
  { selfCoupling: 2, distance: 0.3 },
];

describe("one point", () => {
  test.each(vanishingComplexity)(
    "J_D = $selfCoupling, d = $distance as an independent solver has it, to 1e-8",
    ({ selfCoupling, distance, ...expected }) => {
      const solution = solved({ selfCoupling, distance });
      for (const key of ["y", "localEntropy", "conjugateOverlap"] as const)
        expect(Math.abs(solution[key] - expected[key]), key).toBeLessThan(1e-8);
    },
  );

  test.each(samplePoints)("Σ, S_I and φ of %o are those of the saddle at fixed y, to 1e-9", (point) => {
    const solution = solved(point);
    const { overlap, y } = solution;
    const fixed = replicatedFreeEntropy({ selfCoupling: point.selfCoupling, overlap, y });
    expect(solution.residual).toBeLessThan(1e-9);
    expect(Math.abs(fixed.complexity)).toBeLessThan(1e-9);
    expect(Math.abs(fixed.localEntropy - solution.localEntropy)).toBeLessThan(1e-11);
    expect(Math.abs(fixed.phi - solution.phi)).toBeLessThan(1e-9);
    expect(Math.abs(fixed.conjugateOverlap / solution.conjugateOverlap - 1)).toBeLessThan(1e-8);
  });

  test.each(samplePoints)("S* of %o is the minimum of φ(y)/y over y, to 1e-11", (point) => {
    const { localEntropy, overlap, y } = solved(point);
    const perReplica = (logY: number) => {
      const replicas = Math.exp(logY);
      return replicatedFreeEntropy({ selfCoupling: point.selfCoupling, overlap, y: replicas }).phi / replicas;
    };
    const low = Math.max(0, Math.log(y) - 1);
    const high = Math.min(Math.log(5000), Math.log(y) + 1);
    const minimum = minimizeScalar(perReplica, low, high, { tolerance: 1e-4 });
    expect(Math.abs(minimum.value - localEntropy)).toBeLessThan(1e-8);
    expect(localEntropy).toBeLessThan(minimum.value + 1e-11);
    expect(Math.abs(perReplica(Math.log(y)) - localEntropy)).toBeLessThan(1e-11);
  });

  test.each(samplePoints)("slopes of %o in q (P14') and in J_D agree with differences of S*", (point) => {
    const { slope, selfCouplingSlope } = solved(point);
    // Inside the domain: a step back where the point lies at its end.
    const step = 1e-4 * Math.min(point.distance, 0.5 - point.distance);
    const [near, far] = [point.distance <= 3e-4 ? 0 : -1, point.distance >= 0.495 ? 0 : 1].map((side) =>
      solved({ ...point, distance: point.distance + side * step }),
    );
    const difference = (near!.localEntropy - far!.localEntropy) / (near!.overlap - far!.overlap);
    expect(Math.abs(difference - slope)).toBeLessThan(2e-4 * (Math.abs(slope) + 0.01));
    const above = solved({ ...point, selfCoupling: point.selfCoupling + 1e-5 });
    const couplingDifference = (above.localEntropy - solved(point).localEntropy) / 1e-5;
    expect(Math.abs(couplingDifference - selfCouplingSlope)).toBeLessThan(1e-4);
  });

  test.each(samplePoints)("a doubled resolution moves S* of %o by less than the errors", (point) => {
    const solution = solved(point);
    const finer = solved(point, { resolution: 2 });
    expect(solution.error).toBeLessThan(1e-11);
    expect(Math.abs(solution.localEntropy - finer.localEntropy)).toBeLessThan(solution.error + finer.error);
  });

  test.each([
    { y: 5000, conjugateOverlap: 1e3 },
    { y: 1, conjugateOverlap: 1e-300 },
    { y: 300, conjugateOverlap: 0.1 },
  ])("an absurd start %o only costs time", (near) => {
    const point = { selfCoupling: 0.2, distance: 0.05 };
    const solution = solved(point, { near });
    expect(Math.abs(solution.localEntropy - solved(point).localEntropy)).toBeLessThan(2 * solution.error);
    expect(() => densestClusters(point, { near: { ...near, y: NaN } })).toThrow(OutOfDomain);
    expect(() => densestClusters(point, { near: { ...near, conjugateOverlap: 0 } })).toThrow(OutOfDomain);
  });

  test("Σ that stays positive up to y = 5000 is a result, not a crash", () => {
    const result = densestClusters({ selfCoupling: 3, distance: 0.4 });
    expect(result).toMatchObject({ status: "no-solution", selfCoupling: 3, distance: 0.4 });
    expect(replicatedFreeEntropy({ selfCoupling: 3, overlap: 0.2, y: 5000 }).complexity).toBeGreaterThan(0);
  });

  test.each([
    [{ selfCoupling: 0.5, distance: 0.6 }, /distance/],
    [{ selfCoupling: 0.5, distance: 2e-4 }, /distance/],
    [{ selfCoupling: 0.5, distance: NaN }, /distance/],
    [{ selfCoupling: -1, distance: 0.1 }, /selfCoupling/],
    [{ selfCoupling: NaN, distance: 0.1 }, /selfCoupling/],
  ])("%o is outside the domain", (point, message) => {
    expect(() => densestClusters(point)).toThrow(OutOfDomain);
    expect(() => densestClusters(point)).toThrow(message);
  });
});

describe("a curve", () => {
  const distances = Array.from({ length: 25 }, (_, k) => 3e-4 * (0.495 / 3e-4) ** (k / 24));
  distances[24] = 0.495;

  test.each([0, 0.06, 0.3, 1])(
    "J_D = %f: each point is what it is alone, in any order of distances",
    (jd) => {
      const curve = localEntropyCurve(jd, distances);
      const backwards = localEntropyCurve(jd, distances.toReversed()).toReversed();
      expect(backwards).toEqual(curve);
      for (const [k, point] of curve.entries()) {
        const alone = densestClusters({ selfCoupling: jd, distance: distances[k]! });
        expect(alone.status).toBe(point.status);
        if (alone.status !== "ok" || point.status !== "ok") continue;
        expect(point.distance).toBe(distances[k]);
        expect(Math.abs(point.localEntropy - alone.localEntropy)).toBeLessThan(point.error + alone.error);
        expect(Math.abs(point.y / alone.y - 1)).toBeLessThan(1e-7);
      }
    },
  );

  test("a far neighbour, a repeated distance or a missing solution changes nothing", () => {
    const [first, , again, last] = localEntropyCurve(1, [0.05, 0.495, 0.05, 0.002]);
    const alone = solved({ selfCoupling: 1, distance: 0.05 }, { near: { y: 3, conjugateOverlap: 10 } });
    for (const point of [first, again])
      expect(Math.abs(solvedPoint(point) - alone.localEntropy)).toBeLessThan(2 * alone.error);
    expect(last?.status).toBe("no-solution");
  });

  test("a point that cannot meet the tolerance is a row of its own and does not stop the others", () => {
    const curve = localEntropyCurve(1, [0.002, 0.05, 0.495], { tolerance: 1e-20 });
    expect(curve.map(({ status }) => status)).toEqual(["no-solution", "not-converged", "no-solution"]);
    expect(curve[1]).toMatchObject({ selfCoupling: 1, distance: 0.05 });
  });

  test("one distance outside the domain is refused before anything is solved", () => {
    expect(() => localEntropyCurve(0.1, [0.1, 0.6])).toThrow(OutOfDomain);
    expect(() => localEntropyCurve(NaN, [])).toThrow(OutOfDomain);
    expect(localEntropyCurve(0.1, [])).toEqual([]);
  });

  test("at small J_D narrow clusters, a gap, and wide clusters; at larger J_D an increase all the way", () => {
    const gapped = localEntropyCurve(0.05, distances).map(solvedPoint);
    expect(gapped[0]).toBeGreaterThan(0);
    expect(Math.min(...gapped)).toBeLessThan(-0.002);
    expect(gapped.at(-1)).toBeGreaterThan(0);
    const open = localEntropyCurve(0.2, distances).map(solvedPoint);
    for (let k = 1; k < open.length; k++) expect(open[k]).toBeGreaterThan(open[k - 1]!);
  });
});

function solvedPoint(point: ReturnType<typeof localEntropyCurve>[number] | undefined): number {
  if (point?.status !== "ok") throw new Error(point?.reason ?? "no point");
  return point.localEntropy;
}
