/**
 * @file Focusing and plain belief propagation (P18)-(P20) on the GPU, at several J_D of one network at once. Runs start,
 * go on and stop as those of `focus` and `solveBethe`; messages and their sums are f32 there, entropies come from them in
 * f64, and what is called solved is verified in f64.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { logTwoCosh } from "../kernels/belief.ts";
import type { BeliefIteration, BeliefState, DeviceBeliefs } from "../kernels/webgpu/belief.ts";
import { createDeviceBeliefs } from "../kernels/webgpu/belief.ts";
import { beliefBytes, MOST_RECORDS } from "../kernels/webgpu/belief-buffers.ts";
import { MOST_RUNS } from "../kernels/webgpu/belief-common.wgsl.ts";
import type { ComputeDevice } from "../kernels/webgpu/device.ts";
import type { RandomWords } from "../random.ts";
import type { BetheResult, PropagationOptions } from "./belief-propagation.ts";
import {
  logFactorWeight,
  randomMessages,
  requireBeliefCouplings,
  requireMeasure,
  requirePropagation,
} from "./belief-propagation.ts";
import { focusDefaults } from "./centre.ts";
import { replicasOf, type FocusingRun } from "./focusing.ts";
import { couplingColumn, type Network } from "./network.ts";
import type { Protocol, ProtocolPoint } from "./protocols.ts";
import { countUnstableSigns } from "./signs.ts";

/** Messages of a batch of runs take about this many bytes at most, beyond those of one run: enough to fill a GPU. */
const BATCH_BYTES = 2 ** 28;

/** What runs of belief propagation on one network start from. */
export interface DeviceBeliefInput {
  /** Self-coupling J_D ≥ 0 of each run, in standard deviations of the local field. */
  readonly selfCouplings: readonly number[];
  /** Random words of the small messages at the start, from their beginning each time: all runs start alike. */
  readonly start: () => RandomWords;
}

/** What runs of focusing belief propagation on one network start from. */
export interface DeviceFocusingInput extends DeviceBeliefInput {
  /** Points (y, γ) to visit, at least one. */
  readonly protocol: Protocol;
}

type Settings = Required<PropagationOptions>;

/** A run in progress. */
class DeviceRun {
  readonly index: number;
  readonly selfCoupling: number;
  /** Unstable signs and largest change after each iteration. */
  readonly violations: number[] = [];
  residual = Infinity;
  /** Iterations that it has left at the present point. */
  left = 0;
  solved = false;
  step = 0;

  constructor(index: number, selfCoupling: number) {
    this.index = index;
    this.selfCoupling = selfCoupling;
  }
}

/** Whether signs that a run calls stable in f32 are so in f64. */
type Verify = (run: DeviceRun) => Promise<number>;

/** Iterates runs at one point until each has settled, has stable signs or has no iterations left. */
async function iteratePoint(
  device: ComputeDevice,
  beliefs: DeviceBeliefs,
  runs: readonly DeviceRun[],
  { iteration, maxIterations, verify }: PointOptions,
): Promise<void> {
  for (const run of runs) run.left = maxIterations;
  let running = [...runs];
  let prepared = false;
  while (running.length > 0) {
    const count = Math.min(MOST_RECORDS, ...running.map(({ left }) => left));
    beliefs.activate(running.map(({ index }) => index));
    const work = device.record();
    if (!prepared) beliefs.prepare(work, iteration);
    prepared = true;
    for (let k = 0; k < count; k++) beliefs.iterate(work, iteration);
    work.submit();
    const records = await beliefs.records();
    const going: DeviceRun[] = [];
    for (const run of running) {
      for (const { violations, residual } of records[run.index]!) {
        run.violations.push(violations);
        run.residual = residual;
        run.left--;
      }
      if (iteration.stopWhenStable && run.violations.at(-1) === 0) {
        run.violations[run.violations.length - 1] = await verify(run);
        run.solved = run.violations.at(-1) === 0;
      }
      if (!run.solved && run.residual > iteration.residual && run.left > 0) going.push(run);
    }
    running = going;
  }
}

interface PointOptions {
  readonly iteration: BeliefIteration;
  readonly maxIterations: number;
  readonly verify: Verify;
}

/** How iterations at a point go. */
const iterationAt = (
  { replicas, bond }: ProtocolPoint,
  { damping, tolerance }: Settings,
  stopWhenStable: boolean,
): BeliefIteration => ({
  replicas,
  bond,
  damping,
  // As the GPU has it: both must agree on which run has settled.
  residual: Math.fround(tolerance * (1 - damping)),
  stopWhenStable,
});

/** Batches of runs that the GPU has room for, each with its own messages. */
async function inBatches<Result>(
  device: ComputeDevice,
  network: Network,
  { selfCouplings, start }: DeviceBeliefInput,
  follow: (beliefs: DeviceBeliefs, runs: readonly DeviceRun[]) => Promise<Result[]>,
): Promise<Result[]> {
  requireBeliefCouplings(network);
  const { n } = network;
  const perRun = beliefBytes(n, 1) - beliefBytes(n, 0);
  const size = Math.max(
    1,
    Math.min(MOST_RUNS, Math.floor(Math.min(BATCH_BYTES, device.bindingBytes) / perRun)),
  );
  const results: Result[] = [];
  for (let first = 0; first < selfCouplings.length; first += size) {
    const batch = selfCouplings.slice(first, first + size);
    const couplings = { n, column: (j: number) => couplingColumn(network, j) };
    const beliefs = await createDeviceBeliefs(device, couplings, batch.length);
    try {
      const fill = randomMessages(start());
      beliefs.start(batch, (j, into) => fill(couplings.column(j), into));
      const runs = batch.map((selfCoupling, index) => new DeviceRun(index, selfCoupling));
      results.push(...(await follow(beliefs, runs)));
    } finally {
      beliefs.destroy();
    }
  }
  return results;
}

