/**
 * @file Averages over the weight Σ_c Dz Dt 𝒜_c(z,t)^y of (P28) and their derivatives: the trapezoid in z of
 * centred-field.ts on the adaptive panels in t of centred-panels.ts. No saddle point is solved here.
 *
 * Notation: u = √q̂ z + γc is the field on a spin, m = 1 − 2p = ∂ log 𝒜_c/∂u its mean, L = ∂ log 𝒜_c/∂x with x = √q t and
 * K = 𝒜_c''/𝒜_c by x; p, L and K as in centred-panels.ts.
 */
import { layCentredFieldRule, momentsPerSite } from "./centred-field.ts";
import { centredTotals, evaluateCentredPanel, layCentredPanels, makeCentredPanel } from "./centred-panels.ts";
import type { CentredPanel, CentredRule, CentredTotals, SiteSlopes } from "./centred-panels.ts";
import type { SiteParameters } from "./one-rsb-panels.ts";

/** Averages with weight Σ_c 𝒜_c^y; a prime is the derivative by u. */
export interface CentredAverages {
  /** log Σ_c ∫Dz Dt 𝒜_c^y. */
  readonly logPartition: number;
  /** ⟨log 𝒜_c⟩. */
  readonly logSite: number;
  /** ⟨c m⟩, the overlap with the centre. */
  readonly centreOverlap: number;
  /** ⟨m²⟩. */
  readonly overlap: number;
  /** ⟨L²⟩. */
  readonly overlapForce: number;
  /** Derivatives by q̂ at fixed (γ, q, y). */
  readonly byConjugate: CentredDerivatives;
  /** Derivatives by γ at fixed (q̂, q, y). */
  readonly byCoupling: CentredDerivatives;
  /** Derivatives by q at fixed (q̂, γ, y). */
  readonly byOverlap: Pick<CentredDerivatives, "overlap" | "overlapForce">;
}

/** Derivatives of the averages of {@link CentredAverages}. */
export interface CentredDerivatives {
  readonly logSite: number;
  readonly centreOverlap: number;
  readonly overlap: number;
  readonly overlapForce: number;
}

/** Where in (q̂, γ) the averages are taken. */
export interface CentredPosition {
  readonly conjugateOverlap: number;
  readonly coupling: number;
}

/** A weight Σ_c 𝒜_c^y at fixed (J_D, q, y) that keeps its panels between calls. */
export interface CentredWeight {
  /** Averages at (q̂, γ); the panels are laid anew when the position has moved. */
  averages(position: CentredPosition): CentredAverages;
  /** Averages on the panels of the last call, at a resolution higher by {@link refinement} in t and in z. */
  refined(position: CentredPosition): CentredAverages;
}

/** Gauss–Legendre order of a panel at resolution 1. */
const panelOrder = 16;

/** Change of the exponent of the weight, by (q̂, γ) moving, after which the panels are laid anew. */
const driftLimit = 2;

/** Factor between the two resolutions of an error estimate; both rules converge exponentially. */
const refinement = 1.5;

/** Averages of products over all sites, written as products; a prime is the derivative by u. */
class Sums {
  cm = 0;
  m2 = 0;
  cm3 = 0;
  m4 = 0;
  log = 0;
  cmLog = 0;
  m2Log = 0;
  /** L², c m L², m² L². */
  force = 0;
  cmForce = 0;
  m2Force = 0;
  /** c L L', m L L', L'² + L L''. */
  cForceSlope = 0;
  mForceSlope = 0;
  forceBend = 0;
  /** L⁴, L² K, K². */
  forceSquared = 0;
  forceBySecond = 0;
  secondSquared = 0;

  /** Adds one site; `logUp` is log Φ₊. */
  add(share: number, centre: number, slopes: SiteSlopes, logUp: number, moments: Float64Array): void {
    const { a, s, k, kappa } = slopes;
    const [p, p2, p3, p4, logRatio, pLogRatio, p2LogRatio] = moments;
    const [log, pLog, p2Log] = [logRatio + logUp, pLogRatio + logUp * p, p2LogRatio + logUp * p2];
    const signed = share * centre;
    this.cm += signed * (1 - 2 * p);
    this.m2 += share * (1 - 4 * (p - p2));
    this.cm3 += signed * (1 - 6 * p + 12 * p2 - 8 * p3);
    this.m4 += share * (1 - 8 * p + 24 * p2 - 32 * p3 + 16 * p4);
    this.log += share * log;
    this.cmLog += signed * (log - 2 * pLog);
    this.m2Log += share * (log - 4 * (pLog - p2Log));
    const force = a * a - 2 * a * s * p + s * s * p2;
    const pForce = a * a * p - 2 * a * s * p2 + s * s * p3;
    const p2Force = a * a * p2 - 2 * a * s * p3 + s * s * p4;
    this.force += share * force;
    this.cmForce += signed * (force - 2 * pForce);
    this.m2Force += share * (force - 4 * (pForce - p2Force));
    // p' = −2p(1−p), so that L' = 2s p(1−p).
    const forceSlope = 2 * s * (a * p - (a + s) * p2 + s * p3);
    const pForceSlope = 2 * s * (a * p2 - (a + s) * p3 + s * p4);
    this.cForceSlope += signed * forceSlope;
    this.mForceSlope += share * (forceSlope - 2 * pForceSlope);
    const bend = -a * p + (3 * a + 2 * s) * p2 - (2 * a + 5 * s) * p3 + 3 * s * p4;
    this.forceBend += share * 4 * s * bend;
    this.forceSquared += share * (a * a * force - 2 * a * s * pForce + s * s * p2Force);
    this.forceBySecond += share * (k * force + kappa * pForce);
    this.secondSquared += share * (k * k + 2 * k * kappa * p + kappa * kappa * p2);
  }
}

