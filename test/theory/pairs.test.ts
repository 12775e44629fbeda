/** @file Pairs of fixed points: bivariate normal law, pair entropy, finite-N mean, annealed Franz–Parisi entropy. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annealedEntropy, expectedCount } from "../../theory/entropy.ts";
import { OutOfDomain } from "../../theory/errors.ts";
import { hazard, normalCdf } from "../../theory/normal.ts";
import {
  annealedFranzParisi,
  bivariateNormalCdf,
  expectedPairs,
  logBivariateNormalCdf,
  pairEntropy,
  pairEntropyCurvature,
} from "../../theory/pairs.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { findRoot } from "../../theory/solvers.ts";
import { minimizeScalar } from "./minimize.ts";

/**
 * [h, ρ, Φ₂, 1 − Φ₂]: mpmath with 40 to 250 digits, Φ(h)² + (1/2π) ∫_0^{asin ρ} exp(−h²/(1 + sin θ)) dθ (Plackett),
 * not the formula of the source.
 */
const bivariateTable = [
  [0.05, -0.999, 0.039956272018953874, 0.9600437279810461],
  [0.05, -0.1, 0.2544361599581594, 0.7455638400418406],
  [0.05, 0.6, 0.3725539972264245, 0.6274460027735755],
  [0.05, 0.99999, 0.5192279318513885, 0.4807720681486115],
  [0.3, -0.999, 0.23582284437790527, 0.7641771556220948],
  [0.3, -0.1, 0.3673146305075921, 0.632685369492408],
  [0.3, 0.6, 0.4773180194129461, 0.5226819805870538],
  [0.3, 0.99999, 0.6172309784737804, 0.38276902152621955],
  [1, -0.999, 0.6826894921370859, 0.3173105078629141],
  [1, -0.1, 0.702299706689318, 0.2977002933106821],
  [1, 0.6, 0.7552153638269722, 0.2447846361730278],
  [1, 0.99999, 0.8409130402635269, 0.15908695973647308],
  [3, -0.999, 0.9973002039367398, 0.002699796063260189],
  [3, -0.1, 0.9973007614326561, 0.002699238567343859],
  [3, 0.6, 0.9974398592111995, 0.0025601407888004844],
  [3, 0.99999, 0.998642195053452, 0.001357804946547979],
  [8, -0.999, 0.9999999999999988, 1.2441921148543568e-15],
  [8, -0.1, 0.9999999999999988, 1.2441921148543568e-15],
  [8, 0.6, 0.9999999999999988, 1.2441608395849193e-15],
  [8, 0.99999, 0.9999999999999993, 6.31109462900935e-16],
  [20, -0.999, 1.0, 5.5072482372124675e-89],
  [20, -0.1, 1.0, 5.5072482372124675e-89],
  [20, 0.6, 1.0, 5.5072482372124675e-89],
  [20, 0.99999, 1.0, 2.852091948035963e-89],
] as const;

