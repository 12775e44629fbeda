/** @file Quenched Franz–Parisi entropy: saddle, curve, end of the branch and threshold. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annealedEntropy } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import {
  franzParisiCurve,
  franzParisiDomain,
  quenchedFranzParisi,
  typicalThreshold,
} from "../../theory/franz-parisi.ts";
import { franzParisiAverages, franzParisiFunctional } from "../../theory/franz-parisi-averages.ts";
import type { FranzParisiTrial } from "../../theory/franz-parisi-averages.ts";
import { franzParisiEnd } from "../../theory/franz-parisi-limit.ts";
import { hazard, logNormalCdf, normalCdf, normalPdf } from "../../theory/normal.ts";
import { annealedFranzParisi } from "../../theory/pairs.ts";

const fine = { panelOrder: 16, tiltStep: 0.25 };

/** Σ over an equidistant grid of [−reach, reach], ends included. */
function gridSum(reach: number, intervals: number, f: (x: number) => number): number {
  const step = (2 * reach) / intervals;
  let sum = 0;
  for (let k = 0; k <= intervals; k++) sum += f(-reach + k * step);
  return sum * step;
}

/** The braces of (P8) as written there, by a dense two-dimensional trapezoid: shares only log Φ with the source. */
function bruteFunctional(trial: FranzParisiTrial): number {
  const {
    selfCoupling: jd,
    overlap: omega,
    conjugateOverlap,
    innerOverlap: p,
    conjugateInnerOverlap,
  } = trial;
  const width = Math.sqrt(1 - p);
  const tilt = Math.sqrt(conjugateInnerOverlap);
  const average = gridSum(8 * Math.sqrt(p), 2400, (w) => {
    const density =
      ((normalPdf(w / Math.sqrt(p)) / Math.sqrt(p)) *
        normalCdf((jd + (omega * w) / p) / Math.sqrt(1 - (omega * omega) / p))) /
      normalCdf(jd);
    const logUp = logNormalCdf((jd + w) / width);
    const logDown = logNormalCdf((jd - w) / width);
    const inner = gridSum(8, 320, (z) => {
      const up = logUp + conjugateOverlap + tilt * z;
      const down = logDown - conjugateOverlap - tilt * z;
      const top = Math.max(up, down);
      return normalPdf(z) * (top + Math.log(Math.exp(up - top) + Math.exp(down - top)));
    });
    return density * inner;
  });
  return -conjugateOverlap * omega - 0.5 * conjugateInnerOverlap * (1 - p) + average;
}

const trials: readonly FranzParisiTrial[] = [
  { selfCoupling: 0.5, overlap: 0.5, conjugateOverlap: 0.6, innerOverlap: 0.4, conjugateInnerOverlap: 0.3 },
  { selfCoupling: 0, overlap: 0.8, conjugateOverlap: 1.2, innerOverlap: 0.7, conjugateInnerOverlap: 2 },
  { selfCoupling: 0.2, overlap: 0.97, conjugateOverlap: 2, innerOverlap: 0.96, conjugateInnerOverlap: 3.3 },
  { selfCoupling: 2, overlap: 0.3, conjugateOverlap: 0.2, innerOverlap: 0.2, conjugateInnerOverlap: 0.1 },
];

describe("two-field average of (P8)", () => {
  test.each(trials)("agrees with a dense two-dimensional trapezoid to 1e-11 at %o", (trial) => {
    expect(Math.abs(franzParisiFunctional(trial, fine) - bruteFunctional(trial))).toBeLessThan(1e-11);
  });

  test.each(trials)("moments are derivatives of the functional, and the Jacobian theirs, at %o", (trial) => {
    const step = 1e-5;
    const shifted = (key: keyof FranzParisiTrial, by: number) => ({ ...trial, [key]: trial[key] + by });
    const slope = (key: keyof FranzParisiTrial, f: (at: FranzParisiTrial) => number) =>
      (f(shifted(key, step)) - f(shifted(key, -step))) / (2 * step);
    const value = (at: FranzParisiTrial) => franzParisiFunctional(at, fine);
    const { moments, jacobian } = franzParisiAverages(trial, fine);
    const gradient = [
      moments[0] - trial.overlap,
      0.5 * (trial.conjugateInnerOverlap - moments[2]),
      0.5 * (trial.innerOverlap - moments[1]),
    ];
    const keys = ["conjugateOverlap", "innerOverlap", "conjugateInnerOverlap"] as const;
    keys.forEach((key, column) => {
      expect(slope(key, value)).toBeCloseTo(gradient[column], 6);
      [0, 1, 2].forEach((row) => {
        const derivative = slope(key, (at) => franzParisiAverages(at, fine).moments[row]);
        expect(Math.abs(derivative - jacobian[row][column])).toBeLessThan(
          1e-6 * (1 + Math.abs(jacobian[row][column])),
        );
      });
    });
  });
});

