/**
 * @file What an iteration of belief propagation needs of each factor (row) once: its own message (P19), and a series
 * in J_ij and m_{j→i} that gives its messages (P18) where J_ij is small against the width √V_i.
 *
 * With L(x, V) = log Σ_σ p(σ) Φ((J_D + σx)/√V), u = ½ [L(x + J, V') − L(x − J, V')] at x = μ − Jm, V' = V − J²(1 − m²).
 * As Φ(x/√V) solves the heat equation, ∂_V L = ½ (∂_x² L + (∂_x L)²): all derivatives of L follow from those in x. To
 * seventh order u = J (O + q E), q = Jm, with O and E polynomials in p = J² and t = q².
 */
import { BeliefFrame, ROW_BLOCK } from "./belief-frame.as";
import { exponential, exponential2, gaussian, hazard, logNormalCdf, scaledCdf } from "./normal.as";

/** Least V_i (belief.ts). */
export const VARIANCE_FLOOR: f64 = 1e-8;
/** Largest |u| (belief.ts). */
export const LARGEST_MESSAGE: f64 = 30;

/** Beyond |J|/√V of this the series is not used: what it leaves out grows where m changes sign. */
const LARGEST_RATIO: f64 = 0.25;
/**
 * The series is used up to the |J| where its terms of order k = 2..7 fall faster than this to the power k: what it
 * leaves out is then below 5e−7 (test/sim/kernels-belief.test.ts).
 */
const LOG2_TERM_RATIO: f32 = -2.95;
/** The largest message that is taken from the series; below LARGEST_MESSAGE, so that none needs to be clamped. */
const LARGEST_SERIES_MESSAGE: f32 = 20;
/** A row with a larger coefficient than this is not given a series, which might overflow. */
const LARGEST_COEFFICIENT: f32 = 1e30;
/** Odds and tails below e^−18, and Φ(−5.6) = 1e−8, count as nothing: all messages of such a row are zero to 1e−8. */
const QUIET_ARGUMENT: f64 = 5.6;
const QUIET_LOG_ODDS: f64 = 18;

function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

function sub(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}

function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

/** c·a. */
function times(c: f64, a: v128): v128 {
  return f64x2.mul(f64x2.splat(c), a);
}

/** u within ±LARGEST_MESSAGE. */
function clamp(u: v128): v128 {
  return f64x2.pmax(f64x2.pmin(u, f64x2.splat(LARGEST_MESSAGE)), f64x2.splat(-LARGEST_MESSAGE));
}

/** Writes two coefficients of a series, term c, as f32. */
function storeTerm(out: usize, c: usize, value: v128): void {
  v128.store64_lane(out + c * 16, f32x4.demote_f64x2_zero(value), 0);
}

/**
 * Coefficients of a series from the derivatives ℓ1..ℓ7 of L in x at (μ, V), in units of √V.
 * @param width √V
 */