describe("bivariate normal law at equal thresholds", () => {
  test.each(bivariateTable)("relative error below 1e-15 at h = %d, ρ = %d", (h, rho, exact, complement) => {
    expect(Math.abs(bivariateNormalCdf(h, rho) / exact - 1)).toBeLessThan(1e-15);
    // The printed complement limits the check of log Φ₂ = log1p(−complement).
    expect(Math.abs(logBivariateNormalCdf(h, rho) / Math.log1p(-complement) - 1)).toBeLessThan(1e-14);
  });

  test("h = 0: 1/4 + asin(ρ)/2π, ρ = ±1 included", () => {
    for (let k = -64; k <= 64; k++) {
      const rho = k / 64;
      expect(Math.abs(bivariateNormalCdf(0, rho) - 0.25 - Math.asin(rho) / (2 * Math.PI))).toBeLessThan(
        4e-16,
      );
    }
  });

  test("ρ = 0, 1 and −1: Φ², Φ and 2Φ − 1", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (h) => {
        expect(bivariateNormalCdf(h, 0)).toBeCloseTo(normalCdf(h) ** 2, 14);
        expect(bivariateNormalCdf(h, 1)).toBeCloseTo(normalCdf(h), 14);
        expect(bivariateNormalCdf(h, -1)).toBeCloseTo(2 * normalCdf(h) - 1, 14);
      }),
    );
  });

  test("grows with ρ and with h", () => {
    const unit = fc.double({ min: -1, max: 0.98, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 4, noNaN: true }), unit, (h, rho) => {
        expect(logBivariateNormalCdf(h, rho + 0.02)).toBeGreaterThanOrEqual(logBivariateNormalCdf(h, rho));
        expect(logBivariateNormalCdf(h + 0.02, rho)).toBeGreaterThan(logBivariateNormalCdf(h, rho));
      }),
    );
  });

  test("refuses h < 0, |ρ| > 1 and NaN", () => {
    expect(() => bivariateNormalCdf(-0.1, 0)).toThrow(OutOfDomain);
    expect(() => bivariateNormalCdf(1, 1.01)).toThrow(OutOfDomain);
    expect(() => bivariateNormalCdf(NaN, 0)).toThrow(OutOfDomain);
  });
});

describe("pair entropy (P6)", () => {
  const selfCouplings = [0, 0.05, 0.2, 0.5, 1, 2, 4];

  test.each(selfCouplings)("ends, symmetry and the top at J_D = %d", (jd) => {
    const s = annealedEntropy(jd);
    expect(pairEntropy(jd, 1)).toBeCloseTo(s, 14);
    expect(pairEntropy(jd, -1)).toBeCloseTo(s, 14);
    expect(pairEntropy(jd, 0)).toBeCloseTo(2 * s, 14);
    expect(pairEntropy(jd, 0.37)).toBeCloseTo(pairEntropy(jd, -0.37), 14);
  });

  test.each(selfCouplings.slice(1))(
    "quenched = annealed at J_D = %d: φ₂(q) < 2S on a fine grid (P5)",
    (jd) => {
      const top = 2 * annealedEntropy(jd);
      for (let k = 1; k <= 4000; k++) {
        const q = k / 4000;
        expect(pairEntropy(jd, q)).toBeLessThan(top - 0.01 * q * q);
      }
    },
  );

  test("without self-coupling the top is reached again at q = 1, where both are 0, and only there", () => {
    expect(pairEntropy(0, 1)).toBe(0);
    for (let k = 1; k < 4000; k++) expect(pairEntropy(0, k / 4000)).toBeLessThan(0);
  });

  test.each(selfCouplings)("curvature at q = 0 by finite differences at J_D = %d", (jd) => {
    const step = 2e-3;
    const difference = (pairEntropy(jd, step) - 2 * pairEntropy(jd, 0) + pairEntropy(jd, -step)) / step ** 2;
    expect(difference).toBeCloseTo(pairEntropyCurvature(jd), 5);
  });

  test("the factor 1 − g² − J_D g is a variance: positive for every J_D", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 40, noNaN: true }), (jd) => {
        const g = hazard(jd);
        expect(1 - g * g - jd * g).toBeGreaterThan(0.3);
        expect(pairEntropyCurvature(jd)).toBeLessThan(-0.1);
      }),
    );
  });
});

/** Smallest value of a function of the distance between 0.003 and 0.4, where it has one minimum. */
const minimumOverDistance = (f: (distance: number) => number) =>
  minimizeScalar((logDistance) => f(Math.exp(logDistance)), Math.log(0.003), Math.log(0.4), {
    tolerance: 1e-7,
  });

