/**
 * @file Experiment `surroundings`: what lies around fixed points of different kinds, compared at the same size and J_D:
 * stabilities, flips of one neuron that lead to other fixed points, random walks along these, and the local entropy by
 * belief propagation. Sample k of size N has the couplings, and for "dynamics" and "focusing" the run, that it has in
 * the experiments `accessibility` and `focusing-scan`.
 */
import { OutOfDomain } from "../../theory/errors.ts";
import { relax } from "../instance/dynamics.ts";
import { entropyAround } from "../instance/entropy-around.ts";
import { findFixedPoints, stateOf } from "../instance/enumerate.ts";
import { focus } from "../instance/focusing.ts";
import { randomState } from "../instance/network.ts";
import type { Network } from "../instance/network.ts";
import { plantFixedPoint } from "../instance/planted.ts";
import { scoping } from "../instance/protocols.ts";
import { allowedFlips, stabilities, walkFixedPoints } from "../instance/surroundings.ts";
import type { StateAt } from "../instance/surroundings.ts";
import { stream } from "../random.ts";
import type { RandomWords } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import type { ReferenceKind, RowStatus } from "./rows.ts";
import { drawNetwork, sampleNumbers } from "./scan.ts";

/** How many networks are tried for one kind of fixed point. */
export interface KindSamples {
  readonly samples: number;
  /** On how many of them, the first ones, walks and local entropies follow, which cost most; none by default. */
  readonly detailed?: number;
}

/** One size at one J_D. */
export interface SurroundingsScan {
  /** Number of neurons N ≥ 2; at most 30 for "enumerated". */
  readonly n: number;
  /** J_D ≥ 0. */
  readonly selfCoupling: number;
  /** The kinds of fixed points to look at; "planted" is there on every network, the others on some. */
  readonly kinds: Readonly<Partial<Record<ReferenceKind, KindSamples>>>;
  /** Steps of a walk per neuron, N steps each; 0 for no walks. */
  readonly walkSweeps: number;
  /** Distances of the local entropy in [4/N, ½]; none for no local entropies. */
  readonly distances: readonly number[];
}

/** Scans, each (N, J_D) once. */
export interface SurroundingsParameters {
  readonly scans: readonly SurroundingsScan[];
}

/** Consecutive samples of one kind. */
interface SurroundingsPart {
  readonly kind: ReferenceKind;
  readonly n: number;
  readonly selfCoupling: number;
  readonly walkSweeps: number;
  readonly distances: readonly number[];
  readonly firstSample: number;
  readonly samples: number;
}

/** A walk after some steps. */
export interface SampledWalkPoint {
  /** Number of steps from the start. */
  readonly step: number;
  /** Number of neurons that differ from the start. */
  readonly flipped: number;
  /** Number of neurons whose flip alone leads to another fixed point. */
  readonly allowedFlips: number;
}

/** Local entropy at one distance. */
export interface SampledAroundPoint {
  readonly distance: number;
  readonly converged: boolean;
  /** Bethe entropy (P19'), nats per neuron; null unless it converged. */
  readonly entropy: number | null;
  readonly innerOverlap: number;
  /** Field Ω̂ along the reference. */
  readonly field: number;
  readonly residual: number;
  readonly iterations: number;
}

/** One fixed point of one network; no-solution where none was found. */
export interface SurroundingsSample {
  readonly status: RowStatus;
  readonly kind: ReferenceKind;
  readonly n: number;
  readonly selfCoupling: number;
  readonly sample: number;
  /** Number of neurons whose flip alone leads to another fixed point; null when none was found. */
  readonly allowedFlips: number | null;
  /** Numbers of neurons by stability, in bins of `stabilityBinWidth` from 0; the last takes all beyond. */
  readonly stabilities: readonly number[];
  readonly walk: readonly SampledWalkPoint[];
  readonly localEntropy: readonly SampledAroundPoint[];
}

/** Width of the bins of stabilities, in standard deviations of the local field. */
export const stabilityBinWidth = 0.2;

/** Bins end so far above J_D, in standard deviations: of 10⁶ neurons one lies beyond. */
const binsBeyond = 5;

