/**
 * @file Random networks beyond one asymmetric layer: couplings of a given symmetry, and layers in a chain with
 * ferromagnetic bonds between the same neuron of neighbours. Such a network is an ordinary one of n·layers neurons:
 * dynamics and enumeration take it as it is.
 *
 * Couplings of symmetry η are J = cA + sAᵀ with A as drawn by `sampleNetwork`, c² + s² = 1 and 2cs = η, so that one A
 * serves every η and η = 0 gives A itself.
 */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import { createFrame } from "../kernels/frame.ts";
import type { Kernels } from "../kernels/memory.ts";
import { Stream } from "../random.ts";
import { attachNetwork, MAX_NEURONS, sampleNetwork, type Network } from "./network.ts";

/** Which random networks; a field that is left out has the value of one asymmetric layer. */
export interface Ensemble {
  /** Number of neurons N of a layer, an integer ≥ 2; n·layers is at most 32,000. */
  readonly n: number;
  /** Symmetry η of the couplings of each layer, E[J_ij J_ji] = η/N, −1..1; default 0. */
  readonly symmetry?: number;
  /** Number of layers L of the chain, which has open ends, an integer ≥ 1; default 1. */
  readonly layers?: number;
  /** Ferromagnetic coupling λ, 0..1000, between the same neuron of neighbouring layers; default 0; 0 for one layer. */
  readonly ferromagneticCoupling?: number;
}

/** What {@link sampleEnsemble} draws, and where. */
export interface EnsembleInput {
  /** The ensemble. */
  readonly ensemble: Ensemble;
  /**
   * Kernels in whose memory the network is laid out. They hold one matrix of all neurons, so that a chain takes
   * 4 (n·layers)² bytes, most of them zeros.
   */
  readonly kernels: Kernels;
}

/** Largest λ: beyond it rounding of f32 fields, 10⁻⁷ λ, would be seen beside couplings of order 1/√N. */
export const MAX_FERROMAGNETIC_COUPLING = 1000;

/** Most layers: those of the smallest size, N = 2. */
export const MAX_LAYERS = MAX_NEURONS / 2;

/** Side of the square tiles in which a matrix meets its transpose: two tiles of f32 fit into a first-level cache. */
const TILE = 32;

/** First substream that gives the key of a layer; those below belong to columns, of which there are at most 32,000. */
const LAYER_SUBSTREAMS = 2 ** 31;

/**
 * The ensemble with every field, checked.
 * @param ensemble which networks; see {@link Ensemble}
 * @returns all four fields
 * @throws OutOfDomain if a field is outside its domain, n·layers is above 32,000, or one layer is to have λ > 0
 * @source model of (P1), (P22) and (P24)
 */
export function requireEnsemble(ensemble: Ensemble): Required<Ensemble> {
  const { n, symmetry = 0, layers = 1, ferromagneticCoupling = 0 } = ensemble;
  requireInteger("n", n, 2, MAX_NEURONS);
  requireInside("symmetry", symmetry, { min: -1, max: 1 });
  requireInteger("layers", layers, 1, MAX_LAYERS);
  requireInside("ferromagneticCoupling", ferromagneticCoupling, { min: 0, max: MAX_FERROMAGNETIC_COUPLING });
  requireInteger("n times layers", n * layers, 2, MAX_NEURONS);
  if (layers === 1 && ferromagneticCoupling > 0)
    throw new OutOfDomain(
      `ferromagneticCoupling needs 2 layers or more, got ${ferromagneticCoupling} with 1`,
    );
  return { n, symmetry, layers, ferromagneticCoupling };
}

/** Replaces the pairs (J_ij, J_ji), i in the tile of rows and j > i in that of columns, by their mixtures. */
function mixTile(
  couplings: Float32Array,
  stride: number,
  [firstRow, lastRow]: readonly [number, number],
  [firstColumn, lastColumn]: readonly [number, number],
  [own, transposed]: readonly [number, number],
): void {
  for (let j = firstColumn; j < lastColumn; j++) {
    const end = Math.min(lastRow, j);
    for (let i = firstRow; i < end; i++) {
      const upper = couplings[j * stride + i]!;
      const lower = couplings[i * stride + j]!;
      couplings[j * stride + i] = own * upper + transposed * lower;
      couplings[i * stride + j] = own * lower + transposed * upper;
    }
  }
}