describe("groups that are excluded at some distance", () => {
  /**
   * φ₂ = ∂φ₂/∂d = 0 solved by mpmath with 30 digits for (J_D, d), with Φ₂ from Plackett's integral as in the table above
   * and the binary entropy written out: J_D = 0.04272280691022550, d = 0.02599783621475.
   */
  const [closing, place] = [0.0427228069102255, 0.02599783621475];
  const lowest = (selfCoupling: number) =>
    minimumOverDistance((distance) => pairEntropy(selfCoupling, 1 - 2 * distance));

  test("pairs: below J_D = 0.04272, at d = 0.0260, as computed elsewhere", () => {
    const found = findRoot((selfCoupling) => lowest(selfCoupling).value, 0.03, 0.06, { tolerance: 1e-13 }).x;
    expect(found).toBeCloseTo(closing, 11);
    expect(Math.exp(lowest(found).x)).toBeCloseTo(place, 6);
  });

  test.each([
    [0.0427, true],
    [0.0428, false],
    [0.05, false],
    [0.06, false],
  ])("at J_D = %d, on a fine grid of all distances: %s", (selfCoupling, excluded) => {
    const values = Array.from({ length: 4001 }, (_, k) => pairEntropy(selfCoupling, 1 - (k / 4000) ** 3));
    expect(values.some((value) => value < 0)).toBe(excluded);
  });

  test.each([
    [3, 0.05567],
    [4, 0.0596],
    [5, 0.06],
  ])(
    "groups of %d: below J_D = %d to 1e-5 by (P9), where the note on the theory has it from (P13)",
    (y, printed) => {
      const smallest = (selfCoupling: number) =>
        minimumOverDistance(
          (distance) => replicatedFreeEntropy({ selfCoupling, overlap: 1 - 2 * distance, y }).phi,
        ).value;
      expect(smallest(printed - 1e-5)).toBeLessThan(0);
      expect(smallest(printed + 1e-5)).toBeGreaterThan(0);
    },
  );
});

/** Small generator for the enumeration below (mulberry32), Gaussian by Box–Muller. */
function gaussians(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Numbers of ordered pairs of fixed points by Hamming distance in one random network, by checking all 2^N states. */
function countPairs(n: number, selfCoupling: number, gaussian: () => number): number[] {
  const couplings = Array.from({ length: n * n }, () => gaussian() / Math.sqrt(n));
  const spin = (state: number, i: number) => 2 * ((state >> i) & 1) - 1;
  const fixed: number[] = [];
  for (let state = 0; state < 1 << n; state++) {
    let stable = true;
    for (let i = 0; i < n && stable; i++) {
      let field = 0;
      for (let j = 0; j < n; j++) if (j !== i) field += couplings[i * n + j] * spin(state, j);
      stable = spin(state, i) * field + selfCoupling > 0;
    }
    if (stable) fixed.push(state);
  }
  const counts = new Array<number>(n + 1).fill(0);
  for (const a of fixed) for (const b of fixed) counts[(a ^ b).toString(2).replaceAll("0", "").length]++;
  return counts;
}

describe("pairs at finite N (P6')", () => {
  test("N = 10, J_D = 0.3: given values at D = 1, 2, 5", () => {
    const mean = (distance: number) => expectedPairs({ n: 10, selfCoupling: 0.3, distance }).mean;
    expect(mean(1)).toBeCloseTo(7.23685, 5);
    expect(mean(2)).toBeCloseTo(9.09975, 5);
    expect(mean(5)).toBeCloseTo(13.6496, 5);
  });

  test("N = 2 and N = 3 by hand: a differing neighbour leaves |u| < a, an orthogonal one two independent fields", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), (selfCoupling) => {
        const two = normalCdf(selfCoupling * Math.SQRT2);
        const three = normalCdf(selfCoupling * Math.sqrt(1.5));
        expect(expectedPairs({ n: 2, selfCoupling, distance: 1 }).mean).toBeCloseTo(
          8 * (2 * two - 1) ** 2,
          12,
        );
        for (const distance of [1, 2]) {
          const byHand = 24 * (2 * three - 1) * three ** 4;
          expect(expectedPairs({ n: 3, selfCoupling, distance }).mean).toBeCloseTo(byHand, 11);
        }
      }),
    );
  });

  test("D = 0 and D = N count the fixed points (P3); D and N − D are alike", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.nat(40),
        (n, selfCoupling, seed) => {
          const log = (distance: number) => expectedPairs({ n, selfCoupling, distance }).logMean;
          const distance = seed % (n + 1);
          expect(log(distance)).toBeCloseTo(log(n - distance), 10);
          expect(Math.exp(log(0)) / expectedCount(n, selfCoupling)).toBeCloseTo(1, 10);
        },
      ),
    );
  });

  test("full enumeration of 4000 networks, N = 6, J_D = 0.4, within 4.5 standard errors at each D", () => {
    const [n, selfCoupling, samples] = [6, 0.4, 4000];
    const gaussian = gaussians(20240517);
    const sums = new Array<number>(n + 1).fill(0);
    const squares = new Array<number>(n + 1).fill(0);
    for (let sample = 0; sample < samples; sample++) {
      countPairs(n, selfCoupling, gaussian).forEach((count, distance) => {
        sums[distance] += count;
        squares[distance] += count * count;
      });
    }
    sums.forEach((sum, distance) => {
      const mean = sum / samples;
      const standardError = Math.sqrt((squares[distance] / samples - mean * mean) / (samples - 1));
      const { mean: expected } = expectedPairs({ n, selfCoupling, distance });
      expect(Math.abs(mean - expected), `D = ${distance}`).toBeLessThan(4.5 * standardError);
    });
  });

  test("the rate of the mean is the pair entropy as N grows", () => {
    const n = 1_000_000;
    const { logMean, mean } = expectedPairs({ n, selfCoupling: 0.3, distance: 200_000 });
    expect(logMean / n).toBeCloseTo(pairEntropy(0.3, 0.6), 4);
    expect(mean).toBe(Infinity);
  });

  test("J_D = 0: no two fixed points of two neurons differ in one of them", () => {
    expect(expectedPairs({ n: 2, selfCoupling: 0, distance: 1 })).toEqual({ mean: 0, logMean: -Infinity });
  });

  test.each([
    { n: 1, selfCoupling: 0.3, distance: 0 },
    { n: 10, selfCoupling: 0.3, distance: 11 },
    { n: 10, selfCoupling: 0.3, distance: 0.5 },
    { n: 10, selfCoupling: -1, distance: 2 },
  ])("refuses %o", (input) => {
    expect(() => expectedPairs(input)).toThrow(OutOfDomain);
  });
});

