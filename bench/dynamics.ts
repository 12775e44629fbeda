/**
 * @file Speed of the asynchronous dynamics at N = 1600 against the C reference (bench/reference/async.c) in the same run:
 * flip kernel alone, whole run without the fill, and Gaussian fill. Target: at most 1.6 times the time of C.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { relax } from "../sim/instance/dynamics.ts";
import { couplingColumn, randomState, sampleNetwork, type Network } from "../sim/instance/network.ts";
import { loadKernels } from "../sim/kernels/load.ts";
import { stream } from "../sim/random.ts";
import { compileReference, inTemporaryFolder, isMain, median, processorSeconds } from "./measure.ts";

const NEURONS = 1600;
/** Below the accessibility threshold: the run uses its whole budget. */
const SELF_COUPLING = 0.55;
const SWEEPS = 400;
const FLIPS = 20_000;
/** Columns are visited in steps of this, as scattered as a random order visits them; prime to N. */
const FLIP_STEP = 701;
const REPETITIONS = 41;
const TARGET = 1.6;

interface Work {
  readonly label: string;
  /** Couplings handled in one repetition. */
  readonly couplings: number;
  /** One repetition of ours; returns something that the reference must reproduce, or null. */
  readonly ours: () => number | null;
  readonly argumentsOfC: readonly string[];
}

/** Network, state and order of the benchmark, written to files for the C program. */
function prepare(folder: string) {
  const network = sampleNetwork({ n: NEURONS, kernels: loadKernels() }, stream(1, "bench couplings"));
  const state = randomState(NEURONS, stream(1, "bench state"));
  const files = { couplings: join(folder, "couplings.f32"), state: join(folder, "state.i8") };
  const dense = new Float32Array(NEURONS * NEURONS);
  for (let j = 0; j < NEURONS; j++) dense.set(couplingColumn(network, j), j * NEURONS);
  writeFileSync(files.couplings, dense);
  writeFileSync(files.state, state);
  return { network, state, order: stream(1, "bench order"), files };
}

type Setting = ReturnType<typeof prepare>;

function flipWork({ network }: Setting): Work {
  const { kernels, frame } = network;
  return {
    label: "flip kernel",
    couplings: FLIPS * NEURONS,
    ours: () => {
      for (let k = 0; k < FLIPS; k++) kernels.functions.flip(frame.address, (k * FLIP_STEP) % NEURONS);
      return null;
    },
    argumentsOfC: ["flip", String(NEURONS), String(FLIPS), String(FLIP_STEP)],
  };
}

function runWork({ network, state, order, files }: Setting): Work {
  const run = () => relax(network, { state, selfCoupling: SELF_COUPLING, order }, { budget: SWEEPS });
  return {
    label: `asynchronous run, J_D = ${SELF_COUPLING}, ${SWEEPS} sweeps, without fill`,
    couplings: run().flips * NEURONS,
    ours: () => run().flips,
    argumentsOfC: [
      ...["run", NEURONS, SELF_COUPLING, SWEEPS, ...order.key].map(String),
      files.couplings,
      files.state,
    ],
  };
}

function fillWork(network: Network): Work {
  return {
    label: "Gaussian fill",
    couplings: NEURONS * NEURONS,
    ours: () => {
      sampleNetwork(network, stream(2, "bench couplings"), { into: network });
      return null;
    },
    argumentsOfC: ["fill", String(NEURONS)],
  };
}

/** Interleaved repetitions of both, as a line: best times, which other load on the machine disturbs least, and medians. */
function compare({ label, couplings, ours, argumentsOfC }: Work, program: string | undefined): string {
  const seconds = { ours: [] as number[], c: [] as number[] };
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    // Once untimed: the C program has just emptied the caches, and starts itself with its couplings in them.
    let result = ours();
    seconds.ours.push(processorSeconds(() => (result = ours())));
    if (program === undefined) continue;
    const answer = JSON.parse(execFileSync(program, argumentsOfC, { encoding: "utf8" })) as {
      readonly seconds: number;
      readonly flips?: number;
    };
    seconds.c.push(answer.seconds);
    if (result !== null && result !== answer.flips) {
      throw new Error(`${label}: ${String(result)} flips, but ${String(answer.flips)} in C`);
    }
  }
  const best = Math.min(...seconds.ours);
  const own = `${label}: ${(best * 1e3).toFixed(2)} ms, ${(couplings / best / 1e9).toFixed(2)}·10⁹ couplings/s`;
  if (program === undefined) return own;
  const bestOfC = Math.min(...seconds.c);
  const ratios = [best / bestOfC, median(seconds.ours) / median(seconds.c)].map((ratio) => ratio.toFixed(2));
  return `${own}; C ${(bestOfC * 1e3).toFixed(2)} ms; ratio ${ratios[0]}, of medians ${ratios[1]} (target ≤ ${TARGET})`;
}

/**
 * Times flip kernel, asynchronous run and Gaussian fill beside the C reference, which must make the same flips.
 * @returns one line a figure; without gcc only our own times, and a line that says so
 */
export async function runDynamicsBench(): Promise<string[]> {
  return inTemporaryFolder((folder) => {
    const program = compileReference("async", folder);
    const setting = prepare(folder);
    // The fill comes last: it overwrites the couplings that the run shares with the C program.
    const works = [flipWork(setting), runWork(setting), fillWork(setting.network)];
    const lines = works.map((work) => compare(work, program));
    const heading = `N = ${NEURONS}, processor time, best of ${REPETITIONS} interleaved repetitions`;
    return program === undefined
      ? [heading, ...lines, "C reference left out: gcc is not installed"]
      : [heading, ...lines];
  });
}

if (isMain(import.meta.url)) for (const line of await runDynamicsBench()) console.log(line);
