/** @file Exact mean number of fixed points and of their pairs at finite N and symmetry η. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { complexLogNormalCdf } from "../../theory/complex-normal.ts";
import { logExpectedCount } from "../../theory/entropy.ts";
import { NotConverged, OutOfDomain } from "../../theory/errors.ts";
import { normalCdf } from "../../theory/normal.ts";
import { bivariateNormalCdf, expectedPairs } from "../../theory/pairs.ts";
import { expectedSymmetricPairs, logExpectedSymmetricPairs } from "../../theory/symmetric-finite-pairs.ts";
import { expectedSymmetricCount, logExpectedSymmetricCount } from "../../theory/symmetric-finite.ts";
import { symmetricPairEntropy } from "../../theory/symmetric-pairs.ts";
import { symmetricEntropy } from "../../theory/symmetric.ts";

/** [Re z, Im z, Re log Φ, Im log Φ mod 2π]: mpmath with 60 digits, log(erfc(−z/√2)/2). */
const complexTable = [
  [0.4, 0, -0.42247637022777607, 0.0],
  [-5, 0.77, -14.778167336324605, -2.2903942205953536],
  [-2.1, 5, 7.7086553730037, -0.9206557664515611],
  [-1, 1.1, -1.3516746716352992, 1.652384237997548],
  [-0.3, 30, 445.63592796581884, -2.0055962964494918],
  [0, 2, 0.6686982256328021, 1.3117202519004372],
  [0.4, 30, 445.6008888207649, 2.1505292693741844],
  [1, 0.3, -0.15608931121987046, 0.08494455849011223],
  [1, 1.1, 0.05180370333600009, 0.24744053451735684],
  [2.5, 5, 6.7524698858272165, 2.1279433716670635],
  [6, 2, -6.7304221403602e-9, -1.778063594407e-9],
  [6, 9, 19.203126113980982, -1.5677027691673435],
  [-30, 2, -452.3234466826685, -2.7654309494681564],
] as const;

describe("log Φ in the complex plane", () => {
  test.each(complexTable)("relative error of Φ below 1e-13 at z = %d + %di", (re, im, logSize, phase) => {
    const found = complexLogNormalCdf({ re, im });
    expect(Math.abs(found.re - logSize)).toBeLessThan(1e-13 * Math.max(1, Math.abs(logSize)));
    expect(Math.abs(Math.sin(0.5 * (found.im - phase)))).toBeLessThan(1e-13 * Math.max(1, re * re + im * im));
  });
});

