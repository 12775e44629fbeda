/** @file Files that are there as a whole or not at all: written in a folder beside their place, forced to the disk, renamed. */
import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { atEnding } from "./ending.ts";
import { StoreError, attempt } from "./errors.ts";

/** Beginning of the name of the folder that is there while a file is being made; it may be deleted when nothing runs. */
const draftPrefix = ".atlas-draft-";

/** Where the parts of a file under construction go. */
export interface Draft {
  /** A folder of its own, on the same disk as the files; removed at the end with all that is in it. */
  readonly folder: string;
  /** Paths to write, in the order of the files. */
  readonly paths: readonly string[];
}

/**
 * Makes files as a whole: each gets its name, replacing an older file of that name, only after all were written and
 * forced to the disk. Whatever happens before, what was there stays; a killed process leaves a hidden folder at most.
 * @param files paths of the files, all in one folder, which must exist
 * @param write writes every path of the draft
 * @returns what `write` returned
 * @throws StoreError when the folder is missing or takes no files, or one of the names belongs to a folder
 */
export async function writeWhole<R>(
  files: readonly string[],
  write: (draft: Draft) => Promise<R>,
): Promise<R> {
  const place = dirname(files[0]!);
  for (const file of files) {
    const older = attempt("write", file, () => statSync(file, { throwIfNoEntry: false }));
    if (older?.isDirectory() === true) throw new StoreError(`cannot write ${file}: it is a folder`);
  }
  const folder = attempt("write", files[0]!, () => mkdtempSync(join(place, draftPrefix)));
  const remove = removalAtEnding(folder);
  try {
    const paths = files.map((_, k) => join(folder, `draft-${k}`));
    const result = await write({ folder, paths });
    files.forEach((file, k) => attempt("write", file, () => forceToDisk(paths[k]!)));
    files.forEach((file, k) => attempt("write", file, () => renameSync(paths[k]!, file)));
    attempt("write", place, () => forceToDisk(place));
    return result;
  } finally {
    remove();
  }
}

/**
 * Has a folder removed when the process ends, if it is still there.
 * @param folder a folder of this process
 * @returns removes it now
 */
export function removalAtEnding(folder: string): () => void {
  const cancel = atEnding(remove);
  return remove;

  function remove(): void {
    cancel();
    rmSync(folder, { recursive: true, force: true });
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
