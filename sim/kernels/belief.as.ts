/** @file Belief propagation over the fixed points of a network, (P18)–(P20). Twin: belief.ts, which gives the notation. */
import { addMoments, FIELD_ORIGIN, alignColumn, columnSum, signOf, updateColumn } from "./belief-columns.as";
import { updateDirectly } from "./belief-direct.as";
import { BeliefFrame } from "./belief-frame.as";
import { prepareRows } from "./belief-rows.as";
import { exponential, logarithm } from "./normal.as";

/** atanh(tanh field tanh bond) = ½ log (cosh(field + bond)/cosh(field − bond)). */
function throughBond(field: f64, bond: f64): f64 {
  if (bond == f64.MAX_VALUE + f64.MAX_VALUE) return field;
  const sum = abs(field + bond);
  const difference = abs(field - bond);
  const tails = exponential(f64x2.replace_lane(f64x2.splat(-2 * sum), 1, -2 * difference));
  const quotient = (1 + f64x2.extract_lane(tails, 0)) / (1 + f64x2.extract_lane(tails, 1));
  return 0.5 * (sum - difference + f64x2.extract_lane(logarithm(f64x2.splat(quotient)), 0));
}

/** T_j and φ_j (P20) from the messages to neuron j; returns T_j. */
function total(frame: BeliefFrame, j: u32, replicas: f64, bond: f64): f64 {
  const offset = (<usize>j) << 3;
  const field =
    load<f64>(frame.externalFields + offset) + load<f64>(frame.ownMessages + offset) + columnSum(frame, j);
  const centre = throughBond((replicas - 1) * throughBond(field, bond), bond);
  store<f64>(frame.centreMessages + offset, centre);
  store<f64>(frame.totals + offset, field + centre);
  return field + centre;
}

/** Fills a vector of a frame with one f64. */
function fill(frame: BeliefFrame, vector: usize, value: f64): void {
  const end = vector + ((<usize>frame.stride) << 3);
  for (; vector < end; vector += 16) v128.store(vector, f64x2.splat(value));
}

/** Sums of the moments at their origins. */
function clearMoments(frame: BeliefFrame): void {
  fill(frame, frame.meanSums, FIELD_ORIGIN);
  fill(frame, frame.varianceSums, 0);
}

/** μ_i and V_i from their sums; aligned fields must be those of the present totals. */
function finishMoments(frame: BeliefFrame): void {
  const bytes = (<usize>frame.stride) << 3;
  memory.copy(frame.variances, frame.varianceSums, bytes);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const excess = v128.load(frame.meanSums + offset);
    v128.store(frame.means + offset, f64x2.sub(v128.load(frame.alignedFields + offset), excess));
  }
}

/** Totals T_j, messages φ_j of the centre, means and variances from the messages as they are. */
export function beliefTotals(frame: BeliefFrame, replicas: f64, bond: f64): void {
  clearMoments(frame);
  fill(frame, frame.alignedFields, FIELD_ORIGIN);
  for (let j: u32 = 0; j < frame.n; j++) {
    const field = total(frame, j, replicas, bond);
    alignColumn(frame, j, signOf(field));
    addMoments(frame, j, field);
  }
  finishMoments(frame);
}

/** Change of m_{j→j}, the magnetization without the own factor. */
function ownChange(frame: BeliefFrame, j: u32, field: f64): f64 {
  const offset = (<usize>j) << 3;
  const before = load<f64>(frame.cavityFields + offset);
  return abs(NativeMath.tanh(field - load<f64>(frame.ownMessages + offset)) - NativeMath.tanh(before));
}

/** One damped iteration over all messages; returns the largest change of a magnetization. */
export function beliefIteration(
  frame: BeliefFrame,
  selfCoupling: f64,
  replicas: f64,
  bond: f64,
  damping: f64,
): f64 {
  prepareRows(frame, selfCoupling, damping);
  clearMoments(frame);
  let largest: f64 = 0;
  for (let j: u32 = 0; j < frame.n; j++) {
    const before = load<f64>(frame.totals + ((<usize>j) << 3));
    const count = updateColumn(frame, j, damping);
    if (count > 0) updateDirectly(frame, j, count, selfCoupling, damping);
    const field = total(frame, j, replicas, bond);
    if (signOf(field) != signOf(before)) {
      alignColumn(frame, j, signOf(field));
      alignColumn(frame, j, signOf(field));
    }
    largest = max(largest, <f64>addMoments(frame, j, field));
    largest = max(largest, ownChange(frame, j, field));
  }
  finishMoments(frame);
  return largest;
}
