/**
 * @file Magnetizations from messages and totals, and what one column of them, those of neuron j, adds to the sums μ_i
 * and V_i.
 *
 * A magnetization m is kept as its distance d = 1 − |m| from the nearer pole, with the sign of m (`poles`), so that
 * polarized neurons keep all digits of 1 − m² = d (2 − d). It follows from the odds G = e^{−2s(T − u)} against
 * s = sgn T: m = s (1 − ε), ε = 2G/(1 + G), 2 − ε = 2/(1 + G). J m is taken as J sgn m − J d sgn m, of which only the
 * second part is rounded to f32: it becomes small as neurons polarize. What a coupling adds to μ_i and V_i are the same
 * numbers when they are summed and when they are taken out again for the cavity; sums are f64, so that nothing of a
 * large share is left in a small remainder.
 */
import { BeliefFrame } from "./belief-frame.as";
import { Double } from "./double.as";
import { ROUNDER, Single } from "./single.as";

const LN2: f64 = 0.6931471805599453;
/** 2 log₂ e: a field T has odds of this many powers of two per unit. */
const EXPONENT_OF_FIELD: f64 = 2.8853900817779268;
/** Largest shift of odds: ROUNDER less the shift stays an integer, with room for what u adds. */
const LARGEST_SHIFT: f64 = 1048576;

/** The bit of the sign. */
const SIGN: i32 = 0x80000000;

/** The upper half of f32x4 as f64x2. */
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Sums of the moments at zero. */
export function clearMoments(frame: BeliefFrame): void {
  const bytes = (<usize>frame.stride) << 3;
  memory.fill(frame.meanSums, 0, bytes);
  memory.fill(frame.varianceSums, 0, bytes);
}

/** μ_i and V_i from their sums. */
export function finishMoments(frame: BeliefFrame): void {
  const bytes = (<usize>frame.stride) << 3;
  memory.copy(frame.means, frame.meanSums, bytes);
  memory.copy(frame.variances, frame.varianceSums, bytes);
}

/** e^{−2|T|} of neurons j and j + 1 as a product scale · 2^{−shift}, shift an integer, scale in [½, 1]. */
export function prepareOdds(frame: BeliefFrame, j: u32): void {
  const offset = (<usize>j) << 3;
  const size = f64x2.abs(v128.load(frame.totals + offset));
  const exponent = f64x2.mul(f64x2.splat(EXPONENT_OF_FIELD), size);
  const shift = f64x2.pmin(f64x2.floor(exponent), f64x2.splat(LARGEST_SHIFT));
  const rest = f64x2.pmin(f64x2.sub(exponent, shift), f64x2.splat(1));
  v128.store(frame.oddsShifts + offset, shift);
  v128.store(frame.oddsScales + offset, Double.exponential(f64x2.mul(rest, f64x2.splat(-LN2))));
}

/** Odds G of four messages. */
function oddsOf(message: usize, twice: v128, shift: v128, scale: v128): v128 {
  return f32x4.mul(scale, Single.shiftedExponential(f32x4.mul(twice, v128.load(message)), shift));
}

/** Odds of column j to frame.odds. */
function takeOdds(frame: BeliefFrame, j: u32, direction: f32): void {
  const vector = (<usize>j) << 3;
  const twice = f32x4.splat(2 * direction);
  const scale = f32x4.splat(<f32>load<f64>(frame.oddsScales + vector));
  const shift = f32x4.splat(ROUNDER - <f32>load<f64>(frame.oddsShifts + vector));
  const bytes = (<usize>frame.stride) << 2;
  let message = frame.messages + <usize>j * bytes;
  const end = message + bytes;
  let odds = frame.odds;
  // Sixteen at a time: each waits long for its own result.
  do {
    const odds0 = oddsOf(message, twice, shift, scale);
    const odds1 = oddsOf(message + 16, twice, shift, scale);
    const odds2 = oddsOf(message + 32, twice, shift, scale);
    const odds3 = oddsOf(message + 48, twice, shift, scale);
    v128.store(odds, odds0);
    v128.store(odds, odds1, 16);
    v128.store(odds, odds2, 32);
    v128.store(odds, odds3, 48);
    message += 64;
    odds += 64;
  } while (message < end);
}

