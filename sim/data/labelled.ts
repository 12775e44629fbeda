/** @file Labelled images and labelled ±1 states, and what is done with either before learning: parts, classes, noise. */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";

/** 2³²: the number of values of one random word. */
const wordRange = 4294967296;

/** Grey images with their classes. */
export interface LabelledImages {
  /** Number of images, an integer ≥ 0. */
  readonly count: number;
  /** Number of pixels of one image, an integer ≥ 1. */
  readonly pixels: number;
  /** Number of classes, an integer ≥ 1. */
  readonly classes: number;
  /** `count × pixels` grey values 0..255, image after image. */
  readonly images: Uint8Array;
  /** One class a sample, 0..classes−1. */
  readonly labels: Uint8Array;
}

/** Binary inputs with their classes. */
export interface LabelledStates {
  /** Number of inputs, an integer ≥ 0. */
  readonly count: number;
  /** Bits of one input, an integer ≥ 1. */
  readonly n: number;
  /** Number of classes, an integer ≥ 1. */
  readonly classes: number;
  /** `count × n` values ±1, sample after sample. */
  readonly states: Int8Array;
  /** One class a sample, 0..classes−1. */
  readonly labels: Uint8Array;
}

/**
 * A uniform random subset without repetition, in random order.
 * @param data the samples; not changed
 * @param count size of the subset, 0..data.count
 * @param order random words; data.count − 1 draws are taken, whatever `count` is, so that the smaller of two subsets
 *   from the same words is the beginning of the larger
 * @returns a copy of the chosen samples
 * @throws OutOfDomain if count is outside its range
 * @source uniform law on subsets of a given size
 */
export function selectSamples<T extends LabelledImages | LabelledStates>(
  data: T,
  count: number,
  order: RandomWords,
): T {
  requireInteger("selectSamples: count", count, 0, data.count);
  return gather(data, order.permutation(data.count).subarray(0, count));
}

/**
 * A consecutive part, e.g. the validation split at the end of the training samples.
 * @param data the samples; not changed
 * @param first index of the first sample of the part, 0..data.count
 * @param count samples of the part, 0..data.count − first
 * @returns a copy of the part
 * @throws OutOfDomain if the part is not inside the data
 * @source definition
 */
export function takeSamples<T extends LabelledImages | LabelledStates>(
  data: T,
  first: number,
  count: number,
): T {
  requireInteger("takeSamples: first", first, 0, data.count);
  requireInteger("takeSamples: count", count, 0, data.count - first);
  return gather(
    data,
    Uint32Array.from({ length: count }, (_, k) => first + k),
  );
}

/**
 * Number of samples of each class.
 * @param data the samples
 * @returns `classes` counts; their sum is data.count
 * @source definition
 */
export function classSizes(data: LabelledImages | LabelledStates): number[] {
  const sizes = new Array<number>(data.classes).fill(0);
  for (const label of data.labels) sizes[label]!++;
  return sizes;
}

/**
 * Checks that every class has a sample: a readout unit without one cannot be learned.
 * @param data the samples
 * @param what name of the data for the message, e.g. "training data"
 * @throws OutOfDomain naming the empty classes
 * @source one-against-all targets (P21b) need a positive sample of each class
 */
export function requireEveryClass(data: LabelledImages | LabelledStates, what: string): void {
  const empty = classSizes(data).flatMap((size, label) => (size === 0 ? [label] : []));
  if (empty.length === 0) return;
  const named = `${empty.length === 1 ? "class" : "classes"} ${empty.join(", ")}`;
  throw new OutOfDomain(
    `${what} must hold samples of all ${data.classes} classes, got none of ${named} in ${data.count} samples`,
  );
}

/**
 * Flips every bit with the same probability, each on its own (labels stay).
 * @param data the samples; not changed
 * @param probability of a flip, 0..1, realised in steps of 2⁻³²
 * @param words random words, one a bit; from the same words, the bits flipped at a lower probability are among those
 *   flipped at a higher one
 * @returns new samples
 * @throws OutOfDomain if the probability is outside [0, 1]
 * @source independent noise on bits, of the same law at every bit
 */
export function flipBits(data: LabelledStates, probability: number, words: RandomWords): LabelledStates {
  requireInside("flip probability", probability, { min: 0, max: 1 });
  const threshold = Math.round(probability * wordRange);
  const states = data.states.map((bit) => (words.nextUint32() < threshold ? -bit : bit));
  return { ...data, states, labels: data.labels.slice() };
}

/**
 * Reorders the pixels of all images in the same random way: the statistics of single pixels stay, shapes are lost.
 * @param images the images; not changed
 * @param words random words that draw the permutation
 * @returns new images
 * @source uniform law on permutations of the pixels
 */
export function shufflePixels(images: LabelledImages, words: RandomWords): LabelledImages {
  const { count, pixels } = images;
  const order = words.permutation(pixels);
  const shuffled = new Uint8Array(count * pixels);
  for (let start = 0; start < shuffled.length; start += pixels) {
    for (let p = 0; p < pixels; p++) shuffled[start + p] = images.images[start + order[p]!]!;
  }
  return { ...images, images: shuffled, labels: images.labels.slice() };
}

/** A copy of the samples with the given indices, in their order. */
function gather<T extends LabelledImages | LabelledStates>(data: T, samples: Uint32Array): T {
  const count = samples.length;
  const labels = Uint8Array.from(samples, (sample) => data.labels[sample]!);
  if ("images" in data) {
    const images = copyRows(data.images, data.pixels, samples, new Uint8Array(count * data.pixels));
    return { ...data, count, images, labels };
  }
  const states = copyRows(data.states, data.n, samples, new Int8Array(count * data.n));
  return { ...data, count, states, labels };
}

function copyRows<A extends Uint8Array | Int8Array>(
  from: A,
  width: number,
  samples: Uint32Array,
  into: A,
): A {
  samples.forEach((sample, k) => {
    into.set(from.subarray(sample * width, (sample + 1) * width), k * width);
  });
  return into;
}
