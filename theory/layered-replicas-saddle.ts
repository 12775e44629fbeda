/** @file Saddle of the free entropy of y replicas of a layered network: the conjugate overlap of each layer. */
import { NotConverged } from "./errors.ts";
import type { LayeredNetwork } from "./layered-domain.ts";
import { endlessChain, openChain } from "./layered-replicas-chain.ts";
import type { ColumnSum } from "./layered-replicas-chain.ts";
import { endKernel, noEnd, noTransfer, spinClasses, transferKernel } from "./layered-replicas-kernel.ts";
import type { LayerKernel, SpinClasses } from "./layered-replicas-kernel.ts";
import type { Depth } from "./layered.ts";
import { findRoot, newtonSystem } from "./solvers.ts";

/** Accuracy of ⟨M²⟩/(y(y−1)) and of q̂; φ is stationary there. */
const saddleTolerance = 1e-10;
const conjugateTolerance = 1e-13;

/** Rounding of q̂ relative to it: where it is large, so are the logarithms of the integrals. */
const jumpRounding = 1e-13;

/**
 * Added to the diagonal of the covariance of the M_l²: where strong bonds lock the layers it is singular, and only the
 * sum of their q̂_l matters.
 */
const relativeRidge = 1e-12;

/** A chain of layers for which sums are computed: y replicas, the overlap of each layer. */
export interface ReplicatedChain {
  readonly layers: Depth;
  readonly overlaps: readonly number[];
  readonly classes: SpinClasses;
  readonly kernels: readonly LayerKernel[];
  /** Eigenvector found last, for the chain without end. */
  readonly eigenvector: Float64Array;
}

/** The integrals of each layer; layers with the same overlap share them. A single layer is two without bonds. */
export function replicatedChain(
  point: LayeredNetwork & { readonly overlaps: readonly number[]; readonly replicas: number },
  resolution: number,
): ReplicatedChain {
  const { layers, selfCoupling, replicas } = point;
  const overlaps = layers === 1 ? [point.overlaps[0], point.overlaps[0]] : point.overlaps;
  const ferromagneticCoupling = layers === 1 ? 0 : point.ferromagneticCoupling;
  const classes = spinClasses(replicas);
  const inner = overlaps.length > 2 || layers === "infinite";
  const known = new Map<number, LayerKernel>();
  const kernels = overlaps.map((overlap) => {
    const layer = { selfCoupling, ferromagneticCoupling, overlap };
    const kernel = known.get(overlap) ?? {
      end: layers === "infinite" ? noEnd : endKernel(layer, classes, resolution),
      transfer: inner ? transferKernel(layer, replicas, resolution) : noTransfer,
    };
    known.set(overlap, kernel);
    return kernel;
  });
  return { layers, overlaps, classes, kernels, eigenvector: new Float64Array(classes.size).fill(1) };
}

const columnSum = (
  { layers, kernels, classes, eigenvector }: ReplicatedChain,
  conjugates: readonly number[],
): ColumnSum =>
  layers === "infinite"
    ? endlessChain(kernels[0], conjugates[0], classes, eigenvector)
    : openChain(kernels, conjugates, classes);

/** ⟨M_l²⟩ = y + y(y−1) q_l as what is left of it, divided by y(y−1). */
function overlapExcess(
  { classes: { replicas: y }, overlaps }: ReplicatedChain,
  { squares }: ColumnSum,
): number[] {
  return squares.map((square, l) => (square - y) / (y * (y - 1)) - overlaps[l]);
}

/** y q̂ is of order atanh(√q)/√q, up to 4, and negative where J_D is far below −√(1−q). */
const conjugateBracket = { low: -10, high: 60 };

/** Times that the lower end is doubled: at q = 0.9994 and J_D = −3 it is near −4000. */
const bracketDoublings = 14;

/** The one q̂ at which a growing function of it vanishes. */
function commonConjugate(excessOf: (conjugate: number) => number, y: number): number {
  const known = new Map<number, number>();
  const excess = (conjugate: number) => {
    const value = known.get(conjugate) ?? excessOf(conjugate);
    known.set(conjugate, value);
    return value;
  };
  const high = conjugateBracket.high / y;
  let low = conjugateBracket.low / y;
  for (let doubling = 0; excess(low) > 0 && doubling < bracketDoublings; doubling++) low *= 2;
  if (!(excess(low) <= 0 && excess(high) >= 0))
    throw new NotConverged(`layered replicas: no conjugate overlap in [${low}, ${high}] at replicas ${y}`);
  return findRoot(excess, low, high, { tolerance: conjugateTolerance }).x;
}

/**
 * φ at given conjugate overlaps, per neuron: stationary at the saddle, so that an error there enters squared. In the
 * chain without end strong bonds lock the layers, and ⟨M²⟩ jumps from one locked state to another within the rounding of
 * q̂. There the states coexist in any mixture: no overlap between theirs is violated, and φ, a minimum over q̂ at a kink,
 * errs by `jumpError`.
 */
export function freeEntropyAt(chain: ReplicatedChain, conjugates: readonly number[]) {
  const { overlaps, classes } = chain;
  const { replicas: y } = classes;
  const sum = columnSum(chain, conjugates);
  const coupling = conjugates.reduce(
    (total, conjugate, l) => total + conjugate * (1 + (y - 1) * overlaps[l]),
    0,
  );
  const phi = (sum.logSum - 0.5 * y * coupling) / overlaps.length;
  const excess = y === 1 ? 0 : Math.max(...overlapExcess(chain, sum).map(Math.abs));
  if (chain.layers !== "infinite" || excess < saddleTolerance) return { phi, residual: excess, jumpError: 0 };
  const around = conjugateTolerance + jumpRounding * Math.abs(conjugates[0]);
  const [below, above] = [-around, around].map(
    (shift) => overlapExcess(chain, columnSum(chain, [conjugates[0] + shift]))[0],
  );
  const residual = below <= 0 && above >= 0 ? 0 : excess;
  return { phi, residual, jumpError: 0.5 * y * (y - 1) * (above - below) * around };
}

/**
 * The conjugate overlaps at the saddle, the minimum of a convex function: first one for all layers, with which the mean
 * overlap is right, then one for each.
 */
export function solveConjugates(chain: ReplicatedChain): readonly number[] {
  const { layers, overlaps, classes } = chain;
  const { replicas: y } = classes;
  if (y === 1) return overlaps.map(() => 0);
  const meanExcess = (conjugate: number) => {
    const sum = columnSum(chain, new Array<number>(overlaps.length).fill(conjugate));
    const excess = overlapExcess(chain, sum);
    return excess.reduce((total, value) => total + value, 0) / excess.length;
  };
  const common = commonConjugate(meanExcess, y);
  if (layers === "infinite") return [common];
  const system = (conjugates: readonly number[]) => {
    const sum = columnSum(chain, conjugates);
    const ridge = relativeRidge * sum.covariance.reduce((trace, row, l) => trace + row[l], 0);
    const jacobian = sum.covariance.map((row, l) =>
      row.map((entry, m) => (0.5 * (entry + (l === m ? ridge : 0))) / (y * (y - 1))),
    );
    return { residuals: overlapExcess(chain, sum), jacobian };
  };
  const start = overlaps.map(() => common);
  return newtonSystem(system, start, { tolerance: saddleTolerance, maxStep: 5 / y }).x;
}
