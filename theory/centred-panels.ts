/**
 * @file Adaptive Gauss–Legendre panels for the t integral of (P28), after those of one-rsb-panels.ts. A node in t has one
 * site for each of the two centres.
 *
 * Notation: p is the probability of s = −1, L = ∂ log 𝒜_c/∂x = a − (a + b) p with x = √q t, and 𝒜_c''/𝒜_c by x is
 * K = k + κp; a, b are the hazards at the arguments of Φ₊, Φ₋ over √(1−q). Polynomials are kept in p, not in m = 1 − 2p:
 * b is huge where p is tiny, and in m the digits of L would cancel.
 */
import { momentsPerSite, sumOverCentredField } from "./centred-field.ts";
import type { CentredFieldRule } from "./centred-field.ts";
import { NotConverged } from "./errors.ts";
import { firstEdges, logTotalOf, makePanel, negligible, tailPolynomials } from "./one-rsb-panels.ts";
import type { Panel, SiteParameters } from "./one-rsb-panels.ts";
import { gaussLegendre } from "./quadrature.ts";

/** A panel is split while its last Legendre coefficients exceed this part of the whole: the error is about its square. */
const tailTolerance = 1e-7;

/** Change of the exponent between neighbouring nodes beyond which a peak between them could be missed. */
const steepExponent = 8;

/** Rounds of halving panels, and panels, after which the adaptive rule gives up; far more than are ever needed. */
const deepestSplit = 40;
const mostPanels = 500;

/** What L and K need at a node in t: a, a + b, k and κ. */
export interface SiteSlopes {
  readonly a: number;
  readonly s: number;
  readonly k: number;
  readonly kappa: number;
}

/** A panel in t with its sites: node by node for c = 1, then node by node for c = −1. */
export interface CentredPanel {
  readonly panel: Panel;
  readonly slopes: readonly SiteSlopes[];
  /** log of the site's part of Σ_c ∫Dz Dt 𝒜_c^y. */
  readonly logParts: Float64Array;
  /** Averages over z, {@link momentsPerSite} a site. */
  readonly moments: Float64Array;
}

/** Sums over all panels: log of all parts, and ⟨L²⟩. */
export interface CentredTotals {
  readonly log: number;
  readonly force: number;
}

/** Where the weight is: the coupling γ with the nodes in z, which hold (y, q̂). */
export interface CentredRule {
  readonly field: CentredFieldRule;
  readonly coupling: number;
}

function slopesAt(t: number, hazards: readonly [number, number], parameters: SiteParameters): SiteSlopes {
  const { selfCoupling, overlap } = parameters;
  const [a, b] = hazards.map((hazard) => hazard / Math.sqrt(1 - overlap));
  // Φ''/Φ is −argument times hazard.
  const k = (-(selfCoupling + Math.sqrt(overlap) * t) / (1 - overlap)) * a;
  const kDown = (-(selfCoupling - Math.sqrt(overlap) * t) / (1 - overlap)) * b;
  return { a, s: a + b, k, kappa: kDown - k };
}

/** Gauss–Legendre nodes on [low, high] with their sites, evaluated. */
export function makeCentredPanel(
  [low, high]: readonly [number, number],
  order: number,
  parameters: SiteParameters,
  rule: CentredRule,
): CentredPanel {
  const panel = makePanel(low, high, order, parameters);
  const slopes = Array.from(gaussLegendre(order).nodes, (node, i) => {
    const t = low + 0.5 * (high - low) * (1 + node);
    return slopesAt(t, [panel.hazardUp[i], panel.hazardDown[i]], parameters);
  });
  const logParts = new Float64Array(2 * order);
  const centred = { panel, slopes, logParts, moments: new Float64Array(2 * order * momentsPerSite) };
  evaluateCentredPanel(centred, rule);
  return centred;
}

