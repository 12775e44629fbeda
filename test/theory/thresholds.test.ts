/** @file Critical self-couplings J_gap (P15) and J_mono (P16): their defining conditions, by other means. */
import { describe, expect, test } from "vitest";
import { OutOfDomain } from "../../theory/errors.ts";
import { densestClusters, localEntropyCurve } from "../../theory/local-entropy.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { minimizeScalar } from "./minimize.ts";
import { gapClosing, monotoneOnset } from "../../theory/thresholds.ts";

const gap = gapClosing();
const monotone = monotoneOnset();

function localEntropy(selfCoupling: number, distance: number): number {
  const result = densestClusters({ selfCoupling, distance });
  if (result.status !== "ok") throw new Error(result.reason);
  return result.localEntropy;
}

/** S* on a logarithmic grid of the whole domain. */
function wholeCurve(selfCoupling: number): number[] {
  const distances = Array.from({ length: 120 }, (_, k) =>
    Math.min(0.495, 3e-4 * (0.495 / 3e-4) ** (k / 119)),
  );
  return localEntropyCurve(selfCoupling, distances).flatMap((point) =>
    point.status === "ok" ? [point.localEntropy] : [],
  );
}

describe("J_gap (P15)", () => {
  test("φ = Σ = S_I = 0 at the point where the curve touches zero, to 1e-9", () => {
    const { selfCoupling, distance, y } = gap;
    const solution = replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y });
    expect(Math.abs(solution.phi)).toBeLessThan(1e-9);
    expect(Math.abs(solution.localEntropy)).toBeLessThan(1e-9);
    expect(Math.abs(solution.complexity)).toBeLessThan(1e-9);
  });

  test("a direct minimisation of S* over d finds the same point", () => {
    const { selfCoupling, distance } = gap;
    const objective = (logDistance: number) => localEntropy(selfCoupling, Math.exp(logDistance));
    const minimum = minimizeScalar(objective, Math.log(0.008), Math.log(0.04), { tolerance: 1e-5 });
    expect(Math.abs(Math.exp(minimum.x) / distance - 1)).toBeLessThan(1e-4);
    expect(Math.abs(minimum.value)).toBeLessThan(1e-10);
  });

  test("10⁻⁷ to either side the curve is negative somewhere, or nowhere", () => {
    const minimumAt = (selfCoupling: number) => localEntropy(selfCoupling, gap.distance);
    expect(minimumAt(gap.selfCoupling - 1e-7)).toBeLessThan(0);
    expect(minimumAt(gap.selfCoupling + 1e-7)).toBeGreaterThan(0);
    expect(Math.min(...wholeCurve(gap.selfCoupling + 1e-4))).toBeGreaterThan(0);
    expect(Math.min(...wholeCurve(gap.selfCoupling - 1e-3))).toBeLessThan(0);
  });
});

describe("J_mono (P16)", () => {
  const decreases = (curve: readonly number[]) => curve.some((value, k) => k > 0 && value < curve[k - 1]!);

  test("the curve has a decreasing stretch just below it and none above", () => {
    expect(decreases(wholeCurve(monotone.selfCoupling - 1e-3))).toBe(true);
    expect(decreases(wholeCurve(monotone.selfCoupling + 1e-4))).toBe(false);
    expect(decreases(wholeCurve(monotone.selfCoupling + 0.02))).toBe(false);
  });

  test("first and second differences of S* in log d vanish there, and change sign in J_D within 10⁻⁶", () => {
    const { selfCoupling, distance } = monotone;
    const at = (coupling: number, logShift: number) => localEntropy(coupling, distance * Math.exp(logShift));
    const h = 0.02;
    // Fourth-order difference: its error, h⁴/30 times the fifth derivative, is below 1e−9 here.
    const slope = (coupling: number) =>
      (8 * (at(coupling, h) - at(coupling, -h)) - at(coupling, 2 * h) + at(coupling, -2 * h)) / (12 * h);
    const curvature = (at(selfCoupling, h) - 2 * at(selfCoupling, 0) + at(selfCoupling, -h)) / h ** 2;
    expect(Math.abs(slope(selfCoupling))).toBeLessThan(2e-9);
    expect(Math.abs(curvature)).toBeLessThan(1e-6);
    expect(slope(selfCoupling - 1e-6)).toBeLessThan(0);
    expect(slope(selfCoupling + 1e-6)).toBeGreaterThan(0);
  });

  test("it lies above J_gap", () => {
    expect(monotone.selfCoupling).toBeGreaterThan(gap.selfCoupling);
  });
});

describe("accuracy", () => {
  test.each([
    ["J_gap", gapClosing, gap],
    ["J_mono", monotoneOnset, monotone],
  ])("%s: the error estimate is below 1e-7 and holds when the resolution is doubled", (_, solve, found) => {
    const finer = solve({ resolution: 2 });
    expect(found.error).toBeLessThan(1e-7);
    expect(Math.abs(finer.selfCoupling - found.selfCoupling)).toBeLessThan(found.error);
  });

  test("a bad resolution is refused", () => {
    expect(() => gapClosing({ resolution: 0 })).toThrow(OutOfDomain);
    expect(() => monotoneOnset({ resolution: NaN })).toThrow(OutOfDomain);
  });
});