function sumsOver(panels: readonly CentredPanel[], totals: CentredTotals): Sums {
  const sums = new Sums();
  for (const { panel, slopes, logParts, moments } of panels) {
    for (let site = 0; site < logParts.length; site++) {
      const i = site % panel.order;
      const share = Math.exp(logParts[site] - totals.log);
      const own = moments.subarray(site * momentsPerSite, (site + 1) * momentsPerSite);
      sums.add(share, site < panel.order ? 1 : -1, slopes[i], panel.logUp[i], own);
    }
  }
  return sums;
}

/**
 * Averages and their derivatives. ∂_q̂⟨f⟩ follows from the heat equation, ∂_q̂ ∫Dz F(√q̂ z) = ½ ∫Dz F''(√q̂ z) with
 * F = 𝒜_c^y f and 𝒜_c'' = 𝒜_c:  ½ { y(y−1)[⟨m²f⟩ − ⟨m²⟩⟨f⟩] + 2y⟨m f'⟩ + ⟨f''⟩ }.  ∂_γ⟨f⟩ = y[⟨c m f⟩ − ⟨c m⟩⟨f⟩] + ⟨c f'⟩.
 * By q, 𝒜_c obeys ∂_q 𝒜_c = −½ ∂_x² 𝒜_c: ∂_q ∫Dt of a function Ψ of w = (𝒜_c, ∂_x𝒜_c) is ½ ∫Dt Σ_ij Ψ_ij w_i' w_j'. ∂_q⟨m²⟩
 * equals ∂_q̂⟨L²⟩, both being mixed derivatives of φ_c.
 */
function combine(panels: readonly CentredPanel[], y: number): CentredAverages {
  const totals = centredTotals(panels);
  const s = sumsOver(panels, totals);
  const pairs = y * (y - 1);
  const forceByConjugate = 0.5 * pairs * (s.m2Force - s.m2 * s.force) + 2 * y * s.mForceSlope + s.forceBend;
  return {
    logPartition: totals.log + Math.LN2,
    logSite: s.log,
    centreOverlap: s.cm,
    overlap: s.m2,
    overlapForce: s.force,
    byConjugate: {
      logSite: 0.5 * (pairs * (s.m2Log - s.m2 * s.log) + 2 * y * s.m2 + 1 - s.m2),
      centreOverlap: 0.5 * pairs * (s.cm3 - s.m2 * s.cm) + (y - 1) * (s.cm - s.cm3),
      overlap: 0.5 * pairs * (s.m4 - s.m2 * s.m2) + 2 * y * (s.m2 - s.m4) + 1 - 4 * s.m2 + 3 * s.m4,
      overlapForce: forceByConjugate,
    },
    byCoupling: {
      logSite: y * (s.cmLog - s.cm * s.log) + s.cm,
      centreOverlap: y * (s.m2 - s.cm * s.cm) + 1 - s.m2,
      overlap: y * (s.cm3 - s.cm * s.m2) + 2 * (s.cm - s.cm3),
      overlapForce: y * (s.cmForce - s.cm * s.force) + 2 * s.cForceSlope,
    },
    byOverlap: {
      overlap: forceByConjugate,
      overlapForce:
        0.5 * ((y - 2) * (y - 3) * s.forceSquared - pairs * s.force ** 2) +
        2 * (y - 2) * s.forceBySecond +
        s.secondSquared,
    },
  };
}

/**
 * The weight Σ_c 𝒜_c^y of (P28) at fixed (J_D, q, y), for repeated averages at nearby (q̂, γ).
 * @param parameters selfCoupling J_D ≥ 0 and overlap q in (0, 1)
 * @param y number of replicas ≥ 1
 * @param resolution factor on the order of the panels in t and on the density of nodes in z
 * @throws NotConverged (from the averages) if the panels in t cannot be resolved
 */
export function centredWeight(parameters: SiteParameters, y: number, resolution: number): CentredWeight {
  const order = Math.round(panelOrder * resolution);
  let panels: CentredPanel[] = [];
  let laidAt = { conjugateOverlap: NaN, coupling: NaN };
  const ruleAt = ({ conjugateOverlap, coupling }: CentredPosition, density: number): CentredRule => ({
    field: layCentredFieldRule(y, Math.sqrt(conjugateOverlap), density),
    coupling,
  });
  return {
    averages(position) {
      const rule = ruleAt(position, resolution);
      const drift =
        0.5 * y * y * Math.abs(position.conjugateOverlap - laidAt.conjugateOverlap) +
        y * Math.abs(position.coupling - laidAt.coupling);
      if (drift < driftLimit) {
        for (const panel of panels) evaluateCentredPanel(panel, rule);
      } else {
        panels = layCentredPanels(rule, order, parameters);
        laidAt = position;
      }
      return combine(panels, y);
    },
    refined(position) {
      const rule = ruleAt(position, refinement * resolution);
      const finer = Math.round(refinement * order);
      const remade = panels.map(({ panel: { low, high } }) =>
        makeCentredPanel([low, high], finer, parameters, rule),
      );
      return combine(remade, y);
    },
  };
}
