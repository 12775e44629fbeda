/**
 * @file The series that gives the messages (P18) of a row where |J_ij| is small against the width √V_i.
 *
 * u = ½ [L(x + J, V') − L(x − J, V')] at x = μ − Jm, V' = V − J²(1 − m²), with L of belief-rows.as.ts. As Φ(x/√V) solves
 * the heat equation, ∂_V L = ½ (∂_x² L + (∂_x L)²): all derivatives of L follow from ℓ_k, those in x. With q = Jm and
 * κ = J²(1 − m²), u = J (P_0 + κ (P_1 + κ (P_2 + κ P_3))), P_b polynomials in q. Terms are taken to seventh order in J,
 * and to eleventh where they are free of κ: couplings are large against the width where neurons are polarized, and κ is
 * small there.
 */
import { BeliefFrame, ROW_BLOCK, ROW_DERIVATIVES } from "./belief-frame.as";
import { Single } from "./single.as";

const LN2: f32 = 0.6931472;

/*
 * How far a series reaches. All ratios are log₂; with them what the series leaves out stays below 6e−7
 * (test/sim/kernels-belief.test.ts), at a tenth of a per cent to a fifth of all messages beyond the reach, the more the
 * smaller N and the more polarized the neurons.
 */

/** The terms of order k = 8..11 at κ = 0 must be below this to the power k. */
const POLARIZED_RATIO: f32 = -2;
/** The terms of order k = 4..7 at any m must be below this to the power k. */
const MIXED_RATIO: f32 = -3;
/** The last terms must fall at least so fast: in a row that is nearly quiet small terms may grow up to later orders. */
const LAST_RATIO: f32 = -1;
/** Largest |J|/√V at κ = 0 and at any m: terms with κ are powers of it in the tails, where others vanish. */
const LARGEST_POLARIZED: f32 = 0.55;
const LARGEST_MIXED: f32 = 0.22;
/** The largest message that is taken from the series; below LARGEST_MESSAGE, so that none needs to be clamped. */
const LARGEST_SERIES_MESSAGE: f32 = 20;
/** A row with a larger coefficient than this is not given a series, which might overflow. */
const LARGEST_COEFFICIENT: f32 = 1e30;
/** Inverse square of the reach of a row without a series: beyond it is every J but zero. */
const NO_REACH: f32 = 1e30;

function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

/** c·a. */
function times(c: f64, a: v128): v128 {
  return f64x2.mul(f64x2.splat(c), a);
}

/** Writes a coefficient of two rows. */
function put(out: usize, value: v128): void {
  v128.store64_lane(out, f32x4.demote_f64x2_zero(value), 0);
}

