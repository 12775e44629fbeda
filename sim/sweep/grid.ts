/** @file The points of a grid and the tasks of a sweep, from a checked sweep file and its experiment. */
import { OutOfDomain, requireInside, requireInteger } from "../../theory/errors.ts";
import { parseList } from "../expressions.ts";
import type { GridEntry, GridValue, SweepDefinition } from "./definition.ts";
import type { GridPoint, ParameterDefinition, Scalar, SweepExperiment } from "./experiment.ts";
import { suggestion } from "./nearest.ts";
import type { Task } from "./task.ts";
import { taskKey } from "./task.ts";

/** Points and tasks of a sweep at most: beyond it a slip in the grid is likelier than a wish. */
export const mostTasks = 1_000_000;

/** Numbers in the order in which they were written, each once. */
async function numbersOf(place: string, value: GridValue): Promise<number[]> {
  const found = new Set<number>();
  for (const [k, entry] of entriesOf(value).entries()) {
    const at = Array.isArray(value) ? `${place}[${k}]` : place;
    for (const number of typeof entry === "number" ? [entry] : await parseList(at, entry)) found.add(number);
  }
  return [...found];
}

const entriesOf = (value: GridValue): readonly GridEntry[] =>
  typeof value === "number" || typeof value === "string" ? [value] : value;

/** Words, each once; several may stand in one text with commas between them. */
function wordsOf(place: string, value: GridValue, words: readonly string[]): string[] {
  const found = entriesOf(value).flatMap((entry) =>
    typeof entry === "number" ? [String(entry)] : entry.split(",").map((word) => word.trim()),
  );
  const unknown = found.find((word) => !words.includes(word));
  if (unknown !== undefined)
    throw new OutOfDomain(`${place} must be one of ${words.join(", ")}, got ${unknown || "nothing"}`);
  return [...new Set(found)];
}

async function valuesOf(
  place: string,
  value: GridValue,
  parameter: ParameterDefinition,
): Promise<readonly Scalar[]> {
  if (parameter.type === "word") return wordsOf(place, value, parameter.words);
  const numbers = await numbersOf(place, value);
  for (const number of numbers) {
    if (parameter.type === "integer") requireInteger(place, number, parameter.min, parameter.max);
    else requireInside(place, number, parameter);
  }
  return numbers;
}

/** A parameter as the file gives it. */
interface GivenParameter {
  readonly name: string;
  /** Where it stands in the file. */
  readonly place: string;
  readonly value: GridValue;
}

function givenParameters({ grid, budget }: SweepDefinition, experiment: SweepExperiment): GivenParameter[] {
  const given = Object.entries(grid).map(([name, value]) => ({ name, place: `grid.${name}`, value }));
  if (budget !== undefined) given.push({ name: "budget", place: "budget", value: budget });
  const known = Object.keys(experiment.parameters);
  for (const { name, place } of given) {
    if (known.includes(name)) continue;
    const kind = `${place}: experiment ${experiment.name} has no parameter ${name}`;
    throw new OutOfDomain(`${kind}${suggestion(name, known)}`);
  }
  return given;
}

/** The parameter that an adaptive search varies. */
function searchedParameter({ adaptive }: SweepDefinition, experiment: SweepExperiment): string | undefined {
  if (adaptive === undefined) return undefined;
  const { parameter } = adaptive;
  const numbers = Object.entries(experiment.parameters).flatMap(([name, { type }]) =>
    type === "word" ? [] : [name],
  );
  if (numbers.includes(parameter)) return parameter;
  const kind = `adaptive.parameter: experiment ${experiment.name} has no number ${parameter}`;
  throw new OutOfDomain(`${kind}${suggestion(parameter, numbers)}`);
}

/**
 * Points of the grid: every combination in the order of the file, the last parameter changing fastest; values that
 * are written twice count once. Every parameter of the experiment has a value, but for the one that an adaptive search
 * varies, which is left out. A parameter that goes with some of the points only is null at the others, so that one grid
 * may compare methods; points that differ by it alone become one.
 * @param definition checked sweep file
 * @param experiment the experiment that it names
 * @throws OutOfDomain one line with the path in the file: an unknown or missing parameter, a value outside of its
 * domain, or too many points
 */
export async function gridPoints(
  definition: SweepDefinition,
  experiment: SweepExperiment,
): Promise<GridPoint[]> {
  const given = givenParameters(definition, experiment);
  const searched = searchedParameter(definition, experiment);
  const lists: (readonly [name: string, values: readonly Scalar[]])[] = [];
  for (const { name, place, value } of given)
    lists.push([name, await valuesOf(place, value, experiment.parameters[name])]);
  const count = lists.reduce((product, [, values]) => product * values.length, 1);
  if (count > mostTasks) throw new OutOfDomain(`grid must have at most ${mostTasks} points, got ${count}`);
  const chosen = lists.reduce<Readonly<Record<string, Scalar>>[]>(
    (points, [name, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  const defaults = defaultValues(
    experiment,
    given.map(({ name }) => name),
    searched,
  );
  const names = Object.keys(experiment.parameters).filter((name) => name !== searched);
  const points = chosen.map((values) =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? defaults[name]])),
  );
  return withoutStrays(
    points,
    given.flatMap(({ name }) => {
      const { goesWith } = experiment.parameters[name];
      return goesWith === undefined ? [] : [{ name, goesWith }];
    }),
  );
}

