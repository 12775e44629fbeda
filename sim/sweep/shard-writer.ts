/** @file Writing a shard: a file of lines with this process as its one writer, made when its first line is written. */
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../file-system.ts";
import { StoreError, attempt, storeError } from "./errors.ts";

/** Writes bytes at the end of an open file and returns how many were taken, as `fs.writeSync` does. */
export type Write = (file: number, bytes: Uint8Array) => number;

/** File systems that cannot force a folder to the disk say so with one of these. */
const noFolderSync: readonly (string | undefined)[] = [
  "EINVAL",
  "EISDIR",
  "EPERM",
  "EACCES",
  "ENOTSUP",
  "ENOSYS",
];

/** A shard that this process writes. After a failure nothing more is written, and every call throws that failure. */
export class ShardWriter {
  readonly #path: string;
  readonly #write: Write;
  #file: number | undefined;
  #length = 0;
  #unsynced = false;
  #failure: StoreError | undefined;
  #closed = false;

  /** @param path the shard, in a folder that exists; it must not exist itself and is made by the first `append` */
  constructor(path: string, write: Write) {
    this.#path = path;
    this.#write = write;
  }

  /**
   * Adds a line at the end, in one write call.
   * @param bytes the line with its line end
   * @throws StoreError when the disk is full or the file cannot be written; lines before stay, none is torn
   */
  append(bytes: Buffer): void {
    if (this.#closed) throw new StoreError(`cannot write ${this.#path}: the store is closed`);
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const file = (this.#file ??= this.#create());
      this.#unsynced = true;
      // One call takes the whole line, except on a disk that is about to be full; the next call then says so.
      for (let taken = 0; taken < bytes.length;) {
        const count = this.#write(file, bytes.subarray(taken));
        if (count === 0) throw new StoreError(`cannot write ${this.#path}: nothing was taken`);
        taken += count;
      }
      // The name is gone when somebody removed the folder: lines would go where nobody finds them.
      if (fstatSync(file).nlink === 0)
        throw new StoreError(`cannot write ${this.#path}: the file was removed while it was in use`);
    } catch (error) {
      this.#failure = error instanceof StoreError ? error : storeError("write", this.#path, error);
      this.#removeTornLine();
      throw this.#failure;
    }
    this.#length += bytes.length;
  }

  /**
   * Forces all lines to the disk, and sees whether they are still where readers will look for them.
   * @throws StoreError when the disk reports a failure, the file was truncated, moved or replaced, or either was so before
   */
  sync(): void {
    const file = this.#file;
    if (this.#failure === undefined && file !== undefined) {
      try {
        if (this.#unsynced) fdatasyncSync(file);
        this.#unsynced = false;
        this.#requireInPlace(file);
      } catch (error) {
        // The system reports a failure once only: a later success would say nothing about these lines.
        this.#failure = error instanceof StoreError ? error : storeError("write", this.#path, error);
      }
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Forces all lines to the disk and closes the file; may be called again without effect.
   * @throws StoreError as `sync` does; the file is closed all the same
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.sync();
    } finally {
      if (this.#file !== undefined) closeSync(this.#file);
    }
  }

  #create(): number {
    const file = openSync(this.#path, "ax");
    // Without this a power cut may take the name of the file, and with it lines that were forced to the disk.
    const folder = dirname(this.#path);
    syncFolder(folder);
    syncFolder(dirname(folder));
    return file;
  }

  /** Lines that somebody cut off, or took away with the name of the file, must not count as stored. */
  #requireInPlace(file: number): void {
    const { size, ino, dev } = fstatSync(file);
    const named = statSync(this.#path, { throwIfNoEntry: false });
    if (size === this.#length && named?.ino === ino && named.dev === dev) return;
    throw new StoreError(
      `cannot write ${this.#path}: the file was changed, moved or replaced while it was in use; ` +
        "what it lost runs again at the next start",
    );
  }

  #removeTornLine(): void {
    if (this.#file === undefined) return;
    try {
      // To cut a file that somebody else has cut already would make it longer.
      if (fstatSync(this.#file).size > this.#length) ftruncateSync(this.#file, this.#length);
    } catch {
      // Then readers leave the torn line out.
    }
  }
}

function syncFolder(path: string): void {
  const folder = attempt("open", path, () => openSync(path, "r"));
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!noFolderSync.includes(errorCode(error))) throw error;
  } finally {
    closeSync(folder);
  }
}
