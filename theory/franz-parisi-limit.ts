/**
 * @file Where the replica-symmetric saddle of the quenched Franz–Parisi entropy (P8) ends: the distance at which p → 1,
 * the capacity of the constraints that a typical reference state leaves at that distance.
 */
import { requireInside } from "./errors.ts";
import { normalCdf, normalPdf } from "./normal.ts";
import { compositeGaussLegendre } from "./quadrature.ts";
import type { QuadratureRule } from "./quadrature.ts";
import { findRoot, newtonSystem } from "./solvers.ts";

const gaussianReach = 8.8;
const panelOrder = 16;

/** Panels around the step of the density, in units of its width; beyond, in units of the Gaussian. */
const innerPanels = [-9, -6, -3, -1.5, 0, 1.5, 3, 6, 9];

/** Edges nearer than this to the last one are dropped: a kink that close to an edge costs its cube. */
const smallestPanel = 1e-6;

/** The end is looked for in this range of distances; it is at 0.0078 for J_D = 0 and smaller for every J_D > 0. */
const smallestEnd = 1e-5;
const largestEnd = 0.02;

/** Weights · density of w at p = 1: φ(w) Φ((J_D + Ωw)/√(1−Ω²))/Φ(J_D). */
function cavityFieldRule(selfCoupling: number, distance: number): QuadratureRule {
  const overlap = 1 - 2 * distance;
  const width = 2 * Math.sqrt(distance * (1 - distance));
  const centre = -selfCoupling / overlap;
  const candidates = [
    ...innerPanels.map((x) => centre + width * x),
    ...[1, 2, 4, 8, 16, 32].flatMap((x) => [
      centre + 9 * width * x,
      selfCoupling + width * x,
      selfCoupling - width * x,
    ]),
    ...Array.from({ length: 19 }, (_, k) => k - 9),
    selfCoupling,
    -selfCoupling,
  ];
  // The integrand has kinks in its second derivative at ±J_D: they must be edges.
  const edges = [-gaussianReach];
  for (const w of candidates.sort((a, b) => a - b)) {
    if (w > edges[edges.length - 1] + smallestPanel && w < gaussianReach - smallestPanel) edges.push(w);
  }
  edges.push(gaussianReach);
  const { nodes, weights } = compositeGaussLegendre(edges, panelOrder);
  const total = normalCdf(selfCoupling);
  return {
    nodes,
    weights: weights.map(
      (weight, k) =>
        (weight * normalPdf(nodes[k]) * normalCdf((selfCoupling + overlap * nodes[k]) / width)) / total,
    ),
  };
}

/**
 * Leading coefficient of (1 − p) s_FP as p → 1. With Ω̂ = W/(1−p), p̂ = P/(1−p)², log Φ(x/√(1−p)) → −x²/2(1−p) for
 * x < 0, it is extr −WΩ − ½P + E_w[E_z|W + k + √P z| − |e₊ + e₋|/2], e_s = ½ min(0, J_D + s w)², k = (e₋ − e₊)/2.
 * Positive where the entropy wants p < 1, zero at the end of the saddle.
 */
function limitCoefficient(selfCoupling: number, distance: number): number {
  const overlap = 1 - 2 * distance;
  const { nodes, weights } = cavityFieldRule(selfCoupling, distance);
  const evaluate = (field: number, variance: number) => {
    const spread = Math.sqrt(variance);
    let value = -field * overlap - 0.5 * variance;
    let mean = -overlap;
    let peak = -0.5;
    let [byField, cross, byVariance] = [0, 0, 0];
    for (let i = 0; i < nodes.length; i++) {
      const excess = Math.max(0, Math.abs(nodes[i]) - selfCoupling);
      const mu = field + Math.sign(nodes[i]) * 0.25 * excess * excess;
      const x = mu / spread;
      const density = normalPdf(x);
      const sign = 1 - 2 * normalCdf(-x);
      const w = weights[i];
      value += w * (mu * sign + 2 * spread * density - 0.25 * excess * excess);
      mean += w * sign;
      peak += (w * density) / spread;
      byField += (w * 2 * density) / spread;
      cross -= (w * x * density) / variance;
      byVariance += (w * density * (x * x - 1)) / (2 * variance * spread);
    }
    return { value, mean, peak, byField, cross, byVariance };
  };
  const x0 = findRoot((x) => normalCdf(-x) - distance, 0, gaussianReach).x;
  const spread0 = 2 * normalPdf(x0);
  const { x } = newtonSystem(
    ([ratio, logSpread]) => {
      const spread = Math.exp(logSpread);
      const e = evaluate(ratio * spread, spread * spread);
      return {
        residuals: [e.mean / distance, e.peak],
        jacobian: [
          [
            (e.byField * spread) / distance,
            (e.byField * ratio * spread + e.cross * 2 * spread * spread) / distance,
          ],
          [e.cross * spread, e.cross * ratio * spread + e.byVariance * 2 * spread * spread],
        ],
      };
    },
    [x0, Math.log(spread0)],
    { tolerance: 1e-9 },
  );
  const spread = Math.exp(x[1]);
  return evaluate(x[0] * spread, spread * spread).value / (spread * spread);
}

/**
 * Distance at which the saddle of (P8) ends, p → 1 with Ω̂ and p̂ → ∞ and s_FP → −∞: below it the constraints left by
 * a typical reference state exceed the replica-symmetric capacity. 0.00776 at J_D = 0, 0.00054 at 0.5, 1e−4 at 1.
 * @param selfCoupling J_D ≥ 0
 * @returns normalised Hamming distance; 0 if the end is below 1e−5
 * @throws OutOfDomain if selfCoupling is negative, infinite or NaN
 */
export function franzParisiEnd(selfCoupling: number): number {
  requireInside("selfCoupling", selfCoupling, { min: 0, max: Infinity, openMax: true });
  const at = (logDistance: number) => limitCoefficient(selfCoupling, Math.exp(logDistance));
  const lowest = Math.log(smallestEnd);
  if (at(lowest) >= 0) return 0;
  return Math.exp(findRoot(at, lowest, Math.log(largestEnd), { tolerance: 1e-12 }).x);
}
