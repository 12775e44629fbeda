/**
 * @file exp, log and the normal law on vectors, in f32x4 and f64x2. The normal law rests on one function as in
 * theory/normal.ts, here the scaled tail H(b) = e^{b²/2} Φ(−b) = (b + 4)⁻¹ P((b − 4)/(b + 4)) for b ≥ 0, P a polynomial.
 *
 * Relative errors: exponential2 1.1e−7, scaledTail 3e−7 (f32x4); exponential 1e−14, logarithm 2e−12, scaledTailExact
 * 4e−12 (f64x2). P in f32 and the powers of two are minimax fits of the relative error, P in f64 a Chebyshev series.
 */

const LOG2_E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
/** ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/** 1.5·2²³: adding it rounds an f32 to an integer, which then stands in the low bits. */
const ROUND_F32: f32 = 12582912.0;
/** 1.5·2⁵²: the same for f64. */
const ROUND_F64: f64 = 6755399441055744.0;
/** Least exponents whose power of two is a normal number. */
const LEAST_EXPONENT_F32: f32 = -126.0;
const LEAST_EXPONENT_F64: f64 = -1020.0;

/** Bits of 1 minus bits of √½: moves the cut between two powers of two from 1 to √½. */
const CUT_SHIFT: i64 = 0x3ff0000000000000 - 0x3fe6a09e00000000;
const CUT_BITS: i64 = 0x3fe6a09e00000000;
const MANTISSA: i64 = 0x000fffffffffffff;
/** Bits of 2⁵²: an integer below 2⁵² put into its mantissa reads as 2⁵² + integer. */
const INTEGER_BITS: i64 = 0x4330000000000000;
/** 2⁵² + exponent bias. */
const EXPONENT_OFFSET: f64 = 4503599627370496.0 + 1023.0;

/** The same for f32. */
const CUT_SHIFT_F32: i32 = 0x3f800000 - 0x3f3504f3;
const CUT_BITS_F32: i32 = 0x3f3504f3;
const MANTISSA_F32: i32 = 0x007fffff;

/** 4: where the variable (b − 4)/(b + 4) of the scaled tail is zero; the series is shortest near it. */
const TAIL_CENTRE: f64 = 4;
/** 1/√(2π). */
const PEAK_DENSITY: f64 = 0.3989422804014327;

/** Horner step. */
function next32(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

/** Horner step. */
function next64(sum: v128, x: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, x), f64x2.splat(coefficient));
}

/** 2^y, f32x4, for y ≤ 127; 1 at 0 exactly; 2^−126 in place of anything smaller. */
export function exponential2(exponent: v128): v128 {
  const y = f32x4.pmax(exponent, f32x4.splat(LEAST_EXPONENT_F32));
  const shifted = f32x4.add(y, f32x4.splat(ROUND_F32));
  const f = f32x4.sub(y, f32x4.sub(shifted, f32x4.splat(ROUND_F32)));
  // Estrin's scheme: the loops that call this wait for its result.
  const f2 = f32x4.mul(f, f);
  const low = next32(f32x4.splat(0.6931472), f, 1);
  const middle = next32(f32x4.splat(0.055503324), f, 0.24022648);
  const high = next32(f32x4.splat(0.0013398874), f, 0.009618437);
  const top = f32x4.add(high, f32x4.mul(f2, f32x4.splat(0.00015353362)));
  const series = f32x4.add(low, f32x4.mul(f2, f32x4.add(middle, f32x4.mul(f2, top))));
  return i32x4.add(series, i32x4.shl(shifted, 23));
}

/** ln x, f32x4, for normal x > 0; absolute error 1e−7 near 1, relative error 1e−7 elsewhere. */
export function logarithm32(x: v128): v128 {
  const shifted = i32x4.add(x, i32x4.splat(CUT_SHIFT_F32));
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(shifted, 23), i32x4.splat(127)));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(MANTISSA_F32)), i32x4.splat(CUT_BITS_F32));
  const one = f32x4.splat(1);
  const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
  const z = f32x4.mul(s, s);
  let series = next32(f32x4.splat(0.2222222), z, 0.2857143);
  series = next32(series, z, 0.4);
  series = next32(series, z, 0.6666667);
  const odd = f32x4.add(f32x4.add(s, s), f32x4.mul(f32x4.mul(s, z), series));
  return f32x4.add(f32x4.mul(exponent, f32x4.splat(<f32>LN2)), odd);
}

/** H(b) = e^{b²/2} Φ(−b), f32x4, for b ≥ 0. */
export function scaledTail(b: v128): v128 {
  const centre = f32x4.splat(<f32>TAIL_CENTRE);
  const inverse = f32x4.div(f32x4.splat(1), f32x4.add(b, centre));
  const t = f32x4.mul(f32x4.sub(b, centre), inverse);
  let series = next32(f32x4.splat(-0.00015454664), t, 0.00012721448);
  series = next32(series, t, 0.0015585642);
  series = next32(series, t, -0.0034723629);
  series = next32(series, t, -0.007509172);
  series = next32(series, t, 0.060393223);
  series = next32(series, t, -0.1865273);
  series = next32(series, t, 0.38713791);
  series = next32(series, t, -0.60789638);
  series = next32(series, t, 0.75528512);
  return f32x4.mul(series, inverse);
}

