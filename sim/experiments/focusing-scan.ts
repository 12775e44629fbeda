/**
 * @file Experiment `focusing-scan`: does focusing belief propagation find a fixed point, and from which J_D on? Sample k
 * of size N has the couplings that it has in `accessibility`, and its own start messages, the same at every J_D and
 * along every protocol. Beside it the Bethe entropy (P19') of plain belief propagation.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { solveBethe, type PropagationOptions } from "../instance/belief-propagation.ts";
import { focus, type FocusingRun } from "../instance/focusing.ts";
import { couplingColumn, type Network } from "../instance/network.ts";
import { pseudoReinforcement, reinforcement, scoping } from "../instance/protocols.ts";
import type { Protocol, PseudoReinforcementOptions, ScopingOptions } from "../instance/protocols.ts";
import { stream } from "../random.ts";
import { fractionInterval } from "../statistics.ts";
import type { Task } from "../sweep/task.ts";
import { chunks, defineExperiment, sampleRanges } from "./experiment.ts";
import type { FocusingExtrapolationRow, FocusingRow, FocusingThresholdRow, RowStatus } from "./rows.ts";
import { drawNetwork, groupBy, medianTime, sampleNumbers, sizeThreshold, thresholdLimits } from "./scan.ts";
import type { SizeScan } from "./scan.ts";

/** A protocol of a scan, by name with options of its own, or as points (y, γ) with finite γ. */
export type ProtocolChoice =
  | ({ readonly name: "scoping" } & ScopingOptions)
  | ({ readonly name: "pseudo-reinforcement" } & PseudoReinforcementOptions)
  | { readonly name: "reinforcement"; readonly steps?: number }
  | { readonly name: "points"; readonly points: Protocol };

/** How a run goes; what is left out has the defaults of `focus`. */
export interface FocusingOptions {
  readonly protocols: readonly ProtocolChoice[];
  /** Iterations at most at each point of a protocol. */
  readonly innerIterations?: number;
  readonly damping?: number;
  /** A point is left before when no magnetization changes by more than this. */
  readonly tolerance?: number;
}

/** Where runs are computed, if not on WASM. */
interface FocusingBackend {
  readonly backend?: "webgpu";
}

/** Scans along the same protocols. */
export interface FocusingParameters extends FocusingOptions, FocusingBackend {
  readonly scans: readonly SizeScan[];
}

/** Consecutive samples of one size, at some or all J_D of the scan. */
interface FocusingPart extends FocusingOptions, FocusingBackend {
  readonly n: number;
  readonly selfCouplings: readonly number[];
  readonly firstSample: number;
  readonly samples: number;
}

/** One sample at one J_D along one protocol. */
export interface FocusingSampleRow {
  readonly status: RowStatus;
  readonly n: number;
  readonly sample: number;
  readonly selfCoupling: number;
  readonly protocol: string;
  readonly solved: boolean;
  /** Iterations to the fixed point, or to the end of the protocol. */
  readonly iterations: number | null;
  /** Index of the last point of the protocol that was visited, from 0. */
  readonly step: number | null;
  /** Unstable neurons at the end. */
  readonly violations: number | null;
  /** Overlap of two replicas at the end, and distance of a replica from the centre. */
  readonly overlap: number | null;
  readonly distance: number | null;
  /** Bethe entropy (P19') of all fixed points per neuron; null where plain belief propagation did not converge. */
  readonly betheEntropy: number | null;
}

/**
 * Points of a protocol.
 * @throws OutOfDomain on an option outside what protocols.ts documents
 */
export function protocolPoints(choice: ProtocolChoice): Protocol {
  switch (choice.name) {
    case "scoping":
      return scoping(choice);
    case "pseudo-reinforcement":
      return pseudoReinforcement(choice);
    case "reinforcement":
      return reinforcement(choice);
    case "points":
      return choice.points;
    default:
      choice satisfies never;
      throw new OutOfDomain(`no protocol ${JSON.stringify(choice)}`);
  }
}

