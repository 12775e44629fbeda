/**
 * @file The GPU of a thread that runs tasks: opened by the first task that asks for it, used by those after it, opened again where
 * it was lost. Tasks name no GPU, since their results do not depend on it beyond rounding; which one is taken can be said
 * in the environment.
 */
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { openDevice } from "../kernels/webgpu/device.ts";
import { DeviceLost } from "../kernels/webgpu/errors.ts";

/** Environment variable with options of Dawn, such as `backend=vulkan`, comma-separated. */
const DAWN_VARIABLE = "ATLAS_DAWN";

/** Times that a computation is begun, when the GPU is lost under it. */
const MOST_ATTEMPTS = 2;

let opened: Promise<ComputeDevice> | undefined;

/** Opens the GPU of this thread, unless it is open. */
function present(): Promise<ComputeDevice> {
  opened ??= openDevice({ dawn: process.env[DAWN_VARIABLE] ?? "" }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/**
 * Computes on the GPU of this thread. When it is lost, it is opened again and the computation begun anew, once.
 * @param compute must not keep anything on the GPU from an attempt before
 * @throws NoDevice when there is none; DeviceLost when it was lost twice, or closed; what `compute` throws
 * @source contract of this package: a task's result depends on the task alone, so that it may be run again
 */
export async function onTaskDevice<R>(compute: (device: ComputeDevice) => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    const own = present();
    try {
      return await compute(await own);
    } catch (error) {
      const closed = opened !== own;
      if (!(error instanceof DeviceLost) || closed) throw error;
      opened = undefined;
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Closes the GPU of this thread, if it is open: what is computed on it fails. A later computation opens it again. */
export async function closeTaskDevice(): Promise<void> {
  const own = opened;
  opened = undefined;
  (await own)?.close();
}
