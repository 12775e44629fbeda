/** @file Parameters of the experiment `learning-batch` by preset: batch sizes, networks and epochs. Pure data. */
import type { LearningBatchParameters } from "./experiments/learning-batch.ts";

/** From the published size to the largest that the kernels take, in factors of four. */
const batchSizes = [16, 64, 256, 1024];

/** About 18 s of one core. */
export const quickLearningBatch: LearningBatchParameters = {
  settings: [{ preset: "small", hidden: 100, epochs: 5, batchSizes, seeds: 2 }],
};

/** About 20 min of one core. */
export const standardLearningBatch: LearningBatchParameters = {
  settings: [
    { preset: "small", hidden: 300, epochs: 20, batchSizes, seeds: 5 },
    { preset: "large", hidden: 400, epochs: 4, batchSizes, seeds: 3 },
  ],
};

/** About 10 h of one core. */
export const paperLearningBatch: LearningBatchParameters = {
  settings: [
    { preset: "small", hidden: 300, epochs: 20, batchSizes, seeds: 10 },
    { preset: "large", hidden: 400, epochs: 20, batchSizes, seeds: 5 },
    { preset: "large", hidden: 1600, epochs: 10, batchSizes, seeds: 3 },
  ],
};
