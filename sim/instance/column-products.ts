/**
 * @file Products of the couplings of each layer with vectors over spins, layer by layer: J a and Jᵀ a, with those of J_ij²
 * and J_ij J_ji that the reaction terms need. One pass over the columns of a layer each.
 */
import type { Network } from "./network.ts";

/** Layers of n spins each in a network of n·layers neurons. */
export interface Blocks {
  readonly network: Network;
  readonly n: number;
  readonly layers: number;
}

/** Side of the square tiles in which a matrix meets its transpose. */
const tile = 32;

/** Column j of layer l within its own layer: a view of n couplings, stale once kernel memory grows. */
function columnsOf({ network, n }: Blocks): (layer: number, j: number) => Float32Array {
  const { couplings, stride } = network.frame;
  const all = network.kernels.float32(couplings, network.n * stride);
  return (layer, j) => {
    const start = (layer * n + j) * stride + layer * n;
    return all.subarray(start, start + n);
  };
}

/** J_ij J_ji of each layer, f32, column j of layer l at (l·n + j)·n. */
export function reciprocalProducts(blocks: Blocks): Float32Array {
  const { network, n, layers } = blocks;
  const { couplings, stride } = network.frame;
  const all = network.kernels.float32(couplings, network.n * stride);
  const products = new Float32Array(layers * n * n);
  for (let l = 0; l < layers; l++) {
    const first = l * n * (stride + 1);
    for (let left = 0; left < n; left += tile) {
      for (let top = 0; top < n; top += tile) {
        for (let j = left; j < Math.min(n, left + tile); j++) {
          for (let i = top; i < Math.min(n, top + tile); i++) {
            products[(l * n + j) * n + i] = all[first + j * stride + i]! * all[first + i * stride + j]!;
          }
        }
      }
    }
  }
  return products;
}

/** Vectors over spins that {@link multiply} reads and writes. */
export interface ForwardVectors {
  readonly magnetizations: Float64Array;
  readonly mixed: Float64Array;
  /** Written: Σ_j J_ij m_j, Σ_j J_ij² (1 − m_j²) and Σ_j J_ij J_ji ∂m_j/∂ω_j. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  readonly reactions: Float64Array;
}

/** Mean and variance of the field on each spin, and the reaction of the others to it. */
export function multiply(blocks: Blocks, products: Float32Array, vectors: ForwardVectors): void {
  const { n, layers } = blocks;
  const column = columnsOf(blocks);
  vectors.means.fill(0);
  vectors.variances.fill(0);
  vectors.reactions.fill(0);
  for (let l = 0; l < layers; l++) {
    const means = vectors.means.subarray(l * n, (l + 1) * n);
    const variances = vectors.variances.subarray(l * n, (l + 1) * n);
    const reactions = vectors.reactions.subarray(l * n, (l + 1) * n);
    // Two columns at a time: the three sums are read and written half as often.
    for (let j = 0; j < n; j += 2) {
      const first = l * n + j;
      const alone = j + 1 === n;
      const second = alone ? first : first + 1;
      const [a, b] = [column(l, j), column(l, second - l * n)];
      const p = products.subarray(first * n, (first + 1) * n);
      const q = products.subarray(second * n, (second + 1) * n);
      const ma = vectors.magnetizations[first]!;
      const mb = alone ? 0 : vectors.magnetizations[second]!;
      const va = 1 - ma * ma;
      const vb = alone ? 0 : 1 - mb * mb;
      const ka = vectors.mixed[first]!;
      const kb = alone ? 0 : vectors.mixed[second]!;
      for (let i = 0; i < n; i++) {
        const ja = a[i]!;
        const jb = b[i]!;
        means[i] = means[i]! + ja * ma + jb * mb;
        variances[i] = variances[i]! + ja * ja * va + jb * jb * vb;
        reactions[i] = reactions[i]! + p[i]! * ka + q[i]! * kb;
      }
    }
  }
}

/** Vectors over spins that {@link multiplyTransposed} reads and writes. */
export interface BackwardVectors {
  readonly responses: Float64Array;
  readonly curvatures: Float64Array;
  /** Written: Σ_i J_ij g_i and Σ_i J_ij² ∂g_i/∂ω_i. */
  readonly pulls: Float64Array;
  readonly stiffness: Float64Array;
}

/** What the constraints of all neurons ask of each spin, and how that changes with its own field on them. */
export function multiplyTransposed(blocks: Blocks, vectors: BackwardVectors): void {
  const { n, layers } = blocks;
  const column = columnsOf(blocks);
  for (let l = 0; l < layers; l++) {
    const responses = vectors.responses.subarray(l * n, (l + 1) * n);
    const curvatures = vectors.curvatures.subarray(l * n, (l + 1) * n);
    for (let j = 0; j < n; j++) {
      const couplings = column(l, j);
      let pull = 0;
      let stiffness = 0;
      for (let i = 0; i < n; i++) {
        const coupling = couplings[i]!;
        pull += coupling * responses[i]!;
        stiffness += coupling * coupling * curvatures[i]!;
      }
      vectors.pulls[l * n + j] = pull;
      vectors.stiffness[l * n + j] = stiffness;
    }
  }
}
