/** @file IDX files: plain and packed, parts of files, and every way in which a file can be wrong. */
import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gzipSync } from "node:zlib";
import { DataError, readIdx } from "../../../sim/data/idx.ts";
import { stream } from "../../../sim/random.ts";

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

/** Two images of 2 × 3 pixels. */
const small = idxBytes([2, 2, 3], [1, 2, 3, 4, 5, 6, 250, 251, 252, 253, 254, 255]);

/** Random elements, which gzip cannot pack: more than the chunks of the reader. */
const words = stream(1, "elements");
const noise = Uint8Array.from({ length: 300 * 1000 }, () => words.nextUint32() & 255);
const large = idxBytes([300, 1000], noise);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-data-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Path of a file with the given bytes; the next one of the same name replaces it. */
function written(bytes: Uint8Array, name = "file"): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const changed = (bytes: Uint8Array, position: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[position < 0 ? copy.length + position : position]! ^= 0x55;
  return copy;
};

/** The message of the DataError of a reading. */
async function refusal(path: string, options = {}): Promise<string> {
  const error: unknown = await readIdx(path, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  const { message } = error as DataError;
  expect(message).not.toContain("\n");
  expect(message).toContain(path);
  return message;
}

describe("reading", () => {
  test.each([
    ["plain", small],
    ["packed", gzipSync(small)],
  ])("sizes and elements, %s", async (_, bytes) => {
    const { dimensions, values, itemsInFile } = await readIdx(written(bytes));
    expect({ dimensions, itemsInFile }).toEqual({ dimensions: [2, 2, 3], itemsInFile: 2 });
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 250, 251, 252, 253, 254, 255]);
  });

  test("the name does not decide: packed without .gz, plain with it", async () => {
    expect((await readIdx(written(gzipSync(small), "plain-name"))).dimensions).toEqual([2, 2, 3]);
    expect((await readIdx(written(small, "packed-name.gz"))).dimensions).toEqual([2, 2, 3]);
  });

  test.each([
    ["plain", large],
    ["packed", gzipSync(large)],
    ["two gzip members", Buffer.concat([gzipSync(large.subarray(0, 1234)), gzipSync(large.subarray(1234))])],
  ])("more than one chunk, %s", async (_, bytes) => {
    const path = written(bytes);
    expect(Buffer.compare((await readIdx(path)).values, noise)).toBe(0);
    const part = await readIdx(path, { most: 271 });
    expect({ dimensions: part.dimensions, itemsInFile: part.itemsInFile }).toEqual({
      dimensions: [271, 1000],
      itemsInFile: 300,
    });
    expect(Buffer.compare(part.values, noise.subarray(0, 271_000))).toBe(0);
  });

  test("arrays of 1 to 4 dimensions come back as they were written", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        async (dimensions, packed, most) => {
          const values = Array.from({ length: dimensions.reduce((a, b) => a * b) }, (_, k) => (37 * k) & 255);
          const bytes = idxBytes(dimensions, values);
          const path = written(packed ? gzipSync(bytes) : bytes, "array");
          const items = Math.min(most, dimensions[0]!);
          const read = await readIdx(path, { most });
          expect(read.dimensions).toEqual([items, ...dimensions.slice(1)]);
          expect([...read.values]).toEqual(values.slice(0, (values.length / dimensions[0]!) * items));
        },
      ),
    );
  });

  test("`most` does not look beyond what it reads: a file cut later, or longer, is still read", async () => {
    expect((await readIdx(written(large.subarray(0, 200_000)), { most: 100 })).dimensions).toEqual([
      100, 1000,
    ]);
    expect((await readIdx(written(Buffer.concat([small, Buffer.of(9)])), { most: 1 })).dimensions).toEqual([
      1, 2, 3,
    ]);
    expect(await refusal(written(Buffer.concat([small, Buffer.of(9)])), { most: 2 })).toMatch(
      /more bytes follow/,
    );
  });

  test.each([0, -1, 1.5, NaN])("most = %d is refused", async (most) => {
    await expect(readIdx(written(small), { most })).rejects.toThrow(
      /readIdx: most must be an integer from 1/,
    );
  });
});

