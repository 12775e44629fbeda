/**
 * @file Chance that all stabilities of a pair of states are positive on a group of n sites that the pair treats alike,
 * as a power series in the square of the Gaussian c that joins the two groups (P23).
 */
import { NotConverged } from "./errors.ts";
import { powerOfSeries } from "./power-series.ts";
import type { QuadratureRule } from "./quadrature.ts";
import { halfSumRule, windowTable, type WindowTable } from "./symmetric-group-grid.ts";
import { normalized, oneSite, twoSites, type GroupInput, type GroupSeries } from "./symmetric-group-small.ts";
import { shiftRoot } from "./symmetric-shift.ts";

/** Step of the trapezoid rule in widths of the peak: the error from a Gaussian is 2e^{−2π²/h²} < 1e−30. */
const shiftStep = 0.25;

/** Sums over the shift stop where the integrand has fallen by e^{−34} from its peak. */
const cutoffExponent = 34;

/** Half-width of the P integral in deviations: e^{−9²/2} is below 1e−17. */
const halfSumMargin = 9;

/** Largest imaginary shift in deviations of P that the panels of the P integral resolve. */
const largestPhase = 50;

/** The integral over P of one neuron, on a fixed grid. */
interface Neuron {
  readonly rule: QuadratureRule;
  readonly table: WindowTable;
  readonly order: number;
  /** Deviation σ of P. */
  readonly deviation: number;
}

/** Σ over the grid of the density of P at complex mean M + iy times the window: e^{logScale} (re + i im), by order. */
function neuronSeries({ rule, table, order, deviation }: Neuron, mean: number, y: number) {
  const re = new Float64Array(order);
  const im = new Float64Array(order);
  const { nodes, weights } = rule;
  const top = Math.min(Math.max(mean, nodes[0]), nodes[nodes.length - 1]);
  const topExponent = (-0.5 * (top - mean) ** 2) / deviation ** 2;
  for (let node = 0; node < nodes.length; node++) {
    const offset = nodes[node] - mean;
    const size = weights[node] * Math.exp((-0.5 * offset * offset) / deviation ** 2 - topExponent);
    if (size === 0) continue;
    const phase = (y * offset) / deviation ** 2;
    const [cos, sin] = y === 0 ? [size, 0] : [size * Math.cos(phase), size * Math.sin(phase)];
    for (let k = 0; k < order; k++) {
      const value = table[node * order + k];
      re[k] += cos * value;
      im[k] += sin * value;
    }
  }
  const logScale =
    topExponent + (0.5 * y * y) / deviation ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
  return { re, im, logScale };
}

/** Mean and variance of P under density times w_0, for the saddle. */
function halfSumMoments({ rule, table, order, deviation }: Neuron, mean: number) {
  const { nodes, weights } = rule;
  const top = Math.min(Math.max(mean, nodes[0]), nodes[nodes.length - 1]);
  let [total, first, second] = [0, 0, 0];
  for (let node = 0; node < nodes.length; node++) {
    const exponent = ((top - nodes[node]) * (top + nodes[node] - 2 * mean)) / (2 * deviation ** 2);
    const size = weights[node] * table[node * order] * Math.exp(exponent);
    const offset = nodes[node] - top;
    total += size;
    first += size * offset;
    second += size * offset * offset;
  }
  const shift = first / total;
  return { offset: top - mean + shift, variance: second / total - shift * shift };
}

/** The n-th power of a neuron's series at the shift m = re + i y, weighted by e^{−N m²/2η} relative to the peak. */
function addNode(
  neuron: Neuron,
  { sites, n, selfCoupling, symmetry }: GroupInput,
  shift: { readonly re: number; readonly im: number },
  peak: { readonly height: number; readonly sums: Float64Array; readonly multiplicity: number },
): number {
  const { re, im, logScale } = neuronSeries(neuron, selfCoupling + shift.re, shift.im);
  const squared = re[0] * re[0] + im[0] * im[0];
  const gaussian = symmetry === 0 ? 0 : (-0.5 * n * (shift.re - shift.im) * (shift.re + shift.im)) / symmetry;
  const exponent = gaussian + sites * (logScale + 0.5 * Math.log(squared)) - peak.height;
  const phase =
    (symmetry === 0 ? 0 : (-n * shift.re * shift.im) / symmetry) + sites * Math.atan2(im[0], re[0]);
  const ratio = { re: new Float64Array(re.length), im: new Float64Array(re.length) };
  for (let k = 0; k < re.length; k++) {
    ratio.re[k] = (re[k] * re[0] + im[k] * im[0]) / squared;
    ratio.im[k] = (im[k] * re[0] - re[k] * im[0]) / squared;
  }
  const power = powerOfSeries(ratio, sites);
  const size = peak.multiplicity * Math.exp(exponent);
  for (let k = 0; k < re.length; k++)
    peak.sums[k] += size * (power.re[k] * Math.cos(phase) - power.im[k] * Math.sin(phase));
  return exponent;
}

