/**
 * @file Two columns of messages, those to neurons j and j + 1: new messages from the series of the rows, and what the
 * columns add to the sums μ_i and V_i.
 *
 * A magnetization m is kept as its distance 1 − |m| from the nearer pole, with the sign of m (`poles`), so that
 * polarized neurons keep all digits of 1 − m². It follows from the odds G = e^{−2s(T − u)} against s = sgn T, where u is
 * bounded: m = s (1 − ε), ε = 2G/(1 + G). The mean Σ J m = Σ s J − Σ s J ε is summed in these two parts, of which the
 * second becomes small as neurons polarize. What a coupling adds to V_i is one and the same f32 number when it is
 * summed and when it is taken out again for the cavity; sums are f64, so that nothing of a large share is left in a
 * small remainder.
 */
import { BeliefFrame, ROW_BLOCK } from "./belief-frame.as";
import { exponential2 } from "./normal.as";

/** 2 log₂ e. */
const EXPONENT_OF_FIELD: f64 = 2.8853900817779268;

/**
 * Sums of fields start from this: f64 between 256 and 512 are multiples of 2⁻⁴⁴, so that all terms are rounded to
 * these, and a sum does not depend on its order, nor on what was added and taken out again before.
 */
export const FIELD_ORIGIN: f64 = 384;

/** The bit of the sign in all lanes. */
const SIGN: i32 = 0x80000000;

/** The upper half of f32x4 as f64x2. */
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** a + bc. */
function plus(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(a, f32x4.mul(b, c));
}

/** vector ← vector + low and high half of x, f64. */
function accumulate(vector: usize, x: v128): void {
  v128.store(vector, f64x2.add(v128.load(vector), f64x2.promote_low_f32x4(x)));
  v128.store(vector, f64x2.add(v128.load(vector, 16), promoteHigh(x)), 16);
}

/** Start of column j of the couplings; zeros for the column N that pairs with the last one if N is odd. */
function couplingColumn(frame: BeliefFrame, j: u32): usize {
  return j < frame.n ? frame.couplings + ((<usize>j * frame.stride) << 2) : frame.emptyColumn;
}

/** sgn T, +1 at zero. */
export function signOf(total: f64): f64 {
  return total < 0 ? -1 : 1;
}

/** log₂ G at u = 0, in all lanes. */
function exponentAt(total: f64): v128 {
  return f32x4.splat(<f32>(-EXPONENT_OF_FIELD * abs(total)));
}

/** What log₂ G gains with u, in all lanes. */
function exponentSlope(total: f64): v128 {
  return f32x4.splat(<f32>(EXPONENT_OF_FIELD * signOf(total)));
}

/**
 * Notes the lanes of a group of four rows that are beyond the reach of their series.
 * @returns new length of the list
 */
function listRows(
  frame: BeliefFrame,
  list: usize,
  count: u32,
  offset: usize,
  beyond: i32,
  p: v128,
  q: v128,
  distance: v128,
): u32 {
  const shares = list + ((<usize>frame.stride) << 2) + offset;
  const second = f32x4.mul(distance, f32x4.sub(f32x4.splat(2), distance));
  v128.store(shares, q);
  v128.store(shares + ((<usize>frame.stride) << 2), f32x4.mul(p, second));
  const row = <u32>(offset >> 2);
  for (let lane: u32 = 0; lane < 4; lane++) {
    store<u32>(list + ((<usize>count) << 2), row + lane);
    count += (beyond >> lane) & 1;
  }
  return count;
}

/**
 * New messages of columns j and j + 1 where the series holds, damped, in place; the others stay as they are and are
 * listed in frame.directRows. Leaves the old magnetizations in frame.oldMagnetizations.
 * @returns number of rows listed for column j, and 2¹⁶ times that for column j + 1
 */