/** Logarithm of the weight (P19') as one replica sees it, nats. */
function logWeightOf(
  { totals, ownMessages, means, variances, edges }: BeliefState,
  selfCoupling: number,
): number {
  return totals.reduce((sum, total, j) => {
    const ownField = total - ownMessages[j]!;
    const factor = logFactorWeight(means[j]!, variances[j]!, selfCoupling, ownField);
    return sum + logTwoCosh(ownField) + edges[j]! + factor;
  }, 0);
}

/**
 * Focusing belief propagation along a protocol on the GPU, at several J_D of one network at once: the runs of `focus`,
 * each until the signs of its total fields are a fixed point (P1).
 * @param device the GPU
 * @param network couplings; its state in kernel memory is overwritten, and must not be used while this runs
 * @param input self-couplings, protocol and start; see {@link DeviceFocusingInput}
 * @param options as those of `focus`
 * @returns one run for each self-coupling, in their order. They follow those of `focus` to the rounding of f32, which
 *   grows along a run: iterations to the fixed point may differ. Overlaps and entropy are good to about 1e−5.
 * @throws OutOfDomain on an empty protocol, or an input or option outside what is documented
 * @throws DeviceMemory when the GPU has no room; DeviceLost when it is gone
 * @source (P18)–(P20); Baldassi et al., PNAS 113, E7655 (2016)
 */
export async function focusOnDevice(
  device: ComputeDevice,
  network: Network,
  { protocol, ...input }: DeviceFocusingInput,
  options: PropagationOptions = {},
): Promise<FocusingRun[]> {
  const settings = requirePropagation({ ...focusDefaults, ...options });
  if (protocol.length === 0) throw new OutOfDomain("protocol must hold at least one point, got none");
  for (const selfCoupling of input.selfCouplings) {
    for (const point of protocol) requireMeasure({ selfCoupling, ...point });
  }
  return inBatches(device, network, input, async (beliefs, runs) => {
    const verify: Verify = async ({ index, selfCoupling }) =>
      countUnstableSigns(network, await beliefs.totals(index), selfCoupling);
    for (const [step, point] of protocol.entries()) {
      const unsolved = runs.filter(({ solved }) => !solved);
      if (unsolved.length === 0) break;
      for (const run of unsolved) run.step = step;
      const iteration = iterationAt(point, settings, true);
      await iteratePoint(device, beliefs, unsolved, {
        iteration,
        maxIterations: settings.maxIterations,
        verify,
      });
    }
    const states = await beliefs.states();
    return runs.map(({ index, selfCoupling, solved, step, violations }): FocusingRun => {
      const state = states[index]!;
      const { totals, centreMessages } = state;
      const point = protocol[step]!;
      const weight = logWeightOf(state, selfCoupling);
      return {
        solved,
        state: Int8Array.from(totals, (total) => (total < 0 ? -1 : 1)),
        iterations: violations.length,
        step,
        point,
        violations,
        replicas: replicasOf({ totals, centreMessages, weight }, point),
      };
    });
  });
}

/**
 * Plain belief propagation on the GPU, at several J_D of one network at once: magnetizations and Bethe entropy of its
 * fixed points, without external fields.
 * @param device the GPU
 * @param network couplings; not changed
 * @param input self-couplings and start; see {@link DeviceBeliefInput}
 * @param options damping, iterations and tolerance; see {@link PropagationOptions}
 * @returns one result for each self-coupling, in their order; entropies good to about 1e−5 nats
 * @throws OutOfDomain on an input or option outside what is documented
 * @throws DeviceMemory when the GPU has no room; DeviceLost when it is gone
 * @source (P18), (P19), (P19')
 */
export async function solveBetheOnDevice(
  device: ComputeDevice,
  network: Network,
  input: DeviceBeliefInput,
  options: PropagationOptions = {},
): Promise<BetheResult[]> {
  const settings = requirePropagation(options);
  for (const selfCoupling of input.selfCouplings) requireMeasure({ selfCoupling });
  return inBatches(device, network, input, async (beliefs, runs) => {
    const iteration = iterationAt({ replicas: 1, bond: 0 }, settings, false);
    const { maxIterations } = settings;
    const verify: Verify = () => Promise.resolve(1);
    await iteratePoint(device, beliefs, runs, { iteration, maxIterations, verify });
    const states = await beliefs.states();
    return runs.map(({ index, selfCoupling, violations, residual }): BetheResult => {
      const state = states[index]!;
      const freeEntropy = logWeightOf(state, selfCoupling) / network.n;
      return {
        converged: residual <= iteration.residual,
        iterations: violations.length,
        residual,
        magnetizations: state.totals.map(Math.tanh),
        freeEntropy,
        entropy: freeEntropy,
      };
    });
  });
}
