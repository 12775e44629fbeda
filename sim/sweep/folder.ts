/** @file Making the folders of a sweep. */
import { makeFolderWithParents } from "../file-system.ts";
import { attempt } from "./errors.ts";

/**
 * Makes a folder and those above it; one that exists stays as it is.
 * @param path the folder
 * @throws StoreError when it cannot be made, or something else has its name
 */
export function makeFolder(path: string): void {
  attempt("make the folder", path, () => makeFolderWithParents(path));
}
