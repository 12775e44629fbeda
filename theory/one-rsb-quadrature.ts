/**
 * @file Averages over the weight Dz Dt 𝒜(z,t)^y of (P9), all in the log domain: the trapezoid in z of one-rsb-field.ts
 * on the adaptive panels in t of one-rsb-panels.ts. No saddle point is solved here.
 *
 * Notation: p = e^{−√q̂ z}Φ₋/𝒜 is the probability of s = −1 at given (z,t), so that m = 1 − 2p and 1 − m² = 4p(1−p).
 */
import { fieldOffset, layFieldRule, sitesPerNode } from "./one-rsb-field.ts";
import type { FieldRule } from "./one-rsb-field.ts";
import { evaluatePanel, layPanels, logTotalOf, makePanel } from "./one-rsb-panels.ts";
import type { Panel, SiteParameters } from "./one-rsb-panels.ts";

/** Averages with weight 𝒜^y, 𝒜 and m as in (P9), (P10). */
export interface WeightAverages {
  /** log ∫Dz Dt 𝒜^y. */
  readonly logPartition: number;
  /** ⟨1 − m²⟩, kept instead of ⟨m²⟩ so that q → 1 loses no digits. */
  readonly spinVariance: number;
  /** ⟨(1 − m²)²⟩. */
  readonly spinVarianceSquared: number;
  /** ⟨log 𝒜⟩. */
  readonly logSite: number;
  /** Variance of log 𝒜. */
  readonly logSiteVariance: number;
  /** Covariance of m² and log 𝒜. */
  readonly covariance: number;
  /** ⟨(∂_x𝒜/𝒜)²⟩, x = √q t the argument shared by Φ₊ and Φ₋, as in (P14'). */
  readonly overlapForce: number;
  /** ⟨∂𝒜/∂J_D / 𝒜⟩. */
  readonly selfCouplingForce: number;
}

/** A weight 𝒜^y at fixed (J_D, q) that keeps its panels between calls. */
export interface ReplicaWeight {
  /** Averages at y real replicas and conjugate overlap q̂; the panels are laid anew when (y, q̂) has moved. */
  averages(y: number, conjugateOverlap: number): WeightAverages;
  /** Averages on the panels of the last call, at a resolution higher by {@link refinement} in t and in z. */
  refined(y: number, conjugateOverlap: number): WeightAverages;
}

/** Gauss–Legendre order of a panel at resolution 1. */
const panelOrder = 16;

/** Change of the exponent of the weight, by (y, q̂) moving, after which the panels are laid anew. */
const driftLimit = 2;

/** Factor between the two resolutions of an error estimate; both rules converge exponentially. */
const refinement = 1.5;

function combine(panels: readonly Panel[], rule: FieldRule, overlap: number): WeightAverages {
  const logTotal = logTotalOf(panels);
  const sums = new Float64Array(8);
  for (const { order, logShare, logUp, hazardUp, hazardDown, sites } of panels) {
    for (let i = 0; i < order; i++) {
      const share = Math.exp(logShare[i] - logTotal);
      const at = i * sitesPerNode;
      const [p, pq, log] = [sites[at], sites[at + 1], sites[at + 3]];
      const logSite = logUp[i] + log;
      const force =
        (1 - p - pq) * hazardUp[i] ** 2 -
        2 * pq * hazardUp[i] * hazardDown[i] +
        (p - pq) * hazardDown[i] ** 2;
      sums[0] += share * pq;
      sums[1] += share * sites[at + 2];
      sums[2] += share * logSite;
      sums[3] += share * (sites[at + 4] + logUp[i] * (2 * log + logUp[i]));
      sums[4] += share * (sites[at + 5] + logUp[i] * pq);
      sums[5] += share * force;
      sums[6] += share * ((1 - p) * hazardUp[i] + p * hazardDown[i]);
    }
  }
  const [pq, pq2, logSite, logSite2, pqLog, overlapForce, selfCouplingForce] = sums;
  return {
    logPartition: logTotal + fieldOffset(rule) + Math.LN2,
    spinVariance: 4 * pq,
    spinVarianceSquared: 16 * pq2,
    logSite,
    logSiteVariance: logSite2 - logSite * logSite,
    covariance: -4 * (pqLog - pq * logSite),
    overlapForce: overlapForce / (1 - overlap),
    selfCouplingForce: selfCouplingForce / Math.sqrt(1 - overlap),
  };
}

/**
 * The weight 𝒜^y of (P9) at fixed (J_D, q), for repeated averages at nearby (y, q̂).
 * @param parameters selfCoupling J_D ≥ 0 and overlap q in (0, 1)
 * @param resolution factor on the order of the panels in t and on the density of nodes in z
 * @throws NotConverged (from the averages) if the panels in t cannot be resolved
 */
export function replicaWeight(parameters: SiteParameters, resolution: number): ReplicaWeight {
  const order = Math.round(panelOrder * resolution);
  let panels: Panel[] = [];
  let laidAt = { y: NaN, conjugateOverlap: NaN };
  return {
    averages(y, conjugateOverlap) {
      const rule = layFieldRule(y, Math.sqrt(conjugateOverlap), resolution);
      const drift =
        0.5 * y * y * Math.abs(conjugateOverlap - laidAt.conjugateOverlap) + Math.abs(y - laidAt.y);
      if (drift < driftLimit) {
        for (const panel of panels) evaluatePanel(panel, rule);
      } else {
        panels = layPanels(rule, order, parameters);
        laidAt = { y, conjugateOverlap };
      }
      return combine(panels, rule, parameters.overlap);
    },
    refined(y, conjugateOverlap) {
      const rule = layFieldRule(y, Math.sqrt(conjugateOverlap), refinement * resolution);
      const finer = panels.map(({ low, high }) =>
        makePanel(low, high, Math.round(refinement * order), parameters),
      );
      for (const panel of finer) evaluatePanel(panel, rule);
      return combine(finer, rule, parameters.overlap);
    },
  };
}