/** Grid for all shifts whose real parts of J_D + m lie between two means. */
function neuronFor(input: GroupInput, deviation: number, low: number, high: number): Neuron {
  const { sites, n, order } = input;
  const windowDeviation = Math.sqrt((n - sites) / n);
  const start = Math.max(0, low - halfSumMargin * deviation);
  // For a mean below 0 the density falls from P = 0 on, faster the farther the mean.
  const end =
    high > 0
      ? high + halfSumMargin * deviation
      : high + Math.sqrt(high * high + (halfSumMargin * deviation) ** 2);
  const shifts = input.symmetry < 0 ? "imaginary" : "real";
  const rule = halfSumRule([start, end], { deviation, windowDeviation }, shifts);
  return { rule, table: windowTable(rule, { windowDeviation, scale: sites, order }), order, deviation };
}

/** Saddle of −N m²/2η + n log W_0(J_D + m) and the width of the peak there. */
function groupPeak(input: GroupInput, deviation: number) {
  const { sites, n, selfCoupling, symmetry } = input;
  const moments = (m: number) => {
    const neuron = neuronFor({ ...input, order: 1 }, deviation, selfCoupling + m, selfCoupling + m);
    return halfSumMoments(neuron, selfCoupling + m);
  };
  const { shift } = shiftRoot(
    (m) => m - (symmetry * sites * moments(m).offset) / (n * deviation ** 2),
    Math.sign(symmetry),
    `expectedSymmetricPairs at symmetry ${symmetry}, selfCoupling ${selfCoupling}`,
  );
  const { variance } = moments(shift);
  const curvature = Math.abs(n / symmetry + (sites * (1 - variance / deviation ** 2)) / deviation ** 2);
  return { shift, width: 1 / Math.sqrt(curvature) };
}

/**
 * Power series of the chance that a pair of states is stable on a group of sites that it treats alike.
 *
 * Half-sums P_i of the two stabilities have covariance η/N and variance (n−1)/N, half-differences none and variance
 * (N−n)/N: P_i = J_D + m + σz_i with m = √(η/N) x common, σ² = (n−1−η)/N, and M_i = τt_i + √(η/N) c, τ² = (N−n)/N.
 * Both are above 0 where |M_i| < P_i.
 */
export function groupSeries(input: GroupInput): GroupSeries {
  const { sites, n, selfCoupling, symmetry, order } = input;
  if (sites === 1) return oneSite(input);
  if (sites === 2) return twoSites(input);
  const deviation = Math.sqrt((sites - 1 - symmetry) / n);
  const sums = new Float64Array(order);
  if (symmetry === 0) {
    const neuron = neuronFor(input, deviation, selfCoupling, selfCoupling);
    addNode(neuron, input, { re: 0, im: 0 }, { height: 0, sums, multiplicity: 1 });
    return normalized(sums, 0);
  }
  const { shift, width } = groupPeak(input, deviation);
  const step = shiftStep * width;
  // Wide enough for e^{−40} even where the peak is as wide as the Gaussian.
  const reach = Math.sqrt((2 * cutoffExponent * Math.abs(symmetry)) / n) + Math.abs(shift);
  const neuron =
    symmetry > 0
      ? neuronFor(input, deviation, selfCoupling - reach, selfCoupling + reach)
      : neuronFor(input, deviation, selfCoupling + shift, selfCoupling + shift);
  const height = addNode(
    neuron,
    input,
    { re: shift, im: 0 },
    { height: 0, sums: new Float64Array(order), multiplicity: 1 },
  );
  addNode(neuron, input, { re: shift, im: 0 }, { height, sums, multiplicity: 1 });
  const multiplicity = symmetry > 0 ? 1 : 2;
  for (const direction of symmetry > 0 ? [-step, step] : [step]) {
    for (let k = 1; ; k++) {
      const at = symmetry > 0 ? { re: shift + k * direction, im: 0 } : { re: shift, im: k * direction };
      if (at.im > largestPhase * deviation)
        throw new NotConverged(
          `expectedSymmetricPairs: ${sites} of ${n} sites are too few for symmetry ${symmetry} at selfCoupling ${selfCoupling}`,
        );
      if (addNode(neuron, input, at, { height, sums, multiplicity }) < -cutoffExponent) break;
    }
  }
  return normalized(sums, height + Math.log(step) + 0.5 * Math.log(n / (2 * Math.PI * Math.abs(symmetry))));
}
