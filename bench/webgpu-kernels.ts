/**
 * @file Kernels of the GPU backend as shares of what the GPU can do, which is measured in the same run (webgpu-limits.ts).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComputeDevice } from "../sim/kernels/webgpu/device.ts";
import type { CouplingPrecision } from "../sim/kernels/webgpu/matrix.ts";
import { createMatrix, destroyMatrix, paddedTo } from "../sim/kernels/webgpu/matrix.ts";
import { openPlasticity } from "../sim/kernels/webgpu/plasticity.ts";
import { openProducts } from "../sim/kernels/webgpu/products.ts";
import { deviceSeconds, measureLimits } from "./webgpu-limits.ts";

const SIZES = [1600, 6400];
const BATCHES = [16, 64, 256, 1024];
const SOFTWARE_SIZES = [320];
const SOFTWARE_BATCHES = [16, 64];

/** A kernel at one size. */
interface KernelTime {
  readonly kernel: string;
  readonly hidden: number;
  readonly batch: number;
  readonly seconds: number;
  /** Operations and bytes that it cannot do without. */
  readonly operations: number;
  readonly bytes: number;
}

async function timesAt(
  device: ComputeDevice,
  precision: CouplingPrecision,
  hidden: number,
  batch: number,
): Promise<KernelTime[]> {
  const matrix = await createMatrix(device, "couplings", { rows: hidden, columns: hidden, precision });
  const stride = paddedTo(hidden);
  const [states, fields, sites] = [
    await device.allocate("states", 4 * batch * stride),
    await device.allocate("fields", 4 * batch * stride),
    await device.allocate("sites", 4 * batch * stride),
  ];
  const products = await openProducts(device, { precision });
  const plasticity = await openPlasticity(device, { precision });
  const product = await deviceSeconds(device, (work) => {
    const into = { out: fields, outOffset: 0, outStride: stride };
    products.signed(work, { matrix, states, statesOffset: 0, samples: batch, ...into });
  });
  const imprint = await deviceSeconds(device, (work) => {
    const from = { sites, sitesOffset: 0, sitesStride: stride, states, statesOffset: 0, samples: batch };
    plasticity.imprint(work, { matrix, ...from, rate: 1e-4, keep: 1, zeroDiagonal: true });
  });
  for (const buffer of [states, fields, sites]) buffer.destroy();
  destroyMatrix(matrix);
  const couplings = hidden * hidden;
  const operations = 2 * couplings * batch;
  const width = precision === "f16" ? 2 : 4;
  return [
    { kernel: "product", hidden, batch, seconds: product, operations, bytes: width * couplings },
    {
      kernel: "imprint",
      hidden,
      batch,
      seconds: imprint,
      operations,
      bytes: (4 + width + (width === 2 ? 4 : 0)) * couplings,
    },
  ];
}

/**
 * Times products and updates by size and batch, as shares of the peaks; writes `kernels.csv`.
 * @returns one line a kernel, size and batch
 */
export async function benchKernels(
  device: ComputeDevice,
  precision: CouplingPrecision,
  out: string,
): Promise<string[]> {
  const peak = await measureLimits(device);
  const lines = [
    `measured peaks: ${(peak.operations / 1e12).toFixed(3)} T f32 operations/s, ${(peak.bytes / 1e9).toFixed(1)} GB/s`,
  ];
  console.log(`  ${lines[0]}`);
  const rows = [
    "device,precision,kernel,hidden,batch,seconds,shareOfOperations,shareOfBandwidth,peakOperations,peakBytes",
  ];
  for (const hidden of device.software ? SOFTWARE_SIZES : SIZES) {
    for (const batch of device.software ? SOFTWARE_BATCHES : BATCHES) {
      for (const time of await timesAt(device, precision, hidden, batch)) {
        const operations = time.operations / time.seconds / peak.operations;
        const bytes = time.bytes / time.seconds / peak.bytes;
        const cells = [
          time.kernel,
          hidden,
          batch,
          time.seconds,
          operations,
          bytes,
          peak.operations,
          peak.bytes,
        ];
        rows.push(`"${device.description}",${precision},${cells.join(",")}`);
        lines.push(
          `${time.kernel}, ${precision}, H = ${hidden}, B = ${batch}: ${(1e6 * time.seconds).toFixed(0)} µs, ` +
            `${(100 * operations).toFixed(1)} % of the f32 rate, ${(100 * bytes).toFixed(1)} % of the bandwidth`,
        );
        console.log(`  ${lines.at(-1)}`);
      }
      writeFileSync(join(out, "kernels.csv"), `${rows.join("\n")}\n`);
    }
  }
  return lines;
}
