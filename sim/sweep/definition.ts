/** @file The sweep file: its schema, and what a valid one says. Plain JSON in, plain JSON out. */
import { z } from "zod";
import { slurmSchema } from "./slurm/settings.ts";
import { validate } from "./validate.ts";

/** Samples of a point at most; beyond it another seed does as well. */
const mostSamples = 1_000_000;

/** One value, a list expression such as `0.1:0.05:0.8` or `linspace(0, 1, 11)`, or a word. */
export type GridEntry = number | string;

/** Values of a parameter: those of an entry, or of several. */
export type GridValue = GridEntry | readonly GridEntry[];

const listText = "must be a number, an expression such as 0.1:0.05:0.8, a word, or a list of these";
const entrySchema = z.union([z.number(), z.string()], { error: listText });
const gridSchema = z.union([z.number(), z.string(), z.array(entrySchema).min(1)], { error: listText });

const integer = (min: number, max: number) => z.number().int().min(min).max(max);
const positive = (max: number) => z.number().gt(0).max(max);

/** Days in seconds, more than any task takes. */
const longestTime = 1e7;

const runSchema = z.strictObject({
  /** Worker threads. */
  workers: integer(1, 1024).optional(),
  /** Seconds that a task may take. */
  timeLimit: positive(longestTime).optional(),
  /** MiB of JavaScript heap that a worker may take. */
  memoryLimit: integer(16, 1_000_000).optional(),
  /** How often a task is tried whose worker dies. */
  attempts: integer(1, 100).optional(),
  /** Whether other tasks go on when one has failed. */
  onFailure: z.enum(["continue", "stop"]).optional(),
  /** Seconds that running tasks get to finish after SIGINT or SIGTERM. */
  grace: z.number().min(0).max(longestTime).optional(),
});

/** Of an adaptive section only the parameter is known here; the rest belongs to the search. */
const adaptiveSchema = z.looseObject({ parameter: z.string().min(1) });

/** Schema of a sweep file: what {@link SweepDefinition} says, unknown keys refused. */
export const sweepSchema = z
  .strictObject({
    experiment: z.string().min(1),
    grid: z.record(z.string(), gridSchema).default({}),
    samples: integer(1, mostSamples).optional(),
    samplesPerTask: integer(1, mostSamples).optional(),
    seeds: gridSchema.optional(),
    budget: gridSchema.optional(),
    adaptive: adaptiveSchema.optional(),
    run: runSchema.optional(),
    slurm: slurmSchema.optional(),
  })
  .superRefine(({ grid, budget, adaptive, samples }, context) => {
    if (budget !== undefined && "budget" in grid)
      context.addIssue({ code: "custom", path: ["budget"], message: "stands in the grid already" });
    if (adaptive === undefined) return;
    if (adaptive.parameter in grid) {
      const message = "is what the adaptive search varies, and must not stand in the grid";
      context.addIssue({ code: "custom", path: ["grid", adaptive.parameter], message });
    }
    if (samples !== undefined) {
      const message = "must be left out of an adaptive sweep, which chooses them itself";
      context.addIssue({ code: "custom", path: ["samples"], message });
    }
  });

/**
 * A valid sweep file.
 * - `experiment`: name in the registry, or path of a module that exports `sweepExperiment` (`./my.ts`, relative to the file)
 * - `grid`: parameters of the experiment; every combination is a point, the last parameter changes fastest
 * - `samples`: networks (or runs) of each point and seed, default 1; `samplesPerTask`: default by the expected time
 * - `seeds`: values of the seed, as a list: `1:1:5` or `[1, 7]`; `5` is the one seed 5. Default 1
 * - `budget`: short for the parameter `budget` of the grid
 * - `adaptive`: the search of sim/experiments/adaptive.ts; only its `parameter` is checked here
 * - `run`, `slurm`: how to run it; they change no result
 */
export type SweepDefinition = z.output<typeof sweepSchema>;

/** How a sweep runs on this machine; see {@link SweepDefinition}. */
export type RunSettings = NonNullable<SweepDefinition["run"]>;

/**
 * Checks a sweep file.
 * @param value what was read; a definition that was parsed before passes unchanged
 * @param name the file, for messages
 * @throws SweepFileError one line with the file, the path in it and what is allowed; unknown keys are refused
 */
export function parseDefinition(value: unknown, name: string): SweepDefinition {
  return validate(sweepSchema, value, { name });
}
