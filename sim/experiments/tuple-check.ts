/**
 * @file Experiment `tuple-check`: pairs, triples and quadruples of fixed points at equal mutual distance in small
 * networks, counted by exact enumeration, against the exact mean of their numbers at that N.
 */
import { expectedTuples } from "../../theory/tuples-finite.ts";
import { findFixedPoints } from "../instance/enumerate.ts";
import { sampleNetwork } from "../instance/network.ts";
import { countTuples } from "../instance/tuples.ts";
import { loadKernels } from "../kernels/load.ts";
import type { Kernels } from "../kernels/memory.ts";
import { stream } from "../random.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, sampleRanges } from "./experiment.ts";
import type { RowStatus } from "./rows.ts";
import type { TupleCheckRow } from "./rows-beyond.ts";

/** Networks of one size at one J_D, looked at to several distances. */
export interface TupleScan {
  /** Number of neurons N, 2 to 22. */
  readonly n: number;
  /** J_D in [0, 3]. */
  readonly selfCoupling: number;
  readonly samples: number;
  /** Mutual Hamming distances, 1 to N; at odd ones there are pairs only. */
  readonly flips: readonly number[];
}

/** What is enumerated. */
export interface TupleCheckParameters {
  readonly scans: readonly TupleScan[];
}

/** Consecutive samples of one scan. */
interface SamplePart extends TupleScan {
  readonly firstSample: number;
}

/** Numbers m of fixed points that are counted. */
const replicaNumbers = [2, 3, 4] as const;

/** Sums over the samples of a task for one number of members and one distance. */
export interface TupleSums {
  readonly status: RowStatus;
  readonly n: number;
  readonly selfCoupling: number;
  readonly replicas: number;
  /** Mutual Hamming distance in flips. */
  readonly flips: number;
  readonly samples: number;
  /** Networks with at least one such tuple. */
  readonly occupied: number;
  /** Sum over samples of the number of ordered tuples. */
  readonly sum: number;
  /** Sum of the squares of these counts. */
  readonly squares: number;
}

/** Networks that a mean must rest on for its standard error to mean anything: their numbers are far from normal. */
const fewestOccupied = 20;

let kernels: Kernels | undefined;

/** Ordered tuples of one network: one list a distance, one number a number of members. */
function countSample({ n, selfCoupling, flips }: SamplePart, seed: number, sample: number): number[][] {
  kernels ??= loadKernels();
  const mark = kernels.mark();
  const network = sampleNetwork({ n, kernels }, stream(seed, "couplings", n, sample));
  const points = findFixedPoints(network, selfCoupling);
  kernels.release(mark);
  return flips.map((each) => {
    const { pairs, triples, quadruples } = countTuples(points, each);
    return [pairs, triples, quadruples];
  });
}

function emptySums({ n, selfCoupling, flips }: TupleScan, status: RowStatus): TupleSums[] {
  const none = { samples: 0, occupied: 0, sum: 0, squares: 0 };
  return flips.flatMap((each) =>
    replicaNumbers.map((replicas) => ({ status, n, selfCoupling, replicas, flips: each, ...none })),
  );
}

/** Rows of one task, one for each distance and number of members. */
export function runTask(task: Task): TupleSums[] {
  const part = task.parameters as SamplePart;
  const counts = Array.from({ length: part.samples }, (_, k) =>
    countSample(part, task.seed, part.firstSample + k).flat(),
  );
  return emptySums(part, "ok").map((row, k) => ({
    ...row,
    samples: part.samples,
    occupied: counts.filter((each) => each[k] > 0).length,
    sum: counts.reduce((sum, each) => sum + each[k], 0),
    squares: counts.reduce((sum, each) => sum + each[k] ** 2, 0),
  }));
}

/** Seconds of one core for a state visited and for a pair of fixed points looked at. */
const secondsPerState = 2.4e-8;
const secondsPerPair = 1.5e-9;

/** Beyond the pairs, the members among the neighbours of each take a time that grows with their number. */
const pairsPerMember = 1 / 400;

/** Samples of a task take about this long, or are a single one. */
const secondsPerTask = 1;

/** Expected seconds of one core for a sample; the square of the number of fixed points exceeds that of its mean. */
function secondsPerSample({ n, selfCoupling, flips }: TupleScan): number {
  const { mean } = expectedTuples({ n, selfCoupling, replicas: 2, distance: Math.ceil(n / 2) });
  const pairs = mean * n;
  const work = pairs * (1 + pairsPerMember * Math.sqrt(pairs));
  return 2 ** (n - 1) * secondsPerState + flips.length * work * secondsPerPair;
}

/** The experiment; one row a task, distance and number of members. */
export const tupleCheckExperiment = defineExperiment<TupleCheckParameters, SamplePart, TupleSums>({
  name: "tuple-check",
  version: 1,
  module: import.meta.url,
  random: true,
  split: ({ scans }) =>
    scans.flatMap((scan) => {
      const perTask = Math.max(1, Math.floor(secondsPerTask / secondsPerSample(scan)));
      return sampleRanges(scan.samples, perTask).map((range) => ({ ...scan, ...range }));
    }),
  seconds: (part) => part.samples * secondsPerSample(part),
  unstarted: (part) => emptySums(part, "unstarted"),
});

/**
 * Rows of all tasks as one row a (N, J_D, distance, number of members), with the exact mean beside that of the samples.
 * @param sums rows of {@link tupleCheckExperiment}
 * @returns one row each, with z-scores where at least 20 networks have such a tuple; rows in which there can be none are
 * left out
 * @source first moment at finite N, (P6') for pairs
 */
export function tupleCheckRows(sums: readonly TupleSums[]): TupleCheckRow[] {
  const groups = new Map<string, TupleSums[]>();
  for (const part of sums) {
    const place = [part.n, part.selfCoupling, part.flips, part.replicas].join(" ");
    groups.set(place, [...(groups.get(place) ?? []), part]);
  }
  return [...groups.values()].map(checkRow).filter(({ expected }) => expected > 0);
}

function checkRow(parts: readonly TupleSums[]): TupleCheckRow {
  const [{ n, selfCoupling, replicas, flips }] = parts;
  const total = (field: "samples" | "occupied" | "sum" | "squares"): number =>
    parts.reduce((sum, part) => sum + part[field], 0);
  const status = parts.find((part) => part.status !== "ok")?.status ?? "ok";
  const [samples, occupied] = [total("samples"), total("occupied")];
  const { mean: expected } = expectedTuples({ n, selfCoupling, replicas, distance: flips });
  const place = { status, n, selfCoupling, replicas, flips, samples, occupied, expected };
  if (samples === 0) return { ...place, mean: null, standardError: null, zScore: null };
  const mean = total("sum") / samples;
  const variance = Math.max(0, total("squares") - samples * mean ** 2) / (samples - 1);
  const standardError = samples > 1 ? Math.sqrt(variance / samples) : null;
  const zScore = standardError && occupied >= fewestOccupied ? (mean - expected) / standardError : null;
  return { ...place, mean, standardError, zScore };
}
