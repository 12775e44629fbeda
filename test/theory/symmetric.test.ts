/** @file Entropy and pair entropy of fixed points at symmetry η, and where the entropy vanishes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalThresholds } from "../../theory/bivariate-tail.ts";
import { annealedEntropy } from "../../theory/entropy.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { logNormalCdf } from "../../theory/normal.ts";
import { logBivariateNormalCdf, pairEntropy } from "../../theory/pairs.ts";
import { symmetricPairEntropy } from "../../theory/symmetric-pairs.ts";
import { symmetricEntropy, vanishingSelfCoupling } from "../../theory/symmetric.ts";
import { minimizeScalar } from "./minimize.ts";

/** [η, J_D, S, m]: m − ηg(J_D + m) = 0 solved by mpmath with 30 digits. */
const entropyTable = [
  [1, 0, 0.19922849103578394, 0.5060544689891807],
  [1, 0.5, 0.41167559696482364, 0.34750427589421934],
  [-0.5, 0.5, 0.23513713689198243, -0.3535137946925229],
  [-1, 0.5, -0.024501686260281826, -1.631150407624298],
  [1, -3, -3.0856057684128886, 1.7384139781972454],
  [-0.999, -3, -4508.232214525218, -2997.332962971234],
] as const;

const symmetries = fc.double({ min: -1, max: 1, noNaN: true });
const selfCouplings = fc.double({ min: -3, max: 3, noNaN: true });

describe("entropy at symmetry η (P22)", () => {
  test.each(entropyTable)(
    "relative error below 1e-14 at η = %d, J_D = %d",
    (symmetry, selfCoupling, S, m) => {
      const found = symmetricEntropy({ symmetry, selfCoupling });
      expect(Math.abs(found.entropy - S)).toBeLessThan(1e-14 * Math.max(1, Math.abs(S)));
      expect(found.error).toBeLessThan(1e-14 * Math.max(1, Math.abs(S)));
      expect(found.response / m).toBeCloseTo(1, 10);
    },
  );

  test("η = 0: (P2), continued to negative J_D", () => {
    fc.assert(
      fc.property(selfCouplings, (selfCoupling) => {
        const { entropy, response } = symmetricEntropy({ selfCoupling, symmetry: 0 });
        expect(response).toBe(0);
        expect(entropy).toBeCloseTo(Math.LN2 + logNormalCdf(selfCoupling), 13);
        if (selfCoupling >= 0) expect(entropy).toBeCloseTo(annealedEntropy(selfCoupling), 14);
      }),
    );
  });

  test("is the maximum over the shift for η > 0 and the minimum for η < 0, at most log 2", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.constantFrom(1, -1),
        fc.double({ min: -2, max: 3, noNaN: true }),
        (size, sign, selfCoupling) => {
          const symmetry = sign * Math.min(size, 0.9);
          const functional = (m: number) =>
            Math.LN2 - (0.5 * m * m) / symmetry + logNormalCdf(selfCoupling + m);
          const [low, high] = sign > 0 ? [0, 4] : [-100, 0];
          const extremum = -sign * minimizeScalar((m) => -sign * functional(m), low, high).value;
          const { entropy } = symmetricEntropy({ selfCoupling, symmetry });
          expect(entropy).toBeCloseTo(extremum, 9);
          expect(entropy).toBeLessThanOrEqual(Math.LN2);
        },
      ),
    );
  });

  test("grows with J_D and with η", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.99, max: 0.98, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (symmetry, selfCoupling) => {
          const here = symmetricEntropy({ symmetry, selfCoupling }).entropy;
          expect(symmetricEntropy({ symmetry, selfCoupling: selfCoupling + 0.01 }).entropy).toBeGreaterThan(
            here,
          );
          expect(symmetricEntropy({ symmetry: symmetry + 0.01, selfCoupling }).entropy).toBeGreaterThan(here);
        },
      ),
    );
  });

  test("a finite number everywhere, or no saddle: η = −1, J_D ≤ 0 and its neighbourhood", () => {
    fc.assert(
      fc.property(symmetries, selfCouplings, (symmetry, selfCoupling) => {
        fc.pre(symmetry > -0.9999 || selfCoupling > 1e-4);
        const values = Object.values(symmetricEntropy({ symmetry, selfCoupling }));
        expect(values.every(Number.isFinite)).toBe(true);
      }),
    );
    for (const selfCoupling of [0, -0.3, -3])
      expect(() => symmetricEntropy({ symmetry: -1, selfCoupling })).toThrow(NotConverged);
  });

  test("η → −1, J_D → 0: the error estimate covers what is lost, S ≈ log(J_D √(2/π)) + …", () => {
    // u = −m solves u = λ(u − J_D): u = 1/J_D + O(J_D), S = log 2 + J_D u − ½J_D² − ½log 2π − log u.
    for (const selfCoupling of [1e-2, 1e-4, 1e-6]) {
      const { entropy, error } = symmetricEntropy({ symmetry: -1, selfCoupling });
      const asymptotic = Math.LN2 + 1 - 0.5 * Math.log(2 * Math.PI) + Math.log(selfCoupling);
      expect(Math.abs(entropy - asymptotic)).toBeLessThan(2 * selfCoupling ** 2 + error);
    }
  });

  test.each([
    { symmetry: 1.01, selfCoupling: 0 },
    { symmetry: NaN, selfCoupling: 0 },
    { symmetry: 0, selfCoupling: 3.01 },
    { symmetry: 0, selfCoupling: NaN },
  ])("refuses %o", (point) => {
    expect(() => symmetricEntropy(point)).toThrow(OutOfDomain);
  });
});

