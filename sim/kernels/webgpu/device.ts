/**
 * @file A GPU to compute on: buffers with clear errors, kernels compiled once, work recorded and submitted together.
 * Nothing here knows what is computed.
 */
import type { AdapterOptions } from "./adapter.ts";
import { findAdapter, isSoftware } from "./adapter.ts";
import { DeviceLost, DeviceMemory } from "./errors.ts";
import { createPool, Recorder } from "./recorder.ts";
import type { Kernel, KernelSource } from "./source.ts";
import { BufferUsage, STORAGE_USAGE } from "./source.ts";

/** `GPUMapMode.READ` and `GPUShaderStage.COMPUTE`. */
const MAP_READ_MODE = 1;
const COMPUTE_STAGE = 4;

/** Which GPU, and how much of it. */
export interface DeviceOptions extends AdapterOptions {
  /** Most bytes of one binding, ≥ 1: larger arrays are split; default, and at most, what the adapter allows. */
  readonly bindingBytes?: number;
}

/**
 * A GPU. Close it when done.
 * @source WebGPU, `GPUDevice`
 */
export class ComputeDevice {
  /** @internal */
  readonly gpu: GPUDevice;
  /** Name of the GPU and its driver. */
  readonly description: string;
  /** Whether it computes on the CPU. */
  readonly software: boolean;
  /** Most bytes of one storage binding. */
  readonly bindingBytes: number;
  readonly #kernels = new Map<string, Promise<Kernel>>();
  #compiled = 0;
  readonly #pool = createPool();
  #lost: DeviceLost | undefined;
  #closed = false;
  #failure: Error | undefined;
  #reject: (error: DeviceLost) => void = () => undefined;
  /** Rejects when the device is lost. */
  readonly #loss: Promise<never>;

