/**
 * @file Exact sum over the states of one column: the spins of one neuron in all layers, a chain along which neighbours
 * are bound by λ. Everything else of the network acts on it through Gaussian fields, so that a state has the weight
 * Π_l e^{b_l s_l} Φ((A_l + s_l ω_l + λ s_l(s_{l−1} + s_{l+1}))/√V_l).
 */
import { logNormalCdf } from "../../theory/normal.ts";

/** What acts on one column: one number for each layer. */
export interface ColumnInput {
  /** Self-coupling with the reaction of the other neurons, A_l = J_D + K_l. */
  readonly stabilities: Float64Array;
  /** Mean ω_l of the field. */
  readonly fields: Float64Array;
  /** Variance V_l > 0 of the field. */
  readonly variances: Float64Array;
  /** Tilt b_l of the spin. */
  readonly tilts: Float64Array;
}

/** Averages over one column: one number for each layer. */
export interface ColumnAverages {
  /** T_l = ½ log(Z(s_l = 1)/Z(s_l = −1)), so that ⟨s_l⟩ = tanh T_l. */
  readonly totals: Float64Array;
  /** ∂ log Z/∂ω_l. */
  readonly responses: Float64Array;
  /** ∂² log Z/∂ω_l². */
  readonly curvatures: Float64Array;
  /** ∂² log Z/∂ω_l ∂b_l. */
  readonly mixed: Float64Array;
}

/** Input, result and scratch of the sums over columns of one depth. */
export interface ColumnSums extends ColumnInput, ColumnAverages {
  readonly layers: number;
  readonly ferromagneticCoupling: number;
  /** log of the factor of layer l at (s_{l−1}, s_l, s_{l+1}), index 8l + 4a + 2b + c, bit set for spin +1. */
  readonly logFactors: Float64Array;
  /** Argument x of Φ there, and the hazard φ(x)/Φ(x). */
  readonly stability: Float64Array;
  readonly hazards: Float64Array;
  /** log Σ over s_0..s_{l−2} at (s_{l−1}, s_l), index 4l + 2a + b; the spin before the first is held at −1. */
  readonly before: Float64Array;
  /** log Σ over s_{l+2}.. at (s_l, s_{l+1}), index 4l + 2b + c; the spin after the last is held at −1. */
  readonly after: Float64Array;
}

const logSqrtTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Room for the sums over columns of `layers` spins. */
export function createColumnSums(layers: number, ferromagneticCoupling: number): ColumnSums {
  const numbers = (each: number) => new Float64Array(each * layers);
  return {
    layers,
    ferromagneticCoupling,
    stabilities: numbers(1),
    fields: numbers(1),
    variances: numbers(1),
    tilts: numbers(1),
    totals: numbers(1),
    responses: numbers(1),
    curvatures: numbers(1),
    mixed: numbers(1),
    logFactors: numbers(8),
    stability: numbers(8),
    hazards: numbers(8),
    before: numbers(4),
    after: numbers(4),
  };
}

/** log(eᵃ + eᵇ); one of the two may be −∞. */
function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Log factor of layer l with its hazard at spins a, b, c (bits) of the layers l − 1, l, l + 1. */
function tabulateState(sums: ColumnSums, l: number, a: number, b: number, c: number): void {
  const { layers, logFactors, stability, hazards } = sums;
  const at = 8 * l + 4 * a + 2 * b + c;
  const spin = 2 * b - 1;
  const neighbours = (l === 0 ? 0 : 2 * a - 1) + (l === layers - 1 ? 0 : 2 * c - 1);
  const field = sums.fields[l]! + sums.ferromagneticCoupling * neighbours;
  const x = (sums.stabilities[l]! + spin * field) / Math.sqrt(sums.variances[l]!);
  const logProbability = logNormalCdf(x);
  stability[at] = x;
  hazards[at] = Math.exp(-0.5 * x * x - logSqrtTwoPi - logProbability);
  logFactors[at] = spin * sums.tilts[l]! + logProbability;
}

/** Tables of all factors; a spin outside the chain stands at bit 0. */
function tabulate(sums: ColumnSums): void {
  const { layers, logFactors, stability, hazards } = sums;
  for (let l = 0; l < layers; l++) {
    const inside = l > 0 && l < layers - 1;
    for (let b = 0; b < 2; b++) {
      tabulateState(sums, l, 0, b, 0);
      if (l < layers - 1) tabulateState(sums, l, 0, b, 1);
      if (l > 0 && !inside) tabulateState(sums, l, 1, b, 0);
      if (!inside) continue;
      tabulateState(sums, l, 1, b, 1);
      // Neighbours that point apart cancel, whichever is up.
      const [apart, twin] = [8 * l + 4 + 2 * b, 8 * l + 2 * b + 1];
      for (const table of [logFactors, stability, hazards]) table[apart] = table[twin]!;
    }
  }
}