export function updateColumns(frame: BeliefFrame, j: u32, damping: f64): u32 {
  const kept = f32x4.splat(<f32>damping);
  const renewed = f32x4.splat(<f32>(1 - damping));
  const one = f32x4.splat(1);
  const sign = i32x4.splat(SIGN);
  const bytes = (<usize>frame.stride) << 2;
  const column = j * bytes;
  const coupling0 = couplingColumn(frame, j);
  const coupling1 = couplingColumn(frame, j + 1);
  const message0 = frame.messages + column;
  const message1 = message0 + bytes;
  const pole0 = frame.poles + column;
  const pole1 = pole0 + bytes;
  const old0 = frame.oldMagnetizations;
  const old1 = old0 + bytes;
  const list0 = frame.directRows;
  const list1 = list0 + 3 * bytes;
  let block = frame.rows;
  let count0: u32 = 0;
  let count1: u32 = 0;
  let offset: usize = 0;
  do {
    const x0 = v128.load(pole0 + offset);
    const x1 = v128.load(pole1 + offset);
    const d0 = v128.andnot(x0, sign);
    const d1 = v128.andnot(x1, sign);
    const m0 = v128.or(f32x4.sub(one, d0), v128.and(x0, sign));
    const m1 = v128.or(f32x4.sub(one, d1), v128.and(x1, sign));
    v128.store(old0 + offset, m0);
    v128.store(old1 + offset, m1);
    const J0 = v128.load(coupling0 + offset);
    const J1 = v128.load(coupling1 + offset);
    const q0 = f32x4.mul(J0, m0);
    const q1 = f32x4.mul(J1, m1);
    const p0 = f32x4.mul(J0, J0);
    const p1 = f32x4.mul(J1, J1);
    const t0 = f32x4.mul(q0, q0);
    const t1 = f32x4.mul(q1, q1);

    // O = (c0 + p (c1 + p (c3 + p c6))) + t ((c2 + p (c4 + p c7)) + t ((c5 + p c8) + t c9)), innermost t first.
    let c = v128.load(block, 80);
    let d = v128.load(block, 128);
    let odd0 = plus(c, p0, d);
    let odd1 = plus(c, p1, d);
    c = v128.load(block, 144);
    odd0 = plus(odd0, t0, c);
    odd1 = plus(odd1, t1, c);
    c = v128.load(block, 64);
    d = v128.load(block, 112);
    let inner0 = plus(c, p0, d);
    let inner1 = plus(c, p1, d);
    c = v128.load(block, 32);
    odd0 = plus(plus(c, p0, inner0), t0, odd0);
    odd1 = plus(plus(c, p1, inner1), t1, odd1);
    c = v128.load(block, 48);
    d = v128.load(block, 96);
    inner0 = plus(c, p0, d);
    inner1 = plus(c, p1, d);
    c = v128.load(block, 16);
    inner0 = plus(c, p0, inner0);
    inner1 = plus(c, p1, inner1);
    c = v128.load(block);
    odd0 = plus(plus(c, p0, inner0), t0, odd0);
    odd1 = plus(plus(c, p1, inner1), t1, odd1);
    // E = (c10 + p (c11 + p c13)) + t ((c12 + p c14) + t c15).
    c = v128.load(block, 192);
    d = v128.load(block, 224);
    let even0 = plus(c, p0, d);
    let even1 = plus(c, p1, d);
    c = v128.load(block, 240);
    even0 = plus(even0, t0, c);
    even1 = plus(even1, t1, c);
    c = v128.load(block, 176);
    d = v128.load(block, 208);
    inner0 = plus(c, p0, d);
    inner1 = plus(c, p1, d);
    c = v128.load(block, 160);
    even0 = plus(plus(c, p0, inner0), t0, even0);
    even1 = plus(plus(c, p1, inner1), t1, even1);

    const u0 = v128.load(message0 + offset);
    const u1 = v128.load(message1 + offset);
    const fresh0 = f32x4.mul(J0, plus(odd0, q0, even0));
    const fresh1 = f32x4.mul(J1, plus(odd1, q1, even1));
    const damped0 = plus(f32x4.mul(kept, u0), renewed, fresh0);
    const damped1 = plus(f32x4.mul(kept, u1), renewed, fresh1);
    const reach = v128.load(block, 256);
    const beyond0 = f32x4.gt(p0, reach);
    const beyond1 = f32x4.gt(p1, reach);
    v128.store(message0 + offset, v128.bitselect(u0, damped0, beyond0));
    v128.store(message1 + offset, v128.bitselect(u1, damped1, beyond1));
    if (v128.any_true(v128.or(beyond0, beyond1))) {
      count0 = listRows(frame, list0, count0, offset, i32x4.bitmask(beyond0), p0, q0, d0);
      count1 = listRows(frame, list1, count1, offset, i32x4.bitmask(beyond1), p1, q1, d1);
    }
    block += ROW_BLOCK;
    offset += 16;
  } while (offset < bytes);
  return count0 + (count1 << 16);
}

