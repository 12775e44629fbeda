/**
 * @file Experiment `local-entropy`: the densest clusters that exist at each distance (P14), or, when values of y are
 * given, the 1RSB point (P9)-(P12) at each of them.
 */
import { localEntropyCurve } from "../../theory/local-entropy.ts";
import { replicatedFreeEntropy } from "../../theory/one-rsb.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { LocalEntropyRow, RowStatus } from "./rows.ts";

/** A grid: every J_D with every distance, and with every y where these are given. */
export interface LocalEntropyParameters {
  /** J_D in [0, 3]. */
  readonly selfCouplings: readonly number[];
  /** d in [3·10⁻⁴, 0.495]. */
  readonly distances: readonly number[];
  /** y in [1, 5000]; without them the rows are at Σ = 0. */
  readonly ys?: readonly number[];
}

/** A task is one J_D: its curve is solved by continuation along d. */
interface CurveParameters extends Omit<LocalEntropyParameters, "selfCouplings"> {
  readonly selfCoupling: number;
}

/** Seconds of one core for one solved point, for the estimate of a run. */
const secondsPerPoint = 0.003;

/** A point without a solution, of the given status. */
export function emptyRow(
  status: RowStatus,
  selfCoupling: number,
  distance: number,
  y: number | null,
): LocalEntropyRow {
  return {
    status,
    selfCoupling,
    distance,
    overlap: 1 - 2 * distance,
    y,
    qhat: null,
    phi: null,
    localEntropy: null,
    complexity: null,
    residual: null,
    error: null,
  };
}

/** Rows at Σ = 0 along one J_D. */
function densestRows(selfCoupling: number, distances: readonly number[]): LocalEntropyRow[] {
  return localEntropyCurve(selfCoupling, distances).map((point, k) => {
    const empty = emptyRow(point.status, selfCoupling, distances[k], null);
    if (point.status !== "ok") return empty;
    const { overlap, y, conjugateOverlap, phi, localEntropy, complexity, residual, error } = point;
    return { ...empty, overlap, y, qhat: conjugateOverlap, phi, localEntropy, complexity, residual, error };
  });
}

/** Rows at given y along one J_D. */
function fixedReplicaRows(selfCoupling: number, distances: readonly number[], ys: readonly number[]) {
  return distances.flatMap((distance) =>
    ys.map((y) =>
      orElseNotConverged<LocalEntropyRow>(
        () => {
          const overlap = 1 - 2 * distance;
          const { conjugateOverlap, ...numbers } = replicatedFreeEntropy({ selfCoupling, overlap, y });
          const { phi, localEntropy, complexity, residual, error } = numbers;
          const row = emptyRow("ok", selfCoupling, distance, y);
          return { ...row, qhat: conjugateOverlap, phi, localEntropy, complexity, residual, error };
        },
        () => emptyRow("not-converged", selfCoupling, distance, y),
      ),
    ),
  );
}

/** Rows of one task. */
export function runTask(task: Task): LocalEntropyRow[] {
  const { selfCoupling, distances, ys } = task.parameters as CurveParameters;
  return ys === undefined
    ? densestRows(selfCoupling, distances)
    : fixedReplicaRows(selfCoupling, distances, ys);
}

/** The experiment; rows run over J_D, then d, then y. */
export const localEntropyExperiment = defineExperiment<
  LocalEntropyParameters,
  CurveParameters,
  LocalEntropyRow
>({
  name: "local-entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ selfCouplings, ...curve }) => selfCouplings.map((selfCoupling) => ({ selfCoupling, ...curve })),
  seconds: ({ distances, ys }) => secondsPerPoint * distances.length * (ys?.length ?? 1),
  unstarted: ({ selfCoupling, distances, ys }) =>
    distances.flatMap((distance) =>
      (ys ?? [null]).map((y) => emptyRow("unstarted", selfCoupling, distance, y)),
    ),
});