describe("self-coupling at which the entropy vanishes", () => {
  /** Both conditions solved together by mpmath with 30 digits. */
  test.each([
    [1, -0.35131830992927376],
    [0.5, -0.18593961398168918],
    [0, 0],
    [-0.5, 0.21920738390999023],
    [-1, 0.5153336845215896],
  ])("η = %d: J_D = %d to 1e-14", (symmetry, exact) => {
    const found = vanishingSelfCoupling(symmetry);
    expect(Math.abs(found.selfCoupling - exact)).toBeLessThan(1e-14);
    expect(found.error).toBeLessThan(1e-14);
  });

  test("falls as η grows", () => {
    const along = Array.from({ length: 81 }, (_, k) => vanishingSelfCoupling(k / 40 - 1).selfCoupling);
    for (let k = 1; k < along.length; k++) expect(along[k]).toBeLessThan(along[k - 1]!);
  });

  test("refuses η outside [−1, 1]", () => {
    expect(() => vanishingSelfCoupling(-1.1)).toThrow(OutOfDomain);
    expect(() => vanishingSelfCoupling(NaN)).toThrow(OutOfDomain);
  });
});

describe("bivariate normal law at equal negative thresholds", () => {
  /** [h, ρ, log Φ₂, d log Φ₂/dh]: mpmath with 30 digits, 2 ∫_{−∞}^h φ(u) Φ(au) du. */
  test.each([
    [-1e-9, 0.3, -1.209007652557741, 1.3365198634388062],
    [-0.5, -0.99, -32.759763157742896, 103.78792780093605],
    [-0.5, 0.3, -2.0085788225980927, 1.8726210604040994],
    [-2, 0.9999, -3.7966638759742803, 2.3782799141480866],
    [-5, -0.5, -56.33131705927242, 20.38761242742057],
    [-40, 0.7, -948.9987457521335, 47.10859691088189],
    [-0.001, -0.9999, -6.279500155328717, 188.90784342094457],
    [-1.5, -0.999999999999999, -2.2517998136853e15, 3.00239975158033e15],
    [-0.7, -0.999999999999, -490010839925.574, 1400030971096.16],
  ])("relative error below 1e-13 at h = %d, ρ = %d", (h, rho, logProbability, slope) => {
    const found = equalThresholds(h, rho);
    expect(Math.abs(found.logProbability / logProbability - 1)).toBeLessThan(1e-13);
    expect(Math.abs(found.slope / slope - 1)).toBeLessThan(1e-13);
  });

  test("joins Owen's form at h = 0, whose slope it has too", () => {
    for (const rho of [-0.9, -0.2, 0.5, 0.99]) {
      const { logProbability, slope } = equalThresholds(-1e-12, rho);
      expect(logProbability + 1e-12 * slope).toBeCloseTo(logBivariateNormalCdf(0, rho), 13);
      expect(slope).toBeCloseTo(equalThresholds(0, rho).slope, 8);
    }
  });
});

