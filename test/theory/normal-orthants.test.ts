/** @file Normal laws of two to four variables at common or unequal thresholds, against integrals of another kind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalCdf } from "../../theory/normal.ts";
import { orthantProbability } from "../../theory/normal-orthants.ts";
import { bivariateCdf } from "../../theory/owen.ts";

/** [h, k, ρ, Φ₂(h,k;ρ)]: mpmath with 30 digits, Φ(h)Φ(k) + (1/2π) ∫_0^{asin ρ} e^{−(h²+k²−2hk sin θ)/(2cos²θ)} dθ. */
const bivariateTable = [
  [0.3, 1.2, 0.5, 0.586685782040583],
  [0.3, 1.2, -0.5, 0.5142648060532128],
  [0, 0.4, 0.7, 0.4392744486055352],
  [0, 0.4, -0.95, 0.1615354728056866],
  [2, 0.1, 0.99, 0.539827837277029],
  [0.06, 0.05, -0.999, 0.04390148322295855],
  [1, 3, -0.2, 0.8400564963755091],
  [0.7, 0.71, 0.9999, 0.7574151415678028],
] as const;

/**
 * [N, D, J_D, spins, probability]: a neuron with these spins in m states at mutual distance D is stable in all. Computed in
 * python with another representation, the correlation through one real and one imaginary normal mode,
 * ∫Dt Dw Π_a Φ((h + s^a √c t + i√e w)/√v), c = (N−2D)/(N−1), e = 1/(N−1), v = 2D/(N−1), h = J_D √(N/(N−1)), by the
 * trapezoidal rule (step 0.02) with scipy's complex error function; 10⁶ normal vectors of numpy agree within 2 standard errors.
 */
const stableTable: readonly (readonly [number, number, number, readonly number[], number])[] = [
  [10, 4, 0.3, [1, 1, 1], 0.272659346146708],
  [10, 4, 0.3, [1, 1, -1], 0.192134214186677],
  [10, 4, 0.3, [1, 1, 1, 1], 0.188610471097803],
  [10, 4, 0.3, [1, 1, 1, -1], 0.110419386937608],
  [10, 4, 0.3, [1, 1, -1, -1], 0.090643266707807],
  [16, 6, 0.5, [1, 1, 1], 0.389123717333401],
  [16, 6, 0.5, [1, 1, -1], 0.301865224304143],
  [16, 6, 0.5, [1, 1, 1, 1], 0.304841862649476],
  [16, 6, 0.5, [1, 1, 1, -1], 0.211999101744692],
  [16, 6, 0.5, [1, 1, -1, -1], 0.187251451311424],
  [22, 4, 0.06, [1, 1, 1], 0.307749498694755],
  [22, 4, 0.06, [1, 1, -1], 0.068361847372792],
  [22, 4, 0.06, [1, 1, 1, 1], 0.262139895682627],
  [22, 4, 0.06, [1, 1, 1, -1], 0.037824257651547],
  [22, 4, 0.06, [1, 1, -1, -1], 0.019258624533751],
  [40, 10, 1, [1, 1, 1, -1], 0.532422327499738],
  [40, 10, 1, [1, 1, -1, -1], 0.506755925845107],
  [30, 18, 0.4, [1, 1, 1], 0.216975356228764],
  [30, 18, 0.4, [1, 1, -1], 0.296153017219226],
  [30, 18, 0.4, [1, 1, -1, -1], 0.206984084983491],
];

const correlationsOf = (n: number, distance: number, spins: readonly number[]): number[][] =>
  spins.map((one) => spins.map((other) => (one * other * (n - 2 * distance) - 1) / (n - 1)));

describe("bivariate law at unequal thresholds", () => {
  test.each(bivariateTable)("absolute error below 1e-15 at h = %d, k = %d, ρ = %d", (h, k, rho, exact) => {
    expect(Math.abs(bivariateCdf(h, k, rho) - exact)).toBeLessThan(1e-15);
    expect(Math.abs(bivariateCdf(k, h, rho) - exact)).toBeLessThan(1e-15);
  });

  test("ρ = 1, −1 and 0: the smaller, the overlap, the product", () => {
    const threshold = fc.double({ min: 0, max: 6, noNaN: true });
    fc.assert(
      fc.property(threshold, threshold, (h, k) => {
        expect(bivariateCdf(h, k, 1)).toBeCloseTo(normalCdf(Math.min(h, k)), 14);
        expect(bivariateCdf(h, k, -1)).toBeCloseTo(normalCdf(h) + normalCdf(k) - 1, 14);
        expect(bivariateCdf(h, k, 0)).toBeCloseTo(normalCdf(h) * normalCdf(k), 14);
      }),
    );
  });
});

describe("three and four variables", () => {
  test.each(stableTable)(
    "within 1e-12: N = %d, D = %d, J_D = %d, spins %j",
    (n, distance, coupling, spins, exact) => {
      const h = coupling * Math.sqrt(n / (n - 1));
      expect(Math.abs(orthantProbability(h, correlationsOf(n, distance, spins)) - exact)).toBeLessThan(1e-12);
    },
  );

  test("at h = 0 the orthants of one law add up to 1 within 1e-12", () => {
    for (const [n, distance] of [
      [10, 4],
      [22, 2],
      [100, 6],
      [1000, 20],
    ] as const)
      for (const size of [3, 4]) {
        let sum = 0;
        for (let signs = 0; signs < 2 ** size; signs++) {
          const spins = Array.from({ length: size }, (_, a) => ((signs >> a) & 1 ? 1 : -1));
          // One law, R_ab = ρ₊ in a frame of agreeing spins, seen from each orthant.
          const agreeing = (n - 2 * distance - 1) / (n - 1);
          sum += orthantProbability(
            0,
            spins.map((one) => spins.map((other) => one * other * agreeing)),
          );
        }
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
      }
  });

  test("independent variables: the power; three at h = 0: 1/8 + Σ asin ρ/4π", () => {
    const unit = (size: number) =>
      Array.from({ length: size }, (_, a) => Array.from({ length: size }, (_, b) => Number(a === b)));
    for (const size of [2, 3, 4])
      expect(orthantProbability(0.7, unit(size))).toBeCloseTo(normalCdf(0.7) ** size, 15);
    const three = [
      [1, 0.5, -0.2],
      [0.5, 1, 0.3],
      [-0.2, 0.3, 1],
    ];
    const exact = 1 / 8 + (Math.asin(0.5) + Math.asin(-0.2) + Math.asin(0.3)) / (4 * Math.PI);
    expect(orthantProbability(0, three)).toBeCloseTo(exact, 14);
  });
});
