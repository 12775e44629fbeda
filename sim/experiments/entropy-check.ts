/**
 * @file Experiment `entropy-check`: fixed points of small networks counted exactly, against the exact finite-N mean of
 * their number (P3) and of their pairs at each distance (P6'); for other ensembles (P22), (P23) and (P26).
 */
import { requireInteger } from "../../theory/errors.ts";
import { requireEnsemble, sampleEnsemble, type Ensemble } from "../instance/ensemble.ts";
import { findFixedPoints, MAX_ENUMERATED } from "../instance/enumerate.ts";
import { pairHistogram } from "../instance/pairs.ts";
import type { Kernels } from "../kernels/memory.ts";
import { loadKernels } from "../kernels/load.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { expectedEnsembleCount, expectedEnsemblePairs, requireExpectation } from "./ensemble-expectations.ts";
import { distinguishingFields, ensembleKey, type SimulatedFields } from "./ensemble-fields.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import { groupBy } from "./scan.ts";
import type { EntropyCheckRow, PairBin, RowStatus } from "./rows.ts";

/** Every size with every J_D; a network serves all J_D. */
export interface EntropyCheckParameters {
  /** Numbers of neurons N of a layer, 2 to 30 in all layers, with the ensemble and number of networks of each. */
  readonly sizes: readonly (Ensemble & { readonly samples: number })[];
  /** J_D ≥ 0. */
  readonly selfCouplings: readonly number[];
}

/** Consecutive samples of one size of an ensemble. */
interface SamplePart extends Ensemble {
  readonly selfCouplings: readonly number[];
  readonly firstSample: number;
  readonly samples: number;
}

/** Sums over the samples of a task at one (N, J_D); exact integers. */
export interface EnumerationSums extends SimulatedFields {
  readonly status: RowStatus;
  /** Number of neurons of a layer. */
  readonly n: number;
  readonly selfCoupling: number;
  readonly samples: number;
  /** Σ # and Σ #² over samples. */
  readonly count: Moments;
  /** The same for ordered pairs at each Hamming distance 0 … N·layers. */
  readonly pairs: readonly Moments[];
}

/** Sum and sum of squares. */
export interface Moments {
  /** Sum over samples, a count. */
  readonly sum: number;
  /** Sum of squares of the counts. */
  readonly squares: number;
}

/** Largest number of neurons of the experiment, those of all layers. */
export const largestEnumerated = MAX_ENUMERATED;

const zero: Moments = { sum: 0, squares: 0 };
const add = (a: Moments, b: Moments): Moments => ({ sum: a.sum + b.sum, squares: a.squares + b.squares });
const single = (value: number): Moments => ({ sum: value, squares: value * value });

/** States visited in one task, so that a task takes about a second or is a single sample. */
const statesPerTask = 2 ** 25;

/** Tasks of tiny networks stay short enough for the progress to move. */
const mostSamplesPerTask = 1000;

let kernels: Kernels | undefined;

/** All neurons of a network. */
const neuronsOf = ({ n, layers = 1 }: Ensemble): number => n * layers;

function enumerateSample(part: SamplePart, seed: number, sample: number) {
  kernels ??= loadKernels();
  const mark = kernels.mark();
  const ensemble = { n: part.n, ...distinguishingFields(part) };
  const network = sampleEnsemble({ ensemble, kernels }, stream(seed, "couplings", part.n, sample));
  const found = part.selfCouplings.map((selfCoupling) => {
    const points = findFixedPoints(network, selfCoupling);
    return { count: points.count, pairs: Array.from(pairHistogram(points)) };
  });
  kernels.release(mark);
  return found;
}

/** Rows of one task, one for each J_D. */
export function runTask(task: Task): EnumerationSums[] {
  const part = task.parameters as SamplePart;
  const sums = part.selfCouplings.map(() => ({
    count: zero,
    pairs: Array.from({ length: neuronsOf(part) + 1 }, () => zero),
  }));
  for (let sample = part.firstSample; sample < part.firstSample + part.samples; sample++) {
    enumerateSample(part, task.seed, sample).forEach(({ count, pairs }, k) => {
      sums[k].count = add(sums[k].count, single(count));
      sums[k].pairs = sums[k].pairs.map((moments, distance) => add(moments, single(pairs[distance])));
    });
  }
  const { n, samples } = part;
  return sums.map(({ count, pairs }, k) => ({
    status: "ok",
    n,
    ...distinguishingFields(part),
    selfCoupling: part.selfCouplings[k],
    samples,
    count,
    pairs,
  }));
}

