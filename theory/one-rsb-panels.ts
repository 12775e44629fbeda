/**
 * @file Adaptive Gauss–Legendre panels for the t integral of (P9). log Φ± and the hazards depend on t alone and are
 * tabulated for each node; a panel is halved until the weight on it is a polynomial of its order.
 *
 * Notation: Φ± = e^{±βt} Φ((J_D ± √q t)/√(1−q)), with β = 0 in (P9). The weight, integrated over z, is even in t, so that
 * t ≥ 0 is enough; each node stands at t or −t, where Φ₋ ≤ Φ₊.
 */
import { NotConverged } from "./errors.ts";
import { hazard, logNormalCdf } from "./normal.ts";
import { sitesPerNode, sumOverField } from "./one-rsb-field.ts";
import type { FieldRule } from "./one-rsb-field.ts";
import { gaussLegendre } from "./quadrature.ts";

/** Exponent below the largest at which a weight is left out: e^{−45} is 3e−20. */
export const negligible = 45;

/**
 * A panel is split while its last Legendre coefficients exceed this part of the whole; the error of the rule is about
 * the square of it.
 */
const tailTolerance = 1e-7;

/** Change of the exponent between neighbouring nodes beyond which a peak between them could be missed. */
const steepExponent = 8;

/** Halvings of a panel before the adaptive rule gives up; the narrowest feature, √(1−q)/√(qy), needs about 15. */
const deepestSplit = 40;

/** Far more panels than are ever needed: in the corners of the domain 13 carry weight. */
const mostPanels = 500;

/** Widest panel at the start, in units of the Gaussian Dt. */
const widestPanel = 3;

/** First edges around t = J_D/√q, where Φ₋ steps, in widths √(1−q)/√q of the step. */
const stepEdges = [-14, -6, -2, 2, 6, 14];

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** What the panels depend on besides (y, q̂): J_D (any sign) and q in (0, 1). */
export interface SiteParameters {
  readonly selfCoupling: number;
  readonly overlap: number;
  /** β: how much t leans on the spin directly, as with correlated couplings (P23); default 0. */
  readonly tilt?: number;
}

/** Nodes of one panel in t with what depends on t alone, and the z averages of the last evaluation. */
export interface Panel {
  readonly low: number;
  readonly high: number;
  readonly order: number;
  /** The nodes: t or −t with t in [low, high], whichever has Φ₋ ≤ Φ₊. */
  readonly field: Float64Array;
  /** log of quadrature weight times Gaussian density. */
  readonly logMeasure: Float64Array;
  /** log Φ₊. */
  readonly logUp: Float64Array;
  /** Φ₋/Φ₊. */
  readonly ratio: Float64Array;
  /** Hazards φ/Φ at the arguments of Φ₊ and Φ₋. */
  readonly hazardUp: Float64Array;
  readonly hazardDown: Float64Array;
  /** log of the node's part of ∫Dz Dt 𝒜^y. */
  readonly logShare: Float64Array;
  readonly sites: Float64Array;
}

/** Gauss–Legendre nodes on [low, high] with the functions of t there. */
export function makePanel(
  low: number,
  high: number,
  order: number,
  { selfCoupling, overlap, tilt = 0 }: SiteParameters,
): Panel {
  const { nodes, weights } = gaussLegendre(order);
  const half = 0.5 * (high - low);
  const width = Math.sqrt(1 - overlap);
  const array = () => new Float64Array(order);
  const panel = { low, high, order, field: array(), logMeasure: array(), logUp: array(), ratio: array() };
  const hazards = { hazardUp: array(), hazardDown: array() };
  for (let i = 0; i < order; i++) {
    const t = low + half * (1 + nodes[i]);
    const along = (selfCoupling + Math.sqrt(overlap) * t) / width;
    const against = (selfCoupling - Math.sqrt(overlap) * t) / width;
    const logAlong = logNormalCdf(along) + tilt * t;
    const logAgainst = logNormalCdf(against) - tilt * t;
    const isAlong = logAlong >= logAgainst;
    panel.field[i] = isAlong ? t : -t;
    panel.logMeasure[i] = Math.log(half * weights[i]) - 0.5 * t * t - halfLogTwoPi;
    panel.logUp[i] = isAlong ? logAlong : logAgainst;
    panel.ratio[i] = Math.exp(-Math.abs(logAgainst - logAlong));
    hazards.hazardUp[i] = hazard(isAlong ? along : against);
    hazards.hazardDown[i] = hazard(isAlong ? against : along);
  }
  return { ...panel, ...hazards, logShare: array(), sites: new Float64Array(order * sitesPerNode) };
}

/** Writes the z averages of all nodes of a panel. */
export function evaluatePanel(panel: Panel, rule: FieldRule): void {
  for (let i = 0; i < panel.order; i++) {
    const logField = sumOverField(rule, panel.ratio[i], panel.sites, i * sitesPerNode);
    panel.logShare[i] = panel.logMeasure[i] + rule.y * panel.logUp[i] + logField;
  }
}

