/** @file Files that are there as a whole or not at all: written in a folder beside their place, forced to the disk, renamed. */
import type { Stats } from "node:fs";
import { closeSync, fsyncSync, lstatSync, mkdtempSync, openSync } from "node:fs";
import { realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { OutOfDomain } from "../../theory/errors.ts";
import { atEnding } from "./ending.ts";
import { StoreError, attempt } from "./errors.ts";

/** Beginning of the name of the folder that is there while a file is being made; it may be deleted when nothing runs. */
const draftPrefix = ".atlas-draft-";

/** Where the parts of a file under construction go. */
export interface Draft {
  /** A folder of its own, on the same disk as the first file; removed at the end with all that is in it. */
  readonly folder: string;
  /** Paths to write, in the order of the files. */
  readonly paths: readonly string[];
}

/** Options of {@link writeWhole}. */
export interface WholeOptions {
  /** Files that must not be replaced, and folders in which nothing must be; those that are not there do no harm. */
  readonly keep?: readonly string[];
}

/**
 * Makes files as a whole: each gets its name, replacing an older file of that name, only after all were written and
 * forced to the disk. Whatever happens before, what was there stays; a killed process leaves a hidden folder at most.
 * A symbolic link stays: the file that it leads to is replaced.
 * @param files paths of the files, in folders that exist; what has such a name already must be a regular file
 * @param write writes every path of the draft
 * @param options see {@link WholeOptions}
 * @returns what `write` returned
 * @throws OutOfDomain when one of the files is to be kept
 * @throws StoreError when a folder is missing or takes no files, or one of the names belongs to something other than a
 * regular file: a folder, a device, a pipe, a link that leads nowhere
 */
export async function writeWhole<R>(
  files: readonly string[],
  write: (draft: Draft) => Promise<R>,
  { keep = [] }: WholeOptions = {},
): Promise<R> {
  const targets = files.map((file) => realTarget(file));
  files.forEach((file, k) => requireFree(file, targets[k]!, keep));
  const folders = new Map<string, string>();
  const removals: (() => void)[] = [];
  const draftIn = (place: string): string => {
    const draft = temporaryUntilEnding(() => mkdtempSync(join(place, draftPrefix)));
    folders.set(place, draft.folder);
    removals.push(draft.remove);
    return draft.folder;
  };
  try {
    const paths = targets.map((target, k) => {
      const place = dirname(target);
      const folder = folders.get(place) ?? attempt("write", files[k]!, () => draftIn(place));
      return join(folder, `draft-${k}`);
    });
    const result = await write({ folder: dirname(paths[0]!), paths });
    files.forEach((file, k) => attempt("write", file, () => forceToDisk(paths[k]!)));
    files.forEach((file, k) => attempt("write", file, () => renameSync(paths[k]!, targets[k]!)));
    for (const place of folders.keys()) attempt("write", place, () => forceToDisk(place));
    return result;
  } finally {
    for (const remove of removals) remove();
  }
}

/** Real path of the regular file that a name leads to or will belong to; a rename onto a link would replace the link. */
function realTarget(file: string): string {
  const [older, link] = attempt("write", file, () => {
    const options = { throwIfNoEntry: false } as const;
    return [statSync(file, options), lstatSync(file, options)];
  });
  if (older?.isFile() === true) return attempt("write", file, () => realpathSync(file));
  if (older !== undefined) throw new StoreError(`cannot write ${file}: it is ${kindOf(older)}`);
  if (link !== undefined) throw new StoreError(`cannot write ${file}: it is a link that leads nowhere`);
  const folder = attempt("write", file, () => realpathSync(dirname(resolve(file))));
  return join(folder, basename(file));
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** Goes by device and number of the file, since one file may have several paths. */
function requireFree(file: string, target: string, keep: readonly string[]): void {
  const kept = new Map<string, string>();
  for (const path of keep) {
    const identity = identityOf(path);
    if (identity !== undefined) kept.set(identity, path);
  }
  for (let path = target; path !== dirname(path); path = dirname(path)) {
    const own = kept.get(identityOf(path) ?? "");
    if (own === undefined) continue;
    const reason = path === target ? "this file is" : `it lies in ${own}, whose files are`;
    throw new OutOfDomain(`cannot write ${file}: ${reason} not to be replaced`);
  }
}

function identityOf(path: string): string | undefined {
  const stats = attempt("read", path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

/** A folder that is removed with all that is in it. */
export interface TemporaryFolder {
  readonly folder: string;
  /** Removes it now. */
  readonly remove: () => void;
}

/**
 * Makes a folder that is removed when the process ends, if it is still there. The removal is on call before the folder
 * is made: a signal that arrives in between finds nothing to remove.
 * @param make makes the folder and returns its path
 */
export function temporaryUntilEnding(make: () => string): TemporaryFolder {
  let folder: string | undefined;
  const cancel = atEnding(remove);
  try {
    folder = make();
    return { folder, remove };
  } catch (error) {
    cancel();
    throw error;
  }

  function remove(): void {
    cancel();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Forces what was written to a file, or the names in a folder, to the disk. */
function forceToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
