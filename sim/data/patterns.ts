/** @file Artificial tasks on ±1 inputs: random pairs, noisy prototypes, exclusive-or of two hidden bits, hidden manifold. */
import { requireInside, requireInteger } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";
import { stream } from "../random.ts";
import { mostEntries, standardNormals, writeSigns } from "./entangled.ts";
import type { LabelledStates } from "./labelled.ts";
import { flipBits } from "./labelled.ts";

/** Labels are bytes. */
const mostClasses = 256;

/** Probability of a flipped bit when none is given: prototypes stay far apart, yet no two samples are equal. */
const usualFlips = 0.1;

/** Pairs for hetero-association. */
export interface PatternPairs {
  /** Bits of a pattern. */
  readonly n: number;
  /** Number of pairs. */
  readonly pairs: number;
  /** `pairs × n` values ±1, pattern after pattern. */
  readonly inputs: Int8Array;
  /** `pairs × n` values ±1: row p is what row p of the inputs leads to. */
  readonly targets: Int8Array;
}

/**
 * Random pairs for hetero-association: all bits independent, ±1 with equal probability.
 * @param options.n bits of a pattern, ≥ 1
 * @param options.pairs number of pairs, ≥ 1
 * @param options.seed integer, 0..2⁵³−1; pair p does not depend on the number of pairs
 * @param options size and seed
 * @throws OutOfDomain if an argument is outside its range
 * @source uniform law on pairs of {−1, 1}^n, as in arXiv 2509.05041 for hetero-association
 */
export function randomPairs(options: {
  readonly n: number;
  readonly pairs: number;
  readonly seed: number;
}): PatternPairs {
  const { n, pairs, seed } = options;
  requireSizes("randomPairs", { n, pairs });
  const inputs = stream(seed, "pair inputs", n);
  const targets = stream(seed, "pair targets", n);
  return { n, pairs, inputs: randomSigns(pairs * n, inputs), targets: randomSigns(pairs * n, targets) };
}

/**
 * Noisy prototypes: x = ξ^c with every bit flipped with the given probability, the prototypes ξ^c random ±1 (the
 * classification of random clusters; Hopfield's memories with one class a memory). Classes differ by at most one in
 * size and come in random order.
 * @param options.n bits of an input, ≥ 1
 * @param options.classes number of prototypes, 2..256
 * @param options.samples number of samples in all, ≥ 1
 * @param options.flipProbability probability of a flipped bit, 0..1, default 0.1; mean overlap of a sample
 *   with its prototype 1 − 2·flipProbability
 * @param options.seed seed, an integer, 0..2⁵³−1
 * @param options size, noise and seed
 * @throws OutOfDomain if an argument is outside its range
 * @source Hopfield, PNAS 79, 2554 (1982), as a task of classification
 */
export function prototypes(options: {
  readonly n: number;
  readonly classes: number;
  readonly samples: number;
  readonly flipProbability?: number;
  readonly seed: number;
}): LabelledStates {
  const { n, classes, samples, flipProbability = usualFlips, seed } = options;
  requireSizes("prototypes", { n, samples });
  requireInteger("prototypes: classes", classes, 2, mostClasses);
  requireSizes("prototypes", { n, classes });
  const centres = randomSigns(classes * n, stream(seed, "prototypes", n));
  const labels = balancedLabels(samples, classes, stream(seed, "prototype labels"));
  const states = new Int8Array(samples * n);
  labels.forEach((label, sample) => {
    states.set(centres.subarray(label * n, (label + 1) * n), sample * n);
  });
  const clean = { count: samples, n, classes, states, labels };
  return flipBits(clean, flipProbability, stream(seed, "prototype flips", n));
}

/**
 * Exclusive or of two hidden bits u, v = ±1: the first ⌈n/2⌉ bits of an input show u and the others v,
 * x_i = u ξ_i or v ξ_i with random ±1 signs ξ, then every bit is flipped with the given probability. The label is 0 for
 * uv = +1 and 1 for uv = −1. It is independent of every single bit, and since x and −x have the same label, no linear
 * readout separates the classes: hidden units are needed. The binary form of the XOR-like mixture of Refinetti, Goldt,
 * Krzakala & Zdeborová (ICML 2021). The four values of (u, v) come equally often up to one sample, in random order.
 * @param options.n bits of an input, ≥ 2
 * @param options.samples number of samples, ≥ 1
 * @param options.flipProbability probability of a flipped bit, 0..1, default 0.1
 * @param options.seed seed, an integer, 0..2⁵³−1
 * @param options size, noise and seed
 * @throws OutOfDomain if an argument is outside its range
 * @source Refinetti, Goldt, Krzakala & Zdeborová, ICML 2021, in a binary form
 */
