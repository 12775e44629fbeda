/** @file Least squares of a curve with a few parameters (Levenberg and Marquardt). Pure functions of numbers. */
import { Matrix, solve } from "ml-matrix";
import { NotConverged } from "../../theory/errors.ts";

/** A curve and the points that it is to go through. */
export interface CurveProblem {
  /** Values of the curve at the abscissas of the points; NaN where the parameters make no sense. */
  readonly curve: (parameters: readonly number[]) => readonly number[];
  readonly values: readonly number[];
  /** Standard errors, or numbers in proportion to them. */
  readonly errors: readonly number[];
  readonly start: readonly number[];
}

/** Steps of the numerical derivative and of the search, and when it ends. */
const derivativeStep = 1e-6;
const firstDamping = 1e-3;
const smallestDamping = 1e-12;
const largestDamping = 1e12;
const largestSlope = 1e100;
const mostIterations = 500;
const smallestGain = 1e-12;

/** Residuals in standard errors. */
const residuals = ({ curve, values, errors }: CurveProblem, parameters: readonly number[]): number[] =>
  curve(parameters).map((value, k) => (value - values[k]) / errors[k]);

const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

/** Derivatives of the residuals by each parameter, a column a parameter. */
function jacobian(problem: CurveProblem, parameters: readonly number[], here: readonly number[]): Matrix {
  const columns = parameters.map((value, j) => {
    const step = derivativeStep * Math.max(1e-3, Math.abs(value));
    const moved = parameters.map((each, k) => (k === j ? each + step : each));
    return residuals(problem, moved).map((residual, k) => (residual - here[k]) / step);
  });
  return new Matrix(columns).transpose();
}

/**
 * Parameters after one step with the given damping. Columns are scaled to length one first (Marquardt): numbers stay of
 * order one, and with damping the matrix is never singular.
 */
function step(
  parameters: readonly number[],
  slopes: Matrix,
  here: readonly number[],
  damping: number,
): number[] {
  const scales = parameters.map((_, j) => Math.hypot(...slopes.getColumn(j)) || 1);
  const scaled = slopes.clone().divRowVector(scales);
  const normal = scaled.transpose().mmul(scaled).add(Matrix.eye(parameters.length).mul(damping));
  const gradient = scaled.transpose().mmul(Matrix.columnVector([...here]));
  const move = solve(normal, gradient).to1DArray();
  return parameters.map((value, j) => value - move[j] / scales[j]);
}

/**
 * Parameters with the least sum of squares in units of the errors, from a start.
 * @returns the parameters and the sum of squares
 * @throws NotConverged where the search comes to no end or the start makes no sense
 */
export function fitCurve(problem: CurveProblem): { parameters: number[]; chiSquared: number } {
  let parameters = [...problem.start];
  let here = residuals(problem, parameters);
  let damping = firstDamping;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const chiSquared = squares(here);
    if (!Number.isFinite(chiSquared)) break;
    const slopes = jacobian(problem, parameters, here);
    // Squares of slopes beyond this overflow: such a curve says nothing.
    if (!slopes.to1DArray().every((slope) => Math.abs(slope) < largestSlope)) break;
    for (;;) {
      const next = step(parameters, slopes, here, damping);
      const there = residuals(problem, next);
      const gain = chiSquared - squares(there);
      if (gain >= 0) {
        [parameters, here, damping] = [next, there, Math.max(smallestDamping, damping / 10)];
        if (gain <= smallestGain * chiSquared) return { parameters, chiSquared: squares(there) };
        break;
      }
      damping *= 10;
      if (damping > largestDamping) return { parameters, chiSquared };
    }
  }
  throw new NotConverged(`the fit of ${problem.start.length} parameters came to no end`);
}
