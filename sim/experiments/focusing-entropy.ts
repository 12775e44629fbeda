/**
 * @file Experiment `focusing-entropy`: local entropy at the fixed points of focusing belief propagation on single
 * networks, point for point beside the theory of y replicas around a centre (P28) and of y replicas alone (P9), both at
 * the overlap that was measured. Sample k of size N has the couplings and start messages that it has elsewhere.
 */
import { centredDomain, centredLocalEntropy } from "../../theory/centred.ts";
import { NotConverged, OutOfDomain, requireInside } from "../../theory/errors.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import { createBeliefs, propagate, randomizeMessages } from "../instance/belief-propagation.ts";
import type { Propagation } from "../instance/belief-propagation.ts";
import { focusedReplicas } from "../instance/focusing.ts";
import type { FocusedReplicas } from "../instance/focusing.ts";
import type { Network } from "../instance/network.ts";
import { stream, type Stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import type { FocusingEntropyRow } from "./rows.ts";
import { drawNetwork, sampleNumbers } from "./scan.ts";

/** A grid: every size with every J_D and every y. */
export interface FocusingEntropyParameters {
  /** N ≥ 2 with the number of networks. */
  readonly sizes: readonly { readonly n: number; readonly samples: number }[];
  /** J_D in [0, 3]. */
  readonly selfCouplings: readonly number[];
  /** y in [1, 1000]. */
  readonly replicas: readonly number[];
  /** Overlaps in [10⁻⁵, 0.9994], ascending, whose bonds γ by (P28) are visited; what a network shows there may differ. */
  readonly overlaps: readonly number[];
  /** Iterations at most at each bond; default 2000. */
  readonly maxIterations?: number;
}

/** Consecutive samples at one (N, J_D, y). */
interface FocusingEntropyPart {
  readonly n: number;
  readonly selfCoupling: number;
  readonly replicas: number;
  readonly overlaps: readonly number[];
  readonly maxIterations: number;
  readonly firstSample: number;
  readonly samples: number;
}

const defaultIterations = 2000;

/** With a tenth of it the medians over a network are the same to five digits, at a third more iterations. */
const tolerance = 1e-4;

/** Size of the random start messages: they must grow beyond `tolerance` before the first point counts as converged. */
const startAmplitude = 1e-2;

/**
 * Overlap at which the messages start from noise, or the next one above. Much lower and they stay at zero for hundreds of
 * iterations, much higher and they freeze into messages that break constraints.
 */
const startOverlap = 0.6;

/** A point of the theory. */
interface TheoryPoint {
  readonly selfCoupling: number;
  readonly y: number;
  readonly overlap: number;
}

/** A value of the theory, null where it has none (OutOfDomain) or the solver does not reach it (NotConverged). */
function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof OutOfDomain || error instanceof NotConverged) return null;
    throw error;
  }
}

const centredAt = (point: TheoryPoint) => orNull(() => centredLocalEntropy(point));
const uncentredAt = (point: TheoryPoint) => orNull(() => replicatedFreeEntropy(point).localEntropy);

