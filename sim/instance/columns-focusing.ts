/**
 * @file Focusing on message passing with columns (P18'), (P20): y replicas of a network of correlated or layered couplings
 * are drawn together around a centre of each spin until the signs of their fields are a fixed point.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { requireMeasure, requirePropagation } from "./belief-propagation.ts";
import type { BeliefMeasure, PropagationOptions } from "./belief-propagation.ts";
import { centreOf, focusDefaults } from "./centre.ts";
import { logColumnWeight } from "./columns-entropy.ts";
import { createColumns, propagateColumns, randomizeTilts, type Columns } from "./columns.ts";
import type { FocusedReplicas, FocusingInput, FocusingRun } from "./focusing.ts";
import type { Network } from "./network.ts";
import { countUnstableSigns } from "./signs.ts";

/**
 * The system of replicas at the fields and tilts as they are: where these have settled, the local entropy of a dense
 * cluster of fixed points. Brings averages up to date with the fields.
 * @param columns from `createColumns`, with fields and tilts of any value, dimensionless; these are not changed
 * @param measure what was counted; see {@link BeliefMeasure}
 * @returns overlaps and the local entropy, nats per neuron of all layers
 * @throws OutOfDomain on a measure outside what is documented
 * @source (P18'), (P20)
 */
export function focusedColumns(columns: Columns, measure: BeliefMeasure): FocusedReplicas {
  const { selfCoupling, replicas, bond } = requireMeasure(measure);
  const { totals, centreMessages, magnetizations } = columns.state;
  let entropy = logColumnWeight(columns.state, selfCoupling);
  let centreOverlap = 0;
  let overlap = 0;
  let squared = 0;
  let absolute = 0;
  for (let spin = 0; spin < totals.length; spin++) {
    const centre = centreOf(totals[spin]! - centreMessages[spin]!, { replicas, bond });
    entropy += centre.entropy;
    centreOverlap += centre.centreOverlap;
    overlap += centre.overlap;
    squared += magnetizations[spin]! ** 2;
    absolute += Math.abs(magnetizations[spin]!);
  }
  const spins = totals.length;
  return {
    overlap: overlap / spins,
    squaredMagnetization: squared / spins,
    magnetization: absolute / spins,
    centreOverlap: centreOverlap / spins,
    distance: 0.5 * (1 - centreOverlap / spins),
    localEntropy: entropy / spins,
  };
}

/**
 * Focusing with columns along a protocol, until the signs of the total fields are a fixed point (P1), which is verified in
 * f64. The state of the network is overwritten.
 * @param network couplings of n·L neurons, neuron i of layer l at l·n + i, as `sampleEnsemble` draws them
 * @param input layers: number of layers L, an integer from 1, default 1; self-coupling, protocol and start as of
 *   {@link FocusingInput}
 * @param options maxIterations at each point of the protocol (default 20) and when to leave it before (tolerance, default
 *   10⁻⁴); damping, default 0.5
 * @throws OutOfDomain on an empty protocol, or an input or option outside what is documented
 * @source (P18'), (P20); Baldassi et al., PNAS 113, E7655 (2016)
 */
export function focusColumns(
  network: Network,
  { layers = 1, selfCoupling, protocol, start }: FocusingInput & { readonly layers?: number },
  options: PropagationOptions = {},
): FocusingRun {
  const settings = requirePropagation({ ...focusDefaults, ...options });
  if (protocol.length === 0) throw new OutOfDomain("protocol must hold at least one point, got none");
  for (const point of protocol) requireMeasure({ selfCoupling, ...point });
  const columns = createColumns(network, { layers });
  randomizeTilts(columns, start);
  const violations: number[] = [];
  const isSolved = () => {
    violations.push(countUnstableSigns(network, columns.state.totals, selfCoupling));
    return violations.at(-1) === 0;
  };
  const solvedAt = protocol.findIndex((point) => {
    propagateColumns(columns, { selfCoupling, ...point }, settings, isSolved);
    return violations.at(-1) === 0;
  });
  const step = solvedAt < 0 ? protocol.length - 1 : solvedAt;
  const point = protocol[step]!;
  return {
    solved: solvedAt >= 0,
    state: network.kernels.int8(network.frame.state, network.n).slice(),
    iterations: violations.length,
    step,
    point,
    violations,
    replicas: focusedColumns(columns, { selfCoupling, ...point }),
  };
}
