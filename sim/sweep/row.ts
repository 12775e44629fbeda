/** @file The line of one task in a results file: `{"key":…,"task":…,"result":…,"provenance":…,"checksum":…}`. */
import type { Task } from "./task.ts";
import { digest, taskKey } from "./task.ts";

/** A task with its result, as stored. */
export interface StoredResult<Result = unknown> {
  /** Key of the task, see `taskKey`. */
  readonly key: string;
  readonly task: Task;
  /** What the experiment returned; the same whenever the task is run. */
  readonly result: Result;
  /** What may differ between runs: wall time in seconds, and what the caller adds (host, version of the program). */
  readonly provenance: object;
}

/**
 * What a line turned out to be: `damaged` when its bytes are not those that were written, `foreign` when it is whole
 * JSON that no store wrote (no checksum, or a key that is not the hash of its task).
 */
export type ParsedLine =
  { readonly kind: "result"; readonly stored: StoredResult } | { readonly kind: "damaged" | "foreign" };

/** 64 bits: chance damage passes with a probability of 5·10⁻²⁰ a line. */
const checksumLength = 16;
const ending = new RegExp(`,"checksum":"([0-9a-f]{${checksumLength}})"}$`);

/**
 * The line of a task, without its line end. The checksum is over the text of the line without the checksum's own
 * member, byte for byte, so that a reader need not know how numbers are written.
 * @param stored task and result; must be plain JSON
 */
export function formatLine({ key, task, result, provenance }: StoredResult): string {
  const body = JSON.stringify({ key, task, result, provenance });
  return `${body.slice(0, -1)},"checksum":"${digest(body, checksumLength)}"}`;
}

/**
 * Reads a line written by {@link formatLine}; never throws.
 * @param line text of the line, without its line end
 */
export function parseLine(line: string): ParsedLine {
  const match = ending.exec(line);
  if (match === null) return { kind: isJsonObject(parseJson(line)) ? "foreign" : "damaged" };
  const body = `${line.slice(0, match.index)}}`;
  if (digest(body, checksumLength) !== match[1]) return { kind: "damaged" };
  const value = parseJson(body);
  return isStored(value) ? { kind: "result", stored: value } : { kind: "foreign" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isJsonObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStored(value: unknown): value is StoredResult {
  if (!isJsonObject(value)) return false;
  const { key, task, result, provenance } = value as Partial<StoredResult>;
  if (!isJsonObject(task) || result === undefined || !isJsonObject(provenance)) return false;
  try {
    return taskKey(task) === key;
  } catch {
    return false;
  }
}
