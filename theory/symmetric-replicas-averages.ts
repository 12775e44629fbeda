/**
 * @file Averages over the weight Dz Dt 𝒜^y of (P23), correlated couplings, with their derivatives: the quadrature of
 * (P9) on sites that lean on t by e^{±βt}. No saddle point is solved here.
 *
 * Notation: a, b are the hazards at the arguments of Φ₊, Φ₋ over √(1−q), p the probability of s = −1 at given (z,t),
 * v = p(1−p), m = 1 − 2p, x = √q t, u = √q̃ z + βt. Then K = ∂log𝒜/∂J = a + (b − a)p, L = ∂log𝒜/∂x = a − (a + b)p and
 * D = K − Lm = 2(a + b)v.
 */
import { fieldOffset, layFieldRule, sitesPerNode } from "./one-rsb-field.ts";
import type { FieldRule } from "./one-rsb-field.ts";
import { evaluatePanel, layPanels, logTotalOf, makePanel } from "./one-rsb-panels.ts";
import type { Panel, SiteParameters } from "./one-rsb-panels.ts";

/** What the weight 𝒜^y depends on at fixed q. */
export interface WeightParameters {
  readonly y: number;
  /** q̃ = q̂ − β² > 0. */
  readonly fieldVariance: number;
  /** J = J_D + η(R − r). */
  readonly selfCoupling: number;
  /** β = ηr/√q. */
  readonly tilt: number;
}

/** One number for each of the site functions of which the saddle needs averages. */
export interface SiteValues {
  /** (1 − m²)/4. */
  readonly variance: number;
  /** K, the response of a replica to its own field. */
  readonly response: number;
  /** D = K − Lm, that response less the one between replicas. */
  readonly ownResponse: number;
  /** log 𝒜. */
  readonly logSite: number;
}

/** Averages with weight 𝒜^y. */
export interface SymmetricAverages extends SiteValues {
  /** log ∫Dz Dt 𝒜^y. */
  readonly logPartition: number;
  /** ⟨tm⟩, the derivative of log 𝒜 by β. */
  readonly tiltForce: number;
  /** ⟨L²⟩. */
  readonly overlapForce: number;
  /** Derivatives of the averages by q̃, J, β and y. */
  readonly byFieldVariance: SiteValues;
  readonly bySelfCoupling: SiteValues;
  readonly byTilt: SiteValues;
  readonly byReplicas: SiteValues;
}

/** Weights at one q that keep their panels between calls. */
export interface SymmetricWeight {
  averages(parameters: WeightParameters): SymmetricAverages;
  /** On the panels of the last call, at a resolution higher by {@link refinement} in t and in z. */
  refined(parameters: WeightParameters): SymmetricAverages;
}

/** Gauss–Legendre order of a panel at resolution 1. */
const panelOrder = 16;

/** Change of the exponent of the weight, by its parameters moving, after which the panels are laid anew. */
const driftLimit = 2;

/** Factor between the two resolutions of an error estimate; both rules converge exponentially. */
const refinement = 1.5;

/** Places in the sums over sites; the site functions f stand in the order v, K, D, log 𝒜. */
const functionCount = 4;
const meanAt = 0;
const forceAt = 4;
const tiltForceAt = 5;
/** f times v, K, tm and log 𝒜. */
const productAt = 6;
/** Derivative of f by J; t times that by u; that by u twice; m times that by u. */
const bySelfCouplingAt = 22;
const byTiltAt = 26;
const byFieldTwiceAt = 30;
const byFieldAt = 34;
const sumCount = 38;

/** Sums of one node in t: averages over z at that t. */
function nodeSums(panel: Panel, i: number, { overlap, selfCoupling }: SiteParameters): number[] {
  const at = i * sitesPerNode;
  const { sites } = panel;
  const [p, v, vv, pv] = [sites[at], sites[at + 1], sites[at + 2], sites[at + 6]];
  const up = panel.logUp[i];
  const log = up + sites[at + 3];
  const logLog = sites[at + 4] + up * (2 * sites[at + 3] + up);
  const vLog = sites[at + 5] + up * v;
  const pLog = sites[at + 7] + up * p;
  const t = panel.field[i];
  const width = Math.sqrt(1 - overlap);
  const a = panel.hazardUp[i] / width;
  const b = panel.hazardDown[i] / width;
  // K = a + κp, L = a − sp, D = δv; p² = p − v.
  const [kappa, s] = [b - a, a + b];
  const delta = 2 * s;
  const p2 = p - v;
  const mv = v - 2 * pv;
  const mmv = v - 4 * vv;
  const kv = a * v + kappa * pv;
  const kk = a * a + 2 * a * kappa * p + kappa * kappa * p2;
  // a and b fall with J by these; Φ''/Φ is minus argument times hazard.
  const aByJ = -a * ((selfCoupling + Math.sqrt(overlap) * t) / (1 - overlap) + a);
  const bByJ = -b * ((selfCoupling - Math.sqrt(overlap) * t) / (1 - overlap) + b);
  const vByJ = s * v - 2 * kv;
  const kByJ = (1 - p) * (aByJ + a * a) + p * (bByJ + b * b) - kk;
  const dByJ = 2 * (aByJ + bByJ) * v + delta * vByJ;
  const vByUU = 4 * v - 24 * vv;
  const tm = t * (1 - 2 * p);
  const tmk = t * (a - (2 * a - kappa) * p - 2 * kappa * p2);
  return [
    ...[v, a + kappa * p, delta * v, log],
    ...[a * a - 2 * a * s * p + s * s * p2, tm],
    ...[vv, kv, t * mv, vLog],
    ...[kv, kk, tmk, a * log + kappa * pLog],
    ...[delta * vv, delta * kv, delta * t * mv, delta * vLog],
    ...[vLog, a * log + kappa * pLog, t * (log - 2 * pLog), logLog],
    ...[vByJ, kByJ, dByJ, a + kappa * p],
    ...[-2 * t * mv, -2 * t * kappa * v, -2 * t * delta * mv, tm],
    ...[vByUU, 4 * kappa * mv, delta * vByUU, 4 * v],
    ...[-2 * mmv, -2 * kappa * mv, -2 * delta * mmv, 1 - 4 * v],
  ];
}