describe("quenched Franz–Parisi entropy (P8)", () => {
  test("given values: Ω = 0.5 and 0.9 at J_D = 0.5, Ω = 0.8 and 0.5 at J_D = 0.1", () => {
    const half = quenchedFranzParisi({ selfCoupling: 0.5, distance: 0.25 });
    expect(half.quenched).toBeCloseTo(0.25911442162, 11);
    expect(half.conjugateOverlap).toBeCloseTo(0.448971304, 8);
    expect(half.innerOverlap).toBeCloseTo(0.302491328, 9);
    expect(half.conjugateInnerOverlap).toBeCloseTo(0.047871966, 9);
    const near = quenchedFranzParisi({ selfCoupling: 0.5, distance: 0.05 });
    expect(near.quenched).toBeCloseTo(0.06904740744, 11);
    expect(near.innerOverlap).toBeCloseTo(0.83585547, 8);
    expect(quenchedFranzParisi({ selfCoupling: 0.1, distance: 0.1 }).quenched).toBeCloseTo(
      -0.00299860968,
      11,
    );
    expect(quenchedFranzParisi({ selfCoupling: 0.1, distance: 0.25 }).quenched).toBeCloseTo(
      0.04835372521,
      11,
    );
  });

  test("slope in Ω is −Ω̂ + g E⟨∂ log Z/∂w⟩ with the reference field at its threshold, w ~ N(−J_D Ω, p − Ω²)", () => {
    const step = 1e-4;
    for (const [selfCoupling, distance] of [
      [0, 0.2],
      [0.3, 0.1],
      [1, 0.02],
      [2, 0.3],
    ]) {
      const at = (d: number) => quenchedFranzParisi({ selfCoupling, distance: d });
      const { overlap, conjugateOverlap, innerOverlap: p, conjugateInnerOverlap } = at(distance);
      const width = Math.sqrt(1 - p);
      const spread = Math.sqrt(p - overlap * overlap);
      const atThreshold = gridSum(8, 600, (x) => {
        const w = -selfCoupling * overlap + spread * x;
        const up = (selfCoupling + w) / width;
        const down = (selfCoupling - w) / width;
        const slope = gridSum(8, 300, (z) => {
          const field = conjugateOverlap + Math.sqrt(conjugateInnerOverlap) * z;
          const m = Math.tanh(field + 0.5 * (logNormalCdf(up) - logNormalCdf(down)));
          return (normalPdf(z) * ((1 + m) * hazard(up) - (1 - m) * hazard(down))) / (2 * width);
        });
        return normalPdf(x) * slope;
      });
      const difference = (at(distance - step).quenched - at(distance + step).quenched) / (4 * step);
      expect(difference).toBeCloseTo(-conjugateOverlap + hazard(selfCoupling) * atThreshold, 5);
    }
  });

  test.each([0, 0.1, 0.5, 1.5, 3])("d → ½ at J_D = %d: s → S, and Ω̂ → (1 − g²)Ω", (selfCoupling) => {
    const far = quenchedFranzParisi({ selfCoupling, distance: franzParisiDomain.distance.max });
    expect(Math.abs(far.quenched - annealedEntropy(selfCoupling))).toBeLessThan(0.6 * far.overlap ** 2);
    expect(far.conjugateOverlap / far.overlap).toBeCloseTo(1 - hazard(selfCoupling) ** 2, 6);
  });

  test("quenched ≤ annealed, Ω² < p < 1, residual and error small, everywhere in the domain", () => {
    const logDistance = fc.double({
      min: Math.log(franzParisiDomain.distance.min),
      max: Math.log(franzParisiDomain.distance.max),
      noNaN: true,
    });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), logDistance, (selfCoupling, log) => {
        const distance = Math.min(Math.exp(log), franzParisiDomain.distance.max);
        fc.pre(distance > 1.03 * franzParisiEnd(selfCoupling) && distance > franzParisiDomain.distance.min);
        const result = quenchedFranzParisi({ selfCoupling, distance });
        expect(result.quenched).toBeLessThanOrEqual(annealedFranzParisi({ selfCoupling, distance }) + 1e-12);
        expect(result.innerOverlap).toBeGreaterThan(result.overlap ** 2);
        expect(result.innerOverlap).toBeLessThan(1);
        expect(result.residual).toBeLessThan(1e-5);
        expect(result.error).toBeLessThan(1e-10);
      }),
      { numRuns: 30, seed: 8 },
    );
  });

  test("without self-coupling typical fixed points have no others around them", () => {
    for (const point of franzParisiCurve(0, [0.01, 0.03, 0.1, 0.3, 0.49])) {
      expect(point.status === "ok" && point.result.quenched).toBeLessThan(0);
    }
  });

  test.each([
    { selfCoupling: -0.1, distance: 0.2 },
    { selfCoupling: 3.1, distance: 0.2 },
    { selfCoupling: 0.5, distance: 0 },
    { selfCoupling: 0.5, distance: 0.5 },
    { selfCoupling: NaN, distance: 0.2 },
    { selfCoupling: 0.5, distance: NaN },
  ])("refuses %o", (point) => {
    expect(() => quenchedFranzParisi(point)).toThrow(OutOfDomain);
  });
});

