/** @file The line of one task in a results file: `{"key":…,"task":…,"result":…,"provenance":…,"checksum":…}`. */
import { canonicalJson } from "./json.ts";
import type { Task } from "./task.ts";
import { canonicalTask, digest, keyLength, keyOfText, taskKey } from "./task.ts";

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

/** Why a line is not used. */
export type UnusableLine = { readonly kind: "damaged" | "foreign" };

/**
 * What a line turned out to be: `damaged` when its bytes are not those that were written, `foreign` when it is whole
 * JSON that no store wrote (no checksum, or a key that is not the hash of its task).
 */
export type ParsedLine = { readonly kind: "result"; readonly stored: StoredResult } | UnusableLine;

/** 64 bits: chance damage passes with a probability of 5·10⁻²⁰ a line. */
const checksumLength = 16;
const checksumMark = `,"checksum":"`;
const endLength = checksumMark.length + checksumLength + `"}`.length;

const keyMark = `{"key":"`;
const taskMark = `","task":`;
const taskHead = `{"experiment":"`;
const keyStart = keyMark.length;
const taskStart = keyStart + keyLength + taskMark.length;
const resultMark = Buffer.from(`,"result":`);
const provenanceMark = Buffer.from(`,"provenance":{`);
const closingBrace = "}".charCodeAt(0);

/**
 * The line of a task, without its line end. The task is written as its canonical text, whose hash is the key. The
 * checksum is over the text of the line without the checksum's own member, byte for byte, so that a reader need not
 * know how numbers are written.
 * @param stored task and result; must be plain JSON
 * @throws OutOfDomain when the task is not one
 */
export function formatLine({ key, task, result, provenance }: StoredResult): string {
  const rest = JSON.stringify({ result, provenance });
  return withChecksum(`${keyMark}${key}${taskMark}${canonicalTask(task)},${rest.slice(1)}`);
}

/**
 * Adds a checksum to a line.
 * @param body JSON text of an object with at least one member
 */
export function withChecksum(body: string): string {
  return `${body.slice(0, -1)}${checksumMark}${digest(body, checksumLength)}"}`;
}

/**
 * The object of a line written by {@link withChecksum}, its checksum included.
 * @param line the line without its line end, in UTF-8; unchanged after the call
 * @returns undefined when the line is not what was written
 */
export function checkedObject(line: Buffer): object | undefined {
  const checksum = checksumOf(line);
  const value = checksum !== undefined && checksumHolds(line, checksum) ? parseJson(line) : undefined;
  return isJsonObject(value) ? value : undefined;
}

/**
 * Reads a line written by {@link formatLine}; never throws.
 * @param line the line without its line end, as text or in UTF-8; unchanged after the call
 */
export function parseLine(line: string | Buffer): ParsedLine {
  const bytes = typeof line === "string" ? Buffer.from(line) : line;
  const checked = checkLine(bytes);
  return checked.kind === "result" ? { kind: "result", stored: storedOf(bytes) } : checked;
}

/**
 * What {@link parseLine} would find, at a fraction of its cost: the checksum is verified always, the key by the bytes
 * of the task; JSON is parsed only where these are not in canonical form (lines of earlier versions).
 * @param line the line without its line end, in UTF-8; unchanged after the call
 * @returns the key of a usable line, for which {@link storedOf} gives the rest
 */
export function checkLine(line: Buffer): { readonly kind: "result"; readonly key: string } | UnusableLine {
  const checksum = checksumOf(line);
  if (checksum === undefined) return { kind: isJsonObject(parseJson(line)) ? "foreign" : "damaged" };
  if (!checksumHolds(line, checksum)) return { kind: "damaged" };
  const key = keyOfCanonicalTask(line);
  if (key !== undefined) return { kind: "result", key };
  const value = parseJson(line);
  return isStored(value) ? { kind: "result", key: value.key } : { kind: "foreign" };
}

/**
 * What is stored in a line that {@link checkLine} found usable.
 * @param line the line without its line end, in UTF-8
 */
export function storedOf(line: Buffer): StoredResult {
  const { key, task, result, provenance } = JSON.parse(line.toString()) as StoredResult;
  return { key, task, result, provenance };
}

/**
 * Whether two usable lines of one task have the same result.
 * @param first a line without its line end, in UTF-8
 * @param second another one
 */
export function sameResult(first: Buffer, second: Buffer): boolean {
  // Almost always the bytes are the same; members in another order make no other result.
  if (aroundResult(first).equals(aroundResult(second))) return true;
  return canonicalJson(storedOf(first).result) === canonicalJson(storedOf(second).result);
}

/** The text of the result, with some of what stands around it where a parameter has the same name. */
function aroundResult(line: Buffer): Buffer {
  return line.subarray(line.indexOf(resultMark), line.lastIndexOf(provenanceMark));
}

/** The checksum at the end of a line; undefined where there is none. */
function checksumOf(line: Buffer): string | undefined {
  const end = line.toString("latin1", Math.max(line.length - endLength, 0));
  if (end.length < endLength || !end.startsWith(checksumMark) || !end.endsWith('"}')) return undefined;
  return end.slice(checksumMark.length, -2);
}

function checksumHolds(line: Buffer, checksum: string): boolean {
  const bodyEnd = line.length - endLength;
  const comma = line[bodyEnd]!;
  // The text that was hashed ends with a brace where the line goes on with a comma; copying it would cost more.
  line[bodyEnd] = closingBrace;
  const found = digest(line.subarray(0, bodyEnd + 1), checksumLength);
  line[bodyEnd] = comma;
  return found === checksum;
}

/** The key of a line whose task is written in canonical form; undefined where it is not, or has another key. */
function keyOfCanonicalTask(line: Buffer): string | undefined {
  const head = line.toString("latin1", 0, taskStart + taskHead.length);
  if (!head.startsWith(keyMark) || !head.endsWith(`${taskMark}${taskHead}`)) return undefined;
  // A parameter of the same name ends the text too early; then its hash is not the key.
  const taskEnd = line.indexOf(resultMark, taskStart);
  if (taskEnd < 0 || line.lastIndexOf(provenanceMark) < taskEnd) return undefined;
  const key = head.slice(keyStart, keyStart + keyLength);
  return keyOfText(line.subarray(taskStart, taskEnd)) === key ? key : undefined;
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
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
