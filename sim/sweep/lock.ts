/**
 * @file A lock file that keeps a second process out of a folder. It names its holder; one whose holder is gone (killed,
 * or the machine was restarted) is taken over. Between machines that share a folder nothing can be known about the
 * holder, so its lock is respected.
 */
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { errorCode } from "../file-system.ts";
import { atEnding } from "./ending.ts";
import { FolderInUse, attempt } from "./errors.ts";

/** The process that holds a lock, as written in the lock file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in clock ticks since boot, which tells a reused pid; null where /proc is missing. */
  readonly startTime: string | null;
  readonly token: string;
}

/** A lock that is held until `release`. */
export interface Lock {
  readonly path: string;
  /** Removes the lock file; may be called again without effect. */
  release(): void;
}

/** A takeover is itself guarded by a lock, and so is the takeover of a guard left by a killed process; more is a loop. */
const deepestGuard = 3;

/** Locks of this process by path, each with what keeps it from being released when the process ends. */
const held = new Map<string, Holder & { readonly cancelEnding: () => void }>();

/**
 * Takes the lock file at `path`, at once or not at all. It is released by `release`, when the process exits, and on
 * SIGINT and SIGTERM, unless the program handles these itself: then it goes on writing and has to release or exit.
 * @param path the lock file; its folder must exist
 * @throws FolderInUse when a living process, or one on another machine, holds it; the message names pid, host and cure
 * @throws StoreError when the lock file cannot be written
 */
export function acquireLock(path: string): Lock {
  const file = resolve(path);
  const holder = acquireAt(file, 0);
  held.set(file, { ...holder, cancelEnding: atEnding(() => release(file, holder)) });
  return { path: file, release: () => release(file, holder) };
}

function acquireAt(path: string, guards: number): Holder {
  const holder = {
    pid: process.pid,
    host: hostname(),
    startTime: startTimeOf(process.pid),
    token: randomUUID(),
  };
  const draft = `${path}.${holder.token}`;
  // The lock appears complete or not at all: written beside, then linked, which fails if the name is taken.
  try {
    attempt("write", draft, () => writeFileSync(draft, `${JSON.stringify(holder)}\n`, { flag: "wx" }));
    if (!linked(draft, path)) takeOver(path, draft, guards);
  } finally {
    rmSync(draft, { force: true });
  }
  return holder;
}

/** Gives the draft the name of the lock; false when the name is taken. */
function linked(draft: string, path: string): boolean {
  return attempt("lock", path, () => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errorCode(error) ?? "")) throw error;
    }
    // A file system without hard links: exclusive creation, whose content appears a moment later.
    try {
      writeFileSync(path, readFileSync(draft), { flag: "wx" });
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

/**
 * Replaces a lock whose holder is gone. Of several processes that see the same dead lock, the one with the guard
 * looks again and replaces it; whoever gets the guard later finds a living holder.
 */
function takeOver(path: string, draft: string, guards: number): void {
  requireGone(path);
  if (guards === deepestGuard) throw refusal(path, readHolder(path));
  const guardPath = `${path}.takeover`;
  const guard = acquireAt(guardPath, guards + 1);
  try {
    // A dead lock is replaced under the guard only; where none is left, newcomers need no guard: link again.
    if (requireGone(path) === "none") {
      if (!linked(draft, path)) throw refusal(path, readHolder(path));
    } else {
      attempt("lock", path, () => renameSync(draft, path));
    }
  } finally {
    removeOwn(guardPath, guard);
  }
}

/** @throws FolderInUse unless the holder of the lock is known to be gone, or the lock itself is ("none") */
function requireGone(path: string): "none" | "dead" {
  const holder = readHolder(path);
  if (holder === "none") return "none";
  if (holder === "unreadable" || !isGone(holder)) throw refusal(path, holder);
  return "dead";
}

function refusal(path: string, holder: Holder | "none" | "unreadable"): FolderInUse {
  const cure = `if it is gone, delete ${path}`;
  if (typeof holder === "string")
    return new FolderInUse(`folder in use: another process holds ${path}; ${cure}`);
  const who = isOurs(holder) ? "this process" : `process ${holder.pid} on ${holder.host}`;
  return new FolderInUse(`folder in use: ${who} holds ${path}; ${cure}`);
}

function isOurs(holder: Holder): boolean {
  return [...held.values()].some(({ token }) => token === holder.token);
}

function readHolder(path: string): Holder | "none" | "unreadable" {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "none" : "unreadable";
  }
  try {
    const { pid, host, startTime, token } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    // process.kill gives 0 and negative numbers another meaning: groups of processes.
    if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0) return "unreadable";
    if (typeof host !== "string" || typeof token !== "string") return "unreadable";
    return { pid, host, token, startTime: typeof startTime === "string" ? startTime : null };
  } catch {
    return "unreadable";
  }
}

function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (!isAlive(holder.pid)) return true;
  const startTime = startTimeOf(holder.pid);
  if (holder.startTime !== null && startTime !== null) return startTime !== holder.startTime;
  // Without start times, our own pid in a lock that we do not hold was that of an earlier process.
  return holder.pid === process.pid && !isOurs(holder);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
  // A killed process that its parent has not yet waited for still has its pid: state Z in /proc.
  const state = processStatus(pid)?.[0];
  return state !== "Z" && state !== "X";
}

function startTimeOf(pid: number): string | null {
  // Field 22 of /proc/PID/stat (proc(5)); the fields below are counted from the third, the state.
  return processStatus(pid)?.[22 - 3] ?? null;
}

/** Fields of /proc/PID/stat from the state on; the name before it is in parentheses and may hold anything. */
function processStatus(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function release(path: string, holder: Holder): void {
  const own = held.get(path);
  if (own?.token !== holder.token) return;
  held.delete(path);
  own.cancelEnding();
  removeOwn(path, holder);
}

function removeOwn(path: string, holder: Holder): void {
  const current = readHolder(path);
  if (typeof current === "string" || current.token !== holder.token) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // A lock that cannot be removed (the disk became read-only, say) is found dead by the next process.
  }
}
