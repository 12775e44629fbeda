/** @file Experiment `franz-parisi`: fixed points around a typical one, annealed bound (P7) and quenched entropy (P8). */
import { franzParisiCurve } from "../../theory/franz-parisi.ts";
import { annealedFranzParisi } from "../../theory/pairs.ts";
import type { Task } from "../sweep/task.ts";
import { defineExperiment } from "./experiment.ts";
import type { FranzParisiRow, RowStatus } from "./rows.ts";

/** Every J_D with every distance. */
export interface FranzParisiParameters {
  /** J_D in [0, 3]. */
  readonly selfCouplings: readonly number[];
  /** d in [3·10⁻⁴, 0.495]. */
  readonly distances: readonly number[];
}

interface CurveParameters {
  readonly selfCoupling: number;
  readonly distances: readonly number[];
}

/** Seconds of one core for one solved point, for the estimate of a run. */
const secondsPerPoint = 0.01;

function emptyRow(status: RowStatus, selfCoupling: number, distance: number): FranzParisiRow {
  return {
    status,
    selfCoupling,
    distance,
    annealed: null,
    quenched: null,
    innerOverlap: null,
    residual: null,
    error: null,
  };
}

/** Rows of one task; the annealed bound needs no solver and stands in every row. */
export function runTask(task: Task): FranzParisiRow[] {
  const { selfCoupling, distances } = task.parameters as CurveParameters;
  return franzParisiCurve(selfCoupling, distances).map((point, k) => {
    const annealed = annealedFranzParisi({ selfCoupling, distance: distances[k] });
    if (point.status === "out-of-domain") throw point.error;
    const row = { ...emptyRow(point.status, selfCoupling, distances[k]), annealed };
    if (point.status !== "ok") return row;
    const { quenched, innerOverlap, residual, error } = point.result;
    return { ...row, quenched, innerOverlap, residual, error };
  });
}

/** The experiment; rows run over J_D, then d. */
export const franzParisiExperiment = defineExperiment<FranzParisiParameters, CurveParameters, FranzParisiRow>(
  {
    name: "franz-parisi",
    version: 1,
    module: import.meta.url,
    random: false,
    split: ({ selfCouplings, distances }) =>
      selfCouplings.map((selfCoupling) => ({ selfCoupling, distances })),
    seconds: ({ distances }) => secondsPerPoint * distances.length,
    unstarted: ({ selfCoupling, distances }) =>
      distances.map((distance) => emptyRow("unstarted", selfCoupling, distance)),
  },
);
