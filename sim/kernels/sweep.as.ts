/** @file Whole sweeps of zero-temperature dynamics. Twin: sweep.ts, which states the rules. */
import { addColumn, addColumns, addTwoColumns, columnOf } from "./fields.as";
import { Frame, WORDS } from "./frame.as";
import { GROUP_WORDS, philoxWords } from "./philox.as";

/** Visits after which a held column is added alone: beyond it, single elements cost more than a second pass saves. */
const HELD_VISITS: usize = 48;

/** Products of four words with their bounds: high halves to `out`; returns whether all low halves are above the bounds. */
function multiplyFour(out: usize, words: v128, bounds: v128): bool {
  const even = i64x2.extmul_low_i32x4_u(words, bounds);
  const odd = i64x2.extmul_high_i32x4_u(words, bounds);
  v128.store(out, v128.shuffle<i32>(even, odd, 1, 3, 5, 7));
  return !v128.any_true(i32x4.lt_u(v128.shuffle<i32>(even, odd, 0, 2, 4, 6), bounds));
}

/**
 * Writes `count` integers to `out`, the k-th uniform on 0..bound−1 with bound = firstBound + k·boundStep (`below` in
 * sim/random.ts; a word can be rejected only if the low half of its product is below the bound: then one by one).
 */
function drawBelow(
  frame: Frame,
  out: usize,
  count: u32,
  firstBound: u32,
  boundStep: u32,
  key0: u32,
  key1: u32,
  substream: u32,
): void {
  const words = frame.words;
  const wordsEnd = words + (WORDS << 2);
  const outEnd = out + ((<usize>count) << 2);
  const ramp = i32x4.mul(i32x4.splat(boundStep), i32x4(0, 1, 2, 3));
  let group: u32 = 0;
  let cursor = wordsEnd;
  let bound = firstBound;
  while (out < outEnd) {
    if (cursor === wordsEnd) {
      philoxWords(words, group, WORDS / GROUP_WORDS, key0, key1, substream);
      group += WORDS / GROUP_WORDS;
      cursor = words;
    }
    while (cursor + 16 <= wordsEnd && out + 16 <= outEnd) {
      if (!multiplyFour(out, v128.load(cursor), i32x4.add(i32x4.splat(bound), ramp))) break;
      cursor += 16;
      out += 16;
      bound += 4 * boundStep;
    }
    if (cursor === wordsEnd || out === outEnd) continue;
    const product = <u64>load<u32>(cursor) * bound;
    cursor += 4;
    const rejected: u32 = (0 - bound) % bound;
    if (<u32>product < rejected) continue;
    store<u32>(out, <u32>(product >> 32));
    out += 4;
    bound += boundStep;
  }
}

/** Whether neuron i has s_i h_i + J_D < 0. */
function isUnstable(frame: Frame, i: u32, selfCoupling: f64): bool {
  const s = <f64>load<i8>(frame.state + i);
  return s * <f64>load<f32>(frame.fields + ((<usize>i) << 2)) + selfCoupling < 0;
}

/**
 * Updates the N neurons listed at `order` one after the other; returns the number of flips. The column of a flip is held
 * back until the next flip, to add both in one pass: meanwhile each visited neuron adds its own element of it. The
 * fields are the same, bit for bit, as if every column had been added at once.
 */
