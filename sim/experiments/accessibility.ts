/**
 * @file Experiment `accessibility`: does zero-temperature dynamics reach a fixed point within a budget of sweeps, and
 * from which J_D on? Sample k of size N has its own couplings, initial state and update order, the same at every J_D.
 */
import { randomState, sampleNetwork } from "../instance/network.ts";
import type { Network } from "../instance/network.ts";
import { relax } from "../instance/dynamics.ts";
import { loadKernels } from "../kernels/load.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, orElseNotConverged, sampleRanges } from "./experiment.ts";
import { extrapolate, extrapolationForms, fitThreshold } from "./logistic.ts";
import type { SizedThreshold, ThresholdFit } from "./logistic.ts";
import type {
  AccessibilityRow,
  AccessThresholdRow,
  ExtrapolationRow,
  RowStatus,
  UpdateOrder,
} from "./rows.ts";

/** The scan of one size. */
export interface SizeScan {
  /** Number of neurons N ≥ 2. */
  readonly n: number;
  /** J_D ≥ 0, ascending. */
  readonly selfCouplings: readonly number[];
  readonly samples: number;
}

/** Scans that share dynamics and budget. */
export interface AccessibilityParameters {
  readonly scans: readonly SizeScan[];
  readonly update: UpdateOrder;
  /** Sweeps allowed. */
  readonly budget: number;
  /** Probability in (0, 1] that a neuron takes part in a sweep; only for `partial`. */
  readonly probability?: number;
}

/** Consecutive samples of one size. */
interface SamplePart {
  readonly n: number;
  readonly selfCouplings: readonly number[];
  readonly update: UpdateOrder;
  readonly budget: number;
  readonly probability?: number;
  readonly firstSample: number;
  readonly samples: number;
}

/** One sample at every J_D of its scan. */
export interface SampleRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly update: UpdateOrder;
  readonly budget: number;
  readonly sample: number;
  readonly selfCouplings: readonly number[];
  /** Sweeps to convergence at each J_D, null where the run ended in a cycle or at the budget. */
  readonly sweeps: readonly (number | null)[];
  /** Flips at each J_D. */
  readonly flips: readonly number[];
}

/** Network memory is used again by the next task of the same size in the same worker. */
let lastNetwork: Network | undefined;

function drawNetwork(n: number, seed: number, sample: number): Network {
  const couplings = stream(seed, "couplings", n, sample);
  const into = lastNetwork?.n === n ? lastNetwork : undefined;
  const kernels = into?.kernels ?? loadKernels();
  lastNetwork = sampleNetwork({ n, kernels }, couplings, into === undefined ? {} : { into });
  return lastNetwork;
}

function runSample(part: SamplePart, seed: number, sample: number): SampleRow {
  const { n, selfCouplings, update, budget, probability } = part;
  const network = drawNetwork(n, seed, sample);
  const state = randomState(n, stream(seed, "initial state", n, sample));
  const order = stream(seed, "update order", n, sample);
  const runs = selfCouplings.map((selfCoupling) =>
    relax(
      network,
      { state, selfCoupling, order },
      { update, budget, ...(probability === undefined ? {} : { probability }) },
    ),
  );
  return {
    status: "ok",
    n,
    update,
    budget,
    sample,
    selfCouplings,
    sweeps: runs.map(({ converged, sweeps }) => (converged ? sweeps : null)),
    flips: runs.map(({ flips }) => flips),
  };
}

/** Rows of one task. */
export function runTask(task: Task): SampleRow[] {
  const part = task.parameters as SamplePart;
  return sampleNumbers(part).map((sample) => runSample(part, task.seed, sample));
}

const sampleNumbers = ({ firstSample, samples }: SamplePart) =>
  Array.from({ length: samples }, (_, k) => firstSample + k);

/** Seconds of one core for one flip-free look at a neuron, one coupling drawn and one coupling added in a flip. */
const secondsPerVisit = 1e-8;
const secondsPerDraw = 1.2e-8;
const secondsPerCoupling = 2.5e-10;
/** Share of neurons that flip in a sweep of a run that does not converge. */
const activity = 0.1;

