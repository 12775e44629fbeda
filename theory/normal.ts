/**
 * @file Standard normal law to full double precision, tails included: density φ, distribution Φ, log Φ and the
 * hazard φ/Φ. Everything rests on one function, the scaled complement e^{u²} erfc(u), which has no tail to underflow.
 */

import { OutOfDomain } from "./errors.ts";

/** Width of the map x = K(1+t)/(1−t) that carries u ∈ [0, ∞) to t ∈ [−1, 1) for the Chebyshev series below. */
const chebyshevScale = 3.75;

/**
 * Chebyshev coefficients in t of (1 + 2u) e^{u²} erfc(u), u = K(1+t)/(1−t), computed with 40 digits from the 60-point
 * cosine transform; the first one left out is 2.2e−18.
 */
const scaledComplementSeries = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -0.00006916973302501207,
  0.00000413902798607301, 7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8,
  4.521959811218287e-9, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11,
  1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14,
  -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];

const sqrtHalf = Math.SQRT1_2;
const inverseSqrtTwoPi = 1 / Math.sqrt(2 * Math.PI);
const sqrtTwoOverPi = Math.sqrt(2 / Math.PI);

/** e^{u²} erfc(u) for u ≥ 0, by Clenshaw's recurrence; relative error about 2e−16. */
function scaledComplement(u: number): number {
  const t = u === Infinity ? 1 : (u - chebyshevScale) / (u + chebyshevScale);
  let next = 0;
  let afterNext = 0;
  for (let k = scaledComplementSeries.length - 1; k > 0; k--) {
    const current = 2 * t * next - afterNext + scaledComplementSeries[k];
    afterNext = next;
    next = current;
  }
  return (t * next - afterNext + scaledComplementSeries[0]) / (1 + 2 * u);
}

/** e^{−x²/2} with x split so that the rounding of x² does not show at large |x|. */
function gaussian(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (x - coarse) * (x + coarse));
}

/** 1 − Φ(x) for x ≥ 0. */
function upperTail(x: number): number {
  return x > 39 ? 0 : 0.5 * gaussian(x) * scaledComplement(x * sqrtHalf);
}

/** No NaN goes in, so none comes out. */
function requireNumber(x: number): void {
  if (Number.isNaN(x)) throw new OutOfDomain("x must be a number, got NaN");
}

/**
 * Density of the standard normal law, φ(x) = e^{−x²/2}/√(2π).
 * @param x any real number, dimensionless
 * @returns a density, dimensionless, in [0, 1/√(2π)]
 * @throws OutOfDomain if x is NaN
 * @source Abramowitz & Stegun 26.2.1
 */
export function normalPdf(x: number): number {
  requireNumber(x);
  return inverseSqrtTwoPi * (Math.abs(x) > 39 ? 0 : gaussian(x));
}

/**
 * Distribution function of the standard normal law, Φ(x); relative error below 1e−15 also in the left tail.
 * @param x any real number or ±∞, dimensionless
 * @returns a probability in [0, 1]
 * @throws OutOfDomain if x is NaN
 * @source Abramowitz & Stegun 26.2.2; Chebyshev series of e^{u²} erfc u
 */
export function normalCdf(x: number): number {
  requireNumber(x);
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/**
 * log Φ(x), finite for |x| up to 10¹⁵⁴: about −x²/2 − log(|x|√(2π)) in the left tail and −(1 − Φ(x)) in the right.
 * Relative error below 1e−15.
 * @param x any real number or +∞, dimensionless
 * @returns logarithm of a probability, ≤ 0
 * @throws OutOfDomain if x is NaN
 * @source logarithm of {@link normalCdf}, from the same series
 */
export function logNormalCdf(x: number): number {
  if (x >= 0) return Math.log1p(-upperTail(x));
  requireNumber(x);
  return Math.log(0.5 * scaledComplement(-x * sqrtHalf)) - 0.5 * x * x;
}

/**
 * Hazard g(x) = φ(x)/Φ(x) = d log Φ/dx; g → −x in the left tail, → 0 in the right.
 * @param x any real number, dimensionless
 * @returns g(x) > 0, dimensionless
 * @throws OutOfDomain if x is NaN
 * @source inverse of Mills' ratio at −x, from the same series as {@link normalCdf}
 */
export function hazard(x: number): number {
  if (x >= 0) return normalPdf(x) / normalCdf(x);
  requireNumber(x);
  return sqrtTwoOverPi / scaledComplement(-x * sqrtHalf);
}
