/**
 * @file The z integral of (P9) at one value of t: a uniform trapezoid, which converges exponentially here. Everything
 * is taken relative to the node nearest to the largest weight, so that y log 𝒜, thousands at large y, does not round.
 *
 * Notation: x = √q̂, r = Φ₋/Φ₊ at that t, v = r e^{−2xz}; then 𝒜 = Φ₊ e^{xz}(1 + v) and p = v/(1 + v). A node at j
 * steps h from the reference node (v₀, p₀) has 1 + v = (1 + v₀)(1 + p₀ D_j), D_j = e^{−2xhj} − 1.
 */

/** Trapezoid nodes in z at fixed (y, x); z = h k for |k| ≤ half. */
export interface FieldRule {
  readonly y: number;
  /** √q̂. */
  readonly x: number;
  readonly step: number;
  readonly half: number;
  /** Whether averages that are odd under s → −s are wanted too. */
  readonly oddMoments: boolean;
  /** D_j = e^{−2xhj} − 1 for j = −2 half .. 2 half. */
  readonly relativeBoltzmann: Float64Array;
}

/** Half-width of the z range beyond the outermost peaks at ±y√q̂. */
const zMargin = 9;

/** The trapezoid is laid for a relative error e^{−36}. */
const zExponent = 36;

/** Part of the strip |Im z| < π/(2x), bounded by the zeros of 𝒜, that the error bound of the trapezoid uses. */
const stripFraction = 0.9;

/** Exponent below the largest at which a node is left out: e^{−42} is 6e−19. */
const negligible = 42;

/** A peak in z is wanted to about this accuracy: it is a reference and the end of a search only. */
const peakAccuracy = 0.2;
const peakIterations = 20;

/**
 * Numbers that {@link sumOverField} writes for one t: averages of p, p(1−p), p²(1−p)², l, l², p(1−p) l with
 * l = log(𝒜/Φ₊), and, where the rule asks for odd moments, of p²(1−p) and p l.
 */
export const sitesPerNode = 8;

/**
 * On the line Im z = b the integrand is at most e^{b²/2} times its modulus on the real axis, so that a trapezoid of
 * step h has a relative error 2 e^{b²/2 − 2πb/h} for every b inside the strip of analyticity.
 */
function fieldStep(x: number): number {
  const best = Math.sqrt(2 * zExponent);
  const b = Math.min(best, (stripFraction * Math.PI) / (2 * x));
  return (2 * Math.PI * b) / (zExponent + 0.5 * b * b);
}

/**
 * Nodes for ∫Dz at y replicas.
 * @param y number of replicas
 * @param x √q̂ > 0
 * @param density factor on the number of nodes
 * @param oddMoments whether the sums over it include the odd moments
 */
export function layFieldRule(y: number, x: number, density: number, oddMoments = false): FieldRule {
  const step = fieldStep(x) / density;
  const half = Math.ceil((y * x + zMargin) / step);
  const relativeBoltzmann = new Float64Array(4 * half + 1);
  for (let j = -2 * half; j <= 2 * half; j++) relativeBoltzmann[j + 2 * half] = Math.expm1(-2 * x * step * j);
  return { y, x, step, half, oddMoments, relativeBoltzmann };
}

/**
 * Node nearest to an extremum z = y x m(z) of the weight, by Newton from ±y x inwards. There m is concave (convex) as
 * long as Φ₋e^{−xz} < Φ₊e^{xz} (>), so that Newton approaches the outermost root monotonically.
 * @param side 1 for the largest peak, at z ≥ 0; −1 for the one opposite
 * @returns the node, or null when the slope shows that there is no peak on this side
 */
function peakNode({ y, x, step, half }: FieldRule, ratio: number, side: 1 | -1): number | null {
  let z = side * y * x;
  for (let iteration = 0; iteration < peakIterations; iteration++) {
    const v = ratio * Math.exp(-2 * x * z);
    const q = 1 / (1 + v);
    const slope = 1 - 4 * y * x * x * v * q * q;
    if (side < 0 && !(slope > 0 && v > 1)) return null;
    const change = (z - y * x * (1 - v) * q) / slope;
    if (!(side * change > peakAccuracy)) break;
    z = side * Math.max(0, side * (z - change));
  }
  return Math.max(-half, Math.min(half, Math.round(z / step)));
}

