/** @file Golden-section search: an independent way to minima that the theory finds as roots. */

/**
 * Minimum of a function with one minimum on [low, high], by golden section; the argument is found to about the square
 * root of the rounding of f, the minimum itself to rounding.
 * @throws Error if maxIterations do not suffice
 */
export function minimizeScalar(
  f: (x: number) => number,
  low: number,
  high: number,
  { tolerance = 1e-9, maxIterations = 200 } = {},
): { readonly x: number; readonly value: number; readonly iterations: number } {
  const golden = 0.5 * (Math.sqrt(5) - 1);
  let a = low;
  let b = high;
  let x1 = b - golden * (b - a);
  let x2 = a + golden * (b - a);
  let f1 = f(x1);
  let f2 = f(x2);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    if (b - a <= tolerance)
      return f1 < f2
        ? { x: x1, value: f1, iterations: iteration }
        : { x: x2, value: f2, iterations: iteration };
    if (f1 < f2) {
      b = x2;
      [x2, f2] = [x1, f1];
      x1 = b - golden * (b - a);
      f1 = f(x1);
    } else {
      a = x1;
      [x1, f1] = [x2, f2];
      x2 = a + golden * (b - a);
      f2 = f(x2);
    }
  }
  throw new Error(
    `minimizeScalar: no minimum to ${tolerance} in ${maxIterations} iterations on [${low}, ${high}]`,
  );
}