/** A parameter that goes with some words of other parameters only. */
interface Companion {
  readonly name: string;
  readonly goesWith: NonNullable<ParameterDefinition["goesWith"]>;
}

const hasMeaning = ({ goesWith }: Companion, point: GridPoint): boolean =>
  Object.entries(goesWith).every(([other, words]) => words.includes(String(point[other])));

/** The points, with null for values that do not go with the others; those that become equal count once. */
function withoutStrays(points: readonly GridPoint[], companions: readonly Companion[]): GridPoint[] {
  // One that goes with no point is a slip, about which the experiment has its say.
  const useful = companions.filter((one) => points.some((point) => hasMeaning(one, point)));
  if (useful.length === 0) return [...points];
  const different = new Map<string, GridPoint>();
  for (const point of points) {
    const strays = useful.filter((one) => !hasMeaning(one, point)).map(({ name }) => [name, null]);
    const kept: GridPoint = { ...point, ...Object.fromEntries(strays) };
    different.set(JSON.stringify(kept), kept);
  }
  return [...different.values()];
}

function defaultValues(
  { parameters }: SweepExperiment,
  given: readonly string[],
  searched: string | undefined,
): Record<string, Scalar> {
  const values: Record<string, Scalar> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (name === searched || given.includes(name)) continue;
    if (parameter.default === undefined)
      throw new OutOfDomain(`grid.${name} must be given: ${parameter.description}`);
    values[name] = parameter.default;
  }
  return values;
}

/**
 * Seeds of a sweep, each once.
 * @param definition checked sweep file
 * @param experiment the experiment that it names; one without randomness takes one seed and one sample, and one with
 *   `consecutiveSeeds` takes seeds that lie at least `samples` apart
 * @throws OutOfDomain one line with the path in the file
 */
export async function sweepSeeds(
  { seeds = 1, samples = 1 }: SweepDefinition,
  { random, name, consecutiveSeeds = false }: SweepExperiment,
): Promise<number[]> {
  const numbers = await numbersOf("seeds", seeds);
  for (const seed of numbers) requireInteger("seeds", seed, 0, Number.MAX_SAFE_INTEGER);
  const repeated = samples > 1 ? "samples" : "seeds";
  if (!random && Math.max(samples, numbers.length) > 1)
    throw new OutOfDomain(`${repeated} must be one: nothing in experiment ${name} is random`);
  if (consecutiveSeeds) requireApart(numbers, samples);
  return numbers;
}

/** Seeds whose samples are the runs of the seeds that follow; each of these must be an integer, and of one seed only. */
function requireApart(seeds: readonly number[], samples: number): void {
  const rule = `with ${samples} samples, since sample k of seed s is the run of seed s + k`;
  const sorted = [...seeds].sort((a, b) => a - b);
  const largest = Number.MAX_SAFE_INTEGER - (samples - 1);
  for (const [k, seed] of sorted.entries()) {
    if (seed > largest) throw new OutOfDomain(`seeds must be at most ${largest} ${rule}, got ${seed}`);
    if (k > 0 && seed - sorted[k - 1] < samples)
      throw new OutOfDomain(`seeds must lie ${samples} apart ${rule}, got ${sorted[k - 1]} and ${seed}`);
  }
}

/** A grid point in words; parameters without value are left out. */
export const pointText = (point: GridPoint): string =>
  Object.entries(point)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(", ");

/** Tasks of one point; what its experiment finds wrong is told with the point. */
function pointTasks(
  experiment: SweepExperiment,
  point: GridPoint,
  repeats: Parameters<SweepExperiment["tasks"]>[1],
): Task[] {
  try {
    return experiment.tasks(point, repeats);
  } catch (error) {
    // An experiment of the user's own may have another instance of the class.
    if (!(error instanceof Error) || error.name !== "OutOfDomain") throw error;
    throw new OutOfDomain(`grid at ${pointText(point)}: ${error.message}`, { cause: error });
  }
}

function requireFewTasks(count: number): void {
  if (count > mostTasks)
    throw new OutOfDomain(`grid must make at most ${mostTasks} tasks, got ${count} or more`);
}

/**
 * Tasks of a sweep that is not adaptive: points in their order, each with every seed; equal tasks count once.
 * @param definition checked sweep file
 * @param experiment the experiment that it names
 * @throws OutOfDomain as {@link gridPoints}, or when there are too many tasks
 */
export async function sweepTasks(definition: SweepDefinition, experiment: SweepExperiment): Promise<Task[]> {
  const points = await gridPoints(definition, experiment);
  const seeds = await sweepSeeds(definition, experiment);
  return [...pointsTasks(definition, experiment, { points, seeds }).values()];
}

/** As {@link sweepTasks}, of points and seeds that are known already, by their keys. */
export function pointsTasks(
  { samples = 1, samplesPerTask }: SweepDefinition,
  experiment: SweepExperiment,
  { points, seeds }: { readonly points: readonly GridPoint[]; readonly seeds: readonly number[] },
): Map<string, Task> {
  // Said before millions of tasks are made only to be counted.
  requireFewTasks(points.length * seeds.length * Math.ceil(samples / (samplesPerTask ?? samples)));
  const tasks = new Map<string, Task>();
  for (const point of points) {
    for (const seed of seeds) {
      const repeats = { samples, seed, ...(samplesPerTask === undefined ? {} : { samplesPerTask }) };
      for (const task of pointTasks(experiment, point, repeats)) tasks.set(taskKey(task), task);
    }
    requireFewTasks(tasks.size);
  }
  return tasks;
}
