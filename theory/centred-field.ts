/**
 * @file The z integral of (P28) at one value of t and one of the two centres: the trapezoid of one-rsb-field.ts, with
 * the moments of p that the saddle with a centre and its derivatives ask for.
 *
 * Notation: x = √q̂, r = Φ₋/Φ₊ at that t, v = r e^{−2(xz+γc)}; then 𝒜_c = Φ₊ e^{xz+γc}(1 + v) and p = v/(1 + v) is
 * the probability of s = −1, so that m_c = 1 − 2p.
 */
import { layFieldRule } from "./one-rsb-field.ts";

/** Trapezoid nodes in z at fixed (y, x), with what depends on z alone. */
export interface CentredFieldRule {
  readonly y: number;
  /** x z at each node. */
  readonly tilt: Float64Array;
  /** e^{−2xz}. */
  readonly boltzmann: Float64Array;
  /** log of step times Gaussian density. */
  readonly logMeasure: Float64Array;
  /** Room for the logarithms l of one sum. */
  readonly logs: Float64Array;
}

/** Exponent below the largest at which a node is left out: e^{−42} is 6e−19. */
const negligible = 42;

/** Numbers that {@link sumOverCentredField} writes: averages of p, p², p³, p⁴, l, p l, p² l with l = log(𝒜_c/Φ₊). */
export const momentsPerSite = 7;

/**
 * Nodes for ∫Dz at y replicas. The centre shifts the argument xz + γc by a real number: the zeros of 𝒜_c stay at the
 * same distance from the real axis and the peaks inside ±y x, so that the nodes of γ = 0 serve.
 * @param y number of replicas
 * @param x √q̂ > 0
 * @param density factor on the number of nodes
 */
export function layCentredFieldRule(y: number, x: number, density: number): CentredFieldRule {
  const { step, half } = layFieldRule(y, x, density);
  const nodes = Float64Array.from({ length: 2 * half + 1 }, (_, k) => (k - half) * step);
  const logStep = Math.log(step / Math.sqrt(2 * Math.PI));
  return {
    y,
    tilt: nodes.map((z) => x * z),
    boltzmann: nodes.map((z) => Math.exp(-2 * x * z)),
    logMeasure: nodes.map((z) => logStep - 0.5 * z * z),
    logs: new Float64Array(nodes.length),
  };
}

/**
 * log ∫Dz (𝒜_c/Φ₊)^y at one t, and the averages over z with that weight.
 * @param rule nodes in z
 * @param ratio r = Φ₋/Φ₊ ≥ 0
 * @param centreField γc
 * @param averages written at `at` ... `at + momentsPerSite − 1`, in the order given there
 */
export function sumOverCentredField(
  rule: CentredFieldRule,
  ratio: number,
  centreField: number,
  averages: Float64Array,
  at: number,
): number {
  const { y, tilt, boltzmann, logMeasure, logs } = rule;
  const scaled = ratio * Math.exp(-2 * centreField);
  const count = tilt.length;
  let top = -Infinity;
  for (let k = 0; k < count; k++) {
    logs[k] = tilt[k] + Math.log(1 + scaled * boltzmann[k]);
    const exponent = y * logs[k] + logMeasure[k];
    if (exponent > top) top = exponent;
  }
  let sum = 0;
  let sumP = 0;
  let sumP2 = 0;
  let sumP3 = 0;
  let sumP4 = 0;
  let sumLog = 0;
  let sumPLog = 0;
  let sumP2Log = 0;
  for (let k = 0; k < count; k++) {
    const relative = y * logs[k] + logMeasure[k] - top;
    if (relative < -negligible) continue;
    const weight = Math.exp(relative);
    const v = scaled * boltzmann[k];
    const p = v / (1 + v);
    const p2 = p * p;
    const log = weight * logs[k];
    sum += weight;
    sumP += weight * p;
    sumP2 += weight * p2;
    sumP3 += weight * p2 * p;
    sumP4 += weight * p2 * p2;
    sumLog += log;
    sumPLog += log * p;
    sumP2Log += log * p2;
  }
  const scale = 1 / sum;
  averages[at] = sumP * scale;
  averages[at + 1] = sumP2 * scale;
  averages[at + 2] = sumP3 * scale;
  averages[at + 3] = sumP4 * scale;
  averages[at + 4] = centreField + sumLog * scale;
  averages[at + 5] = centreField * averages[at] + sumPLog * scale;
  averages[at + 6] = centreField * averages[at + 1] + sumP2Log * scale;
  return y * centreField + top + Math.log(sum);
}
