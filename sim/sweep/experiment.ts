/** @file What a sweep needs to know of an experiment: its parameters, tasks, cost and flat rows. */
import type { Task } from "./task.ts";

/** Type of a column: `integer` is exact up to 2⁵³, `number` is f64. */
export type ColumnType = "integer" | "number" | "text" | "boolean";

/** A column of flat rows. Every column may be null: a value that could not be had. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Unit or, for a pure number, its meaning: `nats per neuron`, `sweeps`, `1`. */
  readonly unit: string;
  /** One line for readers of the file. */
  readonly description: string;
}

/** Value of a parameter or of a column. */
export type Scalar = number | string | boolean | null;

/** A row of a table: names of columns to values. */
export type FlatRow = Readonly<Record<string, Scalar>>;

/** What a parameter of a grid may be. */
export type ParameterDefinition = {
  readonly description: string;
  /** Used where the sweep file says nothing; without it the parameter must be given. */
  readonly default?: Scalar;
  /**
   * Words of other parameters that it goes with; left out: all. At other points of a grid it is null, if it goes with any
   * point at all; where it goes with none, `tasks` is to refuse it.
   */
  readonly goesWith?: Readonly<Record<string, readonly string[]>>;
} & (
  | {
      readonly type: "integer" | "number";
      readonly min: number;
      readonly max: number;
      readonly openMin?: boolean;
      readonly openMax?: boolean;
    }
  | { readonly type: "word"; readonly words: readonly string[] }
);

/**
 * One point of the grid: every parameter of the experiment has a value, null only where that is its default or where it
 * does not go with the others.
 */
export type GridPoint = Readonly<Record<string, Scalar>>;

/** Networks, patterns or data that a point of the grid is repeated for. */
export interface Repeats {
  /** Samples, an integer ≥ 1; 1 for an experiment without randomness. */
  readonly samples: number;
  /** Samples that one task takes together, an integer ≥ 1; left out: as many as make a task of a sensible length. */
  readonly samplesPerTask?: number;
  /** Number of the first sample, default 0: samples differ by their number, whatever the task that runs them. */
  readonly firstSample?: number;
  /** Seed of everything random, an integer from 0 to 2⁵³ − 1. */
  readonly seed: number;
}

/** An experiment as a sweep file names it. */
export interface SweepExperiment {
  /** As in the sweep file: `dynamics`, `focusing`, … */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** URL of the module that exports `runTask`. */
  readonly module: string;
  /** False for theory: samples and seeds then make no difference and must be 1. */
  readonly random: boolean;
  /** True where sample k of seed s is the run of seed s + k: seeds that lie closer than `samples` are then refused. */
  readonly consecutiveSeeds?: boolean;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  /** Columns of its flat rows, those of the parameters included, in the order in which they are written. */
  readonly columns: readonly Column[];
  /** Tasks of one point; throws OutOfDomain when its parameters do not go together. */
  readonly tasks: (point: GridPoint, repeats: Repeats) => Task[];
  /** Expected seconds of one core for a task, > 0. */
  readonly cost: (task: Task) => number;
  /** Flat rows of a task; every row has exactly the columns. */
  readonly rows: (task: Task, result: unknown) => FlatRow[];
}
