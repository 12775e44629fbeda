/** @file Replicas around a common centre (P28) against outside solvers, exact sums, closed forms and identities. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { centredLocalEntropy } from "../../theory/centred.ts";
import type { CentredReplicas } from "../../theory/centred.ts";
import { centredWeight } from "../../theory/centred-quadrature.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { logNormalCdf, normalCdf } from "../../theory/normal.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { pairEntropy } from "../../theory/pairs.ts";
import {
  centredFunctional,
  exactSumTable,
  integerCentred,
  slopeOf,
  trapezoidTable,
} from "./centred-reference.ts";

// fc.double is uniform in the bits of a number, not in the number.
const unit = fc.noBias(fc.integer({ min: 0, max: 1_000_000_000 })).map((k) => k / 1_000_000_000);
const anySelfCoupling = fc.oneof(
  fc.constant(0),
  unit.map((u) => 3 * u * u),
);
const anyOverlap = unit.map((u) => Math.tanh(0.04 + 3.5 * u) ** 2);

describe("against solvers outside this package", () => {
  test.each(trapezoidTable)(
    "trapezoids at J_D = $selfCoupling, y = $y, q = $overlap to 1e-11 (relative above 1)",
    ({ selfCoupling, y, overlap, ...expected }) => {
      const solution = centredLocalEntropy({ selfCoupling, y, overlap });
      for (const [key, value] of Object.entries(expected)) {
        const difference = Math.abs(solution[key as keyof CentredReplicas] - value);
        expect(difference, key).toBeLessThan(1e-11 * Math.max(1, Math.abs(value)));
      }
    },
  );

  test.each(exactSumTable)(
    "exact sums at J_D = $selfCoupling, y = $y, q = $overlap to 2e-14 (relative above 1)",
    ({ selfCoupling, y, overlap, ...expected }) => {
      const solution = centredLocalEntropy({ selfCoupling, y, overlap });
      for (const [key, value] of Object.entries(expected)) {
        const difference = Math.abs(solution[key as keyof CentredReplicas] - value);
        expect(difference, key).toBeLessThan(2e-14 * Math.max(1, Math.abs(value)));
      }
    },
  );
});

describe("exact results at small y", () => {
  test("y = 1: q drops out, φ_c = log 2 + log 2cosh γ + log Φ(J_D) and ⟨cσ⟩ = tanh γ, to 1e-12", () => {
    for (const selfCoupling of [0, 0.2, 1, 3])
      for (const overlap of [0.01, 0.5, 0.8]) {
        const solution = centredLocalEntropy({ selfCoupling, y: 1, overlap });
        const { coupling, freeEntropy, centreOverlap, localEntropy, complexity } = solution;
        const exact = Math.LN2 + Math.log(2 * Math.cosh(coupling)) + logNormalCdf(selfCoupling);
        expect(Math.abs(freeEntropy - exact)).toBeLessThan(1e-12);
        expect(Math.abs(centreOverlap - Math.tanh(coupling))).toBeLessThan(1e-12);
        expect(Math.abs(complexity + localEntropy + coupling * centreOverlap - freeEntropy)).toBeLessThan(
          1e-12,
        );
      }
  });

  test("y = 1 + 1e-6 differs from y = 1 by the derivative there, to second order", () => {
    for (const overlap of [0.05, 0.5, 0.9]) {
      const one = centredLocalEntropy({ selfCoupling: 0.3, y: 1, overlap });
      const above = centredLocalEntropy({ selfCoupling: 0.3, y: 1 + 1e-6, overlap });
      const byReplicas = one.localEntropy + one.coupling * one.centreOverlap;
      const byCoupling = one.centreOverlap * (above.coupling - one.coupling);
      const change = above.freeEntropy - one.freeEntropy;
      expect(Math.abs(change - 1e-6 * byReplicas - byCoupling)).toBeLessThan(1e-11);
    }
  });

  // Summing over c leaves 2cosh 2γ where the two replicas agree and 2 where they do not:
  // φ_c(2, γ) = max_q φ₂(q) + log 2 + (1+q)/2 log cosh 2γ, with φ₂ the pair complexity (P6).
  test("y = 2: pairs (P6) with a centre, γ from φ₂'(q) = −½ log cosh 2γ; none where φ₂ grows", () => {
    let refused = 0;
    fc.assert(
      fc.property(anySelfCoupling, anyOverlap, (selfCoupling, overlap) => {
        const pairs = (q: number) => pairEntropy(selfCoupling, q);
        const slope = slopeOf(pairs, overlap, 1e-3 * overlap * (1 - overlap));
        fc.pre(Math.abs(slope) > 1e-6);
        const solve = () => centredLocalEntropy({ selfCoupling, y: 2, overlap });
        if (slope > 0) {
          refused++;
          expect(solve).toThrow(OutOfDomain);
          return;
        }
        const { coupling, freeEntropy, centreOverlap } = solve();
        const logCosh = Math.log(Math.cosh(2 * coupling));
        expect(Math.abs(slope + 0.5 * logCosh)).toBeLessThan(1e-8);
        const exact = pairs(overlap) + Math.LN2 + 0.5 * (1 + overlap) * logCosh;
        expect(Math.abs(freeEntropy - exact)).toBeLessThan(1e-11);
        expect(Math.abs(centreOverlap - 0.5 * (1 + overlap) * Math.tanh(2 * coupling))).toBeLessThan(1e-11);
      }),
      { seed: 1, numRuns: 120 },
    );
    expect(refused).toBeGreaterThan(5);
  });

  test("integer y up to 20: at the solver's (q, γ) the exact sum gives its q̂, φ_c and ⟨cσ⟩, to 1e-10", () => {
    fc.assert(
      fc.property(
        anySelfCoupling,
        unit.map((u) => 0.02 + 0.9 * u),
        fc.integer({ min: 3, max: 20 }),
        (selfCoupling, overlap, y) => {
          const solution = orNone(() => centredLocalEntropy({ selfCoupling, y, overlap }));
          fc.pre(solution !== null);
          const { coupling } = solution!;
          const exact = integerCentred({ selfCoupling, y, overlap, coupling });
          for (const key of ["freeEntropy", "conjugateOverlap", "centreOverlap"] as const)
            expect(Math.abs(exact[key] - solution![key]), key).toBeLessThan(1e-10);
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });
});

/** The solution, or null where no coupling has the overlap. */
function orNone(solve: () => CentredReplicas): CentredReplicas | null {
  try {
    return solve();
  } catch (error) {
    if (error instanceof OutOfDomain) return null;
    throw error;
  }
}

