/**
 * @file The append-only store of results: `FOLDER/rows/*.jsonl`, one checksummed JSON line a task. A run that is killed
 * leaves at most one torn line, at the end; every line before it is whole, and its task is not run again.
 */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StoreError, attempt, storeError } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { requireJson } from "./json.ts";
import type { Lock } from "./lock.ts";
import { acquireLock } from "./lock.ts";
import type { Contents, ReadReport } from "./read.ts";
import { readFolder, rowsFolder } from "./read.ts";
import type { StoredResult } from "./row.ts";
import { formatLine, parseLine } from "./row.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** Writes bytes at the end of an open file and returns how many were taken; default `fs.writeSync`. */
  readonly write?: (file: number, bytes: Uint8Array) => number;
}

/** Rows of this process go here; other writers may add files of their own beside it. */
const ownFile = "rows.jsonl";

/** A power cut may cost the rows of the last second; a killed process none, since each row is one write call. */
const syncInterval = 1000;

/**
 * A store that is open for writing; the folder is locked until `close`.
 * @source file format of this project, as {@link openStore}
 */
export class ResultStore {
  /** What was found when the store was opened. */
  readonly report: ReadReport;
  readonly #path: string;
  readonly #file: number;
  readonly #lock: Lock;
  readonly #write: (file: number, bytes: Uint8Array) => number;
  readonly #results: Map<string, StoredResult>;
  #length: number;
  #syncTimer: NodeJS.Timeout | undefined;
  #failure: StoreError | undefined;
  #closed = false;

  /** Use {@link openStore}. */
  constructor(opened: { path: string; file: number; lock: Lock; contents: Contents; options: StoreOptions }) {
    this.report = opened.contents.report;
    this.#path = opened.path;
    this.#file = opened.file;
    this.#lock = opened.lock;
    this.#write = opened.options.write ?? ((file, bytes) => writeSync(file, bytes));
    this.#results = opened.contents.results;
    this.#length = fstatSync(opened.file).size;
  }

  /** Results by task key, those appended included. */
  get results(): ReadonlyMap<string, StoredResult> {
    return this.#results;
  }

  /**
   * Adds the result of a task at the end of the file, in one write call; a task that is in the store already stays
   * as it is. What `results` then holds is what a later process will read.
   * @param task the task
   * @param result its result, plain JSON; has to be the same whenever the task runs
   * @param provenance plain JSON object of what may differ between runs (wall time, host); stored beside the result
   * @returns the task's key
   * @throws OutOfDomain when task, result or provenance are not plain JSON
   * @throws StoreError when the disk is full or the file cannot be written; rows written before stay, none is torn
   */
  append(task: Task, result: unknown, provenance: object = {}): string {
    if (this.#closed) throw new StoreError(`cannot write ${this.#path}: the store is closed`);
    if (this.#failure !== undefined) throw this.#failure;
    const key = taskKey(task);
    if (this.#results.has(key)) return key;
    requireJson(result, "result");
    requireJson(provenance, "provenance");
    const line = formatLine({ key, task, result, provenance });
    const bytes = Buffer.from(`${line}\n`);
    this.#appendBytes(bytes);
    this.#length += bytes.length;
    const parsed = parseLine(line);
    if (parsed.kind !== "result")
      throw new StoreError(`cannot write ${this.#path}: the row of ${key} reads back damaged`);
    this.#results.set(key, parsed.stored);
    this.#syncTimer ??= setTimeout(() => this.#sync(), syncInterval).unref();
    return key;
  }

  /**
   * Forces all rows to the disk, closes the file and releases the folder; may be called again without effect.
   * @throws StoreError when the disk reports a failure, or has reported one since the store was opened; the folder is
   * released all the same
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#syncTimer);
    try {
      attempt("write", this.#path, () => fdatasyncSync(this.#file));
      // A failure is reported to the first sync after it only, which may have been that of the timer.
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      closeSync(this.#file);
      this.#lock.release();
    }
  }

  #appendBytes(bytes: Uint8Array): void {
    try {
      // One call takes the whole line, except on a disk that is about to be full; the next call then says so.
      for (let taken = 0; taken < bytes.length;) {
        const count = this.#write(this.#file, bytes.subarray(taken));
        if (count === 0) throw new Error("nothing was taken");
        taken += count;
      }
      // The name is gone when somebody removed the folder: rows would go where nobody finds them.
      if (fstatSync(this.#file).nlink === 0) throw new Error("the file was removed while it was in use");
    } catch (error) {
      this.#failure = storeError("write", this.#path, error);
      this.#removeTornLine();
      throw this.#failure;
    }
  }

  #removeTornLine(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // Then the next process that opens the store drops the torn line.
    }
  }

  #sync(): void {
    this.#syncTimer = undefined;
    try {
      fdatasyncSync(this.#file);
    } catch (error) {
      this.#failure ??= storeError("write", this.#path, error);
    }
  }
}

/**
 * Opens the store of a folder for writing, making the folder if needed. The folder is locked; a torn last line of an
 * earlier run is cut off, so that the next line cannot run into it.
 * @param folder folder of the sweep; results are in its subfolder `rows`
 * @param options see {@link StoreOptions}
 * @returns the open store; call `close` when done
 * @throws FolderInUse when another process has it open
 * @throws StoreError when the folder or its files cannot be made, read or written
 * @source file format of this project: one JSON line a result, written once
 */
export function openStore(folder: string, options: StoreOptions = {}): ResultStore {
  const rows = rowsFolder(folder);
  makeFolder(rows);
  const lock = acquireLock(join(folder, "sweep.lock"));
  let file: number | undefined;
  try {
    const path = join(rows, ownFile);
    const contents = readFolder(folder);
    file = attempt("write", path, () => openSync(path, "a"));
    mendEnd(path, file, contents);
    return new ResultStore({ path, file, lock, contents, options });
  } catch (error) {
    if (file !== undefined) closeSync(file);
    lock.release();
    throw error;
  }
}

/** Cuts off a torn last line; one that lacks nothing but its line end (a text editor's work) gets it. */
function mendEnd(path: string, file: number, contents: Contents): void {
  const end = contents.ends.get(path);
  if (end === undefined) return;
  attempt("mend", path, () => {
    if (end.lastLineIsWhole) writeSync(file, "\n");
    else ftruncateSync(file, end.length);
  });
}

/**
 * Reads the store of a folder without locking or changing it; a running sweep may be writing to it.
 * @param folder folder of the sweep
 * @returns the results by task key and a report of what was left out; both empty where there is no store
 * @throws StoreError when the files are there but cannot be read
 * @source file format of this project, as {@link openStore}
 */
export function readStore(folder: string): {
  results: ReadonlyMap<string, StoredResult>;
  report: ReadReport;
} {
  const { results, report } = readFolder(folder);
  return { results, report };
}
