/** @file log Φ(z) at complex z, for contour integrals. Complex numbers are pairs { re, im }. */

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * Nodes of the trapezoid rule on each side of 0, with step √(π/(K+1)): at 12 the relative error of w is below 3e−15
 * in the closed upper half plane (Al Azah & Chandler-Wilde, SIAM J. Numer. Anal. 59, 2346 (2021)).
 */
const faddeevaNodes = 12;
const faddeevaStep = Math.sqrt(Math.PI / (faddeevaNodes + 1));

/** Beyond this real part, 1 − e^E is −e^E to rounding. */
const dominantExponent = 40;

const logHalf = -Math.LN2;

/** 1/z. */
function inverse(re: number, im: number): Complex {
  // Scaled, so that no square over- or underflows.
  if (Math.abs(re) >= Math.abs(im)) {
    const ratio = im / re;
    const scale = re + im * ratio;
    return { re: 1 / scale, im: -ratio / scale };
  }
  const ratio = re / im;
  const scale = re * ratio + im;
  return { re: ratio / scale, im: -1 / scale };
}

/**
 * Faddeeva's w(z) = e^{−z²} erfc(−iz) = (i/π) ∫ e^{−t²}/(z − t) dt for Im z ≥ 0, by the trapezoid rule whose nodes
 * (kh or (k+½)h) keep away from Re z, plus the residue of the pole at t = z where it lies within reach.
 */
function faddeeva(x: number, y: number): Complex {
  const h = faddeevaStep;
  const part = Math.abs(x / h) % 1;
  const halfway = !(part >= 0.25 && part <= 0.75);
  let re = 0;
  let im = 0;
  for (let k = -faddeevaNodes - 1; k <= faddeevaNodes; k++) {
    const t = (k + (halfway ? 0.5 : 1)) * h;
    const pole = inverse(x - t, y);
    const weight = (h / Math.PI) * Math.exp(-t * t);
    re -= weight * pole.im;
    im += weight * pole.re;
  }
  if (y >= Math.PI / h) return { re, im };
  // 2 e^{−z²}/(1 ∓ e^{−2πiz/h}); e^{−2πiz/h} has modulus e^{2πy/h} ≥ 1.
  const modulus = Math.exp((2 * Math.PI * y) / h);
  const angle = (-2 * Math.PI * x) / h;
  const sign = halfway ? 1 : -1;
  const factor = inverse(1 + sign * modulus * Math.cos(angle), sign * modulus * Math.sin(angle));
  const size = 2 * Math.exp(y * y - x * x);
  const cos = size * Math.cos(-2 * x * y);
  const sin = size * Math.sin(-2 * x * y);
  return { re: re + cos * factor.re - sin * factor.im, im: im + cos * factor.im + sin * factor.re };
}

/** log Φ(z) for Re z ≤ 0: −z²/2 + log(w(−iz/√2)/2), where w has no zero. */
function logLeft({ re, im }: Complex): Complex {
  const w = faddeeva(im * Math.SQRT1_2, -re * Math.SQRT1_2);
  return {
    re: -0.5 * (re - im) * (re + im) + logHalf + Math.log(Math.hypot(w.re, w.im)),
    im: -re * im + Math.atan2(w.im, w.re),
  };
}

/**
 * log Φ(z) of the standard normal distribution function, continued to the complex plane; relative error of Φ about
 * 1e−14 where |z| is moderate. The branch is left open: only e^{n log Φ} with integer n is meant to be taken of it.
 * @param z any finite complex number
 * @returns log Φ(z) up to a multiple of 2πi
 */
export function complexLogNormalCdf(z: Complex): Complex {
  if (z.re <= 0) return logLeft(z);
  // Φ(z) = 1 − Φ(−z) = 1 − e^E.
  const E = logLeft({ re: -z.re, im: -z.im });
  if (E.re > dominantExponent) return { re: E.re, im: E.im + Math.PI };
  const size = Math.exp(E.re);
  const re = 1 - size * Math.cos(E.im);
  const im = -size * Math.sin(E.im);
  return { re: Math.log(Math.hypot(re, im)), im: Math.atan2(im, re) };
}
