/**
 * @file `reproduce`: the data sets of a preset and the figures drawn from them. What is computed stands in presets.ts,
 * how it looks in figures/; workers, store and files belong to the caller.
 */
import {
  accessibilityExperiment,
  accessibilityRows,
  accessThresholds,
  extrapolationRows,
} from "./experiments/accessibility.ts";
import { entropyCheckExperiment, entropyCheckRows } from "./experiments/entropy-check.ts";
import { entropyExperiment } from "./experiments/entropy.ts";
import type { Runner } from "./experiments/data-set.ts";
import { dataSet } from "./experiments/data-set.ts";
import { focusingEntropyExperiment } from "./experiments/focusing-entropy.ts";
import { focusingEntropySummaries } from "./experiments/focusing-entropy-summary.ts";
import {
  focusingExperiment,
  focusingExtrapolations,
  focusingRows,
  focusingThresholds,
} from "./experiments/focusing-scan.ts";
import { franzParisiExperiment } from "./experiments/franz-parisi.ts";
import { localEntropyExperiment } from "./experiments/local-entropy.ts";
import { surroundingsExperiment } from "./experiments/surroundings.ts";
import { surroundingsRows } from "./experiments/surroundings-rows.ts";
import { thresholdsExperiment, thresholdsRow } from "./experiments/thresholds.ts";
import {
  accessibilityFigure,
  accessThresholdTable,
  complexityFigure,
  entropyFigure,
  extrapolationTable,
  focusingEntropyFigure,
  focusingExtrapolationTable,
  focusingFigure,
  focusingThresholdTable,
  localEntropyFigure,
  phaseDiagramFigure,
  reachFigure,
  surroundingsFigure,
  thresholdsTable,
  typicalFigure,
} from "./figures/index.ts";
import {
  accessibilityFindings,
  complexityFindings,
  entropyFindings,
  focusingEntropyFindings,
  focusingFindings,
  localEntropyFindings,
  phaseDiagramFindings,
  reachFindings,
  surroundingsFindings,
  typicalFindings,
  withFindings,
} from "./figures/findings/index.ts";
import type { Figure, Table } from "./figures/index.ts";
import type { ReproductionParameters } from "./presets.ts";
import type { BeyondFigureName } from "./reproduce-beyond.ts";
import { beyondDataSets, beyondFigureNames, beyondNeeds, drawBeyond } from "./reproduce-beyond.ts";
import type { LearningFigureName } from "./reproduce-learning.ts";
import { drawLearning, learningDataSets, learningFigureNames, learningNeeds } from "./reproduce-learning.ts";

export type { Runner } from "./experiments/data-set.ts";

/** Names of the figures, in the order of the report. */
export const figureNames = [
  "entropy",
  "local-entropy",
  "phase-diagram",
  "typical",
  "complexity",
  "accessibility",
  "focusing",
  "focusing-entropy",
  "surroundings",
  "reach",
  ...beyondFigureNames,
  ...learningFigureNames,
] as const;

/** Name of a figure. */
export type FigureName = (typeof figureNames)[number];