describe("limits", () => {
  test("γ = 0 decouples the centre: φ of (P9) plus log 2 at the same q and q̂, to 1e-11", () => {
    for (const [selfCoupling, overlap, y] of [
      [0, 0.3, 2.5],
      [0.2, 0.9, 12],
      [1, 0.99, 60],
    ] as const) {
      const { phi, conjugateOverlap } = replicatedFreeEntropy({ selfCoupling, overlap, y });
      const weight = centredWeight({ selfCoupling, overlap }, y, 1);
      const { logPartition, centreOverlap } = weight.averages({ conjugateOverlap, coupling: 0 });
      const functional = logPartition - 0.5 * y * conjugateOverlap * ((y - 1) * overlap + 1);
      expect(Math.abs(functional - phi - Math.LN2)).toBeLessThan(1e-11);
      expect(Math.abs(centreOverlap)).toBeLessThan(1e-13);
    }
  });

  test("J_D → ∞ frees the spins: the deviations from γ = atanh √q, S = log 2cosh γ − γ√q vanish with 1 − Φ(J_D)", () => {
    for (const y of [2, 15])
      for (const overlap of [0.1, 0.6]) {
        const coupling = Math.atanh(Math.sqrt(overlap));
        const free = {
          coupling,
          centreOverlap: Math.sqrt(overlap),
          localEntropy: Math.log(2 * Math.cosh(coupling)) - coupling * Math.sqrt(overlap),
          complexity: Math.LN2,
        };
        for (const selfCoupling of [2, 2.5, 3]) {
          const solution = centredLocalEntropy({ selfCoupling, y, overlap });
          for (const [key, value] of Object.entries(free)) {
            const deviation = Math.abs(solution[key as keyof CentredReplicas] - value);
            // Corrections of first order carry the density φ(J_D) ≤ 3.5 (1 − Φ(J_D)) here, times y in the complexity.
            expect(deviation, key).toBeLessThan(12 * (1 - normalCdf(selfCoupling)));
          }
        }
      }
  });

  test("as y grows the centre becomes the sum of the replicas: S differs from that of (P9) by less than 0.3/y", () => {
    for (const [selfCoupling, overlap] of [
      [0.2, 0.5],
      [0.2, 0.9],
      [0.5, 0.8],
      [1, 0.3],
    ] as const) {
      const difference = (y: number) =>
        replicatedFreeEntropy({ selfCoupling, overlap, y }).localEntropy -
        centredLocalEntropy({ selfCoupling, overlap, y }).localEntropy;
      expect(difference(3)).toBeGreaterThan(0.005);
      for (const y of [50, 100, 200, 400, 800]) expect(Math.abs(difference(y))).toBeLessThan(0.3 / y);
    }
  });

  // To first order u = γc + √q̂ z + g√q t and L = −J_D g√q t + g(γc + √q̂ z), whatever y.
  test("q → 0: γ² = [(1 − g²)² − J_D²g²] q with g = φ(J_D)/Φ(J_D), to order q", () => {
    for (const selfCoupling of [0, 0.2, 1]) {
      const g = Math.exp(-0.5 * selfCoupling ** 2) / Math.sqrt(2 * Math.PI) / normalCdf(selfCoupling);
      const factor = (1 - g * g) ** 2 - (selfCoupling * g) ** 2;
      const errors = [0.002, 0.004].map(
        (overlap) =>
          centredLocalEntropy({ selfCoupling, y: 3, overlap }).coupling ** 2 / (factor * overlap) - 1,
      );
      expect(Math.abs(errors[0])).toBeLessThan(0.02);
      expect(Math.abs(errors[1] / errors[0] - 2)).toBeLessThan(0.1);
    }
  });
});

