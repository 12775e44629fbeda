/**
 * @file Experiment `accessibility`: does zero-temperature dynamics reach a fixed point within a budget of sweeps, and
 * from which J_D on? Sample k of size N has its own couplings, initial state and update order, the same at every J_D.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { requireEnsemble } from "../instance/ensemble.ts";
import { randomState } from "../instance/network.ts";
import type { Relaxation } from "../instance/dynamics.ts";
import { relax } from "../instance/dynamics.ts";
import { stream } from "../random.ts";
import { fractionInterval } from "../statistics.ts";
import type { Task } from "../sweep/task.ts";
import { distinguishingFields, ensembleKey, type SimulatedFields } from "./ensemble-fields.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import { drawNetwork, groupBy, medianTime, sampleNumbers, sizeThreshold, thresholdLimits } from "./scan.ts";
import type { EnsembleScan } from "./scan.ts";
import type {
  AccessibilityRow,
  AccessThresholdRow,
  ExtrapolationRow,
  RowStatus,
  UpdateOrder,
} from "./rows.ts";

/** How the samples of a scan are run. */
interface Dynamics {
  readonly update: UpdateOrder;
  /** Sweeps allowed. */
  readonly budget: number;
  /** Probability in (0, 1] that a neuron takes part in a sweep; only for `partial`. */
  readonly probability?: number;
  /** Neurons of a block, an integer, 1..32,000; only for `block`. */
  readonly blockSize?: number;
  /** Where it runs, if not on WASM; "webgpu" only for `sync`, `partial` and `block`. */
  readonly backend?: "webgpu";
}

/** Scans that share dynamics and budget. */
export interface AccessibilityParameters extends Dynamics {
  readonly scans: readonly EnsembleScan[];
}

/** Consecutive samples of one size of an ensemble. */
interface SamplePart extends SimulatedFields, Dynamics {
  readonly n: number;
  readonly selfCouplings: readonly number[];
  readonly firstSample: number;
  readonly samples: number;
}

/** One sample at every J_D of its scan. */
export interface SampleRow extends SimulatedFields {
  readonly status: RowStatus;
  /** Number of neurons of a layer. */
  readonly n: number;
  readonly update: UpdateOrder;
  readonly budget: number;
  readonly sample: number;
  /** J_D of the scan. */
  readonly selfCouplings: readonly number[];
  /** Sweeps to convergence at each J_D, null where the run ended in a cycle or at the budget. */
  readonly sweeps: readonly (number | null)[];
  /** Flips at each J_D. */
  readonly flips: readonly number[];
}

/** What of the dynamics is said of a run; what is left out has its default. */
const runOptions = ({ update, budget, probability, blockSize }: Dynamics) => ({
  update,
  budget,
  ...(probability === undefined ? {} : { probability }),
  ...(blockSize === undefined ? {} : { blockSize }),
});

function relaxSample(part: SamplePart, seed: number, sample: number): Relaxation[] {
  const { n, selfCouplings } = part;
  const network = drawNetwork(n, seed, sample, distinguishingFields(part));
  const state = randomState(network.n, stream(seed, "initial state", n, sample));
  const order = stream(seed, "update order", n, sample);
  return selfCouplings.map((selfCoupling) =>
    relax(network, { state, selfCoupling, order }, runOptions(part)),
  );
}

function sampleRow(part: SamplePart, sample: number, runs: readonly Relaxation[]): SampleRow {
  const { n, selfCouplings, update, budget } = part;
  return {
    status: "ok",
    n,
    ...distinguishingFields(part),
    update,
    budget,
    sample,
    selfCouplings,
    sweeps: runs.map(({ converged, sweeps }) => (converged ? sweeps : null)),
    flips: runs.map(({ flips }) => flips),
  };
}

/**
 * Rows of a task on the GPU.
 * @throws OutOfDomain on an order in which neurons are updated one by one
 */
