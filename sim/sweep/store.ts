/**
 * @file The store of results of a sweep, which several processes on several machines may write at once. Each has a shard
 * of its own, `FOLDER/rows/OWNER.jsonl`, to which it appends one checksummed JSON line a task; nothing is ever changed
 * or removed. A process that is killed leaves at most one torn line, at the end of its shard; every line before it is
 * whole, and its task is not run again.
 */
import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { errorCode } from "../file-system.ts";
import { StoreError, attempt } from "./errors.ts";
import type { FailedTask } from "./failures.ts";
import { failuresFolder, formatFailure } from "./failures.ts";
import { makeFolder } from "./folder.ts";
import { requireJson } from "./json.ts";
import { leasesFolder, listLeases } from "./lease-files.ts";
import type { LeaseOptions, Leases } from "./leases.ts";
import { openLeases } from "./leases.ts";
import { newOwnerId } from "./owner.ts";
import type { StoredKeys } from "./read.ts";
import { storedKeys, storedResults } from "./read.ts";
import type { StoredResult } from "./row.ts";
import { checkLine, formatLine, storedOf } from "./row.ts";
import type { Write } from "./shard-writer.ts";
import { ShardWriter } from "./shard-writer.ts";
import type { ReadReport } from "./shards.ts";
import { ShardReader, ShardReplaced, rowsFolder, shardName, shardNames } from "./shards.ts";
import type { ReadableSink } from "./sink.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** What is held in memory: the results, or their keys only, so that memory does not grow with the results. */
  readonly keep?: "results" | "keys";
  /** Writes bytes at the end of an open file and returns how many were taken; default `fs.writeSync`. */
  readonly write?: Write;
  /** Timing of the leases, by which processes share the tasks. */
  readonly leases?: LeaseOptions;
}

/**
 * Milliseconds after which rows are forced to the disk: a power cut may cost the rows of the last second; a killed
 * process none, since each row is one write call.
 */
const syncInterval = 1000;

/** Shards of living processes that are looked at before every claim; opening one takes 10 µs here, 1 ms on NFS. */
const fewShards = 32;

/** With more of them, as many are opened in a second: a task that was finished between two looks then runs twice. */
const opensPerSecond = 100;

/**
 * A store that is open for writing, by one of the processes that share its folder.
 *
 * When rows are on the disk: each row is one write call, forced to the disk (fdatasync) at most a second later, at
 * `close`, and before the claim of its task is given back; the folder is forced to the disk when the shard is made.
 * @source file format of this project, as {@link openStore}
 */
export class ResultStore implements ReadableSink {
  readonly #folder: string;
  readonly #rows: string;
  readonly #owner = newOwnerId();
  readonly #write: Write;
  readonly #shard: ShardWriter;
  readonly #results: Map<string, StoredResult> | undefined;
  readonly #leases: Leases;
  #reader: ShardReader;
  #failures: ShardWriter | undefined;
  /** Claims of tasks whose rows are written and not yet forced to the disk. */
  readonly #unsynced = new Set<string>();
  #syncTimer: NodeJS.Timeout | undefined;
  /** Names of the shards of the processes that were there at the last look. */
  #company: ReadonlySet<string> = new Set();
  #lastLook = -Infinity;
  #closed = false;

