/** @file Checkpoints: what is written is read, and nothing else is. */
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Checkpoint } from "../../sim/checkpoint.ts";
import { CheckpointError, readCheckpoint, writeCheckpoint } from "../../sim/checkpoint.ts";
import { StoreError } from "../../sim/sweep/errors.ts";

const row = {
  epoch: 1,
  trainAccuracy: 0.1,
  testAccuracy: 0.7,
  hiddenUpdates: 0.04,
  readoutUpdates: 1 / 3,
  meanSweeps: 3.5,
  settled: 1,
  symmetry: -0.01,
  seconds: 0.25,
};

const matrices = [
  { name: "couplings0", rows: 2, columns: 2, values: Float32Array.of(0, 0.1, -1e-40, 0) },
  { name: "readout", rows: 1, columns: 3, values: Float32Array.of(3, -0, 16777216) },
];

const example: Checkpoint = {
  configuration: { method: "rule", seed: 7, rule: { margin: 0.5, layers: [0], name: 'κ – "ü"' } },
  epoch: 1,
  rows: [row],
  matrices,
};

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "checkpoint tést-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "learn.checkpoint");
}

function written(checkpoint = example): string {
  const path = temporaryFile();
  writeCheckpoint(path, checkpoint);
  return path;
}

function refusal(path: string): string {
  try {
    readCheckpoint(path);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    const { message } = error as CheckpointError;
    expect(message).not.toContain("\n");
    expect(message).toContain(path);
    return message;
  }
  throw new Error("the checkpoint was read");
}

describe("round trip", () => {
  test("every bit of the weights, and all that describes them", () => {
    const path = written();
    const { weights, ...read } = readCheckpoint(path)!;
    expect(read).toEqual(example);
    expect(Object.is(read.matrices[1]!.values[1], -0)).toBe(true);
    // The end of the file is the weights as little-endian f32, made here by DataView.
    const plain = new DataView(new ArrayBuffer(28));
    [0, 0.1, -1e-40, 0, 3, -0, 16777216].forEach((value, k) => plain.setFloat32(4 * k, value, true));
    const bytes = new Uint8Array(plain.buffer);
    expect([...readFileSync(path).subarray(-28)]).toEqual([...bytes]);
    expect(weights).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(JSON.parse(readFileSync(path, "latin1").split("\n")[0]!)).toMatchObject({
      format: "fixed-point-atlas checkpoint of learning",
      version: 1,
      epoch: 1,
      matrices: [
        { name: "couplings0", rows: 2, columns: 2 },
        { name: "readout", rows: 1, columns: 3 },
      ],
    });
    expect(readdirSync(join(path, ".."))).toEqual(["learn.checkpoint"]);
  });

  test("any matrices, weights of many chunks and a header of more than one included", () => {
    const path = temporaryFile();
    const shapes = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })));
    fc.assert(
      fc.property(shapes, fc.nat(), (sizes, epoch) => {
        const made = sizes.map(([rows, columns], k) => {
          const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.fround((i + k) / 7));
          return { name: `w${k}`, rows, columns, values };
        });
        const checkpoint = { ...example, epoch, matrices: made };
        writeCheckpoint(path, checkpoint);
        expect(readCheckpoint(path)).toMatchObject(checkpoint);
      }),
      { numRuns: 20, seed: 1 },
    );
    const values = Float32Array.from({ length: 700 * 1000 }, (_, i) => Math.fround(i / 3));
    const rows = Array.from({ length: 8000 }, (_, k) => ({ ...row, epoch: k + 1 }));
    const large = { ...example, rows, matrices: [{ name: "w", rows: 700, columns: 1000, values }] };
    writeCheckpoint(path, large);
    const read = readCheckpoint(path)!;
    expect(read.rows).toEqual(rows);
    expect(Buffer.compare(Buffer.from(read.matrices[0]!.values.buffer), Buffer.from(values.buffer))).toBe(0);
  });

  test("no file is no checkpoint; a view into a larger array is written as the part it shows", () => {
    expect(readCheckpoint(temporaryFile())).toBeUndefined();
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const path = written({ ...example, matrices: [{ name: "w", rows: 1, columns: 2, values }] });
    expect([...readCheckpoint(path)!.matrices[0]!.values]).toEqual([1, 2]);
  });
});

