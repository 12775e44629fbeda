/** @file Time of the exact enumeration at N = 24, one sample (target: below 1 s), and of its pair histogram. */
import { findFixedPoints } from "../sim/instance/enumerate.ts";
import { sampleNetwork } from "../sim/instance/network.ts";
import { pairHistogram } from "../sim/instance/pairs.ts";
import { loadKernels } from "../sim/kernels/load.ts";
import { createScalarKernels } from "../sim/kernels/scalar.ts";
import { stream } from "../sim/random.ts";
import { isMain, median, processorSeconds } from "./measure.ts";

const NEURONS = 24;
/** Few, many, and nearly all states are fixed points. */
const SELF_COUPLINGS = [0, 1, 3];
const REPETITIONS = 5;
const TARGET_SECONDS = 1;

/** Size at which the scalar twin, the reference of the ratio, takes about a second. */
const TWIN_NEURONS = 16;

const repeated = (work: () => void): number =>
  median(Array.from({ length: REPETITIONS }, () => processorSeconds(work)));

/**
 * Times enumeration and pair histogram at N = 24, and the scalar twin beside the SIMD kernel at N = 16.
 * @returns one line a figure
 */
export async function runEnumerateBench(): Promise<string[]> {
  const kernels = loadKernels();
  const network = sampleNetwork({ n: NEURONS, kernels }, stream(1, "bench enumeration"));
  const lines = SELF_COUPLINGS.flatMap((selfCoupling) => {
    const fixedPoints = findFixedPoints(network, selfCoupling);
    const search = repeated(() => findFixedPoints(network, selfCoupling));
    const pairs = repeated(() => pairHistogram(fixedPoints));
    const name = `N = ${NEURONS}, J_D = ${selfCoupling}, ${fixedPoints.count} fixed points`;
    const states = (search / 2 ** (NEURONS - 1)) * 1e9;
    return [
      `${name}: ${search.toFixed(3)} s, ${states.toFixed(1)} ns a state (target < ${TARGET_SECONDS} s)`,
      `${name}: pair histogram ${pairs.toFixed(3)} s`,
    ];
  });
  const [compiled, scalar] = [kernels, createScalarKernels()].map((set) => {
    const small = sampleNetwork({ n: TWIN_NEURONS, kernels: set }, stream(1, "bench enumeration"));
    return repeated(() => findFixedPoints(small, 0.5));
  });
  return [...lines, `N = ${TWIN_NEURONS}: ${(scalar! / compiled!).toFixed(0)} × as fast as the scalar twin`];
}

if (isMain(import.meta.url)) for (const line of await runEnumerateBench()) console.log(line);
