/**
 * @file Probability that two to four correlated standard normal variables all exceed one threshold, by Plackett's
 * identity: along the path τR from independence to the correlations R,
 *
 *   dP/dτ = Σ_{i<j} R_ij φ₂(h, h; τR_ij) P(the others below h | u_i = u_j = h)
 *
 * which leaves one integral over τ, of normal laws of at most two variables.
 */
import { normalCdf } from "./normal.ts";
import { bivariateCdf } from "./owen.ts";
import { compositeGaussLegendre } from "./quadrature.ts";

/** Correlations R_ij, of which those with i < j are read. */
export type Correlations = readonly (readonly number[])[];

/**
 * With τ = sin θ the square-root singularities at and beyond τ = 1, where R is singular or nearly so, turn into poles
 * beyond θ = π/2; panels that halve towards it resolve them.
 */
const panelOrder = 24;
const panels = 8;
const panelEdges = Array.from({ length: panels + 1 }, (_, k) =>
  k === panels ? Math.PI / 2 : (1 - 0.5 ** k) * (Math.PI / 2),
);

/** Mean, in units of h, and covariances of the other variables where u_i = u_j = h and their correlation is r. */
function conditional(correlation: (k: number, l: number) => number, i: number, j: number) {
  const r = correlation(i, j);
  const determinant = (1 - r) * (1 + r);
  return {
    mean: (k: number) => (correlation(i, k) + correlation(j, k)) / (1 + r),
    covariance: (k: number, l: number) => {
      const [ik, jk, il, jl] = [correlation(i, k), correlation(j, k), correlation(i, l), correlation(j, l)];
      return correlation(k, l) - (ik * (il - r * jl) + jk * (jl - r * il)) / determinant;
    },
  };
}

/** (h − mean)/width, where a width of zero leaves certainty. */
function scaled(distance: number, variance: number): number {
  if (distance === 0) return 0;
  return variance > 0 ? distance / Math.sqrt(variance) : Infinity;
}

/** P(the variables `others` are below h | u_i = u_j = h). */
function othersBelow(
  h: number,
  { mean, covariance }: ReturnType<typeof conditional>,
  others: readonly number[],
): number {
  if (others.length === 0) return 1;
  // Rounding must not carry a threshold below zero, which no tuple of states can have.
  const thresholds = others.map((k) => scaled(Math.max(0, h * (1 - mean(k))), covariance(k, k)));
  if (others.length === 1) return normalCdf(thresholds[0]);
  const [k, l] = others;
  const widths = Math.sqrt(Math.max(0, covariance(k, k)) * Math.max(0, covariance(l, l)));
  const rho = widths === 0 ? 0 : Math.max(-1, Math.min(1, covariance(k, l) / widths));
  if (thresholds.includes(Infinity)) return normalCdf(Math.min(...thresholds));
  return bivariateCdf(thresholds[0], thresholds[1], rho);
}

/** dP/dτ at τ. */
function slopeAt(tau: number, h: number, correlations: Correlations, size: number): number {
  const correlation = (k: number, l: number) =>
    k === l ? 1 : tau * correlations[Math.min(k, l)][Math.max(k, l)];
  let sum = 0;
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      const r = correlation(i, j);
      const others = [0, 1, 2, 3].slice(0, size).filter((k) => k !== i && k !== j);
      const density = Math.exp((-h * h) / (1 + r)) / (2 * Math.PI * Math.sqrt((1 - r) * (1 + r)));
      sum += correlations[i][j] * density * othersBelow(h, conditional(correlation, i, j), others);
    }
  return sum;
}

/**
 * P(u_1 ≤ h, …, u_m ≤ h) for m standard normal variables, which is also P(u_1 > −h, …).
 * @param h common threshold ≥ 0, such that given u_i = u_j = h no other variable has a mean above h
 * @param correlations matrix m × m, m from 2 to 4, positive semidefinite; for m > 2 no two variables are ± the same
 * @returns a probability, to 1e−14 (absolute); to 1e−12 where the matrix is singular
 * @source Plackett, Biometrika 41, 351 (1954)
 */
export function orthantProbability(h: number, correlations: Correlations): number {
  const size = correlations.length;
  if (size === 2) return bivariateCdf(h, h, correlations[0][1]);
  const { nodes, weights } = compositeGaussLegendre(panelEdges, panelOrder);
  let sum = normalCdf(h) ** size;
  for (let k = 0; k < nodes.length; k++)
    sum += weights[k] * Math.cos(nodes[k]) * slopeAt(Math.sin(nodes[k]), h, correlations, size);
  return Math.max(0, sum);
}
