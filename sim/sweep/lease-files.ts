/** @file Names and contents of the files in the `leases` folder of a sweep. */
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode } from "../file-system.ts";
import { readingAtOnce } from "./lines.ts";

/** What a folder of leases holds; files of other kinds are left out. */
export interface Listing {
  /** Names of all files. */
  readonly names: readonly string[];
  /** Ids of the owners that have a heartbeat. */
  readonly owners: readonly string[];
  /** Generations of the claims by task key, ascending. */
  readonly claims: ReadonlyMap<string, readonly number[]>;
}

/** Seconds after which an owner without a heartbeat is left out of reports: clocks of a cluster differ by far less. */
export const forgottenAfter = 3600;

const ownerName = /^([^.]+)\.owner$/;
/** Largest generation of a claim; beyond are numbers that cannot be counted on exactly. */
export const mostGenerations = 1e15 - 1;

const claimName = /^([^.]+)\.(0|[1-9]\d{0,14})$/;
const claimText = /^([^.\n]+)\n$/;

/** Folder of the leases of a sweep. */
export function leasesFolder(folder: string): string {
  return join(folder, "leases");
}

/** Name of the file with the heartbeat of an owner. */
export function ownerFile(owner: string): string {
  return `${owner}.owner`;
}

/** Name of the file that claims a task; of several the one of the highest generation counts. */
export function claimFile(key: string, generation: number): string {
  return `${key}.${generation}`;
}

/**
 * The owner that a claim names.
 * @param text content of the claim
 * @returns undefined when the line is not finished: its writer is about to, or was killed before it could
 */
export function ownerIn(text: string): string | undefined {
  return claimText.exec(text)?.[1];
}

/**
 * Lists a folder of leases.
 * @param path the folder itself
 * @throws the system's error when it cannot be read
 */
export function listLeases(path: string): Listing {
  const names = readdirSync(path);
  const owners: string[] = [];
  const claims = new Map<string, number[]>();
  for (const name of names) {
    const owner = ownerName.exec(name)?.[1];
    if (owner !== undefined) owners.push(owner);
    const [, key, generation] = claimName.exec(name) ?? [];
    if (key === undefined) continue;
    const generations = claims.get(key);
    if (generations === undefined) claims.set(key, [Number(generation)]);
    else generations.push(Number(generation));
  }
  for (const generations of claims.values()) generations.sort((a, b) => a - b);
  return { names, owners, claims };
}

/**
 * Reads a file; it is opened anew each time, since on NFS that is what fetches what other machines have written.
 * @param path the file
 * @returns undefined when there is no such file; one that cannot be read, or is no regular file, is like an empty one
 */
export function readText(path: string): string | undefined {
  try {
    const file = openSync(path, readingAtOnce);
    try {
      return fstatSync(file).isFile() ? readFileSync(file, "utf8") : "";
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : "";
  }
}

/**
 * Creates a file, which of several processes that try only one can do; it is removed when it cannot be written.
 * @param path the file
 * @param text its content
 * @param twin a file with the same content, if there is one: then a second name for it will do. That takes no space on
 *   a disk and a twentieth of the time on an ext4 whose files come and go: it searches long for an inode that is free
 * @throws the system's error, `EEXIST` when another process was faster
 */
export function createFile(path: string, text: string, twin?: string): void {
  if (twin !== undefined && linked(twin, path)) {
    if (readText(path) === text) return;
    // The twin was removed, and somebody else has made a file of that name.
    removeFile(path);
  }
  const file = openSync(path, "wx");
  try {
    // On NFS a full disk may show only when the file is closed.
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    removeFile(path);
    throw error;
  }
}

/** Gives a file a second name; false where that cannot be done: the file is gone, or there are no hard links. */
function linked(file: string, path: string): boolean {
  try {
    linkSync(file, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw error;
    return false;
  }
}

/**
 * Writes over a file in place, which works on a full disk; makes it where there is none. Closing it is what sends it to
 * other machines on NFS.
 * @param path the file
 * @param text as long as what was there before
 * @throws the system's error
 */
export function overwriteFile(path: string, text: string): void {
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    file = openSync(path, "w");
  }
  try {
    writeSync(file, text, 0);
  } finally {
    closeSync(file);
  }
}

/**
 * Removes a file if that is possible; what stays belongs to a dead owner when this process has ended.
 * @param path the file, or an empty folder that somebody made under its name; possibly not there
 */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // Not there, or on a disk that became read-only: there is nothing to be done.
    if (isFolderError(error)) removeFolder(path);
  }
}

/** What Linux and macOS say when the name to unlink is that of a folder. */
function isFolderError(error: unknown): boolean {
  return ["EISDIR", "EPERM"].includes(errorCode(error) ?? "");
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It holds something: then it is not ours to remove.
  }
}

/** When a file was last written, in seconds of its file system; −∞ when it is gone. */
export function changeTime(path: string): number {
  try {
    return statSync(path).mtimeMs / 1000;
  } catch {
    return -Infinity;
  }
}
