/** @file Free entropy of message passing with columns: the counterpart of the Bethe entropy (P19') for (P18'). */
import { VARIANCE_FLOOR } from "../kernels/belief.ts";
import type { RandomWords } from "../random.ts";
import type { BetheResult, PropagationOptions } from "./belief-propagation.ts";
import { multiply } from "./column-products.ts";
import type { ColumnState } from "./column-state.ts";
import { createColumns, propagateColumns, randomizeTilts, setColumnFields, sumColumns } from "./columns.ts";
import type { Network } from "./network.ts";

/**
 * Logarithm of the number of states weighed by the external fields, as one replica sees it. Stationary in fields, tilts
 * and magnetizations at a fixed point of (P18'), so that errors of these enter squared. V and K there are brought up to
 * date.
 * @returns the sum over all spins, nats
 */
export function logColumnWeight(state: ColumnState, selfCoupling: number): number {
  const { fields, tilts, variances, reactions, totals, magnetizations } = state;
  let sum = sumColumns(state, selfCoupling);
  for (let i = 0; i < fields.length; i++) {
    const m = Math.tanh(totals[i]!);
    const g = state.responses[i]!;
    magnetizations[i] = m;
    sum -= fields[i]! * g + tilts[i]! * m + reactions[i]! * (state.mixed[i]! + g * m);
    sum -= 0.5 * Math.max(variances[i]!, VARIANCE_FLOOR) * (state.curvatures[i]! + g * g);
  }
  multiply(state, state.products, state);
  for (let i = 0; i < fields.length; i++) {
    sum += state.means[i]! * state.responses[i]!;
    sum += 0.5 * (variances[i]! * state.curvatures[i]! + reactions[i]! * state.mixed[i]!);
  }
  return sum;
}

/** What message passing with columns starts from. */
export interface ColumnsInput {
  /** Self-coupling J_D ≥ 0, in standard deviations of the local field. */
  readonly selfCoupling: number;
  /** Number of layers L of the network, an integer ≥ 1; default 1. */
  readonly layers?: number;
  /** External fields, n·L numbers within ±10⁴; none by default. */
  readonly fields?: ArrayLike<number>;
  /** Random words for small tilts to start from; without them the start is zero. */
  readonly start?: RandomWords;
}

/**
 * Message passing with columns on one network: magnetizations and entropy of its fixed points, per neuron of all layers.
 * @param network couplings of n·L neurons; not changed
 * @param input self-coupling, layers, fields and start; see {@link ColumnsInput}
 * @param options damping, iterations and tolerance; see {@link PropagationOptions}
 * @returns as of `solveBethe`: whether it converged, magnetizations, free entropy and entropy in nats per neuron
 * @throws OutOfDomain on a self-coupling below 0, layers, fields or options outside what is documented, or
 * couplings between layers that {@link createColumns} does not take
 * @source (P18') with its free entropy; without magnetizations (P22), or (P26) at symmetry 0, of one instance
 */
export function solveColumns(
  network: Network,
  { selfCoupling, layers = 1, fields, start }: ColumnsInput,
  options: PropagationOptions = {},
): BetheResult {
  const columns = createColumns(network, { layers });
  if (fields !== undefined) setColumnFields(columns, fields);
  if (start !== undefined) randomizeTilts(columns, start);
  const propagation = propagateColumns(columns, { selfCoupling }, options);
  const freeEntropy = logColumnWeight(columns.state, selfCoupling) / network.n;
  const { externalFields, magnetizations } = columns.state;
  const energy = externalFields.reduce((sum, field, j) => sum + field * magnetizations[j]!, 0) / network.n;
  return { ...propagation, magnetizations, freeEntropy, entropy: freeEntropy - energy };
}
