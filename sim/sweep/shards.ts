/**
 * @file Reading the shards of a sweep: `FOLDER/rows/*.jsonl`, files that grow at their end, each with one writer. Whole
 * lines are used, once for each key; everything else is counted and left out. What is remembered grows with the number
 * of keys, not with the size of the results.
 */
import { closeSync, fstatSync, readSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../file-system.ts";
import { StoreError, attempt, storeError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { lineAt, linesOf, openRegular } from "./lines.ts";
import { checkLine, sameResult } from "./row.ts";

/** What was found in a store; all counts are 0 in a store that nothing happened to. */
export interface ReadReport {
  /** Lines that are not what was written: a changed byte, a line torn by a full disk. Their tasks run again. */
  readonly damaged: number;
  /** Number of lines that no store wrote. */
  readonly foreign: number;
  /** Last lines that are unfinished: of killed processes, whose tasks run again, or being written at this moment. */
  readonly torn: number;
  /** Further lines of a task that was read before, with the same result. */
  readonly duplicates: number;
  /** Further lines of a task that was read before, with another result; the first is used. */
  readonly conflicts: number;
  /** Files that have damaged, foreign or conflicting lines. */
  readonly files: readonly string[];
}

/** The first line of a task. */
export interface NewLine {
  readonly key: string;
  /** The line without its line end; valid until the next line is asked for. */
  readonly line: Buffer;
}

/** A shard shrank, changed or went away after it was read: what was read of it may no longer be there. */
export class ShardReplaced extends StoreError {
  /** @param path the shard */
  constructor(path: string) {
    super(`cannot read ${path}: it was changed or removed while it was in use`);
  }
}

const extension = ".jsonl";

/** Last bytes that tell whether a shard is still the one that was read: they hold the checksum of its last line. */
const seamLength = 32;

/** How far a shard was read. */
interface Shard {
  readonly path: string;
  /** Bytes up to the end of the last finished line. */
  length: number;
  inode: number;
  /** The bytes before `length`, at most {@link seamLength}. */
  seam: Buffer;
  /** What stands after `length`: nothing, a line that cannot be used, or one that lacks its line end only, by its key. */
  tail: { readonly kind: "none" | "torn" | "foreign" } | { readonly kind: "whole"; readonly key: string };
  damaged: number;
  foreign: number;
  duplicates: number;
  conflicts: number;
}

/** Where the first line of a task is. */
interface Place {
  readonly shard: Shard;
  readonly start: number;
}

/** Folder of the shards of a sweep. */
export function rowsFolder(folder: string): string {
  return join(folder, "rows");
}

/** Name of the shard of an owner. */
export function shardName(owner: string): string {
  return `${owner}${extension}`;
}

/**
 * Names of the JSON-lines files of a folder, in order.
 * @param folder one that does not exist has none
 * @throws StoreError when it cannot be read
 */
export function shardNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(extension))
      .sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storeError("read", folder, error);
  }
}

/** Reads the shards of a folder, and later what they have gained. */
export class ShardReader {
  readonly #folder: string;
  readonly #shards = new Map<string, Shard>();
  readonly #places = new Map<string, Place>();

  /** @param folder folder of the shards; nothing is read yet */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keys of all usable lines read so far. */
  get keys(): ReadonlyMap<string, unknown> {
    return this.#places;
  }

  /** Names of the shards read so far. */
  get names(): Iterable<string> {
    return this.#shards.keys();
  }

  /** What was found so far, in all shards. */
  get report(): ReadReport {
    const total = { damaged: 0, foreign: 0, torn: 0, duplicates: 0, conflicts: 0 };
    const files: string[] = [];
    for (const { path, tail, damaged, foreign, duplicates, conflicts } of this.#shards.values()) {
      const foreignTail = tail.kind === "foreign" ? 1 : 0;
      total.damaged += damaged;
      total.foreign += foreign + foreignTail;
      total.torn += tail.kind === "torn" ? 1 : 0;
      total.duplicates += duplicates;
      total.conflicts += conflicts;
      if (damaged + foreign + foreignTail + conflicts > 0) files.push(path);
    }
    return { ...total, files };
  }