async function runOnDevice(part: SamplePart, seed: number): Promise<SampleRow[]> {
  const { n, layers = 1, selfCouplings, firstSample, samples } = part;
  const { update, ...rest } = runOptions(part);
  if (update === "async" || update === "random")
    throw new OutOfDomain(`update on a GPU must be sync, partial or block, got ${update}`);
  // Only here, so that nothing of the GPU is loaded where none is asked for.
  const { relaxSamples } = await import("./device-accessibility.ts");
  const runs = await relaxSamples(
    {
      n,
      ensemble: distinguishingFields(part),
      selfCouplings,
      options: { update, ...rest },
      firstSample,
      samples,
      atOnce: networksAtOnce(n * layers),
    },
    seed,
  );
  return runs.map((of, k) => sampleRow(part, firstSample + k, of));
}

/** A task that runs on the GPU of the worker. */
type DeviceTask = Task<SamplePart & { readonly backend: "webgpu" }>;

/** Rows of one task; those of a task on the GPU have to be waited for. */
export function runTask(task: DeviceTask): Promise<SampleRow[]>;
export function runTask(task: Task): SampleRow[];
export function runTask(task: Task): SampleRow[] | Promise<SampleRow[]> {
  const part = task.parameters as SamplePart;
  const { seed } = task;
  if (part.backend === "webgpu") return runOnDevice(part, seed);
  return sampleNumbers(part).map((sample) => sampleRow(part, sample, relaxSample(part, seed, sample)));
}

/** Seconds of one core for one flip-free look at a neuron, one coupling drawn and one coupling added in a flip. */
const secondsPerVisit = 1e-8;
const secondsPerDraw = 1.2e-8;
const secondsPerCoupling = 2.5e-10;
/** Share of neurons that flip in a sweep of a run that does not converge. */
const activity = 0.1;

/**
 * Expected seconds of one core for one sample of a scan, n all neurons of the network: fresh couplings, then half of the
 * budget at each J_D.
 */
function secondsPerSample(n: number, points: number, budget: number): number {
  const sweep = n * secondsPerVisit + activity * n * n * secondsPerCoupling;
  return n * n * secondsPerDraw + points * 0.5 * budget * sweep;
}

/** Seconds of a GPU for a sweep of small networks (its kernels and its part of a report), and for one coupling of a run. */
const secondsPerDeviceSweep = 2e-5;
const secondsPerDeviceCoupling = 1e-12;
/** Seconds of one core for one coupling in the check of a fixed point. */
const secondsPerCheck = 1e-9;

/** The same on a GPU, for scheduling only: any GPU is far off this one way or the other. */
function deviceSecondsPerSample(n: number, points: number, budget: number): number {
  const sweep = secondsPerDeviceSweep + points * n * n * secondsPerDeviceCoupling;
  return n * n * (secondsPerDraw + points * secondsPerCheck) + 0.5 * budget * sweep;
}

/** Seconds of a sample where it runs. */
const sampleSeconds = ({ backend, budget }: Dynamics, neurons: number, points: number): number =>
  (backend === "webgpu" ? deviceSecondsPerSample : secondsPerSample)(neurons, points, budget);

/** Networks on the GPU together: as many as keep it busy, within this many bytes of couplings. */
const mostNetworksAtOnce = 16;
const networkBytesAtOnce = 2 ** 30;

const networksAtOnce = (neurons: number): number =>
  Math.max(1, Math.min(mostNetworksAtOnce, Math.floor(networkBytesAtOnce / (4 * neurons * neurons))));

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 0.5;
const mostSamplesPerTask = 1000;

/** Samples of a task: on a GPU, which works on them side by side, at least as many as it takes together. */
function samplesPerTask(common: Dynamics, neurons: number, points: number): number {
  const byTime = Math.floor(secondsPerTask / sampleSeconds(common, neurons, points));
  const least = common.backend === "webgpu" ? networksAtOnce(neurons) : 1;
  return Math.min(mostSamplesPerTask, Math.max(least, byTime));
}

/** Splits so that a task is one large network or several small ones. */
function splitScans({ scans, ...common }: AccessibilityParameters): SamplePart[] {
  return scans.flatMap(({ n, selfCouplings, samples, ...fields }) => {
    const { layers } = requireEnsemble({ n, ...fields });
    const ensemble = distinguishingFields(fields);
    const size = samplesPerTask(common, n * layers, selfCouplings.length);
    return sampleRanges(samples, size).map((part) => ({ n, ...ensemble, selfCouplings, ...common, ...part }));
  });
}