/** Sweeps after which dynamics is given up. */
const dynamicsBudget = 2000;

/** Entropies are stationary in the messages, so that this tolerance leaves errors below 10⁻⁶; most points take 40. */
const entropyOptions = { tolerance: 1e-4, maxIterations: 400 };

/** Steps of a walk that are stored in a decade. */
const stepsPerDecade = 8;

/** A fixed point of the kind on the network of a sample, or null if none was found; "planted" changes the couplings. */
function findReference(
  network: Network,
  part: SurroundingsPart,
  seed: number,
  sample: number,
): Int8Array | null {
  const { kind, n, selfCoupling } = part;
  switch (kind) {
    case "focusing": {
      const start = stream(seed, "messages", n, sample);
      const { solved, state } = focus(network, { selfCoupling, protocol: scoping(), start });
      return solved ? state : null;
    }
    case "dynamics": {
      const state = randomState(n, stream(seed, "initial state", n, sample));
      const order = stream(seed, "update order", n, sample);
      const run = relax(network, { state, selfCoupling, order }, { budget: dynamicsBudget });
      return run.converged ? run.state : null;
    }
    case "enumerated": {
      const { count, words } = findFixedPoints(network, selfCoupling);
      if (count === 0) return null;
      return stateOf(words[stream(seed, "choice", n, sample).below(words.length)], n);
    }
    case "planted": {
      const state = randomState(n, stream(seed, "planted state", n, sample));
      plantFixedPoint(network, { state, selfCoupling }, stream(seed, "planted fields", n, sample));
      return state;
    }
    default:
      kind satisfies never;
      throw new OutOfDomain(`no kind of fixed points ${String(kind)}`);
  }
}

function histogram(values: Float64Array, selfCoupling: number): number[] {
  const bins = new Array<number>(Math.ceil((selfCoupling + binsBeyond) / stabilityBinWidth)).fill(0);
  for (const value of values) bins[Math.min(bins.length - 1, Math.floor(value / stabilityBinWidth))]++;
  return bins;
}

/** 0, and 1 … last, about evenly in the logarithm. */
function storedSteps(last: number): number[] {
  const count = Math.ceil(Math.log10(last) * stepsPerDecade);
  const steps = Array.from({ length: count + 1 }, (_, k) => Math.round(last ** (k / Math.max(1, count))));
  return [...new Set([0, ...steps])];
}

function walkFrom(network: Network, fixedPoint: StateAt, sweeps: number, words: RandomWords) {
  const steps = Math.round(sweeps * network.n);
  if (steps === 0) return [];
  const { distances, allowed } = walkFixedPoints(network, fixedPoint, words, { steps });
  return storedSteps(steps).map((step): SampledWalkPoint => ({
    step,
    flipped: distances[step],
    allowedFlips: allowed[step],
  }));
}

function runSample(part: SurroundingsPart, seed: number, sample: number): SurroundingsSample {
  const { kind, n, selfCoupling, walkSweeps, distances } = part;
  const network = drawNetwork(n, seed, sample);
  const state = findReference(network, part, seed, sample);
  if (state === null) return emptySample("no-solution", part, sample);
  const fixedPoint = { state, selfCoupling };
  return {
    status: "ok",
    kind,
    n,
    selfCoupling,
    sample,
    allowedFlips: allowedFlips(network, fixedPoint).length,
    stabilities: histogram(stabilities(network, fixedPoint), selfCoupling),
    walk: walkFrom(network, fixedPoint, walkSweeps, stream(seed, "walk", n, sample)),
    localEntropy: entropyAround(network, { reference: state, selfCoupling, distances }, entropyOptions).map(
      ({ distance, converged, entropy, innerOverlap, field, residual, iterations }) => ({
        distance,
        converged,
        entropy,
        innerOverlap,
        field,
        residual,
        iterations,
      }),
    ),
  };
}

const emptySample = (
  status: RowStatus,
  { kind, n, selfCoupling }: SurroundingsPart,
  sample: number,
): SurroundingsSample => ({
  status,
  kind,
  n,
  selfCoupling,
  sample,
  allowedFlips: null,
  stabilities: [],
  walk: [],
  localEntropy: [],
});

