/**
 * @file Quadrature rules as plain arrays of nodes and weights: Gauss–Legendre on [−1, 1] and on panels,
 * Gauss–Hermite for the Gaussian measure Dz. Rules are cached and must not be written to.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import gaussQuadrature from "gauss-quadrature";
import { OutOfDomain, requireInteger } from "./errors.ts";

/** ∫ f ≈ Σ_k weights[k] f(nodes[k]), nodes ascending. */
export interface QuadratureRule {
  /** Abscissas, ascending, in the unit of the variable; dimensionless here. */
  readonly nodes: Float64Array;
  /** Weight of each node, > 0, dimensionless. */
  readonly weights: Float64Array;
}

/** Largest order for which the package's Durand–Kerner roots are good starting points; wrong from about 18 on. */
const largestTabulatedOrder = 12;

/** Largest order of a rule here; composite rules serve beyond it. */
const largestOrder = 512;

const legendreRules = new Map<number, QuadratureRule>();
const hermiteRules = new Map<number, QuadratureRule>();

function cached(rules: Map<number, QuadratureRule>, n: number, make: (n: number) => QuadratureRule) {
  let rule = rules.get(n);
  if (rule === undefined) {
    rule = make(requireInteger("quadrature order", n, 1, largestOrder));
    rules.set(n, rule);
  }
  return rule;
}

/** Golub–Welsch: nodes are the eigenvalues of the Jacobi matrix with zero diagonal and these off-diagonals. */
function jacobiMatrix(n: number, offDiagonal: (k: number) => number) {
  const matrix = Matrix.zeros(n, n);
  for (let k = 1; k < n; k++) {
    matrix.set(k - 1, k, offDiagonal(k));
    matrix.set(k, k - 1, offDiagonal(k));
  }
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
}

/** Legendre polynomial P_n and its derivative at x ∈ (−1, 1), by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let previous = 1;
  let value = n === 0 ? 1 : x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
    previous = value;
    value = next;
  }
  return { value, derivative: (n * (previous - x * value)) / (1 - x * x) };
}

/**
 * The package's roots come from an iteration that starts at random: cut to this many digits they are the same in every
 * process, and so is what Newton's method makes of them.
 */
const startDigits = 8;

function makeGaussLegendre(n: number): QuadratureRule {
  const starts =
    n <= largestTabulatedOrder
      ? gaussQuadrature(n)[0].map((x) => Number(x.toFixed(startDigits)))
      : jacobiMatrix(n, (k) => k / Math.sqrt(4 * k * k - 1)).realEigenvalues;
  const nodes = Float64Array.from(starts).sort();
  const weights = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let x = nodes[k];
    for (let polish = 0; polish < 4; polish++) {
      const p = legendre(n, x);
      x -= p.value / p.derivative;
    }
    nodes[k] = x;
    weights[k] = 2 / ((1 - x * x) * legendre(n, x).derivative ** 2);
  }
  return { nodes, weights };
}

/**
 * Gauss–Legendre rule on [−1, 1], exact for polynomials of degree 2n − 1.
 * @param n order, an integer, 1..512: number of nodes
 * @throws OutOfDomain if n is not such an integer
 * @source Golub & Welsch, Math. Comp. 23, 221 (1969)
 */
export function gaussLegendre(n: number): QuadratureRule {
  return cached(legendreRules, n, makeGaussLegendre);
}

/** Orthonormal Hermite function recurrence scaled by e^{−x²/4}, so that no order overflows. */
function hermite(n: number, x: number): { value: number; previous: number } {
  let previous = 0;
  let value = Math.exp(-0.25 * x * x);
  for (let k = 1; k <= n; k++) {
    const next = (x * value - Math.sqrt(k - 1) * previous) / Math.sqrt(k);
    previous = value;
    value = next;
  }
  return { value, previous };
}

function makeGaussHermite(n: number): QuadratureRule {
  const nodes = Float64Array.from(jacobiMatrix(n, (k) => Math.sqrt(k)).realEigenvalues).sort();
  const weights = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let x = nodes[k];
    for (let polish = 0; polish < 3; polish++) {
      const h = hermite(n, x);
      x -= h.value / (Math.sqrt(n) * h.previous - 0.5 * x * h.value);
    }
    nodes[k] = x;
    const { previous } = hermite(n, x);
    weights[k] = Math.exp(-0.5 * x * x) / (n * previous * previous);
  }
  return { nodes, weights };
}

/**
 * Gauss–Hermite rule for the Gaussian measure, ∫Dz f(z) with Dz = φ(z)dz, exact for polynomials of degree 2n − 1.
 * Only for integrands that are smooth on the unit scale; sharper ones need panels.
 * @param n order, an integer, 1..512: number of nodes
 * @throws OutOfDomain if n is not such an integer
 * @source Golub & Welsch, Math. Comp. 23, 221 (1969)
 */
export function gaussHermite(n: number): QuadratureRule {
  return cached(hermiteRules, n, makeGaussHermite);
}

/**
 * Gauss–Legendre of order n on each of the panels between ascending edges.
 * @param edges at least two finite ascending numbers, in the unit of the variable; dimensionless here
 * @param n order on each panel, an integer, 1..512
 * @throws OutOfDomain if there are fewer than two edges, they do not ascend, or n is no order of a rule
 * @source composite rule of {@link gaussLegendre}
 */
export function compositeGaussLegendre(edges: readonly number[], n: number): QuadratureRule {
  const { nodes: unitNodes, weights: unitWeights } = gaussLegendre(n);
  const panels = edges.length - 1;
  if (panels < 1) throw new OutOfDomain(`panel edges must be at least two, got ${edges.length}`);
  const nodes = new Float64Array(panels * n);
  const weights = new Float64Array(panels * n);
  for (let panel = 0; panel < panels; panel++) {
    const half = 0.5 * (edges[panel + 1] - edges[panel]);
    if (!(half > 0 && half < Infinity))
      throw new OutOfDomain(`panel edges must ascend, got ${edges.join(", ")}`);
    const middle = edges[panel] + half;
    for (let k = 0; k < n; k++) {
      nodes[panel * n + k] = middle + half * unitNodes[k];
      weights[panel * n + k] = half * unitWeights[k];
    }
  }
  return { nodes, weights };
}