/** The experiment; one row a sample, in the order of the scans. */
export const accessibilityExperiment = defineExperiment<AccessibilityParameters, SamplePart, SampleRow>({
  name: "accessibility",
  version: 1,
  module: import.meta.url,
  random: true,
  split: splitScans,
  seconds: ({ n, layers = 1, samples, selfCouplings, ...dynamics }) =>
    samples * sampleSeconds(dynamics, n * layers, selfCouplings.length),
  unstarted: (part) =>
    sampleNumbers(part).map((sample) => ({
      status: "unstarted",
      n: part.n,
      ...distinguishingFields(part),
      update: part.update,
      budget: part.budget,
      sample,
      selfCouplings: part.selfCouplings,
      sweeps: part.selfCouplings.map(() => null),
      flips: part.selfCouplings.map(() => 0),
    })),
});

/** Rows by ensemble and size. */
const bySize = (rows: readonly SampleRow[]): SampleRow[][] =>
  groupBy(rows, (row) => `${row.n} ${ensembleKey(row)}`);

/**
 * Convergence at each (N, J_D) of each ensemble: counts, median sweeps, flips; samples that did not run are not counted.
 * @param rows samples of {@link accessibilityExperiment}, any order of sizes
 * @source zero-temperature dynamics of (P1), counted
 */
export function accessibilityRows(rows: readonly SampleRow[]): AccessibilityRow[] {
  return bySize(rows).flatMap((all) => {
    const [first] = all;
    const { n, layers = 1, update, budget, selfCouplings } = first;
    const run = all.filter(({ status }) => status === "ok");
    return selfCouplings.map((selfCoupling, k): AccessibilityRow => {
      const sweeps = run.map((row) => row.sweeps[k]);
      const converged = sweeps.filter((value) => value !== null).length;
      const flips = run.reduce((sum, row) => sum + row.flips[k], 0);
      return {
        status: run.length < all.length ? "unstarted" : "ok",
        n,
        ...distinguishingFields(first),
        selfCoupling,
        update,
        budget,
        samples: run.length,
        converged,
        convergedInterval: fractionInterval(converged, run.length),
        medianSweeps: medianTime(sweeps),
        flipsPerNeuron: run.length === 0 ? null : flips / (run.length * n * layers),
      };
    });
  });
}

/**
 * J_a(N) at each budget up to the one that was run: a run that took t sweeps would have converged under any budget
 * from t on.
 * @param rows samples of {@link accessibilityExperiment}, any order of sizes
 * @param budgets sweeps, each at least 1 and at most the budget of the rows
 * @param seed seed of the bootstrap, an integer, 0..2⁵³−1
 * @returns one row a size and budget of each ensemble, e.g. J_a(N, η)
 * @source logistic fit with a bootstrap over samples (Efron 1979)
 */
export function accessThresholds(
  rows: readonly SampleRow[],
  budgets: readonly number[],
  seed: number,
): AccessThresholdRow[] {
  return bySize(rows).flatMap((all) => {
    const run = all.filter(({ status }) => status === "ok");
    const [first] = all;
    const { n, update, selfCouplings } = first;
    const ensemble = distinguishingFields(first);
    const table = { selfCouplings, times: run.map(({ sweeps }) => sweeps) };
    const complete = run.length === all.length;
    return budgets.map((budget): AccessThresholdRow => {
      const bootstrap = stream(seed, "bootstrap", n, budget);
      return { ...sizeThreshold({ n, table, complete, budget, bootstrap }), ...ensemble, update, budget };
    });
  });
}

/**
 * J_a(N → ∞) of each ensemble at each budget in each form; needs three sizes.
 * @param thresholds rows of {@link accessThresholds}
 * @source weighted least squares in 1/log N, N^(−1/3) and N^(−1/2)
 */
export function extrapolationRows(thresholds: readonly AccessThresholdRow[]): ExtrapolationRow[] {
  return groupBy(thresholds, (row) => `${row.budget} ${ensembleKey(row)}`).flatMap((ofBudget) => {
    const [first] = ofBudget;
    const { update, budget } = first;
    const ensemble = distinguishingFields(first);
    return thresholdLimits(ofBudget).map((limit) => ({ ...limit, ...ensemble, update, budget }));
  });
}
