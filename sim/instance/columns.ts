/**
 * @file Message passing over the fixed points of correlated or layered couplings, in the large-N form of belief
 * propagation (P18'): a field and a tilt on each spin with reaction (Onsager) terms, and an exact sum over the states of
 * each column, the spins of one neuron in all layers.
 *
 * A network of n·L neurons holds neuron i of layer l at l·n + i, as `sampleEnsemble` draws it. The column of a neuron is
 * summed over exactly, λ included; other neurons act on it through the sums of their couplings.
 */
import { OutOfDomain, requireInside } from "../../theory/errors.ts";
import { throughBond, VARIANCE_FLOOR } from "../kernels/belief.ts";
import type { RandomWords } from "../random.ts";
import {
  LARGEST_FIELD,
  requireMeasure,
  requirePropagation,
  type BeliefMeasure,
  type Propagation,
  type PropagationOptions,
} from "./belief-propagation.ts";
import { multiply, multiplyTransposed } from "./column-products.ts";
import { createColumnState, type ColumnState } from "./column-state.ts";
import { sumColumn } from "./column-sums.ts";
import type { Network } from "./network.ts";

/** Message passing with columns on one network. */
export interface Columns {
  /** The couplings that the fields belong to. */
  readonly network: Network;
  /** Number of layers L, an integer ≥ 1. */
  readonly layers: number;
  /**
   * Fields, tilts and averages of all spins.
   * @internal
   */
  readonly state: ColumnState;
}

/**
 * Fields and tilts for a network, all zero: the paramagnet, which solves (P18') without external fields. Takes 4 n² L
 * bytes beside the couplings. λ is read off the network, from neuron 0 of the first layer to the second.
 * @param network couplings of n·L neurons, neuron i of layer l at l·n + i; not changed
 * @param options layers: number of layers L of the network, an integer from 1; default 1
 * @throws OutOfDomain if the neurons do not part into L layers of two or more, a coupling is beyond ±100, or couplings
 * between layers are anything but λ from each neuron to itself in the neighbouring layers
 * @source (P18) of correlated couplings, its factor the whole column of a neuron
 */
export function createColumns(network: Network, { layers = 1 }: { readonly layers?: number } = {}): Columns {
  return { network, layers, state: createColumnState(network, layers) };
}

/**
 * Small random tilts of either sign, uniform in ±√3·amplitude, to leave the paramagnet.
 * @param columns from {@link createColumns}; its tilts, dimensionless, of any value, are overwritten
 * @param words random words; a uniform number for each spin is drawn
 * @param amplitude standard deviation of the tilts, dimensionless, in (0, 1]; default 10⁻²
 * @throws OutOfDomain unless the amplitude is in (0, 1]
 * @source start of (P18') off its paramagnetic fixed point
 */
export function randomizeTilts({ state }: Columns, words: RandomWords, amplitude = 1e-2): void {
  requireInside("amplitude", amplitude, { min: 0, max: 1, openMin: true });
  const { tilts } = state;
  for (let j = 0; j < tilts.length; j++) tilts[j] = amplitude * Math.sqrt(3) * (2 * words.uniform() - 1);
}

/**
 * Sets the external fields: state s has the weight e^{Σ_j fields_j s_j}.
 * @param columns from {@link createColumns}; its external fields, dimensionless, within ±10⁴, are overwritten
 * @param fields n·L numbers within ±10⁴, dimensionless, layer by layer
 * @throws OutOfDomain for anything else
 * @source b_{l,i} of (P18')
 */
export function setColumnFields({ network, state }: Columns, fields: ArrayLike<number>): void {
  if (fields.length !== network.n)
    throw new OutOfDomain(`fields must hold ${network.n} numbers, got ${fields.length}`);
  const wrong = Array.from(fields).find((field) => !(Math.abs(field) <= LARGEST_FIELD));
  if (wrong !== undefined) throw new OutOfDomain(`fields must be within ±${LARGEST_FIELD}, got ${wrong}`);
  state.externalFields.set(fields);
}

/**
 * Sums over all columns at the present fields, tilts, variances and reactions: totals, responses, curvatures, mixed.
 * @returns Σ_i log Z_i
 */
export function sumColumns(state: ColumnState, selfCoupling: number): number {
  const { n, layers, sums } = state;
  let logZ = 0;
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < layers; l++) {
      const spin = l * n + i;
      sums.stabilities[l] = selfCoupling + state.reactions[spin]!;
      sums.fields[l] = state.fields[spin]!;
      sums.variances[l] = Math.max(state.variances[spin]!, VARIANCE_FLOOR);
      sums.tilts[l] = state.tilts[spin]! + state.externalFields[spin]! + state.centreMessages[spin]!;
    }
    logZ += sumColumn(sums);
    for (let l = 0; l < layers; l++) {
      const spin = l * n + i;
      state.totals[spin] = sums.totals[l]!;
      state.responses[spin] = sums.responses[l]!;
      state.curvatures[spin] = sums.curvatures[l]!;
      state.mixed[spin] = sums.mixed[l]!;
    }
  }
  return logZ;
}