/** Replaces the derivatives of F over F by those of log F, for two rows at a time. */
function takeLogarithm(frame: BeliefFrame): void {
  let at = frame.rowDerivatives;
  const end = at + ((<usize>frame.stride) >> 1) * ROW_DERIVATIVES;
  do {
    // ℓ_n = r_n − Σ_k C(n − 1, k − 1) ℓ_k r_{n−k}.
    const r1 = v128.load(at);
    const r2 = v128.load(at, 16);
    const r3 = v128.load(at, 32);
    const r4 = v128.load(at, 48);
    const r5 = v128.load(at, 64);
    const r6 = v128.load(at, 80);
    const r7 = v128.load(at, 96);
    const r8 = v128.load(at, 112);
    const r9 = v128.load(at, 128);
    const r10 = v128.load(at, 144);
    const r11 = v128.load(at, 160);
    const l2 = f64x2.sub(r2, mul(r1, r1));
    const l3 = f64x2.sub(r3, add(mul(r1, r2), times(2, mul(l2, r1))));
    const l4 = f64x2.sub(r4, add(mul(r1, r3), times(3, add(mul(l2, r2), mul(l3, r1)))));
    let sum = add(mul(r1, r4), times(4, add(mul(l2, r3), mul(l4, r1))));
    const l5 = f64x2.sub(r5, add(sum, times(6, mul(l3, r2))));
    sum = add(mul(r1, r5), times(5, add(mul(l2, r4), mul(l5, r1))));
    const l6 = f64x2.sub(r6, add(sum, times(10, add(mul(l3, r3), mul(l4, r2)))));
    sum = add(mul(r1, r6), times(6, add(mul(l2, r5), mul(l6, r1))));
    sum = add(sum, times(15, add(mul(l3, r4), mul(l5, r2))));
    const l7 = f64x2.sub(r7, add(sum, times(20, mul(l4, r3))));
    sum = add(mul(r1, r7), times(7, add(mul(l2, r6), mul(l7, r1))));
    sum = add(sum, times(21, add(mul(l3, r5), mul(l6, r2))));
    const l8 = f64x2.sub(r8, add(sum, times(35, add(mul(l4, r4), mul(l5, r3)))));
    sum = add(mul(r1, r8), times(8, add(mul(l2, r7), mul(l8, r1))));
    sum = add(sum, times(28, add(mul(l3, r6), mul(l7, r2))));
    sum = add(sum, times(56, add(mul(l4, r5), mul(l6, r3))));
    const l9 = f64x2.sub(r9, add(sum, times(70, mul(l5, r4))));
    sum = add(mul(r1, r9), times(9, add(mul(l2, r8), mul(l9, r1))));
    sum = add(sum, times(36, add(mul(l3, r7), mul(l8, r2))));
    sum = add(sum, times(84, add(mul(l4, r6), mul(l7, r3))));
    const l10 = f64x2.sub(r10, add(sum, times(126, add(mul(l5, r5), mul(l6, r4)))));
    sum = add(mul(r1, r10), times(10, add(mul(l2, r9), mul(l10, r1))));
    sum = add(sum, times(45, add(mul(l3, r8), mul(l9, r2))));
    sum = add(sum, times(120, add(mul(l4, r7), mul(l8, r3))));
    sum = add(sum, times(210, add(mul(l5, r6), mul(l7, r4))));
    const l11 = f64x2.sub(r11, add(sum, times(252, mul(l6, r5))));
    v128.store(at, l2, 16);
    v128.store(at, l3, 32);
    v128.store(at, l4, 48);
    v128.store(at, l5, 64);
    v128.store(at, l6, 80);
    v128.store(at, l7, 96);
    v128.store(at, l8, 112);
    v128.store(at, l9, 128);
    v128.store(at, l10, 144);
    v128.store(at, l11, 160);
    at += ROW_DERIVATIVES;
  } while (at < end);
}

/**
 * Writes blocks of 23 f32x4: 1/√V; room for what `limitSeries` puts there, the first being the quiet reach for now; the
 * coefficients of P_0, even powers of q to q¹⁰ and odd ones to q⁹; of P_1, q⁰ to q⁴; of P_2, q⁰ to q²; P_3.
 */
