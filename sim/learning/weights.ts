/** @file The weights of a learning network: their random start, and their way out of and into kernel memory. */
import { OutOfDomain } from "../../theory/errors.ts";
import { boxMuller } from "../kernels/gaussian.ts";
import { createFrame } from "../kernels/frame.ts";
import type { Kernels } from "../kernels/memory.ts";
import { tileIndex } from "../kernels/tiles.ts";
import { stream, type RandomWords } from "../random.ts";
import type { LearningPlan } from "./lane.ts";
import type { WeightBlock } from "./layout.ts";

/** Weights as a matrix of `rows` × `columns`, row after row, f32. */
export interface WeightMatrix {
  /** Number of rows, an integer ≥ 1. */
  readonly rows: number;
  /** Number of columns, an integer ≥ 1. */
  readonly columns: number;
  /** `rows × columns` finite weights, dimensionless, row after row. */
  readonly values: Float32Array;
}

/** All blocks of weights by name, in a fixed order. */
export function weightBlocks({ layout }: LearningPlan): readonly (readonly [string, WeightBlock])[] {
  const numbered = (name: string, blocks: readonly WeightBlock[]) =>
    blocks.map((block, k) => [`${name}${k}`, block] as const);
  return [
    ...numbered("couplings", layout.couplings),
    ...numbered("input", layout.input),
    ...numbered("feedback", layout.feedback),
    ...(layout.readout === null ? [] : [["readout", layout.readout] as const]),
  ];
}

const viewBlock = (kernels: Kernels, { address, rows, stride }: WeightBlock): Float32Array =>
  kernels.float32(address, rows * stride);

/** Writes weights given entry by entry, rounded to f32. */
function fillBlock(kernels: Kernels, block: WeightBlock, entry: (i: number, j: number) => number): void {
  const weights = viewBlock(kernels, block);
  for (let j = 0; j < block.columns; j++) {
    for (let i = 0; i < block.usedRows; i++) weights[tileIndex(i, j, block.stride)] = entry(i, j);
  }
}

/** Normals one after the other. */
function normals(words: RandomWords, scale: number): () => number {
  let rest: number | undefined;
  return () => {
    if (rest !== undefined) {
      const value = rest;
      rest = undefined;
      return value;
    }
    const [value, other] = boxMuller(words.nextUint32(), words.nextUint32(), scale);
    rest = other;
    return value;
  };
}

/**
 * Initial couplings of a layer: J_ij ~ N(0, g²/H), i ≠ j, with correlation η of J_ij and J_ji. With A asymmetric,
 * J = a A + b Aᵀ, a² + b² = 1 and 2ab = η.
 */
function fillCouplings(kernels: Kernels, plan: LearningPlan, block: WeightBlock, layer: number): void {
  const { model, seed } = plan;
  const n = model.hidden;
  const scale = model.couplingStrength / Math.sqrt(n);
  // A memory of the same kind of kernels, given back at once: the network's own layout stays as it is.
  const mark = kernels.mark();
  const frame = createFrame(kernels, n);
  kernels.functions.gaussianFill(
    frame.address,
    ...stream(seed, "learning couplings", n, layer).key,
    scale,
    0,
    n,
  );
  const columns = kernels.float32(frame.couplings, n * frame.stride);
  const asymmetric = Math.sqrt(1 - model.symmetry ** 2);
  const a = Math.sqrt((1 + asymmetric) / 2);
  const b = Math.sign(model.symmetry) * Math.sqrt((1 - asymmetric) / 2);
  const at = (i: number, j: number): number => columns[j * frame.stride + i]!;
  fillBlock(kernels, block, (i, j) => (b === 0 ? at(i, j) : a * at(i, j) + b * at(j, i)));
  kernels.release(mark);
}

/**
 * Draws all weights: J of every layer, W_in ~ λ_in N(0, 1/N), W_back ~ λ_back N(0, 1/C), W_out ~ N(0, 1/H); for patterns
 * W_in is λ_in times the identity.
 */
export function drawWeights(kernels: Kernels, plan: LearningPlan): void {
  const { model, layout, seed } = plan;
  layout.couplings.forEach((block, layer) => {
    if (model.couplingStrength > 0) fillCouplings(kernels, plan, block, layer);
  });
  layout.input.forEach((block, k) => {
    const draw = normals(
      stream(seed, "input weights", model.hidden, k),
      model.inputStrength / Math.sqrt(model.inputs),
    );
    const identity = (i: number, j: number): number => (i === j ? model.inputStrength : 0);
    fillBlock(kernels, block, model.association === "patterns" ? identity : draw);
  });
  layout.feedback.forEach((block, k) => {
    const scale = model.feedbackStrength / Math.sqrt(model.outputs);
    fillBlock(kernels, block, normals(stream(seed, "feedback weights", model.hidden, k), scale));
  });
  if (layout.readout !== null) {
    const draw = normals(stream(seed, "readout weights", model.hidden), 1 / Math.sqrt(model.hidden));
    fillBlock(kernels, layout.readout, draw);
  }
}

/** Weights of a block as a plain matrix (a copy). */
export function readMatrix(kernels: Kernels, block: WeightBlock): WeightMatrix {
  const weights = viewBlock(kernels, block);
  const { usedRows: rows, columns, stride } = block;
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) values[i * columns + j] = weights[tileIndex(i, j, stride)]!;
  }
  return { rows, columns, values };
}

/** Refuses a matrix that does not fit a block, or holds anything but finite numbers. */
export function requireMatrix(name: string, block: WeightBlock, matrix: WeightMatrix | undefined): void {
  const { rows = 0, columns = 0, values = new Float32Array() } = matrix ?? {};
  const fits = rows === block.usedRows && columns === block.columns && values.length === rows * columns;
  if (!fits) {
    throw new OutOfDomain(
      `weights ${name} must be ${block.usedRows} × ${block.columns}, got ${rows} × ${columns} with ${values.length} values`,
    );
  }
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new OutOfDomain(`weights ${name} must be finite, got ${wrong}`);
  if (name.startsWith("couplings")) requireNoDiagonal(name, { rows, columns, values });
}

function requireNoDiagonal(name: string, { rows, columns, values }: WeightMatrix): void {
  for (let i = 0; i < rows; i++) {
    const own = values[i * columns + i]!;
    if (own !== 0) throw new OutOfDomain(`weights ${name} must have 0 on the diagonal, got ${own} at ${i}`);
  }
}

/** Puts a matrix of the right shape back into a block. */
export function writeMatrix(kernels: Kernels, block: WeightBlock, { columns, values }: WeightMatrix): void {
  fillBlock(kernels, block, (i, j) => values[i * columns + j]!);
}

/**
 * How symmetric couplings are: Σ J_ij J_ji / Σ J_ij², −1..1; 0 when all are zero.
 * @param couplings a square matrix
 * @returns a correlation, −1..1
 * @source correlation η of J_ij and J_ji of (P21)
 */
export function couplingSymmetry({ rows, columns, values }: WeightMatrix): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (i === j) continue;
      products += values[i * columns + j]! * values[j * columns + i]!;
      squares += values[i * columns + j]! ** 2;
    }
  }
  return squares === 0 ? 0 : products / squares;
}