/**
 * log ∫Dz (𝒜/Φ₊)^y at one t, less the constant {@link fieldOffset}, and the averages over z with that weight.
 * @param rule nodes in z
 * @param ratio r = Φ₋/Φ₊ in [0, 1]
 * @param averages written at `at` ... `at + sitesPerNode − 1`, in the order given there
 */
export function sumOverField(rule: FieldRule, ratio: number, averages: Float64Array, at: number): number {
  const { y, x, step, half, oddMoments, relativeBoltzmann } = rule;
  const peak = peakNode(rule, ratio, 1)!;
  const zPeak = peak * step;
  const vPeak = ratio * Math.exp(-2 * x * zPeak);
  const qPeak = 1 / (1 + vPeak);
  const pPeak = vPeak * qPeak;
  const tilt = x * step;
  const lean = y * tilt - step * zPeak;
  const spread = 0.5 * step * step;
  const exponentAt = (j: number) =>
    y * Math.log1p(pPeak * relativeBoltzmann[2 * half + j]) + j * (lean - spread * j);
  const candidate = peakNode(rule, ratio, -1) ?? peak;
  const opposite = exponentAt(candidate - peak) > -negligible ? candidate : peak;
  let sum = 0;
  let sumP = 0;
  let sumPq = 0;
  let sumPq2 = 0;
  let sumLog = 0;
  let sumLog2 = 0;
  let sumPqLog = 0;
  let sumP2q = 0;
  let sumPLog = 0;
  for (let direction = 1; direction >= -1; direction -= 2) {
    const nodes = half - direction * peak;
    const beyond = direction * (opposite - peak);
    for (let n = direction > 0 ? 0 : 1; n <= nodes; n++) {
      const j = direction * n;
      const boltzmann = relativeBoltzmann[2 * half + j];
      const u = pPeak * boltzmann;
      const shifted = 1 + u;
      const scale = 1 / shifted;
      // log(1 + u), with the part of u that 1 + u rounds away.
      const logShift = Math.log(shifted) + (u - (shifted - 1)) * scale;
      const exponent = y * logShift + j * (lean - spread * j);
      if (exponent < -negligible) {
        if (n > beyond) break;
        continue;
      }
      const weight = Math.exp(exponent);
      const log = tilt * j + logShift;
      const p = pPeak * (1 + boltzmann) * scale;
      const pq = p * qPeak * scale;
      sum += weight;
      sumP += weight * p;
      sumPq += weight * pq;
      sumPq2 += weight * pq * pq;
      sumLog += weight * log;
      sumLog2 += weight * log * log;
      sumPqLog += weight * pq * log;
      if (oddMoments) {
        sumP2q += weight * p * pq;
        sumPLog += weight * p * log;
      }
    }
  }
  const scale = 1 / sum;
  const logPeak = x * zPeak + Math.log1p(vPeak);
  const log = sumLog * scale;
  averages[at] = sumP * scale;
  averages[at + 1] = sumPq * scale;
  averages[at + 2] = sumPq2 * scale;
  averages[at + 3] = logPeak + log;
  averages[at + 4] = sumLog2 * scale + logPeak * (2 * log + logPeak);
  averages[at + 5] = sumPqLog * scale + logPeak * averages[at + 1];
  if (oddMoments) {
    averages[at + 6] = sumP2q * scale;
    averages[at + 7] = sumPLog * scale + logPeak * averages[at];
  }
  const saturated = saturatedPeak(rule);
  return y * Math.log1p(vPeak) + (zPeak - saturated) * (y * x - 0.5 * (zPeak + saturated)) + Math.log(sum);
}

/** Node at the peak of a fully polarised weight, to which the sums at all t are referred. */
function saturatedPeak({ y, x, step }: FieldRule): number {
  return Math.round((y * x) / step) * step;
}

/** The constant that {@link sumOverField} leaves out: the exponent y x z − z²/2 at that node, and the measure dz/√(2π). */
export function fieldOffset(rule: FieldRule): number {
  const saturated = saturatedPeak(rule);
  return saturated * (rule.y * rule.x - 0.5 * saturated) + Math.log(rule.step / Math.sqrt(2 * Math.PI));
}