function sumOverSites(panels: readonly Panel[], logTotal: number, parameters: SiteParameters): Float64Array {
  const sums = new Float64Array(sumCount);
  for (const panel of panels) {
    for (let i = 0; i < panel.order; i++) {
      const share = Math.exp(panel.logShare[i] - logTotal);
      const node = nodeSums(panel, i, parameters);
      for (let k = 0; k < sumCount; k++) sums[k] += share * node[k];
    }
  }
  return sums;
}

const toValues = (at: (f: number) => number): SiteValues => ({
  variance: at(0),
  response: at(1),
  ownResponse: at(2),
  logSite: at(3),
});

/**
 * Averages and derivatives from the sums. Derivatives of ⟨f⟩ have a part at fixed weight and a covariance with y times
 * that of log 𝒜; by q̃ the heat equation gives ½[⟨f_uu⟩ + 2y⟨f_u m⟩ + y(y−1) Cov(f, m²)].
 */
function combine(panels: readonly Panel[], rule: FieldRule, parameters: SiteParameters): SymmetricAverages {
  const logTotal = logTotalOf(panels);
  const sums = sumOverSites(panels, logTotal, parameters);
  const { y } = rule;
  const tiltForce = sums[tiltForceAt];
  const factors = [sums[meanAt], sums[meanAt + 1], tiltForce, sums[meanAt + 3]];
  const covariance = (f: number, factor: number) =>
    sums[productAt + functionCount * f + factor] - sums[meanAt + f] * factors[factor];
  const byFieldVariance = (f: number) =>
    0.5 * sums[byFieldTwiceAt + f] + y * sums[byFieldAt + f] - 2 * y * (y - 1) * covariance(f, 0);
  return {
    ...toValues((f) => sums[meanAt + f]),
    logPartition: logTotal + fieldOffset(rule) + Math.LN2,
    tiltForce,
    overlapForce: sums[forceAt],
    byFieldVariance: toValues(byFieldVariance),
    bySelfCoupling: toValues((f) => sums[bySelfCouplingAt + f] + y * covariance(f, 1)),
    byTilt: toValues((f) => sums[byTiltAt + f] + y * covariance(f, 2)),
    byReplicas: toValues((f) => covariance(f, 3)),
  };
}

/** Change of the exponent of the weight between two sets of parameters. */
function driftBetween(from: WeightParameters, to: WeightParameters, overlap: number): number {
  const { y } = to;
  const width = Math.sqrt(1 - overlap);
  return (
    0.5 * y * y * Math.abs(to.fieldVariance - from.fieldVariance) +
    Math.abs(y - from.y) +
    (y * Math.abs(to.selfCoupling - from.selfCoupling)) / width +
    y * Math.abs(to.tilt - from.tilt)
  );
}

/**
 * The weight 𝒜^y of (P23) at one overlap, for repeated averages at nearby parameters.
 * @param overlap q in (0, 1)
 * @param resolution factor on the order of the panels in t and on the density of nodes in z
 * @throws NotConverged (from the averages) if the panels in t cannot be resolved
 */
export function symmetricWeight(overlap: number, resolution: number): SymmetricWeight {
  const order = Math.round(panelOrder * resolution);
  let edges: (readonly [number, number])[] = [];
  let laidAt: WeightParameters | null = null;
  const panelsAt = (sites: SiteParameters, rule: FieldRule, panelNodes: number) =>
    edges.map(([low, high]) => {
      const panel = makePanel(low, high, panelNodes, sites);
      evaluatePanel(panel, rule);
      return panel;
    });
  const sitesAt = ({ selfCoupling, tilt }: WeightParameters) => ({ selfCoupling, overlap, tilt });
  return {
    averages(parameters) {
      const sites = sitesAt(parameters);
      const rule = layFieldRule(parameters.y, Math.sqrt(parameters.fieldVariance), resolution, true);
      if (laidAt !== null && driftBetween(laidAt, parameters, overlap) < driftLimit)
        return combine(panelsAt(sites, rule, order), rule, sites);
      const panels = layPanels(rule, order, sites);
      edges = panels.map(({ low, high }) => [low, high]);
      laidAt = parameters;
      return combine(panels, rule, sites);
    },
    refined(parameters) {
      const sites = sitesAt(parameters);
      const rule = layFieldRule(
        parameters.y,
        Math.sqrt(parameters.fieldVariance),
        refinement * resolution,
        true,
      );
      return combine(panelsAt(sites, rule, Math.round(refinement * order)), rule, sites);
    },
  };
}