/** Seconds of one core for a state visited and for a sample whatever its size. */
const secondsPerState = 1.5e-8;
const secondsPerSample = 1e-4;

/** The ensemble of a size, its fields as tasks hold them. */
function ensembleOf(size: Ensemble): Ensemble {
  const { n, layers } = requireEnsemble(size);
  requireInteger(layers === 1 ? "n" : "n times layers", n * layers, 2, largestEnumerated);
  requireExpectation(size);
  return { n, ...distinguishingFields(size) };
}

/** The experiment; one row a task and J_D. */
export const entropyCheckExperiment = defineExperiment<EntropyCheckParameters, SamplePart, EnumerationSums>({
  name: "entropy-check",
  version: 1,
  module: import.meta.url,
  random: true,
  split: ({ sizes, selfCouplings }) =>
    sizes.flatMap(({ samples, ...size }) => {
      const ensemble = ensembleOf(size);
      const states = 2 ** (neuronsOf(ensemble) - 1) * selfCouplings.length;
      const perTask = Math.max(1, Math.floor(statesPerTask / states));
      return sampleRanges(samples, Math.min(perTask, mostSamplesPerTask)).map((part) => ({
        ...ensemble,
        selfCouplings,
        ...part,
      }));
    }),
  seconds: (part) =>
    part.samples *
    part.selfCouplings.length *
    (secondsPerSample + 2 ** (neuronsOf(part) - 1) * secondsPerState),
  unstarted: (part) =>
    part.selfCouplings.map((selfCoupling) => ({
      status: "unstarted",
      n: part.n,
      ...distinguishingFields(part),
      selfCoupling,
      samples: 0,
      count: zero,
      pairs: Array.from({ length: neuronsOf(part) + 1 }, () => zero),
    })),
});

/** Mean over samples and its standard error; null with fewer than two samples. */
function estimate({ sum, squares }: Moments, samples: number) {
  const mean = sum / samples;
  // The sums are integers: the difference is exact up to 2⁵³ and loses nothing that matters beyond.
  const variance = Math.max(0, squares - sum * mean) / (samples - 1);
  return { mean, standardError: samples > 1 ? Math.sqrt(variance / samples) : null };
}

/** Mean and standard error beside what is expected, and their difference in standard errors. */
function comparison(moments: Moments, samples: number, expected: number | null) {
  const { mean, standardError } = estimate(moments, samples);
  const zScore = standardError && expected !== null ? (mean - expected) / standardError : null;
  return { mean, standardError, expected, zScore };
}

/**
 * Rows of all tasks as one row a (N, J_D) of each ensemble, with the exact expectations beside the means.
 * @param sums rows of {@link entropyCheckExperiment}
 * @source (P3), (P6'), (P22), (P23), (P26)
 */
export function entropyCheckRows(sums: readonly EnumerationSums[]): EntropyCheckRow[] {
  const placeOf = (part: EnumerationSums) => `${part.n} ${part.selfCoupling} ${ensembleKey(part)}`;
  return groupBy(sums, placeOf).map(entropyCheckRow);
}

function entropyCheckRow(parts: readonly EnumerationSums[]): EntropyCheckRow {
  const [first] = parts;
  const { n, selfCoupling } = first;
  const ensemble = distinguishingFields(first);
  const samples = parts.reduce((sum, part) => sum + part.samples, 0);
  const status = parts.find((part) => part.status !== "ok")?.status ?? "ok";
  const expected = expectedEnsembleCount(first);
  if (samples === 0) {
    const none = { meanCount: null, standardError: null, zScore: null, pairs: [] };
    return { status, n, ...ensemble, selfCoupling, samples, expectedCount: expected, ...none };
  }
  const total = parts.reduce((sum, part) => add(sum, part.count), zero);
  const { mean: meanCount, standardError, zScore } = comparison(total, samples, expected);
  const neurons = neuronsOf(first);
  const pairs = expectedEnsemblePairs(first).map((expectedMean, distance): PairBin => {
    const moments = parts.reduce((sum, part) => add(sum, part.pairs[distance]), zero);
    return { overlap: 1 - (2 * distance) / neurons, ...comparison(moments, samples, expectedMean) };
  });
  return {
    status,
    n,
    ...ensemble,
    selfCoupling,
    samples,
    meanCount,
    standardError,
    expectedCount: expected,
    zScore,
    pairs,
  };
}