  /**
   * Reads what a shard has gained since it was last read. The file is opened anew, because a network file system
   * shows the writing of other machines then only.
   * @param name name of the shard in the folder
   * @returns the lines of tasks that were not read before
   * @throws ShardReplaced when what was read before is no longer in it, or it is gone
   * @throws StoreError when it cannot be read
   */
  *read(name: string): Generator<NewLine> {
    const path = join(this.#folder, name);
    const shard = this.#shards.get(name) ?? newShard(path);
    let file: number;
    try {
      file = openRegular(path);
    } catch (error) {
      if (error instanceof StoreError && errorCode(error.cause) === "ENOENT") throw new ShardReplaced(path);
      throw error;
    }
    const earlier = new EarlierLines();
    try {
      this.#shards.set(name, shard);
      const size = requireSame(file, shard);
      if (size === shard.length) {
        shard.tail = { kind: "none" };
        return;
      }
      for (const line of linesOf(file, { path, start: shard.length, end: size })) {
        const key = this.#take(shard, line, earlier);
        if (key !== undefined) yield { key, line: line.bytes };
      }
      shard.seam = seamAt(file, shard);
    } finally {
      earlier.close();
      closeSync(file);
    }
  }

  /**
   * Notes a line that this process has written at the end of a shard.
   * @param name name of the shard
   * @param key task of the line
   * @param bytes the line with its line end
   */
  wrote(name: string, key: string, bytes: Buffer): void {
    const shard = this.#shards.get(name) ?? newShard(join(this.#folder, name));
    this.#shards.set(name, shard);
    this.#places.set(key, { shard, start: shard.length });
    shard.length += bytes.length;
    shard.seam = Buffer.from(bytes.subarray(-seamLength));
  }

  /** Counts a line; returns its key when it is the first of its task. */
  #take(shard: Shard, line: Line, earlier: EarlierLines): string | undefined {
    const checked = checkLine(line.bytes);
    const before = shard.tail;
    const key = checked.kind === "result" ? checked.key : undefined;
    if (before.kind === "whole" && before.key !== key) throw new ShardReplaced(shard.path);
    shard.tail = line.finished ? { kind: "none" } : tailOf(checked);
    if (line.finished) shard.length = line.start + line.bytes.length + 1;
    if (key === undefined) {
      if (line.finished && checked.kind !== "result") shard[checked.kind]++;
      return undefined;
    }
    // It was counted when it still lacked its line end.
    if (before.kind === "whole") return undefined;
    const first = this.#places.get(key);
    if (first === undefined) {
      this.#places.set(key, { shard, start: line.start });
      return key;
    }
    shard[earlier.agrees(first, line.bytes) ? "duplicates" : "conflicts"]++;
    return undefined;
  }
}

function newShard(path: string): Shard {
  const counts = { damaged: 0, foreign: 0, duplicates: 0, conflicts: 0 };
  return { path, length: 0, inode: 0, seam: Buffer.alloc(0), tail: { kind: "none" }, ...counts };
}

/** What an unfinished last line is. */
function tailOf(checked: ReturnType<typeof checkLine>): Shard["tail"] {
  if (checked.kind === "result") return { kind: "whole", key: checked.key };
  return { kind: checked.kind === "damaged" ? "torn" : "foreign" };
}

/**
 * Checks that what was read of a shard is still there.
 * @returns size of the file
 * @throws ShardReplaced when it is not
 */
function requireSame(file: number, shard: Shard): number {
  const { size, ino } = attempt("read", shard.path, () => fstatSync(file));
  const sameFile = shard.inode === ino || shard.inode === 0;
  shard.inode = ino;
  const unchanged = sameFile && size === shard.length;
  const lostTail = size === shard.length && shard.tail.kind === "whole";
  if (lostTail || (!unchanged && !seamAt(file, shard).equals(shard.seam)))
    throw new ShardReplaced(shard.path);
  return size;
}

/** The last bytes of what was read of a shard, as they are in the file now. */
function seamAt(file: number, { path, length }: Shard): Buffer {
  const seam = Buffer.alloc(Math.min(seamLength, length));
  const count = attempt("read", path, () => readSync(file, seam, 0, seam.length, length - seam.length));
  return seam.subarray(0, count);
}

/** Looks up lines that were read before, keeping the file of the last one open. */
class EarlierLines {
  #path: string | undefined;
  #file = 0;

  /** Whether a line has the result of an earlier one of its task. */
  agrees({ shard: { path }, start }: Place, line: Buffer): boolean {
    if (this.#path !== path) {
      this.close();
      this.#file = openRegular(path);
      this.#path = path;
    }
    const first = lineAt(this.#file, path, start, line.length + seamLength);
    return checkLine(first).kind === "result" && sameResult(first, line);
  }

  close(): void {
    if (this.#path !== undefined) closeSync(this.#file);
    this.#path = undefined;
  }
}
