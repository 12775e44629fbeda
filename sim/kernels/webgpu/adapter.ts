/**
 * @file Where a GPU comes from: the browser's own WebGPU, or under Node that of the optional package `webgpu` (Dawn).
 * The package is loaded only when asked for.
 */
import { NoDevice } from "./errors.ts";

/** What to install where there is no WebGPU; a clone names it as an optional peer, which npm installs only like this. */
const advice =
  "install it with `npm install webgpu`, in a clone with `npm install --no-save --save-dev webgpu`";

/** Which adapter to take. */
export interface AdapterOptions {
  /**
   * Options of Dawn under Node, such as `backend=vulkan` or `adapter=NVIDIA`, comma-separated; in browsers without effect.
   * Default none.
   */
  readonly dawn?: string;
}

/** What the package `webgpu` exports. */
interface DawnModule {
  create(options: readonly string[]): GPU;
}

async function dawn(options: readonly string[]): Promise<GPU> {
  // A name in a variable: neither bundlers nor the type checker ask for a package that is optional.
  const name = "webgpu";
  let module: DawnModule;
  try {
    module = (await import(/* @vite-ignore */ name)) as DawnModule;
  } catch {
    throw new NoDevice(
      `no WebGPU here: the package webgpu is not installed or not for this machine, ${advice}`,
    );
  }
  return module.create(options);
}

/** The GPUs of this runtime; held so that Dawn does not end before its devices. */
const opened = new Map<string, Promise<GPU>>();

function gpuOf(options: string): Promise<GPU> {
  if (typeof navigator !== "undefined" && "gpu" in navigator) return Promise.resolve(navigator.gpu);
  let gpu = opened.get(options);
  if (gpu === undefined) {
    gpu = dawn(options === "" ? [] : options.split(","));
    opened.set(options, gpu);
  }
  return gpu;
}

/**
 * The adapter to compute on, the fast one where there are several.
 * @param options see {@link AdapterOptions}
 * @returns an adapter of WebGPU
 * @throws NoDevice when this runtime has no WebGPU, or no adapter
 * @source WebGPU, `GPU.requestAdapter`
 */
export async function findAdapter({ dawn: options = "" }: AdapterOptions = {}): Promise<GPUAdapter> {
  const gpu = await gpuOf(options);
  let adapter: GPUAdapter | null = null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch {
    // Dawn throws where its options name an adapter that is not there.
  }
  if (adapter === null) {
    throw new NoDevice("no GPU found: WebGPU is here, but it reports no adapter (a driver may be missing)");
  }
  return adapter;
}

/** Names of adapters that compute on the CPU. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/**
 * Whether an adapter only pretends to be a GPU, and computes on the CPU.
 * @param adapter an adapter of WebGPU
 * @source names that software drivers give
 */
export function isSoftware({ info }: GPUAdapter): boolean {
  return softwareNames.test(`${info.architecture} ${info.device} ${info.description}`);
}
