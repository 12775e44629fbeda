/**
 * @file Work for a GPU, recorded dispatch by dispatch and submitted together. Parameters of a dispatch go into a slot of a
 * uniform buffer, so that nothing has to wait between dispatches.
 */
import type { Kernel } from "./source.ts";
import { BufferUsage } from "./source.ts";

/** Bytes of a slot of parameters: WebGPU's default alignment of dynamic offsets. */
const SLOT_BYTES = 256;

/** Dispatches that are submitted together at most. */
const MOST_DISPATCHES = 1024;

/** One run of a kernel. */
export interface Dispatch {
  /** The storage buffers, in the order of the kernel's bindings. */
  readonly buffers: readonly GPUBuffer[];
  /** The uniform struct of parameters, made with {@link parameters}. */
  readonly parameters: ArrayBuffer;
  /** Workgroups along x, y, z, each 1..65,535; or a buffer that holds three u32 of them at `offset`. */
  readonly groups:
    readonly [number, number, number] | { readonly buffer: GPUBuffer; readonly offset: number };
}

/** A parameter as u32, i32 or f32; every one takes four bytes. */
export type Parameter = { readonly u32: number } | { readonly f32: number };

/** Packs parameters one after the other into a struct, padded to a multiple of 16 bytes. */
export function parameters(values: readonly Parameter[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(Math.max(16, Math.ceil(values.length / 4) * 16)));
  values.forEach((value, k) => {
    if ("u32" in value) view.setUint32(4 * k, value.u32, true);
    else view.setFloat32(4 * k, value.f32, true);
  });
  return view.buffer;
}

/** Uniform buffers and bind groups that recorders of a device use again and again. */
export interface Pool {
  readonly uniforms: GPUBuffer[];
  readonly groups: WeakMap<GPUBuffer, Map<string, GPUBindGroup>>;
  readonly ids: WeakMap<GPUBuffer, number>;
  next: number;
}

/** An empty pool, for one device. */
export const createPool = (): Pool => ({ uniforms: [], groups: new WeakMap(), ids: new WeakMap(), next: 1 });

/** A list of work. */
export class Recorder {
  readonly #gpu: GPUDevice;
  readonly #pool: Pool;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #uniform: GPUBuffer | undefined;
  #slots = new Uint8Array(MOST_DISPATCHES * SLOT_BYTES);
  #used = 0;

  /** @internal */
  constructor(gpu: GPUDevice, pool: Pool) {
    this.#gpu = gpu;
    this.#pool = pool;
  }

  /** Adds a run of a kernel; it sees what the runs before it wrote. */
  dispatch(kernel: Kernel, { buffers, parameters: values, groups }: Dispatch): void {
    if (this.#used === MOST_DISPATCHES) this.submit();
    const pass = (this.#pass ??= this.#begin().beginComputePass());
    const offset = this.#used * SLOT_BYTES;
    this.#slots.set(new Uint8Array(values), offset);
    this.#used++;
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, this.#group(kernel, buffers), [offset]);
    if ("buffer" in groups) pass.dispatchWorkgroupsIndirect(groups.buffer, groups.offset);
    else pass.dispatchWorkgroups(...groups);
  }

  /** Adds a copy from one buffer to another; offsets and sizes in bytes, multiples of 4. */
  copy(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void {
    this.#endPass();
    this.#begin().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
  }

  /** Adds the zeroing of a buffer, or of a part of it in bytes, multiples of 4. */
  clear(buffer: GPUBuffer, offset = 0, bytes = buffer.size - offset): void {
    this.#endPass();
    this.#begin().clearBuffer(buffer, offset, bytes);
  }

  /** Hands all that was recorded to the GPU; does not wait for it. More may be recorded afterwards. */
  submit(): void {
    if (this.#encoder === undefined) return;
    this.#endPass();
    const gpu = this.#gpu;
    if (this.#uniform !== undefined && this.#used > 0) {
      gpu.queue.writeBuffer(this.#uniform, 0, this.#slots, 0, this.#used * SLOT_BYTES);
    }
    gpu.queue.submit([this.#encoder.finish()]);
    // Writes and submissions keep their order: the buffer may be written again at once.
    if (this.#uniform !== undefined) this.#pool.uniforms.push(this.#uniform);
    this.#encoder = undefined;
    this.#uniform = undefined;
    this.#used = 0;
  }

  #begin(): GPUCommandEncoder {
    return (this.#encoder ??= this.#gpu.createCommandEncoder());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  #group({ id, label, layout, parameterBytes }: Kernel, buffers: readonly GPUBuffer[]): GPUBindGroup {
    this.#uniform ??= this.#pool.uniforms.pop() ?? this.#newUniform();
    const uniform = this.#uniform;
    let cache = this.#pool.groups.get(uniform);
    if (cache === undefined) {
      cache = new Map();
      this.#pool.groups.set(uniform, cache);
    }
    const key = [id, ...buffers.map((buffer) => this.#id(buffer))].join(" ");
    let group = cache.get(key);
    if (group === undefined) {
      group = this.#gpu.createBindGroup({
        label,
        layout,
        entries: [
          { binding: 0, resource: { buffer: uniform, size: parameterBytes } },
          ...buffers.map((buffer, k) => ({ binding: k + 1, resource: { buffer } })),
        ],
      });
      cache.set(key, group);
    }
    return group;
  }

  #newUniform(): GPUBuffer {
    return this.#gpu.createBuffer({
      label: "parameters",
      size: MOST_DISPATCHES * SLOT_BYTES,
      usage: BufferUsage.UNIFORM | BufferUsage.COPY_DST,
    });
  }

  #id(buffer: GPUBuffer): number {
    let id = this.#pool.ids.get(buffer);
    if (id === undefined) {
      id = this.#pool.next++;
      this.#pool.ids.set(buffer, id);
    }
    return id;
  }
}