  /** @internal */
  constructor(gpu: GPUDevice, adapter: GPUAdapter, bindingBytes: number) {
    this.gpu = gpu;
    const { vendor, architecture, device, description } = adapter.info;
    this.description = [...new Set([description || device, vendor, architecture])].filter(Boolean).join(", ");
    this.software = isSoftware(adapter);
    this.bindingBytes = bindingBytes;
    this.#loss = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#loss.catch(() => undefined);
    void gpu.lost.then(({ message, reason }) => {
      if (this.#closed) return;
      this.#lost = new DeviceLost(`the GPU was lost (${message || reason}): what was on it is gone`);
      this.#reject(this.#lost);
    });
    gpu.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      this.#failure ??= new Error(`the GPU refused a command: ${error.message.split("\n")[0]}`);
    });
  }

  /**
   * A zeroed buffer that kernels can read and write.
   * @param label what it holds, for messages
   * @param bytes its size, rounded up to a multiple of 16
   * @param indirect whether dispatches may take their size from it
   * @throws DeviceMemory when the GPU has no room for it, or it is larger than one binding may be
   * @throws DeviceLost when the GPU is gone
   * @internal
   */
  async allocate(label: string, bytes: number, indirect = false): Promise<GPUBuffer> {
    this.requirePresent();
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const need = `${label} needs ${size} bytes`;
    if (size > this.bindingBytes) {
      throw new DeviceMemory(`${need} in one piece on the GPU, ${this.bindingBytes} allowed`);
    }
    this.gpu.pushErrorScope("out-of-memory");
    this.gpu.pushErrorScope("validation");
    const usage = STORAGE_USAGE | (indirect ? BufferUsage.INDIRECT : 0);
    const buffer = this.gpu.createBuffer({ label, size, usage });
    // Both scopes are left at once: another allocation may open its own while this one waits.
    const errors = await Promise.all([this.gpu.popErrorScope(), this.gpu.popErrorScope()]);
    const error = errors.find((one) => one !== null);
    if (error !== undefined) {
      buffer.destroy();
      throw new DeviceMemory(`${need} on the GPU, which has no room for it`);
    }
    return buffer;
  }

  /**
   * Writes to a buffer, in order with the work that is submitted.
   * @param offset first byte, a multiple of 4
   * @param data as many bytes as a multiple of 4
   * @internal
   */
  upload(buffer: GPUBuffer, offset: number, data: ArrayBufferView<ArrayBuffer>): void {
    this.requirePresent();
    this.gpu.queue.writeBuffer(buffer, offset, data.buffer, data.byteOffset, data.byteLength);
  }

  /**
   * Bytes of a buffer after all work submitted so far.
   * @param offset first byte, a multiple of 4
   * @param bytes number of bytes, a multiple of 4
   * @throws DeviceLost when the GPU is gone; Error when it refused an earlier command
   * @internal
   */
  async read(buffer: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    this.requirePresent();
    const usage = BufferUsage.MAP_READ | BufferUsage.COPY_DST;
    const staging = this.gpu.createBuffer({ label: "staging", size: Math.max(4, bytes), usage });
    try {
      const encoder = this.gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
      this.gpu.queue.submit([encoder.finish()]);
      await this.#orLoss(staging.mapAsync(MAP_READ_MODE));
      this.requirePresent();
      return staging.getMappedRange().slice(0, bytes);
    } finally {
      staging.destroy();
    }
  }

  /**
   * Compiles a kernel; the same source is compiled once.
   * @throws Error with the compiler's message when the WGSL is wrong
   * @internal
   */
  async kernel(source: KernelSource): Promise<Kernel> {
    this.requirePresent();
    const key = `${source.label}\n${source.code}`;
    // The promise, so that those who ask at the same time share it too.
    let kernel = this.#kernels.get(key);
    if (kernel === undefined) {
      kernel = this.#compile(source);
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  async #compile({ label, code, bindings, parameterBytes }: KernelSource): Promise<Kernel> {
    const id = this.#compiled++;
    const uniform = {
      binding: 0,
      visibility: COMPUTE_STAGE,
      buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: parameterBytes },
    } as const;
    const storage = bindings.map((access, k) => ({
      binding: k + 1,
      visibility: COMPUTE_STAGE,
      buffer: { type: access === "read" ? ("read-only-storage" as const) : ("storage" as const) },
    }));
    const layout = this.gpu.createBindGroupLayout({ label, entries: [uniform, ...storage] });
    const module = this.gpu.createShaderModule({ label, code });
    const pipeline = await this.gpu.createComputePipelineAsync({
      label,
      layout: this.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    return { label, id, pipeline, layout, parameterBytes };
  }

  /**
   * Starts a list of work.
   * @internal
   */
  record(): Recorder {
    this.requirePresent();
    return new Recorder(this.gpu, this.#pool);
  }

  /**
   * Waits until all submitted work is done.
   * @throws DeviceLost when the GPU is gone; Error when it refused a command
   * @internal
   */
  async finish(): Promise<void> {
    await this.#orLoss(this.gpu.queue.onSubmittedWorkDone());
    this.requirePresent();
  }

  /**
   * @throws DeviceLost when the GPU is gone; Error when it refused an earlier command
   * @internal
   */
  requirePresent(): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#closed) throw new DeviceLost("the GPU was closed");
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Frees everything on the GPU. Closing twice is fine. */
  close(): void {
    this.#closed = true;
    this.gpu.destroy();
  }

  #orLoss(work: Promise<unknown>): Promise<unknown> {
    // A lost device rejects maps with an error of its own; the loss says more.
    return Promise.race([this.#loss, work]).catch((error: unknown) => {
      throw this.#lost ?? error;
    });
  }
}

/** Limits that are raised to what the adapter offers. */
const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
] as const;

/**
 * Opens the GPU.
 * @param options which one, and how much of it; see {@link DeviceOptions}
 * @throws NoDevice when there is none
 * @source WebGPU, `GPUAdapter.requestDevice`
 */
export async function openDevice({ bindingBytes, ...which }: DeviceOptions = {}): Promise<ComputeDevice> {
  const adapter = await findAdapter(which);
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  const gpu = await adapter.requestDevice({ requiredLimits });
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  return new ComputeDevice(gpu, adapter, Math.min(bindingBytes ?? most, most));
}
