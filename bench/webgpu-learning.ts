/**
 * @file Learning by steering on a GPU: times of an epoch at H = 1600 and 6400 by batch size, beside the compiled kernels on
 * all cores in the same run, and the accuracy at H = 6400 epoch by epoch for as long as one lets it. Rows are written as
 * they come, so that nothing is lost when a run ends early. `bench/webgpu.ts` is the program.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ComputeDevice } from "../sim/kernels/webgpu/device.ts";
import type { CouplingPrecision } from "../sim/kernels/webgpu/matrix.ts";
import { openDeviceLearner } from "../sim/learning/device/learner.ts";
import { openLearner } from "../sim/learning/learner.ts";
import type { TrainingSets } from "../sim/learning/train.ts";
import { accuracyOf } from "../sim/learning/train.ts";
import { entangledSets, setupOf, timeEpochParts } from "./learning.ts";

const SEED = 1;

/** Neurons and batches of the table of times; 16 is the published batch. */
const SIZES = [1600, 6400];
const BATCHES = [16, 64, 256, 1024];

/** Sizes that a GPU on paper, computed by the processor, can do while one waits. */
const SOFTWARE_SIZES = [100];
const SOFTWARE_BATCHES = [16, 64];
const SOFTWARE_SAMPLES = 2000;

/** Parts of an epoch (2 % each) that are timed, on the GPU and on the processor. */
const DEVICE_PARTS = 10;
const PROCESSOR_PARTS = 1;

/** Neurons of the run whose accuracy is followed. */
const LARGE = 6400;

/** What to run. */
export interface LearningBench {
  readonly device: ComputeDevice;
  /** Folder of the rows. */
  readonly out: string;
  readonly precision: CouplingPrecision;
}

const setupAt = (hidden: number, batchSize: number) => {
  const { model, rule } = setupOf(hidden);
  return { model, rule: { ...rule, batchSize } };
};

/** The first `count` training samples, where fewer are asked for. */
function firstSamples({ train, test }: TrainingSets, count: number): TrainingSets {
  if (count >= train.count) return { train, test };
  const states = train.states.subarray(0, count * train.n);
  return { train: { ...train, count, states, labels: train.labels.subarray(0, count) }, test };
}

/** Seconds of an epoch on all cores, by the compiled kernels. */
async function processorEpoch(hidden: number, batchSize: number, sets: TrainingSets): Promise<number> {
  const workers = availableParallelism();
  const learner = await openLearner(
    { ...setupAt(hidden, batchSize), sets: { ...sets }, seed: SEED },
    { workers },
  );
  try {
    return (await timeEpochParts(learner, PROCESSOR_PARTS)).seconds;
  } finally {
    await learner.close();
  }
}

/**
 * Times of an epoch by size and batch; writes `epochs.csv`.
 * @returns one line a size and batch
 */
export async function benchEpochs({ device, out, precision }: LearningBench): Promise<string[]> {
  const full = await entangledSets();
  const sets = firstSamples(full, device.software ? SOFTWARE_SAMPLES : full.train.count);
  const file = join(out, "epochs.csv");
  writeFileSync(
    file,
    "device,precision,hidden,batch,samples,gpuSeconds,shareTimed,processorSeconds,workers\n",
  );
  const lines: string[] = [];
  for (const hidden of device.software ? SOFTWARE_SIZES : SIZES) {
    for (const batch of device.software ? SOFTWARE_BATCHES : BATCHES) {
      const setup = setupAt(hidden, batch);
      const learner = await openDeviceLearner(
        device,
        { ...setup, sets: { ...sets }, seed: SEED },
        { couplingPrecision: precision },
      );
      const { seconds, share } = await timeEpochParts(learner, DEVICE_PARTS).finally(() => learner.close());
      const processor = await processorEpoch(hidden, batch, sets);
      const cells = [hidden, batch, sets.train.count, seconds, share, processor, availableParallelism()];
      appendFileSync(file, `"${device.description}",${precision},${cells.join(",")}\n`);
      lines.push(
        `H = ${hidden}, B = ${batch}, ${sets.train.count} samples: ${seconds.toFixed(2)} s an epoch (from ` +
          `${(100 * share).toFixed(0)} % of it), ${(processor / seconds).toFixed(2)} × as fast as ` +
          `${availableParallelism()} cores (${processor.toFixed(1)} s)`,
      );
      console.log(`  ${lines.at(-1)}`);
    }
  }
  return lines;
}

/** How long the accuracy is followed. */
export interface AccuracyRun extends LearningBench {
  /** Minutes after which no further epoch is begun, > 0. */
  readonly minutes: number;
  readonly batchSize: number;
}

/**
 * Trains at H = 6400 on all of Entangled MNIST; writes `accuracy.csv`, a row an epoch.
 * @returns a line on the last epoch
 */
export async function benchAccuracy({
  device,
  out,
  precision,
  minutes,
  batchSize,
}: AccuracyRun): Promise<string[]> {
  const full = await entangledSets();
  const sets = firstSamples(full, device.software ? SOFTWARE_SAMPLES : full.train.count);
  const hidden = device.software ? SOFTWARE_SIZES[0]! : LARGE;
  const setup = setupAt(hidden, batchSize);
  const file = join(out, "accuracy.csv");
  const header =
    "device,precision,hidden,batch,samples,epoch,trainAccuracy,testAccuracy,hiddenUpdates,seconds\n";
  if (!existsSync(file) || !readFileSync(file, "utf8").startsWith(header)) writeFileSync(file, header);
  const start = performance.now();
  const learner = await openDeviceLearner(
    device,
    { ...setup, sets: { ...sets }, seed: SEED },
    { couplingPrecision: precision },
  );
  let last = "no epoch was done";
  try {
    for (let epoch = 1; (performance.now() - start) / 60_000 < minutes; epoch++) {
      const begun = performance.now();
      const updates = await learner.trainEpoch("train", epoch);
      const seconds = (performance.now() - begun) / 1000;
      const test = accuracyOf(await learner.answer("test"), sets.test);
      const judged = Math.min(10_000, sets.train.count);
      const labels = sets.train.labels.subarray(0, judged);
      const train = accuracyOf(await learner.answer("train", { count: judged }), { ...sets.train, labels });
      const cells = [hidden, batchSize, sets.train.count, epoch, train, test, updates?.hidden ?? "", seconds];
      appendFileSync(file, `"${device.description}",${precision},${cells.join(",")}\n`);
      last =
        `H = ${hidden}, B = ${batchSize}, epoch ${epoch}: train ${(100 * train).toFixed(2)} %, ` +
        `test ${(100 * test).toFixed(2)} %, ${seconds.toFixed(1)} s an epoch`;
      console.log(`  ${last}`);
    }
  } finally {
    await learner.close();
  }
  return [last];
}