export function parityTask(options: {
  readonly n: number;
  readonly samples: number;
  readonly flipProbability?: number;
  readonly seed: number;
}): LabelledStates {
  const { n, samples, flipProbability = usualFlips, seed } = options;
  requireSizes("parityTask", { n, samples });
  requireInteger("parityTask: n", n, 2, mostEntries);
  const signs = randomSigns(n, stream(seed, "parity signs", n));
  const hidden = balancedLabels(samples, 4, stream(seed, "parity bits"));
  const firstGroup = Math.ceil(n / 2);
  const states = Int8Array.from({ length: samples * n }, (_, entry) => {
    const i = entry % n;
    const bits = hidden[Math.floor(entry / n)]!;
    return ((i < firstGroup ? bits : bits >> 1) & 1) === 1 ? -signs[i]! : signs[i]!;
  });
  const labels = hidden.map((bits) => (bits & 1) ^ (bits >> 1));
  const clean = { count: samples, n, classes: 2, states, labels };
  return flipBits(clean, flipProbability, stream(seed, "parity flips", n));
}

/**
 * Binarised hidden manifold: x = sign(F z) with latent z ~ N(0, 1)^D and F_id ~ N(0, 1) fixed, so that inputs of n bits
 * lie near a manifold of D dimensions. The label is the largest of `classes` linear teachers of z, argmax_c t_c·z; with
 * two classes that is sign((t_0 − t_1)·z), one linear teacher. Goldt, Mézard, Krzakala & Zdeborová, Phys. Rev. X 10,
 * 041044 (2020), with f = sign.
 * @param options.n bits of an input, ≥ 1
 * @param options.latent D, dimensions of the manifold, ≥ 1
 * @param options.samples number of samples, ≥ 1
 * @param options.classes number of classes, 2..256, default 2; with few latent dimensions some of many
 *   classes may stay empty
 * @param options.seed integer, 0..2⁵³−1; F and the teachers do not depend on the number of samples
 * @param options size and seed
 * @throws OutOfDomain if an argument is outside its range
 * @source Goldt, Mézard, Krzakala & Zdeborová, Phys. Rev. X 10, 041044 (2020)
 */
export function hiddenManifold(options: {
  readonly n: number;
  readonly latent: number;
  readonly samples: number;
  readonly classes?: number;
  readonly seed: number;
}): LabelledStates {
  const { n, latent, samples, classes = 2, seed } = options;
  requireSizes("hiddenManifold", { n, samples });
  requireInteger("hiddenManifold: latent", latent, 1, Math.floor(mostEntries / Math.max(n, mostClasses)));
  requireInteger("hiddenManifold: classes", classes, 2, mostClasses);
  const features = standardNormals(n * latent, stream(seed, "manifold features", n, latent));
  const teachers = standardNormals(classes * latent, stream(seed, "manifold teachers", latent));
  const words = stream(seed, "manifold latents", latent);
  const states = new Int8Array(samples * n);
  const labels = new Uint8Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const z = standardNormals(latent, words);
    writeSigns(product(features, z), states.subarray(sample * n, (sample + 1) * n));
    const scores = product(teachers, z);
    labels[sample] = scores.indexOf(Math.max(...scores));
  }
  return { count: samples, n, classes, states, labels };
}

/** Matrix (rows one after the other) times vector. */
function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const width = vector.length;
  return Float64Array.from({ length: matrix.length / width }, (_, row) =>
    vector.reduce((sum, value, column) => sum + matrix[row * width + column]! * value, 0),
  );
}

/** `count` independent ±1, 32 a random word. */
function randomSigns(count: number, words: RandomWords): Int8Array {
  const signs = new Int8Array(count);
  for (let start = 0; start < count; start += 32) {
    const word = words.nextUint32();
    const end = Math.min(count, start + 32);
    for (let k = start; k < end; k++) signs[k] = ((word >>> (k - start)) & 1) === 1 ? 1 : -1;
  }
  return signs;
}

/** Labels 0..classes−1 in random order, equally often up to one sample. */
function balancedLabels(samples: number, classes: number, words: RandomWords): Uint8Array {
  return Uint8Array.from(words.permutation(samples), (rank) => rank % classes);
}

/** Checks n and the number of rows, and that their product fits into one array. */
function requireSizes(task: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) requireInteger(`${task}: ${name}`, size, 1, mostEntries);
  const [[first, n], [second, rows]] = Object.entries(sizes) as [[string, number], [string, number]];
  requireInside(`${task}: ${first} × ${second}`, n * rows, { min: 1, max: mostEntries });
}