describe("mean number of fixed points at symmetry η", () => {
  test("N = 2 and 3 without self-coupling, by orthants: 1 + (2/π) asin η and 1 + (6/π) asin(η/2)", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: -0.9999, max: 1, noNaN: true }), fc.constant(-1)), (symmetry) => {
        const mean = (n: number) => expectedSymmetricCount({ n, selfCoupling: 0, symmetry });
        expect(mean(2)).toBeCloseTo(1 + (2 * Math.asin(symmetry)) / Math.PI, 12);
        expect(mean(3)).toBeCloseTo(1 + (6 * Math.asin(symmetry / 2)) / Math.PI, 12);
      }),
    );
  });

  test("η = 0: (P3), also in the limit from both sides", () => {
    for (const n of [2, 3, 10, 1000]) {
      for (const selfCoupling of [0.01, 0.5, 3]) {
        const exact = logExpectedCount(n, selfCoupling);
        for (const symmetry of [0, 1e-14, -1e-14])
          expect(logExpectedSymmetricCount({ n, selfCoupling, symmetry }) / exact).toBeCloseTo(1, 11);
      }
    }
  });

  /** [N, η, J_D, log E]: the integral by mpmath with 30 digits, for η < 0 on a vertical line through the saddle. */
  test.each([
    [5, -0.9, 0.05, -3.318944372458658],
    [5, 0.7, -0.4, -0.6336836284090172],
    [8, -0.98, -0.4, -61.825231343278],
    [8, -0.5, -1, -18.64956300716602],
    [12, -0.5, 0.3, 1.086358662346139],
    [12, 0.5, 0.3, 3.531306792795408],
    [40, -0.8, 0.5, 5.623073248101978],
    [40, 1, 0, 8.020251986380535],
  ])("N = %d, η = %d, J_D = %d: relative error below 1e-14", (n, symmetry, selfCoupling, exact) => {
    const found = logExpectedSymmetricCount({ n, selfCoupling, symmetry });
    expect(Math.abs(found / exact - 1)).toBeLessThan(1e-14);
  });

  test.each([
    [-1, 0.5],
    [-0.5, 0.5],
    [-0.5, -0.5],
    [0.5, 0],
    [1, 0],
    [1, -1],
  ])(
    "η = %d, J_D = %d: the rate is (P22), to 1e-9 after two steps of Richardson",
    (symmetry, selfCoupling) => {
      const log = (n: number) => logExpectedSymmetricCount({ n, selfCoupling, symmetry });
      // log E = N S + a + b/N + …: differences of N and 2N leave −b/2N², of which 4:1 is left out, then 8:1.
      const rate = (n: number) => (log(2 * n) - log(n)) / n;
      const once = (n: number) => (4 * rate(2 * n) - rate(n)) / 3;
      const twice = (8 * once(800) - once(400)) / 7;
      expect(Math.abs(twice - symmetricEntropy({ symmetry, selfCoupling }).entropy)).toBeLessThan(1e-9);
    },
  );

  test("η = −1: none for J_D ≤ 0, some for J_D > 0; no NaN in any corner", () => {
    for (const n of [2, 3, 7, 1000]) {
      for (const selfCoupling of [-3, 0])
        expect(expectedSymmetricCount({ n, selfCoupling, symmetry: -1 })).toBe(0);
      for (const symmetry of [-1, -0.9999, -1e-300, 1e-300, 1]) {
        for (const selfCoupling of [-3, 1e-3, 3]) {
          const mean = expectedSymmetricCount({ n, selfCoupling, symmetry });
          expect(mean >= 0, `${n} ${symmetry} ${selfCoupling}: ${mean}`).toBe(true);
          expect(mean).toBeLessThanOrEqual(2 ** Math.min(n, 1023) * (1 + 1e-12));
        }
      }
    }
  });

  test.each([
    { n: 1, selfCoupling: 0.3, symmetry: 0.5 },
    { n: 10, selfCoupling: 4, symmetry: 0.5 },
    { n: 10, selfCoupling: 0.3, symmetry: -1.5 },
    { n: 10, selfCoupling: NaN, symmetry: 0 },
  ])("refuses %o", (input) => {
    expect(() => expectedSymmetricCount(input)).toThrow(OutOfDomain);
    expect(() => expectedSymmetricPairs(input)).toThrow(OutOfDomain);
  });
});

