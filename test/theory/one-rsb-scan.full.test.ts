/**
 * @file 500 random points of the whole domain: every call meets its residual and agrees with a doubled resolution within
 * the two error estimates, or throws. Half of the points uniform in (d, y), half log-uniform; a fifth at J_D = 0 or tiny.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { NotConverged } from "../../theory/errors.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import type { ReplicaPoint } from "../../theory/one-rsb.ts";

// fc.double is uniform in the bits of a number, not in the number.
const unit = fc.noBias(fc.integer({ min: 0, max: 1_000_000_000 })).map((k) => k / 1_000_000_000);
const logUniform = (u: number, min: number, max: number) =>
  Math.min(max, Math.max(min, min * (max / min) ** u));
const uniform = (u: number, min: number, max: number) => min + u * (max - min);

const anyPoint = fc
  .tuple(fc.integer({ min: 0, max: 9 }), unit, unit, unit)
  .map(([kind, a, b, c]): ReplicaPoint => {
    const spread = kind % 2 === 0 ? logUniform : uniform;
    const selfCoupling = kind === 0 ? 0 : kind === 1 ? logUniform(a, 1e-4, 3) : uniform(a, 0, 3);
    return { selfCoupling, overlap: 1 - 2 * spread(b, 3e-4, 0.495), y: spread(c, 1, 5000) };
  });

/** Points at which every call has to succeed. */
const isEasy = ({ selfCoupling, overlap, y }: ReplicaPoint) =>
  selfCoupling <= 1 && 0.5 * (1 - overlap) >= 0.001 && y <= 1000;

test("500 random points: residual < 1e-9, doubled resolution within the errors and 1e-8, at most 5 refused", () => {
  const refused: ReplicaPoint[] = [];
  for (const point of fc.sample(anyPoint, { seed: 20251122, numRuns: 500 })) {
    try {
      const solution = replicatedFreeEntropy(point);
      const finer = replicatedFreeEntropy(point, { resolution: 2 });
      const where = JSON.stringify(point);
      expect(solution.residual, where).toBeLessThan(1e-9);
      const bound = Math.min(1e-8, solution.error + finer.error);
      for (const key of ["phi", "localEntropy", "complexity"] as const)
        expect(Math.abs(solution[key] - finer[key]), `${key} at ${where}`).toBeLessThan(bound);
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      refused.push(point);
    }
  }
  expect(refused.length).toBeLessThanOrEqual(5);
  expect(refused.filter(isEasy)).toEqual([]);
});