/** Expected seconds of one core for one sample of a scan: fresh couplings, then half of the budget at each J_D. */
function secondsPerSample(n: number, points: number, budget: number): number {
  const sweep = n * secondsPerVisit + activity * n * n * secondsPerCoupling;
  return n * n * secondsPerDraw + points * 0.5 * budget * sweep;
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 0.5;
const mostSamplesPerTask = 1000;

/** Splits so that a task is one large network or several small ones. */
function splitScans({ scans, ...common }: AccessibilityParameters): SamplePart[] {
  return scans.flatMap(({ n, selfCouplings, samples }) => {
    const perSample = secondsPerSample(n, selfCouplings.length, common.budget);
    const size = Math.min(mostSamplesPerTask, Math.max(1, Math.floor(secondsPerTask / perSample)));
    return sampleRanges(samples, size).map((part) => ({ n, selfCouplings, ...common, ...part }));
  });
}

/** The experiment; one row a sample, in the order of the scans. */
export const accessibilityExperiment = defineExperiment<AccessibilityParameters, SamplePart, SampleRow>({
  name: "accessibility",
  version: 1,
  module: import.meta.url,
  random: true,
  split: splitScans,
  seconds: ({ n, samples, selfCouplings, budget }) =>
    samples * secondsPerSample(n, selfCouplings.length, budget),
  unstarted: (part) =>
    sampleNumbers(part).map((sample) => ({
      status: "unstarted",
      n: part.n,
      update: part.update,
      budget: part.budget,
      sample,
      selfCouplings: part.selfCouplings,
      sweeps: part.selfCouplings.map(() => null),
      flips: part.selfCouplings.map(() => 0),
    })),
});

/** Samples by size, in the order in which the sizes first appear. */
function bySize(rows: readonly SampleRow[]): SampleRow[][] {
  return [...new Set(rows.map(({ n }) => n))].map((n) => rows.filter((row) => row.n === n));
}

/** Middle value of all, null when it belongs to a sample that did not converge (or none ran). */
function medianSweeps(sweeps: readonly (number | null)[]): number | null {
  const sorted = sweeps.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  return Number.isFinite(middle) ? middle : null;
}

/** Convergence at each (N, J_D): counts, median sweeps, flips; samples that did not run are not counted. */
export function accessibilityRows(rows: readonly SampleRow[]): AccessibilityRow[] {
  return bySize(rows).flatMap((all) => {
    const [{ n, update, budget, selfCouplings }] = all;
    const run = all.filter(({ status }) => status === "ok");
    return selfCouplings.map((selfCoupling, k): AccessibilityRow => {
      const sweeps = run.map((row) => row.sweeps[k]);
      const flips = run.reduce((sum, row) => sum + row.flips[k], 0);
      return {
        status: run.length < all.length ? "unstarted" : "ok",
        n,
        selfCoupling,
        update,
        budget,
        samples: run.length,
        converged: sweeps.filter((value) => value !== null).length,
        medianSweeps: medianSweeps(sweeps),
        flipsPerNeuron: run.length === 0 ? null : flips / (run.length * n),
      };
    });
  });
}

/** A threshold fit, or why there is none. */
interface FitOutcome {
  readonly status: RowStatus;
  readonly fit: ThresholdFit | null;
}

/**
 * J_a(N) at each budget up to the one that was run: a run that took t sweeps would have converged under any budget
 * from t on.
 * @param budgets sweeps, at most the budget of the rows
 * @param seed of the bootstrap
 */
export function accessThresholds(
  rows: readonly SampleRow[],
  budgets: readonly number[],
  seed: number,
): AccessThresholdRow[] {
  return bySize(rows).flatMap((all) => {
    const run = all.filter(({ status }) => status === "ok");
    const [{ n, update, selfCouplings }] = all;
    const complete = run.length === all.length && selfCouplings.length > 1;
    return budgets.map((budget): AccessThresholdRow => {
      const table = { selfCouplings, sweeps: run.map(({ sweeps }) => sweeps) };
      const bootstrap = stream(seed, "bootstrap", n, budget);
      const { status, fit } = orElseNotConverged<FitOutcome>(
        () => {
          const found = complete ? fitThreshold(table, budget, bootstrap) : null;
          const without = run.length === all.length ? "no-solution" : "unstarted";
          return { status: found === null ? without : "ok", fit: found };
        },
        () => ({ status: "not-converged", fit: null }),
      );
      return {
        status,
        n,
        update,
        budget,
        samples: run.length,
        selfCoupling: fit?.selfCoupling ?? null,
        low: fit?.low ?? null,
        high: fit?.high ?? null,
        width: fit?.width ?? null,
      };
    });
  });
}

/** Standard error of a threshold from its 95 % interval; a floor keeps a lucky bootstrap from dominating the fit. */
function sizedThreshold({ n, selfCoupling, low, high }: AccessThresholdRow): SizedThreshold[] {
  if (selfCoupling === null || low === null || high === null) return [];
  return [{ n, selfCoupling, standardError: Math.max((high - low) / (2 * 1.96), 1e-4) }];
}

/** J_a(N → ∞) at each budget in each form; needs three sizes. */
export function extrapolationRows(thresholds: readonly AccessThresholdRow[]): ExtrapolationRow[] {
  return [...new Set(thresholds.map(({ budget }) => budget))].flatMap((budget) => {
    const ofBudget = thresholds.filter((row) => row.budget === budget);
    const points = ofBudget.flatMap(sizedThreshold);
    return extrapolationForms.map((form): ExtrapolationRow => {
      const fit = extrapolate(form, points);
      return {
        status: fit === null ? "no-solution" : "ok",
        update: ofBudget[0].update,
        budget,
        form,
        selfCoupling: fit?.selfCoupling ?? null,
        standardError: fit?.standardError ?? null,
        slope: fit?.slope ?? null,
        chiSquared: fit?.chiSquared ?? null,
        degreesOfFreedom: fit?.degreesOfFreedom ?? Math.max(0, points.length - 2),
      };
    });
  });
}
