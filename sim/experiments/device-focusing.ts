/** @file The runs of focusing-scan on the GPU: all J_D of a network at once, and several networks side by side. */
import type { BetheResult, PropagationOptions } from "../instance/belief-propagation.ts";
import { focusOnDevice, solveBetheOnDevice } from "../instance/device-focusing.ts";
import type { FocusingRun } from "../instance/focusing.ts";
import { sampleNetwork, type Network } from "../instance/network.ts";
import type { Protocol } from "../instance/protocols.ts";
import { loadKernels } from "../kernels/load.ts";
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { stream } from "../random.ts";
import { chunks } from "./experiment.ts";
import { sampleNumbers } from "./scan.ts";
import { onTaskDevice } from "./task-device.ts";

/** Samples of one size, at several J_D, along each protocol. */
export interface FocusingSamples {
  /** Number of neurons. */
  readonly n: number;
  readonly selfCouplings: readonly number[];
  readonly protocols: readonly Protocol[];
  readonly firstSample: number;
  readonly samples: number;
  /** Samples that are on the GPU together, an integer ≥ 1: while one is looked at here, others iterate there. */
  readonly atOnce: number;
}

/** What a sample gave. */
export interface FocusedSample {
  /** The network, to be looked at now: the next sample may take its place. */
  readonly network: Network;
  readonly sample: number;
  /** Plain belief propagation at each J_D. */
  readonly bethe: readonly BetheResult[];
  /** Along each protocol, at each J_D. */
  readonly runs: readonly (readonly FocusingRun[])[];
}

/** Memory of networks that are on the GPU together, each its own, used again by the next of the same size. */
let places: Network[] = [];

/** The network of a sample, as on WASM, in a place of its own. */
function drawInto(place: number, n: number, seed: number, sample: number): Network {
  if (places[0]?.n !== n) places = [];
  const into = places[place];
  const kernels = into?.kernels ?? loadKernels();
  const couplings = stream(seed, "couplings", n, sample);
  const network = sampleNetwork({ n, kernels }, couplings, into === undefined ? {} : { into });
  places[place] = network;
  return network;
}

/**
 * Runs samples on the GPU of this thread, with the couplings and start messages that they have on WASM.
 * @param samples which ones; see {@link FocusingSamples}
 * @param options of `focus`
 * @param seed seed of everything random
 * @param follow what to make of each sample
 * @returns what `follow` made, in the order of the samples
 * @throws NoDevice, DeviceMemory, DeviceLost; OutOfDomain as `focusOnDevice`
 * @source (P18)–(P20)
 */
export async function focusSamples<Result>(
  samples: FocusingSamples,
  options: PropagationOptions,
  seed: number,
  follow: (sample: FocusedSample) => Result,
): Promise<Result[]> {
  const { n, selfCouplings, protocols, atOnce } = samples;
  const runSample = async (device: ComputeDevice, sample: number, place: number): Promise<Result> => {
    const network = drawInto(place, n, seed, sample);
    const input = { selfCouplings, start: () => stream(seed, "messages", n, sample) };
    const bethe = await solveBetheOnDevice(device, network, input);
    const runs: FocusingRun[][] = [];
    for (const protocol of protocols) {
      runs.push(await focusOnDevice(device, network, { ...input, protocol }, options));
    }
    return follow({ network, sample, bethe, runs });
  };
  const results: Result[] = [];
  for (const group of chunks(sampleNumbers(samples), atOnce)) {
    results.push(
      ...(await onTaskDevice((device) =>
        Promise.all(group.map((sample, place) => runSample(device, sample, place))),
      )),
    );
  }
  return results;
}
