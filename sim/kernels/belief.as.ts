/**
 * @file Belief propagation over the fixed points of a network, (P18)–(P20). Twin: belief.ts, which gives the notation.
 * An iteration prepares all rows (belief-rows.as.ts, belief-series.as.ts), then takes the columns a few at a time: new
 * messages (belief-update.as.ts, belief-direct.as.ts), totals, and what they add to the next means and variances
 * (belief-moments.as.ts).
 */
import { updateDirectly } from "./belief-direct.as";
import { BeliefFrame, BLOCK_COLUMNS } from "./belief-frame.as";
import { addMoments, clearMoments, finishMoments, prepareOdds } from "./belief-moments.as";
import { prepareRows } from "./belief-rows.as";
import { prepareSeries } from "./belief-series.as";
import { updateColumn } from "./belief-update.as";
import { Double } from "./double.as";

/** The upper half of f32x4 as f64x2. */
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Σ_i u_{i→j} of one column, in f64. */
function columnSum(frame: BeliefFrame, j: u32): f64 {
  let message = frame.messages + ((<usize>j * frame.stride) << 2);
  const end = message + ((<usize>frame.stride) << 2);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  do {
    const u = v128.load(message);
    const next = v128.load(message, 16);
    sum0 = f64x2.add(sum0, f64x2.promote_low_f32x4(u));
    sum1 = f64x2.add(sum1, promoteHigh(u));
    sum2 = f64x2.add(sum2, f64x2.promote_low_f32x4(next));
    sum3 = f64x2.add(sum3, promoteHigh(next));
    message += 32;
  } while (message < end);
  const sum = f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** e^{−2|x|}, f64x2. */
function decay(x: v128): v128 {
  return Double.exponential(f64x2.mul(f64x2.abs(x), f64x2.splat(-2)));
}

/** atanh(tanh field tanh bond) = ½ log (cosh(field + bond)/cosh(field − bond)), f64x2, for bond < ∞. */
function throughBond(field: v128, bond: v128): v128 {
  const sum = f64x2.add(field, bond);
  const difference = f64x2.sub(field, bond);
  const one = f64x2.splat(1);
  const quotient = f64x2.div(f64x2.add(one, decay(sum)), f64x2.add(one, decay(difference)));
  const exponents = f64x2.sub(f64x2.abs(sum), f64x2.abs(difference));
  return f64x2.mul(f64x2.splat(0.5), f64x2.add(exponents, Double.logarithm(quotient)));
}

/** T and φ (P20) of neurons j and j + 1 from the messages to them; beyond the last neuron all is zero. */
function setTotals(frame: BeliefFrame, j: u32, replicas: f64, bond: f64): void {
  const offset = (<usize>j) << 3;
  const nextSum = j + 1 < frame.n ? columnSum(frame, j + 1) : 0;
  const sums = f64x2.replace_lane(f64x2.splat(columnSum(frame, j)), 1, nextSum);
  const own = v128.load(frame.ownMessages + offset);
  const field = f64x2.add(f64x2.add(v128.load(frame.externalFields + offset), own), sums);
  const others = f64x2.splat(replicas - 1);
  let centre: v128;
  if (bond == Infinity) {
    centre = f64x2.mul(others, field);
  } else {
    const bonds = f64x2.splat(bond);
    centre = throughBond(f64x2.mul(others, throughBond(field, bonds)), bonds);
  }
  v128.store(frame.centreMessages + offset, centre);
  v128.store(frame.totals + offset, f64x2.add(field, centre));
  prepareOdds(frame, j);
}

/** tanh x, f64x2, for the change of magnetizations: absolute error 1e−15. */
function tanh(x: v128): v128 {
  const tail = decay(x);
  const one = f64x2.splat(1);
  const size = f64x2.div(f64x2.sub(one, tail), f64x2.add(one, tail));
  return v128.or(size, v128.and(x, i64x2.splat(0x8000000000000000)));
}

/** Largest change of a magnetization m_{j→j}, that of a neuron without its own factor. */
function ownChange(frame: BeliefFrame): f64 {
  const bytes = (<usize>frame.stride) << 3;
  let largest = f64x2.splat(0);
  let offset: usize = 0;
  do {
    const field = f64x2.sub(v128.load(frame.totals + offset), v128.load(frame.ownMessages + offset));
    const change = f64x2.sub(tanh(field), tanh(v128.load(frame.cavityFields + offset)));
    largest = f64x2.pmax(largest, f64x2.abs(change));
    offset += 16;
  } while (offset < bytes);
  return max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
}

/** Start of the old magnetizations of a column that is the `place`-th of those in work. */
function oldColumn(frame: BeliefFrame, place: u32): usize {
  return frame.oldMagnetizations + ((<usize>place * frame.stride) << 2);
}

/** Moments of columns first..last−1; returns the largest change of a magnetization. */
function addColumns(frame: BeliefFrame, first: u32, last: u32): f32 {
  let largest: f32 = 0;
  for (let j = first; j < last; j++) {
    largest = max(largest, addMoments(frame, j, oldColumn(frame, j - first)));
  }
  return largest;
}

/** Totals T_j, messages φ_j of the centre, means and variances from the messages as they are. */
export function beliefTotals(frame: BeliefFrame, replicas: f64, bond: f64): void {
  const n = frame.n;
  for (let j: u32 = 0; j < n; j += 2) setTotals(frame, j, replicas, bond);
  clearMoments(frame);
  for (let j: u32 = 0; j < n; j++) addColumns(frame, j, j + 1);
  finishMoments(frame);
}

/** New messages to neurons first..last−1; last − first ≤ BLOCK_COLUMNS. */
function updateColumns(frame: BeliefFrame, first: u32, last: u32, selfCoupling: f64, damping: f64): void {
  let end = frame.directList;
  for (let j = first; j < last; j++) {
    end = updateColumn(frame, j, oldColumn(frame, j - first), damping, end);
  }
  if (end > frame.directList) updateDirectly(frame, end, selfCoupling, damping);
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
  prepareSeries(frame);
  clearMoments(frame);
  let largest: f32 = 0;
  for (let first: u32 = 0; first < frame.n; first += BLOCK_COLUMNS) {
    const last = min(first + BLOCK_COLUMNS, frame.n);
    updateColumns(frame, first, last, selfCoupling, damping);
    for (let j = first; j < last; j += 2) setTotals(frame, j, replicas, bond);
    largest = max(largest, addColumns(frame, first, last));
  }
  finishMoments(frame);
  return max(<f64>largest, ownChange(frame));
}
