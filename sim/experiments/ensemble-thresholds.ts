/**
 * @file Experiment `ensemble-thresholds`: J_gap (P15), J_mono (P16) and the J_D at which the entropy of all fixed points
 * vanishes, for correlated couplings and for layered networks.
 */
import { layeredGapClosing, layeredMonotone } from "../../theory/layered-thresholds.ts";
import { layeredEntropy } from "../../theory/layered.ts";
import { findRoot } from "../../theory/solvers.ts";
import { symmetricGapClosing, symmetricMonotone } from "../../theory/symmetric-thresholds.ts";
import { vanishingSelfCoupling } from "../../theory/symmetric.ts";
import type { Task } from "../sweep/task.ts";
import { isLayered, theoryOf } from "./ensemble-kind.ts";
import type { LayeredEnsemble, TheoryEnsemble } from "./ensemble-kind.ts";
import { defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { EnsembleThresholdsRow } from "./rows-beyond.ts";
import type { RowStatus, ThresholdPoint } from "./rows.ts";

/** The ensembles. */
export interface EnsembleThresholdsParameters {
  readonly ensembles: readonly TheoryEnsemble[];
}

/** The thresholds of an ensemble. */
export const ensembleThresholdNames = ["gap-closing", "monotone", "vanishing"] as const;

/** Name of a threshold. */
export type EnsembleThreshold = (typeof ensembleThresholdNames)[number];

/** One threshold of one ensemble, a task of its own. */
interface Part {
  readonly ensemble: TheoryEnsemble;
  readonly threshold: EnsembleThreshold;
}

/** A threshold found; that at which the entropy vanishes has no distance. */
export interface FoundThreshold {
  readonly selfCoupling: number;
  readonly distance?: number;
  readonly y?: number;
  readonly error: number;
}

/** One threshold of one ensemble. */
export interface EnsembleThresholdRow extends Part {
  readonly status: RowStatus;
  /** Null unless the status is ok. */
  readonly point: FoundThreshold | null;
}

/** J_D between which the entropy of layers vanishes: at 0 it is positive for λ > 0. It is known from the lower end on. */
const vanishingBracket = { low: -10, high: 0 };
const vanishingTolerance = 1e-13;

/** J_D at which the entropy (P24), (P26) of all fixed points of layers vanishes; null where λ puts it out of reach. */
function layeredVanishing(ensemble: LayeredEnsemble): FoundThreshold | null {
  if (ensemble.layers === 1 || ensemble.ferromagneticCoupling === 0) return { selfCoupling: 0, error: 0 };
  const { low, high } = vanishingBracket;
  const entropyAt = (selfCoupling: number) => layeredEntropy({ ...ensemble, selfCoupling }).entropy;
  if (entropyAt(low) > 0) return null;
  const { x } = findRoot(entropyAt, low, high, { tolerance: vanishingTolerance });
  return { selfCoupling: x, error: vanishingTolerance };
}

function solve({ ensemble, threshold }: Part): FoundThreshold | null {
  switch (threshold) {
    case "gap-closing": {
      const found = isLayered(ensemble)
        ? layeredGapClosing(ensemble)
        : symmetricGapClosing(ensemble.symmetry);
      if ("reason" in found) return null;
      const { selfCoupling, distance, y, error } = found;
      return { selfCoupling, distance, y, error };
    }
    case "monotone": {
      const found = isLayered(ensemble) ? layeredMonotone(ensemble) : symmetricMonotone(ensemble.symmetry);
      if ("reason" in found) return null;
      const { selfCoupling, distance, error } = found;
      return { selfCoupling, distance, error };
    }
    case "vanishing": {
      const found = isLayered(ensemble)
        ? layeredVanishing(ensemble)
        : vanishingSelfCoupling(ensemble.symmetry);
      return found === null ? null : { selfCoupling: found.selfCoupling, error: found.error };
    }
  }
}

/** The row of one task. */
export function runTask(task: Task): EnsembleThresholdRow[] {
  const part = task.parameters as Part;
  return [
    orElseNotConverged<EnsembleThresholdRow>(
      () => {
        const point = solve(part);
        return { status: point === null ? "no-solution" : "ok", ...part, point };
      },
      () => ({ status: "not-converged", ...part, point: null }),
    ),
  ];
}

/** Seconds of one core for a threshold: by symmetry, of a few layers, and of infinitely many. */
const secondsPerThreshold = {
  "gap-closing": { symmetric: 0.8, few: 1, infinite: 5 },
  monotone: { symmetric: 2, few: 1.2, infinite: 10 },
  vanishing: { symmetric: 0.01, few: 0.01, infinite: 0.01 },
} as const;

/** The experiment; one row a threshold, three for each ensemble. */
export const ensembleThresholdsExperiment = defineExperiment<
  EnsembleThresholdsParameters,
  Part,
  EnsembleThresholdRow
>({
  name: "ensemble-thresholds",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ ensembles }) =>
    ensembles.flatMap((ensemble) => ensembleThresholdNames.map((threshold) => ({ ensemble, threshold }))),
  seconds: ({ ensemble, threshold }) => secondsPerThreshold[threshold][theoryOf(ensemble)],
  unstarted: (part) => [{ status: "unstarted", ...part, point: null }],
});

const isPoint = (found: FoundThreshold | null): found is FoundThreshold & ThresholdPoint =>
  found?.distance !== undefined;

const withReplicas = (point: FoundThreshold | null) =>
  isPoint(point) && point.y !== undefined ? { ...point, y: point.y } : null;

/**
 * The thresholds of each ensemble in one row, whose status is that of the worst of them.
 * @param rows rows of {@link ensembleThresholdsExperiment}, in its order
 * @source (P15), (P16), (P22), (P24)
 */
export function ensembleThresholdsRows(rows: readonly EnsembleThresholdRow[]): EnsembleThresholdsRow[] {
  const first = rows.filter(({ threshold }) => threshold === ensembleThresholdNames[0]);
  return first.map(({ ensemble }, k) => {
    const own = rows.slice(k * ensembleThresholdNames.length, (k + 1) * ensembleThresholdNames.length);
    const [gap, monotone, vanishing] = own.map(({ point }) => point);
    return {
      status: own.find(({ status }) => status !== "ok")?.status ?? "ok",
      ...ensemble,
      gapClosing: withReplicas(gap),
      monotone: isPoint(monotone) ? monotone : null,
      vanishing: vanishing?.selfCoupling ?? null,
    };
  });
}
