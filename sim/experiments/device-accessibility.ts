/** @file The runs of accessibility on the GPU: all J_D of a network at once, and several networks side by side. */
import type { DeviceRelaxationOptions } from "../instance/device-dynamics.ts";
import { relaxOnDevice } from "../instance/device-dynamics.ts";
import type { Relaxation } from "../instance/dynamics.ts";
import { sampleEnsemble } from "../instance/ensemble.ts";
import type { Network } from "../instance/network.ts";
import { randomState } from "../instance/network.ts";
import { loadKernels } from "../kernels/load.ts";
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import { stream } from "../random.ts";
import type { SimulatedFields } from "./ensemble-fields.ts";
import { chunks } from "./experiment.ts";
import { sampleNumbers } from "./scan.ts";
import { onTaskDevice } from "./task-device.ts";

/** Samples of one size of an ensemble, at every J_D. */
export interface DeviceSamples {
  /** Number of neurons of a layer. */
  readonly n: number;
  readonly ensemble: SimulatedFields;
  readonly selfCouplings: readonly number[];
  readonly options: DeviceRelaxationOptions;
  readonly firstSample: number;
  readonly samples: number;
  /** Networks that are on the GPU together, an integer ≥ 1: while one is looked at here, others are swept there. */
  readonly atOnce: number;
}

/** Memory of networks that are on the GPU together, each its own, used again by the next of the same size. */
let places: Network[] = [];

/** The network of a sample, with the couplings that it has in every experiment, in a place of its own. */
function drawInto(place: number, { n, ensemble }: DeviceSamples, seed: number, sample: number): Network {
  const { symmetry = 0, layers = 1, ferromagneticCoupling = 0 } = ensemble;
  if (places[0]?.n !== n * layers) places = [];
  const into = places[place];
  const kernels = into?.kernels ?? loadKernels();
  const network = sampleEnsemble(
    { ensemble: { n, symmetry, layers, ferromagneticCoupling }, kernels },
    stream(seed, "couplings", n, sample),
    into === undefined ? {} : { into },
  );
  places[place] = network;
  return network;
}

/**
 * Runs samples on the GPU of this thread, with the couplings, initial states and update orders that they have on WASM.
 * @param samples which ones, and how; see {@link DeviceSamples}
 * @param seed seed of everything random
 * @returns for each sample, in order, one result at each J_D
 * @throws NoDevice, DeviceMemory, DeviceLost; OutOfDomain as `relaxOnDevice`
 * @source zero-temperature dynamics of (P1)
 */
export async function relaxSamples(samples: DeviceSamples, seed: number): Promise<Relaxation[][]> {
  const { n, selfCouplings, options, atOnce } = samples;
  const relaxSample = (device: ComputeDevice, sample: number, place: number): Promise<Relaxation[]> => {
    const network = drawInto(place, samples, seed, sample);
    const state = randomState(network.n, stream(seed, "initial state", n, sample));
    const order = stream(seed, "update order", n, sample);
    const runs = selfCouplings.map((selfCoupling) => ({ state, selfCoupling, order }));
    return relaxOnDevice(device, network, runs, options);
  };
  const results: Relaxation[][] = [];
  for (const group of chunks(sampleNumbers(samples), atOnce)) {
    results.push(
      ...(await onTaskDevice((device) =>
        Promise.all(group.map((sample, place) => relaxSample(device, sample, place))),
      )),
    );
  }
  return results;
}
