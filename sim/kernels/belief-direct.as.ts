/**
 * @file Messages (P18) from logs of normal tails, for the rows of a column where the series of belief-rows.as.ts does
 * not hold. Arguments and exponents in f64x2, as the exponents grow with 1/V and only their differences stay moderate;
 * tails and the last exponentials in f32x4.
 *
 * Four messages have a block of seven f32x4: four arguments of Φ, those of own sign + and − for s_j = +1 and for
 * s_j = −1; by how much the exponent of own sign + exceeds that of −, for s_j = ±1; and the larger exponent for s_j = +1
 * minus that for −1.
 */
import { BeliefFrame, DIRECT_BLOCK } from "./belief-frame.as";
import { LARGEST_MESSAGE, VARIANCE_FLOOR } from "./belief-rows.as";
import { Single } from "./single.as";

/** The bit of the sign. */
const SIGN: i32 = 0x80000000;

/** Two f64 of a vector, at rows a and b. */
function pair64(vector: usize, a: u32, b: u32): v128 {
  return v128.load64_lane(vector + ((<usize>b) << 3), v128.load64_zero(vector + ((<usize>a) << 3)), 1);
}

/** Two f32. */
function pair32(a: usize, b: usize): v128 {
  return v128.load32_lane(b, v128.load32_zero(a), 1);
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

/** Fills the blocks from the list. */
function prepare(frame: BeliefFrame, list: usize, end: usize, selfCoupling: f64): void {
  const self = f64x2.splat(selfCoupling);
  let block = frame.directBlocks;
  let half: usize = 0;
  do {
    const a = load<u32>(list);
    const b = load<u32>(list, 16);
    const couplings = frame.couplings;
    const coupling = pair32(couplings + (load<u32>(list, 4) << 2), couplings + (load<u32>(list, 20) << 2));
    const J = f64x2.promote_low_f32x4(coupling);
    // What was added to the sums: see belief-moments.as.ts.
    const pole = pair32(list + 8, list + 24);
    const aligned = f64x2.promote_low_f32x4(v128.xor(coupling, v128.and(pole, i32x4.splat(SIGN))));
    const rest = f64x2.promote_low_f32x4(f32x4.mul(coupling, pole));
    const share = f64x2.promote_low_f32x4(pair32(list + 12, list + 28));
    const mean = f64x2.sub(pair64(frame.means, a, b), f64x2.sub(aligned, rest));
    const variance = f64x2.sub(pair64(frame.variances, a, b), share);
    const width = f64x2.sqrt(f64x2.pmax(variance, f64x2.splat(VARIANCE_FLOOR)));
    const inverse = f64x2.div(f64x2.splat(1), width);
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
    const out = block + half;
    storePair(out, upPlus);
    storePair(out + 16, upMinus);
    storePair(out + 32, downPlus);
    storePair(out + 48, downMinus);
    storePair(out + 64, f64x2.sub(upFirst, upSecond));
    storePair(out + 80, f64x2.sub(downFirst, downSecond));
    storePair(out + 96, f64x2.sub(f64x2.pmax(upFirst, upSecond), f64x2.pmax(downFirst, downSecond)));
    list += 32;
    block += half == 0 ? 0 : DIRECT_BLOCK;
    half = 8 - half;
  } while (list < end);
}

/** Replaces the four arguments of each block by Φ, without its Gaussian factor where the argument is negative. */
function applyCdf(block: usize, end: usize): void {
  do {
    const upPlus = Single.scaledCdf(v128.load(block));
    const upMinus = Single.scaledCdf(v128.load(block, 16));
    v128.store(block, upPlus);
    v128.store(block, upMinus, 16);
    const downPlus = Single.scaledCdf(v128.load(block, 32));
    const downMinus = Single.scaledCdf(v128.load(block, 48));
    v128.store(block, downPlus, 32);
    v128.store(block, downMinus, 48);
    block += DIRECT_BLOCK;
  } while (block < end);
}

/** Both terms of F over e to the larger of their exponents. */
function mixed(first: v128, second: v128, excess: v128, weight: v128): v128 {
  const firstLarger = f32x4.ge(excess, f32x4.splat(0));
  const larger = v128.bitselect(first, second, firstLarger);
  const smaller = v128.bitselect(second, first, firstLarger);
  return Single.plus(larger, weight, smaller);
}

/** Four f32 at the numbers of four entries of the list. */
function gather(messages: usize, entry: usize): v128 {
  let u = v128.load32_zero(messages + (load<u32>(entry, 4) << 2));
  u = v128.load32_lane(messages + (load<u32>(entry, 20) << 2), u, 1);
  u = v128.load32_lane(messages + (load<u32>(entry, 36) << 2), u, 2);
  return v128.load32_lane(messages + (load<u32>(entry, 52) << 2), u, 3);
}

/** Puts them back. */
function scatter(messages: usize, entry: usize, u: v128): void {
  v128.store32_lane(messages + (load<u32>(entry, 4) << 2), u, 0);
  v128.store32_lane(messages + (load<u32>(entry, 20) << 2), u, 1);
  v128.store32_lane(messages + (load<u32>(entry, 36) << 2), u, 2);
  v128.store32_lane(messages + (load<u32>(entry, 52) << 2), u, 3);
}

/** Adds what blocks, of which `applyCdf` has been taken, give for the messages of the list. */
function addMessages(frame: BeliefFrame, list: usize, end: usize, renewed: f32): void {
  const messages = frame.messages;
  const largest = f32x4.splat(<f32>LARGEST_MESSAGE);
  const least = f32x4.splat(-(<f32>LARGEST_MESSAGE));
  const factor = f32x4.splat(renewed);
  let block = frame.directBlocks;
  do {
    const upExcess = v128.load(block, 64);
    const downExcess = v128.load(block, 80);
    const upWeight = Single.exponential(f32x4.neg(Single.size(upExcess)));
    const downWeight = Single.exponential(f32x4.neg(Single.size(downExcess)));
    const up = mixed(v128.load(block), v128.load(block, 16), upExcess, upWeight);
    const down = mixed(v128.load(block, 32), v128.load(block, 48), downExcess, downWeight);
    const twice = f32x4.add(v128.load(block, 96), Single.logarithm(f32x4.div(up, down)));
    const u = f32x4.pmax(f32x4.pmin(f32x4.mul(f32x4.splat(0.5), twice), largest), least);
    scatter(messages, list, Single.plus(gather(messages, list), factor, u));
    list += 64;
    block += DIRECT_BLOCK;
  } while (list < end);
}

/**
 * Adds the fresh part of the damped messages where the series does not give it.
 * @param end of the list that begins at frame.directList (belief-update.as.ts)
 */
export function updateDirectly(frame: BeliefFrame, end: usize, selfCoupling: f64, damping: f64): void {
  const list = frame.directList;
  const groups = (end - list + 48) >> 6;
  // Groups of four: the last entry fills the group up.
  const last = v128.load(end - 16);
  const filled = list + (groups << 6);
  for (; end < filled; end += 16) v128.store(end, last);
  prepare(frame, list, filled, selfCoupling);
  applyCdf(frame.directBlocks, frame.directBlocks + groups * DIRECT_BLOCK);
  addMessages(frame, list, filled, <f32>(1 - damping));
}
