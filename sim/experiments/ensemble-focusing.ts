/**
 * @file Experiment `ensemble-focusing`: does focusing with columns (P18'), (P20) find a fixed point of correlated or
 * layered couplings, and from which J_D on? Sample k of size N is made of the same numbers in every ensemble, with the
 * same start. Beside it the entropy of plain message passing.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { solveColumns } from "../instance/columns-entropy.ts";
import { focusColumns } from "../instance/columns-focusing.ts";
import { requireEnsemble } from "../instance/ensemble.ts";
import type { Network } from "../instance/network.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { distinguishingFields, ensembleKey, type SimulatedFields } from "./ensemble-fields.ts";
import { chunks, defineExperiment, sampleRanges } from "./experiment.ts";
import {
  expectedIterations,
  focusingRows,
  focusingThresholds,
  protocolPoints,
  runOptions,
  unstartedRow,
  violatedConstraints,
  type FocusingOptions,
  type FocusingSampleRow,
} from "./focusing-scan.ts";
import type { EnsembleFocusingRow, EnsembleFocusingThresholdRow } from "./rows-beyond.ts";
import { drawNetwork, groupBy, sampleNumbers, type EnsembleScan } from "./scan.ts";

/** Scans of ensembles along the same protocols. */
export interface EnsembleFocusingParameters extends FocusingOptions {
  readonly scans: readonly EnsembleScan[];
}

/** Consecutive samples of one size of an ensemble, at some or all J_D of the scan. */
interface EnsembleFocusingPart extends FocusingOptions, SimulatedFields {
  readonly n: number;
  readonly selfCouplings: readonly number[];
  readonly firstSample: number;
  readonly samples: number;
}

/** One sample of an ensemble at one J_D along one protocol; violations are of all layers, entropies per neuron of all. */
export interface EnsembleFocusingSampleRow extends FocusingSampleRow, SimulatedFields {}

/** One network at one J_D, along each protocol. */
function runPoint(
  network: Network,
  part: EnsembleFocusingPart,
  { seed, sample, selfCoupling }: { seed: number; sample: number; selfCoupling: number },
): EnsembleFocusingSampleRow[] {
  const { n, layers = 1, protocols } = part;
  const start = () => stream(seed, "messages", n, sample);
  const plain = solveColumns(network, { selfCoupling, layers, start: start() });
  return protocols.map((choice): EnsembleFocusingSampleRow => {
    const input = { layers, selfCoupling, protocol: protocolPoints(choice), start: start() };
    const run = focusColumns(network, input, runOptions(part));
    const violated = violatedConstraints(network, run.state, selfCoupling);
    if (run.solved && violated > 0) {
      const place = `N = ${n}, ${ensembleKey(part)}, J_D = ${selfCoupling}, sample ${sample}`;
      throw new Error(`${violated} constraints of a reported fixed point are violated at ${place}: a defect`);
    }
    return {
      status: "ok",
      n,
      ...distinguishingFields(part),
      sample,
      selfCoupling,
      protocol: choice.name,
      solved: run.solved,
      iterations: run.iterations,
      step: run.step,
      violations: run.violations.at(-1) ?? null,
      overlap: run.replicas.overlap,
      distance: run.replicas.distance,
      betheEntropy: plain.converged ? plain.entropy : null,
    };
  });
}

/** Rows of one task. */
export function runTask(task: Task): EnsembleFocusingSampleRow[] {
  const part = task.parameters as EnsembleFocusingPart;
  return sampleNumbers(part).flatMap((sample) => {
    const network = drawNetwork(part.n, task.seed, sample, part);
    return part.selfCouplings.flatMap((selfCoupling) =>
      runPoint(network, part, { seed: task.seed, sample, selfCoupling }),
    );
  });
}

/** Seconds of one core for a coupling within a layer in an iteration, for a spin in one, and for a coupling drawn. */
const secondsPerCoupling = 4e-9;
const secondsPerSpin = 2e-6;
const secondsPerDraw = 1.2e-8;
/** Iterations of plain message passing. */
const plainIterations = 60;

