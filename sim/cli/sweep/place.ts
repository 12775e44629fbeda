/** @file What all commands on sweeps share: the sweep file, the folder of its results, and what went wrong with either. */
import { Console } from "node:console";
import { basename, extname, join } from "node:path";
import { Option } from "commander";
import { OutOfDomain } from "../../../theory/errors.ts";
import { adaptiveSource } from "../../experiments/adaptive.ts";
import type { AdaptiveEstimate, AdaptiveSource } from "../../experiments/adaptive.ts";
import { sweepExperiments } from "../../experiments/sweeps/index.ts";
import type { Sweep } from "../../sweep/file.ts";
import { loadSweep } from "../../sweep/file.ts";
import type { ResultStore } from "../../sweep/store.ts";
import type { Task } from "../../sweep/task.ts";
import { taskKey } from "../../sweep/task.ts";
import type { CommandDefinition } from "../command.ts";

/** Raw texts of the options of a command. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** A sweep and where its results are. */
export interface SweepPlace {
  /** Path of the sweep file as it was given. */
  readonly file: string;
  readonly folder: string;
  readonly sweep: Sweep;
}

/** The sweep file, which stands before the options of every command on sweeps. */
export const fileArgument = {
  name: "sweep",
  description: "sweep file: .yaml, .yml, .json, .ts, .mts, .js or .mjs",
} as const satisfies CommandDefinition["argument"];

/** `--out DIR`. */
export const outOption = (): Option =>
  new Option("--out <folder>", "folder of the results (default: results/sweeps/<name of the file>)");

/**
 * Folder of `--out`, or results/sweeps/NAME for a file NAME.yaml.
 * @throws OutOfDomain on an empty text
 */
function outFolder(text: string | undefined, file: string): string {
  if (text === "") throw new OutOfDomain("--out must be a folder, got nothing");
  return text ?? join("results", "sweeps", basename(file, extname(file)));
}

/**
 * Reads the sweep file of a command and expands it.
 * @throws OutOfDomain when the file is missing, not a sweep, or asks for what its experiment does not offer
 */
export async function readSweepPlace(texts: Texts): Promise<SweepPlace> {
  const file = texts.sweep ?? "";
  const sweep = await loadingModules(file, () =>
    loadSweep(file, { experiments: sweepExperiments, adaptiveSource }),
  );
  return { file, folder: outFolder(texts.out, file), sweep };
}

/** Exit codes of Node by which a module can end the program as if all were well: process.exit(), an await without end. */
const quietExitCodes: readonly unknown[] = [0, 13];

/**
 * Keeps apart what modules of the user's do while they are loaded: they print on stderr, since stdout is for results,
 * and a program that they end says so, with exit code 1.
 * @param file the sweep file, for the message
 * @param load loads the modules
 */
async function loadingModules<R>(file: string, load: () => Promise<R>): Promise<R> {
  const ours = globalThis.console;
  const onExit = (code: number): void => {
    if (!quietExitCodes.includes(code)) return;
    process.stderr.write(`atlas: ${file}: its module ends the program while it is loaded\n`);
    process.exitCode = 1;
  };
  globalThis.console = new Console(process.stderr);
  process.on("exit", onExit);
  try {
    return await load();
  } finally {
    process.off("exit", onExit);
    globalThis.console = ours;
  }
}

/** Whether the tasks of a sweep depend on its results, so that these have to be kept. */
export const isAdaptive = ({ definition }: Sweep): boolean => definition.adaptive !== undefined;

/** Tasks known so far and, of an adaptive sweep, what it has found. */
export interface SweepState {
  readonly tasks: readonly Task[];
  /** Their keys, in the same order. */
  readonly keys: readonly string[];
  readonly complete: boolean;
  readonly estimates: readonly AdaptiveEstimate[] | undefined;
}

/**
 * What a sweep asks for, given the results in a store.
 * @param results of the store; those of a fixed grid are not looked at
 */
export function sweepState(sweep: Sweep, results: ResultStore["results"]): SweepState {
  const resultOf = (task: Task): unknown => results.get(taskKey(task))?.result;
  const { tasks, keys, complete } = sweep.source.next(resultOf);
  // A definition with an adaptive section was given an adaptive source by `adaptiveSource` above.
  const estimates = isAdaptive(sweep) ? (sweep.source as AdaptiveSource).estimates(resultOf) : undefined;
  return { tasks, keys, complete, estimates };
}