function storeSeries(
  out: usize,
  inverseWidth: v128,
  l1: v128,
  l2: v128,
  l3: v128,
  l4: v128,
  l5: v128,
  l6: v128,
  l7: v128,
): void {
  // First, second and third derivative in V of ℓ_k: v_k, vv_k, vvv_k.
  const v1 = add(times(0.5, l3), mul(l1, l2));
  const v2 = add(times(0.5, l4), add(mul(l1, l3), mul(l2, l2)));
  const v3 = add(times(0.5, l5), add(mul(l1, l4), times(3, mul(l2, l3))));
  const v4 = add(add(times(0.5, l6), mul(l1, l5)), add(times(4, mul(l2, l4)), times(3, mul(l3, l3))));
  const v5 = add(add(times(0.5, l7), mul(l1, l6)), add(times(5, mul(l2, l5)), times(10, mul(l3, l4))));
  const vv1 = add(times(0.5, v3), add(mul(v1, l2), mul(v2, l1)));
  const vv2 = add(add(times(0.5, v4), mul(v1, l3)), add(times(2, mul(v2, l2)), mul(v3, l1)));
  const vv3 = add(
    add(times(0.5, v5), add(mul(v1, l4), mul(v4, l1))),
    times(3, add(mul(v2, l3), mul(v3, l2))),
  );
  const vvv1 = add(add(times(0.5, vv3), add(mul(vv1, l2), mul(vv2, l1))), times(2, mul(v1, v2)));
  // Powers of 1/√V.
  const w2 = mul(inverseWidth, inverseWidth);
  const w3 = mul(w2, inverseWidth);
  const w4 = mul(w2, w2);
  const w5 = mul(w3, w2);
  const w6 = mul(w3, w3);
  const w7 = mul(w4, w3);
  // O: 1; p, t; p², pt, t²; p³, p²t, pt², t³.
  storeTerm(out, 0, mul(inverseWidth, l1));
  storeTerm(out, 1, mul(w3, sub(times(1.0 / 6.0, l3), v1)));
  storeTerm(out, 2, mul(w3, add(times(0.5, l3), v1)));
  storeTerm(out, 3, mul(w5, add(times(0.5, vv1), sub(times(1.0 / 120.0, l5), times(1.0 / 6.0, v3)))));
  storeTerm(out, 4, mul(w5, sub(times(1.0 / 12.0, l5), add(vv1, times(1.0 / 3.0, v3)))));
  storeTerm(out, 5, mul(w5, add(times(0.5, add(vv1, v3)), times(1.0 / 24.0, l5))));
  const sixth = times(1.0 / 6.0, vvv1);
  storeTerm(
    out,
    6,
    mul(w7, sub(add(times(1.0 / 12.0, vv3), times(1.0 / 5040.0, l7)), add(sixth, times(1.0 / 120.0, v5)))),
  );
  storeTerm(
    out,
    7,
    mul(
      w7,
      sub(add(times(0.5, vvv1), add(times(1.0 / 12.0, vv3), times(1.0 / 240.0, l7))), times(3.0 / 40.0, v5)),
    ),
  );
  storeTerm(
    out,
    8,
    mul(
      w7,
      sub(add(times(1.0 / 24.0, v5), times(1.0 / 144.0, l7)), add(times(0.5, vvv1), times(5.0 / 12.0, vv3))),
    ),
  );
  storeTerm(
    out,
    9,
    mul(w7, add(add(sixth, times(0.25, vv3)), add(times(1.0 / 24.0, v5), times(1.0 / 720.0, l7)))),
  );
  // E: 1; p, t; p², pt, t².
  storeTerm(out, 10, mul(w2, times(-1, l2)));
  storeTerm(out, 11, mul(w4, sub(v2, times(1.0 / 6.0, l4))));
  storeTerm(out, 12, mul(w4, times(-1, add(v2, times(1.0 / 6.0, l4)))));
  const even = add(times(0.5, vv2), times(1.0 / 120.0, l6));
  storeTerm(out, 13, mul(w6, sub(times(1.0 / 6.0, v4), even)));
  storeTerm(out, 14, mul(w6, sub(vv2, times(1.0 / 36.0, l6))));
  storeTerm(out, 15, mul(w6, times(-1, add(even, times(1.0 / 6.0, v4)))));
}

/** Σ_k C(n − 1, k − 1) ℓ_k r_{n−k} is what a cumulant ℓ_n lacks of the moment r_n; ℓ_k are derivatives of log F, r_k F^{(k)}/F. */
function storeSeriesOfMoments(
  out: usize,
  inverseWidth: v128,
  r1: v128,
  r2: v128,
  r3: v128,
  r4: v128,
  r5: v128,
  r6: v128,
  r7: v128,
): void {
  const l1 = r1;
  const l2 = sub(r2, mul(l1, r1));
  const l3 = sub(r3, add(mul(l1, r2), times(2, mul(l2, r1))));
  const l4 = sub(r4, add(mul(l1, r3), times(3, add(mul(l2, r2), mul(l3, r1)))));
  const l5 = sub(r5, add(add(mul(l1, r4), times(4, add(mul(l2, r3), mul(l4, r1)))), times(6, mul(l3, r2))));
  const l6 = sub(
    r6,
    add(add(mul(l1, r5), times(5, add(mul(l2, r4), mul(l5, r1)))), times(10, add(mul(l3, r3), mul(l4, r2)))),
  );
  const l7 = sub(
    r7,
    add(
      add(mul(l1, r6), times(6, add(mul(l2, r5), mul(l6, r1)))),
      add(times(15, add(mul(l3, r4), mul(l5, r2))), times(20, mul(l4, r3))),
    ),
  );
  storeSeries(out, inverseWidth, l1, l2, l3, l4, l5, l6, l7);
}