/** Rows of one task. */
export function runTask(task: Task): SurroundingsSample[] {
  const part = task.parameters as SurroundingsPart;
  return sampleNumbers(part).map((sample) => runSample(part, task.seed, sample));
}

/** Seconds of one core for a coupling drawn and looked at, a message in an iteration, a neuron in a step of a walk, … */
const secondsPerCoupling = 1.3e-8;
const secondsPerMessage = 1e-8;
const secondsPerStep = 1e-7;
/** … and a state visited by enumeration. */
const secondsPerState = 1.5e-8;
/** Iterations to a point of the local entropy, and of a focusing run away from its threshold. */
const iterationsPerPoint = 40;
const focusingIterations = 120;
/** Seconds of one core for a neuron visited by dynamics, its share of flips included, and for a coupling then added. */
const secondsPerVisit = 1e-8;
const secondsPerAddition = 2.5e-11;
/** Part of the budget that a run of dynamics takes when it ends in a fixed point. */
const usedBudget = 0.2;

/** Share of the runs of dynamics that end in a fixed point: J_a(N) grows by about 0.09 when N doubles. */
function reachedShare({ n, selfCoupling }: SurroundingsPart): number {
  const threshold = 0.38 + 0.09 * Math.log2(n / 200);
  return 1 / (1 + Math.exp(((threshold - selfCoupling) * Math.sqrt(n)) / 0.5));
}

/** Expected seconds of one core for one sample. */
function secondsPerSample(part: SurroundingsPart): number {
  const { kind, n, walkSweeps, distances } = part;
  const found = kind === "dynamics" ? reachedShare(part) : 1;
  const sweeps = dynamicsBudget * (1 - (1 - usedBudget) * found);
  const find: Readonly<Record<ReferenceKind, number>> = {
    focusing: focusingIterations * n * n * secondsPerMessage,
    dynamics: sweeps * n * (secondsPerVisit + n * secondsPerAddition),
    enumerated: 2 ** (n - 1) * secondsPerState,
    planted: n * n * secondsPerCoupling,
  };
  const local = distances.length * iterationsPerPoint * n * n * secondsPerMessage;
  const look = walkSweeps * n * n * secondsPerStep + local;
  return n * n * secondsPerCoupling + find[kind] + found * look;
}

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 1;
const mostSamplesPerTask = 200;

/** Parts of one kind: first the samples that are looked at in detail, then the others. */
function splitKind(scan: SurroundingsScan, kind: ReferenceKind): SurroundingsPart[] {
  const { n, selfCoupling, walkSweeps, distances } = scan;
  const { samples: total = 0, detailed = 0 } = scan.kinds[kind] ?? {};
  const inDetail = Math.min(detailed, total);
  const split = (
    looks: Pick<SurroundingsPart, "walkSweeps" | "distances">,
    first: number,
    samples: number,
  ) => {
    const part = { kind, n, selfCoupling, ...looks, firstSample: first, samples };
    const size = Math.max(1, Math.floor(secondsPerTask / secondsPerSample(part)));
    return sampleRanges(samples, Math.min(size, mostSamplesPerTask)).map((range) => ({
      ...part,
      ...range,
      firstSample: first + range.firstSample,
    }));
  };
  return [
    ...split({ walkSweeps, distances }, 0, inDetail),
    ...split({ walkSweeps: 0, distances: [] }, inDetail, total - inDetail),
  ];
}

/** The experiment; one row a sample, in the order of the scans and, in each, of the kinds. */
export const surroundingsExperiment = defineExperiment<
  SurroundingsParameters,
  SurroundingsPart,
  SurroundingsSample
>({
  name: "surroundings",
  version: 1,
  module: import.meta.url,
  random: true,
  split: ({ scans }) =>
    scans.flatMap((scan) =>
      (Object.keys(scan.kinds) as ReferenceKind[]).flatMap((kind) => splitKind(scan, kind)),
    ),
  seconds: (part) => part.samples * secondsPerSample(part),
  unstarted: (part) => sampleNumbers(part).map((sample) => emptySample("unstarted", part, sample)),
});