/** Writes the z averages of all sites of a panel. */
export function evaluateCentredPanel(
  { panel, logParts, moments }: CentredPanel,
  { field, coupling }: CentredRule,
): void {
  const { order, ratio, logUp, logMeasure, logShare } = panel;
  for (let site = 0; site < 2 * order; site++) {
    const i = site % order;
    const centreField = site < order ? coupling : -coupling;
    const logField = sumOverCentredField(field, ratio[i], centreField, moments, site * momentsPerSite);
    logParts[site] = logMeasure[i] + field.y * logUp[i] + logField;
  }
  for (let i = 0; i < order; i++) {
    const [up, down] = [logParts[i], logParts[order + i]];
    logShare[i] = Math.max(up, down) + Math.log1p(Math.exp(-Math.abs(up - down)));
  }
}

/** Average of L² over z at one site. */
function forceAt({ panel, slopes, moments }: CentredPanel, site: number): number {
  const { a, s } = slopes[site % panel.order];
  const [p, p2] = [moments[site * momentsPerSite], moments[site * momentsPerSite + 1]];
  return a * a - 2 * a * s * p + s * s * p2;
}

/** Sums over all sites of evaluated panels. */
export function centredTotals(panels: readonly CentredPanel[]): CentredTotals {
  const log = logTotalOf(panels.map(({ panel }) => panel));
  let force = 0;
  for (const centred of panels)
    centred.logParts.forEach((part, site) => (force += Math.exp(part - log) * forceAt(centred, site)));
  return { log, force };
}

/**
 * Whether the weight on the panel, alone, times 1 − m² and times L², is a polynomial of its order to the tolerance. L²
 * is largest where there is little weight.
 */
function isResolved(centred: CentredPanel, totals: CentredTotals): boolean {
  const { panel, logParts, moments } = centred;
  const { order, logShare, logMeasure } = panel;
  const { last, beforeLast } = tailPolynomials(order);
  const tails = [0, 0, 0, 0, 0, 0];
  for (let site = 0; site < 2 * order; site++) {
    const i = site % order;
    const at = site * momentsPerSite;
    const share = Math.exp(logParts[site] - totals.log);
    const variance = share * 4 * (moments[at] - moments[at + 1]);
    const force = (share * forceAt(centred, site)) / totals.force;
    tails[0] += share * last[i];
    tails[1] += share * beforeLast[i];
    tails[2] += variance * last[i];
    tails[3] += variance * beforeLast[i];
    tails[4] += force * last[i];
    tails[5] += force * beforeLast[i];
  }
  let top = logShare[0];
  let steepest = 0;
  for (let i = 1; i < order; i++) {
    top = Math.max(top, logShare[i]);
    const change = logShare[i] - logMeasure[i] - (logShare[i - 1] - logMeasure[i - 1]);
    steepest = Math.max(steepest, Math.abs(change));
  }
  if (steepest > steepExponent && top + steepest > totals.log - negligible) return false;
  return tails.every((tail) => Math.abs(tail) < tailTolerance);
}

/**
 * Panels in t ≥ 0 on which the weight is resolved, evaluated; those without weight are left out. The sum over both
 * centres is even in t, since (z, t, c) → (−z, −t, −c) changes nothing.
 * @throws NotConverged if halving the panels does not resolve it
 */
export function layCentredPanels(
  rule: CentredRule,
  order: number,
  parameters: SiteParameters,
): CentredPanel[] {
  const lay = (low: number, high: number) => makeCentredPanel([low, high], order, parameters, rule);
  const edges = firstEdges(rule.field.y, parameters);
  let panels = edges.slice(1).map((high, k) => lay(edges[k], high));
  for (let depth = 0; depth <= deepestSplit && panels.length <= mostPanels; depth++) {
    const totals = centredTotals(panels);
    let split = false;
    panels = panels.flatMap((centred) => {
      if (isResolved(centred, totals)) return [centred];
      split = true;
      const { low, high } = centred.panel;
      const middle = 0.5 * (low + high);
      return [lay(low, middle), lay(middle, high)];
    });
    if (!split)
      return panels.filter(({ panel }) => panel.logShare.some((share) => share > totals.log - negligible));
  }
  throw new NotConverged(`panels in t not resolved: ${panels.length} of them`);
}