/**
 * Up to which |J| all messages of a row are zero to 1e−8, as F then does not change with x: Φ of the better sign is 1,
 * and the other sign has no weight, or its Φ is 0 or 1 as well.
 */
function quietReach(upper: v128, lower: v128, logOdds: v128, width: v128): v128 {
  const deficit = f64x2.pmax(sub(f64x2.splat(2 * QUIET_LOG_ODDS), times(2, logOdds)), f64x2.splat(0));
  const dropsOut = sub(f64x2.splat(0), add(f64x2.sqrt(deficit), lower));
  const saturates = sub(lower, f64x2.splat(QUIET_ARGUMENT));
  const noWeight = v128.and(f64x2.eq(deficit, f64x2.splat(0)), f64x2.splat(f64.MAX_VALUE));
  const other = f64x2.pmax(f64x2.pmax(dropsOut, saturates), noWeight);
  const slack = f64x2.pmin(sub(upper, f64x2.splat(QUIET_ARGUMENT)), other);
  return mul(times(0.5, slack), width);
}

/** Two rows: own messages and their cavity fields, series, and both reaches to `reaches` and `reaches` + 16. */
function prepareTwoRows(
  frame: BeliefFrame,
  selfCoupling: f64,
  damping: f64,
  offset: usize,
  out: usize,
  reaches: usize,
): void {
  const mean = v128.load(frame.means + offset);
  const variance = f64x2.pmax(v128.load(frame.variances + offset), f64x2.splat(VARIANCE_FLOOR));
  const width = f64x2.sqrt(variance);
  const inverseWidth = f64x2.div(f64x2.splat(1), width);
  const self = f64x2.splat(selfCoupling);
  const up = mul(add(self, mean), inverseWidth);
  const down = mul(sub(self, mean), inverseWidth);
  const upDensity = gaussian(up);
  const downDensity = gaussian(down);
  const upScaled = scaledCdf(up, upDensity);
  const downScaled = scaledCdf(down, downDensity);
  const raw = times(0.5, sub(logNormalCdf(up, upScaled), logNormalCdf(down, downScaled)));

  const own = v128.load(frame.ownMessages + offset);
  const cavityField = sub(v128.load(frame.totals + offset), own);
  v128.store(frame.cavityFields + offset, cavityField);
  v128.store(frame.ownMessages + offset, add(times(1 - damping, clamp(raw)), times(damping, own)));

  // Weights of both signs in F, and the derivatives of Φ over Φ, d_{k+2} = −a d_{k+1} − k d_k.
  const odds = exponential(f64x2.pmin(times(-2, add(cavityField, raw)), f64x2.splat(700)));
  const upWeight = f64x2.div(f64x2.splat(1), add(odds, f64x2.splat(1)));
  const a1 = mul(upWeight, hazard(up, upDensity, upScaled));
  const a2 = times(-1, mul(up, a1));
  const a3 = times(-1, add(mul(up, a2), a1));
  const a4 = times(-1, add(mul(up, a3), times(2, a2)));
  const a5 = times(-1, add(mul(up, a4), times(3, a3)));
  const a6 = times(-1, add(mul(up, a5), times(4, a4)));
  const a7 = times(-1, add(mul(up, a6), times(5, a5)));
  const b1 = mul(mul(odds, upWeight), hazard(down, downDensity, downScaled));
  const b2 = times(-1, mul(down, b1));
  const b3 = times(-1, add(mul(down, b2), b1));
  const b4 = times(-1, add(mul(down, b3), times(2, b2)));
  const b5 = times(-1, add(mul(down, b4), times(3, b3)));
  const b6 = times(-1, add(mul(down, b5), times(4, b4)));
  const b7 = times(-1, add(mul(down, b6), times(5, b5)));
  storeSeriesOfMoments(
    out,
    inverseWidth,
    sub(a1, b1),
    add(a2, b2),
    sub(a3, b3),
    add(a4, b4),
    sub(a5, b5),
    add(a6, b6),
    sub(a7, b7),
  );

  const upIsUpper = f64x2.ge(mean, f64x2.splat(0));
  const upper = v128.bitselect(up, down, upIsUpper);
  const lower = v128.bitselect(down, up, upIsUpper);
  const sign = v128.bitselect(f64x2.splat(2), f64x2.splat(-2), upIsUpper);
  const quiet = quietReach(upper, lower, mul(sign, cavityField), width);
  storeTerm(reaches, 0, times(LARGEST_RATIO, width));
  storeTerm(reaches, 1, quiet);
}