/** End of the t range: log of the weight falls at least as fast as −t²/2 + y (|β|t + log Φ), which is concave. */
function largestField(y: number, { selfCoupling, overlap, tilt = 0 }: SiteParameters): number {
  const width = Math.sqrt(1 - overlap);
  const root = Math.sqrt(overlap);
  const lean = y * Math.abs(tilt);
  const bound = (t: number) => t * (lean - 0.5 * t) + y * logNormalCdf((selfCoupling + root * t) / width);
  const bisect = (isBelow: (t: number) => boolean, low: number, high: number) => {
    for (let k = 0; k < 40; k++) {
      const middle = 0.5 * (low + high);
      if (isBelow(middle)) low = middle;
      else high = middle;
    }
    return high;
  };
  const far = lean + Math.sqrt(lean * lean + 2 * (negligible - bound(0))) + 1;
  const slope = (t: number) => ((y * root) / width) * hazard((selfCoupling + root * t) / width) + lean;
  const top = bisect((t) => slope(t) > t, 0, far);
  return bisect((t) => bound(t) > bound(top) - negligible, top, far + top);
}

/** Edges in t ≥ 0 from which the panels of 𝒜^y are halved: up to where no weight is left, finer around the step. */
export function firstEdges(y: number, parameters: SiteParameters): number[] {
  const { selfCoupling, overlap } = parameters;
  const end = largestField(y, parameters);
  const step = Math.abs(selfCoupling) / Math.sqrt(overlap);
  const width = Math.sqrt((1 - overlap) / overlap);
  const marks = stepEdges.map((k) => step + k * width).filter((t) => t > width && t < end - width);
  const edges = [0];
  for (const mark of [...marks, end]) {
    const start = edges[edges.length - 1];
    const pieces = Math.ceil((mark - start) / widestPanel);
    for (let k = 1; k <= pieces; k++) edges.push(start + ((mark - start) * k) / pieces);
  }
  return edges;
}

/** The two highest Legendre polynomials that a rule of n nodes distinguishes, at its nodes. */
export interface TailPolynomials {
  readonly last: Float64Array;
  readonly beforeLast: Float64Array;
}

const tailPolynomialCache = new Map<number, TailPolynomials>();

/** (2k+1)/2 P_k at the Gauss–Legendre nodes for k = n − 1 and n − 2: the highest coefficients that n nodes give. */
export function tailPolynomials(n: number): TailPolynomials {
  let tail = tailPolynomialCache.get(n);
  if (tail === undefined) {
    tail = { last: new Float64Array(n), beforeLast: new Float64Array(n) };
    gaussLegendre(n).nodes.forEach((node, i) => {
      let previous = 1;
      let value = node;
      for (let k = 2; k < n; k++)
        [previous, value] = [value, ((2 * k - 1) * node * value - (k - 1) * previous) / k];
      tail!.last[i] = (n - 0.5) * value;
      tail!.beforeLast[i] = (n - 1.5) * previous;
    });
    tailPolynomialCache.set(n, tail);
  }
  return tail;
}

/** Whether the weight on the panel, alone and times 1 − m², is a polynomial of its order to the tolerance. */
function isResolved({ order, logShare, logMeasure, sites }: Panel, logTotal: number): boolean {
  const { last, beforeLast } = tailPolynomials(order);
  const tails = [0, 0, 0, 0];
  let top = -Infinity;
  let steepest = 0;
  for (let i = 0; i < order; i++) {
    const share = Math.exp(logShare[i] - logTotal);
    const variance = share * 4 * sites[i * sitesPerNode + 1];
    tails[0] += share * last[i];
    tails[1] += share * beforeLast[i];
    tails[2] += variance * last[i];
    tails[3] += variance * beforeLast[i];
    top = Math.max(top, logShare[i]);
    if (i > 0) {
      const change = logShare[i] - logMeasure[i] - (logShare[i - 1] - logMeasure[i - 1]);
      steepest = Math.max(steepest, Math.abs(change));
    }
  }
  if (steepest > steepExponent && top + steepest > logTotal - negligible) return false;
  return tails.every((tail) => Math.abs(tail) < tailTolerance);
}

/** log Σ e^{logShare} over all nodes. */
export function logTotalOf(panels: readonly Panel[]): number {
  let top = -Infinity;
  for (const { logShare } of panels) for (const share of logShare) top = Math.max(top, share);
  let sum = 0;
  for (const { logShare } of panels) for (const share of logShare) sum += Math.exp(share - top);
  return top + Math.log(sum);
}

/**
 * Panels on which the weight is resolved, evaluated; those without weight are left out.
 * @throws NotConverged if halving the panels does not resolve it
 */
export function layPanels(rule: FieldRule, order: number, parameters: SiteParameters): Panel[] {
  const lay = (low: number, high: number) => {
    const panel = makePanel(low, high, order, parameters);
    evaluatePanel(panel, rule);
    return panel;
  };
  const edges = firstEdges(rule.y, parameters);
  let panels = edges.slice(1).map((high, k) => lay(edges[k], high));
  for (let depth = 0; depth <= deepestSplit && panels.length <= mostPanels; depth++) {
    const logTotal = logTotalOf(panels);
    let split = false;
    panels = panels.flatMap((panel) => {
      if (isResolved(panel, logTotal)) return [panel];
      split = true;
      const middle = 0.5 * (panel.low + panel.high);
      return [lay(panel.low, middle), lay(middle, panel.high)];
    });
    if (!split)
      return panels.filter(({ logShare }) => logShare.some((share) => share > logTotal - negligible));
  }
  const { selfCoupling, overlap } = parameters;
  throw new NotConverged(
    `panels in t not resolved: ${panels.length} of them (selfCoupling ${selfCoupling}, overlap ${overlap}, y ${rule.y})`,
  );
}
