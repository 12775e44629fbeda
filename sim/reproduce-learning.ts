/** @file The part of `reproduce` that is about learning: its data sets and the figures drawn from them. */
import type { Runner } from "./experiments/data-set.ts";
import { dataSet } from "./experiments/data-set.ts";
import { equilibrationMeans } from "./experiments/equilibration-rows.ts";
import { equilibrationExperiment } from "./experiments/equilibration.ts";
import { heteroCapacities, heteroSlopes, type RecallCriterion } from "./experiments/hetero-capacity.ts";
import { heteroExperiment, type HeteroParameters } from "./experiments/hetero.ts";
import type { LearningBatchParameters } from "./experiments/learning-batch.ts";
import { learningBatchExperiment } from "./experiments/learning-batch.ts";
import { learningExperiment } from "./experiments/learning.ts";
import { representationMeans, representationsExperiment } from "./experiments/representations.ts";
import type { ThresholdsRow } from "./experiments/rows.ts";
import { shiftExperiment, shiftMeans } from "./experiments/shift.ts";
import type { Figure } from "./figures/index.ts";
import {
  equilibrationFigure,
  heteroFigure,
  learningAblationsFigure,
  learningBatchFigure,
  learningCouplingFigure,
  learningSizeFigure,
  representationsFigure,
  shiftFigure,
} from "./figures/index.ts";
import {
  equilibrationFindings,
  heteroFindings,
  learningAblationsFindings,
  learningBatchFindings,
  learningCouplingFindings,
  learningSizeFindings,
  representationsFindings,
  shiftFindings,
  withFindings,
} from "./figures/findings/index.ts";
import type { LearningProbeParameters } from "./learning-probe-presets.ts";
import type { LearningFigureParameters } from "./learning-presets.ts";

/** Names of the figures on learning, in the order of the report. */
export const learningFigureNames = [
  "learning-size",
  "learning-coupling",
  "learning-ablations",
  "learning-batch",
  "representations",
  "equilibration",
  "shift",
  "hetero",
] as const;

/** Name of a figure on learning. */
export type LearningFigureName = (typeof learningFigureNames)[number];

/** Parameters of the data sets on learning. */
export interface LearningReproduction {
  readonly learning: LearningFigureParameters;
  readonly learningBatch: LearningBatchParameters;
  readonly learningProbes: LearningProbeParameters;
  readonly hetero: HeteroParameters;
}

/** Data sets on learning of a preset, by name. */
export function learningDataSets({ learning, learningBatch, learningProbes, hetero }: LearningReproduction) {
  return {
    learningSize: dataSet(learningExperiment, learning.size),
    learningCoupling: dataSet(learningExperiment, learning.coupling),
    learningAblations: dataSet(learningExperiment, learning.ablations),
    learningBatch: dataSet(learningBatchExperiment, learningBatch),
    representations: dataSet(representationsExperiment, learningProbes.representations),
    equilibration: dataSet(equilibrationExperiment, learningProbes.equilibration),
    shift: dataSet(shiftExperiment, learningProbes.shift),
    hetero: dataSet(heteroExperiment, hetero),
  };
}

/** Data sets on learning. */
export type LearningDataSets = ReturnType<typeof learningDataSets>;

/** Data sets of each figure on learning, those on learning only. */
export const learningNeeds: Readonly<Record<LearningFigureName, readonly (keyof LearningDataSets)[]>> = {
  "learning-size": ["learningSize"],
  "learning-coupling": ["learningCoupling"],
  "learning-ablations": ["learningAblations"],
  "learning-batch": ["learningBatch"],
  representations: ["representations"],
  equilibration: ["equilibration"],
  shift: ["shift"],
  hetero: ["hetero"],
};

/** What figures on learning need beside their data. */
export interface LearningSurroundings {
  /** Critical self-couplings, drawn beside accuracies against J_D. */
  readonly thresholds: () => Promise<ThresholdsRow>;
  /** When pairs count as recalled. */
  readonly criterion: RecallCriterion;
}

/** Draws one figure on learning with its findings, computing what it needs. */
export async function drawLearning(
  name: LearningFigureName,
  data: LearningDataSets,
  run: Runner,
  { thresholds, criterion }: LearningSurroundings,
): Promise<Figure> {
  switch (name) {
    case "learning-size": {
      const rows = await data.learningSize.rows(run);
      return withFindings(learningSizeFigure(rows), learningSizeFindings(rows));
    }
    case "learning-coupling": {
      const rows = await data.learningCoupling.rows(run);
      return withFindings(learningCouplingFigure(rows, await thresholds()), learningCouplingFindings(rows));
    }
    case "learning-ablations": {
      const rows = await data.learningAblations.rows(run);
      return withFindings(learningAblationsFigure(rows), learningAblationsFindings(rows));
    }
    case "learning-batch": {
      const rows = await data.learningBatch.rows(run);
      return withFindings(learningBatchFigure(rows), learningBatchFindings(rows));
    }
    case "representations": {
      const samples = await data.representations.rows(run);
      const figure = representationsFigure(representationMeans(samples));
      return withFindings(figure, representationsFindings(samples));
    }
    case "equilibration": {
      const means = equilibrationMeans(await data.equilibration.rows(run));
      return withFindings(equilibrationFigure(means), equilibrationFindings(means));
    }
    case "shift": {
      const means = shiftMeans(await data.shift.rows(run));
      return withFindings(shiftFigure(means), shiftFindings(means));
    }
    case "hetero": {
      const rows = await data.hetero.rows(run);
      const capacities = heteroCapacities(rows, criterion);
      const slopes = heteroSlopes(capacities);
      return withFindings(heteroFigure(rows, capacities, slopes), heteroFindings(slopes, capacities));
    }
    default:
      return name satisfies never;
  }
}