/** e^x, f64x2, for x ≤ 700; e^−707 in place of anything smaller. */
export function exponential(x: v128): v128 {
  const y = f64x2.pmax(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(LEAST_EXPONENT_F64));
  const bounded = f64x2.pmax(x, f64x2.splat(LEAST_EXPONENT_F64 * LN2));
  const shifted = f64x2.add(y, f64x2.splat(ROUND_F64));
  const n = f64x2.sub(shifted, f64x2.splat(ROUND_F64));
  const coarse = f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(LN2_HIGH)));
  const f = f64x2.sub(coarse, f64x2.mul(n, f64x2.splat(LN2_LOW)));
  let series = next64(f64x2.splat(1.0 / 39916800.0), f, 1.0 / 3628800.0);
  series = next64(series, f, 1.0 / 362880.0);
  series = next64(series, f, 1.0 / 40320.0);
  series = next64(series, f, 1.0 / 5040.0);
  series = next64(series, f, 1.0 / 720.0);
  series = next64(series, f, 1.0 / 120.0);
  series = next64(series, f, 1.0 / 24.0);
  series = next64(series, f, 1.0 / 6.0);
  series = next64(series, f, 0.5);
  series = next64(series, f, 1);
  series = next64(series, f, 1);
  return i64x2.add(series, i64x2.shl(shifted, 52));
}

/** ln x, f64x2, for normal x > 0. */
export function logarithm(x: v128): v128 {
  const shifted = i64x2.add(x, i64x2.splat(CUT_SHIFT));
  const exponent = f64x2.sub(
    v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(INTEGER_BITS)),
    f64x2.splat(EXPONENT_OFFSET),
  );
  const mantissa = i64x2.add(v128.and(shifted, i64x2.splat(MANTISSA)), i64x2.splat(CUT_BITS));
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const z = f64x2.mul(s, s);
  let series = next64(f64x2.splat(1.0 / 13.0), z, 1.0 / 11.0);
  series = next64(series, z, 1.0 / 9.0);
  series = next64(series, z, 1.0 / 7.0);
  series = next64(series, z, 1.0 / 5.0);
  series = next64(series, z, 1.0 / 3.0);
  series = next64(series, z, 1);
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(LN2)), f64x2.mul(f64x2.add(s, s), series));
}

/** H(b) = e^{b²/2} Φ(−b), f64x2, for b ≥ 0. */
export function scaledTailExact(b: v128): v128 {
  const centre = f64x2.splat(TAIL_CENTRE);
  const inverse = f64x2.div(f64x2.splat(1), f64x2.add(b, centre));
  const t = f64x2.mul(f64x2.sub(b, centre), inverse);
  let series = next64(f64x2.splat(6.03744070687291481e-8), t, 5.20107286504784328e-7);
  series = next64(series, t, -3.22937775250903956e-7);
  series = next64(series, t, -5.1346389619409504e-6);
  series = next64(series, t, 4.46406437969719745e-7);
  series = next64(series, t, 3.44573568138451037e-5);
  series = next64(series, t, -1.76186908049644096e-6);
  series = next64(series, t, -0.000230744573623191145);
  series = next64(series, t, 0.000133296411781854053);
  series = next64(series, t, 0.00163071593342201061);
  series = next64(series, t, -0.00347968341855264399);
  series = next64(series, t, -0.00754017294564694656);
  series = next64(series, t, 0.0603965740448756366);
  series = next64(series, t, -0.186521859088692566);
  series = next64(series, t, 0.387137400773220628);
  series = next64(series, t, -0.607896641948616348);
  series = next64(series, t, 0.755285130415563561);
  return f64x2.mul(series, inverse);
}

/** e^{−x²/2}, f64x2. */
export function gaussian(x: v128): v128 {
  return exponential(f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5)));
}

/** Lanes where x < 0, as a mask. */
function negative(x: v128): v128 {
  return f64x2.lt(x, f64x2.splat(0));
}

/**
 * Φ(x) for x ≥ 0 and e^{x²/2} Φ(x) for x < 0, f64x2: what of Φ does not underflow.
 * @param density `gaussian(x)`
 */
export function scaledCdf(x: v128, density: v128): v128 {
  const tail = scaledTailExact(f64x2.abs(x));
  return v128.bitselect(tail, f64x2.sub(f64x2.splat(1), f64x2.mul(tail, density)), negative(x));
}

/**
 * log Φ(x), f64x2; relative error 1e−11 in the left tail, absolute error 1e−11 elsewhere.
 * @param scaled `scaledCdf(x, …)`
 */
export function logNormalCdf(x: v128, scaled: v128): v128 {
  const exponent = f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5));
  return f64x2.add(logarithm(scaled), v128.and(exponent, negative(x)));
}

/**
 * φ(x)/Φ(x), f64x2; relative error 1e−11 until it falls below e^−700.
 * @param density `gaussian(x)`
 * @param scaled `scaledCdf(x, density)`
 */
export function hazard(x: v128, density: v128, scaled: v128): v128 {
  const numerator = v128.bitselect(f64x2.splat(1), density, negative(x));
  return f64x2.mul(f64x2.div(numerator, scaled), f64x2.splat(PEAK_DENSITY));
}
