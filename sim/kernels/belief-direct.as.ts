/**
 * @file Messages (P18) from logs of normal tails, for the rows of a column where the series of belief-rows.as.ts does
 * not hold. Arguments and exponents in f64x2, as the exponents grow with 1/V and only their differences stay moderate;
 * tails and the last exponentials in f32x4.
 */
import { BeliefFrame } from "./belief-frame.as";
import { LARGEST_MESSAGE, VARIANCE_FLOOR } from "./belief-rows.as";
import { exponential2, logarithm32, scaledTail } from "./normal.as";

const LOG2_E: f32 = 1.442695;
/** −½ log₂ e. */
const EXPONENT_OF_SQUARE: f32 = -0.7213475;

/** Two f64 from the f64 vector at rows a and b. */
function pair64(vector: usize, a: usize, b: usize): v128 {
  return v128.load64_lane(vector + (b << 3), v128.load64_zero(vector + (a << 3)), 1);
}

/** Two f32 of a column at rows a and b, as f64x2. */
function pair32(column: usize, a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(column + (b << 2), v128.load32_zero(column + (a << 2)), 1));
}

/** Two lanes as f32. */
function storePair(out: usize, value: v128): void {
  v128.store64_lane(out, f32x4.demote_f64x2_zero(value), 0);
}

/** −½x² where x < 0, else 0. */
function tailExponent(x: v128): v128 {
  const negative = f64x2.pmin(x, f64x2.splat(0));
  return f64x2.mul(f64x2.mul(negative, negative), f64x2.splat(-0.5));
}

/**
 * For rows a and b: the arguments of Φ for s_j = +1, own sign + and −; for s_j = −1, the same; by how much the exponent
 * of own sign + exceeds that of −, for s_j = ±1; and the larger exponent for +1 minus that for −1.
 */
function prepareTwo(
  frame: BeliefFrame,
  j: u32,
  a: usize,
  b: usize,
  self: v128,
  out: usize,
  next: usize,
): void {
  const J = pair32(frame.couplings + ((<usize>j * frame.stride) << 2), a, b);
  const share = pair32(frame.varianceShares, a, b);
  const variance = f64x2.sub(pair64(frame.variances, a, b), share);
  const width = f64x2.sqrt(f64x2.pmax(variance, f64x2.splat(VARIANCE_FLOOR)));
  const inverse = f64x2.div(f64x2.splat(1), width);
  const mean = f64x2.sub(pair64(frame.means, a, b), pair32(frame.meanShares, a, b));
  const up = f64x2.add(mean, J);
  const down = f64x2.sub(mean, J);
  const upPlus = f64x2.mul(f64x2.add(self, up), inverse);
  const upMinus = f64x2.mul(f64x2.sub(self, up), inverse);
  const downPlus = f64x2.mul(f64x2.add(self, down), inverse);
  const downMinus = f64x2.mul(f64x2.sub(self, down), inverse);
  const cavityField = pair64(frame.cavityFields, a, b);
  const upFirst = f64x2.add(cavityField, tailExponent(upPlus));
  const upSecond = f64x2.sub(tailExponent(upMinus), cavityField);
  const downFirst = f64x2.add(cavityField, tailExponent(downPlus));
  const downSecond = f64x2.sub(tailExponent(downMinus), cavityField);
  storePair(out, upPlus);
  storePair(out + next, upMinus);
  storePair(out + 2 * next, downPlus);
  storePair(out + 3 * next, downMinus);
  storePair(out + 4 * next, f64x2.sub(upFirst, upSecond));
  storePair(out + 5 * next, f64x2.sub(downFirst, downSecond));
  storePair(out + 6 * next, f64x2.sub(f64x2.pmax(upFirst, upSecond), f64x2.pmax(downFirst, downSecond)));
}

/** Φ(x) for x ≥ 0, e^{x²/2} Φ(x) for x < 0. */
function scaledCdf32(x: v128): v128 {
  const tail = scaledTail(f32x4.abs(x));
  const density = exponential2(f32x4.mul(f32x4.mul(x, x), f32x4.splat(EXPONENT_OF_SQUARE)));
  const right = f32x4.sub(f32x4.splat(1), f32x4.mul(tail, density));
  return v128.bitselect(tail, right, f32x4.lt(x, f32x4.splat(0)));
}

/** Σ_σ of both terms over e to the larger exponent. */
function mixed(plus: v128, minus: v128, excess: v128): v128 {
  const first = scaledCdf32(plus);
  const second = scaledCdf32(minus);
  const weight = exponential2(f32x4.mul(f32x4.abs(excess), f32x4.splat(-LOG2_E)));
  const firstLarger = f32x4.ge(excess, f32x4.splat(0));
  const larger = v128.bitselect(first, second, firstLarger);
  const smaller = v128.bitselect(second, first, firstLarger);
  return f32x4.add(larger, f32x4.mul(weight, smaller));
}

/** u of four rows from the terms of prepareTwo. */
function messages(terms: usize, next: usize): v128 {
  const up = mixed(v128.load(terms), v128.load(terms + next), v128.load(terms + 4 * next));
  const down = mixed(v128.load(terms + 2 * next), v128.load(terms + 3 * next), v128.load(terms + 5 * next));
  const both = f32x4.add(v128.load(terms + 6 * next), logarithm32(f32x4.div(up, down)));
  const u = f32x4.mul(f32x4.splat(0.5), both);
  const largest = f32x4.splat(<f32>LARGEST_MESSAGE);
  return f32x4.pmax(f32x4.pmin(u, largest), f32x4.neg(largest));
}

function rowAt(frame: BeliefFrame, k: u32): usize {
  return load<u32>(frame.directRows + ((<usize>k) << 2));
}

/** New messages, damped, for the `count` rows of column j in frame.directRows. */
export function updateDirectly(
  frame: BeliefFrame,
  j: u32,
  count: u32,
  selfCoupling: f64,
  damping: f64,
): void {
  const next = (<usize>frame.stride) << 2;
  const self = f64x2.splat(selfCoupling);
  // Groups of four: the last row fills the group up.
  const last = <u32>rowAt(frame, count - 1);
  for (let k = count; k < ((count + 3) & ~3); k++) store<u32>(frame.directRows + ((<usize>k) << 2), last);
  for (let k: u32 = 0; k < count; k += 2) {
    prepareTwo(
      frame,
      j,
      rowAt(frame, k),
      rowAt(frame, k + 1),
      self,
      frame.directTerms + ((<usize>k) << 2),
      next,
    );
  }
  for (let k: u32 = 0; k < count; k += 4) {
    const terms = frame.directTerms + ((<usize>k) << 2);
    v128.store(terms, messages(terms, next));
  }
  const column = frame.messages + ((<usize>j * frame.stride) << 2);
  const kept = <f32>damping;
  const renewed = <f32>(1 - damping);
  for (let k: u32 = 0; k < count; k++) {
    const message = column + (rowAt(frame, k) << 2);
    const fresh = load<f32>(frame.directTerms + ((<usize>k) << 2));
    store<f32>(message, renewed * fresh + kept * load<f32>(message));
  }
}