describe("mean numbers of pairs at symmetry η", () => {
  test("η = 0: (P6') to 1e-12", () => {
    for (const n of [2, 3, 12]) {
      for (const selfCoupling of [0.01, 0.3, 2]) {
        expectedSymmetricPairs({ n, selfCoupling, symmetry: 0 }).forEach((mean, distance) => {
          const exact = expectedPairs({ n, selfCoupling, distance }).mean;
          expect(Math.abs(mean / exact - 1)).toBeLessThan(1e-12);
        });
      }
    }
  });

  test("D = 0 and D = N count the fixed points; D and N − D are alike", () => {
    for (const symmetry of [-0.5, 1]) {
      const input = { n: 7, selfCoupling: 0.4, symmetry };
      const means = expectedSymmetricPairs(input);
      expect(means).toHaveLength(8);
      expect(means[0]).toBe(expectedSymmetricCount(input));
      means.forEach((mean, distance) => expect(mean).toBe(means[7 - distance]));
      for (const distance of [0, 3, 4])
        expect(logExpectedSymmetricPairs({ ...input, distance })).toBeCloseTo(Math.log(means[distance]!), 11);
    }
  });

  /**
   * Two sites on which the states agree, one on which they differ: both J₂₁ and J₃₁ are integrated over, the rest is
   * Φ₂ and Φ in closed form. numpy, Gauss–Legendre with 240² nodes, Φ₂ from Plackett's integral; given J₂₁ and J₃₁,
   * E₁ = 24 ∫∫ φ(a)φ(b) P(|J₁₂+J₁₃| < A | a, b) Φ₂(A−|a|, A−|b|; η), A = J_D√3.
   */
  test.each([
    [0.05, -0.8, 0.021005552853475],
    [0.05, -0.5, 0.0445466750292594],
    [0.05, 0.5, 0.155138698492255],
    [0.3, -0.5, 0.843381098440807],
    [0.3, 0.5, 1.690090115228046],
    [0.3, 0.8, 2.228752133543075],
    [1, -0.8, 11.88792837557076],
    [1, 0.8, 13.452321744868946],
  ])("N = 3, D = 1, J_D = %d, η = %d: relative error below 1e-12", (selfCoupling, symmetry, exact) => {
    const mean = expectedSymmetricPairs({ n: 3, selfCoupling, symmetry })[1]!;
    expect(Math.abs(mean / exact - 1)).toBeLessThan(1e-12);
  });

  test("N = 2, D = 1: both couplings below J_D in size, by quadrants", () => {
    for (const symmetry of [-1, -0.9, -0.3, 0, 0.5, 0.99999, 1]) {
      for (const selfCoupling of [0.2, 1, 3]) {
        const a = selfCoupling * Math.SQRT2;
        const within =
          2 * (bivariateNormalCdf(a, symmetry) + bivariateNormalCdf(a, -symmetry)) + 1 - 4 * normalCdf(a);
        expect(expectedSymmetricPairs({ n: 2, selfCoupling, symmetry })[1]).toBeCloseTo(8 * within, 12);
      }
    }
  });

  test("no pair differs in one site, or in all but one, without self-coupling", () => {
    for (const symmetry of [-0.5, 0.5]) {
      for (const selfCoupling of [0, -0.2]) {
        const means = expectedSymmetricPairs({ n: 8, selfCoupling, symmetry });
        expect([means[1], means[7]]).toEqual([0, 0]);
        expect(means[2]).toBeGreaterThan(0);
      }
    }
  });

  test.each([
    [-0.5, 0.3],
    [0.5, 0.3],
    [1, -0.1],
    [1, 0.3],
  ])(
    "η = %d, J_D = %d: the rate is (P23), to 1e-8 after two steps of Richardson",
    (symmetry, selfCoupling) => {
      // Without log √(2πN·0.2·0.8), which Stirling's formula of the binomial coefficient brings.
      const log = (n: number) =>
        logExpectedSymmetricPairs({ n, selfCoupling, symmetry, distance: n / 5 }) + 0.5 * Math.log(n);
      const rate = (n: number) => (log(2 * n) - log(n)) / n;
      const once = (n: number) => (4 * rate(2 * n) - rate(n)) / 3;
      const twice = (8 * once(160) - once(80)) / 7;
      const { entropy } = symmetricPairEntropy({ symmetry, selfCoupling, overlap: 0.6 });
      expect(Math.abs(twice - entropy)).toBeLessThan(1e-8);
    },
  );

  test("a number of pairs in every corner, or a series that is said not to converge", () => {
    for (const n of [2, 3, 8]) {
      for (const symmetry of [-1, -0.5, 0.5, 1]) {
        for (const selfCoupling of [-3, -0.2, 3]) {
          const solve = () => expectedSymmetricPairs({ n, selfCoupling, symmetry });
          const converges = symmetry < 1 || n === 2 || selfCoupling === 3 || (n > 6 && selfCoupling > -3);
          if (!converges) continue;
          const all = 2 ** n * 2 ** n;
          expect(
            solve().every((mean) => mean >= 0 && mean < all),
            `${n} ${symmetry} ${selfCoupling}`,
          ).toBe(true);
        }
      }
    }
    expect(() => expectedSymmetricPairs({ n: 4, selfCoupling: 0.3, symmetry: 1 })).toThrow(NotConverged);
  });
});
