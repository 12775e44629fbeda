/**
 * @file Who owns the claims of a sweep: the random id of an owner, and the heartbeat text by which others see that its
 * process lives. The text also names the process, so that on the same machine a killed one is known at once.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "../file-system.ts";

/** A process, as far as this system tells; null is what it does not tell. */
export interface ProcessIdentity {
  readonly host: string;
  /** Random id of the running system, new at each start of the machine. */
  readonly boot: string | null;
  /** The namespace in which `pid` is counted: containers of one machine each have their own. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, which tells a reused pid. */
  readonly startTime: string | null;
}

/** Bytes of an owner's id: two of 10⁶ owners share one with a probability below 10⁻⁷. */
const idLength = 8;

/** Digits of the beat counter: beats of a microsecond would fill them in 30 years. */
const beatLength = 15;

/**
 * A new id for an owner of claims, also the name of its files.
 * @returns 16 random hexadecimal digits
 * @source random bytes of the system; no result depends on them
 */
export function newOwnerId(): string {
  return randomBytes(idLength).toString("hex");
}

/**
 * The identity of this process.
 * @returns what /proc tells, nulls where there is none or it is that of another pid namespace
 * @source proc(5), pid_namespaces(7)
 */
export function thisProcess(): ProcessIdentity {
  const procIsOurs = ignoringErrors(() => readlinkSync("/proc/self")) === String(process.pid);
  return {
    host: hostname(),
    boot: ignoringErrors(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()),
    pidNamespace: procIsOurs ? ignoringErrors(() => readlinkSync("/proc/self/ns/pid")) : null,
    pid: process.pid,
    startTime: procIsOurs ? startTimeOf(process.pid) : null,
  };
}

/**
 * The text of an owner file: the identity and a counter of fixed width, so that the next beat overwrites it in place.
 * @param identity the owner's process
 * @param beat number of the heartbeat, an integer ≥ 0
 * @returns one JSON line with its line end
 * @source file format of this project
 */
export function heartbeatText(identity: ProcessIdentity, beat: number): string {
  return `${JSON.stringify({ ...identity, beat: String(beat).padStart(beatLength, "0") })}\n`;
}

/**
 * The process that an owner file names.
 * @param text content of the file, possibly unfinished or foreign
 * @returns undefined when it names none
 * @source file format of this project, see {@link heartbeatText}
 */
export function identityIn(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof ProcessIdentity, unknown>>;
    const { host, boot, pidNamespace, pid, startTime } = value;
    // process.kill gives 0 and negative numbers another meaning: groups of processes.
    if (typeof host !== "string" || typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0)
      return undefined;
    return {
      host,
      boot: textOrNull(boot),
      pidNamespace: textOrNull(pidNamespace),
      pid,
      startTime: textOrNull(startTime),
    };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process is known to have ended. Only a process of the same running system and pid namespace can be; of all
 * others nothing is known, and the answer is false.
 * @param identity the process in question
 * @param observer identity of this process, see {@link thisProcess}
 * @source proc(5), kill(2)
 */
export function hasEnded(identity: ProcessIdentity, observer: ProcessIdentity): boolean {
  const { boot, pidNamespace, startTime } = identity;
  if (boot === null || pidNamespace === null || startTime === null) return false;
  if (identity.host !== observer.host || boot !== observer.boot || pidNamespace !== observer.pidNamespace)
    return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return true;
  }
  // Without a status nothing more is known: /proc may hide the processes of other users.
  const status = processStatus(identity.pid);
  if (status === null) return false;
  // A killed process that its parent has not yet waited for still has its pid: state Z.
  return status[0] === "Z" || status[0] === "X" || startTimeIn(status) !== startTime;
}

function startTimeOf(pid: number): string | null {
  const status = processStatus(pid);
  return status === null ? null : startTimeIn(status);
}

/** Field 22 of /proc/PID/stat (proc(5)); the fields of a status are counted from the third, the state. */
function startTimeIn(status: readonly string[]): string | null {
  return status[22 - 3] ?? null;
}

/** Fields of /proc/PID/stat from the state on; the name before it is in parentheses and may hold anything. */
function processStatus(pid: number): string[] | null {
  return ignoringErrors(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  });
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function ignoringErrors<R>(read: () => R): R | null {
  try {
    return read();
  } catch {
    return null;
  }
}
