/**
 * @file Training the preset `small` on Entangled MNIST on the GPU and on WASM: the accuracies must agree. Where the
 * processor plays the GPU, a part of the samples has to do (600 of 6000 and of 3000); a real one takes all of them.
 */
import { expect, it } from "vitest";
import { entangle } from "../../sim/data/entangled.ts";
import type { LabelledStates } from "../../sim/data/labelled.ts";
import { takeSamples } from "../../sim/data/labelled.ts";
import { readLabelledImages } from "../../sim/data/mnist.ts";
import { openDevice } from "../../sim/kernels/webgpu/device.ts";
import { openDeviceLearner } from "../../sim/learning/device/learner.ts";
import { openLearner } from "../../sim/learning/learner.ts";
import { learningPresets, networkSetup } from "../../sim/learning/presets.ts";
import { accuracyOf } from "../../sim/learning/train.ts";
import type { TrainableNetwork } from "../../sim/learning/trainable.ts";

const preset = learningPresets.small;
const setup = networkSetup(
  "rule",
  { ...preset.model, inputs: 100, hidden: preset.hidden, outputs: 10 },
  preset.rule,
);
const EPOCHS = 3;
const SEEDS = [1, 2, 3];
/** Samples of either set on a GPU that the processor plays. */
const SOFTWARE_SAMPLES = 600;

async function samplesOf(part: "train" | "test", count: number): Promise<LabelledStates> {
  return takeSamples(entangle(await readLabelledImages({ part }), { seed: 1 }), 0, count);
}

/** Test accuracy after the epochs. */
async function trained(
  learner: Pick<TrainableNetwork, "trainEpoch" | "answer" | "close">,
  test: LabelledStates,
) {
  try {
    for (let epoch = 1; epoch <= EPOCHS; epoch++) await learner.trainEpoch("train", epoch);
    return accuracyOf(await learner.answer("test"), test);
  } finally {
    await learner.close();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

it(`learns \`small\` as well as WASM: mean test accuracies of ${SEEDS.length} seeds within 1 point`, async () => {
  const device = await openDevice();
  const train = await samplesOf("train", device.software ? SOFTWARE_SAMPLES : preset.trainSamples);
  const test = await samplesOf("test", device.software ? SOFTWARE_SAMPLES : preset.testSamples);
  const accuracies: { seed: number; gpu: number; wasm: number }[] = [];
  for (const seed of SEEDS) {
    const input = { ...setup, sets: { train, test }, seed };
    const gpu = await trained(await openDeviceLearner(device, input), test);
    const wasm = await trained(await openLearner(input), test);
    accuracies.push({ seed, gpu, wasm });
  }
  device.close();
  const each = accuracies.map(({ seed, gpu, wasm }) => `seed ${seed}: GPU ${gpu}, WASM ${wasm}`).join("; ");
  const difference = mean(accuracies.map(({ gpu }) => gpu)) - mean(accuracies.map(({ wasm }) => wasm));
  expect(Math.abs(difference), each).toBeLessThan(0.01);
  // Both have learned: guessing gives 0.1.
  expect(mean(accuracies.map(({ gpu }) => gpu)), each).toBeGreaterThan(0.5);
});
