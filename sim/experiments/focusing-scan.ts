/**
 * @file Experiment `focusing-scan`: does focusing belief propagation find a fixed point, and from which J_D on? Sample k
 * of size N has the couplings that it has in `accessibility`, and its own start messages, the same at every J_D and
 * along every protocol. Beside it the Bethe entropy (P19') of plain belief propagation.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { solveBethe, type PropagationOptions } from "../instance/belief-propagation.ts";
import { focus } from "../instance/focusing.ts";
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

/** Scans along the same protocols. */
export interface FocusingParameters extends FocusingOptions {
  readonly scans: readonly SizeScan[];
}

/** Consecutive samples of one size, at some or all J_D of the scan. */
interface FocusingPart extends FocusingOptions {
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

/** One network at one J_D, along each protocol. */
function runPoint(
  network: Network,
  part: FocusingPart,
  { seed, sample, selfCoupling }: { seed: number; sample: number; selfCoupling: number },
): FocusingSampleRow[] {
  const { n, protocols } = part;
  const start = () => stream(seed, "messages", n, sample);
  const bethe = solveBethe(network, { selfCoupling, start: start() });
  return protocols.map((choice): FocusingSampleRow => {
    const input = { selfCoupling, protocol: protocolPoints(choice), start: start() };
    const { solved, state, iterations, step, violations, replicas } = focus(network, input, runOptions(part));
    const violated = violatedConstraints(network, state, selfCoupling);
    if (solved && violated > 0) {
      const place = `N = ${n}, J_D = ${selfCoupling}, sample ${sample}`;
      throw new Error(`${violated} constraints of a reported fixed point are violated at ${place}: a defect`);
    }
    return {
      status: "ok",
      n,
      sample,
      selfCoupling,
      protocol: choice.name,
      solved,
      iterations,
      step,
      violations: violations.at(-1) ?? null,
      overlap: replicas.overlap,
      distance: replicas.distance,
      betheEntropy: bethe.converged ? bethe.entropy : null,
    };
  });
}

/** Rows of one task. */
export function runTask(task: Task): FocusingSampleRow[] {
  const part = task.parameters as FocusingPart;
  return sampleNumbers(part).flatMap((sample) => {
    const network = drawNetwork(part.n, task.seed, sample);
    return part.selfCouplings.flatMap((selfCoupling) =>
      runPoint(network, part, { seed: task.seed, sample, selfCoupling }),
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

/** Expected seconds of one core for one sample at the J_D of a scan. */
function secondsPerSample(n: number, selfCouplings: readonly number[], protocols: number): number {
  const iterations = selfCouplings.reduce(
    (sum, selfCoupling) => sum + betheIterations + protocols * expectedIterations(selfCoupling),
    0,
  );
  return n * n * (secondsPerDraw + iterations * secondsPerMessage);
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 2;
const mostSamplesPerTask = 1000;

/** Splits so that a task is some small networks at all J_D, or one large network at some. */
function splitScans({ scans, ...options }: FocusingParameters): FocusingPart[] {
  const names = options.protocols.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new OutOfDomain(`protocols must have different names, got ${names.join(", ")}`);
  return scans.flatMap(({ n, selfCouplings, samples }) => {
    const tasksPerSample = secondsPerSample(n, selfCouplings, names.length) / secondsPerTask;
    const size = Math.min(mostSamplesPerTask, Math.max(1, Math.floor(1 / tasksPerSample)));
    const parts = chunks(selfCouplings, Math.max(1, Math.floor(selfCouplings.length / tasksPerSample)));
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
  seconds: ({ n, samples, selfCouplings, protocols }) =>
    samples * secondsPerSample(n, selfCouplings, protocols.length),
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
