/** @file Exclusion of tuples as N → ∞: thresholds against pairs, patterns of spins, the general solver and J_gap. */
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { integerReplicaFreeEntropy } from "../../theory/integer-replicas.ts";
import { orthantProbability } from "../../theory/normal-orthants.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { pairEntropy } from "../../theory/pairs.ts";
import { findRoot } from "../../theory/solvers.ts";
import { gapClosing } from "../../theory/thresholds.ts";
import { clusterBoundary, tupleBoundary, tupleThreshold } from "../../theory/tuples.ts";
import { minimizeScalar } from "./minimize.ts";

const xLogX = (x: number): number => (x === 0 ? 0 : x * Math.log(x));

/** φ(3, q) by patterns: a share 1 − 3d/2 of the neurons agrees, a share d/2 has each of three odd members. */
function tripleEntropy(selfCoupling: number, distance: number): number {
  const q = 1 - 2 * distance;
  const log = (spins: readonly number[]): number =>
    Math.log(
      orthantProbability(
        selfCoupling,
        spins.map((a) => spins.map((b) => a * b * q)),
      ),
    );
  const [agree, odd] = [1 - 1.5 * distance, 0.5 * distance];
  return Math.LN2 - xLogX(agree) - 3 * xLogX(odd) + agree * log([1, 1, 1]) + 3 * odd * log([1, 1, -1]);
}

describe("boundaries", () => {
  test("pairs: the zero of the closed form (P6) within 1e-11, with and without a start", () => {
    for (const distance of [1e-3, 0.02, 0.3]) {
      const exact = findRoot((j) => pairEntropy(j, 1 - 2 * distance), 0, 0.1).x;
      expect(Math.abs(tupleBoundary({ replicas: 2, distance }) - exact)).toBeLessThan(1e-11);
      for (const near of [0.9 * exact, 0.09])
        expect(Math.abs(tupleBoundary({ replicas: 2, distance }, { near }) - exact)).toBeLessThan(1e-11);
    }
  });

  test("triples: the zero of the sum over patterns of spins within 1e-11", () => {
    for (const distance of [0.01, 0.2]) {
      const exact = findRoot((j) => tripleEntropy(j, distance), 0, 0.1, { tolerance: 1e-13 }).x;
      expect(Math.abs(tupleBoundary({ replicas: 3, distance }) - exact)).toBeLessThan(1e-11);
    }
  });

  test("clusters: φ/y of (P9) vanishes and is least at y*, and no tuples are excluded beyond", () => {
    for (const distance of [3e-3, 0.05, 0.4]) {
      const { selfCoupling, y, error } = clusterBoundary(distance);
      expect(error).toBeLessThan(1e-10);
      const perReplica = (y: number): number =>
        replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y }).phi / y;
      expect(Math.abs(perReplica(y))).toBeLessThan(1e-11);
      for (const factor of [0.9, 1.1]) expect(perReplica(factor * y)).toBeGreaterThan(1e-8);
      const near = [Math.floor(y), Math.ceil(y)].map((replicas) => tupleBoundary({ replicas, distance }));
      for (const boundary of near) {
        expect(boundary).toBeLessThan(selfCoupling);
        expect(boundary).toBeGreaterThan(0.95 * selfCoupling);
      }
    }
  });
});

describe("thresholds", () => {
  const thresholds = new Map([2, 3, 4, 5, 6].map((replicas) => [replicas, tupleThreshold(replicas)]));
  const gap = gapClosing();

  test("pairs: J_2 where the minimum of the closed form (P6) over the distance is 0, within its error", () => {
    const lowest = (j: number) =>
      minimizeScalar(
        (logDistance) => pairEntropy(j, 1 - 2 * Math.exp(logDistance)),
        Math.log(5e-3),
        Math.log(0.2),
      );
    const exact = findRoot((j) => lowest(j).value, 0.03, 0.06, { tolerance: 1e-13 }).x;
    const { selfCoupling, distance, error } = thresholds.get(2)!;
    expect(error).toBeLessThan(1e-10);
    expect(Math.abs(selfCoupling - exact)).toBeLessThan(error);
    expect(Math.abs(Math.log(distance) - lowest(exact).x)).toBeLessThan(1e-4);
  });

  test.each([3, 4, 5, 6])(
    "m = %d: φ(m, q) of the general solver (P9) touches zero there, within 1e-9",
    (m) => {
      const { selfCoupling, distance } = thresholds.get(m)!;
      const phi = (d: number): number =>
        replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * d, y: m }).phi;
      expect(Math.abs(phi(distance))).toBeLessThan(1e-9);
      for (const factor of [0.9, 1.1]) expect(phi(factor * distance)).toBeGreaterThan(1e-6);
    },
  );

  test("all below J_gap; five members exclude furthest", () => {
    for (const { selfCoupling } of thresholds.values()) expect(selfCoupling).toBeLessThan(gap.selfCoupling);
    const heights = [...thresholds.values()].map(({ selfCoupling }) => selfCoupling);
    expect(heights.indexOf(Math.max(...heights))).toBe(3);
    expect(Math.floor(gap.y)).toBe(4);
  });

  test("the line of clusters has J_gap (P15) as its highest point", () => {
    const { selfCoupling, y } = clusterBoundary(gap.distance);
    expect(Math.abs(selfCoupling - gap.selfCoupling)).toBeLessThan(1e-10);
    expect(Math.abs(y - gap.y)).toBeLessThan(1e-5);
    for (const factor of [0.8, 1.25])
      expect(clusterBoundary(factor * gap.distance).selfCoupling).toBeLessThan(gap.selfCoupling);
  });

  test("exponent negative just below J_m, none negative just above", () => {
    const { selfCoupling, distance } = thresholds.get(4)!;
    const exponent = (j: number, d: number): number =>
      integerReplicaFreeEntropy({ selfCoupling: j, overlap: 1 - 2 * d, replicas: 4 }).phi;
    expect(exponent(0.999 * selfCoupling, distance)).toBeLessThan(0);
    for (const factor of [0.2, 0.5, 0.9, 1, 1.1, 2, 5])
      expect(exponent(1.001 * selfCoupling, factor * distance)).toBeGreaterThan(0);
  });
});

describe("domain", () => {
  test.each([
    ["replicas", () => tupleThreshold(1)],
    ["replicas", () => tupleThreshold(2.5)],
    ["replicas", () => tupleBoundary({ replicas: 41, distance: 0.1 })],
    ["distance", () => tupleBoundary({ replicas: 3, distance: 1e-4 })],
    ["tolerance", () => tupleBoundary({ replicas: 3, distance: 0.1 }, { tolerance: 0 })],
    ["tolerance", () => tupleBoundary({ replicas: 3, distance: 0.1 }, { tolerance: 1e300 })],
    ["near", () => tupleBoundary({ replicas: 3, distance: 0.1 }, { near: 0.2 })],
    ["distance", () => clusterBoundary(0.5)],
  ])("%s out of range is refused", (name, call) => {
    expect(call).toThrow(OutOfDomain);
    expect(call).toThrow(name);
  });
});
