/** @file Experiment `layered-entropy`: the number of fixed points of layered networks (P24)-(P26) against J_D and λ. */
import { layeredEntropy } from "../../theory/layered.ts";
import type { Task } from "../sweep/task.ts";
import { chunks, defineExperiment, orElseNotConverged } from "./experiment.ts";
import type { Depth, LayeredEntropyRow } from "./rows-beyond.ts";
import type { RowStatus } from "./rows.ts";

/** Every depth with every λ and every J_D. */
export interface LayeredEntropyParameters {
  /** Numbers of layers, integers ≥ 1, or "infinite". */
  readonly layers: readonly Depth[];
  /** λ ≥ 0. */
  readonly ferromagneticCouplings: readonly number[];
  /** J_D ≥ 0. */
  readonly selfCouplings: readonly number[];
}

/** J_D values of a task, all at one depth and one λ. */
interface Part {
  readonly layers: Depth;
  readonly ferromagneticCoupling: number;
  readonly selfCouplings: readonly number[];
}

/** A closed form: a task is a whole curve. */
const pointsPerTask = 1000;
const secondsPerPoint = 1e-5;

type Place = Pick<LayeredEntropyRow, "layers" | "ferromagneticCoupling" | "selfCoupling">;

const emptyRow = (status: RowStatus, place: Place): LayeredEntropyRow => ({
  status,
  ...place,
  annealed: null,
  equivalentSelfCoupling: null,
});

const placesOf = ({ selfCouplings, ...chain }: Part): Place[] =>
  selfCouplings.map((selfCoupling) => ({ ...chain, selfCoupling }));

function entropyRow(place: Place): LayeredEntropyRow {
  return orElseNotConverged<LayeredEntropyRow>(
    () => {
      const { entropy, equivalentSelfCoupling } = layeredEntropy(place);
      return { status: "ok", ...place, annealed: entropy, equivalentSelfCoupling };
    },
    () => emptyRow("not-converged", place),
  );
}

/** Rows of one task. */
export function runTask(task: Task): LayeredEntropyRow[] {
  return placesOf(task.parameters as Part).map(entropyRow);
}

/** The experiment; rows run over depth, then λ, then J_D. */
export const layeredEntropyExperiment = defineExperiment<LayeredEntropyParameters, Part, LayeredEntropyRow>({
  name: "layered-entropy",
  version: 1,
  module: import.meta.url,
  random: false,
  split: ({ layers, ferromagneticCouplings, selfCouplings }) =>
    layers.flatMap((depth) =>
      ferromagneticCouplings.flatMap((ferromagneticCoupling) =>
        chunks(selfCouplings, pointsPerTask).map((part) => ({
          layers: depth,
          ferromagneticCoupling,
          selfCouplings: part,
        })),
      ),
    ),
  seconds: ({ selfCouplings }) => secondsPerPoint * selfCouplings.length,
  unstarted: (part) => placesOf(part).map((place) => emptyRow("unstarted", place)),
});
