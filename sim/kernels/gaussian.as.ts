/** @file Gaussian couplings by Box–Muller in f64x2; the twin, gaussian.ts, gives the formulas and their accuracy. */
import { Frame } from "./frame.as";
import { GROUP_WORDS, philoxGroup } from "./philox.as";

const LN2: f64 = 0.6931471805599453;
/** 2π / 2³²: the angle of one unit of a random word. */
const ANGLE_UNIT: f64 = 1.4629180792671596e-9;

/** Bits of 1 minus bits of √½: moves the cut between two powers of two from 1 to √½. */
const CUT_SHIFT: i64 = 0x3ff0000000000000 - 0x3fe6a09e00000000;
const CUT_BITS: i64 = 0x3fe6a09e00000000;
const MANTISSA: i64 = 0x000fffffffffffff;
/** Bits of 2⁵²: an integer below 2⁵² put into its mantissa reads as 2⁵² + integer. */
const INTEGER_BITS: i64 = 0x4330000000000000;
/** 2⁵² + exponent bias + 32, the last for the division of a word by 2³². */
const EXPONENT_OFFSET: f64 = 4503599627370496.0 + 1023.0 + 32.0;

/** ln((word + ½)/2³²) of the two low words. */
function logUniform(words: v128): v128 {
  const value = f64x2.add(f64x2.convert_low_i32x4_u(words), f64x2.splat(0.5));
  const shifted = i64x2.add(value, i64x2.splat(CUT_SHIFT));
  const exponent = f64x2.sub(
    v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(INTEGER_BITS)),
    f64x2.splat(EXPONENT_OFFSET),
  );
  const mantissa = i64x2.add(v128.and(shifted, i64x2.splat(MANTISSA)), i64x2.splat(CUT_BITS));
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const z = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 13.0);
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 11.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 9.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 7.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 5.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 3.0));
  series = f64x2.add(f64x2.mul(series, z), one);
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(LN2)), f64x2.mul(f64x2.add(s, s), series));
}

/** sin θ for |θ| ≤ π/4, z = θ². */
function sine(angle: v128, z: v128): v128 {
  let series = f64x2.splat(-1.0 / 39916800.0);
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 362880.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(-1.0 / 5040.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 120.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(-1.0 / 6.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1));
  return f64x2.mul(series, angle);
}

/** cos θ for |θ| ≤ π/4, z = θ². */
function cosine(z: v128): v128 {
  let series = f64x2.splat(1.0 / 479001600.0);
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(-1.0 / 3628800.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 40320.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(-1.0 / 720.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 24.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(-0.5));
  return f64x2.add(f64x2.mul(series, z), f64x2.splat(1));
}

/**
 * Two pairs of normals from the two low words of each vector: abscissas to out, ordinates to out + 16.
 */
function boxMuller(out: usize, radiusWords: v128, angleWords: v128, scale: f64): void {
  const radius = f64x2.mul(
    f64x2.sqrt(f64x2.mul(logUniform(radiusWords), f64x2.splat(-2))),
    f64x2.splat(scale),
  );
  const inOctants = f64x2.convert_low_i32x4_s(i32x4.shr_s(i32x4.shl(angleWords, 2), 2));
  const angle = f64x2.mul(f64x2.add(inOctants, f64x2.splat(0.5)), f64x2.splat(ANGLE_UNIT));
  const z = f64x2.mul(angle, angle);
  const x = f64x2.mul(radius, cosine(z));
  const y = f64x2.mul(radius, sine(angle, z));
  const swap = i64x2.extend_low_i32x4_s(i32x4.shr_s(i32x4.shl(angleWords, 1), 31));
  const sign = i64x2.shl(i64x2.extend_low_i32x4_u(i32x4.shr_u(angleWords, 31)), 63);
  const abscissa = v128.xor(v128.bitselect(y, x, swap), sign);
  const ordinate = v128.xor(v128.bitselect(x, y, swap), sign);
  v128.store64_lane(out, f32x4.demote_f64x2_zero(abscissa), 0);
  v128.store64_lane(out, f32x4.demote_f64x2_zero(ordinate), 0, 16);
}

/** Columns first..last−1 of the couplings: N(0, scale²), column j from substream j; diagonal and padding zero. */
export function gaussianFill(frame: Frame, key0: u32, key1: u32, scale: f64, first: u32, last: u32): void {
  const n = frame.n;
  const words = frame.words;
  for (let j = first; j < last; j++) {
    const column = frame.couplings + ((<usize>j * frame.stride) << 2);
    for (let row: u32 = 0; row < n; row += GROUP_WORDS) {
      philoxGroup(words, row / GROUP_WORDS, key0, key1, j);
      // Eight normals from each half of four blocks; the last rows may need half of the group.
      for (let part: u32 = 0; part < 4 && row + 8 * part < frame.stride; part++) {
        const out = column + ((<usize>row + part * 8) << 2);
        const radiusWords = v128.load(words + part * 32);
        const angleWords = v128.load(words + part * 32, 16);
        boxMuller(out, radiusWords, angleWords, scale);
        boxMuller(
          out + 8,
          v128.shuffle<i64>(radiusWords, radiusWords, 1, 1),
          v128.shuffle<i64>(angleWords, angleWords, 1, 1),
          scale,
        );
      }
    }
    store<f32>(column + ((<usize>j) << 2), 0);
    for (let row = n; row < frame.stride; row++) store<f32>(column + ((<usize>row) << 2), 0);
  }
}
