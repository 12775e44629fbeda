/**
 * @file Free entropy of an integer number of replicas by the exact sum (P13), in which one integral is left. It shares
 * nothing with the general solver of (P9) but log Φ, and serves as its check.
 */
import { requireInteger } from "./errors.ts";
import { logNormalCdf } from "./normal.ts";
import { requireReplicaDomain } from "./one-rsb-domain.ts";
import { compositeGaussLegendre } from "./quadrature.ts";
import { findRoot } from "./solvers.ts";

/** Largest y: beyond it the sum is still exact, but slow. */
const largestReplicaNumber = 100;

/** Half-width of the t integral: the exponent can lean by log 2 per replica, and e^{−9²/2} is below 1e−17. */
const tMargin = 9;

/** Panel width in units of the width of the step of Φ±, and their order. */
const panelWidth = 1;
const panelOrder = 24;

/** log ∫Dt Φ₊^k Φ₋^{y−k} for k = 0..y. */
function logStepIntegrals(selfCoupling: number, q: number, y: number): number[] {
  const width = Math.sqrt((1 - q) / q);
  const half = tMargin + Math.sqrt(2 * y * Math.LN2);
  const panels = Math.ceil((2 * half) / Math.min(1, panelWidth * width));
  const edges = Array.from({ length: panels + 1 }, (_, k) => half * ((2 * k) / panels - 1));
  const { nodes, weights } = compositeGaussLegendre(edges, panelOrder);
  const argument = (t: number) => (selfCoupling + Math.sqrt(q) * t) / Math.sqrt(1 - q);
  const up = nodes.map((t) => logNormalCdf(argument(t)));
  const down = nodes.map((t) => logNormalCdf(argument(-t)));
  const logMeasure = nodes.map((t, i) => Math.log(weights[i]) - 0.5 * t * t - 0.5 * Math.log(2 * Math.PI));
  return Array.from({ length: y + 1 }, (_, k) =>
    logSumExp(logMeasure.map((measure, i) => measure + k * up[i] + (y - k) * down[i])),
  );
}

function logSumExp(terms: Float64Array | readonly number[]): number {
  let top = -Infinity;
  for (const term of terms) top = Math.max(top, term);
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - top);
  return top + Math.log(sum);
}

/**
 * Replicated free entropy φ(y, q) (P9) for integer y, at its minimum over q̂, with the integral as the exact sum over
 * the number k of spins up (P13):
 *
 * $$\int\! Dz\,Dt\,\mathcal{A}^y = \sum_{k=0}^{y} \binom{y}{k} e^{\hat q (2k-y)^2/2} \int\! Dt\, \Phi_+^k \Phi_-^{y-k}$$
 * @param input selfCoupling J_D in [0, 3]; overlap q in [0.01, 0.9994]; replicas y, an integer from 2 to 100
 * @returns phi in nats per neuron and the conjugate overlap q̂, both to about 1e−13
 * @throws OutOfDomain outside these ranges
 */
export function integerReplicaFreeEntropy({
  selfCoupling,
  overlap,
  replicas,
}: {
  readonly selfCoupling: number;
  readonly overlap: number;
  readonly replicas: number;
}): { readonly phi: number; readonly conjugateOverlap: number } {
  requireReplicaDomain(selfCoupling, overlap);
  const y = requireInteger("replicas", replicas, 2, largestReplicaNumber);
  let logBinomial = 0;
  const levels = logStepIntegrals(selfCoupling, overlap, y).map((logIntegral, k) => {
    if (k > 0) logBinomial += Math.log((y - k + 1) / k);
    return { square: (2 * k - y) ** 2, logWeight: logBinomial + logIntegral };
  });
  const logSum = (conjugate: number) =>
    logSumExp(levels.map(({ square, logWeight }) => logWeight + 0.5 * conjugate * square));
  // ⟨(2k − y)²⟩ = y + y(y−1) q: each replica has a spin ±1, two of them agree with overlap q.
  const excess = (conjugate: number) => {
    const total = logSum(conjugate);
    let mean = 0;
    for (const { square, logWeight } of levels)
      mean += square * Math.exp(logWeight + 0.5 * conjugate * square - total);
    return (mean - y) / (y * (y - 1)) - overlap;
  };
  const largest = 60 / y;
  const conjugateOverlap = findRoot(excess, 0, largest).x;
  const phi = logSum(conjugateOverlap) - 0.5 * y * conjugateOverlap * ((y - 1) * overlap + 1);
  return { phi, conjugateOverlap };
}
