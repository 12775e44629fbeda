/**
 * @file Time of an iteration of focusing belief propagation at N = 800, as ratios to the scalar twin and, where python3
 * with numpy is present, to bench/reference/belief.py; besides, memory and time at N = 3200.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createBeliefs,
  propagate,
  randomizeMessages,
  type Beliefs,
} from "../sim/instance/belief-propagation.ts";
import { focus } from "../sim/instance/focusing.ts";
import { sampleNetwork } from "../sim/instance/network.ts";
import { protocolOf } from "../sim/instance/protocols.ts";
import { viewBeliefs } from "../sim/kernels/belief-frame.ts";
import { loadKernels } from "../sim/kernels/load.ts";
import type { Kernels } from "../sim/kernels/memory.ts";
import { createScalarKernels } from "../sim/kernels/scalar.ts";
import { stream } from "../sim/random.ts";
import { inTemporaryFolder, isMain, processorSeconds } from "./measure.ts";

const NEURONS = 800;
const SELF_COUPLING = 0.25;
const REPLICAS = 10;
const DAMPING = 0.5;
const TARGET_RATIO = 5;
const REPETITIONS = 20;
const REFERENCE_REPETITIONS = 5;
const TWIN_REPETITIONS = 2;

const LARGE = 3200;
const LARGE_SELF_COUPLING = 0.3;

/** Bonds that a state has been through, 40 iterations each; it is timed at the last. */
const STATES = { early: [0.05], middle: [0.1, 0.25, 0.35], late: [0.1, 0.25, 0.35, 0.6, 1.2] };

/** Messages after 40 iterations at each bond. */
function prepare(kernels: Kernels, bonds: readonly number[]): Beliefs {
  const network = sampleNetwork({ n: NEURONS, kernels }, stream(1, "bench couplings"));
  const beliefs = createBeliefs(network);
  randomizeMessages(beliefs, stream(1, "bench messages"));
  for (const bond of bonds) {
    const measure = { selfCoupling: SELF_COUPLING, replicas: REPLICAS, bond };
    propagate(beliefs, measure, { maxIterations: 40, tolerance: 1e-7 });
  }
  return beliefs;
}

/** The same couplings and messages in the memory of other kernels. */
function copyTo(kernels: Kernels, from: Beliefs): Beliefs {
  const network = sampleNetwork({ n: NEURONS, kernels }, stream(1, "bench couplings"));
  const beliefs = createBeliefs(network);
  const source = viewBeliefs(from.network.kernels.memory, from.frame.address);
  const target = viewBeliefs(kernels.memory, beliefs.frame.address);
  target.messages.set(source.messages);
  target.ownMessages.set(source.ownMessages);
  return beliefs;
}

/** Best processor seconds of one iteration. */
function secondsPerIteration({ network, frame }: Beliefs, bond: number, repetitions: number): number {
  const { functions } = network.kernels;
  functions.beliefTotals(frame.address, REPLICAS, bond);
  const times = Array.from({ length: repetitions }, () =>
    processorSeconds(() => functions.beliefIteration(frame.address, SELF_COUPLING, REPLICAS, bond, DAMPING)),
  );
  return Math.min(...times);
}

/** One iteration of the kernel from the state, as N columns of N messages. */
function updatedMessages({ network, frame }: Beliefs, bond: number): Float32Array {
  const { functions, memory } = network.kernels;
  functions.beliefTotals(frame.address, REPLICAS, bond);
  functions.beliefIteration(frame.address, SELF_COUPLING, REPLICAS, bond, DAMPING);
  return unpadded(viewBeliefs(memory, frame.address).messages, frame.stride);
}

function unpadded(columns: Float32Array, stride: number): Float32Array {
  const out = new Float32Array(NEURONS * NEURONS);
  for (let j = 0; j < NEURONS; j++) out.set(columns.subarray(j * stride, j * stride + NEURONS), j * NEURONS);
  return out;
}

