/** @file The part of `reproduce` beyond one asymmetric layer: symmetry, layers, tuples, activity; data sets and figures. */
import { accessibilityExperiment, accessThresholds } from "./experiments/accessibility.ts";
import { activityLimits } from "./experiments/activity-limit.ts";
import { stationaryRows } from "./experiments/activity-relaxation.ts";
import { activityRows } from "./experiments/activity-rows.ts";
import type { ActivityParameters } from "./experiments/activity.ts";
import { activityExperiment } from "./experiments/activity.ts";
import type { Runner } from "./experiments/data-set.ts";
import { dataSet } from "./experiments/data-set.ts";
import { ensembleLocalEntropyExperiment } from "./experiments/ensemble-local-entropy.ts";
import { ensembleThresholdsExperiment, ensembleThresholdsRows } from "./experiments/ensemble-thresholds.ts";
import { entropyCheckExperiment, entropyCheckRows } from "./experiments/entropy-check.ts";
import { layeredEntropyExperiment } from "./experiments/layered-entropy.ts";
import type { ExtrapolationRow } from "./experiments/rows.ts";
import { symmetricEntropyExperiment } from "./experiments/symmetric-entropy.ts";
import { tupleCheckExperiment, tupleCheckRows } from "./experiments/tuple-check.ts";
import { tupleEntropyExperiment } from "./experiments/tuple-entropy.ts";
import type { Figure } from "./figures/index.ts";
import { activityFigure, gapSidesFigure, layersFigure, symmetryFigure } from "./figures/index.ts";
import {
  activityFindings,
  gapSidesFindings,
  layersFindings,
  symmetryFindings,
  withFindings,
} from "./figures/findings/index.ts";
import type { BeyondParameters } from "./beyond-presets.ts";
import type { GapParameters } from "./gap-presets.ts";

/** Names of these figures, in the order of the report. */
export const beyondFigureNames = ["symmetry", "layers", "gap-sides", "activity"] as const;

/** Name of a figure beyond one asymmetric layer. */
export type BeyondFigureName = (typeof beyondFigureNames)[number];

/** Parameters of the data sets beyond one asymmetric layer. */
export interface BeyondReproduction {
  readonly beyond: BeyondParameters;
  readonly gap: GapParameters;
  readonly activity: ActivityParameters;
}

/** These data sets of a preset, by name. */
export function beyondDataSets({ beyond: { symmetry, layers }, gap, activity }: BeyondReproduction) {
  return {
    symmetricEntropy: dataSet(symmetricEntropyExperiment, symmetry.entropy),
    symmetricChecks: dataSet(entropyCheckExperiment, symmetry.checks),
    symmetricCurves: dataSet(ensembleLocalEntropyExperiment, symmetry.curves),
    symmetricThresholds: dataSet(ensembleThresholdsExperiment, symmetry.thresholds),
    symmetricAccess: dataSet(accessibilityExperiment, symmetry.access),
    layeredEntropy: dataSet(layeredEntropyExperiment, layers.map),
    layeredChecks: dataSet(entropyCheckExperiment, layers.checks),
    layeredCurves: dataSet(ensembleLocalEntropyExperiment, layers.curves),
    layeredThresholds: dataSet(ensembleThresholdsExperiment, layers.thresholds),
    layeredAccess: dataSet(accessibilityExperiment, layers.access),
    tupleEntropy: dataSet(tupleEntropyExperiment, gap.tupleEntropy),
    tupleCheck: dataSet(tupleCheckExperiment, gap.tupleCheck),
    activity: dataSet(activityExperiment, activity),
  };
}

/** Data sets beyond one asymmetric layer. */
export type BeyondDataSets = ReturnType<typeof beyondDataSets>;

/** Data sets of each of these figures, those of this part only. */
export const beyondNeeds: Readonly<Record<BeyondFigureName, readonly (keyof BeyondDataSets)[]>> = {
  symmetry: [
    "symmetricEntropy",
    "symmetricChecks",
    "symmetricCurves",
    "symmetricThresholds",
    "symmetricAccess",
  ],
  layers: ["layeredEntropy", "layeredChecks", "layeredCurves", "layeredThresholds", "layeredAccess"],
  "gap-sides": ["tupleEntropy", "tupleCheck"],
  activity: ["activity"],
};

/** What these figures need beside their data. */
export interface BeyondSurroundings {
  readonly parameters: BeyondReproduction;
  readonly seed: number;
  /** Extrapolations of J_a(N), beside which the limit of the activity is drawn. */
  readonly extrapolations: () => Promise<ExtrapolationRow[]>;
}

/** Draws one figure beyond one asymmetric layer with its findings, computing what it needs. */
export async function drawBeyond(
  name: BeyondFigureName,
  data: BeyondDataSets,
  run: Runner,
  { parameters: { beyond }, seed, extrapolations }: BeyondSurroundings,
): Promise<Figure> {
  switch (name) {
    case "symmetry": {
      const access = await data.symmetricAccess.rows(run);
      const rows = {
        entropy: await data.symmetricEntropy.rows(run),
        checks: entropyCheckRows(await data.symmetricChecks.rows(run)),
        curves: await data.symmetricCurves.rows(run),
        thresholds: ensembleThresholdsRows(await data.symmetricThresholds.rows(run)),
        access: accessThresholds(access, [beyond.symmetry.access.budget], seed),
      };
      return withFindings(symmetryFigure(rows), symmetryFindings(rows));
    }
    case "layers": {
      const access = await data.layeredAccess.rows(run);
      const rows = {
        map: await data.layeredEntropy.rows(run),
        checks: entropyCheckRows(await data.layeredChecks.rows(run)),
        curves: await data.layeredCurves.rows(run),
        thresholds: ensembleThresholdsRows(await data.layeredThresholds.rows(run)),
        access: accessThresholds(access, [beyond.layers.access.budget], seed),
      };
      return withFindings(layersFigure(rows), layersFindings(rows));
    }
    case "gap-sides": {
      const rows = await data.tupleEntropy.rows(run);
      const checks = tupleCheckRows(await data.tupleCheck.rows(run));
      return withFindings(gapSidesFigure(rows, checks), gapSidesFindings(rows, checks));
    }
    case "activity": {
      const samples = await data.activity.rows(run);
      const rows = activityRows(samples);
      const stationary = stationaryRows(samples);
      const [limits, sizes] = [activityLimits(stationary), await extrapolations()];
      const figure = activityFigure(rows, stationary, limits, sizes);
      return withFindings(figure, activityFindings(rows, limits, sizes));
    }
    default:
      return name satisfies never;
  }
}
