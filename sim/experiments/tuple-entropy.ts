/**
 * @file Experiment `tuple-entropy`: the lines in the plane of distance and self-coupling below which tuples of m fixed
 * points are excluded, Φ_m = 0 (P13), and clusters, S*(d) = 0 (P14), with the highest point of each.
 */
import { gapClosing } from "../../theory/thresholds.ts";
import { clusterBoundary, tupleBoundary, tupleThreshold } from "../../theory/tuples.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { RowStatus, ThresholdPoint } from "./rows.ts";

/** Tuples of each number of members, and the clusters, at all distances. */
export interface TupleEntropyParameters {
  /** Numbers m of fixed points, integers from 2 to 40. */
  readonly replicas: readonly number[];
  /** d in [3·10⁻⁴, 0.495]. */
  readonly distances: readonly number[];
}

/** One line: tuples of m fixed points, or clusters where m is null. */
interface LinePart {
  readonly replicas: number | null;
  readonly distances: readonly number[];
}

/** Point of a line. */
export interface ExclusionPoint {
  readonly distance: number;
  /** J_D below which there are none at this distance; null where it was not found. */
  readonly selfCoupling: number | null;
  /** Number of replicas: m, or y* of the clusters. */
  readonly y: number | null;
}

/** Line below which tuples or clusters are excluded. */
export interface ExclusionRow {
  readonly status: RowStatus;
  /** Number m of fixed points; null for clusters. */
  readonly replicas: number | null;
  readonly line: readonly ExclusionPoint[];
  /** Highest point of the line, J_m or J_gap (P15). */
  readonly highest: (ThresholdPoint & { readonly y: number }) | null;
}

/** Accuracy in J_D of points of a line, far below what a figure shows. */
const lineTolerance = 1e-9;

/** Points of the line of m-tuples, each from its neighbour. */
function tupleLine(replicas: number, distances: readonly number[]): ExclusionPoint[] {
  let near: number | undefined;
  return distances.map((distance) =>
    orElseNotConverged<ExclusionPoint>(
      () => {
        near = tupleBoundary({ replicas, distance }, { tolerance: lineTolerance, ...(near && { near }) });
        return { distance, selfCoupling: near, y: replicas };
      },
      () => ({ distance, selfCoupling: null, y: null }),
    ),
  );
}

const clusterLine = (distances: readonly number[]): ExclusionPoint[] =>
  distances.map((distance) =>
    orElseNotConverged<ExclusionPoint>(
      () => {
        const { selfCoupling, y } = clusterBoundary(distance);
        return { distance, selfCoupling, y };
      },
      () => ({ distance, selfCoupling: null, y: null }),
    ),
  );

function highestOf(replicas: number | null): ExclusionRow["highest"] {
  if (replicas === null) {
    const { selfCoupling, distance, error, y } = gapClosing();
    return { selfCoupling, distance, error, y };
  }
  const { selfCoupling, distance, error } = tupleThreshold(replicas);
  return { selfCoupling, distance, error, y: replicas };
}

/** The row of one task. */
export function runTask(task: Task): ExclusionRow[] {
  const { replicas, distances } = task.parameters as LinePart;
  const line = replicas === null ? clusterLine(distances) : tupleLine(replicas, distances);
  return [
    orElseNotConverged<ExclusionRow>(
      () => ({ status: "ok", replicas, line, highest: highestOf(replicas) }),
      () => ({ status: "not-converged", replicas, line, highest: null }),
    ),
  ];
}

/** Seconds of one core for a point of the line of m-tuples, per member, and for the highest point in such points. */
const secondsPerMember = 0.004;
const pointsPerHighest = 15;

/** Members that the line of clusters costs as much as. */
const membersOfClusters = 18;

/** The experiment; one row a number of members, and last one for the clusters. */
export const tupleEntropyExperiment = defineExperiment<TupleEntropyParameters, LinePart, ExclusionRow>({
  name: "tuple-entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ replicas, distances }) => [...replicas, null].map((each) => ({ replicas: each, distances })),
  seconds: ({ replicas, distances }) =>
    secondsPerMember * (replicas ?? membersOfClusters) * (distances.length + pointsPerHighest),
  unstarted: ({ replicas }) => [{ status: "unstarted", replicas, line: [], highest: null }],
});