/** Σ_i u_{i→j} of one column, in f64. */
export function columnSum(frame: BeliefFrame, j: u32): f64 {
  let message = frame.messages + ((<usize>j * frame.stride) << 2);
  const end = message + ((<usize>frame.stride) << 2);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  do {
    const u = v128.load(message);
    low = f64x2.add(low, f64x2.promote_low_f32x4(u));
    high = f64x2.add(high, promoteHigh(u));
    message += 16;
  } while (message < end);
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** alignedFields += factor·J_·j, factor = ±1. */
export function alignColumn(frame: BeliefFrame, j: u32, factor: f64): void {
  const f = f32x4.splat(<f32>factor);
  let coupling = couplingColumn(frame, j);
  const end = coupling + ((<usize>frame.stride) << 2);
  let field = frame.alignedFields;
  do {
    accumulate(field, f32x4.mul(f, v128.load(coupling)));
    coupling += 16;
    field += 32;
  } while (coupling < end);
}

/**
 * Magnetizations of columns j and j + 1 from totals and messages; adds the columns to the sums: what aligned fields
 * exceed μ_i, and V_i.
 * @returns largest change of m_{j→i} against frame.oldMagnetizations
 */
export function addMoments(frame: BeliefFrame, j: u32): f32 {
  const total0 = load<f64>(frame.totals + ((<usize>j) << 3));
  const total1 = load<f64>(frame.totals + ((<usize>j) << 3), 8);
  const sign0 = f32x4.splat(<f32>signOf(total0));
  const sign1 = f32x4.splat(<f32>signOf(total1));
  const exponent0 = exponentAt(total0);
  const exponent1 = exponentAt(total1);
  const slope0 = exponentSlope(total0);
  const slope1 = exponentSlope(total1);
  const one = f32x4.splat(1);
  const sign = i32x4.splat(SIGN);
  const bytes = (<usize>frame.stride) << 2;
  const column = j * bytes;
  const coupling0 = couplingColumn(frame, j);
  const coupling1 = couplingColumn(frame, j + 1);
  const message0 = frame.messages + column;
  const message1 = message0 + bytes;
  const pole0 = frame.poles + column;
  const pole1 = pole0 + bytes;
  const old0 = frame.oldMagnetizations;
  const old1 = old0 + bytes;
  let means = frame.meanSums;
  let variances = frame.varianceSums;
  let largest = f32x4.splat(0);
  let offset: usize = 0;
  do {
    const odds0 = exponential2(plus(exponent0, slope0, v128.load(message0 + offset)));
    const r0 = f32x4.div(one, f32x4.add(one, odds0));
    const twoMinus0 = f32x4.add(r0, r0);
    const epsilon0 = f32x4.mul(odds0, twoMinus0);
    const m0 = f32x4.mul(sign0, f32x4.sub(one, epsilon0));
    const d0 = f32x4.pmin(epsilon0, twoMinus0);
    v128.store(pole0 + offset, v128.or(v128.and(m0, sign), d0));
    largest = f32x4.pmax(largest, v128.andnot(f32x4.sub(m0, v128.load(old0 + offset)), sign));

    const odds1 = exponential2(plus(exponent1, slope1, v128.load(message1 + offset)));
    const r1 = f32x4.div(one, f32x4.add(one, odds1));
    const twoMinus1 = f32x4.add(r1, r1);
    const epsilon1 = f32x4.mul(odds1, twoMinus1);
    const m1 = f32x4.mul(sign1, f32x4.sub(one, epsilon1));
    const d1 = f32x4.pmin(epsilon1, twoMinus1);
    v128.store(pole1 + offset, v128.or(v128.and(m1, sign), d1));
    largest = f32x4.pmax(largest, v128.andnot(f32x4.sub(m1, v128.load(old1 + offset)), sign));

    const J0 = v128.load(coupling0 + offset);
    const J1 = v128.load(coupling1 + offset);
    const excess0 = f32x4.mul(f32x4.mul(sign0, J0), epsilon0);
    const excess1 = f32x4.mul(f32x4.mul(sign1, J1), epsilon1);
    const share0 = f32x4.mul(f32x4.mul(J0, J0), f32x4.mul(d0, f32x4.sub(f32x4.splat(2), d0)));
    const share1 = f32x4.mul(f32x4.mul(J1, J1), f32x4.mul(d1, f32x4.sub(f32x4.splat(2), d1)));
    const low = f64x2.add(f64x2.promote_low_f32x4(excess0), f64x2.promote_low_f32x4(excess1));
    const high = f64x2.add(promoteHigh(excess0), promoteHigh(excess1));
    v128.store(means, f64x2.add(v128.load(means), low));
    v128.store(means, f64x2.add(v128.load(means, 16), high), 16);
    const lowShare = f64x2.add(f64x2.promote_low_f32x4(share0), f64x2.promote_low_f32x4(share1));
    const highShare = f64x2.add(promoteHigh(share0), promoteHigh(share1));
    v128.store(variances, f64x2.add(v128.load(variances), lowShare));
    v128.store(variances, f64x2.add(v128.load(variances, 16), highShare), 16);
    means += 32;
    variances += 32;
    offset += 16;
  } while (offset < bytes);
  const pair = f32x4.pmax(largest, v128.shuffle<i64>(largest, largest, 1, 1));
  return max(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}