describe("derivatives", () => {
  const points = [
    { selfCoupling: 0, y: 2.5, overlap: 0.6 },
    { selfCoupling: 0.2, y: 10, overlap: 0.9 },
    { selfCoupling: 0.2, y: 3, overlap: 0.97 },
    { selfCoupling: 1, y: 40, overlap: 0.2 },
  ];

  test.each(points)("φ_c is stationary in q and q̂ at $selfCoupling, $y, $overlap", (point) => {
    const { conjugateOverlap, coupling } = centredLocalEntropy(point);
    const trial = { ...point, conjugateOverlap, coupling };
    const { overlap, y } = point;
    const byOverlap = (at: typeof trial) =>
      slopeOf((q) => centredFunctional({ ...at, overlap: q }), overlap, 0.01 * overlap * (1 - overlap));
    const byConjugate = (at: typeof trial) =>
      slopeOf((q) => centredFunctional({ ...at, conjugateOverlap: q }), at.conjugateOverlap, 1e-3 / y);
    expect(Math.abs(byOverlap(trial))).toBeLessThan(1e-8 * y);
    expect(Math.abs(byConjugate(trial))).toBeLessThan(1e-8 * y * y);
    const pulled = { ...trial, coupling: 1.05 * coupling };
    expect(Math.abs(byOverlap(pulled))).toBeGreaterThan(1e-4);
    expect(Math.abs(byConjugate(pulled))).toBeGreaterThan(1e-3);
  });

  test.each(points)(
    "along the curve dφ_c/dq = y⟨cσ⟩ dγ/dq at $selfCoupling, $y, $overlap, to 1e-6",
    (point) => {
      const at = (overlap: number) => centredLocalEntropy({ ...point, overlap });
      const { overlap, y } = point;
      const step = 0.003 * overlap * (1 - overlap);
      const { couplingSlope, centreOverlap } = at(overlap);
      const coupling = slopeOf((q) => at(q).coupling, overlap, step);
      const freeEntropy = slopeOf((q) => at(q).freeEntropy, overlap, step);
      expect(Math.abs(coupling / couplingSlope - 1)).toBeLessThan(1e-6);
      expect(Math.abs(freeEntropy / (y * centreOverlap * couplingSlope) - 1)).toBeLessThan(1e-6);
    },
  );

  test.each(points)(
    "at fixed q, dφ_c/dy = S + γ⟨cσ⟩ + y⟨cσ⟩ dγ/dy and Σ = φ_c − y(S + γ⟨cσ⟩) at $selfCoupling, $y, $overlap",
    (point) => {
      const at = (y: number) => centredLocalEntropy({ ...point, y });
      const { y } = point;
      const step = 3e-3 * y;
      const { localEntropy, coupling, centreOverlap, freeEntropy, complexity } = at(y);
      const byReplicas = localEntropy + coupling * centreOverlap;
      const moved = y * centreOverlap * slopeOf((replicas) => at(replicas).coupling, y, step);
      const total = slopeOf((replicas) => at(replicas).freeEntropy, y, step);
      expect(Math.abs(total - byReplicas - moved)).toBeLessThan(1e-8);
      expect(Math.abs(freeEntropy - y * byReplicas - complexity)).toBeLessThan(1e-11);
    },
  );
});

