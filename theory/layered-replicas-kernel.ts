/**
 * @file Integrals over the shared field t of one layer, for y replicas of a column of neurons. All depends on how many
 * replicas have which spins, not on which ones have them: a class of (spin here, spin in a neighbouring layer) is given
 * by three numbers, and with both neighbours the integrand is a product of symmetric powers of 2×2 matrices.
 *
 * Notation: `up` replicas have spin + in this layer; of these `a`, and of the others `b`, have spin + in the neighbour.
 */
import { gaussianTrapezoid } from "./gaussian-trapezoid.ts";
import { logNormalCdf } from "./normal.ts";

/** A layer of a chain: J_D, λ and the overlap q of its replicas. */
export interface LayerPoint {
  readonly selfCoupling: number;
  readonly ferromagneticCoupling: number;
  readonly overlap: number;
}

/** Classes of the spins of y replicas in a layer and a neighbour of it. */
export interface SpinClasses {
  readonly replicas: number;
  /** Number of classes, C(y+3, 3). */
  readonly size: number;
  /** Index of the first class with `up` spins +; the others follow in the order of a, then b. */
  readonly offsets: readonly number[];
  /** Index of the class in which the two layers have changed places. */
  readonly swapped: Int32Array;
  /** Number of configurations of a class, y!/Π n!. */
  readonly multiplicity: Float64Array;
  /** M² of this layer, M the sum of the y spins. */
  readonly square: Float64Array;
}

/** Integrals with one neighbour. */
export interface EndKernel {
  /** Probability by class, without the scale of its `up`. */
  readonly values: Float64Array;
  /** For each `up` the logarithm of the factor taken out: replicas that differ may have no more than e^{−10⁵}. */
  readonly scales: Float64Array;
}

/** Integrals with two neighbours. */
export interface TransferKernel {
  /**
   * For each `up` the matrix from classes (a, b) of one neighbour, summed over its configurations, to (a′, b′) of the
   * other one; row-major, without the scale.
   */
  readonly matrices: readonly Float64Array[];
  /** For each `up` the logarithm of the factor taken out. */
  readonly scales: Float64Array;
}

/** Integrals over t of the stability of y replicas of one layer; those that a chain needs. */
export interface LayerKernel {
  readonly end: EndKernel;
  readonly transfer: TransferKernel;
}

/** In place of the integrals that a chain does not need. */
export const noEnd: EndKernel = { values: new Float64Array(0), scales: new Float64Array(0) };
export const noTransfer: TransferKernel = { matrices: [], scales: new Float64Array(0) };

/**
 * Step of the trapezoid in units of the width of e^{−t²/2} Π_a Φ(…): its Fourier transform falls as
 * e^{−k²/(2(1 + y q/(1−q)))}, so that 0.7 leaves an error of e^{−40}.
 */
const relativeStep = 0.7;

function factorials(n: number): number[] {
  const values = [1];
  for (let k = 1; k <= n; k++) values.push(values[k - 1] * k);
  return values;
}

/** The classes of y replicas. */
export function spinClasses(replicas: number): SpinClasses {
  const offsets: number[] = [];
  let size = 0;
  for (let up = 0; up <= replicas; up++) {
    offsets.push(size);
    size += (up + 1) * (replicas - up + 1);
  }
  const index = (up: number, a: number, b: number) => offsets[up] + a * (replicas - up + 1) + b;
  const factorial = factorials(replicas);
  const swapped = new Int32Array(size);
  const multiplicity = new Float64Array(size);
  const square = new Float64Array(size);
  for (let up = 0; up <= replicas; up++) {
    const down = replicas - up;
    for (let a = 0; a <= up; a++) {
      for (let b = 0; b <= down; b++) {
        const at = index(up, a, b);
        swapped[at] = index(a + b, a, up - a);
        square[at] = (up - down) ** 2;
        multiplicity[at] =
          factorial[replicas] / (factorial[a] * factorial[up - a] * factorial[b] * factorial[down - b]);
      }
    }
  }
  return { replicas, size, offsets, swapped, multiplicity, square };
}

/** Nodes and weights of Dt, fine enough for y steps of width √((1−q)/q). */
function fieldRule(overlap: number, replicas: number, resolution: number) {
  const sharpness = 1 + (replicas * overlap) / (1 - overlap);
  return gaussianTrapezoid(relativeStep / (resolution * Math.sqrt(sharpness)));
}

/**
 * Symmetric powers 0..n of the matrix [[both, mixed], [mixed, none]] of a replica whose neighbours' spins are (+,+),
 * (+,−) or (−,−): entry (a′, a) of power n is the sum over the configurations with a spins + in one neighbour, given a
 * configuration with a′ in the other, the coefficient of x^a in (both x + mixed)^{a′} (mixed x + none)^{n−a′}.
 */
function symmetricPowers(both: number, mixed: number, none: number, powers: readonly Float64Array[]): void {
  powers[0][0] = 1;
  for (let n = 1; n < powers.length; n++) {
    const previous = powers[n - 1];
    const power = powers[n];
    for (let target = 0; target <= n; target++) {
      const row = target * (n + 1);
      const from = Math.max(0, target - 1) * n;
      const [raised, kept] = target === 0 ? [mixed, none] : [both, mixed];
      for (let a = 0; a <= n; a++) {
        const below = a > 0 ? previous[from + a - 1] : 0;
        const same = a < n ? previous[from + a] : 0;
        power[row + a] = raised * below + kept * same;
      }
    }
  }
}

