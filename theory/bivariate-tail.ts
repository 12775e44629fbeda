/**
 * @file Bivariate normal law at equal thresholds of either sign, in the log domain. Below zero Φ₂ may be smaller than
 * any double, and Owen's form would subtract nearly equal numbers: there one integral of a positive function is left.
 */
import { hazard, logNormalCdf } from "./normal.ts";
import { logBivariateNormalCdf } from "./pairs.ts";
import { gaussLegendre } from "./quadrature.ts";

/** The integrand below is cut where it has fallen by e^{−40}. */
const cutoffExponent = 40;

/** Order of the rule on each of the two panels [0, ¼] and [¼, 1] of the range: e^{−40 s} to rounding. */
const tailOrder = 32;
const panelEdge = 0.25;

const logTwo = Math.LN2;
const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Below this argument log Φ is taken from the hazard, so that squares, 10¹⁵ near ρ = −1, cancel by algebra. */
const tailArgument = -1;

/** s ↦ log Φ(a(h−s)) − log Φ(ah) for h < 0, s ≥ 0. */
function logRatio(h: number, a: number): (s: number) => number {
  if (a * h > tailArgument) {
    const far = logNormalCdf(a * h);
    return (s) => logNormalCdf(a * (h - s)) - far;
  }
  // log Φ(x) = −x²/2 − ½ log 2π − log g(x).
  const far = hazard(a * h);
  return (s) => a * a * s * (h - 0.5 * s) - Math.log(hazard(a * (h - s)) / far);
}

/** log ∫_0^∞ e^{hs − s²/2} Φ(a(h−s))/Φ(ah) ds for h < 0. */
function logTailIntegral(h: number, a: number): number {
  const ratio = logRatio(h, a);
  // The logarithm of the integrand is concave, with slope −decay at 0 and curvature of at least 1.
  const decay = a * hazard(a * h) - h;
  const range = (2 * cutoffExponent) / (decay + Math.sqrt(decay * decay + 2 * cutoffExponent));
  const { nodes, weights } = gaussLegendre(tailOrder);
  let sum = 0;
  for (const [start, end] of [
    [0, panelEdge],
    [panelEdge, 1],
  ]) {
    const half = 0.5 * range * (end - start);
    for (let k = 0; k < tailOrder; k++) {
      const s = range * start + half * (1 + nodes[k]);
      sum += half * weights[k] * Math.exp(h * s - 0.5 * s * s + ratio(s));
    }
  }
  return Math.log(sum);
}

/** log Φ₂(h,h;ρ) and its derivative in h. */
export interface EqualThresholds {
  /** Logarithm of a probability, ≤ 0; −Infinity at ρ = −1, h ≤ 0. */
  readonly logProbability: number;
  /** d log Φ₂/dh = 2 φ(h) Φ(ah)/Φ₂ with a = √((1−ρ)/(1+ρ)), ≥ 0. */
  readonly slope: number;
}

/**
 * Bivariate normal law at equal thresholds, log P(u₁ ≤ h, u₂ ≤ h), with its slope in h.
 * For h < 0: Φ₂ = 2∫_{−∞}^h φ(u) Φ(au) du, since dΦ₂/dh = 2φ(h)Φ(ah).
 * @param h threshold, any finite number
 * @param rho correlation in (−1, 1], or −1 for h > 0
 */
export function equalThresholds(h: number, rho: number): EqualThresholds {
  const a = Math.sqrt((1 - rho) / (1 + rho));
  // At ρ = −1, a is infinite: Φ(ah) = 1 for h > 0.
  const logDensity = logTwo - 0.5 * h * h - logRootTwoPi + logNormalCdf(a * h);
  if (h >= 0) {
    const logProbability = logBivariateNormalCdf(h, rho);
    return { logProbability, slope: Math.exp(logDensity - logProbability) };
  }
  const logIntegral = logTailIntegral(h, a);
  return { logProbability: logDensity + logIntegral, slope: Math.exp(-logIntegral) };
}
