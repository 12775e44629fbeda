/**
 * @file Kinds of targets and inputs of the experiment `equilibration`: made from the test samples of a run and its seed.
 */
import { requireInteger } from "../../theory/errors.ts";
import { entangle } from "../data/entangled.ts";
import type { LabelledImages, LabelledStates } from "../data/labelled.ts";
import { flipBits, selectSamples, shufflePixels } from "../data/labelled.ts";
import { readLabelledImages, requireSamePixels } from "../data/mnist.ts";
import { classTargets } from "../learning/batch.ts";
import type { WeightMatrix } from "../learning/weights.ts";
import { stream } from "../random.ts";
import type { ProbedTraining } from "./probed-training.ts";

/** What a trained network is shown: all its test samples, as they are and changed. */
export interface EquilibrationProbe {
  /** Sweeps after which a sample counts as not at rest. */
  readonly sweeps: number;
  /** Probabilities, in (0, 1), with which bits of test inputs are flipped. */
  readonly flipProbabilities: readonly number[];
  /** Folder of other images in IDX files, e.g. FashionMNIST: the kind `other images`. */
  readonly otherData?: string;
}

/** Names of the kinds that are always there. */
const rightTarget = "right target";
const wrongTarget = "wrong target";
export const randomTarget = "random target";
const noTarget = "no target";

/** A kind: its samples, and the phases that they go through. */
export interface Kind {
  readonly name: string;
  readonly samples: LabelledStates;
  readonly clamped: boolean;
}

/** The samples with other labels: each one of the wrong ones, or any, with equal probability. */
function relabelled(samples: LabelledStates, which: "wrong" | "any", seed: number): LabelledStates {
  const { classes } = samples;
  const words = stream(seed, `${which} targets`);
  const labels = samples.labels.map((label) =>
    which === "any" ? words.below(classes) : (label + 1 + words.below(classes - 1)) % classes,
  );
  return { ...samples, labels };
}

/** Inputs of independent ±1 bits. */
function noise(samples: LabelledStates, seed: number): LabelledStates {
  const words = stream(seed, "noise inputs");
  return { ...samples, states: samples.states.map(() => (words.nextUint32() >>> 31 === 1 ? 1 : -1)) };
}

/** All test images of a folder. */
const testImages = (folder: string | undefined): Promise<LabelledImages> =>
  readLabelledImages({ part: "test", ...(folder === undefined ? {} : { folder }) });

/** Some test images through the projection of the run, with their pixels shuffled or not. */
function otherImages(
  { testSamples, model }: ProbedTraining,
  seed: number,
  { all, shuffled }: { readonly all: LabelledImages; readonly shuffled: boolean },
): LabelledStates {
  requireInteger("testSamples", testSamples, 1, all.count);
  const images = selectSamples(all, testSamples, stream(seed, "test samples"));
  const seen = shuffled ? shufflePixels(images, stream(seed, "pixel order")) : images;
  return entangle(seen, { n: model.inputs, seed });
}

/**
 * All kinds in the order of the rows, with samples that the run has not learned from.
 * @param test test samples of the run of this seed
 * @throws DataError when the files of other images are missing or damaged, or these differ in their pixels
 */
export async function kindsOf(
  training: ProbedTraining,
  probe: EquilibrationProbe,
  test: LabelledStates,
  seed: number,
): Promise<Kind[]> {
  const free = (name: string, samples: LabelledStates): Kind => ({ name, samples, clamped: false });
  const fed = (name: string, samples: LabelledStates): Kind => ({ name, samples, clamped: true });
  const own = await testImages(training.data);
  const kinds = [
    fed(rightTarget, test),
    fed(wrongTarget, relabelled(test, "wrong", seed)),
    fed(randomTarget, relabelled(test, "any", seed)),
    free(noTarget, test),
    ...probe.flipProbabilities.map((p) =>
      free(`flipped bits ${p}`, flipBits(test, p, stream(seed, "test flips"))),
    ),
    free("shuffled pixels", otherImages(training, seed, { all: own, shuffled: true })),
    free("uniform noise", noise(test, seed)),
  ];
  if (probe.otherData === undefined) return kinds;
  const all = await testImages(probe.otherData);
  requireSamePixels(["test images", own], ["other images", all]);
  const others = otherImages(training, seed, { all, shuffled: false });
  return [...kinds, free("other images", others)];
}

/** Names of the kinds, in the order of the rows. */
export const kindNames = ({ flipProbabilities, otherData }: EquilibrationProbe): string[] => [
  rightTarget,
  wrongTarget,
  randomTarget,
  noTarget,
  ...flipProbabilities.map((p) => `flipped bits ${p}`),
  "shuffled pixels",
  "uniform noise",
  ...(otherData === undefined ? [] : ["other images"]),
];

/** The kind that a kind is told from: other targets from right ones, other inputs from known ones. */
export function referenceOf(name: string): string | null {
  if (name === rightTarget || name === noTarget) return null;
  return name === wrongTarget || name === randomTarget ? rightTarget : noTarget;
}

/**
 * Feedback weights W' under which the target of class k acts as a code word of independent ±r does under W, r such that
 * the field has the variance of that of a class: W' Y = W R with Y the targets of the classes (columns) and R the code
 * words. Y = (a + ½)·1 − ½·(all ones), a = √C/2, is inverted by hand.
 * @param feedback W_back, H × C
 * @param words random words that draw the code words, class after class
 */
export function randomTargetWeights(
  { rows, columns, values }: WeightMatrix,
  words: { nextUint32(): number },
): WeightMatrix {
  const { right, other } = classTargets(columns);
  const size = Math.sqrt((right ** 2 + (columns - 1) * other ** 2) / columns);
  const code = Float64Array.from({ length: columns ** 2 }, () => (words.nextUint32() >>> 31 ? size : -size));
  const random = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    // Column k of W R is the field of code word k on neuron i.
    const fields = Array.from({ length: columns }, (_, k) =>
      code
        .subarray(k * columns, (k + 1) * columns)
        .reduce((sum, value, c) => sum + value * values[i * columns + c]!, 0),
    );
    const total = fields.reduce((sum, value) => sum + value, 0);
    const shared = (other * total) / (right - other + columns * other);
    fields.forEach((field, k) => {
      random[i * columns + k] = (field - shared) / (right - other);
    });
  }
  return { rows, columns, values: random };
}