function writeCoefficients(frame: BeliefFrame): void {
  let at = frame.rowDerivatives;
  const end = at + ((<usize>frame.stride) >> 1) * ROW_DERIVATIVES;
  let out = frame.rows;
  let half: usize = 0;
  do {
    const l1 = v128.load(at);
    const l2 = v128.load(at, 16);
    const l3 = v128.load(at, 32);
    const l4 = v128.load(at, 48);
    const l5 = v128.load(at, 64);
    const l6 = v128.load(at, 80);
    const l7 = v128.load(at, 96);
    const row = out + half;
    put(row, f64x2.div(f64x2.splat(1), v128.load(at, 176)));
    put(row + 16, v128.load(at, 192));
    put(row + 48, l1);
    put(row + 64, times(2.0 / 3.0, l3));
    put(row + 80, times(2.0 / 15.0, l5));
    put(row + 96, times(4.0 / 315.0, l7));
    put(row + 112, times(2.0 / 2835.0, v128.load(at, 128)));
    put(row + 128, times(4.0 / 155925.0, v128.load(at, 160)));
    put(row + 144, times(-1, l2));
    put(row + 160, times(-1.0 / 3.0, l4));
    put(row + 176, times(-2.0 / 45.0, l6));
    put(row + 192, times(-1.0 / 315.0, v128.load(at, 112)));
    put(row + 208, times(-2.0 / 14175.0, v128.load(at, 144)));

    // Derivatives of ℓ_k in V, the first, second and third.
    const v1 = add(times(0.5, l3), mul(l1, l2));
    const v2 = add(times(0.5, l4), add(mul(l1, l3), mul(l2, l2)));
    const v3 = add(times(0.5, l5), add(mul(l1, l4), times(3, mul(l2, l3))));
    const v4 = add(add(times(0.5, l6), mul(l1, l5)), add(times(4, mul(l2, l4)), times(3, mul(l3, l3))));
    const v5 = add(add(times(0.5, l7), mul(l1, l6)), add(times(5, mul(l2, l5)), times(10, mul(l3, l4))));
    const vv1 = add(times(0.5, v3), add(mul(v1, l2), mul(v2, l1)));
    const vv2 = add(add(times(0.5, v4), mul(v1, l3)), add(times(2, mul(v2, l2)), mul(v3, l1)));
    const three = times(3, add(mul(v2, l3), mul(v3, l2)));
    const vv3 = add(add(times(0.5, v5), add(mul(v1, l4), mul(v4, l1))), three);
    const vvv1 = add(add(times(0.5, vv3), add(mul(vv1, l2), mul(vv2, l1))), times(2, mul(v1, v2)));
    put(row + 224, f64x2.sub(times(1.0 / 6.0, l3), v1));
    put(row + 240, f64x2.sub(v2, times(1.0 / 6.0, l4)));
    put(row + 256, f64x2.sub(times(0.1, l5), times(2.0 / 3.0, v3)));
    put(row + 272, f64x2.sub(times(1.0 / 3.0, v4), times(2.0 / 45.0, l6)));
    put(row + 288, f64x2.sub(times(1.0 / 63.0, l7), times(2.0 / 15.0, v5)));
    put(row + 304, add(f64x2.sub(times(0.5, vv1), times(1.0 / 6.0, v3)), times(1.0 / 120.0, l5)));
    put(row + 320, f64x2.sub(times(1.0 / 6.0, v4), add(times(0.5, vv2), times(1.0 / 120.0, l6))));
    put(row + 336, add(f64x2.sub(times(1.0 / 3.0, vv3), times(0.1, v5)), times(1.0 / 210.0, l7)));
    const fourth = add(times(1.0 / 12.0, vv3), times(1.0 / 5040.0, l7));
    put(row + 352, f64x2.sub(fourth, add(times(1.0 / 6.0, vvv1), times(1.0 / 120.0, v5))));
    at += ROW_DERIVATIVES;
    out += half == 0 ? 0 : ROW_BLOCK;
    half = 8 - half;
  } while (at < end);
}

/** log₂|x|, f32x4, from the bits of x, at most 0.09 too small. */
function log2(x: v128): v128 {
  const bits = f32x4.convert_i32x4_s(Single.size(x));
  return f32x4.sub(f32x4.mul(bits, f32x4.splat(1.1920929e-7)), f32x4.splat(127));
}

/** max(a, log₂|x|/k). */
function growth(a: v128, x: v128, k: f32): v128 {
  return f32x4.pmax(a, f32x4.mul(log2(x), f32x4.splat(1 / k)));
}

/** log₂ of the factor from one order to the next, at the last orders without κ, even or odd ones: the smaller of both. */
function lastGrowth(block: usize): v128 {
  const even = f32x4.sub(log2(v128.load(block, 208)), log2(v128.load(block, 192)));
  const odd = f32x4.sub(log2(v128.load(block, 128)), log2(v128.load(block, 112)));
  return f32x4.mul(f32x4.splat(0.5), f32x4.pmin(even, odd));
}

/** ax + by. */
function mix(a: f32, x: v128, b: f32, y: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(a), x), f32x4.mul(f32x4.splat(b), y));
}