describe("annealed Franz–Parisi entropy (P7)", () => {
  test("is φ₂ − S", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (selfCoupling, distance) => {
          const difference = pairEntropy(selfCoupling, 1 - 2 * distance) - annealedEntropy(selfCoupling);
          expect(annealedFranzParisi({ selfCoupling, distance })).toBeCloseTo(difference, 7);
        },
      ),
    );
  });

  test("−c√d + O(d log d) as d → 0, c = g(J_D)√(2/π)", () => {
    for (const selfCoupling of [0.1, 0.5, 1, 2]) {
      const c = hazard(selfCoupling) * Math.sqrt(2 / Math.PI);
      for (const distance of [1e-20, 1e-24]) {
        const next = distance * Math.log(1 / distance);
        const rest = annealedFranzParisi({ selfCoupling, distance }) + c * Math.sqrt(distance);
        // The O(d) term is what keeps the ratio from 1; it weighs 1/log(1/d).
        expect(Math.abs(rest / next - 1)).toBeLessThan(0.15);
      }
    }
  });

  test("d = 0: nothing but the state itself; d = ½: everything; d = 1: its negative", () => {
    expect(annealedFranzParisi({ selfCoupling: 0.5, distance: 0 })).toBeCloseTo(0, 15);
    expect(annealedFranzParisi({ selfCoupling: 0.5, distance: 1 })).toBeCloseTo(0, 15);
    expect(annealedFranzParisi({ selfCoupling: 0.5, distance: 0.5 })).toBeCloseTo(annealedEntropy(0.5), 14);
  });

  test.each([-0.1, 1.1, NaN])("refuses d = %d", (distance) => {
    expect(() => annealedFranzParisi({ selfCoupling: 0.5, distance })).toThrow(OutOfDomain);
  });
});
