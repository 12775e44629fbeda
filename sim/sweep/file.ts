/** @file Reading sweep files: YAML and JSON by yaml, TypeScript and JavaScript as modules. */
import { readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LineCounter, parseDocument } from "yaml";
import { OutOfDomain } from "../../theory/errors.ts";
import { parseNumber } from "../expressions.ts";
import { systemReason } from "../file-system.ts";
import { NoTypeScript } from "../threads.ts";
import { parseDefinition, type SweepDefinition } from "./definition.ts";
import type { GridPoint, SweepExperiment } from "./experiment.ts";
import { gridPoints, pointsTasks, sweepSeeds } from "./grid.ts";
import { importModule, type ModuleExports } from "./modules.ts";
import { suggestion } from "./nearest.ts";
import { fixedSource, type TaskSource } from "./source.ts";
import { excerpt, oneLine, SweepFileError } from "./validate.ts";

/** A sweep file as it was read, not yet checked. */
export interface DefinitionFile {
  readonly value: unknown;
  /** Folder of the file: relative paths in it start here. */
  readonly folder: string;
}

/** A sweep that can run. */
export interface Sweep {
  /** As in the file; the path of an experiment of one's own is absolute. */
  readonly definition: SweepDefinition;
  /** The experiment that it names. */
  readonly experiment: SweepExperiment;
  /** Points of the grid; in an adaptive sweep they lack the parameter that is searched. */
  readonly points: readonly GridPoint[];
  /** Seeds that every point is run with, integers from 0 to 2⁵³ − 1, each once. */
  readonly seeds: readonly number[];
  /** Tasks of the sweep: all at once, or round after round in an adaptive sweep. */
  readonly source: TaskSource;
}

/** What an adaptive source is made of. */
export interface AdaptiveInput {
  /** File, for messages. */
  readonly name: string;
  /** Its `adaptive` is there; only `parameter` was checked. */
  readonly definition: SweepDefinition;
  /** The experiment that it names. */
  readonly experiment: SweepExperiment;
  /** Points of the grid, without the parameter that is searched. */
  readonly points: readonly GridPoint[];
  /** Seeds that every point is searched with, integers from 0 to 2⁵³ − 1, each once. */
  readonly seeds: readonly number[];
}

/** What this layer does not know. */
export interface SweepParts {
  /** The registry: experiments by the names that sweep files use. */
  readonly experiments: Readonly<Record<string, SweepExperiment>>;
  /** Makes the source of a file with an `adaptive` section, and checks that section. */
  readonly adaptiveSource: (input: AdaptiveInput) => TaskSource;
}

/** Longer files were not written by hand, and are not waited for. */
const largestFile = 4 * 2 ** 20;

/** Uses of one alias at most: a few lines of aliases of aliases grow beyond all memory. */
const mostAliases = 100;

/**
 * Reads a sweep file: `.yaml`, `.yml`, `.json`, or the default export of `.ts`, `.mts`, `.js`, `.mjs`.
 * @param path the file
 * @throws SweepFileError one line with the file: it cannot be read, has another ending, is no YAML (duplicate keys,
 * unknown tags and alias bombs included), or its module fails or has no default export
 */
export async function readDefinition(path: string): Promise<DefinitionFile> {
  const folder = dirname(resolve(path));
  switch (extname(path)) {
    case ".yaml":
    case ".yml":
    case ".json":
      return { value: parseYaml(readText(path), path), folder };
    case ".ts":
    case ".mts":
    case ".js":
    case ".mjs": {
      const module = await importFile(path, path);
      if (module.default === undefined) throw new SweepFileError(`${path}: has no default export`);
      return { value: await module.default, folder };
    }
    default:
      throw new SweepFileError(`${path}: must end in .yaml, .yml, .json, .ts, .mts, .js or .mjs`);
  }
}

