/** @file The GPU of the browser for many starts: a chunk of its own, loaded where there is WebGPU, once it is wanted. */
import { relaxOnDevice } from "../../instance/device-dynamics.ts";
import { openDevice } from "../../kernels/webgpu/device.ts";
import { NoDevice } from "../../kernels/webgpu/errors.ts";
import type { StartsGpu } from "./starts.ts";

/**
 * Opens the GPU.
 * @returns null where there is no adapter, or one that computes on the CPU: the kernels are faster there
 * @throws Error when there is a GPU that does not open
 */
export async function openStartsGpu(): Promise<StartsGpu | null> {
  try {
    const device = await openDevice();
    if (device.software) {
      device.close();
      return null;
    }
    return {
      name: device.description,
      relax: (network, runs, options) => relaxOnDevice(device, network, runs, options),
      close: () => {
        device.close();
      },
    };
  } catch (error) {
    if (error instanceof NoDevice) return null;
    throw error;
  }
}
