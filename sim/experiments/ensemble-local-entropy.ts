/**
 * @file Experiment `ensemble-local-entropy`: the densest clusters at each distance (P14) of correlated couplings (P23)
 * and of layered networks, or, at given y, the point of the replicated free entropy.
 */
import { layeredLocalEntropyCurve } from "../../theory/layered-clusters.ts";
import { layeredFreeEntropy } from "../../theory/layered-replicas.ts";
import { symmetricLocalEntropyCurve } from "../../theory/symmetric-clusters.ts";
import { symmetricFreeEntropy } from "../../theory/symmetric-replicas.ts";
import type { Task } from "../sweep/task.ts";
import { isLayered, theoryOf } from "./ensemble-kind.ts";
import type { LayeredEnsemble, SymmetricEnsemble, TheoryEnsemble } from "./ensemble-kind.ts";
import { defineExperiment, orElseNotConverged } from "./experiment.ts";
import { emptyRow } from "./local-entropy.ts";
import type { EnsembleLocalEntropyRow } from "./rows-beyond.ts";
import type { LocalEntropyRow } from "./rows.ts";

/** Every ensemble with every J_D and every distance, and with every y where these are given. */
export interface EnsembleLocalEntropyParameters {
  readonly ensembles: readonly TheoryEnsemble[];
  /** J_D in [0, 3]. */
  readonly selfCouplings: readonly number[];
  /** d in [3·10⁻⁴, 0.495]. */
  readonly distances: readonly number[];
  /** y ≥ 1, integers for layers; without them the rows are at Σ = 0. */
  readonly ys?: readonly number[];
}

/** A task is one curve, solved by continuation along d. */
interface CurveParameters extends Omit<EnsembleLocalEntropyParameters, "ensembles" | "selfCouplings"> {
  readonly ensemble: TheoryEnsemble;
  readonly selfCoupling: number;
}

/** Seconds of one core for one solved point, for the estimate of a run. */
const secondsPerPoint = { symmetric: 0.02, few: 0.1, infinite: 1 };

/** Numbers of a solved point by the names of rows; what a theory does not give is null. */
type Numbers = Pick<LocalEntropyRow, "qhat" | "phi" | "localEntropy" | "complexity" | "residual" | "error">;

/** Rows at Σ = 0 along one J_D. */
function densestRows({ ensemble, selfCoupling, distances }: CurveParameters): LocalEntropyRow[] {
  const points = isLayered(ensemble)
    ? layeredLocalEntropyCurve({ ...ensemble, selfCoupling }, distances)
    : symmetricLocalEntropyCurve({ ...ensemble, selfCoupling }, distances);
  return points.map((point, k) => {
    const empty = emptyRow(point.status, selfCoupling, distances[k], null);
    if (point.status !== "ok") return empty;
    const { overlap, y, phi, localEntropy, complexity, residual, error } = point;
    const qhat = "conjugateOverlap" in point ? point.conjugateOverlap : null;
    return { ...empty, overlap, y, qhat, phi, localEntropy, complexity, residual, error };
  });
}

function symmetricNumbers(
  { symmetry }: SymmetricEnsemble,
  selfCoupling: number,
  distance: number,
  y: number,
): Numbers {
  const overlap = 1 - 2 * distance;
  const { conjugateOverlap: qhat, ...found } = symmetricFreeEntropy({ selfCoupling, overlap, y, symmetry });
  const { phi, localEntropy, complexity, residual, error } = found;
  return { qhat, phi, localEntropy, complexity, residual, error };
}

/** The theory of layers takes whole numbers of replicas, and so has no derivatives with respect to them. */
function layeredNumbers(
  ensemble: LayeredEnsemble,
  selfCoupling: number,
  distance: number,
  replicas: number,
): Numbers {
  const overlap = 1 - 2 * distance;
  const { phi, residual, error } = layeredFreeEntropy({ ...ensemble, selfCoupling, overlap, replicas });
  return { qhat: null, phi, localEntropy: null, complexity: null, residual, error };
}

/** Rows at given y along one J_D. */
function fixedReplicaRows(
  { ensemble, selfCoupling, distances }: CurveParameters,
  ys: readonly number[],
): LocalEntropyRow[] {
  return distances.flatMap((distance) =>
    ys.map((y) =>
      orElseNotConverged<LocalEntropyRow>(
        () => ({
          ...emptyRow("ok", selfCoupling, distance, y),
          ...(isLayered(ensemble)
            ? layeredNumbers(ensemble, selfCoupling, distance, y)
            : symmetricNumbers(ensemble, selfCoupling, distance, y)),
        }),
        () => emptyRow("not-converged", selfCoupling, distance, y),
      ),
    ),
  );
}

/** Rows of one task. */
export function runTask(task: Task): EnsembleLocalEntropyRow[] {
  const part = task.parameters as CurveParameters;
  const rows = part.ys === undefined ? densestRows(part) : fixedReplicaRows(part, part.ys);
  return rows.map((row) => ({ ...row, ...part.ensemble }));
}

/** The experiment; rows run over ensembles, then J_D, then d, then y. */
export const ensembleLocalEntropyExperiment = defineExperiment<
  EnsembleLocalEntropyParameters,
  CurveParameters,
  EnsembleLocalEntropyRow
>({
  name: "ensemble-local-entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ ensembles, selfCouplings, ...curve }) =>
    ensembles.flatMap((ensemble) =>
      selfCouplings.map((selfCoupling) => ({ ensemble, selfCoupling, ...curve })),
    ),
  seconds: ({ ensemble, distances, ys }) =>
    secondsPerPoint[theoryOf(ensemble)] * distances.length * (ys?.length ?? 1),
  unstarted: ({ ensemble, selfCoupling, distances, ys }) =>
    distances.flatMap((distance) =>
      (ys ?? [null]).map((y) => ({ ...emptyRow("unstarted", selfCoupling, distance, y), ...ensemble })),
    ),
});