/** Seconds of an iteration of the numpy reference from the state, and its messages; undefined without numpy. */
function runReference(
  beliefs: Beliefs,
  bond: number,
): { seconds: number; messages: Float32Array } | undefined {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const { frame, network } = beliefs;
  const views = viewBeliefs(network.kernels.memory, frame.address);
  return inTemporaryFolder((folder) => {
    writeFileSync(join(folder, "couplings.f32"), unpadded(views.couplings, frame.stride));
    writeFileSync(join(folder, "messages.f32"), unpadded(views.messages, frame.stride));
    writeFileSync(join(folder, "own.f64"), views.ownMessages);
    const program = fileURLToPath(new URL("./reference/belief.py", import.meta.url));
    const numbers = [NEURONS, SELF_COUPLING, REPLICAS, bond, DAMPING, REFERENCE_REPETITIONS].map(String);
    const printed = execFileSync("python3", [program, folder, ...numbers], {
      encoding: "utf8",
      // One thread, as the kernel has.
      env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    });
    const bytes = readFileSync(join(folder, "updated.f32"));
    const messages = new Float32Array(new Uint8Array(bytes).buffer);
    return { seconds: Math.min(...printed.trim().split("\n").map(Number)), messages };
  });
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k]!)), 0);

function benchState(name: keyof typeof STATES): string[] {
  const bond = STATES[name].at(-1)!;
  const beliefs = prepare(loadKernels(), STATES[name]);
  const seconds = secondsPerIteration(copyTo(loadKernels(), beliefs), bond, REPETITIONS);
  const twin = secondsPerIteration(copyTo(createScalarKernels(), beliefs), bond, TWIN_REPETITIONS);
  const speed = (NEURONS ** 2 / seconds / 1e6).toFixed(0);
  const line =
    `N = ${NEURONS}, ${name} (γ = ${bond}): ${(seconds * 1e3).toFixed(2)} ms an iteration, ${speed}·10⁶ messages/s, ` +
    `${(twin / seconds).toFixed(0)} × as fast as the scalar twin`;
  const reference = runReference(beliefs, bond);
  if (reference === undefined) return [line, `no python3 with numpy: no ratio to belief.py`];
  const difference = largestDifference(
    reference.messages,
    updatedMessages(copyTo(loadKernels(), beliefs), bond),
  );
  const ratio = (reference.seconds / seconds).toFixed(1);
  return [
    line,
    `  ${ratio} × as fast as numpy (target ≥ ${TARGET_RATIO}), messages differ by at most ${difference.toExponential(1)}`,
  ];
}

function benchLarge(): string {
  const kernels = loadKernels();
  const network = sampleNetwork({ n: LARGE, kernels }, stream(1, "bench couplings"));
  const protocol = protocolOf("scoping");
  let iterations = 0;
  let solved = false;
  const seconds = processorSeconds(() => {
    const start = stream(1, "bench messages");
    ({ iterations, solved } = focus(network, { selfCoupling: LARGE_SELF_COUPLING, protocol, start }));
  });
  const megabytes = (kernels.memory.buffer.byteLength / 2 ** 20).toFixed(0);
  return (
    `N = ${LARGE}, J_D = ${LARGE_SELF_COUPLING}, scoping: ${solved ? "solved" : "not solved"} after ${iterations} iterations ` +
    `in ${seconds.toFixed(1)} s on one core, ${megabytes} MiB of kernel memory`
  );
}

/**
 * Times iterations in a nearly paramagnetic, a half polarized and a polarized state at N = 800, and a whole run at
 * N = 3200.
 * @returns one line a figure
 */
export async function runBeliefBench(): Promise<string[]> {
  return [...(["early", "middle", "late"] as const).flatMap(benchState), benchLarge()];
}

if (isMain(import.meta.url)) for (const line of await runBeliefBench()) console.log(line);
