/**
 * @file Eigenvector of a matrix with positive entries to its largest eigenvalue, by Arnoldi's method with restarts.
 * Strong bonds lock the layers of a chain, so that many states of a column have almost the same eigenvalue: powers of
 * the matrix would take millions of steps to tell them apart, a Krylov space takes one dimension for each.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { NotConverged } from "./errors.ts";

/** Largest dimension of a Krylov space, and dimensions between looks at its best vector. */
const mostDimensions = 48;
const lookEvery = 6;

/** Restarts from the best vector. */
const mostRestarts = 30;

/** Norm of A v − λ v, relative to λ v, at which v is good. */
const residualTolerance = 1e-13;

/** What is left of a vector may have lost digits if it is shorter than this share; then the pass is repeated. */
const digitLoss = 0.5;
const mostPasses = 3;

/** A vector shorter than this, relative to the image it is left of, is rounding: the space is invariant. */
const invarianceTolerance = 1e-15;

/** A matrix, by what it does to a vector. */
type Operator = (vector: Float64Array) => Float64Array;

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < left.length; k++) sum += left[k] * right[k];
  return sum;
}

function addMultiple(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k] += factor * vector[k];
}

const scaled = (vector: Float64Array, factor: number) => vector.map((value) => factor * value);

/** An orthonormal basis of a Krylov space, and the matrix in it: entry [column][row], one row more than columns. */
interface KrylovSpace {
  readonly basis: Float64Array[];
  readonly columns: number[][];
}

/** Adds a dimension: the image of the last vector, made orthogonal, and once more where that has cost digits. */
function extend({ basis, columns }: KrylovSpace, apply: Operator): void {
  const image = apply(basis[basis.length - 1]);
  const full = Math.sqrt(dot(image, image));
  const column = basis.map(() => 0);
  let left = full;
  for (let before = Infinity, pass = 0; left < digitLoss * before && pass < mostPasses; pass++) {
    before = left;
    basis.forEach((vector, k) => {
      const share = dot(vector, image);
      column[k] += share;
      addMultiple(image, -share, vector);
    });
    left = Math.sqrt(dot(image, image));
  }
  const isInvariant = !(left > invarianceTolerance * full);
  column.push(isInvariant ? 0 : left);
  columns.push(column);
  if (!isInvariant) basis.push(scaled(image, 1 / left));
}

/** The vector of the space nearest to the eigenvector, and the relative norm of A v − λ v. */
function bestVector({ basis, columns }: KrylovSpace) {
  const size = columns.length;
  const inside = new Matrix(columns.map((_, row) => columns.map((column) => column[row] ?? 0)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(inside, {
    assumeSymmetric: false,
  });
  const largest = realEigenvalues.reduce((best, value, k) => (value > realEigenvalues[best] ? k : best), 0);
  const coefficients = eigenvectorMatrix.getColumn(largest);
  const norm = Math.hypot(...coefficients);
  const vector = new Float64Array(basis[0].length);
  coefficients.forEach((coefficient, k) => addMultiple(vector, coefficient / norm, basis[k]));
  const beyond = columns[size - 1][size];
  const residual = Math.abs((beyond * coefficients[size - 1]) / (norm * realEigenvalues[largest]));
  return { vector, residual };
}

/**
 * The eigenvector to the largest eigenvalue of a matrix with positive entries, which is positive and simple (Perron).
 * @param apply the matrix; the nearer it is to a symmetric one the better
 * @param start a vector with no entry 0, not far from the one sought if possible
 * @returns the vector with the largest entry 1
 * @throws NotConverged if the restarts do not suffice, or the matrix has an entry that is not a number
 * @source Arnoldi's method (Saad, Numerical Methods for Large Eigenvalue Problems, 2011, section 6.2)
 */
export function dominantEigenvector(apply: Operator, start: Float64Array): Float64Array {
  const dimensions = Math.min(mostDimensions, start.length);
  let vector = start;
  for (let restart = 0; restart < mostRestarts; restart++) {
    const length = Math.sqrt(dot(vector, vector));
    if (!(length > 0 && length < Infinity)) break;
    const space: KrylovSpace = { basis: [scaled(vector, 1 / length)], columns: [] };
    for (let isFull = false; !isFull;) {
      extend(space, apply);
      const size = space.columns.length;
      isFull = size === dimensions || space.basis.length === size;
      if (!isFull && size % lookEvery !== 0) continue;
      const best = bestVector(space);
      vector = best.vector;
      if (best.residual <= residualTolerance) return withTopOne(vector);
    }
  }
  throw new NotConverged(`layered replicas: no eigenvector in ${mostRestarts * dimensions} steps`);
}

/** With the largest entry 1. */
function withTopOne(vector: Float64Array): Float64Array {
  const top = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return scaled(vector, 1 / top);
}
