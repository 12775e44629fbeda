/** @file J_gap and J_mono of layered networks, and S* of two layers at a real number of replicas by integrals. */
import { describe, expect, test } from "vitest";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { densestLayeredClusters } from "../../theory/layered-clusters.ts";
import { layeredFreeEntropy } from "../../theory/layered-replicas.ts";
import { layeredGapClosing, layeredMonotone } from "../../theory/layered-thresholds.ts";
import { densestClusters } from "../../theory/local-entropy.ts";
import { normalCdf } from "../../theory/normal.ts";
import { gapClosing, monotoneOnset } from "../../theory/thresholds.ts";

describe("without bonds", () => {
  test("J_gap is that of one layer within its error, below 1e-8", () => {
    const found = layeredGapClosing({ layers: 2, ferromagneticCoupling: 0 });
    const exact = gapClosing();
    expect(Math.abs(found.selfCoupling - exact.selfCoupling)).toBeLessThan(found.error);
    expect(found.error).toBeLessThan(1e-8);
    expect(Math.abs(found.distance / exact.distance - 1)).toBeLessThan(1e-3);
  });

  test("J_mono is that of one layer within its error, below 1e-7", () => {
    const found = layeredMonotone({ layers: 1, ferromagneticCoupling: 0 });
    const exact = monotoneOnset();
    expect(Math.abs(found.selfCoupling - exact.selfCoupling)).toBeLessThan(found.error);
    expect(found.error).toBeLessThan(1e-7);
  });
});

describe("S* at many replicas, without bonds", () => {
  test.each([
    [0.06, 0.001, 1e-9],
    [0.3, 0.1, 1e-9],
    [0.2, 0.01, 1e-7],
    [0.3, 0.03, 1e-7],
  ])("J_D = %d, d = %d: that of one layer to %d", (selfCoupling, distance, bound) => {
    const exact = densestClusters({ selfCoupling, distance });
    const found = densestLayeredClusters({ layers: 2, ferromagneticCoupling: 0, selfCoupling, distance });
    if (exact.status !== "ok" || found.status !== "ok") throw new Error("no clusters");
    const difference = Math.abs(found.localEntropy - exact.localEntropy);
    expect(difference).toBeLessThan(bound);
    expect(difference).toBeLessThan(found.error + 1e-10);
    expect(exact.y).toBeGreaterThan(20);
  });
});

describe("with bonds", () => {
  const bonds = { layers: 2, ferromagneticCoupling: 0.5 } as const;
  const localEntropy = (selfCoupling: number, distance: number) => {
    const found = densestLayeredClusters({ ...bonds, selfCoupling, distance });
    if (found.status !== "ok") throw new Error(found.reason);
    return found.localEntropy;
  };

  test("10⁻⁶ to either side of J_gap the lowest point of S* is negative, or positive; next to it S* is higher", () => {
    const { selfCoupling, distance } = layeredGapClosing(bonds);
    expect(localEntropy(selfCoupling - 1e-6, distance)).toBeLessThan(0);
    expect(localEntropy(selfCoupling + 1e-6, distance)).toBeGreaterThan(0);
    for (const factor of [0.6, 0.8, 1.25, 1.6])
      expect(localEntropy(selfCoupling, factor * distance)).toBeGreaterThan(1e-6);
  });

  test("S*(d) has a decreasing stretch below J_mono and none above", () => {
    const { selfCoupling, distance } = layeredMonotone(bonds);
    const rises = (jd: number) => localEntropy(jd, distance * 1.02) - localEntropy(jd, distance / 1.02);
    expect(rises(selfCoupling - 1e-3)).toBeLessThan(0);
    expect(rises(selfCoupling + 1e-3)).toBeGreaterThan(0);
  });

  test("locked layers without end leave too large an error: not converged, no bad argument on the way", () => {
    expect(() => layeredGapClosing({ layers: "infinite", ferromagneticCoupling: 2 })).toThrow(NotConverged);
  });

  test("are refused outside the domain", () => {
    expect(() => layeredGapClosing({ layers: 0, ferromagneticCoupling: 0.5 })).toThrow(OutOfDomain);
    expect(() => layeredMonotone({ layers: 2, ferromagneticCoupling: -1 })).toThrow(OutOfDomain);
  });
});

