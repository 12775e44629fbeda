/**
 * @file The two-field average of the quenched Franz–Parisi entropy (P8): ∫Dz E_w of log Z, of the moments in the
 * stationarity conditions and of their derivatives, with panels that follow the steps of the integrand.
 */
import { gaussianTrapezoid } from "./gaussian-trapezoid.ts";
import { hazard, logNormalCdf, normalCdf, normalPdf } from "./normal.ts";
import { compositeGaussLegendre } from "./quadrature.ts";
import type { QuadratureRule } from "./quadrature.ts";

/** A point at which the functional of (P8) is evaluated; Ω² < p < 1 and p̂ > 0. */
export interface FranzParisiTrial {
  /** J_D. */
  readonly selfCoupling: number;
  /** Ω, overlap with the reference state, in (0, 1). */
  readonly overlap: number;
  /** Ω̂. */
  readonly conjugateOverlap: number;
  /** p, overlap of two states that both have overlap Ω with the reference. */
  readonly innerOverlap: number;
  /** p̂. */
  readonly conjugateInnerOverlap: number;
}

/** How finely the two fields are resolved. */
export interface Resolution {
  /** Gauss–Legendre order on each panel in w. */
  readonly panelOrder: number;
  /** Trapezoid step in √p̂ z. */
  readonly tiltStep: number;
}

/** Averages of m (mean spin at fixed z, w) and of the slope L = ∂ log Z/∂w. */
export interface FranzParisiAverages {
  /** ⟨m⟩, ⟨m²⟩, ⟨L²⟩. */
  readonly moments: readonly [number, number, number];
  /** Derivatives of the three moments (rows) with respect to Ω̂, p, p̂ (columns). */
  readonly jacobian: readonly (readonly [number, number, number])[];
}

/** The cavity field w and z beyond this many standard deviations are left out. */
const gaussianReach = 8.8;

/** tanh x is ±1 to rounding beyond this argument. */
const saturation = 20;

/** Panel width in units of the local scale of the integrand, and growth of that scale with distance from a step. */
const panelWidth = 1.6;
const scaleGrowth = 0.25;

/** A place near which the integrand varies on the given scale. */
interface Step {
  readonly centre: number;
  readonly scale: number;
}

/** Edges of panels on [−reach, reach], narrow near every step and no wider than the Gaussian asks for. */
function panelEdges(reach: number, steps: readonly Step[], widest: number): number[] {
  const edges = [-reach];
  for (let w = -reach; w < reach;) {
    let width = widest;
    for (const { centre, scale } of steps) {
      const room = scale + scaleGrowth * Math.abs(centre - w);
      // Towards a step the scale shrinks along the panel: its far end must still satisfy the rule.
      width = Math.min(width, centre > w ? room / (1 + scaleGrowth * panelWidth) : room);
    }
    w += panelWidth * width;
    edges.push(w);
  }
  return edges;
}

/** The law of the cavity field w of (P8) as a rule: nodes and weights · density. */
function cavityFieldRule(trial: FranzParisiTrial, panelOrder: number): QuadratureRule {
  const { selfCoupling, overlap, innerOverlap } = trial;
  const spread = Math.sqrt(innerOverlap);
  const residualSpread = Math.sqrt((innerOverlap - overlap * overlap) / innerOverlap);
  const inner = Math.sqrt(1 - innerOverlap);
  const steps: Step[] = [
    { centre: selfCoupling, scale: inner },
    { centre: -selfCoupling, scale: inner },
    { centre: (-selfCoupling * innerOverlap) / overlap, scale: (residualSpread * innerOverlap) / overlap },
  ];
  const { nodes, weights } = compositeGaussLegendre(
    panelEdges(gaussianReach * spread, steps, spread),
    panelOrder,
  );
  const total = normalCdf(selfCoupling);
  const density = (w: number) =>
    (normalPdf(w / spread) / spread) *
    (normalCdf((selfCoupling + (overlap * w) / innerOverlap) / residualSpread) / total);
  return { nodes, weights: weights.map((weight, k) => weight * density(nodes[k])) };
}

/** log Φ and slopes of both spin values s = ±1 at a cavity field w: Φ_s = Φ((J_D + s w)/√(1−p)). */
function spinWeights(selfCoupling: number, width: number, w: number) {
  const up = (selfCoupling + w) / width;
  const down = (selfCoupling - w) / width;
  return {
    logUp: logNormalCdf(up),
    logDown: logNormalCdf(down),
    slopeUp: hazard(up) / width,
    slopeDown: -hazard(down) / width,
    // Φ_s''/Φ_s.
    bendUp: (-up * hazard(up)) / (width * width),
    bendDown: (-down * hazard(down)) / (width * width),
  };
}