function readText(path: string, place = path): string {
  try {
    const { size } = statSync(path);
    if (size > largestFile)
      throw new SweepFileError(`${place}: must have at most ${largestFile} bytes, got ${size}`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof SweepFileError) throw error;
    throw new SweepFileError(`${place}: cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

function parseYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    const reason = problem.code === "MULTIPLE_DOCS" ? "another document begins here" : problem.message;
    throw new SweepFileError(`${path}:${line}:${col}: ${oneLine(reason)}`);
  }
  if (document.contents === null) throw new SweepFileError(`${path}: the file is empty`);
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    throw new SweepFileError(`${path}: ${oneLine(messageOf(error))}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Imports a module of the user's.
 * @param path its path
 * @param name the sweep file, for messages
 */
async function importFile(path: string, name: string): Promise<ModuleExports> {
  const url = pathToFileURL(resolve(path)).href;
  const place = name === path ? name : `${name}: ${path}`;
  // A folder or a missing file is told apart from a module that fails, whose errors may look alike.
  readText(path, place);
  try {
    return await importModule(url);
  } catch (error) {
    if (error instanceof NoTypeScript)
      throw new SweepFileError(`${place}: ${error.message}`, { cause: error });
    throw new SweepFileError(`${place}: cannot be loaded: ${oneLine(messageOf(error))}`, { cause: error });
  }
}

/** Names of experiments hold no dots or slashes; paths do. */
const isPath = (name: string): boolean => isAbsolute(name) || /[./\\]/.test(name);

const functions = ["tasks", "cost", "rows"] as const;

/** The `sweepExperiment` of a module. */
async function importExperiment(path: string, name: string): Promise<SweepExperiment> {
  if (!/\.m?[jt]s$/.test(path))
    throw new SweepFileError(
      `${name}: experiment must be a name or a .ts, .mts, .js or .mjs file, got ${path}`,
    );
  const { sweepExperiment } = await importFile(path, name);
  if (typeof sweepExperiment !== "object" || sweepExperiment === null)
    throw new SweepFileError(`${name}: experiment ${path} exports no sweepExperiment`);
  const experiment = sweepExperiment as Partial<SweepExperiment>;
  const missing = functions.find((field) => typeof experiment[field] !== "function");
  const { module, parameters, columns } = experiment;
  if (missing !== undefined)
    throw new SweepFileError(`${name}: sweepExperiment of ${path} has no ${missing}()`);
  if (typeof module !== "string" || typeof parameters !== "object" || !Array.isArray(columns))
    throw new SweepFileError(`${name}: sweepExperiment of ${path} needs module, parameters and columns`);
  return experiment as SweepExperiment;
}

async function experimentOf(
  definition: SweepDefinition,
  { folder, name, experiments }: Pick<SweepParts, "experiments"> & { folder: string; name: string },
): Promise<Pick<Sweep, "definition" | "experiment">> {
  const wanted = definition.experiment;
  if (isPath(wanted)) {
    const path = resolve(folder, wanted);
    return {
      definition: { ...definition, experiment: path },
      experiment: await importExperiment(path, name),
    };
  }
  if (Object.hasOwn(experiments, wanted)) return { definition, experiment: experiments[wanted] };
  const near = suggestion(wanted, Object.keys(experiments));
  throw new SweepFileError(`${name}: experiment: there is no ${wanted}${near}`);
}

/**
 * Reads and checks a sweep file, and lays out its points and tasks.
 * @param path the file
 * @param parts the registry of experiments, and what makes adaptive sources
 * @returns the sweep, its points and seeds laid out; nothing has run
 * @throws SweepFileError, an OutOfDomain: one line with the file, the path in it and what is allowed
 * @source file format of this project: {@link SweepDefinition}; texts as in YAML 1.2, of which JSON is a part
 */
export async function loadSweep(path: string, parts: SweepParts): Promise<Sweep> {
  const { value, folder } = await readDefinition(path);
  refusePrototypes(value, path);
  const parsed = parseDefinition(value, path);
  const { definition: named, experiment } = await experimentOf(parsed, { ...parts, folder, name: path });
  return inFile(path, async () => {
    const definition = await withRange(named);
    const points = await gridPoints(definition, experiment);
    const seeds = await sweepSeeds(definition, experiment);
    const source =
      definition.adaptive === undefined
        ? fixedSource(pointsTasks(definition, experiment, { points, seeds }))
        : parts.adaptiveSource({ name: path, definition, experiment, points, seeds });
    return { definition, experiment, points, seeds, source };
  });
}

/** Sections whose keys are not all known here: a key `__proto__` would vanish from them in silence. */
const openSections = ["grid", "adaptive"] as const;

function refusePrototypes(value: unknown, name: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const section of openSections) {
    const inner = (value as Readonly<Record<string, unknown>>)[section];
    if (typeof inner === "object" && inner !== null && Object.hasOwn(inner, "__proto__"))
      throw new SweepFileError(`${name}: ${section} has no key __proto__`);
  }
}

/** The definition with numbers for the expressions in `adaptive.range`. */
async function withRange(definition: SweepDefinition): Promise<SweepDefinition> {
  const { adaptive } = definition;
  if (adaptive === undefined || !("range" in adaptive)) return definition;
  const { range } = adaptive;
  const ends: readonly unknown[] = Array.isArray(range) ? range : [];
  const place = "adaptive.range";
  const given = ends.flatMap((end) => (typeof end === "number" || typeof end === "string" ? [end] : []));
  if (ends.length !== 2 || given.length !== 2)
    throw new OutOfDomain(`${place} must be [low, high], got ${excerpt(range)}`);
  const numbers = await Promise.all(
    given.map((end, k) => (typeof end === "number" ? end : parseNumber(`${place}[${k}]`, end))),
  );
  return { ...definition, adaptive: { ...adaptive, range: numbers } };
}

/** Puts the name of the file before what is found wrong with it. */
async function inFile<R>(name: string, check: () => Promise<R>): Promise<R> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof SweepFileError || !(error instanceof Error) || error.name !== "OutOfDomain")
      throw error;
    throw new SweepFileError(`${name}: ${oneLine(error.message)}`, { cause: error });
  }
}
