/**
 * @file exp, log and the normal law in f32x4. Methods of a class, as only these can be marked to be inlined: the loops
 * that use them keep their constants in registers, and overlap several at a time.
 */

/** 1.5·2²³: adding it rounds an f32 to an integer, which then stands in the low bits. */
export const ROUNDER: f32 = 12582912.0;
/** Least exponent of a power of two: far below what is seen beside 1, and products of it are still normal numbers. */
const LEAST_EXPONENT: i32 = -60;
/** Bits of ROUNDER + LEAST_EXPONENT. */
const LEAST_SHIFTED: i32 = 0x4b400000 + LEAST_EXPONENT;
/** LEAST_EXPONENT ln 2. */
const LEAST_ARGUMENT: f32 = -41.588833;
const LOG2_E: f32 = 1.442695;
const LN2: f32 = 0.6931472;
/** ln 2 in two parts: the first has 15 bits, so that its product with an exponent is exact. */
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.4286068e-6;

/** Bits of 1 minus bits of √½: moves the cut between two powers of two from 1 to √½. */
const CUT_SHIFT: i32 = 0x3f800000 - 0x3f3504f3;
const CUT_BITS: i32 = 0x3f3504f3;
const MANTISSA: i32 = 0x007fffff;
const EXPONENT_BIAS: i32 = 127;

/** 4: where the variable (b − 4)/(b + 4) of the scaled tail is zero; the series is shortest near it. */
const TAIL_CENTRE: f32 = 4;

/** The functions; relative errors are those of test/sim/kernels-normal.test.ts. */
export abstract class Single {
  /** a + bc. */
  @inline
  static plus(a: v128, b: v128, c: v128): v128 {
    return f32x4.add(a, f32x4.mul(b, c));
  }

  /** a + bx. */
  @inline
  static linear(a: f32, b: f32, x: v128): v128 {
    return f32x4.add(f32x4.splat(a), f32x4.mul(f32x4.splat(b), x));
  }

  /** |x|. */
  @inline
  static size(x: v128): v128 {
    return v128.andnot(x, i32x4.splat(0x80000000));
  }

  /**
   * e^x 2^n, 1 at x = n = 0 exactly, 2^−60 in place of exponents below that; for |x| ≤ 87, x log₂ e + n ≤ 126. Relative
   * error 1.3e−7 by a minimax polynomial.
   * @param shift n + ROUNDER, n an integer, in all lanes
   */
  @inline
  static shiftedExponential(x: v128, shift: v128): v128 {
    const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), shift);
    const n = f32x4.sub(shifted, shift);
    const coarse = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
    const r = f32x4.sub(coarse, f32x4.mul(n, f32x4.splat(LN2_LOW)));
    const r2 = f32x4.mul(r, r);
    const middle = Single.linear(0.49999994, 0.16666432, r);
    const high = Single.linear(0.041668, 0.0083741555, r);
    const top = Single.plus(high, r2, f32x4.splat(0.0013843654));
    const low = f32x4.add(r, f32x4.splat(1));
    const series = Single.plus(low, r2, Single.plus(middle, r2, top));
    return i32x4.add(series, i32x4.shl(i32x4.max_s(shifted, i32x4.splat(LEAST_SHIFTED)), 23));
  }

  /** e^x for x ≤ 87, 1 at 0 exactly, 2^−60 or so in place of anything smaller. */
  @inline
  static exponential(x: v128): v128 {
    const bounded = f32x4.pmax(x, f32x4.splat(LEAST_ARGUMENT));
    return Single.shiftedExponential(bounded, f32x4.splat(ROUNDER));
  }

  /** ln x for normal x > 0; absolute error 1e−7 for x in (½, 2), relative error 1e−7 elsewhere. Series of artanh. */
  @inline
  static logarithm(x: v128): v128 {
    const shifted = i32x4.add(x, i32x4.splat(CUT_SHIFT));
    const biased = i32x4.sub(i32x4.shr_u(shifted, 23), i32x4.splat(EXPONENT_BIAS));
    const exponent = f32x4.convert_i32x4_s(biased);
    const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(MANTISSA)), i32x4.splat(CUT_BITS));
    const one = f32x4.splat(1);
    const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
    const z = f32x4.mul(s, s);
    const high = Single.linear(0.2857143, 0.2222222, z);
    const series = Single.plus(Single.linear(0.6666667, 0.4, z), f32x4.mul(z, z), high);
    const odd = Single.plus(f32x4.add(s, s), f32x4.mul(s, z), series);
    return Single.plus(odd, exponent, f32x4.splat(LN2));
  }

  /**
   * H(b) = e^{b²/2} Φ(−b) for b ≥ 0 as (b + 4)⁻¹ P((b − 4)/(b + 4)), P a minimax polynomial; relative error 6e−7.
   */
  @inline
  static scaledTail(b: v128): v128 {
    const centre = f32x4.splat(TAIL_CENTRE);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.add(b, centre));
    const t = f32x4.mul(f32x4.sub(b, centre), inverse);
    const t2 = f32x4.mul(t, t);
    const top = Single.linear(0.00012721448, -0.00015454664, t);
    let series = Single.plus(Single.linear(-0.0034723629, 0.0015585642, t), t2, top);
    series = Single.plus(Single.linear(0.060393223, -0.007509172, t), t2, series);
    series = Single.plus(Single.linear(0.38713791, -0.1865273, t), t2, series);
    series = Single.plus(Single.linear(0.75528512, -0.60789638, t), t2, series);
    return f32x4.mul(series, inverse);
  }

  /** Φ(x) for x ≥ 0, absolute error 2e−7; e^{x²/2} Φ(x) for x < 0, relative error 6e−7. */
  @inline
  static scaledCdf(x: v128): v128 {
    const tail = Single.scaledTail(Single.size(x));
    const density = Single.exponential(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
    const right = f32x4.sub(f32x4.splat(1), f32x4.mul(tail, density));
    return v128.bitselect(tail, right, f32x4.lt(x, f32x4.splat(0)));
  }
}
