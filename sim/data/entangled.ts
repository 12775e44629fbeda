/**
 * @file Entangled MNIST: images seen through a fixed random projection and a sign. All bits of an input depend on all
 * pixels, and two inputs overlap by 1 − 2θ/π on average, θ the angle between their images.
 */
import { requireInteger } from "../../theory/errors.ts";
import type { RandomWords } from "../random.ts";
import { stream } from "../random.ts";
import type { LabelledImages, LabelledStates } from "./labelled.ts";

/** Largest number of entries of one array of this folder: a safe length of typed arrays. */
export const mostEntries = 2 ** 31 - 1;

/** Bits of an Entangled MNIST input. */
const usualBits = 100;

/**
 * Independent standard normals by the polar method (Marsaglia & Bray, SIAM Review 6, 260, 1964): a point (u, v) uniform
 * on the unit disk with r = u² + v² gives u·√(−2 ln r / r) and v·√(−2 ln r / r). It needs no sine or cosine, whose last
 * digits differ between JavaScript engines.
 * @param count number of normals, an integer ≥ 0
 * @param words random words; the number taken varies with rejections
 * @returns `count` numbers in f64; with an odd count the last partner is dropped
 * @source Marsaglia & Bray, SIAM Review 6, 260 (1964)
 */
export function standardNormals(count: number, words: RandomWords): Float64Array {
  const normals = new Float64Array(count);
  for (let k = 0; k < count; k += 2) {
    let u: number;
    let v: number;
    let r: number;
    do {
      u = 2 * words.uniform() - 1;
      v = 2 * words.uniform() - 1;
      r = u * u + v * v;
    } while (r >= 1 || r === 0);
    const scale = Math.sqrt((-2 * Math.log(r)) / r);
    normals[k] = u * scale;
    if (k + 1 < count) normals[k + 1] = v * scale;
  }
  return normals;
}

/**
 * The sign of each entry into ±1, 0 counted as +1.
 * @param values any real numbers, dimensionless
 * @param signs array of the same length that is overwritten with signs ±1
 * @source convention of this package: sgn 0 = +1, as in (P21a)
 */
export function writeSigns(values: Float64Array, signs: Int8Array): void {
  for (let k = 0; k < values.length; k++) signs[k] = values[k]! >= 0 ? 1 : -1;
}

/**
 * Entangled inputs x = sign(R·image), R_kp ~ N(0, 1), sign(0) = +1.
 * Grey values are used as they are, 0..255: a common factor 1/255 would not change a sign. R depends on the seed, n and
 * the pixel only, so training and test images, and any part of them, are seen through the same projection.
 * @param images the images; not changed
 * @param options.n number of bits of an input, an integer ≥ 1, default 100
 * @param options.seed seed, an integer, 0..2⁵³−1; the projection is stream (seed, "projection", n), pixel
 *   after pixel
 * @param options bits of an input and seed
 * @returns inputs in the order of the images, with their labels
 * @throws OutOfDomain if n is no positive integer, n × pixels or n × count is above 2³¹ − 1, or the seed is no seed
 * @source Entangled MNIST of arXiv 2509.05041
 */
export function entangle(
  images: LabelledImages,
  { n = usualBits, seed }: { readonly n?: number; readonly seed: number },
): LabelledStates {
  const { count, pixels, classes } = images;
  requireInteger("entangle: n", n, 1, Math.floor(mostEntries / Math.max(1, count, pixels)));
  const projection = standardNormals(pixels * n, stream(seed, "projection", n));
  const states = new Int8Array(count * n);
  const fields = new Float64Array(n);
  for (let sample = 0; sample < count; sample++) {
    fields.fill(0);
    addProjected(images.images.subarray(sample * pixels, (sample + 1) * pixels), projection, fields);
    writeSigns(fields, states.subarray(sample * n, (sample + 1) * n));
  }
  return { count, n, classes, states, labels: images.labels.slice() };
}

/** Adds R·image to `fields`; four fifths of the pixels of MNIST are 0 and cost nothing. */
function addProjected(image: Uint8Array, projection: Float64Array, fields: Float64Array): void {
  const n = fields.length;
  for (let p = 0; p < image.length; p++) {
    const grey = image[p]!;
    if (grey === 0) continue;
    const start = p * n;
    for (let k = 0; k < n; k++) fields[k]! += grey * projection[start + k]!;
  }
}