/** Gives independent couplings the symmetry η, in place: J ← cJ + sJᵀ. */
function symmetrize({ n, kernels, frame }: Network, symmetry: number): void {
  if (symmetry === 0) return;
  const couplings = kernels.float32(frame.couplings, n * frame.stride);
  const plus = Math.sqrt(1 + symmetry);
  const minus = Math.sqrt(1 - symmetry);
  // This form has c = ±s to the last bit at η = ±1, where J must equal ±Jᵀ.
  const weights = [(plus + minus) / 2, (plus - minus) / 2] as const;
  for (let column = 0; column < n; column += TILE) {
    const columns = [column, Math.min(n, column + TILE)] as const;
    for (let row = 0; row <= column; row += TILE)
      mixTile(couplings, frame.stride, [row, row + TILE], columns, weights);
  }
}

/** Stream of the couplings of a layer; the first layer has that of a network without further layers. */
function layerStream(couplings: Stream, layer: number): Stream {
  if (layer === 0) return couplings;
  const words = couplings.substream(LAYER_SUBSTREAMS + layer);
  return new Stream([words.nextUint32(), words.nextUint32()]);
}

/**
 * Draws one layer of a chain into its columns. The layer is first laid out as a matrix of its own at the place where
 * its columns begin, then spread from its last column to the first, so that no further memory is needed: column j
 * moves from j·(its stride) to j·(stride of the chain) or beyond.
 */
function sampleLayer(chain: Network, layer: number, ensemble: Required<Ensemble>, couplings: Stream): void {
  const { kernels, frame } = chain;
  const { n, symmetry } = ensemble;
  const address = frame.couplings + 4 * layer * n * frame.stride;
  const mark = kernels.mark();
  const own = attachNetwork({ n, kernels }, address);
  sampleNetwork({ n, kernels }, layerStream(couplings, layer), { into: own });
  symmetrize(own, symmetry);
  const columns = kernels.float32(address, n * frame.stride);
  const { stride } = own.frame;
  for (let j = n - 1; j >= 0; j--) {
    const start = j * frame.stride;
    const first = start + layer * n;
    columns.copyWithin(first, j * stride, j * stride + n);
    columns.fill(0, start, first);
    columns.fill(0, first + n, start + frame.stride);
  }
  kernels.release(mark);
}

/** Joins neighbouring layers neuron by neuron, in both directions. */
function bindLayers(
  { kernels, frame }: Network,
  { n, layers, ferromagneticCoupling }: Required<Ensemble>,
): void {
  const couplings = kernels.float32(frame.couplings, n * layers * frame.stride);
  for (let lower = 0; lower < n * (layers - 1); lower++) {
    const upper = lower + n;
    couplings[lower * frame.stride + upper] = ferromagneticCoupling;
    couplings[upper * frame.stride + lower] = ferromagneticCoupling;
  }
}

/** Memory for a chain, or that of a network given. */
function reserve(n: number, kernels: Kernels, into: Network | undefined): Network {
  if (into === undefined) return { n, kernels, frame: createFrame(kernels, n) };
  if (into.n !== n || into.kernels !== kernels)
    throw new OutOfDomain(`into must be a network of n = ${n} in the same kernels, got n = ${into.n}`);
  return into;
}

/**
 * Draws a network of an ensemble: neuron i of layer l is neuron l·n + i. Within a layer J_ij ~ N(0, 1/n) for i ≠ j with
 * E[J_ij J_ji] = η/n, f32; layers are independent of each other; neuron i of layers l and l ± 1 are joined by λ
 * (rounded to f32) in both directions. With symmetry 0 the first layer holds the couplings that `sampleNetwork` draws
 * from the same stream, to the bit; networks of one stream that differ in symmetry or λ are made of the same numbers.
 * @param input ensemble and kernels; see {@link EnsembleInput}
 * @param couplings stream of the couplings, e.g. `stream(seed, "couplings", n, sample)`
 * @param options into: a network of n·layers neurons whose memory is used again; its couplings are overwritten
 * @returns the network, with n·layers neurons
 * @throws OutOfDomain if the ensemble is outside its domain (see {@link Ensemble}) or memory does not suffice
 * @source model of (P22) and (P24)
 */
export function sampleEnsemble(
  { ensemble, kernels }: EnsembleInput,
  couplings: Stream,
  { into }: { readonly into?: Network } = {},
): Network {
  const complete = requireEnsemble(ensemble);
  const network = reserve(complete.n * complete.layers, kernels, into);
  for (let layer = 0; layer < complete.layers; layer++) sampleLayer(network, layer, complete, couplings);
  bindLayers(network, complete);
  return network;
}
