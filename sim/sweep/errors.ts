/** @file The typed errors of sweeps; each message is one line that names the path. */
import { systemReason } from "../file-system.ts";

/** Results could not be read or written; rows written before stay where they are. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** The folder is in use by another process. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

/** The workers cannot start, or the module that they were told to run is not one. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/**
 * Wraps a failed file operation.
 * @param action what was tried, as in `cannot <action> <path>`
 * @param path file or folder of the operation
 * @param error what the operation threw
 */
export function storeError(action: string, path: string, error: unknown): StoreError {
  return new StoreError(`cannot ${action} ${path}: ${systemReason(error)}`, { cause: error });
}

/**
 * Runs a file operation; what it throws becomes a {@link StoreError}.
 * @param action what is tried, as in `cannot <action> <path>`
 * @param path file or folder of the operation
 * @param operation the operation
 * @throws StoreError
 */
export function attempt<R>(action: string, path: string, operation: () => R): R {
  try {
    return operation();
  } catch (error) {
    throw storeError(action, path, error);
  }
}