/** Bonds from one start: those upwards from it, and those downwards, which begin with the start again. */
interface Walks {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** Bonds γ of (P28) at the overlaps; overlaps that no centre can hold have none. */
function walksOf({ selfCoupling, replicas, overlaps }: FocusingEntropyPart): Walks {
  const saddles = overlaps.flatMap((overlap) => centredAt({ selfCoupling, y: replicas, overlap }) ?? []);
  const bonds = saddles.map(({ coupling }) => coupling);
  const at = saddles.findIndex(({ overlap }) => overlap >= startOverlap);
  const start = at < 0 ? bonds.length - 1 : at;
  return { up: bonds.slice(Math.max(0, start)), down: start > 0 ? bonds.slice(0, start + 1).reverse() : [] };
}

/** A fixed point of focusing belief propagation, or where its iterations ended. */
interface WalkPoint extends Propagation, FocusedReplicas {
  readonly bond: number;
}

/** Follows focusing belief propagation along bonds, from noise at the first. */
function walk(
  network: Network,
  part: FocusingEntropyPart,
  bonds: readonly number[],
  start: Stream,
): WalkPoint[] {
  const { selfCoupling, replicas, maxIterations } = part;
  const mark = network.kernels.mark();
  try {
    const beliefs = createBeliefs(network);
    randomizeMessages(beliefs, start, startAmplitude);
    return bonds.map((bond) => {
      const measure = { selfCoupling, replicas, bond };
      const propagation = propagate(beliefs, measure, { tolerance, maxIterations });
      return { bond, ...propagation, ...focusedReplicas(beliefs, measure) };
    });
  } finally {
    network.kernels.release(mark);
  }
}

/** A point of a walk beside the theory at its overlap. */
function rowOf(part: FocusingEntropyPart, sample: number, point: WalkPoint): FocusingEntropyRow {
  const { n, selfCoupling, replicas } = part;
  const { overlap, localEntropy } = point;
  const centred = centredAt({ selfCoupling, y: replicas, overlap });
  const uncentred = uncentredAt({ selfCoupling, y: replicas, overlap });
  const solved = centred === null ? "no-solution" : "ok";
  return {
    status: point.converged ? solved : "not-converged",
    n,
    selfCoupling,
    replicas,
    sample,
    bond: point.bond,
    iterations: point.iterations,
    residual: point.residual,
    overlap,
    squaredMagnetization: point.squaredMagnetization,
    centreOverlap: point.centreOverlap,
    localEntropy,
    centredEntropy: centred?.localEntropy ?? null,
    centredBond: centred?.coupling ?? null,
    centredCentreOverlap: centred?.centreOverlap ?? null,
    centredComplexity: centred?.complexity ?? null,
    uncentredEntropy: uncentred,
    difference: centred === null ? null : localEntropy - centred.localEntropy,
    uncentredDifference: uncentred === null ? null : localEntropy - uncentred,
  };
}

/** Rows of one sample, ascending in γ. */
function runSample(part: FocusingEntropyPart, seed: number, sample: number): FocusingEntropyRow[] {
  const network = drawNetwork(part.n, seed, sample);
  const { up, down } = walksOf(part);
  const follow = (bonds: readonly number[]) =>
    walk(network, part, bonds, stream(seed, "messages", part.n, sample));
  const below = down.length > 0 ? follow(down).slice(1).reverse() : [];
  return [...below, ...follow(up)].map((point) => rowOf(part, sample, point));
}

/** Rows of one task. */
export function runTask(task: Task): FocusingEntropyRow[] {
  const part = task.parameters as FocusingEntropyPart;
  return sampleNumbers(part).flatMap((sample) => runSample(part, task.seed, sample));
}

/** Seconds of one core for a message in an iteration, and for the theory beside one point. */
const secondsPerMessage = 1e-8;
const secondsPerTheory = 0.02;

/** Iterations that a point takes on average: 230, 380, 570, 660 at N = 100, 200, 400, 800. */
const typicalIterations = (n: number): number => 25 * Math.sqrt(n);

const secondsPerSample = ({ n, overlaps }: Pick<FocusingEntropyPart, "n" | "overlaps">): number =>
  overlaps.length * (n * n * secondsPerMessage * typicalIterations(n) + secondsPerTheory);

/** Tasks of about this many seconds: worth a hand-over, and short enough to end together on all cores. */
const secondsPerTask = 4;

/** One (J_D, y) and some samples of a size a task. */
function splitGrid({
  sizes,
  selfCouplings,
  replicas,
  overlaps,
  maxIterations = defaultIterations,
}: FocusingEntropyParameters): FocusingEntropyPart[] {
  for (const value of selfCouplings) requireInside("selfCoupling", value, centredDomain.selfCoupling);
  for (const value of replicas) requireInside("replicas", value, centredDomain.y);
  for (const value of overlaps) requireInside("overlap", value, centredDomain.overlap);
  return sizes.flatMap(({ n, samples }) => {
    const size = Math.max(1, Math.floor(secondsPerTask / secondsPerSample({ n, overlaps })));
    return selfCouplings.flatMap((selfCoupling) =>
      replicas.flatMap((y) =>
        sampleRanges(samples, size).map((range) => ({
          n,
          selfCoupling,
          replicas: y,
          overlaps,
          maxIterations,
          ...range,
        })),
      ),
    );
  });
}

const unstartedRow = (
  { n, selfCoupling, replicas }: FocusingEntropyPart,
  sample: number,
): FocusingEntropyRow => ({
  status: "unstarted",
  n,
  selfCoupling,
  replicas,
  sample,
  bond: null,
  iterations: null,
  residual: null,
  overlap: null,
  squaredMagnetization: null,
  centreOverlap: null,
  localEntropy: null,
  centredEntropy: null,
  centredBond: null,
  centredCentreOverlap: null,
  centredComplexity: null,
  uncentredEntropy: null,
  difference: null,
  uncentredDifference: null,
});

/** The experiment; rows run over N, J_D, y, sample, γ. A sample that did not run is one row. */
export const focusingEntropyExperiment = defineExperiment<
  FocusingEntropyParameters,
  FocusingEntropyPart,
  FocusingEntropyRow
>({
  name: "focusing-entropy",
  version: 1,
  module: import.meta.url,
  random: true,
  split: splitGrid,
  seconds: (part) => part.samples * secondsPerSample(part),
  unstarted: (part) => sampleNumbers(part).map((sample) => unstartedRow(part, sample)),
});
