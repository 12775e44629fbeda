/** @file `--backend`: whether a command computes with the compiled kernels on the processor, or on a GPU by WebGPU. */
import { Option } from "commander";
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { NoDevice } from "../kernels/webgpu/errors.ts";

/** Where a command computes. */
export const backendNames = ["wasm", "webgpu", "auto"] as const;

/** One of them; `auto` is a GPU where there is one, else WASM. */
export type BackendName = (typeof backendNames)[number];

/** `--backend`. */
export const backendOption = (): Option =>
  new Option(
    "--backend <name>",
    "wasm: compiled kernels on the processor (default); webgpu: a GPU; auto: a GPU where there is one",
  );

/** Options of Dawn, such as `backend=vulkan` or `adapter=NVIDIA`, comma-separated, for machines with several GPUs. */
export const dawnOptions = (): { readonly dawn?: string } =>
  process.env.ATLAS_DAWN === undefined ? {} : { dawn: process.env.ATLAS_DAWN };

/**
 * Opens the GPU that a backend means. One that computes on the processor counts as none for `auto`: WASM is faster.
 * @param report told in one line of a GPU taken, or why there is none
 * @param open opens a GPU; tests put their own in its place
 * @returns the GPU, or null for WASM
 * @throws NoDevice when `webgpu` is asked for and there is none
 */
export async function chooseBackend(
  name: BackendName,
  report: (line: string) => void,
  open: () => Promise<ComputeDevice> = openPresent,
): Promise<ComputeDevice | null> {
  if (name === "wasm") return null;
  let device: ComputeDevice;
  try {
    device = await open();
  } catch (error) {
    if (name === "webgpu" || !(error instanceof NoDevice)) throw error;
    report(`computing on the processor: ${error.message}`);
    return null;
  }
  if (!device.software) {
    report(`computing on ${device.description}`);
    return device;
  }
  if (name === "auto") {
    device.close();
    report(`computing on the processor: ${device.description} is no GPU but computes there too, only slower`);
    return null;
  }
  report(
    `computing on ${device.description}, which is no GPU but computes on the processor: expect it to be slow`,
  );
  return device;
}

/** Loaded only when a GPU is asked for. */
async function openPresent(): Promise<ComputeDevice> {
  const { openDevice } = await import("../kernels/webgpu/device.ts");
  return openDevice(dawnOptions());
}