/** Four entries of an f64 vector += a − b. */
function addDifference(vector: usize, a: v128, b: v128): void {
  const low = f64x2.sub(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const high = f64x2.sub(promoteHigh(a), promoteHigh(b));
  const sum = f64x2.add(v128.load(vector, 16), high);
  v128.store(vector, f64x2.add(v128.load(vector), low));
  v128.store(vector, sum, 16);
}

/** Four entries of an f64 vector += a. */
function addAll(vector: usize, a: v128): void {
  const sum = f64x2.add(v128.load(vector, 16), promoteHigh(a));
  v128.store(vector, f64x2.add(v128.load(vector), f64x2.promote_low_f32x4(a)));
  v128.store(vector, sum, 16);
}

/**
 * Magnetizations of column j from frame.odds to frame.poles.
 * @param old magnetizations of the messages before, f32
 * @returns largest change of m_{j→i}
 */
function takeMagnetizations(frame: BeliefFrame, j: u32, direction: f32, old: usize): f32 {
  const towards = f32x4.splat(direction);
  const one = f32x4.splat(1);
  const sign = i32x4.splat(SIGN);
  const bytes = (<usize>frame.stride) << 2;
  let odds = frame.odds;
  const end = odds + bytes;
  let pole = frame.poles + <usize>j * bytes;
  let largest = f32x4.splat(0);
  do {
    const G = v128.load(odds);
    const r = f32x4.div(one, f32x4.add(one, G));
    const twoMinus = f32x4.add(r, r);
    const epsilon = f32x4.mul(G, twoMinus);
    const m = f32x4.mul(towards, f32x4.sub(one, epsilon));
    largest = f32x4.pmax(largest, v128.andnot(f32x4.sub(m, v128.load(old)), sign));
    v128.store(pole, v128.or(v128.and(m, sign), f32x4.pmin(epsilon, twoMinus)));
    odds += 16;
    pole += 16;
    old += 16;
  } while (odds < end);
  const pair = f32x4.pmax(largest, v128.shuffle<i64>(largest, largest, 1, 1));
  return max(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}

/** Adds column j to the sums. */
function sumColumn(frame: BeliefFrame, j: u32): void {
  const two = f32x4.splat(2);
  const sign = i32x4.splat(SIGN);
  const bytes = (<usize>frame.stride) << 2;
  let coupling = frame.couplings + <usize>j * bytes;
  const end = coupling + bytes;
  let pole = frame.poles + <usize>j * bytes;
  let means = frame.meanSums;
  let variances = frame.varianceSums;
  do {
    const J = v128.load(coupling);
    const x = v128.load(pole);
    const d = v128.andnot(x, sign);
    addDifference(means, v128.xor(J, v128.and(x, sign)), f32x4.mul(J, x));
    addAll(variances, f32x4.mul(f32x4.mul(J, J), f32x4.mul(d, f32x4.sub(two, d))));
    coupling += 16;
    pole += 16;
    means += 32;
    variances += 32;
  } while (coupling < end);
}

/**
 * Magnetizations of column j from its messages and total, and what they add to the sums.
 * @param old magnetizations of the messages before, f32
 * @returns largest change of m_{j→i}
 */
export function addMoments(frame: BeliefFrame, j: u32, old: usize): f32 {
  const direction: f32 = load<f64>(frame.totals + ((<usize>j) << 3)) < 0 ? -1 : 1;
  takeOdds(frame, j, direction);
  const change = takeMagnetizations(frame, j, direction, old);
  sumColumn(frame, j);
  return change;
}
