/** @file Ground floor of everything that touches files: reasons of system errors in plain words, and making folders. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than the system allows",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "it exists and is not a folder",
  EISDIR: "it is a folder",
  ENOENT: "no such file or folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
  EIO: "input/output error",
};

/** The code of a system error (`ENOSPC`, …), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Why a file operation failed, in plain words and one line. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  return code === undefined ? String(error) : (reasons[code] ?? code);
}

/**
 * Makes a folder and those above it; one that exists stays as it is. Unlike `mkdirSync` with `recursive`, which in
 * Node 20 loops forever where a folder exists but takes no new names (/proc), it always ends.
 * @param path the folder
 * @throws the system's error when it cannot be made, or something else has its name
 */
export function makeFolderWithParents(path: string): void {
  if (make(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolderWithParents(parent);
  if (!make(path)) mkdirSync(path);
}

/** True when the folder is there, by another process perhaps; false when the one above is not; else throws. */
function make(path: string): boolean {
  try {
    mkdirSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    if (errorCode(error) !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
  return true;
}
