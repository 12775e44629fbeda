/**
 * @file 200 random points of the whole domain: every call meets its residual and agrees with a doubled resolution within
 * the two error estimates, or says that no coupling has the overlap. A fifth at J_D = 0 or tiny.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { centredDomain, centredLocalEntropy } from "../../theory/centred.ts";
import type { CentredPoint, CentredReplicas } from "../../theory/centred.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";

// fc.double is uniform in the bits of a number, not in the number.
const unit = fc.noBias(fc.integer({ min: 0, max: 1_000_000_000 })).map((k) => k / 1_000_000_000);
const logUniform = (u: number, min: number, max: number) =>
  Math.min(max, Math.max(min, min * (max / min) ** u));

const { overlap: overlaps, y: replicas } = centredDomain;
const [nearest, farthest] = [overlaps.min, overlaps.max].map((q) => Math.atanh(Math.sqrt(q)));
const overlapAt = (u: number) =>
  Math.min(overlaps.max, Math.max(overlaps.min, Math.tanh(nearest + (farthest - nearest) * u) ** 2));

const anyPoint = fc
  .tuple(fc.integer({ min: 0, max: 9 }), unit, unit, unit)
  .map(([kind, a, b, c]): CentredPoint => {
    const selfCoupling = kind === 0 ? 0 : kind === 1 ? logUniform(a, 1e-4, 3) : 3 * a * a;
    return { selfCoupling, overlap: overlapAt(b), y: logUniform(c, replicas.min, replicas.max) };
  });

/** Slope of φ (P9) in q at fixed y, by central differences: where it is positive there is no coupling. */
function slopeWithoutCentre({ selfCoupling, y, overlap }: CentredPoint): number {
  const step = 1e-3 * overlap * (1 - overlap);
  const phi = (q: number) => replicatedFreeEntropy({ selfCoupling, y, overlap: q }).phi;
  return (phi(overlap + step) - phi(overlap - step)) / (2 * step);
}

const isFinite = (solution: CentredReplicas) => Object.values(solution).every(Number.isFinite);

test("200 random points: residual < 1e-9, doubled resolution within the errors, refused only where (P9) rises", () => {
  const refused: CentredPoint[] = [];
  for (const point of fc.sample(anyPoint, { seed: 20251122, numRuns: 200 })) {
    const where = JSON.stringify(point);
    try {
      const solution = centredLocalEntropy(point);
      const finer = centredLocalEntropy(point, { resolution: 2 });
      expect(isFinite(solution), where).toBe(true);
      expect(solution.residual, where).toBeLessThan(1e-9);
      expect(solution.coupling, where).toBeGreaterThan(0);
      const bound = Math.min(1e-8, solution.error + finer.error);
      for (const key of ["localEntropy", "complexity"] as const)
        expect(Math.abs(solution[key] - finer[key]), `${key} at ${where}`).toBeLessThan(bound);
      const perReplica = Math.abs(solution.freeEntropy - finer.freeEntropy) / point.y;
      expect(perReplica, `freeEntropy at ${where}`).toBeLessThan(bound);
    } catch (error) {
      if (!(error instanceof OutOfDomain)) throw error;
      refused.push(point);
      if (point.overlap > 0.02 && point.overlap < 0.999)
        expect(slopeWithoutCentre(point), where).toBeGreaterThan(0);
    }
  }
  expect(refused.length).toBeLessThan(70);
});