/** Growth of the terms of order 4 to 7 at a given m, if it exceeds `before`. */
function mixedGrowth(block: usize, before: v128, m: f32): v128 {
  const t = m * m;
  const k: f32 = 1 - t;
  const fourth = mix(m * t, v128.load(block, 160), m * k, v128.load(block, 240));
  let fifth = mix(t * t, v128.load(block, 80), t * k, v128.load(block, 256));
  fifth = f32x4.add(fifth, f32x4.mul(f32x4.splat(k * k), v128.load(block, 304)));
  let sixth = mix(m * t * t, v128.load(block, 176), m * t * k, v128.load(block, 272));
  sixth = f32x4.add(sixth, f32x4.mul(f32x4.splat(m * k * k), v128.load(block, 320)));
  const outer = mix(t * t * t, v128.load(block, 96), k * k * k, v128.load(block, 352));
  const inner = mix(t * t * k, v128.load(block, 288), t * k * k, v128.load(block, 336));
  const seventh = f32x4.add(outer, inner);
  return growth(growth(growth(growth(before, fourth, 4), fifth, 5), sixth, 6), seventh, 7);
}

/** 2^{logRatio − steepest}. */
function reachOf(logRatio: f32, steepest: v128): v128 {
  const exponent = f32x4.mul(f32x4.sub(f32x4.splat(logRatio), steepest), f32x4.splat(LN2));
  return Single.exponential(f32x4.pmin(exponent, f32x4.splat(60)));
}

/** 1/x². */
function inverseSquare(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.mul(x, x));
}

/**
 * Puts the inverse squares of the reaches into the blocks, for κ = 0 and for κ = J²: the series holds where
 * t/reach² + (κ/reach²)(J²/reach²)³ ≤ 1, all in units of √V. Rows that have none, or are quiet, get a series of zeros.
 */
function limitSeries(frame: BeliefFrame): void {
  let block = frame.rows;
  const end = block + ((<usize>frame.stride) >> 2) * ROW_BLOCK;
  do {
    let steepest = f32x4.splat(-127);
    steepest = growth(steepest, v128.load(block, 192), 8);
    steepest = growth(steepest, v128.load(block, 112), 9);
    steepest = growth(steepest, v128.load(block, 208), 10);
    steepest = growth(steepest, v128.load(block, 128), 11);
    const polarized = reachOf(POLARIZED_RATIO, steepest);
    steepest = mixedGrowth(block, f32x4.splat(-127), 0);
    steepest = mixedGrowth(block, steepest, 0.5);
    steepest = mixedGrowth(block, steepest, 0.8);
    const mixed = reachOf(MIXED_RATIO, steepest);
    const first = Single.size(v128.load(block, 48));
    const ofMessage = f32x4.div(f32x4.splat(LARGEST_SERIES_MESSAGE), first);
    const ofGrowth = reachOf(LAST_RATIO, lastGrowth(block));
    const bound = f32x4.pmin(f32x4.pmin(ofMessage, ofGrowth), f32x4.splat(LARGEST_POLARIZED));
    const polarizedReach = f32x4.pmin(polarized, bound);
    const mixedReach = f32x4.pmin(mixed, f32x4.pmin(bound, f32x4.splat(LARGEST_MIXED)));

    let largest = first;
    for (let c: usize = 64; c < ROW_BLOCK; c += 16) {
      largest = f32x4.add(largest, Single.size(v128.load(block + c)));
    }
    const hasSeries = f32x4.lt(largest, f32x4.splat(LARGEST_COEFFICIENT));
    const quiet = v128.load(block, 16);
    const isQuiet = f32x4.gt(quiet, v128.and(polarizedReach, hasSeries));
    const keep = v128.andnot(hasSeries, isQuiet);
    for (let c: usize = 48; c < ROW_BLOCK; c += 16) {
      v128.store(block + c, v128.and(v128.load(block + c), keep));
    }
    const quietInverse = inverseSquare(quiet);
    const nowhere = f32x4.splat(NO_REACH);
    const ofT = v128.bitselect(inverseSquare(polarizedReach), nowhere, hasSeries);
    const ofKappa = v128.bitselect(inverseSquare(mixedReach), nowhere, hasSeries);
    v128.store(block, v128.bitselect(quietInverse, ofT, isQuiet), 16);
    v128.store(block, v128.bitselect(quietInverse, ofKappa, isQuiet), 32);
    block += ROW_BLOCK;
  } while (block < end);
}

/** Series of all rows from frame.rowDerivatives, which is used up. */
export function prepareSeries(frame: BeliefFrame): void {
  takeLogarithm(frame);
  writeCoefficients(frame);
  limitSeries(frame);
}
