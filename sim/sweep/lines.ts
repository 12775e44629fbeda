/** @file The lines of a file as bytes, read in steps, so that a file may be larger than the memory. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { StoreError, attempt } from "./errors.ts";

/** A line of a file. */
export interface Line {
  /** The line without its line end; valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** Position of its first byte in the file. */
  readonly start: number;
  /** False for a last line without line end. */
  readonly finished: boolean;
}

/** What to read of a file. */
export interface Part {
  /** Name of the file in messages. */
  readonly path: string;
  /** Position of the first byte. */
  readonly start: number;
  /** Position after the last byte. */
  readonly end: number;
}

/** Most bytes that are read at once. */
const longestStep = 1 << 20;
const lineEnd = "\n".charCodeAt(0);

/** Flags for opening: to open a named pipe for reading otherwise waits for a writer, and no signal ends that. */
export const readingAtOnce = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a regular file for reading.
 * @param path the file
 * @returns its descriptor
 * @throws StoreError when it cannot be opened, or is a folder, a pipe or a device
 */
export function openRegular(path: string): number {
  const file = attempt("read", path, () => openSync(path, readingAtOnce));
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new StoreError(`cannot read ${path}: it is not a regular file`);
}

/**
 * Lines of a part of an open file.
 * @param file descriptor, open for reading
 * @param part where to start and to end, in bytes
 * @throws StoreError when it cannot be read
 */
export function* linesOf(file: number, { path, start, end }: Part): Generator<Line> {
  const step = Buffer.alloc(Math.min(longestStep, end - start));
  let lineStart = start;
  let parts: Buffer[] = [];
  for (let position = start; position < end;) {
    const count = attempt("read", path, () =>
      readSync(file, step, 0, Math.min(step.length, end - position), position),
    );
    if (count === 0) break;
    position += count;
    const filled = step.subarray(0, count);
    let from = 0;
    for (let to = filled.indexOf(lineEnd); to >= 0; to = filled.indexOf(lineEnd, from)) {
      const piece = filled.subarray(from, to);
      const bytes = parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      from = to + 1;
      yield { bytes, start: lineStart, finished: true };
      lineStart += bytes.length + 1;
    }
    if (from < count) parts.push(Buffer.from(filled.subarray(from)));
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), start: lineStart, finished: false };
}

/**
 * The line that starts at a place of an open file.
 * @param file descriptor, open for reading
 * @param path its name in messages
 * @param start position of the first byte of the line
 * @param expected length to try first, in bytes, > 0
 * @returns the line without its line end
 * @throws StoreError when it cannot be read
 */
export function lineAt(file: number, path: string, start: number, expected: number): Buffer {
  for (let length = expected; ; length *= 2) {
    const bytes = Buffer.alloc(length);
    const count = attempt("read", path, () => readSync(file, bytes, 0, length, start));
    const end = bytes.subarray(0, count).indexOf(lineEnd);
    if (end >= 0 || count < length) return bytes.subarray(0, end >= 0 ? end : count);
  }
}
