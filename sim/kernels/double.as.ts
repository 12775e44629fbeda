/**
 * @file exp, log and the normal law in f64x2; see single.as.ts. Everything normal rests on one function as in
 * theory/normal.ts, here H(b) = e^{b²/2} Φ(−b).
 */

const LOG2_E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
/** ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** 1.5·2⁵²: adding it rounds an f64 to an integer, which then stands in the low bits. */
const ROUNDER: f64 = 6755399441055744.0;
/** Least argument of the exponential: its result is a normal number. */
const LEAST_ARGUMENT: f64 = -700;

/** Bits of 1 minus bits of √½: moves the cut between two powers of two from 1 to √½. */
const CUT_SHIFT: i64 = 0x3ff0000000000000 - 0x3fe6a09e00000000;
const CUT_BITS: i64 = 0x3fe6a09e00000000;
const MANTISSA: i64 = 0x000fffffffffffff;
/** Bits of 2⁵²: an integer below 2⁵² put into its mantissa reads as 2⁵² + integer. */
const INTEGER_BITS: i64 = 0x4330000000000000;
/** 2⁵² + exponent bias. */
const EXPONENT_OFFSET: f64 = 4503599627370496.0 + 1023.0;

/** 4: where the variable (b − 4)/(b + 4) of the scaled tail is zero; the series is shortest near it. */
const TAIL_CENTRE: f64 = 4;
/** 1/√(2π). */
const PEAK_DENSITY: f64 = 0.3989422804014327;

/** The functions; relative errors are those of test/sim/kernels-normal.test.ts. */
export abstract class Double {
  /** a + bc. */
  @inline
  static plus(a: v128, b: v128, c: v128): v128 {
    return f64x2.add(a, f64x2.mul(b, c));
  }

  /** a + bx + x² (c + dx). */
  @inline
  static cubic(x: v128, x2: v128, a: f64, b: f64, c: f64, d: f64): v128 {
    const low = Double.plus(f64x2.splat(a), x, f64x2.splat(b));
    const high = Double.plus(f64x2.splat(c), x, f64x2.splat(d));
    return Double.plus(low, x2, high);
  }

  /** e^x for x ≤ 700, e^−700 in place of anything smaller; relative error 1e−14. Taylor's series. */
  @inline
  static exponential(x: v128): v128 {
    const bounded = f64x2.pmax(x, f64x2.splat(LEAST_ARGUMENT));
    const shifted = f64x2.add(f64x2.mul(bounded, f64x2.splat(LOG2_E)), f64x2.splat(ROUNDER));
    const n = f64x2.sub(shifted, f64x2.splat(ROUNDER));
    const coarse = f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(LN2_HIGH)));
    const r = f64x2.sub(coarse, f64x2.mul(n, f64x2.splat(LN2_LOW)));
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const high = Double.cubic(r, r2, 1.0 / 40320.0, 1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0);
    const middle = Double.cubic(r, r2, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0);
    const low = Double.cubic(r, r2, 1, 1, 0.5, 1.0 / 6.0);
    const series = Double.plus(low, r4, Double.plus(middle, r4, high));
    return i64x2.add(series, i64x2.shl(shifted, 52));
  }

  /** ln x for normal x > 0; relative error 2e−12, for x in (½, 2) relative to |x − 1|. Series of artanh. */
  @inline
  static logarithm(x: v128): v128 {
    const shifted = i64x2.add(x, i64x2.splat(CUT_SHIFT));
    const integer = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(INTEGER_BITS));
    const exponent = f64x2.sub(integer, f64x2.splat(EXPONENT_OFFSET));
    const mantissa = i64x2.add(v128.and(shifted, i64x2.splat(MANTISSA)), i64x2.splat(CUT_BITS));
    const one = f64x2.splat(1);
    const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
    const z = f64x2.mul(s, s);
    const z2 = f64x2.mul(z, z);
    const high = Double.cubic(z, z2, 1.0 / 9.0, 1.0 / 11.0, 1.0 / 13.0, 0);
    const series = Double.plus(
      Double.cubic(z, z2, 1, 1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0),
      f64x2.mul(z2, z2),
      high,
    );
    return Double.plus(f64x2.mul(exponent, f64x2.splat(LN2)), f64x2.add(s, s), series);
  }

  /** H(b) for b ≥ 0 as (b + 4)⁻¹ P((b − 4)/(b + 4)), P from a Chebyshev series; relative error 4e−12. */
  @inline
  static scaledTail(b: v128): v128 {
    const centre = f64x2.splat(TAIL_CENTRE);
    const inverse = f64x2.div(f64x2.splat(1), f64x2.add(b, centre));
    const t = f64x2.mul(f64x2.sub(b, centre), inverse);
    const t2 = f64x2.mul(t, t);
    const t4 = f64x2.mul(t2, t2);
    let next = Double.cubic(
      t,
      t2,
      4.464064379697197e-7,
      -5.13463896194095e-6,
      -3.2293777525090396e-7,
      5.201072865047843e-7,
    );
    let series = Double.plus(next, t4, f64x2.splat(6.037440706872915e-8));
    next = Double.cubic(
      t,
      t2,
      0.00013329641178185405,
      -0.0002307445736231911,
      -1.761869080496441e-6,
      3.4457356813845104e-5,
    );
    series = Double.plus(next, t4, series);
    next = Double.cubic(
      t,
      t2,
      0.06039657404487564,
      -0.0075401729456469466,
      -0.003479683418552644,
      0.0016307159334220106,
    );
    series = Double.plus(next, t4, series);
    next = Double.cubic(
      t,
      t2,
      0.7552851304155636,
      -0.6078966419486163,
      0.3871374007732206,
      -0.18652185908869257,
    );
    return f64x2.mul(Double.plus(next, t4, series), inverse);
  }

  /** e^{−x²/2}, e^−700 in place of anything smaller. */
  @inline
  static gaussian(x: v128): v128 {
    return Double.exponential(f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5)));
  }

  /**
   * Φ(x) for x ≥ 0 and e^{x²/2} Φ(x) for x < 0: what of Φ does not underflow.
   * @param density `gaussian(x)`
   */
  @inline
  static scaledCdf(x: v128, density: v128): v128 {
    const tail = Double.scaledTail(f64x2.abs(x));
    const right = f64x2.sub(f64x2.splat(1), f64x2.mul(tail, density));
    return v128.bitselect(tail, right, f64x2.lt(x, f64x2.splat(0)));
  }

  /**
   * log Φ(x), relative error 1e−11 for x < 0, absolute error 1e−11 elsewhere.
   * @param scaled `scaledCdf(x, …)`
   */
  @inline
  static logCdf(x: v128, scaled: v128): v128 {
    const exponent = f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5));
    return f64x2.add(Double.logarithm(scaled), v128.and(exponent, f64x2.lt(x, f64x2.splat(0))));
  }

  /**
   * φ(x)/Φ(x), relative error 1e−11 down to e^−700.
   * @param density `gaussian(x)`
   * @param scaled `scaledCdf(x, density)`
   */
  @inline
  static hazard(x: v128, density: v128, scaled: v128): v128 {
    const numerator = v128.bitselect(f64x2.splat(1), density, f64x2.lt(x, f64x2.splat(0)));
    return f64x2.mul(f64x2.div(numerator, scaled), f64x2.splat(PEAK_DENSITY));
  }
}