/**
 * Averages over z of functions of x = c + √p̂ z, for many c. Only nodes with |x| below saturation are summed one by one,
 * with e^{−2√p̂ z} tabulated from one end of that window; the others enter through cumulated weights.
 */
class TiltAverage {
  private readonly weights: Float64Array;
  /** Cumulated weights and weights · √p̂ z of the nodes before each index. */
  private readonly below: Float64Array;
  private readonly tiltBelow: Float64Array;
  private readonly factors: Float64Array;
  private readonly first: number;
  private readonly step: number;

  constructor(conjugateInnerOverlap: number, tiltStep: number) {
    const tilt = Math.sqrt(conjugateInnerOverlap);
    const { nodes, weights } = gaussianTrapezoid(tiltStep / tilt);
    this.weights = weights;
    this.first = tilt * nodes[0];
    this.step = tilt * (nodes[1] - nodes[0]);
    this.below = new Float64Array(nodes.length + 1);
    this.tiltBelow = new Float64Array(nodes.length + 1);
    for (let k = 0; k < nodes.length; k++) {
      this.below[k + 1] = this.below[k] + weights[k];
      this.tiltBelow[k + 1] = this.tiltBelow[k] + weights[k] * tilt * nodes[k];
    }
    const window = Math.min(nodes.length, Math.ceil((2 * saturation) / this.step) + 1);
    this.factors = Float64Array.from({ length: window }, (_, k) => Math.exp(-2 * this.step * k));
  }

  /** Indices of the nodes with |x| < saturation: [start, end). */
  private window(c: number): [number, number] {
    const n = this.weights.length;
    const start = Math.ceil((-saturation - c - this.first) / this.step);
    const end = Math.ceil((saturation - c - this.first) / this.step);
    return [Math.min(n, Math.max(0, start)), Math.min(n, Math.max(0, end))];
  }

  /** Writes E tanh^k x, k = 1..4, into `powers`. */
  tanhPowers(c: number, powers: Float64Array): void {
    const { weights, factors, below } = this;
    const [start, end] = this.window(c);
    const factor = Math.exp(-2 * (c + this.first + this.step * start));
    let first = below[weights.length] - below[end] - below[start];
    let second = below[weights.length] - below[end] + below[start];
    let third = first;
    let fourth = second;
    for (let k = start; k < end; k++) {
      const m = 2 / (1 + factor * factors[k - start]) - 1;
      const m2 = m * m;
      const weighted = weights[k] * m;
      first += weighted;
      second += weighted * m;
      third += weighted * m2;
      fourth += weighted * m * m2;
    }
    powers[0] = first;
    powers[1] = second;
    powers[2] = third;
    powers[3] = fourth;
  }

  /** E log 2cosh x. */
  logCosh(c: number): number {
    const { weights, factors, below, tiltBelow } = this;
    const n = weights.length;
    const [start, end] = this.window(c);
    const offset = c + this.first + this.step * start;
    const factor = Math.exp(-2 * offset);
    const above = c * (below[n] - below[end]) + tiltBelow[n] - tiltBelow[end];
    let sum = above - c * below[start] - tiltBelow[start];
    for (let k = start; k < end; k++) {
      const x = offset + this.step * (k - start);
      sum += weights[k] * (x + Math.log1p(factor * factors[k - start]));
    }
    return sum;
  }
}

/**
 * Value of the functional in the braces of (P8), −Ω̂Ω − ½p̂(1−p) + E_w ∫Dz log Z, nats per neuron.
 * @param trial point inside the domain stated there
 * @param resolution of the two integrals
 */
export function franzParisiFunctional(trial: FranzParisiTrial, resolution: Resolution): number {
  const { selfCoupling, overlap, conjugateOverlap, innerOverlap, conjugateInnerOverlap } = trial;
  const cavity = cavityFieldRule(trial, resolution.panelOrder);
  const tilt = new TiltAverage(conjugateInnerOverlap, resolution.tiltStep);
  const width = Math.sqrt(1 - innerOverlap);
  let meanLog = 0;
  for (let i = 0; i < cavity.nodes.length; i++) {
    const logUp = logNormalCdf((selfCoupling + cavity.nodes[i]) / width);
    const logDown = logNormalCdf((selfCoupling - cavity.nodes[i]) / width);
    const c = conjugateOverlap + 0.5 * (logUp - logDown);
    meanLog += cavity.weights[i] * (0.5 * (logUp + logDown) + tilt.logCosh(c));
  }
  return -conjugateOverlap * overlap - 0.5 * conjugateInnerOverlap * (1 - innerOverlap) + meanLog;
}

