/** @file Root finding: bracketed scalar roots and Newton for small systems. */
import { LuDecomposition, Matrix } from "ml-matrix";
import { NotConverged, OutOfDomain } from "./errors.ts";

/** Stopping rule of a scalar solver. */
export interface ScalarOptions {
  /** Absolute tolerance on the argument, ≥ 0; default 10⁻¹⁴. */
  readonly tolerance?: number;
  /** Most evaluations after those at the ends, an integer ≥ 1; default 200. */
  readonly maxIterations?: number;
}

/** A root with the value of the function there and the number of evaluations. */
export interface ScalarRoot {
  /** Place of the root, in the unit of the argument; dimensionless here. */
  readonly x: number;
  readonly residual: number;
  readonly iterations: number;
}

/**
 * Root of a continuous function between two points of opposite sign, by Brent's method.
 * @param f function of one real number, finite on [low, high]
 * @param low one end of the interval, dimensionless, finite
 * @param high the other end, dimensionless, finite
 * @param options tolerance and iterations, see {@link ScalarOptions}
 * @throws OutOfDomain if f has one sign at both ends or is NaN there; NotConverged if maxIterations do not suffice or f
 *   is NaN inside
 * @source Brent, Algorithms for Minimization without Derivatives (1973), chapter 4
 */
export function findRoot(
  f: (x: number) => number,
  low: number,
  high: number,
  { tolerance = 1e-14, maxIterations = 200 }: ScalarOptions = {},
): ScalarRoot {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  if (!(Math.sign(fa) * Math.sign(fb) <= 0))
    throw new OutOfDomain(`findRoot: no sign change on [${low}, ${high}] (${fa}, ${fb})`);
  let c = a;
  let fc = fa;
  let step = b - a;
  let previousStep = step;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const resolution = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance;
    const bisection = 0.5 * (c - b);
    if (Math.abs(bisection) <= resolution || fb === 0)
      return { x: b, residual: Math.abs(fb), iterations: iteration };
    const interpolated = Math.abs(previousStep) >= resolution && Math.abs(fa) > Math.abs(fb);
    const proposal = interpolated ? interpolationStep(a, b, c, fa, fb, fc) : NaN;
    const accepted =
      proposal * bisection > 0 &&
      Math.abs(proposal) < 1.5 * Math.abs(bisection) - 0.5 * resolution &&
      Math.abs(proposal) < 0.5 * Math.abs(previousStep);
    previousStep = accepted ? step : bisection;
    step = accepted ? proposal : bisection;
    a = b;
    fa = fb;
    b += Math.abs(step) > resolution ? step : Math.sign(bisection) * resolution;
    fb = f(b);
    if (Number.isNaN(fb)) throw new NotConverged(`findRoot: the function is NaN at ${b}`);
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = previousStep = b - a;
    }
  }
  throw new NotConverged(
    `findRoot: no root to ${tolerance} in ${maxIterations} iterations on [${low}, ${high}]`,
  );
}

/** Secant step when two points coincide, inverse quadratic interpolation otherwise. */
function interpolationStep(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return ((b - c) * s) / (1 - s);
  const q = fa / fc;
  const r = fb / fc;
  const p = s * ((c - b) * q * (q - r) - (b - a) * (r - 1));
  return -p / ((q - 1) * (r - 1) * (s - 1));
}

/** A system F(x) = 0 with its Jacobian, rows of equations. */
export interface SystemValue {
  /** F(x), one entry an equation; dimensionless. */
  readonly residuals: readonly number[];
  /** ∂F_i/∂x_j, one row an equation; dimensionless. */
  readonly jacobian: readonly (readonly number[])[];
}

/** Stopping rule of Newton's method for systems. */
export interface NewtonOptions {
  /** On max |F|, ≥ 0, dimensionless; default 10⁻¹². */
  readonly tolerance?: number;
  /** Most steps, an integer ≥ 1; default 60. */
  readonly maxIterations?: number;
  /** Largest change of any unknown in one step, in its own unit (dimensionless in this package), > 0; default 1. */
  readonly maxStep?: number;
}

/** Solution of a system with max |F| there. */
export interface SystemRoot {
  /** The unknowns, dimensionless, in the order of the starting point. */
  readonly x: readonly number[];
  readonly residual: number;
  readonly iterations: number;
}

const largest = (values: readonly number[]) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/**
 * Newton's method with a bounded step and backtracking on max |F| for a small system.
 * @param system residuals and Jacobian at x; may return NaN where it is not defined (the step
 *   is halved); what it throws passes through
 * @param start starting point, one finite number an unknown, dimensionless
 * @param options tolerance, iterations and step, see {@link NewtonOptions}
 * @throws NotConverged if the tolerance is not reached or the Jacobian is singular
 * @source damped Newton method with backtracking (Dennis & Schnabel 1983, chapter 6)
 */
export function newtonSystem(
  system: (x: readonly number[]) => SystemValue,
  start: readonly number[],
  { tolerance = 1e-12, maxIterations = 60, maxStep = 1 }: NewtonOptions = {},
): SystemRoot {
  let x = start;
  let value = system(x);
  let residual = largest(value.residuals);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (residual <= tolerance) return { x, residual, iterations: iteration };
    const direction = newtonDirection(value);
    let scale = Math.min(1, maxStep / largest(direction));
    for (let halving = 0; ; halving++, scale *= 0.5) {
      if (halving > 30)
        throw new NotConverged(`newtonSystem: no descent from residual ${residual} at ${x.join(", ")}`);
      const trial = x.map((xi, i) => xi + scale * direction[i]);
      const trialValue = system(trial);
      const trialResidual = largest(trialValue.residuals);
      if (trialResidual < residual) {
        x = trial;
        value = trialValue;
        residual = trialResidual;
        break;
      }
    }
  }
  if (residual <= tolerance) return { x, residual, iterations: maxIterations };
  throw new NotConverged(
    `newtonSystem: residual ${residual} after ${maxIterations} iterations, tolerance ${tolerance}`,
  );
}

function newtonDirection({ residuals, jacobian }: SystemValue): number[] {
  const right = Matrix.columnVector(residuals.map((r) => -r));
  const decomposition = new LuDecomposition(new Matrix(jacobian.map((row) => [...row])));
  if (decomposition.isSingular()) throw new NotConverged("newtonSystem: the Jacobian is singular");
  return decomposition.solve(right).to1DArray();
}
