/** @file Worker of the live network: the compiled kernels, run by the requests of the page (driver.ts). */
import type { Kernels } from "../../kernels/memory.ts";
import { instantiateKernels } from "../../kernels/wasm.ts";
import { NetworkDriver } from "./driver.ts";
import { LiveNetwork } from "./live-network.ts";
import type { NetworkReport, NetworkRequest } from "./protocol.ts";
import type { StartsGpu } from "./starts.ts";

/** The kernels for unshared memory, which need no special headers of the server. */
async function fetchKernels(): Promise<Kernels> {
  const response = await fetch(new URL("../../kernels/wasm/kernels.wasm", import.meta.url));
  if (!response.ok) throw new Error(`kernels.wasm could not be fetched (${response.status})`);
  // Streaming compilation would need a media type that not every static host sends.
  return instantiateKernels(await WebAssembly.compile(await response.arrayBuffer()));
}

function post(report: NetworkReport): void {
  const transfer = report.type === "frame" ? [report.states.buffer, report.histogram.counts.buffer] : [];
  self.postMessage(report, { transfer });
}

/** The GPU, if the browser gives access to one; browsers that do not load nothing for it. */
async function openGpu(): Promise<StartsGpu | null> {
  if (!("gpu" in navigator)) return null;
  const { openStartsGpu } = await import("./starts-gpu.ts");
  return openStartsGpu();
}

function driverOf(kernels: Kernels): NetworkDriver {
  const mark = kernels.mark();
  return new NetworkDriver({
    create: (parameters) => {
      // One network at a time: memory of the one before is used again, and grows only for a larger one.
      kernels.release(mark);
      return new LiveNetwork(kernels, parameters);
    },
    post,
    now: () => performance.now(),
    schedule: (task) => setTimeout(task, 0),
    openGpu,
    timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
  });
}

const driver = fetchKernels().then(driverOf);

self.onmessage = async ({ data }: MessageEvent<NetworkRequest>) => {
  try {
    (await driver).receive(data);
  } catch (error) {
    if (data.type !== "create") return;
    const text = error instanceof Error ? error.message : String(error);
    post({ type: "failed", generation: data.generation, text });
  }
};