describe("quality of a result", () => {
  test("the error estimate of a coarse rule covers its distance to a fine one", () => {
    for (const y of [1.5, 6, 90, 700]) {
      const point = { selfCoupling: 0.2, overlap: 0.9, y };
      const coarse = centredLocalEntropy(point, { resolution: 0.5, tolerance: 1e-3 });
      const fine = centredLocalEntropy(point, { resolution: 2 });
      for (const key of ["localEntropy", "complexity"] as const)
        expect(Math.abs(coarse[key] - fine[key])).toBeLessThan(coarse.error + fine.error);
    }
  });

  test("a tolerance that cannot be met is refused with the input in the message", () => {
    const point = { selfCoupling: 0.2, overlap: 0.9, y: 3 };
    expect(() => centredLocalEntropy(point, { tolerance: 1e-20 })).toThrow(NotConverged);
    expect(() => centredLocalEntropy(point, { tolerance: 1e-20 })).toThrow(/selfCoupling 0.2.*y 3/);
  });

  test("an overlap that no coupling has is refused with the input in the message", () => {
    const point = { selfCoupling: 0, overlap: 0.95, y: 3 };
    expect(() => centredLocalEntropy(point)).toThrow(OutOfDomain);
    expect(() => centredLocalEntropy(point)).toThrow(/overlap 0.95, y 3: no coupling/);
  });

  test.each([
    [{ selfCoupling: -0.1, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: NaN, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: 3.1, overlap: 0.5, y: 2 }, /selfCoupling/],
    [{ selfCoupling: 0.5, overlap: 0, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: 0.9999, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: NaN, y: 2 }, /overlap/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: 0.99 }, /y must be/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: 1001 }, /y must be/],
    [{ selfCoupling: 0.5, overlap: 0.5, y: Infinity }, /y must be/],
  ])("%o is outside the domain", (point, message) => {
    expect(() => centredLocalEntropy(point)).toThrow(OutOfDomain);
    expect(() => centredLocalEntropy(point)).toThrow(message);
  });

  test("bad options are refused", () => {
    const point = { selfCoupling: 0.5, overlap: 0.5, y: 2 };
    expect(() => centredLocalEntropy(point, { resolution: 0 })).toThrow(OutOfDomain);
    expect(() => centredLocalEntropy(point, { tolerance: NaN })).toThrow(OutOfDomain);
  });
});