/** Messages of the centre from total fields (P20), and magnetizations; returns the largest change of these. */
function bindReplicas(state: ColumnState, replicas: number, bond: number): number {
  const { totals, centreMessages, magnetizations } = state;
  let change = 0;
  for (let spin = 0; spin < totals.length; spin++) {
    const field = totals[spin]! - centreMessages[spin]!;
    const message = throughBond((replicas - 1) * throughBond(field, bond), bond);
    centreMessages[spin] = message;
    totals[spin] = field + message;
    const m = Math.tanh(field + message);
    change = Math.max(change, Math.abs(m - magnetizations[spin]!));
    magnetizations[spin] = m;
  }
  return change;
}

/** value ← (1 − damping)·next + damping·value */
const damp = (values: Float64Array, spin: number, next: number, damping: number): void => {
  values[spin] = next + damping * (values[spin]! - next);
};

/** Mean of K: without magnetizations, all that can still move. */
const meanReaction = ({ reactions }: ColumnState): number =>
  reactions.reduce((sum, reaction) => sum + reaction, 0) / reactions.length;

/**
 * One iteration of (P18'), fields before tilts.
 * @returns largest change of a magnetization, or that of the mean of K if it is larger
 */
function iterate(state: ColumnState, measure: Required<BeliefMeasure>, damping: number): number {
  const { selfCoupling, replicas, bond } = measure;
  const { fields, tilts, variances, reactions, pulls, stiffness } = state;
  const { dampedMagnetizations: heldM, dampedResponses: heldG, magnetizations, responses } = state;
  const reaction = meanReaction(state);
  multiply(state, state.products, state);
  const change = Math.abs(meanReaction(state) - reaction);
  for (let i = 0; i < fields.length; i++) {
    const field = state.means[i]! - variances[i]! * heldG[i]! - reactions[i]! * heldM[i]!;
    damp(fields, i, field, damping);
    damp(heldM, i, magnetizations[i]!, damping);
  }
  sumColumns(state, selfCoupling);
  multiplyTransposed(state, state);
  for (let i = 0; i < tilts.length; i++) {
    const tilt = pulls[i]! - stiffness[i]! * heldM[i]! - reactions[i]! * heldG[i]!;
    damp(tilts, i, tilt, damping);
    damp(heldG, i, responses[i]!, damping);
  }
  sumColumns(state, selfCoupling);
  return Math.max(change, bindReplicas(state, replicas, bond));
}

/** Magnetizations from fields and tilts as they are; with V of the paramagnet where nothing is known yet. */
function begin(state: ColumnState, { selfCoupling, replicas, bond }: Required<BeliefMeasure>): void {
  if (state.variances[0] === 0) multiply(state, state.products, state);
  sumColumns(state, selfCoupling);
  bindReplicas(state, replicas, bond);
}

/**
 * Iterates message passing with columns from the fields and tilts as they are, until magnetizations settle or the
 * iterations are used up. With Z_i(ω, b) the sum over the states of column i,
 *
 * $$Z_i = \sum_{s} \prod_l e^{b_l s_l}\, \Phi\left(\frac{J_D + K_l + s_l\omega_l + \lambda s_l(s_{l-1} + s_{l+1})}
 * {\sqrt{V_l}}\right), \quad m = \partial_b \log Z, \quad g = \partial_\omega \log Z,$$
 *
 * $$\omega_i = \sum_j J_{ij} m_j - V_i g_i - K_i m_i, \qquad
 * \psi_i = \sum_j J_{ji} g_j + \Gamma_i m_i - K_i g_i,$$
 *
 * $$V_i = \sum_j J_{ij}^2 (1 - m_j^2), \quad \Gamma_i = -\sum_j J_{ji}^2 \partial_\omega g_j, \quad
 * K_i = \sum_j J_{ij} J_{ji} \partial_\omega m_j,$$
 *
 * in each layer, and b = ψ + external field + φ, φ being the field of the other replicas through the centre (P20).
 * @param columns from {@link createColumns}, with fields and tilts of any value, dimensionless; overwritten
 * @param measure what is counted; see {@link BeliefMeasure}
 * @param options damping of fields and tilts, iterations and tolerance; see {@link PropagationOptions}
 * @param afterIteration called after each iteration; returning true ends the run early
 * @throws OutOfDomain on a measure or an option outside what is documented
 * @source (P18'), (P20)
 */
export function propagateColumns(
  columns: Columns,
  measure: BeliefMeasure,
  options: PropagationOptions = {},
  afterIteration: () => boolean = () => false,
): Propagation {
  const complete = requireMeasure(measure);
  const { damping, maxIterations, tolerance } = requirePropagation(options);
  begin(columns.state, complete);
  let residual = Infinity;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    residual = iterate(columns.state, complete, damping);
    const converged = residual <= tolerance * (1 - damping);
    if (afterIteration() || converged) return { converged, iterations, residual };
  }
  return { converged: false, iterations: maxIterations, residual };
}
