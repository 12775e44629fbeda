/** @file The weights of a learning network on the GPU: drawn as those of the WASM learner, brought there and back. */
import type { Kernels } from "../../kernels/memory.ts";
import type { ComputeDevice } from "../../kernels/webgpu/device.ts";
import type { CouplingPrecision, DeviceMatrix } from "../../kernels/webgpu/matrix.ts";
import { createMatrix, destroyMatrix, downloadMatrix, uploadMatrix } from "../../kernels/webgpu/matrix.ts";
import type { Products } from "../../kernels/webgpu/products.ts";
import { createLearningLayout } from "../layout.ts";
import type { NetworkModel, SteeringRule } from "../model.ts";
import type { WeightMatrix } from "../weights.ts";
import { drawWeights, readMatrix, requireMatrix, weightBlocks } from "../weights.ts";
import { OutOfDomain } from "../../../theory/errors.ts";

/** A block of weights. */
export interface DeviceBlock {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Null where it has no columns. */
  readonly matrix: DeviceMatrix | null;
}

/** Blocks of weights of a network, `all` in the order of `weightBlocks`. */
export interface DeviceWeights {
  readonly all: readonly DeviceBlock[];
  readonly couplings: readonly DeviceMatrix[];
  /** By position in `inputLayers`. */
  readonly input: readonly DeviceMatrix[];
  /** By position in `feedbackLayers`; none for patterns. */
  readonly feedback: readonly DeviceMatrix[];
  /** Null for patterns. */
  readonly readout: DeviceMatrix | null;
}

/** Initial weights by name, those of the WASM learner with the same seed. */
export function initialWeights(
  kernels: Kernels,
  network: { readonly model: NetworkModel; readonly rule: SteeringRule; readonly seed: number },
): readonly (readonly [string, WeightMatrix])[] {
  // One sample at a time: only the weights are wanted.
  const rule = { ...network.rule, batchSize: 1 };
  const layout = createLearningLayout(kernels, { ...network, rule, sets: {}, workers: 1 });
  const plan = { ...network, rule, layout, workers: 1 };
  drawWeights(kernels, plan);
  return weightBlocks(plan).map(([name, block]) => [name, readMatrix(kernels, block)] as const);
}

/**
 * Reserves blocks of weights on the GPU.
 * @param shapes names and shapes, of `initialWeights`
 * @param precision in which products read the couplings
 * @throws DeviceMemory when the GPU has no room for them
 */
export async function createWeights(
  device: ComputeDevice,
  shapes: readonly (readonly [string, Pick<WeightMatrix, "rows" | "columns">])[],
  precision: CouplingPrecision,
): Promise<DeviceWeights> {
  const all: DeviceBlock[] = [];
  for (const [name, { rows, columns }] of shapes) {
    const shape = { rows, columns, precision: name.startsWith("couplings") ? precision : "f32" } as const;
    const matrix = columns === 0 ? null : await createMatrix(device, `weights ${name}`, shape);
    all.push({ name, rows, columns, matrix });
  }
  const named = (prefix: string): DeviceMatrix[] =>
    all.flatMap(({ name, matrix }) => (name.startsWith(prefix) && matrix !== null ? [matrix] : []));
  return {
    all,
    couplings: named("couplings"),
    input: named("input"),
    feedback: named("feedback"),
    readout: named("readout")[0] ?? null,
  };
}

/**
 * Refuses weights that do not fit the blocks.
 * @throws OutOfDomain unless they have the number and shapes of the blocks and are finite
 */
export function requireWeights({ all }: DeviceWeights, weights: readonly WeightMatrix[]): void {
  if (weights.length !== all.length) {
    throw new OutOfDomain(`weights must be ${all.length} matrices, got ${weights.length}`);
  }
  all.forEach(({ name, rows, columns }, k) => {
    requireMatrix(name, { usedRows: rows, columns, address: 0, rows, stride: columns }, weights[k]);
  });
}

/** Writes all weights, halves included. */
export function uploadWeights(
  device: ComputeDevice,
  products: Products,
  { all }: DeviceWeights,
  weights: readonly WeightMatrix[],
): void {
  const work = device.record();
  all.forEach(({ matrix }, k) => {
    if (matrix === null) return;
    uploadMatrix(device, matrix, weights[k]!.values);
    if (matrix.precision === "f16") products.refreshHalves(work, matrix);
  });
  work.submit();
}

/** Reads a block of weights. */
export async function downloadWeights(
  device: ComputeDevice,
  { rows, columns, matrix }: DeviceBlock,
): Promise<WeightMatrix> {
  return {
    rows,
    columns,
    values: matrix === null ? new Float32Array(0) : await downloadMatrix(device, matrix),
  };
}

/** Frees all weights. */
export function destroyWeights({ all }: DeviceWeights): void {
  for (const { matrix } of all) if (matrix !== null) destroyMatrix(matrix);
}
