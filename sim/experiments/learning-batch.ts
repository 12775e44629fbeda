/**
 * @file Experiment `learning-batch`: accuracy of the learning rule (P21) epoch after epoch at several batch sizes. Its
 * tasks are those of the experiment `learning`; its rows say the batch and the rates beside what those say.
 */
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import { defaultRule } from "../learning/model.ts";
import type { PerWeights } from "../learning/model.ts";
import { learningPresets } from "../learning/presets.ts";
import type { PresetName } from "../learning/presets.ts";
import type { Experiment } from "./experiment.ts";
import { learningExperiment } from "./learning.ts";
import type { LearningRun } from "./learning.ts";
import type { LearningBatchRow } from "./learning-rows.ts";

/** A network and data on which batch sizes are compared. */
export interface BatchSetting {
  /** Rule and data of the runs. */
  readonly preset: PresetName;
  /** Neurons H. */
  readonly hidden: number;
  /** Epochs after which batch sizes are compared, ≥ 1. */
  readonly epochs: number;
  /** Batch sizes B, 1..1024, each once. */
  readonly batchSizes: readonly number[];
  /** Number of seeds, ≥ 1. */
  readonly seeds: number;
  /** Default: those of the preset. */
  readonly trainSamples?: number;
  /** Default: those of the preset. */
  readonly testSamples?: number;
}

/** The most that typos need. */
const mostEpochs = 100_000;

/** What is run. */
export interface LearningBatchParameters {
  readonly settings: readonly BatchSetting[];
}

/** Batch size of the published settings, beside which the others stand. */
export const publishedBatch = defaultRule.batchSize;

/**
 * Factor √(B/16) that makes up for the 1/√B of (P21): updates of a batch that point the same way add up to B/√B, so an
 * epoch's total step is proportional to 1/√B.
 */
const missingStep = (batchSize: number): number => Math.sqrt(batchSize / publishedBatch);

/** Epochs whose total step is that of `epochs` epochs in batches of 16; not fewer. */
const longerEpochs = (epochs: number, batchSize: number): number =>
  Math.max(epochs, Math.round(epochs * missingStep(batchSize)));

/** A run with what its rows say about the batch. */
interface BatchRun {
  readonly run: LearningRun;
  readonly says: Pick<LearningBatchRow, "preset" | "batchSize" | "rateFactor" | "comparedEpochs">;
}

const scaled = ({ couplings, input, readout }: PerWeights, factor: number): PerWeights => ({
  couplings: factor * couplings,
  input: factor * input,
  readout: factor * readout,
});

/** Runs of one setting: the rule as it is, for longer where batches are large, and with rates that are raised. */
function runsOf(setting: BatchSetting): BatchRun[] {
  const { preset, hidden, epochs, batchSizes, trainSamples, testSamples } = setting;
  requireInteger("epochs", epochs, 1, mostEpochs);
  if (new Set(batchSizes).size < batchSizes.length) {
    throw new OutOfDomain(`batchSizes must have each size once, got ${batchSizes.join(",")}`);
  }
  const runOf = (batchSize: number, rateFactor: number, runEpochs: number): BatchRun => ({
    run: {
      method: "rule",
      variant: `${rateFactor === 1 ? "1/√B" : "1/√B, rates × √(B/16)"}: B = ${batchSize}`,
      preset,
      hidden,
      epochs: runEpochs,
      ...(trainSamples === undefined ? {} : { trainSamples }),
      ...(testSamples === undefined ? {} : { testSamples }),
      rule: { batchSize, rates: scaled(learningPresets[preset].rule.rates, rateFactor) },
    },
    says: { preset, batchSize, rateFactor, comparedEpochs: epochs },
  });
  return [
    ...batchSizes.map((batchSize) => runOf(batchSize, 1, longerEpochs(epochs, batchSize))),
    ...batchSizes
      .filter((batchSize) => batchSize !== publishedBatch)
      .map((batchSize) => runOf(batchSize, missingStep(batchSize), epochs)),
  ];
}

/** The experiment. Rows: setting by setting, run by run, seed by seed, epoch by epoch. */
export const learningBatchExperiment: Experiment<LearningBatchParameters, LearningBatchRow> = {
  name: "learning-batch",
  module: learningExperiment.module,
  tasks: ({ settings }, seed) =>
    settings.flatMap((setting) =>
      runsOf(setting).flatMap(({ run }) =>
        learningExperiment.tasks({ runs: [run], seeds: setting.seeds }, seed),
      ),
    ),
  cost: learningExperiment.cost,
  collect: ({ settings }, seed, resultOf) =>
    settings.flatMap((setting) =>
      runsOf(setting).flatMap(({ run, says }) =>
        learningExperiment
          .collect({ runs: [run], seeds: setting.seeds }, seed, resultOf)
          .map((row): LearningBatchRow => ({ ...row, ...says })),
      ),
    ),
};