describe("curve of the quenched Franz–Parisi entropy", () => {
  test("equals the points one by one, in the order asked for, with duplicates", () => {
    const distances = [0.2, 0.01, 0.4, 0.2, 0.2 + 1e-15, 0.003, 0.09];
    franzParisiCurve(0.6, distances).forEach((point, k) => {
      const alone = quenchedFranzParisi({ selfCoupling: 0.6, distance: distances[k] });
      expect(point.distance).toBe(distances[k]);
      expect(point.status === "ok" && point.result.quenched).toBeCloseTo(alone.quenched, 12);
    });
  });

  test("a bad point does not hide the others, and its status says why", () => {
    const statuses = franzParisiCurve(0.1, [NaN, 0.1, 0.001, 0.7, 0.02, -1]).map(({ status }) => status);
    expect(statuses).toEqual(["out-of-domain", "ok", "no-solution", "out-of-domain", "ok", "out-of-domain"]);
  });
});

describe("end of the saddle (p → 1)", () => {
  test.each([0, 0.1, 0.4])(
    "the solved 1 − p, extrapolated to 0, converges to it at J_D = %d",
    (selfCoupling) => {
      const end = franzParisiEnd(selfCoupling);
      const gap = (excess: number) =>
        1 - quenchedFranzParisi({ selfCoupling, distance: (1 + excess) * end }).innerOverlap;
      /** Relative distance of the end from the zero of the secant of 1 − p through two points. */
      const offset = (near: number, far: number) =>
        Math.abs(near - ((far - near) * gap(near)) / (gap(far) - gap(near)));
      expect(offset(0.03, 0.06)).toBeLessThan(0.006);
      expect(offset(0.03, 0.06)).toBeLessThan(0.7 * offset(0.06, 0.12));
    },
  );

  test("below it there is no number, and the message says where the saddle ends", () => {
    expect(() => quenchedFranzParisi({ selfCoupling: 0.1, distance: 0.003 })).toThrow(
      /at least 0\.0033.*saddle ends/,
    );
    expect(() => quenchedFranzParisi({ selfCoupling: 0.1, distance: 0.003 })).toThrow(OutOfDomain);
  });

  test("moves to smaller distances as the self-coupling grows, 0 once below 1e-5", () => {
    const ends = [0, 0.1, 0.3, 0.6, 1, 1.4].map(franzParisiEnd);
    ends.slice(1).forEach((end, k) => expect(end).toBeLessThan(ends[k]));
    expect(franzParisiEnd(3)).toBe(0);
    expect(() => franzParisiEnd(-1)).toThrow(OutOfDomain);
  });
});

describe("self-coupling from which the typical curve is positive (P17)", () => {
  test.each([0.001, 0.01, 0.1, 0.3])(
    "s changes sign at J_FP and d₀ = %d, and stays positive beyond d₀",
    (distance) => {
      const { selfCoupling, error } = typicalThreshold({ distance });
      expect(error).toBeLessThan(1e-9);
      expect(quenchedFranzParisi({ selfCoupling: selfCoupling + 1e-8, distance }).quenched).toBeGreaterThan(
        0,
      );
      expect(quenchedFranzParisi({ selfCoupling: selfCoupling - 1e-8, distance }).quenched).toBeLessThan(0);
      // The annealed bound is still positive there: it puts the threshold too low.
      expect(annealedFranzParisi({ selfCoupling, distance })).toBeGreaterThan(0);
      for (let d = distance + 0.01; d < 0.49; d += 0.03)
        expect(quenchedFranzParisi({ selfCoupling, distance: d }).quenched).toBeGreaterThan(0);
    },
  );

  test("falls as d₀ grows", () => {
    const thresholds = [3e-4, 0.02, 0.2, 0.495].map(
      (distance) => typicalThreshold({ distance }).selfCoupling,
    );
    thresholds.slice(1).forEach((threshold, k) => expect(threshold).toBeLessThan(thresholds[k]));
  });

  test.each([1e-4, 0.4999, NaN])("refuses d₀ = %d", (distance) => {
    expect(() => typicalThreshold({ distance })).toThrow(OutOfDomain);
  });
});