describe("files that are refused and left alone", () => {
  test("every truncation", () => {
    const bytes = readFileSync(written());
    const path = temporaryFile();
    writeFileSync(path, bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      expect(refusal(path)).toMatch(/is damaged: it is cut short/);
    }
    expect(readFileSync(path)).toHaveLength(0);
  });

  test("every flipped byte, in header and weights, and bytes that follow", () => {
    const bytes = readFileSync(written());
    const path = temporaryFile();
    for (let k = 0; k < bytes.length; k++) {
      const changed = Buffer.from(bytes);
      changed[k]! ^= 1;
      writeFileSync(path, changed);
      expect(refusal(path)).toMatch(/is damaged|is not a checkpoint/);
      expect(readFileSync(path).equals(changed)).toBe(true);
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.of(0)]));
    expect(refusal(path)).toMatch(/is damaged: 1 bytes follow its weights/);
  });

  test("files of other programs", () => {
    const path = temporaryFile();
    for (const text of ["hello\n", '{"format":"other"}\n', "\x93NUMPY", "x".repeat(3e6)]) {
      writeFileSync(path, text);
      expect(refusal(path)).toMatch(/is not a checkpoint of learning$/);
    }
  });

  test("a later format, whole by its own checksum", () => {
    const path = written();
    const line = readFileSync(path, "utf8").split("\n")[0]!;
    const body = line.replace(/,"checksum":.*/, "}").replace('"version":1', '"version":2');
    const checksum = createHash("sha256").update(body).digest("hex").slice(0, 16);
    writeFileSync(path, `${body.slice(0, -1)},"checksum":"${checksum}"}\n`);
    expect(refusal(path)).toMatch(/format version 2, this program reads version 1$/);
  });

  test("a folder of that name", () => {
    const path = temporaryFile();
    mkdirSync(path);
    expect(() => readCheckpoint(path)).toThrow(StoreError);
    expect(() => readCheckpoint(path)).toThrow(/^cannot read .*: it is a folder$/);
  });
});

describe("a checkpoint that cannot be written leaves the last one as it was", () => {
  const next: Checkpoint = { ...example, epoch: 2, rows: [row, { ...row, epoch: 2 }] };
  const full = (): never => {
    // The real error of a full disk.
    const file = openSync("/dev/full", "w");
    try {
      writeSync(file, "x");
      throw new Error("/dev/full took a byte");
    } finally {
      closeSync(file);
    }
  };

  /** Takes so many bytes in all, a few at a time, and then no more. */
  function limited(room: number): (file: number, bytes: Uint8Array) => number {
    let left = room;
    return (file, bytes) => {
      if (left === 0) return full();
      const count = writeSync(file, bytes.subarray(0, Math.min(left, 33)));
      left -= count;
      return count;
    };
  }

  test.each([
    ["at its first byte", () => 0],
    ["in the midst of the header", () => 100],
    ["before the last byte", (size: number) => size - 1],
  ])("the disk is full %s", (_, roomOf) => {
    const room = roomOf(readFileSync(written(next)).length);
    const path = written();
    const before = readFileSync(path);
    expect(() => writeCheckpoint(path, next, { write: limited(room) })).toThrow(
      new StoreError(`cannot write ${path}: no space left on the disk`),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(path, ".."))).toEqual(["learn.checkpoint"]);
    writeCheckpoint(path, next);
    expect(readCheckpoint(path)!.epoch).toBe(2);
  });

  test("short writes lose nothing; a writer that takes nothing is an error and no loop", () => {
    const path = temporaryFile();
    writeCheckpoint(path, example, { write: limited(1e6) });
    expect(readCheckpoint(path)).toMatchObject(example);
    expect(() => writeCheckpoint(path, next, { write: () => 0 })).toThrow(/nothing was taken/);
    expect(readCheckpoint(path)!.epoch).toBe(1);
  });

  test("numbers that JSON cannot hold are refused before anything is written", () => {
    const path = written();
    expect(() => writeCheckpoint(path, { ...next, rows: [{ ...row, symmetry: NaN }] })).toThrow(/symmetry/);
    expect(readCheckpoint(path)!.epoch).toBe(1);
  });

  test("a draft that a killed process left behind is no obstacle", () => {
    const path = written();
    writeFileSync(`${path}.draft`, "half a checkp");
    writeCheckpoint(path, next);
    expect(readCheckpoint(path)!.epoch).toBe(2);
    expect(readdirSync(join(path, ".."))).toEqual(["learn.checkpoint"]);
  });
});
