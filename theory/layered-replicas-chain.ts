/**
 * @file Sums over the spins of y replicas of a column of neurons: open chains by forward and backward vectors, the
 * chain without end by the largest eigenvalue of its transfer operator. Vectors have an entry for each class of spins
 * of a layer and a neighbour; each layer has a weight e^{q̂M²/2}, M the sum of its spins.
 */
import { NotConverged } from "./errors.ts";
import { dominantEigenvector } from "./layered-replicas-eigenvector.ts";
import type { LayerKernel, SpinClasses } from "./layered-replicas-kernel.ts";

/** log Z of a column and the moments that are its derivatives by the conjugate overlaps. */
export interface ColumnSum {
  /** log Z; of one layer for the chain without end. */
  readonly logSum: number;
  /** ⟨M²⟩ of each layer. */
  readonly squares: readonly number[];
  /** ⟨M_l² M_m²⟩ − ⟨M_l²⟩⟨M_m²⟩; empty for the chain without end. */
  readonly covariance: readonly (readonly number[])[];
}

/** What the eigenvector found last is mixed with before the next one is sought: no state of a column may be absent. */
const freshShare = 1e-4;

/** e^{q̂M²/2} and the scale of the kernel by class, at most 1, and the logarithm of what was taken out. */
function layerWeight({ square, offsets, size }: SpinClasses, scales: Float64Array, conjugate: number) {
  const exponents = scales.map((scale, up) => scale + 0.5 * conjugate * square[offsets[up]]);
  const logScale = exponents.reduce((most, value) => Math.max(most, value), -Infinity);
  const factor = new Float64Array(size);
  exponents.forEach((exponent, up) =>
    factor.fill(Math.exp(exponent - logScale), offsets[up], offsets[up + 1] ?? size),
  );
  return { factor, logScale };
}

const times = (left: Float64Array, right: Float64Array) => left.map((value, k) => value * right[k]);

/** The function of (spin, neighbour's spin) as one of (neighbour's spin, spin). */
const swap = (vector: Float64Array, { swapped }: SpinClasses) => vector.map((_, k) => vector[swapped[k]]);

/** Sum over the spins of one neighbour, which leaves a function of the spin and of the other neighbour's. */
function transferred(vector: Float64Array, { transfer }: LayerKernel, { offsets, size }: SpinClasses) {
  const result = new Float64Array(size);
  transfer.matrices.forEach((matrix, up) => {
    const start = offsets[up];
    const length = Math.sqrt(matrix.length);
    for (let row = 0, entry = 0; row < length; row++) {
      let sum = 0;
      for (let column = 0; column < length; column++, entry++) sum += matrix[entry] * vector[start + column];
      result[start + row] = sum;
    }
  });
  return result;
}

function weightedSum(...vectors: readonly Float64Array[]): number {
  const [first, ...others] = vectors;
  let sum = 0;
  for (let k = 0; k < first.length; k++) {
    let product = first[k];
    for (const other of others) product *= other[k];
    sum += product;
  }
  return sum;
}

/**
 * A vector with the largest entry 1 and the logarithm of the factor taken out.
 * @throws NotConverged if all entries have underflowed, or one is not a number
 */
function normalized(vector: Float64Array): { vector: Float64Array; log: number } {
  const top = vector.reduce((most, value) => Math.max(most, value), 0);
  if (!(top > 0)) throw new NotConverged("layered replicas: the sums over spins underflow");
  return { vector: vector.map((value) => value / top), log: Math.log(top) };
}

/**
 * Sum over an open chain of at least two layers. Entry l of `backward` is a function of (layer l, a neighbour) that
 * holds the weights of l and of all that follow; entry l of the forward vectors one that holds what comes before.
 * @param kernels integrals of each layer; the ends use those with one neighbour only
 * @param conjugates q̂ of each layer
 */
export function openChain(
  kernels: readonly LayerKernel[],
  conjugates: readonly number[],
  classes: SpinClasses,
): ColumnSum {
  const { multiplicity, square } = classes;
  const last = kernels.length - 1;
  const weights = conjugates.map((conjugate, layer) => {
    const { end, transfer } = kernels[layer];
    return layerWeight(classes, layer === 0 || layer === last ? end.scales : transfer.scales, conjugate);
  });
  let logScale = weights.reduce((sum, weight) => sum + weight.logScale, 0);
  const backward: Float64Array[] = weights.map(({ factor }) => factor);
  backward[last] = times(weights[last].factor, kernels[last].end.values);
  for (let layer = last - 1; layer >= 0; layer--) {
    const beyond = swap(backward[layer + 1], classes);
    const inner = layer === 0 ? beyond : transferred(beyond, kernels[layer], classes);
    const { vector, log } = normalized(times(weights[layer].factor, inner));
    backward[layer] = vector;
    logScale += log;
  }
  const stepForward = (vector: Float64Array, layer: number) => {
    const weighted = times(vector, weights[layer].factor);
    return swap(layer === 0 ? weighted : transferred(weighted, kernels[layer], classes), classes);
  };
  const forward = [kernels[0].end.values];
  for (let layer = 0; layer < last; layer++) forward.push(stepForward(forward[layer], layer));
  const totals = forward.map((vector, layer) => weightedSum(multiplicity, vector, backward[layer]));
  const squares = forward.map(
    (vector, layer) => weightedSum(multiplicity, vector, backward[layer], square) / totals[layer],
  );
  // ⟨M_l² M_m²⟩, m ≥ l, by a chain in which layer l has the weight M_l² besides.
  const products = forward.map((vector, origin) => {
    let marked = times(vector, square);
    return forward.slice(origin).map((_, steps) => {
      const layer = origin + steps;
      const product = weightedSum(multiplicity, marked, backward[layer], square) / totals[layer];
      if (layer < last) marked = stepForward(marked, layer);
      return product;
    });
  });
  const covariance = squares.map((left, l) =>
    squares.map((right, m) => products[Math.min(l, m)][Math.abs(l - m)] - left * right),
  );
  return { logSum: Math.log(totals[0]) + logScale, squares, covariance };
}

/**
 * Largest eigenvalue of the transfer operator of the chain without end. The operator is its own transpose with the
 * layers in reverse order, so that the left eigenvector is the right one with both layers swapped.
 * @param near eigenvector to start from; overwritten with the one found
 */
export function endlessChain(
  kernel: LayerKernel,
  conjugate: number,
  classes: SpinClasses,
  near: Float64Array,
): ColumnSum {
  const { factor, logScale } = layerWeight(classes, kernel.transfer.scales, conjugate);
  const { multiplicity, square } = classes;
  const apply = (vector: Float64Array) => swap(transferred(times(vector, factor), kernel, classes), classes);
  // With vectors scaled so that configurations, not classes, count the same, the operator is nearly symmetric.
  const scale = multiplicity.map(Math.sqrt);
  const unscale = scale.map((value) => 1 / value);
  const fresh = near.map((value, k) => (Math.abs(value) + freshShare) * scale[k]);
  const found = dominantEigenvector((vector) => times(apply(times(vector, unscale)), scale), fresh);
  const vector = times(found, unscale);
  near.set(normalized(vector).vector);
  const left = times(swap(vector, classes), multiplicity);
  const norm = weightedSum(left, vector);
  const eigenvalue = weightedSum(left, apply(vector)) / norm;
  return {
    logSum: Math.log(eigenvalue) + logScale,
    squares: [weightedSum(left, vector, square) / norm],
    covariance: [],
  };
}
