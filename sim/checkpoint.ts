/**
 * @file Checkpoints of learning: one file with what a run needs to go on. A line of JSON, which says whose state it is
 * and ends with its own checksum, then the weights of every matrix, row after row, as little-endian f32.
 *
 * A checkpoint is written beside the last one, forced to the disk, and given its name; then the folder is forced to the
 * disk too. Whatever happens, a power cut included, the name belongs to a complete checkpoint, the old or the new one.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./file-system.ts";
import type { TrainingEpoch } from "./learning/train.ts";
import type { WeightMatrix } from "./learning/weights.ts";
import { attempt, storeError } from "./sweep/errors.ts";
import type { Json } from "./sweep/json.ts";
import { requireJson } from "./sweep/json.ts";
import { digest } from "./sweep/task.ts";

/** A file that is no checkpoint, or a damaged one; the message is one line that names it and the reason. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/** An epoch and how long it took. */
export interface TimedEpoch extends TrainingEpoch {
  /** Wall time of the epoch and of judging it. */
  readonly seconds: number;
}

/** A matrix of weights with its name, such as `couplings0`. */
export interface NamedMatrix extends WeightMatrix {
  readonly name: string;
}

/** A run after some epochs. */
export interface Checkpoint {
  /** What decides the course of the run: plain JSON. */
  readonly configuration: { readonly [name: string]: Json };
  /** Epochs done. */
  readonly epoch: number;
  /** What was measured after each of them. */
  readonly rows: readonly TimedEpoch[];
  readonly matrices: readonly NamedMatrix[];
}

/** A checkpoint as it was read. */
export interface StoredCheckpoint extends Checkpoint {
  /** SHA-256 of all weights in hexadecimal digits. */
  readonly weights: string;
}

/** Options of {@link writeCheckpoint}. */
export interface WriteOptions {
  /** Writes bytes at the end of an open file and returns how many were taken; default `fs.writeSync`. */
  readonly write?: (file: number, bytes: Uint8Array) => number;
}

/** The first line of the file. */
interface Header extends Omit<Checkpoint, "matrices"> {
  readonly format: string;
  readonly version: number;
  readonly matrices: readonly { readonly name: string; readonly rows: number; readonly columns: number }[];
  readonly weights: string;
}

const format = "fixed-point-atlas checkpoint of learning";
const version = 1;
const beginning = `{"format":"${format}"`;

/** 64 bits: chance damage of the header passes with a probability of 5·10⁻²⁰. */
const checksumLength = 16;
const ending = new RegExp(`,"checksum":"([0-9a-f]{${checksumLength}})"}$`);

/** Bytes that are read or written by one call. */
const chunkLength = 1 << 20;
/** A longer first line, some 200,000 epochs, is none. */
const longestHeader = 1 << 26;
const bytesPerWeight = 4;
const lineEnd = 0x0a;

/** Kernel memory is little-endian, and so is every machine that shares it with typed arrays: weights as they lie. */
const bytesOf = ({ values }: WeightMatrix): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * Writes a checkpoint in place of the last one, which stays until the new one is complete and on the disk.
 * @param path file of the checkpoint; a draft is made beside it, with `.draft` after its name
 * @returns SHA-256 of all weights in hexadecimal digits
 * @throws StoreError when it cannot be written (a full disk, say); the last checkpoint is then as it was
 * @throws OutOfDomain when the configuration or a row is not plain JSON
 */