function updateInTurn(frame: Frame, selfCoupling: f64): u32 {
  const bytes = (<usize>frame.stride) << 2;
  const end = frame.order + ((<usize>frame.n) << 2);
  let heldColumn: usize = 0;
  let heldFactor: f32 = 0;
  let heldUntil = end;
  let flips: u32 = 0;
  for (let entry = frame.order; entry < end; entry += 4) {
    const i = <usize>load<u32>(entry);
    let field = load<f32>(frame.fields + (i << 2));
    if (heldColumn !== 0) field += heldFactor * load<f32>(heldColumn + (i << 2));
    const s = <f64>load<i8>(frame.state + i);
    if (s * <f64>field + selfCoupling < 0) {
      flips++;
      store<i8>(frame.state + i, <i8>-s);
      const column = columnOf(frame, <u32>i);
      const factor = <f32>(-2 * s);
      if (heldColumn === 0) {
        heldColumn = column;
        heldFactor = factor;
        heldUntil = entry + HELD_VISITS * 4;
      } else {
        addTwoColumns(frame.fields, heldColumn, heldFactor, column, factor, bytes);
        heldColumn = 0;
        heldUntil = end;
      }
    } else if (entry >= heldUntil) {
      addColumn(frame.fields, heldColumn, heldFactor, bytes);
      heldColumn = 0;
      heldUntil = end;
    }
  }
  if (heldColumn !== 0) addColumn(frame.fields, heldColumn, heldFactor, bytes);
  return flips;
}

/** One sweep over a fresh random permutation; returns the number of flips. */
export function permutationSweep(frame: Frame, selfCoupling: f64, key0: u32, key1: u32, sweep: u32): u32 {
  const order = frame.order;
  store<u32>(order, 0);
  drawBelow(frame, order + 4, frame.n - 1, 2, 1, key0, key1, sweep);
  for (let i: u32 = 1; i < frame.n; i++) {
    const entry = order + ((<usize>i) << 2);
    const drawn = order + ((<usize>load<u32>(entry)) << 2);
    store<u32>(entry, load<u32>(drawn));
    store<u32>(drawn, i);
  }
  return updateInTurn(frame, selfCoupling);
}

/** N independent picks of a neuron; returns the number of flips. */
export function randomSweep(frame: Frame, selfCoupling: f64, key0: u32, key1: u32, sweep: u32): u32 {
  drawBelow(frame, frame.order, frame.n, frame.n, 0, key0, key1, sweep);
  return updateInTurn(frame, selfCoupling);
}

/** s_j ← −s_j for the listed neurons. */
function negateListed(state: usize, list: usize, count: u32): void {
  for (let k: u32 = 0; k < count; k++) {
    const s = state + load<u32>(list + ((<usize>k) << 2));
    store<i8>(s, -load<i8>(s));
  }
}

/** (s, h) ← (−s, −h). */
function negateAll(frame: Frame): void {
  for (let i: u32 = 0; i < frame.n; i++) {
    const s = frame.state + i;
    const h = frame.fields + ((<usize>i) << 2);
    store<i8>(s, -load<i8>(s));
    store<f32>(h, -load<f32>(h));
  }
}

/** All neurons at once, each taking part with probability threshold/2³²; returns the number of flips. */
export function parallelSweep(
  frame: Frame,
  selfCoupling: f64,
  threshold: f64,
  key0: u32,
  key1: u32,
  sweep: u32,
): u32 {
  const n = frame.n;
  const order = frame.order;
  let flips: u32 = 0;
  let staying = n;
  for (let i: u32 = 0; i < n; i++) {
    if (i % WORDS === 0) {
      philoxWords(frame.words, i / GROUP_WORDS, WORDS / GROUP_WORDS, key0, key1, sweep);
    }
    const takesPart = <f64>load<u32>(frame.words + ((<usize>(i % WORDS)) << 2)) < threshold;
    if (takesPart && isUnstable(frame, i, selfCoupling)) {
      store<u32>(order + ((<usize>flips) << 2), i);
      flips++;
    } else {
      staying--;
      store<u32>(order + ((<usize>staying) << 2), i);
    }
  }
  if (flips <= n - flips) {
    negateListed(frame.state, order, flips);
    addColumns(frame, 2, order, flips);
  } else {
    const stayingList = order + ((<usize>flips) << 2);
    negateListed(frame.state, stayingList, n - flips);
    addColumns(frame, 2, stayingList, n - flips);
    negateAll(frame);
  }
  return flips;
}
