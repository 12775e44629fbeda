/** @file Experiment `entropy`: the number of fixed points against J_D, closed form (P2) beside the solved saddle (P4). */
import { annealedEntropy, replicaSymmetricEntropy } from "../../theory/entropy.ts";
import type { Task } from "../sweep/task.ts";
import { chunks, defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { EntropyRow } from "./rows.ts";

/** J_D values, each ≥ 0. */
export interface EntropyParameters {
  /** J_D ≥ 0. */
  readonly selfCouplings: readonly number[];
}

/** Saddles of one task: enough to outweigh the hand-over, few enough to share between workers. */
const pointsPerTask = 16;

function entropyRow(selfCoupling: number): EntropyRow {
  const annealed = annealedEntropy(selfCoupling);
  return orElseNotConverged<EntropyRow>(
    () => {
      const { entropy, overlap, residual, iterations } = replicaSymmetricEntropy(selfCoupling);
      return { status: "ok", selfCoupling, annealed, rs: { entropy, overlap, residual, iterations } };
    },
    () => ({ status: "not-converged", selfCoupling, annealed, rs: null }),
  );
}

/** Rows of one task. */
export function runTask(task: Task): EntropyRow[] {
  return (task.parameters as EntropyParameters).selfCouplings.map(entropyRow);
}

/** The experiment; its rows stand in the order of the J_D values. */
export const entropyExperiment = defineExperiment<EntropyParameters, EntropyParameters, EntropyRow>({
  name: "entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ selfCouplings }) => chunks(selfCouplings, pointsPerTask).map((part) => ({ selfCouplings: part })),
  seconds: ({ selfCouplings }) => 0.02 * selfCouplings.length,
  unstarted: ({ selfCouplings }) =>
    selfCouplings.map((selfCoupling) => ({ status: "unstarted", selfCoupling, annealed: null, rs: null })),
});
