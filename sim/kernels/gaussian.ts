/**
 * @file Scalar twin of gaussian.as.ts: Gaussian couplings by Box–Muller with polynomials of our own.
 *
 * A pair of random words (w, v) gives radius r = √(−2 ln((w + ½)/2³²)) and, from v, an angle θ in (−π/4, π/4] (30 low
 * bits), an exchange of the two coordinates (bit 30) and a common sign (bit 31); together the angles 2π(k + ½)/2³² of
 * the full circle, each once. Largest |x|: √(66 ln 2) = 6.76 (probability beyond it: 1.4·10⁻¹¹). ln is the series of
 * artanh on [√½, √2), relative error below 2·10⁻¹²; sin and cos are Taylor series, absolute error below 10⁻¹¹.
 *
 * Column j draws from substream j. Of the four blocks of group g, block l (words w₀..w₃) gives rows 16g + l and
 * 16g + 4 + l (abscissa and ordinate of (w₀, w₁)), 16g + 8 + l and 16g + 12 + l (of (w₂, w₃)): the order of SIMD lanes.
 */
import { philox4x32, SUBSTREAM_FAMILY } from "../random.ts";
import { viewFrame } from "./frame.ts";
import type { KernelFunctions } from "./functions.ts";

/** 2π / 2³²: the angle of one unit of a random word. */
const ANGLE_UNIT = 1.4629180792671596e-9;

/** High words of the bits of 1 and of √½: the mantissa is cut at √½, where the series converges best. */
const ONE_HIGH = 0x3ff00000;
const CUT_HIGH = 0x3fe6a09e;
const MANTISSA_HIGH = 0x000fffff;
/** Exponent bias of f64, and 32 for the division of a word by 2³². */
const EXPONENT_OFFSET = 1023 + 32;

/** Coefficients of artanh(s)/s in s², highest first. */
const LOG_SERIES = [1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1];
/** Coefficients of sin(θ)/θ and of cos(θ) in θ², highest first. */
const SINE_SERIES = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1];
const COSINE_SERIES = [1 / 479001600, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -0.5, 1];

/** Horner's rule. */
const polynomial = (coefficients: readonly number[], z: number): number =>
  coefficients.reduce((sum, coefficient) => sum * z + coefficient);

/** ln((word + ½)/2³²). */
function logUniform(word: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, word + 0.5);
  const shifted = (bits.getUint32(0) + (ONE_HIGH - CUT_HIGH)) >>> 0;
  const exponent = (shifted >>> 20) - EXPONENT_OFFSET;
  bits.setUint32(0, (shifted & MANTISSA_HIGH) + CUT_HIGH);
  const mantissa = bits.getFloat64(0);
  const s = (mantissa - 1) / (mantissa + 1);
  return exponent * Math.LN2 + (s + s) * polynomial(LOG_SERIES, s * s);
}

/**
 * Two independent normals of standard deviation `scale` from two random words, not yet rounded to f32.
 * @returns abscissa and ordinate
 */
export function boxMuller(radiusWord: number, angleWord: number, scale: number): readonly [number, number] {
  const radius = Math.sqrt(logUniform(radiusWord) * -2) * scale;
  const angle = (((angleWord << 2) >> 2) + 0.5) * ANGLE_UNIT;
  const z = angle * angle;
  const x = radius * polynomial(COSINE_SERIES, z);
  const y = radius * (polynomial(SINE_SERIES, z) * angle);
  const sign = angleWord >>> 31 === 1 ? -1 : 1;
  const exchange = ((angleWord >>> 30) & 1) === 1;
  return exchange ? [sign * y, sign * x] : [sign * x, sign * y];
}

/** One column of couplings, `column` long. */
function fillColumn(
  column: Float32Array,
  n: number,
  key: readonly [number, number],
  j: number,
  scale: number,
) {
  for (let block = 0; block < 4 * Math.ceil(n / 16); block++) {
    const [w0, w1, w2, w3] = philox4x32([block, 0, j, SUBSTREAM_FAMILY], key);
    const row = 16 * (block >> 2) + (block & 3);
    const normals = [...boxMuller(w0, w1, scale), ...boxMuller(w2, w3, scale)];
    normals.forEach((normal, part) => {
      column[row + 4 * part] = normal;
    });
  }
  column[j] = 0;
  column.fill(0, n);
}

/** The kernel `gaussianFill` on `memory`. */
export function scalarGaussian(memory: WebAssembly.Memory): Pick<KernelFunctions, "gaussianFill"> {
  return {
    gaussianFill(frame, key0, key1, scale, first, last) {
      const { n, stride, couplings } = viewFrame(memory, frame);
      for (let j = first; j < last; j++) {
        fillColumn(couplings.subarray(j * stride, (j + 1) * stride), n, [key0, key1], j, scale);
      }
    },
  };
}
