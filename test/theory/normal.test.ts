/** @file The standard normal law against a table of 30-digit values (mpmath: ncdf, log(ncdf), npdf/ncdf). */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { OutOfDomain } from "../../theory/errors.ts";
import { hazard, logNormalCdf, normalCdf, normalPdf } from "../../theory/normal.ts";

/** x, Φ(x), log Φ(x), φ(x)/Φ(x) */
const table: readonly (readonly [number, number, number, number])[] = [
  [-60, 0, -1805.013560680567, 60.016657420241124],
  [-37, 5.725571222524577e-300, -689.0305855768906, 37.02698768612699],
  [-20, 2.7536241186062337e-89, -203.91715537109727, 20.049753068527853],
  [-10, 7.619853024160525e-24, -53.23128515051247, 10.098093233962512],
  [-7.5, 3.1908916729108963e-14, -31.075890902890002, 7.6289663911037655],
  [-5.25, 7.604960516488715e-8, -16.39188001003779, 5.428655388386098],
  [-3, 0.0013498980316300946, -6.607726221510349, 3.2830986549304364],
  [-2, 0.02275013194817921, -3.783184333682032, 2.373215532822841],
  [-1.125, 0.13029451713680884, -2.0379578745025304, 1.6261363135735758],
  [-1, 0.15865525393145705, -1.8410216450092636, 1.525135276160981],
  [-0.5, 0.3085375387259869, -1.1759117615936185, 1.1410777703680646],
  [-0.125, 0.45026177516988714, -0.7979261427530241, 0.879127895756634],
  [0, 0.5, -0.6931471805599453, 0.7978845608028654],
  [0.125, 0.5497382248301129, -0.598313068912425, 0.7200475955025254],
  [0.5, 0.6914624612740131, -0.3689464152886564, 0.5091604338370335],
  [1, 0.8413447460685429, -0.17275377902344988, 0.2875999709391784],
  [1.75, 0.9599408431361829, -0.04088361815209493, 0.08987774553340024],
  [3, 0.9986501019683699, -0.0013508099647481938, 0.004437839042125664],
  [5, 0.9999997133484281, -2.866516129637636e-7, 0.0000014867199409049056],
  [8, 0.9999999999999993, -6.220960574271786e-16, 5.052271083536895e-15],
];

const relative = (value: number, exact: number) => Math.abs(value / exact - 1);

describe("standard normal law", () => {
  test("Φ, log Φ and the hazard: relative error below 2e-15 on [-37, 8]", () => {
    for (const [x, cdf, logCdf, ratio] of table) {
      if (cdf > 1e-300) expect(relative(normalCdf(x), cdf), `Φ(${x})`).toBeLessThan(2e-15);
      expect(relative(logNormalCdf(x), logCdf), `log Φ(${x})`).toBeLessThan(2e-15);
      expect(relative(hazard(x), ratio), `g(${x})`).toBeLessThan(2e-15);
    }
  });

  test("Φ(x) + Φ(−x) = 1 and g = φ/Φ at random points", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThan(4e-16);
        expect(relative(hazard(x) * normalCdf(x), normalPdf(x))).toBeLessThan(4e-15);
      }),
    );
  });

  test("log Φ keeps its digits where Φ underflows: −x²/2 − log(|x|√2π) + log(1 − 1/x² + 3/x⁴ − …)", () => {
    const x = -1e4;
    const expected = -0.5 * x * x - Math.log(1e4 * Math.sqrt(2 * Math.PI)) - 1e-8;
    expect(relative(logNormalCdf(x), expected)).toBeLessThan(1e-15);
  });

  test("NaN is refused", () => {
    for (const f of [normalCdf, normalPdf, logNormalCdf, hazard]) expect(() => f(NaN)).toThrow(OutOfDomain);
  });

  test("limits at ±∞", () => {
    expect([normalCdf(-Infinity), normalCdf(Infinity), logNormalCdf(Infinity)]).toEqual([0, 1, -0]);
    expect(hazard(Infinity)).toBe(0);
  });
});
