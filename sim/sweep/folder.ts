/** @file Making folders. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { attempt, errorCode } from "./errors.ts";

/**
 * Makes a folder and those above it; one that exists stays as it is. Unlike `mkdirSync` with `recursive`, which in
 * Node 20 loops forever where a folder exists but takes no new names (/proc), it always ends.
 * @param path the folder
 * @throws StoreError when it cannot be made, or something else has its name
 */
export function makeFolder(path: string): void {
  attempt("make the folder", path, () => makeWithParents(path));
}

function makeWithParents(path: string): void {
  if (make(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeWithParents(parent);
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
