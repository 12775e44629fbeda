/** @file Small images for the tests of `atlas learn`, and what its JSON looks like. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, onTestFinished } from "vitest";

/** A row of `epochs`. */
export interface Row {
  readonly status: string;
  readonly epoch: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly hiddenUpdates: number | null;
  readonly readoutUpdates: number | null;
  readonly seconds: number;
}

/** What `--json` prints. */
export interface Output {
  readonly epochs: readonly Row[];
  readonly parameters: Record<string, unknown>;
}

/** An IDX file of bytes. */
export function idx(dimensions: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((size, k) => header.writeUInt32BE(size, 4 + 4 * k));
  return Buffer.concat([header, values]);
}

/** IDX files of 20 × 20 images that are easy to tell apart: class c has 40 bright pixels of its own, among noise. */
export function writeImages(folder: string, counts: readonly [number, number], classes = 10): void {
  let state = 1;
  const noise = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (const [k, prefix] of ["train", "t10k"].entries()) {
    const count = counts[k]!;
    const pixels = Uint8Array.from({ length: count * 400 }, (_, i) => {
      const own = Math.floor((i % 400) / 40) === Math.floor(i / 400) % classes;
      return noise() < (own ? 0.9 : 0.1) ? 255 : 0;
    });
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([count, 20, 20], pixels));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), idx([count], labels));
  }
}

/** An empty folder for the length of a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "learn tést-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of 600 training and 200 test images for the tests of a file; call it outside of them. */
export function sharedImages(): { readonly folder: string; readonly small: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), "learn images-"));
  beforeAll(() => {
    writeImages(folder, [600, 200]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const samples = ["--data", folder, "--train-samples", "400", "--test-samples", "150"];
  return {
    folder,
    small: () => ["learn", ...samples, "--hidden", "40", "--epochs", "3", "--workers", "1"],
  };
}
