/** @file The typed errors of sweeps; each message is one line that names the path. */

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
  EMFILE: "too many open files",
  EIO: "input/output error",
};

/** The code of a system error (`ENOSPC`, …), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * Wraps a failed file operation.
 * @param action what was tried, as in `cannot <action> <path>`
 * @param path file or folder of the operation
 * @param error what the operation threw
 */
export function storeError(action: string, path: string, error: unknown): StoreError {
  const code = errorCode(error);
  const reason = code === undefined ? String(error) : (reasons[code] ?? code);
  return new StoreError(`cannot ${action} ${path}: ${reason}`, { cause: error });
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