/** Figures, with the tables that belong to the report as a whole. */
export interface Reproduction {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** All data sets of a preset, by name. */
function dataSets(parameters: ReproductionParameters) {
  return {
    entropy: dataSet(entropyExperiment, parameters.entropy),
    entropyCheck: dataSet(entropyCheckExperiment, parameters.entropyCheck),
    curves: dataSet(localEntropyExperiment, parameters.curves),
    map: dataSet(localEntropyExperiment, parameters.map),
    complexity: dataSet(localEntropyExperiment, parameters.complexity),
    typical: dataSet(franzParisiExperiment, parameters.typical),
    typicalCurves: dataSet(localEntropyExperiment, parameters.typical),
    thresholds: dataSet(thresholdsExperiment, parameters.thresholds),
    accessibility: dataSet(accessibilityExperiment, parameters.accessibility),
    focusing: dataSet(focusingExperiment, parameters.focusing),
    focusingEntropy: dataSet(focusingEntropyExperiment, parameters.focusingEntropy),
    surroundings: dataSet(surroundingsExperiment, parameters.surroundings),
    ...beyondDataSets(parameters),
    ...learningDataSets(parameters),
  };
}

type DataSets = ReturnType<typeof dataSets>;

/** Data sets of each figure. */
const needs: Readonly<Record<FigureName, readonly (keyof DataSets)[]>> = {
  entropy: ["entropy", "entropyCheck"],
  "local-entropy": ["curves"],
  "phase-diagram": ["map", "thresholds"],
  typical: ["typical", "typicalCurves"],
  complexity: ["complexity", "curves"],
  accessibility: ["accessibility", "thresholds"],
  focusing: ["focusing", "thresholds"],
  reach: ["focusing", "accessibility", "thresholds"],
  "focusing-entropy": ["focusingEntropy"],
  surroundings: ["surroundings", "curves", "typical"],
  ...beyondNeeds,
  activity: [...beyondNeeds.activity, "accessibility"],
  ...learningNeeds,
  "learning-coupling": [...learningNeeds["learning-coupling"], "thresholds"],
};

const isLearning = (name: FigureName): name is LearningFigureName =>
  learningFigureNames.some((candidate) => candidate === name);

const isBeyond = (name: FigureName): name is BeyondFigureName =>
  beyondFigureNames.some((candidate) => candidate === name);

/** Draws one figure with its findings, computing what it needs. */
async function draw(
  name: FigureName,
  data: DataSets,
  run: Runner,
  parameters: ReproductionParameters,
  seed: number,
): Promise<Figure> {
  const { budgets, hetero } = parameters;
  const thresholdsOf = async () => thresholdsRow(await data.thresholds.rows(run));
  if (isLearning(name)) {
    return drawLearning(name, data, run, { thresholds: thresholdsOf, criterion: hetero.criterion });
  }
  if (isBeyond(name)) {
    const extrapolations = async () =>
      extrapolationRows(accessThresholds(await data.accessibility.rows(run), budgets, seed));
    return drawBeyond(name, data, run, { parameters, seed, extrapolations });
  }
  switch (name) {
    case "entropy": {
      const rows = await data.entropy.rows(run);
      const checks = entropyCheckRows(await data.entropyCheck.rows(run));
      return withFindings(entropyFigure(rows, checks), entropyFindings(rows, checks));
    }
    case "local-entropy": {
      const rows = await data.curves.rows(run);
      return withFindings(localEntropyFigure(rows), localEntropyFindings(rows));
    }
    case "phase-diagram": {
      const [rows, thresholds] = [await data.map.rows(run), await thresholdsOf()];
      return withFindings(phaseDiagramFigure(rows, thresholds), phaseDiagramFindings(rows, thresholds));
    }
    case "typical": {
      const [rows, curves] = [await data.typical.rows(run), await data.typicalCurves.rows(run)];
      return withFindings(typicalFigure(rows, curves), typicalFindings(rows, curves));
    }
    case "complexity": {
      const [rows, curves] = [await data.complexity.rows(run), await data.curves.rows(run)];
      return withFindings(complexityFigure(rows, curves), complexityFindings(rows, curves));
    }
    case "accessibility": {
      const thresholds = await thresholdsOf();
      const samples = await data.accessibility.rows(run);
      const access = accessThresholds(samples, budgets, seed);
      const limits = extrapolationRows(access);
      const figure = accessibilityFigure(accessibilityRows(samples), access, limits, thresholds);
      return withFindings(figure, accessibilityFindings(access, limits, thresholds));
    }
    case "focusing": {
      const samples = await data.focusing.rows(run);
      const thresholds = await thresholdsOf();
      const [rows, found] = [focusingRows(samples), focusingThresholds(samples, seed)];
      return withFindings(focusingFigure(rows, found, thresholds), focusingFindings(rows, found, thresholds));
    }
    case "reach": {
      const focusing = focusingThresholds(await data.focusing.rows(run), seed);
      const access = accessThresholds(await data.accessibility.rows(run), budgets, seed);
      const limits = [focusingExtrapolations(focusing), extrapolationRows(access)] as const;
      const drawn = [focusing, limits[0], access, limits[1], await thresholdsOf()] as const;
      return withFindings(reachFigure(...drawn), reachFindings(...drawn));
    }
    case "focusing-entropy": {
      const rows = await data.focusingEntropy.rows(run);
      const summaries = focusingEntropySummaries(rows);
      return withFindings(focusingEntropyFigure(rows, summaries), focusingEntropyFindings(summaries));
    }
    case "surroundings": {
      const rows = surroundingsRows(await data.surroundings.rows(run));
      const typical = await data.typical.rows(run);
      const figure = surroundingsFigure(rows, await data.curves.rows(run), typical);
      return withFindings(figure, surroundingsFindings(rows, typical));
    }
    default:
      name satisfies never;
      throw new Error(`no figure ${String(name)}`);
  }
}

/**
 * Computes the data of the figures asked for and draws them, with what they show.
 * @param parameters a preset
 * @param names figures, each once
 * @param seed of everything random
 * @param run runs an experiment
 */
export async function reproduce(
  parameters: ReproductionParameters,
  names: readonly FigureName[],
  seed: number,
  run: Runner,
): Promise<Reproduction> {
  const data = dataSets(parameters);
  const figures: Figure[] = [];
  for (const name of names) figures.push(await draw(name, data, run, parameters, seed));
  const needed = new Set(names.flatMap((name) => needs[name]));
  const tables: Table[] = [];
  if (needed.has("thresholds")) tables.push(thresholdsTable(thresholdsRow(await data.thresholds.rows(run))));
  if (needed.has("accessibility")) {
    const access = accessThresholds(await data.accessibility.rows(run), parameters.budgets, seed);
    tables.push(accessThresholdTable(access), extrapolationTable(extrapolationRows(access)));
  }
  if (needed.has("focusing")) {
    const focusing = focusingThresholds(await data.focusing.rows(run), seed);
    const limits = focusingExtrapolations(focusing);
    tables.push(focusingThresholdTable(focusing), focusingExtrapolationTable(limits));
  }
  return { figures, tables };
}

/** What a reproduction would cost. */
export interface Cost {
  readonly dataSet: string;
  readonly tasks: number;
  /** Expected seconds of one core. */
  readonly seconds: number;
}

/** Cost of each data set that the figures need, without computing any. */
export function reproductionCost(parameters: ReproductionParameters, names: readonly FigureName[]): Cost[] {
  const data = dataSets(parameters);
  const wanted = new Set(names.flatMap((name) => needs[name]));
  return [...wanted].map((name) => ({ dataSet: name, tasks: data[name].tasks, seconds: data[name].seconds }));
}