describe("damage", () => {
  test.each([
    ["an empty file", Buffer.alloc(0), /the file is empty/],
    ["a web page", Buffer.from("<html>not found</html>"), /is not an IDX file: it begins with 3c 68 74 6d/],
    ["a short text", Buffer.from("no"), /is not an IDX file: it begins with 6e 6f,/],
    ["an unknown type", idxBytes([1], [1], 0x0a), /is not an IDX file: it begins with 00 00 0a 01/],
    ["floats", idxBytes([1], [0, 0, 0, 0], 0x0d), /holds 32-bit floats; only IDX files of unsigned bytes/],
    ["32-bit integers", idxBytes([1], [0, 0, 0, 0], 0x0c), /holds 32-bit integers/],
    ["no dimension", idxBytes([], [1]), /an array of 0 dimensions/],
    ["5 dimensions", idxBytes([1, 1, 1, 1, 1], [1]), /an array of 5 dimensions/],
    ["a size of 0", idxBytes([2, 0], []), /its header says 2 × 0 elements/],
    [
      "sizes beyond any file",
      idxBytes([0xffffffff, 0xffffffff], [1]),
      /says 4294967295 × 4294967295 elements/,
    ],
    [
      "sizes beyond this file",
      idxBytes([60000, 28, 28], [1]),
      /60000 × 28 × 28 = 47040000 elements expected, .* 1 /,
    ],
    ["an end in the header", small.subarray(0, 9), /is cut short inside its header/],
    ["an end in the elements", small.subarray(0, -1), /2 × 2 × 3 = 12 elements expected, at most 11 there/],
    [
      "bytes behind the end",
      Buffer.concat([small, Buffer.of(0)]),
      /more bytes follow its 2 × 2 × 3 elements/,
    ],
  ])("%s", async (_, bytes, message) => {
    expect(await refusal(written(bytes))).toMatch(message);
  });

  test.each([
    ["cut inside the data", gzipSync(large).subarray(0, 200_000), /gzip file is cut short/],
    ["cut inside the checksum", gzipSync(large).subarray(0, -3), /gzip file is cut short/],
    ["cut after its magic", gzipSync(small).subarray(0, 5), /gzip file is cut short/],
    ["a wrong checksum", changed(gzipSync(large), -6), /damaged gzip data \(incorrect data check\)/],
    ["a wrong length", changed(gzipSync(large), -2), /damaged gzip data \(incorrect length check\)/],
    ["a wrong method", changed(gzipSync(large), 2), /damaged gzip data \(unknown compression method\)/],
    ["something else behind it", Buffer.concat([gzipSync(small), Buffer.from("tail")]), /damaged gzip data/],
    ["packed text", gzipSync(Buffer.from("hello there")), /is not an IDX file/],
    [
      "packed and cut before",
      gzipSync(large.subarray(0, -1)),
      /300000 elements expected, at most 299999 there/,
    ],
    ["packed with more behind", gzipSync(Buffer.concat([large, Buffer.of(1)])), /more bytes follow/],
    [
      "sizes that gzip cannot reach",
      gzipSync(idxBytes([2 ** 31 - 1], [1])),
      /= 2147483647 elements expected/,
    ],
  ])("gzip: %s", async (_, bytes, message) => {
    expect(await refusal(written(bytes))).toMatch(message);
  });

  test("one changed byte anywhere in the packed data or its checksum is noticed (every seventh byte tried)", async () => {
    const packed = gzipSync(idxBytes([500], noise.subarray(0, 500)));
    // The ten bytes of the gzip header (time, system, …) carry no data.
    for (let position = 10; position < packed.length; position += 7)
      await refusal(written(changed(packed, position)));
  });
});

test("no file, a folder, a file in the place of a folder", async () => {
  mkdirSync(join(folder, "sub"));
  const file = written(small, "plain");
  expect(await refusal(join(folder, "none"))).toMatch(/^cannot read .*none: no such file or directory$/);
  expect(await refusal(join(folder, "sub"))).toMatch(/sub: it is not a regular file$/);
  expect(await refusal(join(file, "inside"))).toMatch(/: not a directory$/);
});