/**
 * Moments of the stationarity conditions of (P8), Ω = ⟨m⟩ (from Ω̂), p = ⟨m²⟩ (from p̂) and p̂ = ⟨L²⟩ (from p), and
 * their derivatives. w and the reference field are jointly Gaussian with variance p and covariance Ω, and Z obeys
 * ∂_p Z = −½ ∂²_w Z, so d/dp of an average of f is that of ½f'' + ∂_p f: −L m', m'² − 2mLm' and L'² − 2L²L' for the
 * three, prime for ∂_w. All are polynomials in m = tanh(c + √p̂ z) with coefficients that depend on w alone.
 * @param trial point inside the domain stated there
 * @param resolution of the two integrals
 */
export function franzParisiAverages(trial: FranzParisiTrial, resolution: Resolution): FranzParisiAverages {
  const { selfCoupling, conjugateOverlap, innerOverlap, conjugateInnerOverlap } = trial;
  const cavity = cavityFieldRule(trial, resolution.panelOrder);
  const tilt = new TiltAverage(conjugateInnerOverlap, resolution.tiltStep);
  const width = Math.sqrt(1 - innerOverlap);
  const powers = new Float64Array(4);
  let [m1, m2, l2] = [0, 0, 0];
  // Derivatives: m by Ω̂, p̂, p; m² by Ω̂, p̂ and p; L² by p. The others follow by the symmetry of the Hessian.
  let [mByOmega, squareByOmega, squareByInner, fourthOrder, slopeByInner] = [0, 0, 0, 0, 0];
  let mByInner = 0;
  for (let i = 0; i < cavity.nodes.length; i++) {
    const weight = cavity.weights[i];
    const s = spinWeights(selfCoupling, width, cavity.nodes[i]);
    tilt.tanhPowers(conjugateOverlap + 0.5 * (s.logUp - s.logDown), powers);
    const [t1, t2, t3, t4] = powers;
    const a = 0.5 * (s.slopeUp + s.slopeDown);
    const b = 0.5 * (s.slopeUp - s.slopeDown);
    // L = a + bm and L' = e0 + e1 m − b² m².
    const e0 = 0.5 * (s.bendUp + s.bendDown) - a * a;
    const e1 = 0.5 * (s.bendUp - s.bendDown) - 2 * a * b;
    const curvature = 1 - 4 * t2 + 3 * t4;
    m1 += weight * t1;
    m2 += weight * t2;
    l2 += weight * (a * a + 2 * a * b * t1 + b * b * t2);
    mByOmega += weight * (1 - t2);
    squareByOmega += weight * 2 * (t1 - t3);
    fourthOrder += weight * curvature;
    mByInner -= weight * b * (a * (1 - t2) + b * (t1 - t3));
    squareByInner += weight * (b * b * curvature - 2 * a * b * (t1 - t3));
    slopeByInner += weight * slopeDerivative([a, b, e0, e1], [t1, t2, t3, t4]);
  }
  return {
    moments: [m1, m2, l2],
    jacobian: [
      [mByOmega, mByInner, -0.5 * squareByOmega],
      [squareByOmega, squareByInner, fourthOrder],
      [-2 * mByInner, slopeByInner, squareByInner],
    ],
  };
}

/** E_z L'(L' − 2L²) with L = a + bm, L' = e0 + e1 m − b²m². */
function slopeDerivative(
  [a, b, e0, e1]: readonly [number, number, number, number],
  [t1, t2, t3, t4]: readonly [number, number, number, number],
): number {
  const e2 = -b * b;
  const f0 = e0 - 2 * a * a;
  const f1 = e1 - 4 * a * b;
  const f2 = 3 * e2;
  return (
    e0 * f0 +
    (e0 * f1 + e1 * f0) * t1 +
    (e0 * f2 + e1 * f1 + e2 * f0) * t2 +
    (e1 * f2 + e2 * f1) * t3 +
    e2 * f2 * t4
  );
}
