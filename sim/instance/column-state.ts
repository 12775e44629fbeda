/** @file What message passing with columns keeps of a network: fields, tilts and averages of all spins. */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import { LARGEST_COUPLING } from "./belief-propagation.ts";
import { reciprocalProducts } from "./column-products.ts";
import { createColumnSums, type ColumnSums } from "./column-sums.ts";
import { couplingColumn, type Network } from "./network.ts";

/** Fields, tilts and averages. Arrays have one number for each spin, layer by layer. */
export interface ColumnState {
  /** The couplings that the fields belong to. */
  readonly network: Network;
  /** Number of columns, neurons of one layer, an integer ≥ 2. */
  readonly n: number;
  /** Number of layers L, an integer ≥ 1. */
  readonly layers: number;
  /** J_ij J_ji of each layer, column by column. */
  readonly products: Float32Array;
  /** Input and result of the sum over one column. */
  readonly sums: ColumnSums;
  /** Mean ω of the field on a spin, without the reaction to what the spin itself does. */
  readonly fields: Float64Array;
  /** Tilt ψ: what the constraints of the other neurons ask of a spin. */
  readonly tilts: Float64Array;
  /** Given tilts: state s has the weight e^{Σ s_j externalFields_j}. */
  readonly externalFields: Float64Array;
  /** Tilts φ by the other replicas through the centre (P20). */
  readonly centreMessages: Float64Array;
  /** Total fields T of the spins. */
  readonly totals: Float64Array;
  /** m = tanh T. */
  readonly magnetizations: Float64Array;
  /** g = ∂ log Z/∂ω of the column. */
  readonly responses: Float64Array;
  /** ∂g/∂ω. */
  readonly curvatures: Float64Array;
  /** ∂m/∂ω. */
  readonly mixed: Float64Array;
  /** Σ_j J_ij m_j. */
  readonly means: Float64Array;
  /** Variance V of the field. */
  readonly variances: Float64Array;
  /** Covariance K of field and tilt: how far a spin stabilizes itself through the others. */
  readonly reactions: Float64Array;
  /** Σ_i J_ij g_i. */
  readonly pulls: Float64Array;
  /** Σ_i J_ij² ∂g_i/∂ω_i = −Γ_j. */
  readonly stiffness: Float64Array;
  /** m as the fields, which are damped, hold it: what their reaction terms take away. */
  readonly dampedMagnetizations: Float64Array;
  /** g as the tilts hold it. */
  readonly dampedResponses: Float64Array;
}

/**
 * @throws OutOfDomain unless neurons of different layers are coupled by λ, one value, where they are the same one in
 * neighbouring layers, and not at all elsewhere: message passing leaves out every other coupling between layers
 */
function requireChain(network: Network, n: number, ferromagneticCoupling: number): void {
  for (let j = 0; j < network.n; j++) {
    const column = couplingColumn(network, j);
    const own = j - (j % n);
    for (let i = 0; i < network.n; i++) {
      if (i >= own && i < own + n) continue;
      const expected = Math.abs(i - j) === n ? ferromagneticCoupling : 0;
      if (column[i] !== expected)
        throw new OutOfDomain(
          `couplings between layers must be one λ from each neuron to itself and 0 elsewhere, ` +
            `got ${column[i]} between neurons ${i} and ${j} where ${expected} is expected`,
        );
    }
  }
}

/**
 * All numbers zero, for a network of that many layers; λ is read off the network.
 * @throws OutOfDomain if the neurons do not part into layers of two or more, a coupling is beyond ±100, or couplings
 * between layers are anything but λ on the diagonals of neighbours
 */
export function createColumnState(network: Network, layers: number): ColumnState {
  requireInteger("layers", layers, 1, network.n);
  const n = network.n / layers;
  if (!Number.isInteger(n) || n < 2)
    throw new OutOfDomain(
      `layers must part the ${network.n} neurons into layers of 2 or more, got ${layers}`,
    );
  const { kernels, frame } = network;
  const couplings = kernels.float32(frame.couplings, network.n * frame.stride);
  // λ is the largest of them in a chain, and no small multiple of 1/√N.
  if (!couplings.every((coupling) => Math.abs(coupling) <= LARGEST_COUPLING))
    throw new OutOfDomain(`couplings must be within ±${LARGEST_COUPLING} for message passing`);
  const ferromagneticCoupling = layers === 1 ? 0 : couplingColumn(network, 0)[n]!;
  if (layers > 1) requireChain(network, n, ferromagneticCoupling);
  const spins = () => new Float64Array(network.n);
  return {
    network,
    n,
    layers,
    products: reciprocalProducts({ network, n, layers }),
    sums: createColumnSums(layers, ferromagneticCoupling),
    fields: spins(),
    tilts: spins(),
    externalFields: spins(),
    centreMessages: spins(),
    totals: spins(),
    magnetizations: spins(),
    responses: spins(),
    curvatures: spins(),
    mixed: spins(),
    means: spins(),
    variances: spins(),
    reactions: spins(),
    pulls: spins(),
    stiffness: spins(),
    dampedMagnetizations: spins(),
    dampedResponses: spins(),
  };
}