/** Fills `before` and `after`. */
function sumAlong({ layers, logFactors, before, after }: ColumnSums): void {
  before.fill(-Infinity, 0, 4);
  before.fill(0, 0, 2);
  for (let l = 0; l + 1 < layers; l++) {
    for (let state = 0; state < 4; state++) {
      const low = before[4 * l + (state >> 1)]! + logFactors[8 * l + state]!;
      before[4 * l + 4 + state] =
        l === 0 ? low : logAdd(low, before[4 * l + 2 + (state >> 1)]! + logFactors[8 * l + 4 + state]!);
    }
  }
  const end = 4 * (layers - 1);
  after.fill(-Infinity, end, end + 4);
  after[end] = 0;
  after[end + 2] = 0;
  for (let l = layers - 2; l >= 0; l--) {
    for (let state = 0; state < 4; state++) {
      // (s_l, s_{l+1}) are (a, b) of the next layer, whose index ends with c.
      const next = 8 * (l + 1) + 2 * state;
      const low = logFactors[next]! + after[4 * (l + 1) + 2 * (state & 1)]!;
      after[4 * l + state] =
        l + 2 === layers
          ? low
          : logAdd(low, logFactors[next + 1]! + after[4 * (l + 1) + 2 * (state & 1) + 1]!);
    }
  }
}

/** Sums over the states with s_l given by a bit: log Z, mean hazard and mean of x times the hazard. */
interface Conditional {
  logZ: number;
  hazard: number;
  curvature: number;
}

function sumAt(sums: ColumnSums, l: number, b: number, result: Conditional): void {
  const { layers, logFactors, stability, hazards, before, after } = sums;
  const befores = l === 0 ? 1 : 2;
  const afters = l === layers - 1 ? 1 : 2;
  let largest = -Infinity;
  let weights = 0;
  let hazard = 0;
  let curvature = 0;
  for (let a = 0; a < befores; a++) {
    for (let c = 0; c < afters; c++) {
      const at = 8 * l + 4 * a + 2 * b + c;
      const logWeight = before[4 * l + 2 * a + b]! + logFactors[at]! + after[4 * l + 2 * b + c]!;
      if (logWeight > largest) {
        const shrink = Math.exp(largest - logWeight);
        weights *= shrink;
        hazard *= shrink;
        curvature *= shrink;
        largest = logWeight;
      }
      const weight = Math.exp(logWeight - largest);
      weights += weight;
      hazard += weight * hazards[at]!;
      curvature -= weight * hazards[at]! * stability[at]!;
    }
  }
  result.logZ = largest + Math.log(weights);
  result.hazard = hazard / weights;
  result.curvature = curvature / weights;
}

const upper: Conditional = { logZ: 0, hazard: 0, curvature: 0 };
const lower: Conditional = { logZ: 0, hazard: 0, curvature: 0 };

/**
 * Averages over a column from its input, both in `sums`.
 * @returns log Z, the logarithm of the sum over its 2^L states
 */
export function sumColumn(sums: ColumnSums): number {
  tabulate(sums);
  sumAlong(sums);
  for (let l = 0; l < sums.layers; l++) {
    sumAt(sums, l, 1, upper);
    sumAt(sums, l, 0, lower);
    const total = 0.5 * (upper.logZ - lower.logZ);
    const up = 1 / (1 + Math.exp(-2 * total));
    const down = 1 / (1 + Math.exp(2 * total));
    const width = Math.sqrt(sums.variances[l]!);
    sums.totals[l] = total;
    sums.responses[l] = (up * upper.hazard - down * lower.hazard) / width;
    // Covariances, written so that those of a frozen spin do not come out of a difference of equal numbers.
    const both = upper.hazard + lower.hazard;
    sums.mixed[l] = (2 * up * down * both) / width;
    sums.curvatures[l] =
      (up * (upper.curvature - upper.hazard ** 2) +
        down * (lower.curvature - lower.hazard ** 2) +
        up * down * both ** 2) /
      sums.variances[l]!;
  }
  return logAdd(upper.logZ, lower.logZ);
}
