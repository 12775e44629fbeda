/** @file A task: one deterministic piece of work, described by a plain JSON object, and the key it is stored under. */
import { hash } from "node:crypto";
import { OutOfDomain, requireInteger } from "../../theory/errors.ts";
import { canonicalJson } from "./json.ts";

/** One piece of work. Its result may depend on these four fields and on nothing else: no clock, no other task. */
export interface Task<Parameters extends object = object> {
  /** Name of the experiment, as in its file name. */
  readonly experiment: string;
  /**
   * Version number of the experiment's code contract, an integer ≥ 0; raise it when the same parameters and
   * seed give other numbers.
   */
  readonly version: number;
  /** Plain JSON object. */
  readonly parameters: Parameters;
  /** Seed of every random stream of the task, an integer from 0 to 2⁵³ − 1. */
  readonly seed: number;
}

/** Digits of a key. 128 bits: two of 10⁹ different tasks share a key with a probability below 10⁻²⁰. */
export const keyLength = 32;

/**
 * Key of a task: the first 32 hexadecimal digits of SHA-256 of its canonical JSON text. Neither the order in which
 * parameters were written nor the sign of a zero changes it.
 * @param task the task; fields other than the four of {@link Task} are refused, since they would not be hashed
 * @returns 32 lower-case hexadecimal digits
 * @throws OutOfDomain when the task is not one, or its parameters are not plain JSON
 */
export function taskKey(task: Task): string {
  return keyOfText(canonicalTask(task));
}

/**
 * Key of a task from its canonical text.
 * @param text what {@link canonicalTask} returns, or its bytes in UTF-8
 * @returns 32 lower-case hexadecimal digits
 */
export function keyOfText(text: string | Uint8Array): string {
  return digest(text, keyLength);
}

const taskFields: ReadonlySet<string> = new Set<keyof Task>(["experiment", "version", "parameters", "seed"]);

/**
 * Canonical JSON text of a task (see `canonicalJson`): what its key is the hash of.
 * @param task the task; fields other than the four of {@link Task} are refused
 * @throws OutOfDomain when the task is not one, or its parameters are not plain JSON
 */
export function canonicalTask(task: Task): string {
  const { experiment, version, parameters, seed } = task;
  const unknownField = Object.keys(task).find((name) => !taskFields.has(name));
  if (unknownField !== undefined) throw new OutOfDomain(`task has no field ${unknownField}`);
  if (typeof experiment !== "string" || experiment === "") {
    throw new OutOfDomain(`experiment must be a name, got ${JSON.stringify(experiment)}`);
  }
  requireInteger("version", version, 0, Number.MAX_SAFE_INTEGER);
  requireInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) {
    throw new OutOfDomain("parameters must be a plain JSON object");
  }
  const members = [
    `"experiment":${JSON.stringify(experiment)}`,
    `"parameters":${canonicalJson(parameters, "parameters")}`,
    `"seed":${seed}`,
    `"version":${version}`,
  ];
  return `{${members.join(",")}}`;
}

/**
 * The first hexadecimal digits of SHA-256 of a text in UTF-8.
 * @param text text or bytes to hash
 * @param length number of digits, 1 to 64
 */
export function digest(text: string | Uint8Array, length: number): string {
  return hash("sha256", text, "hex").slice(0, length);
}
