/** @file Products and powers of truncated power series with complex coefficients. */

/** Coefficients of x^0, x^1, …, real and imaginary parts, of one length. */
export interface ComplexSeries {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Product of two series of one length, cut at that length. */
function product(a: ComplexSeries, b: ComplexSeries): ComplexSeries {
  const order = a.re.length;
  const re = new Float64Array(order);
  const im = new Float64Array(order);
  for (let i = 0; i < order; i++) {
    const [ar, ai] = [a.re[i], a.im[i]];
    for (let j = 0; i + j < order; j++) {
      re[i + j] += ar * b.re[j] - ai * b.im[j];
      im[i + j] += ar * b.im[j] + ai * b.re[j];
    }
  }
  return { re, im };
}

/**
 * n-th power of a power series, cut at its length, by repeated squaring. The recurrence of J. C. P. Miller is cheaper,
 * but loses all digits where the coefficients alternate.
 * @param series coefficients, the first one not 0
 * @param n integer ≥ 1
 */
export function powerOfSeries(series: ComplexSeries, n: number): ComplexSeries {
  let result: ComplexSeries | undefined;
  let square = series;
  for (let rest = n; ; square = product(square, square)) {
    if (rest % 2 === 1) result = result === undefined ? square : product(result, square);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result ?? square;
  }
}
