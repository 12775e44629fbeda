/** @file Experiment `symmetric-entropy`: the number of fixed points of correlated couplings (P22) against J_D. */
import { symmetricEntropy } from "../../theory/symmetric.ts";
import type { Task } from "../sweep/task.ts";
import { chunks, defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { SymmetricEntropyRow } from "./rows-beyond.ts";
import type { RowStatus } from "./rows.ts";

/** Every symmetry with every J_D. */
export interface SymmetricEntropyParameters {
  /** η, dimensionless, −1..1. */
  readonly symmetries: readonly number[];
  /** J_D, −3..3. */
  readonly selfCouplings: readonly number[];
}

/** J_D values of a task, all at one symmetry. */
interface Part {
  readonly symmetry: number;
  readonly selfCouplings: readonly number[];
}

/** A saddle takes microseconds: a task is a whole curve. */
const pointsPerTask = 500;
const secondsPerPoint = 1e-4;

const emptyRow = (status: RowStatus, symmetry: number, selfCoupling: number): SymmetricEntropyRow => ({
  status,
  symmetry,
  selfCoupling,
  annealed: null,
  response: null,
  residual: null,
});

function entropyRow(symmetry: number, selfCoupling: number): SymmetricEntropyRow {
  return orElseNotConverged<SymmetricEntropyRow>(
    () => {
      const { entropy, response, residual } = symmetricEntropy({ selfCoupling, symmetry });
      return { status: "ok", symmetry, selfCoupling, annealed: entropy, response, residual };
    },
    () => emptyRow("not-converged", symmetry, selfCoupling),
  );
}

/** Rows of one task. */
export function runTask(task: Task): SymmetricEntropyRow[] {
  const { symmetry, selfCouplings } = task.parameters as Part;
  return selfCouplings.map((selfCoupling) => entropyRow(symmetry, selfCoupling));
}

/** The experiment; rows run over η, then J_D. */
export const symmetricEntropyExperiment = defineExperiment<
  SymmetricEntropyParameters,
  Part,
  SymmetricEntropyRow
>({
  name: "symmetric-entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ symmetries, selfCouplings }) =>
    symmetries.flatMap((symmetry) =>
      chunks(selfCouplings, pointsPerTask).map((part) => ({ symmetry, selfCouplings: part })),
    ),
  seconds: ({ selfCouplings }) => secondsPerPoint * selfCouplings.length,
  unstarted: ({ symmetry, selfCouplings }) =>
    selfCouplings.map((selfCoupling) => emptyRow("unstarted", symmetry, selfCoupling)),
});
