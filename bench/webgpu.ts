/**
 * @file `npm run bench:gpu`: everything about the GPU backend in one command. Kernels as shares of the GPU's own peaks,
 * times of an epoch at H = 1600 and 6400 by batch size beside the processor, and the accuracy at H = 6400 for as many
 * epochs as the minutes given allow. Tables on the screen, rows in a folder.
 *
 * npm run bench:gpu -- [--out FOLDER] [--minutes M] [--batch B] [--precision f32|f16] [--only kernels,epochs,accuracy]
 */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { dawnOptions } from "../sim/cli/backend.ts";
import { openDevice } from "../sim/kernels/webgpu/device.ts";
import { NoDevice } from "../sim/kernels/webgpu/errors.ts";
import { benchKernels } from "./webgpu-kernels.ts";
import { benchAccuracy, benchEpochs } from "./webgpu-learning.ts";

const parts = ["kernels", "epochs", "accuracy"];

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "results/gpu" },
    minutes: { type: "string", default: "30" },
    batch: { type: "string", default: "16" },
    precision: { type: "string", default: "f32" },
    only: { type: "string", default: parts.join(",") },
  },
});

/** Ends with one line when an option is none of the texts or numbers allowed. */
function refuse(text: string): never {
  console.error(text);
  process.exit(2);
}

const wanted = values.only.split(",");
const unknown = wanted.find((part) => !parts.includes(part));
if (unknown !== undefined) refuse(`--only must list some of ${parts.join(", ")}, got "${unknown}"`);
const minutes = Number(values.minutes);
if (!(minutes > 0)) refuse(`--minutes must be a number above 0, got ${values.minutes}`);
const batchSize = Number(values.batch);
if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1024) {
  refuse(`--batch must be an integer from 1 to 1024, got ${values.batch}`);
}
const precision = values.precision === "f16" ? "f16" : "f32";
if (precision !== values.precision) refuse(`--precision must be f32 or f16, got ${values.precision}`);

try {
  const device = await openDevice(dawnOptions());
  mkdirSync(values.out, { recursive: true });
  console.log(
    `${device.description}${device.software ? " (no GPU: sizes are cut)" : ""}, rows in ${values.out}`,
  );
  const bench = { device, out: values.out, precision } as const;
  if (wanted.includes("kernels")) await benchKernels(device, precision, values.out);
  if (wanted.includes("epochs")) await benchEpochs(bench);
  if (wanted.includes("accuracy")) await benchAccuracy({ ...bench, minutes, batchSize });
  device.close();
} catch (error) {
  if (!(error instanceof NoDevice)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