/**
 * log ∫Dz₁Dz₂Dt₁Dt₂ 𝒜^y − y q̂ (1 + (y−1)q) per neuron of two layers, 𝒜 = Σ_{s₁s₂} Π_l e^{√q̂ s_l z_l}
 * Φ((J_D + s_l √q t_l + λ s₁s₂)/√(1−q)), by trapezoids: any real y.
 */
function realReplicas(
  point: { selfCoupling: number; ferromagneticCoupling: number; q: number; y: number },
  conjugate: number,
): number {
  const { selfCoupling, ferromagneticCoupling: bond, q, y } = point;
  const grid = (half: number, step: number) => {
    const count = Math.ceil(half / step);
    return Array.from({ length: 2 * count + 1 }, (_, k) => (k - count) * step);
  };
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const [tStep, zStep] = [0.16, 0.4];
  const ts = grid(7.5, tStep);
  const zs = grid(6.5 + y * Math.sqrt(conjugate), zStep);
  // A site (t, z) of a layer: for spin ±1 and a satisfied or broken bond, e^{±√q̂ z} Φ.
  const sites = ts.flatMap((t) =>
    zs.map((z) => {
      const factor = (s: number, satisfied: number) =>
        Math.exp(s * Math.sqrt(conjugate) * z) *
        normalCdf((selfCoupling + s * Math.sqrt(q) * t + satisfied * bond) / Math.sqrt(1 - q));
      const weight = tStep * zStep * density(t) * density(z);
      return {
        weight,
        upKept: factor(1, 1),
        upBroken: factor(1, -1),
        downKept: factor(-1, 1),
        downBroken: factor(-1, -1),
      };
    }),
  );
  let total = 0;
  sites.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const b = sites[j]!;
      const sum =
        a.upKept * b.upKept + a.downKept * b.downKept + a.upBroken * b.downBroken + a.downBroken * b.upBroken;
      total += (i === j ? 1 : 2) * a.weight * b.weight * sum ** y;
    }
  });
  return 0.5 * (Math.log(total) - y * conjugate * (1 + (y - 1) * q));
}

/** q̂ between those of the two integers next to y. */
function nearConjugate({ y, q, ...network }: Parameters<typeof realReplicas>[0]): number {
  const at = (replicas: number) =>
    layeredFreeEntropy({ layers: 2, ...network, overlap: q, replicas }).conjugateOverlaps[0]!;
  const below = Math.floor(y);
  return at(below) + (y - below) * (at(below + 1) - at(below));
}

describe("interpolation between integers", () => {
  test("S* of two layers is φ/y of a four-fold integral at y*, to 1e-7", () => {
    const [distance, selfCoupling, ferromagneticCoupling] = [0.2, 0, 0.5];
    const found = densestLayeredClusters({ layers: 2, ferromagneticCoupling, selfCoupling, distance });
    if (found.status !== "ok") throw new Error(found.reason);
    expect(Math.abs(found.y - Math.round(found.y))).toBeGreaterThan(0.2);
    const point = { selfCoupling, ferromagneticCoupling, q: 1 - 2 * distance, y: found.y };
    // φ is the minimum over q̂: at the vertex of a parabola through three values next to it.
    const [centre, step] = [nearConjugate(point), 0.004];
    const [before, here, after] = [-step, 0, step].map((shift) => realReplicas(point, centre + shift));
    const vertex = centre + (step * (before! - after!)) / (2 * (before! - 2 * here! + after!));
    expect(Math.abs(vertex - centre)).toBeLessThan(3 * step);
    expect(Math.abs(realReplicas(point, vertex) / found.y - found.localEntropy)).toBeLessThan(1e-7);
  });
});