/** Number of neurons with s_i Σ_{j≠i} J_ij s_j + J_D ≤ 0: (P1) as it is written, without the kernels. */
export function violatedConstraints(network: Network, state: Int8Array, selfCoupling: number): number {
  const fields = new Float64Array(network.n);
  for (let j = 0; j < network.n; j++) {
    const column = couplingColumn(network, j);
    for (let i = 0; i < network.n; i++) if (i !== j) fields[i] += column[i] * state[j];
  }
  return fields.reduce((count, field, i) => count + (state[i] * field + selfCoupling > 0 ? 0 : 1), 0);
}

/** Options of `focus` that a part sets. */
export function runOptions({ innerIterations, damping, tolerance }: FocusingOptions): PropagationOptions {
  return {
    ...(innerIterations === undefined ? {} : { maxIterations: innerIterations }),
    ...(damping === undefined ? {} : { damping }),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

/** A sample at one J_D, with the entropy of plain belief propagation there; null where that did not converge. */
interface Place {
  readonly sample: number;
  readonly selfCoupling: number;
  readonly betheEntropy: number | null;
}

/**
 * Row of a run.
 * @throws Error when a state that was reported as a fixed point is none
 */
function rowOf(network: Network, protocol: string, run: FocusingRun, place: Place): FocusingSampleRow {
  const { n } = network;
  const { solved, state, iterations, step, violations, replicas } = run;
  const { sample, selfCoupling, betheEntropy } = place;
  const violated = violatedConstraints(network, state, selfCoupling);
  if (solved && violated > 0) {
    const where = `N = ${n}, J_D = ${selfCoupling}, sample ${sample}`;
    throw new Error(`${violated} constraints of a reported fixed point are violated at ${where}: a defect`);
  }
  return {
    status: "ok",
    n,
    sample,
    selfCoupling,
    protocol,
    solved,
    iterations,
    step,
    violations: violations.at(-1) ?? null,
    overlap: replicas.overlap,
    distance: replicas.distance,
    betheEntropy,
  };
}

/** One network at one J_D, along each protocol. */
function runPoint(
  network: Network,
  part: FocusingPart,
  { seed, sample, selfCoupling }: { seed: number; sample: number; selfCoupling: number },
): FocusingSampleRow[] {
  const start = () => stream(seed, "messages", part.n, sample);
  const bethe = solveBethe(network, { selfCoupling, start: start() });
  const place = { sample, selfCoupling, betheEntropy: bethe.converged ? bethe.entropy : null };
  return part.protocols.map((choice) => {
    const input = { selfCoupling, protocol: protocolPoints(choice), start: start() };
    return rowOf(network, choice.name, focus(network, input, runOptions(part)), place);
  });
}

/** Rows of a task on the GPU: those of a sample at all its J_D together, several samples side by side. */
async function runOnDevice(part: FocusingPart, seed: number): Promise<FocusingSampleRow[]> {
  // Only here, so that nothing of the GPU is loaded where none is asked for.
  const { focusSamples } = await import("./device-focusing.ts");
  const { n, selfCouplings, protocols, firstSample, samples } = part;
  const points = protocols.map(protocolPoints);
  const which = { n, selfCouplings, protocols: points, firstSample, samples, atOnce: samplesAtOnce(n) };
  const found = await focusSamples(which, runOptions(part), seed, ({ network, sample, bethe, runs }) =>
    selfCouplings.flatMap((selfCoupling, k) => {
      const { converged, entropy } = bethe[k];
      const place = { sample, selfCoupling, betheEntropy: converged ? entropy : null };
      return protocols.map(({ name }, p) => rowOf(network, name, runs[p][k], place));
    }),
  );
  return found.flat();
}

/** A task that runs on the GPU of the worker. */
type DeviceTask = Task<FocusingPart & { readonly backend: "webgpu" }>;

/** Rows of one task; those of a task on the GPU have to be waited for. */
export function runTask(task: DeviceTask): Promise<FocusingSampleRow[]>;
export function runTask(task: Task): FocusingSampleRow[];
export function runTask(task: Task): FocusingSampleRow[] | Promise<FocusingSampleRow[]> {
  const part = task.parameters as FocusingPart;
  const { seed } = task;
  if (part.backend === "webgpu") return runOnDevice(part, seed);
  return sampleNumbers(part).flatMap((sample) => {
    const network = drawNetwork(part.n, seed, sample);
    return part.selfCouplings.flatMap((selfCoupling) =>
      runPoint(network, part, { seed, sample, selfCoupling }),
    );
  });
}

/** Seconds of one core for a message in an iteration, and for a coupling drawn. */
const secondsPerMessage = 1e-8;
const secondsPerDraw = 1.2e-8;
/** Iterations of plain belief propagation, with what its entropy costs. */
const betheIterations = 60;

/**
 * Mean iterations of a run along 100 points with 10 iterations at each, as measured at N = 200 to 800: from a whole
 * protocol where nothing is solved (J_D ≤ 0.06) down to a few points of it (J_D ≥ 0.28).
 */
export const expectedIterations = (selfCoupling: number): number =>
  Math.min(860, Math.max(200, 860 - 3000 * (selfCoupling - 0.06)));

/**
 * Seconds of a GPU for an iteration of small networks, and for a message in one; for scheduling only: any GPU is far off
 * this one way or the other.
 */
const secondsPerDeviceIteration = 5e-5;
const secondsPerDeviceMessage = 2e-11;

/** Expected seconds for one sample at the J_D of a scan, of one core or of a GPU. */
function secondsPerSample(
  n: number,
  selfCouplings: readonly number[],
  { protocols, backend }: Pick<FocusingPart, "protocols" | "backend">,
): number {
  const iterations = selfCouplings.reduce(
    (sum, selfCoupling) => sum + betheIterations + protocols.length * expectedIterations(selfCoupling),
    0,
  );
  if (backend === undefined) return n * n * (secondsPerDraw + iterations * secondsPerMessage);
  // All J_D iterate together, as long as the slowest, which is the lowest.
  const longest = betheIterations + protocols.length * expectedIterations(Math.min(...selfCouplings));
  const waiting = longest * secondsPerDeviceIteration;
  return waiting + n * n * (secondsPerDraw + iterations * secondsPerDeviceMessage);
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 2;
const mostSamplesPerTask = 1000;

/** Samples on the GPU side by side: as many as keep it busy, within this many messages. */
const mostSamplesAtOnce = 8;
const messagesAtOnce = 2 ** 24;

const samplesAtOnce = (n: number): number =>
  Math.max(1, Math.min(mostSamplesAtOnce, Math.floor(messagesAtOnce / (n * n))));

/**
 * Splits so that a task is some small networks at all J_D, or one large network at some; on a GPU, which takes all J_D of
 * a network together, always at all.
 */
function splitScans({ scans, ...options }: FocusingParameters): FocusingPart[] {
  const names = options.protocols.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new OutOfDomain(`protocols must have different names, got ${names.join(", ")}`);
  return scans.flatMap(({ n, selfCouplings, samples }) => {
    const tasksPerSample = secondsPerSample(n, selfCouplings, options) / secondsPerTask;
    const onDevice = options.backend !== undefined;
    const least = onDevice ? samplesAtOnce(n) : 1;
    const size = Math.min(mostSamplesPerTask, Math.max(least, Math.floor(1 / tasksPerSample)));
    const points = selfCouplings.length;
    const parts = chunks(selfCouplings, onDevice ? points : Math.max(1, Math.floor(points / tasksPerSample)));
    return sampleRanges(samples, size).flatMap((range) =>
      parts.map((part) => ({ n, selfCouplings: part, ...options, ...range })),
    );
  });
}

/** The experiment; one row a sample, J_D and protocol, in the order of the scans. */
export const focusingExperiment = defineExperiment<FocusingParameters, FocusingPart, FocusingSampleRow>({
  name: "focusing-scan",
  version: 1,
  module: import.meta.url,
  random: true,
  split: splitScans,
  seconds: ({ n, samples, selfCouplings, ...options }) =>
    samples * secondsPerSample(n, selfCouplings, options),
  unstarted: (part) =>
    sampleNumbers(part).flatMap((sample) =>
      part.selfCouplings.flatMap((selfCoupling) =>
        part.protocols.map(({ name }) => unstartedRow({ n: part.n, sample, selfCoupling, protocol: name })),
      ),
    ),
});

/** Row of a sample that did not run. */
export const unstartedRow = (
  place: Pick<FocusingSampleRow, "n" | "sample" | "selfCoupling" | "protocol">,
): FocusingSampleRow => ({
  status: "unstarted",
  ...place,
  solved: false,
  iterations: null,
  step: null,
  violations: null,
  overlap: null,
  distance: null,
  betheEntropy: null,
});

/** Rows of each size along each protocol, in the order in which they first appear. */
const bySizeAndProtocol = (rows: readonly FocusingSampleRow[]): FocusingSampleRow[][] =>
  groupBy(rows, ({ n }) => n).flatMap((ofSize) => groupBy(ofSize, ({ protocol }) => protocol));

const timeOf = ({ solved, iterations }: FocusingSampleRow): number | null => (solved ? iterations : null);

/** Mean of the values that there are; null where there are none. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/**
 * Success at each (N, protocol, J_D): counts, median iterations, entropies; samples that did not run are not counted.
 * @param rows samples of {@link focusingExperiment}
 * @source (P18)–(P20), counted
 */
export function focusingRows(rows: readonly FocusingSampleRow[]): FocusingRow[] {
  return bySizeAndProtocol(rows)
    .flatMap((ofProtocol) => groupBy(ofProtocol, ({ selfCoupling }) => selfCoupling))
    .map((all): FocusingRow => {
      const [{ n, selfCoupling, protocol }] = all;
      const run = all.filter(({ status }) => status === "ok");
      const solved = run.filter((row) => row.solved);
      const violations = mean(run.map((row) => row.violations));
      return {
        status: run.length < all.length ? "unstarted" : "ok",
        n,
        selfCoupling,
        protocol,
        samples: run.length,
        solved: solved.length,
        solvedInterval: fractionInterval(solved.length, run.length),
        medianIterations: medianTime(run.map(timeOf)),
        betheEntropy: mean(run.map((row) => row.betheEntropy)),
        overlap: mean(solved.map((row) => row.overlap)),
        distance: mean(solved.map((row) => row.distance)),
        unstableFraction: violations === null ? null : violations / n,
      };
    });
}

/**
 * J_fBP(N) along each protocol.
 * @param rows samples of {@link focusingExperiment}
 * @param seed seed of the bootstrap, an integer, 0..2⁵³−1
 * @returns one row a size and protocol
 * @source logistic fit with a bootstrap over samples (Efron 1979)
 */
export function focusingThresholds(rows: readonly FocusingSampleRow[], seed: number): FocusingThresholdRow[] {
  return bySizeAndProtocol(rows).map((all): FocusingThresholdRow => {
    const [{ n, protocol }] = all;
    const run = all.filter(({ status }) => status === "ok");
    const selfCouplings = [...new Set(all.map(({ selfCoupling }) => selfCoupling))];
    // Samples of a stopped run may lack some J_D; nothing is fitted then.
    const times = groupBy(run, ({ sample }) => sample).map((ofSample) => ofSample.map(timeOf));
    const bootstrap = stream(seed, `bootstrap ${protocol}`, n);
    const input = { n, table: { selfCouplings, times }, complete: run.length === all.length, bootstrap };
    return { ...sizeThreshold(input), protocol };
  });
}

/**
 * J_fBP(N → ∞) along each protocol in each form; needs three sizes.
 * @param thresholds rows of {@link focusingThresholds}
 * @source weighted least squares in 1/log N, N^(−1/3) and N^(−1/2)
 */
export function focusingExtrapolations(
  thresholds: readonly FocusingThresholdRow[],
): FocusingExtrapolationRow[] {
  return groupBy(thresholds, ({ protocol }) => protocol).flatMap((ofProtocol) => {
    const [{ protocol }] = ofProtocol;
    return thresholdLimits(ofProtocol).map((limit) => ({ ...limit, protocol }));
  });
}