describe("pair entropy at symmetry η (P23)", () => {
  const overlaps = fc.double({ min: -1, max: 1, noNaN: true });

  test("η = 0: (P6)", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), overlaps, (selfCoupling, overlap) => {
        // Nearer to −1, (P6) takes 1 − d of a rounded d.
        fc.pre(overlap > -0.99);
        const { entropy } = symmetricPairEntropy({ symmetry: 0, selfCoupling, overlap });
        expect(entropy).toBeCloseTo(pairEntropy(selfCoupling, overlap), 13);
      }),
    );
  });

  test("q = 0: two independent states; q = ±1: one; even in q", () => {
    fc.assert(
      fc.property(symmetries, selfCouplings, overlaps, (symmetry, selfCoupling, overlap) => {
        fc.pre(symmetry > -0.99 || selfCoupling > 0.01);
        const at = (q: number) => symmetricPairEntropy({ symmetry, selfCoupling, overlap: q }).entropy;
        const { entropy: single } = symmetricEntropy({ symmetry, selfCoupling });
        const digits = single < -100 ? 8 : 11;
        expect(at(0)).toBeCloseTo(2 * single, digits);
        expect(at(1)).toBeCloseTo(single, digits);
        expect(at(-1)).toBeCloseTo(single, digits);
        expect(at(overlap)).toBeCloseTo(at(-overlap), digits);
      }),
    );
  });

  test("is the maximum over both shifts for η > 0, with Owen's form in place of the tail integral", () => {
    const [symmetry, selfCoupling, overlap] = [0.7, 0.4, 0.6];
    const part = (share: number, rho: number) =>
      -minimizeScalar(
        (m) => (0.5 * m * m) / symmetry - share * logBivariateNormalCdf(selfCoupling + m, rho),
        0,
        4,
      ).value;
    const places = -0.8 * Math.log(0.8) - 0.2 * Math.log(0.2);
    const expected = Math.LN2 + places + part(0.8, overlap) + part(0.2, -overlap);
    expect(symmetricPairEntropy({ symmetry, selfCoupling, overlap }).entropy).toBeCloseTo(expected, 12);
  });

  /** [J_D, η, 1 − |q|, φ₂]: mpmath with 40 digits, shifts by bisection. At q = ±1 itself the first is −3.0856. */
  test.each([
    [-3, 1, 9.992007221626409e-16, -5.335605799415963],
    [-3, -0.5, 9.992007221626409e-16, -20.0558902928007],
    [-3, -0.5, 1.000310945187266e-13, -20.05589130617704],
    [-1, -0.5, 1.000000082740371e-11, -3.15290054530528],
    [-3, 0.5, 1.0000000050247593e-8, -7.066008413905707],
  ])("J_D = %d, η = %d, 1 − |q| = %d: within the claimed error", (selfCoupling, symmetry, gap, exact) => {
    for (const overlap of [-1 + gap, 1 - gap]) {
      const { entropy, error, residual } = symmetricPairEntropy({ selfCoupling, symmetry, overlap });
      expect(Math.abs(entropy - exact)).toBeLessThan(2 * error);
      expect(error).toBeLessThan(1e-12);
      expect(residual).toBeLessThan(1e-13);
    }
  });

  test("next to q = ±1 at J_D < 0: below (P22) by J_D²/2(1+η)", () => {
    for (const [selfCoupling, symmetry] of [
      [-3, -0.5],
      [-3, 1],
      [-1, 0],
      [-0.2, 0.7],
    ]) {
      const { entropy } = symmetricPairEntropy({ selfCoupling, symmetry, overlap: -1 + 2 ** -52 });
      const single = symmetricEntropy({ selfCoupling, symmetry }).entropy;
      expect(entropy - single).toBeCloseTo((-0.5 * selfCoupling ** 2) / (1 + symmetry), 6);
    }
  });

  test("no NaN: a finite number or no saddle", () => {
    for (const symmetry of [-1, -0.999, -0.5, 1e-12, 0.5, 1]) {
      for (const selfCoupling of [-3, -0.1, 0.3, 3]) {
        for (const overlap of [-1, -0.999999, 0, 0.5, 1]) {
          const solve = () => symmetricPairEntropy({ symmetry, selfCoupling, overlap });
          if (symmetry === -1 && selfCoupling < 0) expect(solve).toThrow(NotConverged);
          else expect(Object.values(solve()).every(Number.isFinite)).toBe(true);
        }
      }
    }
  });

  test("refuses an overlap beyond ±1", () => {
    expect(() => symmetricPairEntropy({ symmetry: 0.5, selfCoupling: 0.3, overlap: 1.01 })).toThrow(
      OutOfDomain,
    );
  });
});