/** max(a, log₂|x|/k), f32x4; log₂ from the bits of x, at most 0.09 too small. */
function growth(a: v128, x: v128, k: f32): v128 {
  const bits = f32x4.convert_i32x4_s(f32x4.abs(x));
  const log2 = f32x4.sub(f32x4.mul(bits, f32x4.splat(1.1920929e-7)), f32x4.splat(127));
  return f32x4.pmax(a, f32x4.mul(log2, f32x4.splat(1 / k)));
}

function term(block: usize, c: usize): v128 {
  return v128.load(block + c * 16);
}

/** a + m² b, or a + m² (b + m² c) and so on. */
function at(squared: f32, a: v128, b: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.splat(squared), b));
}

/** Sets how far the series of four rows reach; rows that have none, or that are quiet, get one that is zero. */
function limitRows(block: usize, reaches: usize): void {
  let steepest = growth(f32x4.splat(-127), term(block, 10), 2);
  let largest = f32x4.abs(term(block, 0));
  for (let square: f32 = 0; square <= 1; square += 0.25) {
    if (square == 0.5 || square == 0.75) continue;
    const third = at(square, term(block, 1), term(block, 2));
    const fifth = at(square, term(block, 3), at(square, term(block, 4), term(block, 5)));
    const inner = at(square, term(block, 8), term(block, 9));
    const seventh = at(square, term(block, 6), at(square, term(block, 7), inner));
    const m = f32x4.splat(Mathf.sqrt(square));
    const fourth = f32x4.mul(m, at(square, term(block, 11), term(block, 12)));
    const sixth = f32x4.mul(m, at(square, term(block, 13), at(square, term(block, 14), term(block, 15))));
    steepest = growth(growth(growth(steepest, third, 3), fourth, 4), fifth, 5);
    steepest = growth(growth(steepest, sixth, 6), seventh, 7);
    largest = f32x4.add(largest, f32x4.abs(seventh));
  }
  const reach = exponential2(f32x4.pmin(f32x4.sub(f32x4.splat(LOG2_TERM_RATIO), steepest), f32x4.splat(100)));
  const ofMessage = f32x4.div(f32x4.splat(LARGEST_SERIES_MESSAGE), f32x4.abs(term(block, 0)));
  const ofSeries = f32x4.pmin(f32x4.pmin(reach, v128.load(reaches)), ofMessage);
  const hasSeries = f32x4.lt(largest, f32x4.splat(LARGEST_COEFFICIENT));
  const limit = v128.and(ofSeries, hasSeries);
  const quiet = v128.load(reaches, 16);
  const isQuiet = f32x4.gt(quiet, limit);
  v128.store(block, v128.bitselect(quiet, limit, isQuiet), 256);
  const keep = v128.andnot(hasSeries, isQuiet);
  for (let c: usize = 0; c < 16; c++) v128.store(block + c * 16, v128.and(term(block, c), keep));
}

/** Own messages and their cavity fields, and a series for each row, from totals, means and variances. */
export function prepareRows(frame: BeliefFrame, selfCoupling: f64, damping: f64): void {
  let block = frame.rows;
  const reaches = frame.magnetizations;
  for (let offset: usize = 0; offset < <usize>frame.stride * 8; offset += 32) {
    prepareTwoRows(frame, selfCoupling, damping, offset, block, reaches);
    prepareTwoRows(frame, selfCoupling, damping, offset + 16, block + 8, reaches + 8);
    limitRows(block, reaches);
    block += ROW_BLOCK;
  }
}
