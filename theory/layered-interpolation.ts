/** @file Polynomial through given points, with its derivative: between integer numbers of replicas. */

/** Value and derivative of a polynomial. */
export type Interpolant = (x: number) => { readonly value: number; readonly derivative: number };

/** The polynomial through (x_k, f_k) in Newton's form; nodes in any order, all different. */
export function interpolant(nodes: readonly number[], values: readonly number[]): Interpolant {
  const coefficients = [...values];
  for (let order = 1; order < nodes.length; order++) {
    for (let k = nodes.length - 1; k >= order; k--)
      coefficients[k] = (coefficients[k] - coefficients[k - 1]) / (nodes[k] - nodes[k - order]);
  }
  return (x) => {
    let value = 0;
    let derivative = 0;
    for (let k = nodes.length - 1; k >= 0; k--) {
      derivative = derivative * (x - nodes[k]) + value;
      value = value * (x - nodes[k]) + coefficients[k];
    }
    return { value, derivative };
  };
}
