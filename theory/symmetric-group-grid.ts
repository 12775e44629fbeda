/**
 * @file A neuron in a group of n sites that a pair of states treats alike, as a function of the half-sum P of its two
 * stabilities: the chance |M| < P that their half-difference M leaves both above 0, as a power series in the shift of M.
 */
import { centralProbability } from "./entropy.ts";
import { normalPdf } from "./normal.ts";
import { compositeGaussLegendre, type QuadratureRule } from "./quadrature.ts";

/**
 * Panels are this fraction of the smaller of both deviations; 12 nodes on each resolve the density and He₁₅₉, 24 also
 * the phase e^{50 i P/σ} of an imaginary shift.
 */
const panelFraction = 0.5;
const panelOrder = { real: 12, imaginary: 24 } as const;

/** Beyond this many deviations of M the chance is 1, and its derivatives are below e^{−200}. */
const openWindow = 20;

/** Coefficients w_k of ξ^k, k = 0..order−1, of a neuron's window, nodes one after the other: index node·order + k. */
export type WindowTable = Float64Array;

/**
 * Fills in the series of P(|τt + μ| < P) in ξ = scale·μ²/τ²: w_0 = 2Φ(p) − 1 and
 * w_k = −2 He_{2k−1}(p) φ(p)/((2k)! scale^k), p = P/τ.
 * @param p P/τ ≥ 0
 */
export function windowSeries(p: number, scale: number, out: Float64Array): void {
  out[0] = centralProbability(p);
  const density = normalPdf(p);
  // a_j = He_j(p)/(j+1)!: a_{j+1} = (p a_j − j/(j+1) a_{j−1})/(j+2).
  let previous = 1;
  let current = p / 2;
  let power = 1;
  for (let k = 1, j = 1; k < out.length; k++) {
    power /= scale;
    out[k] = -2 * current * density * power;
    for (let half = 0; half < 2; half++, j++) {
      const next = (p * current - (j / (j + 1)) * previous) / (j + 2);
      previous = current;
      current = next;
    }
  }
}

/** Nodes of the P integral over [low, high], fine where the window opens and as the density of P needs it beyond. */
export function halfSumRule(
  [low, high]: readonly [number, number],
  { deviation, windowDeviation }: { readonly deviation: number; readonly windowDeviation: number },
  shifts: keyof typeof panelOrder,
): QuadratureRule {
  const edges = [low];
  const append = (end: number, width: number) => {
    const start = edges[edges.length - 1];
    if (end <= start) return;
    const panels = Math.ceil((end - start) / width);
    for (let k = 1; k <= panels; k++) edges.push(start + ((end - start) * k) / panels);
  };
  append(Math.min(high, openWindow * windowDeviation), panelFraction * Math.min(deviation, windowDeviation));
  append(high, panelFraction * deviation);
  return compositeGaussLegendre(edges, panelOrder[shifts]);
}

/** {@link windowSeries} at all nodes of a rule. */
export function windowTable(
  { nodes }: QuadratureRule,
  { windowDeviation, scale, order }: { windowDeviation: number; scale: number; order: number },
): WindowTable {
  const table = new Float64Array(nodes.length * order);
  nodes.forEach((P, node) => {
    windowSeries(P / windowDeviation, scale, table.subarray(node * order, (node + 1) * order));
  });
  return table;
}