/** Adds weight × (up ⊗ down), row-major in the pairs (entry of up, entry of down). */
function addProduct(product: Float64Array, weight: number, up: Float64Array, down: Float64Array): void {
  let at = 0;
  for (const entry of up) {
    const factor = weight * entry;
    for (const other of down) product[at++] += factor * other;
  }
}

/**
 * The matrices between classes (a, b) of `up` spins +, and those of `replicas − up`, from the sum of products of
 * symmetric powers: the same numbers in another order, the second time with all spins turned.
 */
function arranged(product: Float64Array, up: number, down: number) {
  const matrix = new Float64Array(product.length);
  const turned = new Float64Array(product.length);
  const [rows, columns] = [up + 1, down + 1];
  const turn = (a: number, b: number) => (down - b) * rows + (up - a);
  let at = 0;
  for (let toA = 0; toA < rows; toA++) {
    for (let fromA = 0; fromA < rows; fromA++) {
      for (let toB = 0; toB < columns; toB++) {
        for (let fromB = 0; fromB < columns; fromB++, at++) {
          matrix[(toA * columns + toB) * rows * columns + fromA * columns + fromB] = product[at];
          turned[turn(toA, toB) * rows * columns + turn(fromA, fromB)] = product[at];
        }
      }
    }
  }
  return { matrix, turned };
}

/**
 * The nodes of the field t by what each contributes: for `up` spins + the probability that all replicas are stable when
 * all bonds are satisfied, the most that any class has, relative to that of the best node.
 */
function scaledNodes(
  { overlap }: LayerPoint,
  replicas: number,
  resolution: number,
  logSatisfied: (field: number) => number,
) {
  const { nodes, weights } = fieldRule(overlap, replicas, resolution);
  const fields = nodes.map((t) => Math.sqrt(overlap) * t);
  const [ups, downs] = [fields.map(logSatisfied), fields.map((field) => logSatisfied(-field))];
  const logShare = (up: number, i: number) => Math.log(weights[i]) + up * ups[i] + (replicas - up) * downs[i];
  const scales = Float64Array.from({ length: replicas + 1 }, (_, up) =>
    fields.reduce((most, _field, i) => Math.max(most, logShare(up, i)), -Infinity),
  );
  return { fields, scales, share: (up: number, i: number) => Math.exp(logShare(up, i) - scales[up]) };
}

/** Integrals with one neighbour, for the layers at the ends of a chain. */
export function endKernel(point: LayerPoint, classes: SpinClasses, resolution: number): EndKernel {
  const { selfCoupling, ferromagneticCoupling: bond, overlap } = point;
  const { replicas, size } = classes;
  const width = Math.sqrt(1 - overlap);
  const logStable = (x: number) => logNormalCdf((selfCoupling + x) / width);
  const nodes = scaledNodes(point, replicas, resolution, (field) => logStable(bond + field));
  const values = new Float64Array(size);
  const powersOf = (ratio: number) => {
    const powers = [1];
    for (let k = 1; k <= replicas; k++) powers.push(powers[k - 1] * ratio);
    return powers;
  };
  nodes.fields.forEach((field, i) => {
    const upBroken = powersOf(Math.exp(logStable(field - bond) - logStable(field + bond)));
    const downBroken = powersOf(Math.exp(logStable(-field - bond) - logStable(-field + bond)));
    let at = 0;
    for (let up = 0; up <= replicas; up++) {
      const down = replicas - up;
      const share = nodes.share(up, i);
      for (let a = 0; a <= up; a++) {
        const factor = share * upBroken[up - a];
        for (let b = 0; b <= down; b++) values[at++] += factor * downBroken[b];
      }
    }
  });
  return { values, scales: nodes.scales };
}

/** Integrals with two neighbours, for the layers inside a chain. */
export function transferKernel(point: LayerPoint, replicas: number, resolution: number): TransferKernel {
  const { selfCoupling, ferromagneticCoupling: bond, overlap } = point;
  const width = Math.sqrt(1 - overlap);
  const logStable = (x: number) => logNormalCdf((selfCoupling + x) / width);
  const nodes = scaledNodes(point, replicas, resolution, (field) => logStable(2 * bond + field));
  const sizes = Array.from({ length: replicas + 1 }, (_, n) => (n + 1) ** 2);
  const upPowers = sizes.map((size) => new Float64Array(size));
  const downPowers = sizes.map((size) => new Float64Array(size));
  const least = Math.ceil(replicas / 2);
  const products = sizes.slice(least).map((size, k) => new Float64Array(size * sizes[replicas - least - k]));
  // Mixed neighbours, and two broken bonds, relative to two satisfied ones.
  const ratios = (field: number) => {
    const satisfied = logStable(2 * bond + field);
    return [0, -2].map((bonds) => Math.exp(logStable(bonds * bond + field) - satisfied));
  };
  nodes.fields.forEach((field, i) => {
    const [upMixed, upBroken] = ratios(field);
    const [downMixed, downBroken] = ratios(-field);
    symmetricPowers(1, upMixed, upBroken, upPowers);
    symmetricPowers(downBroken, downMixed, 1, downPowers);
    products.forEach((product, k) => {
      const share = nodes.share(least + k, i);
      if (share > 0) addProduct(product, share, upPowers[least + k], downPowers[replicas - least - k]);
    });
  });
  const matrices = new Array<Float64Array>(replicas + 1);
  products.forEach((product, k) => {
    const up = least + k;
    const { matrix, turned } = arranged(product, up, replicas - up);
    matrices[replicas - up] = turned;
    matrices[up] = matrix;
  });
  return { matrices, scales: nodes.scales };
}