export function writeCheckpoint(
  path: string,
  { configuration, epoch, rows, matrices }: Checkpoint,
  { write = (file, bytes) => writeSync(file, bytes) }: WriteOptions = {},
): string {
  const hash = createHash("sha256");
  for (const matrix of matrices) hash.update(bytesOf(matrix));
  const weights = hash.digest("hex");
  const shapes = matrices.map(({ name, rows, columns }) => ({ name, rows, columns }));
  const header: Header = { format, version, configuration, epoch, rows, matrices: shapes, weights };
  requireJson(header, "checkpoint");
  const draft = `${path}.draft`;
  attempt("write", path, () => {
    try {
      writeDraft(draft, [headerLine(header), ...matrices.map(bytesOf)], write);
      renameSync(draft, path);
      syncFolder(dirname(path));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
  return weights;
}

function headerLine(header: Header): Uint8Array {
  const body = JSON.stringify(header);
  return Buffer.from(`${body.slice(0, -1)},"checksum":"${digest(body, checksumLength)}"}\n`);
}

function writeDraft(
  draft: string,
  parts: readonly Uint8Array[],
  write: NonNullable<WriteOptions["write"]>,
): void {
  const file = openSync(draft, "w");
  try {
    for (const part of parts) {
      for (let taken = 0; taken < part.length;) {
        const count = write(file, part.subarray(taken, taken + chunkLength));
        if (count === 0) throw new Error("nothing was taken");
        taken += count;
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Forces the new name to the disk; file systems that cannot do that for a folder keep names on their own. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch (error) {
    if (!["EINVAL", "EPERM", "ENOTSUP", "EISDIR"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    closeSync(handle);
  }
}

/**
 * Reads a checkpoint and checks every byte of it.
 * @param path file of the checkpoint; it is not changed
 * @returns the checkpoint, or undefined when there is no such file
 * @throws CheckpointError when the file is foreign, of another version, cut short or damaged
 * @throws StoreError when it cannot be read
 */
export function readCheckpoint(path: string): StoredCheckpoint | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return readOpen(path, file);
  } catch (error) {
    if (file === undefined && errorCode(error) === "ENOENT") return undefined;
    throw error instanceof CheckpointError ? error : storeError("read", path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readOpen(path: string, file: number): StoredCheckpoint {
  const line = readLine(path, file);
  const { configuration, epoch, rows, matrices, weights } = parseHeader(path, line.toString("utf8"));
  const start = line.length + 1;
  const length = matrices.reduce((sum, { rows, columns }) => sum + rows * columns * bytesPerWeight, start);
  // Before any memory is asked for.
  const { size } = fstatSync(file);
  if (size < length) throw damaged(path, `it is cut short: ${length} bytes expected, ${size} there`);
  if (size > length) throw damaged(path, `${size - length} bytes follow its weights`);
  const hash = createHash("sha256");
  let position = start;
  const read = matrices.map(({ name, rows, columns }) => {
    const matrix = { name, rows, columns, values: new Float32Array(rows * columns) };
    const bytes = bytesOf(matrix);
    if (fill(file, bytes, position) < bytes.length)
      throw damaged(path, "it became shorter while it was read");
    hash.update(bytes);
    position += bytes.length;
    return matrix;
  });
  if (hash.digest("hex") !== weights) throw damaged(path, "its weights are not those that were written");
  return { configuration, epoch, rows, matrices: read, weights };
}

/** The first line, without its end. */
function readLine(path: string, file: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length < longestHeader;) {
    const chunk = Buffer.alloc(chunkLength);
    const count = fill(file, chunk, length);
    const end = chunk.subarray(0, count).indexOf(lineEnd);
    chunks.push(chunk.subarray(0, end < 0 ? count : end));
    length += count;
    if (!startsAsCheckpoint(chunks[0])) break;
    if (end >= 0) return Buffer.concat(chunks);
    if (count < chunkLength) throw damaged(path, "it is cut short inside its first line");
  }
  throw foreign(path);
}

/** A file that was cut inside the first words counts as a checkpoint: nothing else is known of it. */
function startsAsCheckpoint(begin: Buffer | undefined): boolean {
  const text = begin?.toString("latin1") ?? "";
  return text.startsWith(beginning) || beginning.startsWith(text);
}

function parseHeader(path: string, line: string): Header {
  const match = ending.exec(line);
  const body = match === null ? "" : `${line.slice(0, match.index)}}`;
  if (match === null || digest(body, checksumLength) !== match[1]) {
    throw damaged(path, "its first line is not the one that was written");
  }
  // The checksum says that these are the bytes of `headerLine`; only the version may differ.
  const header = JSON.parse(body) as Header;
  if (header.version !== version) {
    throw new CheckpointError(
      `${path} is a checkpoint of format version ${header.version}, this program reads version ${version}`,
    );
  }
  return header;
}

/** Reads at a position until the bytes are full or the file ends; returns their number. */
function fill(file: number, bytes: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(
      file,
      bytes,
      filled,
      Math.min(chunkLength, bytes.length - filled),
      position + filled,
    );
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

const foreign = (path: string) => new CheckpointError(`${path} is not a checkpoint of learning`);

const damaged = (path: string, reason: string) =>
  new CheckpointError(`${path} is damaged: ${reason}; it stays as it is, move it away to begin anew`);