  /** Use {@link openStore}. */
  constructor(folder: string, { keep = "results", write = writeSync, leases = {} }: StoreOptions) {
    this.#folder = folder;
    this.#rows = rowsFolder(folder);
    this.#write = write;
    this.#results = keep === "results" ? new Map<string, StoredResult>() : undefined;
    this.#reader = new ShardReader(this.#rows);
    this.#shard = new ShardWriter(join(this.#rows, shardName(this.#owner)), write);
    makeFolder(this.#rows);
    this.refresh();
    this.#leases = openLeases(folder, this.#owner, leases);
  }

  /** What was found so far in all shards. */
  get report(): ReadReport {
    return this.#reader.report;
  }

  /** Number of tasks whose results are known to be stored. */
  get size(): number {
    return this.#reader.keys.size;
  }

  /**
   * Results by task key, those appended included.
   * @throws StoreError when the store was opened to keep keys only
   */
  get results(): ReadonlyMap<string, StoredResult> {
    if (this.#results !== undefined) return this.#results;
    throw new StoreError(
      `the results of ${this.#folder} are not in memory: the store was opened for keys only`,
    );
  }

  /**
   * Whether the result of a task is known to be stored; what others appended is known after `refresh` or `claim`.
   * @param key key of the task, as `append` returns it
   * @returns true when it need not run again
   */
  has(key: string): boolean {
    return this.#reader.keys.has(key);
  }

  /**
   * Adds the result of a task at the end of the shard, in one write call; a task that is in the store already stays
   * as it is. What `results` then holds is what a later process will read.
   * @param task the task
   * @param result its result, plain JSON; has to be the same whenever the task runs
   * @param provenance plain JSON object of what may differ between runs (wall time, host); stored beside the result
   * @returns the task's key
   * @throws OutOfDomain when task, result or provenance are not plain JSON
   * @throws StoreError when the disk is full or the file cannot be written; rows written before stay, none is torn
   */
  append(task: Task, result: unknown, provenance: object = {}): string {
    this.#requireOpen();
    const key = taskKey(task);
    if (this.has(key)) return key;
    requireJson(result, "result");
    requireJson(provenance, "provenance");
    const bytes = Buffer.from(`${formatLine({ key, task, result, provenance })}\n`);
    this.#shard.append(bytes);
    const line = bytes.subarray(0, -1);
    if (checkLine(line).kind !== "result")
      throw new StoreError(`cannot write ${this.#rows}: the row of ${key} reads back damaged`);
    this.#reader.wrote(shardName(this.#owner), key, bytes);
    this.#results?.set(key, storedOf(line));
    this.#unsynced.add(key);
    this.#syncSoon();
    return key;
  }

  /**
   * Adds why a task was given up to `FOLDER/failures`, in one write call. The task stays undone: the next run tries it.
   * @param failure the task, how it failed and how often it was tried
   * @throws OutOfDomain when its task is not plain JSON
   * @throws StoreError when the store is closed, the disk is full or the file cannot be written
   */
  appendFailure(failure: FailedTask): void {
    this.#requireOpen();
    const bytes = Buffer.from(`${formatFailure(failure)}\n`);
    this.#failures ??= this.#openFailures();
    this.#failures.append(bytes);
    this.#syncSoon();
  }

  /**
   * Reserves tasks for this process, and looks for those that others finished meanwhile: `has` is then true for them.
   * @param keys keys of the tasks
   * @returns of these keys those that this process now holds and that are not done
   * @throws StoreError when the store is closed, or its folder cannot be read or written
   * @throws ShardReplaced, a StoreError, when a shard is changed or removed, and again while all are read anew
   */
  claim(keys: readonly string[]): ReadonlySet<string> {
    this.#requireOpen();
    const wanted = keys.filter((key) => !this.has(key));
    const claimed = new Set(wanted.length === 0 ? [] : this.#leases.claim(wanted));
    if (claimed.size === 0) return claimed;
    // Another process may have finished a task and given it back before we claimed it.
    this.#readShards("growing");
    const done = [...claimed].filter((key) => this.has(key));
    this.#leases.release(done);
    for (const key of done) claimed.delete(key);
    return claimed;
  }

  /**
   * Gives back tasks that will not run here after all, so that other processes may claim them. Those whose rows are not
   * on the disk yet are kept until `sync`, which gives them back by itself. Never throws.
   * @param keys keys of the tasks; those that this process does not hold are left alone
   */
  release(keys: Iterable<string>): void {
    this.#leases.release([...keys].filter((key) => !this.#unsynced.has(key)));
  }

  /**
   * Reads what all processes have appended since the last look.
   * @throws StoreError when the shards cannot be read
   * @throws ShardReplaced, a StoreError, when a shard is changed or removed, and again while all are read anew
   */
  refresh(): void {
    this.#readShards("all");
  }

  /**
   * Forces all rows to the disk, sees whether they are still in the shard, and gives back the claims of their tasks.
   * @throws StoreError when the disk reports a failure, or the shard was truncated, moved or replaced, or either was so
   *   since the store was opened
   */
  sync(): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#shard.sync();
    this.#leases.release(this.#unsynced);
    this.#unsynced.clear();
    this.#failures?.sync();
  }

  /**
   * Forces all rows to the disk, closes the files and gives back all claims; may be called again without effect.
   * @throws StoreError as `sync` does; the claims are given back all the same
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#syncTimer);
    try {
      try {
        this.#shard.close();
      } finally {
        this.#failures?.close();
      }
    } finally {
      this.#leases.close((key) => this.has(key));
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreError(`cannot write ${this.#folder}: the store is closed`);
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      try {
        this.sync();
      } catch {
        // The next append throws it, or `close`.
      }
    }, syncInterval).unref();
  }

  #openFailures(): ShardWriter {
    const failures = failuresFolder(this.#folder);
    // Not with its parents: a sweep whose folder was removed must not come back as one that has failures only.
    attempt("make the folder", failures, () => {
      try {
        mkdirSync(failures);
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
      }
    });
    return new ShardWriter(join(failures, shardName(this.#owner)), this.#write);
  }

  /** Reads what the shards have gained: all of them, or those new and of processes that are or just were at work. */
  #readShards(which: "all" | "growing"): void {
    const company = new Set(ownersIn(this.#folder).map(shardName));
    company.delete(shardName(this.#owner));
    const now = performance.now() / 1000;
    const pause = company.size > fewShards ? company.size / opensPerSecond : 0;
    if (which === "growing" && now - this.#lastLook < pause) return;
    try {
      this.#readFrom(this.#reader, (name) => which === "all" || company.has(name) || this.#company.has(name));
    } catch (error) {
      if (!(error instanceof ShardReplaced)) throw error;
      this.#readAnew();
    }
    this.#company = company;
    this.#lastLook = now;
  }

  #readFrom(reader: ShardReader, mayHaveGrown: (name: string) => boolean): void {
    const names = shardNames(this.#rows);
    const present = new Set(names);
    const known = new Set(reader.names);
    for (const name of known) if (!present.has(name)) throw new ShardReplaced(join(this.#rows, name));
    for (const name of names) {
      if (known.has(name) && !mayHaveGrown(name)) continue;
      for (const { key, line } of reader.read(name)) this.#results?.set(key, storedOf(line));
    }
  }

  #readAnew(): void {
    this.#results?.clear();
    this.#reader = new ShardReader(this.#rows);
    this.#readFrom(this.#reader, () => true);
  }
}

/** Owners that take part in a sweep or died in it, as their files tell. */
function ownersIn(folder: string): readonly string[] {
  const leases = leasesFolder(folder);
  return attempt("read", leases, () => {
    try {
      return listLeases(leases).owners;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  });
}

/**
 * Opens the store of a folder for writing, making the folder if needed. Other processes may have it open too: they
 * share the tasks by `claim`. What earlier ones left unfinished stays as it is; this one writes a shard of its own.
 * @param folder folder of the sweep; results are in its subfolder `rows`
 * @param options see {@link StoreOptions}
 * @returns the open store; call `close` when done
 * @throws OutOfDomain when a time of the leases is outside its domain
 * @throws StoreError when the folder or its files cannot be made, read or written
 * @throws ShardReplaced, a StoreError, when a shard is changed or removed, and again while all are read anew
 * @source file format of this project: one JSON line a result, written once
 */
export function openStore(folder: string, options: StoreOptions = {}): ResultStore {
  return new ResultStore(folder, options);
}

/** Results of a store that was read. */
export interface StoredResults {
  /** Results by task key. */
  readonly results: ReadonlyMap<string, StoredResult>;
  /** What was left out. */
  readonly report: ReadReport;
}

/**
 * Reads the results of a folder without changing it; a running sweep may be writing to it.
 * @param folder folder of the sweep
 * @param options `keep`: "results", the default
 * @returns the results by task key, and a report of what was left out; empty where there is no store
 * @throws StoreError when the files are there but cannot be read
 * @source file format of this project, as {@link openStore}
 */
export function readStore(folder: string, options?: { readonly keep?: "results" }): StoredResults;
/**
 * Reads the keys of the results of a folder, for counting them, which is several times faster than reading the results.
 * @param folder folder of the sweep
 * @param options `keep`: "keys"
 * @returns the keys of the stored tasks, and a report of what was left out; empty where there is no store
 * @throws StoreError when the files are there but cannot be read
 * @source file format of this project, as {@link openStore}
 */
export function readStore(folder: string, options: { readonly keep: "keys" }): StoredKeys;
/**
 * Reads the store of a folder without changing it.
 * @param folder folder of the sweep
 * @param options `keep`: "results" (default) or "keys"
 * @returns the results or the keys, and a report of what was left out
 * @throws StoreError when the files are there but cannot be read
 * @source file format of this project, as {@link openStore}
 */
export function readStore(
  folder: string,
  { keep = "results" }: Pick<StoreOptions, "keep"> = {},
): StoredResults | StoredKeys {
  if (keep === "keys") return storedKeys(folder);
  const results = new Map<string, StoredResult>();
  const reading = storedResults(folder);
  for (let next = reading.next(); ; next = reading.next()) {
    if (next.done === true) return { results, report: next.value };
    results.set(next.value.key, next.value);
  }
}