/** Expected seconds of one core for one sample at the J_D of a scan. */
function secondsPerSample(
  { n, layers = 1 }: Pick<EnsembleFocusingPart, "n" | "layers">,
  selfCouplings: readonly number[],
  protocols: number,
): number {
  const iterations = selfCouplings.reduce(
    (sum, selfCoupling) => sum + plainIterations + protocols * expectedIterations(selfCoupling),
    0,
  );
  const perIteration = layers * n * (n * secondsPerCoupling + secondsPerSpin);
  // The check of the signs goes over the whole matrix of the chain, which is cheap for each coupling.
  return (n * layers) ** 2 * secondsPerDraw + iterations * perIteration;
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 2;
const mostSamplesPerTask = 1000;

/** Splits so that a task is some small networks at all J_D, or one large network at some. */
function splitScans({ scans, ...options }: EnsembleFocusingParameters): EnsembleFocusingPart[] {
  const names = options.protocols.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new OutOfDomain(`protocols must have different names, got ${names.join(", ")}`);
  return scans.flatMap(({ selfCouplings, samples, ...ensemble }) => {
    const { n, layers } = requireEnsemble(ensemble);
    const fields = distinguishingFields(ensemble);
    const tasksPerSample = secondsPerSample({ n, layers }, selfCouplings, names.length) / secondsPerTask;
    const size = Math.min(mostSamplesPerTask, Math.max(1, Math.floor(1 / tasksPerSample)));
    const parts = chunks(selfCouplings, Math.max(1, Math.floor(selfCouplings.length / tasksPerSample)));
    return sampleRanges(samples, size).flatMap((range) =>
      parts.map((part) => ({ n, ...fields, selfCouplings: part, ...options, ...range })),
    );
  });
}

/** The experiment; one row a sample, J_D and protocol, in the order of the scans. */
export const ensembleFocusingExperiment = defineExperiment<
  EnsembleFocusingParameters,
  EnsembleFocusingPart,
  EnsembleFocusingSampleRow
>({
  name: "ensemble-focusing",
  version: 1,
  module: import.meta.url,
  random: true,
  split: splitScans,
  seconds: (part) => part.samples * secondsPerSample(part, part.selfCouplings, part.protocols.length),
  unstarted: (part) =>
    sampleNumbers(part).flatMap((sample) =>
      part.selfCouplings.flatMap((selfCoupling) =>
        part.protocols.map(({ name }) => ({
          ...unstartedRow({ n: part.n, sample, selfCoupling, protocol: name }),
          ...distinguishingFields(part),
        })),
      ),
    ),
});

/** Rows of each ensemble, in the order in which they first appear. */
const byEnsemble = (rows: readonly EnsembleFocusingSampleRow[]): EnsembleFocusingSampleRow[][] =>
  groupBy(rows, ensembleKey);

/**
 * Success at each (ensemble, N, protocol, J_D): counts, median iterations, entropies; samples that did not run are not
 * counted.
 * @param rows samples of {@link ensembleFocusingExperiment}
 * @source (P18'), (P20), counted
 */
export function ensembleFocusingRows(rows: readonly EnsembleFocusingSampleRow[]): EnsembleFocusingRow[] {
  return byEnsemble(rows).flatMap((all) => {
    const { layers = 1 } = all[0];
    return focusingRows(all).map((row): EnsembleFocusingRow => ({
      ...row,
      ...distinguishingFields(all[0]),
      algorithm: "columns",
      unstableFraction: row.unstableFraction === null ? null : row.unstableFraction / layers,
    }));
  });
}

/**
 * J_fBP(N) of each ensemble along each protocol.
 * @param rows samples of {@link ensembleFocusingExperiment}
 * @param seed seed of the bootstrap, an integer, 0..2⁵³−1
 * @returns one row an ensemble, size and protocol
 * @source logistic fit with a bootstrap over samples (Efron 1979)
 */
export function ensembleFocusingThresholds(
  rows: readonly EnsembleFocusingSampleRow[],
  seed: number,
): EnsembleFocusingThresholdRow[] {
  return byEnsemble(rows).flatMap((all) =>
    focusingThresholds(all, seed).map((row) => ({ ...row, ...distinguishingFields(all[0]) })),
  );
}
